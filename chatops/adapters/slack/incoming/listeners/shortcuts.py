"""Listens to the shortcuts, everywhere and on messages."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from slack_bolt import Ack

from chatops.adapters.slack.incoming.context import SlackContext
from chatops.adapters.slack.incoming.listeners.buttons import Outdated
from chatops.adapters.slack.payloads import Json, who_chose
from chatops.commands.caller import Caller
from chatops.commands.form_state import FormName, FormState
from chatops.commands.words import readable

#: Much more than any form shows of a message.
_LONGEST = 2000


def on_shortcut(front: SlackContext, ack: Ack, body: Json) -> None:
    ack()
    caller = who_chose(body, front.clock.now())
    front.boundary.guarded(
        "shortcut",
        lambda: _chosen(front, caller, body),
        lambda post: front.answers.tell(caller, post),
    )


def _chosen(front: SlackContext, caller: Caller, body: Json) -> None:
    handler = HANDLERS.get(f"{body.get('callback_id', '')}")
    if handler is None:
        raise Outdated(front.desk.team.incident_command)
    handler(front, caller, body)


def _declare(front: SlackContext, caller: Caller, body: Json) -> None:
    del body
    front.modals.open(caller, FormState(form=FormName.DECLARE))


def _declare_from(front: SlackContext, caller: Caller, body: Json) -> None:
    """The message becomes title and symptoms, its author the one who told us."""
    slip = _slip(FormName.DECLARE, body["message"])
    front.modals.open(caller, slip, complete=_linked(front, caller, body["message"]))


def _add_to_timeline(front: SlackContext, caller: Caller, body: Json) -> None:
    slip = _slip(FormName.NOTE, body["message"])
    front.modals.open(caller, slip, complete=_linked(front, caller, body["message"]))


def _slip(form: FormName, message: Mapping[str, Any]) -> FormState:
    author = "" if message.get("bot_id") else f"{message.get('user') or ''}"
    return FormState(
        form=form,
        text=readable(f"{message.get('text') or ''}")[:_LONGEST],
        author=author,
        said_at=datetime.fromtimestamp(float(message["ts"]), UTC).isoformat(),
    )


def _linked(
    front: SlackContext, caller: Caller, message: Mapping[str, Any]
) -> Callable[[FormState], FormState]:
    """Look the message's address up, once the person has something to look at."""
    return lambda slip: replace(
        slip, source=front.screens.link(caller.channel or "", f"{message['ts']}")
    )


HANDLERS: Mapping[str, Callable[[SlackContext, Caller, Json], None]] = MappingProxyType(
    {
        "declare": _declare,
        "declare_from_message": _declare_from,
        "add_to_timeline": _add_to_timeline,
    }
)
