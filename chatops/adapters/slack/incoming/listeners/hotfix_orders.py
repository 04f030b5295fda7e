"""One handler for each order about a hotfix that can be carried out at once."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from chatops.adapters.slack.forms.hotfix import AboutHotfix, Subject
from chatops.adapters.slack.forms.hotfix_start import known_of_incident
from chatops.adapters.slack.rendering.mrkdwn import escape
from chatops.application.hotfix.session import (
    BackportRequest,
    EndRequest,
    FixRequest,
    FlagRequest,
    HotfixRequest,
    SkipRequest,
    WaiveBackportRequest,
)
from chatops.commands.arguments import Typed
from chatops.commands.caller import Caller
from chatops.commands.context import Counter
from chatops.commands.form_state import FormName, Slip
from chatops.commands.hotfix import HOTFIX
from chatops.commands.resolve_incident import must_be_meant
from chatops.commands.table import Order
from chatops.commands.usage import help_text
from chatops.domain.hotfix.errors import HotfixOver, NoHotfixYet
from chatops.domain.hotfix.model import Hotfix
from chatops.domain.messages.posts import Ask, Button, Post
from chatops.domain.playbook.pipeline import FixWay, StepKind

#: Gives the answer, or the slip of the form that must be filled in first.
Handler = Callable[[Counter, Caller, Typed], Post | Slip]

#: What the button about an incident adds to start a hotfix beside a running one.
ANOTHER = "another"

WAYS: Mapping[Order, FixWay] = MappingProxyType(
    {Order.HOTFIX_REVERT: FixWay.REVERT, Order.HOTFIX_PICK: FixWay.PICK}
)
_SHOWN = 5


def running_already(front: Counter, request: HotfixRequest) -> Post | None:
    """What is shown to whoever wants a hotfix while one is running: that, and the way to more."""
    known = known_of_incident(front.desk, replace(request, about=None, once=None))
    running = [each for each in known.hotfixes if each.current is not None]
    if not running:
        return None
    incident = f"{known.incident.id}"
    another = Button(ask=Ask.HOTFIX, label="Start another…", about=f"{incident}:{ANOTHER}")
    if len(running) == 1:
        status = front.desk.hotfix.status(replace(request, about=running[0].number, once=None))
        return replace(status, buttons=(*status.buttons, another))
    return _several(running, incident, another)


def _several(running: list[Hotfix], incident: str, another: Button) -> Post:
    words = f"{len(running)} hotfixes are running. Which one?"
    lines = "\n".join(f"{each.number} · {escape(each.service)} · {escape(each.title)}"
                      for each in running)  # fmt: skip
    shows = tuple(
        Button(
            ask=Ask.HOTFIX_STATUS,
            label=f"Show {each.number}",
            about=f"{incident}:{each.number}",
        )
        for each in running[:_SHOWN]
    )
    return Post(headline=words, text=f"*{words}*\n{lines}", buttons=(*shows, another))


def _about(front: Counter, caller: Caller, typed: Typed) -> AboutHotfix:
    command = f"{front.desk.team.hotfix_command} {typed.command.words[0]}"
    incident = must_be_meant(front.desk, caller, reference=typed.reference, command=command)
    return {**caller.about(incident), "about": typed.number}


def _start(front: Counter, caller: Caller, typed: Typed) -> Post | Slip:
    about = _about(front, caller, typed)
    slip = Slip(form=FormName.HOTFIX_START, incident=about["incident"])
    return running_already(front, HotfixRequest(**about)) or slip


def _status(front: Counter, caller: Caller, typed: Typed) -> Post:
    return front.desk.hotfix.status(HotfixRequest(**_about(front, caller, typed)))


def _ready(front: Counter, caller: Caller, typed: Typed) -> Post:
    return front.desk.hotfix.fix(FixRequest(**_about(front, caller, typed), way=FixWay.PUSH))


def _made(front: Counter, caller: Caller, typed: Typed) -> Post | Slip:
    """Have the fix made of a commit; before there is a hotfix, through the gate first."""
    about, way = _about(front, caller, typed), WAYS[typed.order]
    try:
        return front.desk.hotfix.fix(FixRequest(**about, way=way, source=typed.commit))
    except (NoHotfixYet, HotfixOver):
        if typed.number is not None:
            raise
        subject = Subject(number=None, detail=typed.commit)
        return Slip(
            form=FormName.HOTFIX_START, incident=about["incident"], about=subject.about, way=way
        )


def _skip(front: Counter, caller: Caller, typed: Typed) -> Post:
    leave = typed.people[0].id if typed.people else None
    request = SkipRequest(
        **_about(front, caller, typed),
        step=typed.step or StepKind.GATE,
        reason=typed.reason,
        leave=leave,
    )
    return front.desk.hotfix.skip(request)


def _back(front: Counter, caller: Caller, typed: Typed) -> Post:
    return front.desk.hotfix.rolled_back(HotfixRequest(**_about(front, caller, typed)))


def _backport(front: Counter, caller: Caller, typed: Typed) -> Post:
    about = _about(front, caller, typed)
    return front.desk.hotfix.backport(BackportRequest(**about, target=typed.branch or None))


def _align(front: Counter, caller: Caller, typed: Typed) -> Post:
    about = _about(front, caller, typed)
    return front.desk.hotfix.align(BackportRequest(**about, target=typed.branch or None))


def _waive(front: Counter, caller: Caller, typed: Typed) -> Post:
    about = _about(front, caller, typed)
    return front.desk.hotfix.waive(
        WaiveBackportRequest(**about, target=typed.branch, reason=typed.reason)
    )


def _flag(front: Counter, caller: Caller, typed: Typed) -> Post:
    about = _about(front, caller, typed)
    return front.desk.hotfix.flag(
        FlagRequest(
            incident=about["incident"],
            user=about["user"],
            now=about["now"],
            channel=about["channel"],
            once=about["once"],
            flag=typed.flag,
        )
    )


def _abort(front: Counter, caller: Caller, typed: Typed) -> Post:
    about = _about(front, caller, typed)
    return front.desk.hotfix.abort(EndRequest(**about, reason=typed.reason))


def _help(front: Counter, caller: Caller, typed: Typed) -> Post:
    del caller
    name = front.desk.team.hotfix_command
    return Post(headline=f"What {name} can do", text=help_text(name, HOTFIX, typed.text))


HANDLERS: Mapping[Order, Handler] = MappingProxyType(
    {
        Order.HOTFIX_START: _start,
        Order.HOTFIX_STATUS: _status,
        Order.HOTFIX_READY: _ready,
        Order.HOTFIX_REVERT: _made,
        Order.HOTFIX_PICK: _made,
        Order.HOTFIX_SKIP: _skip,
        Order.HOTFIX_BACK: _back,
        Order.HOTFIX_BACKPORT: _backport,
        Order.HOTFIX_ALIGN: _align,
        Order.HOTFIX_WAIVE: _waive,
        Order.HOTFIX_FLAG: _flag,
        Order.HOTFIX_ABORT: _abort,
        Order.HOTFIX_HELP: _help,
    }
)
