"""Everything that can be asked for about drills, in one place."""

from dataclasses import dataclass

from chatops.application.authorization import Directory
from chatops.application.drills.end import StopDrill
from chatops.application.drills.pause import ContinueDrill, PauseDrill
from chatops.application.drills.queries import LookAtDrills
from chatops.application.drills.start import StartDrill
from chatops.application.ports.scenarios import Scenarios
from chatops.application.session import Turns


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
