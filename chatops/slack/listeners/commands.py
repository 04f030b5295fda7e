"""Listens to the slash command: acknowledges, understands, does, answers."""

from slack_bolt import Ack

from chatops.domain.errors import TooLong
from chatops.slack.asking import Caller, Json, who_typed
from chatops.slack.command_parser import Typed, parse, vocabulary
from chatops.slack.front import Front
from chatops.slack.listeners.orders import HANDLERS
from chatops.slack.slips import FormName, Slip


def on_command(front: Front, ack: Ack, body: Json) -> None:
    ack()
    caller = who_typed(body, front.clock.now())
    front.boundary.guarded(
        "command",
        lambda: _obey(front, caller, f"{body.get('text') or ''}"),
        lambda post: front.answers.tell(caller, post),
    )


def _obey(front: Front, caller: Caller, text: str) -> None:
    typed = parse(text, vocabulary(front.desk.team, front.desk.look.policy()))
    if typed.form is not None:
        front.modals.open(caller, _slip(typed, typed.form))
        return
    try:
        answer = HANDLERS[typed.order](front, caller, typed)
    except TooLong:
        if typed.command.form is None:
            raise
        # It is shortened in the form rather than typed again.
        front.modals.open(caller, _slip(typed, typed.command.form))
    else:
        front.answers.tell(caller, answer)


def _slip(typed: Typed, form: FormName) -> Slip:
    """The form of a command, with what was typed in it."""
    person = typed.people[0].id if typed.people and not typed.people[0].is_group else ""
    return Slip(
        form=form,
        reference=typed.reference,
        text=typed.text,
        reason=typed.reason,
        severity=typed.severity,
        time=typed.time,
        about=f"{typed.number or ''}",
        person=person,
    )
