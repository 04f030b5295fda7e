"""Everything that can be asked for about drills, in one place."""

from dataclasses import dataclass

from chatops.usecases.drills.ending import StopDrill
from chatops.usecases.drills.looking import LookAtDrills
from chatops.usecases.drills.pausing import ContinueDrill, PauseDrill
from chatops.usecases.drills.ports import Scenarios
from chatops.usecases.drills.starting import StartDrill
from chatops.usecases.permission import Directory
from chatops.usecases.turns import Turns


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillDesk:
    """The use cases of drills, ready to be called."""

    start: StartDrill
    stop: StopDrill
    pause: PauseDrill
    proceed: ContinueDrill
    look: LookAtDrills


def open_drill_desk(turns: Turns, directory: Directory, scenarios: Scenarios) -> DrillDesk:
    """Build them over their ports."""
    return DrillDesk(
        start=StartDrill(turns, directory, scenarios),
        stop=StopDrill(turns, directory),
        pause=PauseDrill(turns, directory),
        proceed=ContinueDrill(turns, directory),
        look=LookAtDrills(turns, scenarios),
    )
