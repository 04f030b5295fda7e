"""Everything that can be asked for about drills, in one place."""

from dataclasses import dataclass

from chatops.application.authorization import PeopleDirectory
from chatops.application.drills.end import StopDrill
from chatops.application.drills.pause import ContinueDrill, PauseDrill
from chatops.application.drills.queries import DrillQueries
from chatops.application.drills.start import StartDrill
from chatops.application.ports.scenarios import Scenarios
from chatops.application.session import Sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillUseCases:
    """The use cases of drills, ready to be called."""

    start: StartDrill
    stop: StopDrill
    pause: PauseDrill
    proceed: ContinueDrill
    look: DrillQueries


def open_drill_desk(
    sessions: Sessions, directory: PeopleDirectory, scenarios: Scenarios
) -> DrillUseCases:
    """Build them over their ports."""
    return DrillUseCases(
        start=StartDrill(sessions, directory, scenarios),
        stop=StopDrill(sessions, directory),
        pause=PauseDrill(sessions, directory),
        proceed=ContinueDrill(sessions, directory),
        look=DrillQueries(sessions, scenarios),
    )
