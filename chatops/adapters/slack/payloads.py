"""Reads from what Slack delivers who asks for something, and where they look for an answer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chatops.commands.context import Caller
from chatops.commands.form_state import FormState

Json = Mapping[str, Any]


def who_typed(body: Json, now: datetime) -> Caller:
    """The caller of a slash command."""
    return Caller(
        team=_team(body),
        user=f"{body['user_id']}",
        now=now,
        once=f"command:{body.get('trigger_id', '')}",
        channel=body.get("channel_id") or None,
        answer_url=body.get("response_url") or None,
        trigger=f"{body.get('trigger_id', '')}",
    )


def who_pressed(body: Json, now: datetime) -> Caller:
    """The caller of a button or a menu; in a modal the form's state says where they came from."""
    container, user = _part(body, "container"), f"{_part(body, 'user')['id']}"
    where = container.get("message_ts") or container.get("view_id") or ""
    place = f"{container.get('channel_id', '')}:{where}"
    acted = (body.get("actions") or [{}])[0].get("action_ts", "")
    view = _part(body, "view")
    form_state = form_state_of(view)
    return Caller(
        team=_team(body),
        user=user,
        now=now,
        once=f"action:{place}:{acted}:{user}",
        channel=_channel_of(body) or (form_state.channel if form_state else "") or None,
        answer_url=body.get("response_url") or None,
        trigger=f"{body.get('trigger_id', '')}",
        view=view.get("id") if view.get("type") == "modal" else None,
        form_state=form_state,
        at_home=view.get("type") == "home",
        place=place,
    )


def who_handed_in(body: Json, now: datetime) -> Caller:
    """The caller of a form that was handed in; its state says where they came from."""
    view = _part(body, "view")
    form_state = form_state_of(view)
    return Caller(
        team=_team(body),
        user=f"{_part(body, 'user')['id']}",
        now=now,
        once=f"view:{view.get('id', '')}:{view.get('hash', '')}",
        channel=(form_state.channel if form_state else "") or None,
        answer_url=(form_state.answer_url if form_state else "") or None,
        trigger=f"{body.get('trigger_id', '')}",
        form_state=form_state,
    )


def who_chose(body: Json, now: datetime) -> Caller:
    """The caller of a shortcut; one on a message knows its channel."""
    return Caller(
        team=_team(body),
        user=f"{_part(body, 'user')['id']}",
        now=now,
        once=f"shortcut:{body.get('trigger_id', '')}",
        channel=_part(body, "channel").get("id") or None,
        answer_url=body.get("response_url") or None,
        trigger=f"{body.get('trigger_id', '')}",
    )


def who_is_in(body: Json, user: str, channel: str | None, now: datetime) -> Caller:
    """The caller of an event; Slack may deliver one twice, under the same id."""
    return Caller(
        team=_team(body),
        user=user,
        now=now,
        once=f"event:{body.get('event_id', '')}",
        channel=channel,
    )


def bot_of(body: Json) -> str | None:
    """Our own user id, as an event tells it."""
    for one in body.get("authorizations") or ():
        if one.get("is_bot"):
            return f"{one.get('user_id')}"
    return None


def _channel_of(body: Json) -> str:
    """Where a button stands; one on the card of a link has it in its container alone."""
    where = _part(body, "channel").get("id") or _part(body, "container").get("channel_id")
    return f"{where or ''}"


def form_state_of(view: Json) -> FormState | None:
    return FormState.unpacked(view.get("private_metadata") or "")


def _team(body: Json) -> str:
    """The workspace that we are installed in, wherever the payload's kind of installation says so.

    In a channel shared with others, a person's own workspace may be another one.
    """
    view = _part(body, "view")
    allowed: Json = next(iter(body.get("authorizations") or ()), {})
    told = (
        view.get("app_installed_team_id"),
        allowed.get("team_id"),
        body.get("team_id"),
        _part(body, "team").get("id"),
        view.get("team_id"),
        _part(body, "user").get("team_id"),
    )
    return next((f"{team}" for team in told if team), "")


def _part(body: Json, name: str) -> Json:
    part = body.get(name)
    return part if isinstance(part, Mapping) else {}
