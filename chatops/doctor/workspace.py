"""Looks at Slack: the tokens, the scopes that were granted, the channels and the people."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackApiError

from chatops.adapters.slack.api import errors
from chatops.adapters.slack.api.people import Account, Identity, SlackPeople
from chatops.adapters.slack.api.scopes import SlackMethod
from chatops.adapters.slack.api.web_api import Limits, SlackWebApi, connect
from chatops.application.ports.chat import ChatError, ChatRefused, People
from chatops.clock import Clock
from chatops.doctor.finding import Finding, fine, look, wrong
from chatops.domain.playbook.policy import DigestRule
from chatops.domain.team import Team
from chatops.manifest import needed_scopes
from chatops.settings import SlackAccess

_TOKEN, _SOCKET, _SCOPES = "token", "socket", "scopes"
_CHANNELS, _PEOPLE = "channels", "people"
_REACH = "Check SLACK_API_URL and the way out to the network, then ask again."
_INSTALL = "Create the app from manifest.yml, or install it anew, and set SLACK_BOT_TOKEN."
_PAGES, _PAGE = 50, 999


class Unhurried(Limits):
    """No limits of our own: these are a handful of calls, made by hand."""

    def reserve(self, method: SlackMethod, channel: str, now: datetime) -> timedelta:  # noqa: ARG002
        return timedelta()


def workspace(
    access: SlackAccess, team: Team, clock: Clock, *, digests: Iterable[DigestRule] = ()
) -> Iterator[Finding]:
    """Everything that Slack can be asked; nothing further if it does not take the token."""
    yield from shapes(access)
    client = connect(token=access.bot_token.get_secret_value(), url=access.api_url)
    api = SlackWebApi(client, limits=Unhurried(), clock=clock)
    try:
        account = Identity(api).account()
    except ChatRefused as refusal:
        yield wrong(_TOKEN, str(refusal), _INSTALL)
        return
    except ChatError as problem:
        yield wrong(_TOKEN, str(problem), _REACH)
        return
    yield from socket(access)
    yield fine(_TOKEN, f"Slack knows the bot as {account.user} of workspace {account.team}")
    yield from scopes(account)
    yield from channels(api, account, team, digests)
    yield from people(SlackPeople(api, clock), team)


def shapes(access: SlackAccess) -> Iterator[Finding]:
    """Whether each token looks like one of its kind."""
    if not access.bot_token.get_secret_value().startswith("xoxb-"):
        words = "SLACK_BOT_TOKEN does not start with xoxb-, as a bot's token does"
        yield look(_TOKEN, words, "Copy the Bot User OAuth Token from OAuth & Permissions.")
    if access.app_token and not access.app_token.get_secret_value().startswith("xapp-"):
        words = "SLACK_APP_TOKEN does not start with xapp-, as an app-level token does"
        yield look(_TOKEN, words, "Make one with connections:write under Basic Information.")


def socket(access: SlackAccess) -> Iterator[Finding]:
    """Whether Slack offers a socket for the app-level token; none is opened."""
    if access.app_token is None:
        return
    client = connect(token=access.app_token.get_secret_value(), url=access.api_url)
    try:
        client.api_call("apps.connections.open")
    except SlackApiError as error:
        answer = error.response
        problem = errors.of_answer(answer.status_code, answer.headers, answer.data)
        mend = "Make an app-level token with connections:write, and switch Socket Mode on."
        yield wrong(_SOCKET, f"SLACK_APP_TOKEN opens no socket: {problem}", mend)
    except errors.FAILURES as error:
        yield wrong(_SOCKET, str(errors.of_failure(error)), _REACH)
    else:
        yield fine(_SOCKET, "Slack offers a socket")


def scopes(account: Account) -> Iterator[Finding]:
    """Whether the app was granted what the manifest asks for."""
    needed = frozenset(needed_scopes())
    missing, beyond = sorted(needed - account.scopes), sorted(account.scopes - needed)
    if not account.scopes:
        yield look(_SCOPES, "Slack did not say what it granted", "Compare with manifest.yml.")
        return
    if missing:
        mend = "Add them under OAuth & Permissions, as manifest.yml has them, and reinstall."
        yield wrong(_SCOPES, f"not granted: {', '.join(missing)}", mend)
    if beyond:
        mend = "Take them away under OAuth & Permissions: the bot does not use them."
        yield look(_SCOPES, f"granted and not needed: {', '.join(beyond)}", mend)
    if not missing and not beyond:
        yield fine(_SCOPES, "exactly those of manifest.yml are granted")


def channels(
    api: SlackWebApi, account: Account, team: Team, digests: Iterable[DigestRule] = ()
) -> Iterator[Finding]:
    """Whether the bot is in the channels that it is to speak in."""
    wanted = {"stakeholders": team.channels.stakeholders, "alerts": team.channels.alerts}
    wanted |= {
        f"{digest.key} digest": digest.channel.removeprefix("#")
        for digest in digests
        if digest.channel not in wanted
    }
    try:
        joined = {name for row in _joined(api, account) for name in (row["id"], row["name"])}
    except ChatError as problem:
        yield wrong(_CHANNELS, str(problem), _REACH)
        return
    for use, channel in wanted.items():
        if channel is None:
            mend = f"Put {use} under channels, if somebody should read it there."
            yield look(_CHANNELS, f"none is named for {use}", mend)
        elif channel in joined:
            yield fine(_CHANNELS, f"the bot is in {channel} ({use})")
        else:
            words = f"the bot is not in {channel} ({use}), or there is no such channel"
            yield wrong(_CHANNELS, words, f"Type /invite and the bot's name in {channel}.")


def _joined(api: SlackWebApi, account: Account) -> Iterator[Mapping[str, Any]]:
    asked: dict[str, Any] = {
        "user": account.user,
        "types": "public_channel,private_channel",
        "exclude_archived": True,
        "limit": _PAGE,
    }
    for _ in range(_PAGES):
        answer = api.call(SlackMethod.USERS_CONVERSATIONS, **asked)
        yield from answer.get("channels") or ()
        asked["cursor"] = (answer.get("response_metadata") or {}).get("next_cursor")
        if not asked["cursor"]:
            return


def people(known: People, team: Team) -> Iterator[Finding]:
    """Whether everybody behind an audience is there to be told."""
    named: dict[str, str] = {}
    for name, ids in sorted(team.audiences.items()):
        named |= {id_: name for id_ in ids if id_ not in named}
    absent = [found for id_, name in named.items() if (found := _absent(known, id_, name))]
    yield from absent
    if named and not absent:
        yield fine(_PEOPLE, f"{len(named)} people and groups are there and active")


def _absent(known: People, id_: str, audience: str) -> Finding | None:
    mend = f"Correct {audience} under audiences."
    try:
        if id_.startswith("S"):
            is_there, words = bool(known.group(id_)), "is an empty user group"
        else:
            profile = known.profile(id_)
            is_there = profile is not None and profile.active
            words = "is deactivated" if profile else "is nobody in this workspace"
    except ChatRefused as refusal:
        is_there, words = False, f"is refused: {refusal}"
    except ChatError as problem:
        return wrong(_PEOPLE, f"{id_} ({audience}) could not be looked up: {problem}", _REACH)
    return None if is_there else wrong(_PEOPLE, f"{id_} ({audience}) {words}", mend)
