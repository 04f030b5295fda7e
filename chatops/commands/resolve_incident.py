"""Finds the incident that somebody means: named, or the one whose channel they are in."""

from chatops.application.services import UseCases
from chatops.commands.caller import Caller
from chatops.domain.errors import NoIncidentHere


def meant_by(use_cases: UseCases, caller: Caller, reference: str = "") -> int | None:
    """The id of the incident, if one is meant.

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
