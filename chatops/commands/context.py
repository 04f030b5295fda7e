"""Who asks for an action and where, in Slack or in a terminal, and which incident is meant."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypedDict

from chatops.application.use_cases import UseCases
from chatops.commands.form_state import FormState
from chatops.domain.errors import NoIncidentHere, UserError
from chatops.domain.time.parse import Direction, read_time


class RequestFields(TypedDict):
    """The facts that every request about an incident begins with."""

    incident: int
    user: str
    now: datetime
    channel: str | None
    once: str | None


class HotfixRequestFields(TypedDict):
    """The facts that every request about a hotfix begins with."""

    incident: int
    user: str
    now: datetime
    channel: str | None
    once: str | None
    number: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A person who did something in Slack.

    ``channel`` is where, ``answer_url`` where only they read the answer, ``trigger`` the right to
    show them a form. ``view`` is the modal that they look at, ``form_state`` what came back with
    it; ``at_home`` says that they look at their App Home. ``place`` names the message or view
    that they pressed something in, ``once`` this very doing.
    """

    team: str
    user: str
    now: datetime
    once: str
    channel: str | None = None
    answer_url: str | None = None
    trigger: str = ""
    view: str | None = None
    form_state: FormState | None = None
    at_home: bool = False
    place: str = ""

    def request(self, incident: int) -> RequestFields:
        """Begin a request about an incident."""
        return {
            "incident": incident,
            "user": self.user,
            "now": self.now,
            "channel": self.channel,
            "once": self.once,
        }


class CommandContext(Protocol):
    """What a handler works with, wherever the action was asked for."""

    @property
    def use_cases(self) -> UseCases: ...

    def zone_of(self, user: str) -> str:
        """The time zone in which a person types times."""
        ...


class Outdated(UserError):
    """A button that we no longer know, or that carries what we cannot read."""

    def __init__(self, command: str) -> None:
        super().__init__(f"This button is outdated; use `{command}`. Nothing was changed.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a button acts on: an incident, and a detail."""

    incident: int
    detail: str = ""


def outdated(context: CommandContext) -> Outdated:
    """The refusal of a button, with the command that does the same."""
    return Outdated(context.use_cases.team.incident_command)


def target_of(context: CommandContext, about: str) -> Target:
    """Read what a button carries. Raises Outdated."""
    number, _, detail = about.partition(":")
    if not number.isdecimal():
        raise outdated(context)
    return Target(incident=int(number), detail=detail)


def meant_by(use_cases: UseCases, caller: Caller, reference: str = "") -> int | None:
    """The id of the incident that is named, or whose channel it is; none if none is meant.

    Raises:
        UnknownIncident
    """
    if reference:
        return use_cases.look.incident_named(
            team=caller.team, user=caller.user, reference=reference
        )
    return use_cases.look.incident_in(caller.channel) if caller.channel else None


def must_be_meant(use_cases: UseCases, caller: Caller, *, reference: str, command: str) -> int:
    """The id of the incident; ``command`` is the whole of what was typed before its reference.

    Raises:
        UnknownIncident, NoIncidentHere
    """
    found = meant_by(use_cases, caller, reference)
    if found is None:
        raise NoIncidentHere(command)
    return found


def typed_at(
    context: CommandContext, caller: Caller, text: str, direction: Direction
) -> datetime | None:
    """The moment that the caller typed, in their own zone; none if nothing was typed.

    Raises:
        InvalidTime
    """
    if not text:
        return None
    zone = context.zone_of(caller.user)
    return read_time(text, now=caller.now, zone=zone, direction=direction).at
