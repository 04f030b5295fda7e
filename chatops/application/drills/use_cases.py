"""Everything that can be asked for about drills: what can be played, what runs, what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chatops.application.authorization import PeopleDirectory
from chatops.application.drills.course import SteerDrill, course_of, what_came_of_it
from chatops.application.drills.start import StartDrill
from chatops.application.ports.scenarios import Scenarios
from chatops.application.ports.storage import Search
from chatops.application.session import Request, Sessions
from chatops.domain.drills.scenario import Scenario, WhichDrill
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle, Post
from chatops.domain.messages.templates import OutputFormat


class DrillQueries:
    """Answers questions about drills."""

    def __init__(self, sessions: Sessions, scenarios: Scenarios) -> None:
        self._sessions = sessions
        self._scenarios = scenarios

    def scenarios(self) -> Sequence[Scenario]:
        return self._scenarios.all()

    def list(self, *, team: str, user: str, now: datetime) -> Post:
        """What can be played, and which drills run, as far as the person may see them."""
        with self._sessions.storage.reading() as work:
            search = Search(team=team, viewer=user, not_closed=True, drills=True, limit=10)
            running = tuple(work.incidents.find(search))
        start = Button(ask=ActionId("drill"), label="Play one…", about="", tone=ButtonStyle.WANTED)
        scenarios = tuple(self._scenarios.all())[:20]
        return self._sessions.word(
            "drill_list", now, buttons=(start,), scenarios=scenarios, drills=running
        )

    def the_one(self, *, team: str, user: str) -> int:
        """The id of the only drill that runs, as far as the person may see it.

        Raises:
            WhichDrill: there are several, or none.
        """
        with self._sessions.storage.reading() as work:
            search = Search(team=team, viewer=user, running_only=True, drills=True, limit=10)
            found = work.incidents.find(search)
        if len(found) != 1:
            raise WhichDrill([each.reference for each in found])
        return found[0].id

    def debrief(self, request: Request) -> Post:
        """What came of a drill, so far if it still runs; in a terminal as a document.

        Raises:
            UnknownIncident, UserError
        """
        with self._sessions.looking(request) as session:
            came = what_came_of_it(session, course_of(session))
            if self._sessions.output is OutputFormat.PLAIN:
                text = session.markdown("drill_document", debrief=came)
                return Post(headline=session.incident.reference, text=text)
            return session.answer("drill_debrief", debrief=came, why="")


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillUseCases:
    """The use cases of drills, ready to be called."""

    start: StartDrill
    steer: SteerDrill
    look: DrillQueries


def open_drill_use_cases(
    sessions: Sessions, directory: PeopleDirectory, scenarios: Scenarios
) -> DrillUseCases:
    """Build them over their ports."""
    return DrillUseCases(
        start=StartDrill(sessions, directory, scenarios),
        steer=SteerDrill(sessions, directory),
        look=DrillQueries(sessions, scenarios),
    )
