"""Listens to the shortcuts, everywhere and on messages."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from slack_bolt import Ack

from chatops.adapters.slack.incoming.context import SlackContext
from chatops.adapters.slack.payloads import Json, who_chose
from chatops.commands.context import Caller, outdated
from chatops.commands.form_state import FormState
from chatops.commands.words import readable

#: Much more than any form shows of a message.
_LONGEST = 2000


def on_shortcut(context: SlackContext, ack: Ack, body: Json) -> None:
    ack()
    caller = who_chose(body, context.clock.now())
    context.boundary.run(
        "shortcut",
        lambda: _chosen(context, caller, body),
        lambda post: context.answers.tell(caller, post),
    )


def _chosen(context: SlackContext, caller: Caller, body: Json) -> None:
    handler = HANDLERS.get(f"{body.get('callback_id', '')}")
    if handler is None:
        raise outdated(context)
    handler(context, caller, body)


def _declare(context: SlackContext, caller: Caller, body: Json) -> None:
    del body
    context.modals.open(caller, FormState(form="form_declare"))


def _declare_from(context: SlackContext, caller: Caller, body: Json) -> None:
    """The message becomes title and symptoms, its author the one who told us."""
    form_state = _prefilled("form_declare", body["message"])
    context.modals.open(caller, form_state, complete=_linked(context, caller, body["message"]))


def _add_to_timeline(context: SlackContext, caller: Caller, body: Json) -> None:
    form_state = _prefilled("form_note", body["message"])
    context.modals.open(caller, form_state, complete=_linked(context, caller, body["message"]))


def _prefilled(form: str, message: Mapping[str, Any]) -> FormState:
    author = "" if message.get("bot_id") else f"{message.get('user') or ''}"
    return FormState(
        form=form,
        text=readable(f"{message.get('text') or ''}")[:_LONGEST],
        author=author,
        said_at=datetime.fromtimestamp(float(message["ts"]), UTC).isoformat(),
    )


def _linked(
    context: SlackContext, caller: Caller, message: Mapping[str, Any]
) -> Callable[[FormState], FormState]:
    """Look the message's address up, once the person has something to look at."""
    return lambda form_state: replace(
        form_state, source=context.screens.link(caller.channel or "", f"{message['ts']}")
    )


HANDLERS: Mapping[str, Callable[[SlackContext, Caller, Json], None]] = MappingProxyType(
    {
        "declare": _declare,
        "declare_from_message": _declare_from,
        "add_to_timeline": _add_to_timeline,
    }
)
