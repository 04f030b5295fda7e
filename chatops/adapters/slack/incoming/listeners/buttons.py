"""What all buttons have in common: what they act on, and the form that they open."""

from collections.abc import Callable
from dataclasses import dataclass

from chatops.adapters.slack.incoming.context import SlackContext
from chatops.commands.caller import Caller
from chatops.commands.form_state import FormName, FormState
from chatops.domain.errors import UserError
from chatops.domain.messages.posts import Post

#: Gives the answer; none if the press opened a form or redrew one.
Handler = Callable[[SlackContext, Caller, str], Post | None]


class Outdated(UserError):
    """A button that we no longer know, or that carries what we cannot read."""

    def __init__(self, command: str) -> None:
        super().__init__(f"This button is outdated; use `{command}`. Nothing was changed.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a button acts on: an incident, and a detail."""

    incident: int
    detail: str = ""


def target_of(context: SlackContext, about: str) -> Target:
    """Raises Outdated."""
    number, _, detail = about.partition(":")
    if not number.isdecimal():
        raise Outdated(context.use_cases.team.incident_command)
    return Target(incident=int(number), detail=detail)


def opens(form: FormName) -> Handler:
    """Open a form; the button carries the incident, or the slip of a form to open again."""

    def handler(context: SlackContext, caller: Caller, about: str) -> None:
        form_state = FormState.unpacked(about)
        if form_state is None:
            target = target_of(context, about)
            form_state = FormState(form=form, incident=target.incident, about=target.detail)
        context.modals.open(caller, form_state)

    return handler
