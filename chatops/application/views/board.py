"""What an incident's board, announcement, alert and topic show, and where they stand."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from chatops.application.hotfix.views import hotfix_screen
from chatops.application.session import IncidentSession
from chatops.domain.incident.model import Status
from chatops.domain.messages.effects import LiveMessage, RefreshMessage
from chatops.domain.messages.posts import ActionId, BoardPlace, Button, ButtonStyle, Post
from chatops.domain.promises.spec import PromiseSubject

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
        more=_standing(session, BoardPlace.MENU),
        tasks=tuple(tasks),
        overdue=tuple(overdue),
        hotfixes=tuple(each for each in hotfixes if each.open),
    )


def _next_buttons(session: IncidentSession) -> tuple[Button, ...]:
    """What can be done next, the wanted first; until somebody acknowledges, that is wanted most."""
    incident = session.incident
    if incident.status.running:
        running = _standing(session, BoardPlace.RUNNING)
        if incident.acknowledged_at is not None:
            return running
        first = _standing(session, BoardPlace.UNACKNOWLEDGED)
        plain = (replace(each, tone=ButtonStyle.PLAIN) for each in running)
        return (*first, *plain)[:_VISIBLE]
    if incident.drill:
        return _standing(session, BoardPlace.DRILLED)
    is_closed = incident.status is Status.CLOSED
    return _standing(session, BoardPlace.CLOSED if is_closed else BoardPlace.RESOLVED)


def _standing(session: IncidentSession, place: BoardPlace) -> tuple[Button, ...]:
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
