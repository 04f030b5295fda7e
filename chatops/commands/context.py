"""Where orders are handed in, in Slack or in a terminal, and the incident that they mean."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from chatops.application.services import UseCases
from chatops.commands.arguments import ParsedCommand
from chatops.commands.caller import About, Caller
from chatops.commands.resolve_incident import must_be_meant
from chatops.domain.messages.posts import Post
from chatops.domain.time.parse import Direction, read_time


class CommandContext(Protocol):
    """What a handler works with, wherever the order was typed."""

    @property
    def use_cases(self) -> UseCases: ...

    def zone_of(self, user: str) -> str:
        """The time zone in which a person types times."""
        ...


Handler = Callable[[CommandContext, Caller, ParsedCommand], Post]


def about_incident(context: CommandContext, caller: Caller, typed: ParsedCommand) -> About:
    """Who orders what, when, and about which incident.

    Raises:
        NoIncidentHere, UnknownIncident
    """
    command = " ".join([context.use_cases.team.incident_command, *typed.command.words])
    incident = must_be_meant(context.use_cases, caller, reference=typed.reference, command=command)
    return caller.about(incident)


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
