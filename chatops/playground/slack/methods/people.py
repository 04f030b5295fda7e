"""users.*, usergroups.*, bots.*, team.*, auth.*, openid.connect.* and api.*: who is who."""

import hmac
from dataclasses import replace
from datetime import timedelta

from chatops.playground.slack import shapes
from chatops.playground.slack.errors import Refusal, Why
from chatops.playground.slack.methods.request import Answer, MethodRequest
from chatops.playground.workspace.model import Person

_ADDRESSES = "users:read.email"


def api_test(request: MethodRequest) -> Answer:
    if request.has("error"):
        return {"ok": False, "error": request.text("error"), "args": dict(request.arguments)}
    return {"args": dict(request.arguments)}


def auth_test(request: MethodRequest) -> Answer:
    team = request.workspace.team
    return {
        "url": f"{request.address}/",
        "team": team.name,
        "user": request.bot.handle,
        "team_id": team.id,
        "user_id": request.bot.id,
        "bot_id": request.bot.bot_id,
        "is_enterprise_install": False,
    }


def team_info(request: MethodRequest) -> Answer:
    team = request.workspace.team
    return {"team": {"id": team.id, "name": team.name, "domain": team.domain, "icon": {}}}


def bot_info(request: MethodRequest) -> Answer:
    wanted = request.text("bot") or request.bot.bot_id
    if wanted != request.bot.bot_id:
        raise Refusal(Why.BOT_NOT_FOUND)
    return {"bot": shapes.bot_profile(request.workspace, request.installation.app_id)}


def user_info(request: MethodRequest) -> Answer:
    person = request.user(request.required("user"))
    return {"user": _user(request, person)}


def user_by_email(request: MethodRequest) -> Answer:
    email = request.required("email").lower()
    found = next((one for one in request.workspace.people if one.email.lower() == email), None)
    if found is None or found.deleted:
        raise Refusal(Why.USERS_NOT_FOUND)
    return {"user": _user(request, found)}


def user_list(request: MethodRequest) -> Answer:
    everyone = [_user(request, one) for one in request.workspace.people]
    page, metadata = shapes.page(everyone, limit=request.limit(1000), start=request.cursor())
    return {"members": page, "cache_ts": 0, "response_metadata": metadata}


def _user(request: MethodRequest, person: Person) -> shapes.Shape:
    """A person; the address only for an app that may read addresses."""
    provided = request.faults.left_of(request.installation.scopes)
    seen = person if _ADDRESSES in provided else replace(person, email="")
    return shapes.user(seen, request.workspace.team)


def group_list(request: MethodRequest) -> Answer:
    with_users = request.flag("include_users")
    team = request.workspace.team
    groups = request.workspace.groups
    return {"usergroups": [shapes.user_group(one, team, with_users=with_users) for one in groups]}


def group_members(request: MethodRequest) -> Answer:
    group = request.workspace.people_store.find_group(request.required("usergroup"))
    if group is None:
        raise Refusal(Why.NO_SUCH_SUBTEAM)
    return {"users": list(group.members)}


def do_not_disturb(request: MethodRequest) -> Answer:
    """dnd.info: nobody here has notifications paused."""
    request.user(request.text("user") or request.bot.id)
    next_start = request.workspace.clock.now() + timedelta(days=1)
    start = shapes.seconds(next_start)
    return {"dnd_enabled": False, "next_dnd_start_ts": start, "next_dnd_end_ts": start}


def openid_token(request: MethodRequest) -> Answer:
    """openid.connect.token."""
    installation = request.installation
    if request.text("client_id") != installation.client_id:
        raise Refusal(Why.INVALID_CLIENT_ID)
    if not hmac.compare_digest(request.text("client_secret"), installation.client_secret):
        raise Refusal(Why.BAD_CLIENT_SECRET)
    if request.text("grant_type", "authorization_code") != "authorization_code":
        raise Refusal(Why.INVALID_GRANT_TYPE)
    return request.trigger_ids.grants.exchange(
        request.text("code"),
        client_id=installation.client_id,
        redirect_uri=request.text("redirect_uri"),
    )


def openid_user_info(request: MethodRequest) -> Answer:
    """openid.connect.userInfo."""
    team = request.workspace.team
    user = request.trigger_ids.grants.holder(request.token)
    return {
        "sub": user,
        "https://slack.com/user_id": user,
        "https://slack.com/team_id": team.id,
        "https://slack.com/team_name": team.name,
        "https://slack.com/team_domain": team.domain,
    }
