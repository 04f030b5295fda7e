"""What keeps a drill inside its own room: nobody outside hears of it, nothing real is touched."""

from chatops.domain.effects import (
    Act,
    DoStep,
    LookOut,
    MakeCanvas,
    Place,
    PlaceKind,
    PublishDocs,
    Say,
    Screen,
    ShareFile,
    Show,
    SyncTask,
)
from chatops.domain.incident import Incident
from chatops.domain.promises import LATER, PromiseKind


def stays_inside(incident: Incident, act: Act) -> bool:
    """Whether an act reaches nobody but those who take part, and nothing but their room."""
    match act:
        case Say() | ShareFile():
            return _is_inside(incident, act.to)
        case Show():
            return act.screen in {Screen.BOARD, Screen.HOTFIX}
        case DoStep() | LookOut() | MakeCanvas() | PublishDocs() | SyncTask():
            return False
        case _:
            return True


def is_promised(kind: PromiseKind) -> bool:
    """Whether a drill makes promises of a kind: nothing is owed once it is over."""
    return kind not in LATER


def _is_inside(incident: Incident, place: Place) -> bool:
    match place.kind:
        case PlaceKind.INCIDENT:
            return place.id == str(incident.id)
        case PlaceKind.PERSON:
            return place.id in incident.people
        case _:
            return False
