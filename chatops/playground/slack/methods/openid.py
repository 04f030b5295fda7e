"""openid.connect.*: changes a code into tokens, and says who signed in."""

import hmac

from chatops.playground.slack.errors import Refusal, Why
from chatops.playground.slack.methods.request import Answer, MethodRequest


def token(request: MethodRequest) -> Answer:
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


def user_info(request: MethodRequest) -> Answer:
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
