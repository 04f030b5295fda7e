"""Answers questions, and draws boards: where incidents stand, what is open, due, or mine."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chatops.application.hotfix.views import hotfix_screen
from chatops.application.ports.storage import Search
from chatops.application.promises.due_list import DueList, DueQuestion, due_items, for_home, late
from chatops.application.session import IncidentSession, Request, Sessions
from chatops.application.tasks.tasks import task_card, task_list
from chatops.domain.errors import UnknownIncident
from chatops.domain.hotfix.model import Hotfix
from chatops.domain.incident.model import Incident, Status
from chatops.domain.incident.timeline import Entry, current
from chatops.domain.messages.effects import LiveMessage, RefreshMessage
from chatops.domain.messages.posts import ActionId, BoardPlace, Button, ButtonStyle, Post
from chatops.domain.playbook.policy import Playbook
from chatops.domain.promises.model import Promise
from chatops.domain.promises.spec import PromiseSubject
from chatops.domain.tasks import Task

#: How many lines a list in a message has at most; what is left out is counted.
LIST_LENGTH = 15
#: How many incidents of somebody's own their App Home has.
_MINE = 5
_DECLARE = Button(
    ask=ActionId("declare"), label="Declare an incident", about="", tone=ButtonStyle.WANTED
)
_NUMBERS = Button(ask=ActionId("stats"), label="Numbers", about="")


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentView:
    """An incident and the policy that it lives under, to fill a form from."""

    incident: Incident
    playbook: Playbook
    tasks: Sequence[Task]
    promises: Sequence[Promise]
    hotfixes: Sequence[Hotfix] = ()


class Queries:
    """Answers questions about incidents, for one pair of eyes."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._due = DueList(sessions)

    def policy(self) -> Playbook:
        """The playbook that an incident declared now would live under."""
        return self._sessions.playbook

    def known(self, request: Request) -> IncidentView:
        """What a form about an incident is filled from. Raises UnknownIncident."""
        with self._sessions.looking(request) as session:
            return IncidentView(
                incident=session.incident,
                playbook=session.playbook,
                tasks=session.work.tasks.of(session.incident.id),
                promises=tuple(session.promises().values()),
                hotfixes=session.work.hotfixes.of(session.incident.id),
            )

    def entry(self, request: Request, entry: int) -> Entry | None:
        """One entry of an incident's timeline, to correct it. Raises UnknownIncident."""
        with self._sessions.looking(request) as session:
            found = session.work.timeline.get(entry)
            return found if found is not None and found.incident == request.incident else None

    def incident_in(self, channel: str) -> int | None:
        """The id of the incident that lives in a channel."""
        with self._sessions.storage.reading() as work:
            found = work.incidents.in_channel(channel)
            return None if found is None else found.id

    def incident_named(self, *, team: str, user: str, reference: str) -> int:
        """The id of the incident of that reference, whatever the case.

        Raises:
            UnknownIncident: there is none, or not for this person.
        """
        with self._sessions.storage.reading() as work:
            search = Search(team=team, viewer=user, reference=reference.strip().upper(), limit=1)
            for incident in work.incidents.find(search):
                return incident.id
        raise UnknownIncident(reference)

    def status(self, request: Request) -> Post:
        """Where an incident stands. Raises UnknownIncident."""
        with self._sessions.looking(request) as session:
            return board(session)

    def timeline(self, request: Request) -> Post:
        """The newest turns of the story. Raises UnknownIncident."""
        with self._sessions.looking(request) as session:
            entries = current(session.work.timeline.of(session.incident.id))
            about = str(session.incident.id)
            add = Button(ask=ActionId("timeline"), label="Add a note", about=f"{about}:add")
            return session.answer(
                "timeline",
                buttons=(add,),
                entries=entries[-LIST_LENGTH:],
                left_out=max(0, len(entries) - LIST_LENGTH),
            )

    def tasks(self, request: Request) -> Post:
        """What there is to do, with a button for each open task. Raises UnknownIncident."""
        with self._sessions.looking(request) as session:
            return task_list(session)

    def task(self, request: Request, number: int) -> Post:
        """One task, with what can be done with it. Raises UnknownIncident, UserError."""
        with self._sessions.looking(request) as session:
            return task_card(session, number)

    def due(self, asked: DueQuestion) -> Post:
        """What is owed by whom, in one incident or in all that the person may see."""
        with self._sessions.storage.reading() as work:
            return self._due.show(work, asked)

    def open(self, *, team: str, user: str, now: datetime) -> Post:
        """The incidents that are not closed, and apart the drills, as far as they may be seen."""
        with self._sessions.storage.reading() as work:
            wanted = Search(team=team, viewer=user, not_closed=True, limit=LIST_LENGTH + 1)
            incidents = work.incidents.find(replace(wanted, drills=False))
            drills = work.incidents.find(replace(wanted, drills=True))
            post = self._incidents("open_incidents", now, incidents)
            if not drills:
                return post
            beside = self._incidents("home_drills", now, drills)
            return replace(post, text=f"{post.text}\n\n{beside.text}")

    def home(self, *, team: str, user: str, now: datetime) -> tuple[Post, ...]:
        """App Home: what is mine, what is due from me, what is open, and the drills apart."""
        with self._sessions.storage.reading() as work:
            mine = Search(team=team, viewer=user, involving=user, not_closed=True, limit=_MINE * 2)
            every = Search(team=team, viewer=user, not_closed=True, limit=LIST_LENGTH * 2)
            found = work.incidents.find(every)
            open_ones = [each for each in found if not each.drill]
            drills = [each for each in found if each.drill]
            owed = for_home(due_items(work, team, user, now, None))
            involved = [each for each in work.incidents.find(mine) if not each.drill][:_MINE]
            return (
                self._sessions.word(
                    "home_head", now, buttons=(_DECLARE, _NUMBERS), late=late(owed), owed=len(owed)
                ),
                *(
                    self._sessions.word(
                        "home_incident", now, buttons=_home_buttons(each), each=each
                    )
                    for each in involved
                ),
                self._due.at_home(owed, now),
                self._incidents("open_incidents", now, open_ones),
                *([self._incidents("home_drills", now, drills)] if drills else []),
            )

    def _incidents(self, text: str, now: datetime, found: Sequence[Incident]) -> Post:
        return self._sessions.word(
            text, now, incidents=tuple(found[:LIST_LENGTH]), left_out=_rest(found)
        )


def _rest(found: Sequence[object]) -> int:
    return max(0, len(found) - LIST_LENGTH)


def _home_buttons(incident: Incident) -> tuple[Button, ...]:
    about = str(incident.id)
    status = Button(ask=ActionId("status"), label="Show", about=about)
    if incident.status.running:
        return (Button(ask=ActionId("update"), label="Write update", about=about), status)
    return (status,)


#: Above these a message shows a menu.
_VISIBLE = 4


def board(session: IncidentSession) -> Post:
    """The pinned message of an incident: where it stands and what can be done next."""
    tasks = [task for task in session.work.tasks.of(session.incident.id) if task.done_at is None]
    overdue = [
        promise
        for promise in session.promises().values()
        # Action items stand among the tasks, with their dates.
        if promise.overdue(session.now) and promise.spec.subject is not PromiseSubject.TASK
    ]
    hotfixes = session.work.hotfixes.of(session.incident.id)
    return session.answer(
        "board",
        heading=f"{session.incident.reference} · {session.incident.title}",
        buttons=_next_buttons(session),
        more=_board_buttons(session, BoardPlace.MENU),
        tasks=tuple(tasks),
        overdue=tuple(overdue),
        hotfixes=tuple(each for each in hotfixes if each.open),
    )


def _next_buttons(session: IncidentSession) -> tuple[Button, ...]:
    """What can be done next, the wanted first; until somebody acknowledges, that is wanted most."""
    incident = session.incident
    if incident.status.running:
        running = _board_buttons(session, BoardPlace.RUNNING)
        if incident.acknowledged_at is not None:
            return running
        first = _board_buttons(session, BoardPlace.UNACKNOWLEDGED)
        plain = (replace(each, tone=ButtonStyle.PLAIN) for each in running)
        return (*first, *plain)[:_VISIBLE]
    if incident.drill:
        return _board_buttons(session, BoardPlace.DRILLED)
    is_closed = incident.status is Status.CLOSED
    return _board_buttons(session, BoardPlace.CLOSED if is_closed else BoardPlace.RESOLVED)


def _board_buttons(session: IncidentSession, place: BoardPlace) -> tuple[Button, ...]:
    about = str(session.incident.id)
    return tuple(replace(each, about=about) for each in session.board.get(place, ()))


def announcement(session: IncidentSession) -> Post:
    """The stakeholders' message, edited in place."""
    return session.post("announcement")


def alert(session: IncidentSession) -> Post:
    """The message where responders look for something to help with."""
    if not session.incident.status.running:
        return session.post("announcement")
    join = Button(
        ask=ActionId("join"), label="Join", about=str(session.incident.id), tone=ButtonStyle.WANTED
    )
    return session.post("initial_alert", buttons=(join,))


_SCREENS: Mapping[LiveMessage, Callable[[IncidentSession], Post]] = {
    LiveMessage.BOARD: board,
    LiveMessage.ANNOUNCEMENT: announcement,
    LiveMessage.ALERT: alert,
}


def message_key(act: RefreshMessage) -> str:
    """The key of the message that is kept up to date."""
    key = f"{act.incident}:{act.screen}"
    return key if act.hotfix is None else f"{key}:{act.hotfix}"


def shown(session: IncidentSession, act: RefreshMessage) -> tuple[Post, int]:
    """What a screen shows now, and the version of the state that it shows."""
    if act.hotfix is not None:
        return hotfix_screen(session, act.hotfix)
    return _SCREENS[act.screen](session), session.version


def topic(session: IncidentSession, *, leader: str) -> str:
    """The channel's topic: plain words on one line, for Slack formats nothing there."""
    return session.plain("topic", leader=leader)
