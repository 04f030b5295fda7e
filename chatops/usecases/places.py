"""Where an incident's screens stand."""

from typing import assert_never

from chatops.domain.incident.model import Incident
from chatops.domain.messages.effects import Place, PlaceKind, Screen
from chatops.domain.team import Team


def room_of(incident: Incident) -> Place:
    """The incident's own channel."""
    return Place(kind=PlaceKind.INCIDENT, id=str(incident.id))


def place_of(screen: Screen, incident: Incident, team: Team) -> Place | None:
    """Where a screen stands; none if the team has no place for it, or it would say too much.

    A drill has a board alone.
    """
    if incident.drill and screen in {Screen.ANNOUNCEMENT, Screen.ALERT}:
        return None
    match screen:
        case Screen.BOARD | Screen.HOTFIX:
            return room_of(incident)
        case Screen.ANNOUNCEMENT:
            return Place(kind=PlaceKind.STAKEHOLDERS) if team.channels.stakeholders else None
        case Screen.ALERT:
            shown = team.channels.alerts is not None and not incident.private
            return Place(kind=PlaceKind.ALERTS) if shown else None
        case _ as never:
            assert_never(never)
