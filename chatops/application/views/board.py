"""What an incident's board, announcement, alert and topic show, and where they stand."""

from collections.abc import Callable, Mapping

from chatops.application.hotfix.views import hotfix_screen
from chatops.application.session import IncidentSession
from chatops.domain.incident.model import Incident, Status
from chatops.domain.messages.effects import LiveMessage, RefreshMessage
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle, Post
from chatops.domain.promises.model import PromiseKind

_RUNNING = (
    (ActionId.UPDATE, "Write update", ButtonStyle.WANTED),
    (ActionId.SEVERITY, "Severity", ButtonStyle.PLAIN),
    (ActionId.PAGE, "Page", ButtonStyle.PLAIN),
    (ActionId.RESOLVE, "Resolve", ButtonStyle.PLAIN),
)
_ALWAYS = (
    (ActionId.ROLE, "Roles"),
    (ActionId.TASK, "Tasks"),
    (ActionId.DECIDE, "Record a decision"),
    (ActionId.TIMELINE, "Timeline"),
    (ActionId.DUE, "What is due"),
)


def board(session: IncidentSession) -> Post:
    """The pinned message of an incident: where it stands and what can be done next."""
    tasks = [task for task in session.work.tasks.of(session.incident.id) if task.done_at is None]
    overdue = [
        promise
        for promise in session.promises().values()
        # Action items stand among the tasks, with their dates.
        if promise.overdue(session.now) and promise.kind is not PromiseKind.ACTION
    ]
    hotfixes = session.work.hotfixes.of(session.incident.id)
    about = str(session.incident.id)
    return session.answer(
        "board",
        heading=f"{session.incident.reference} · {session.incident.title}",
        buttons=_next_buttons(session.incident),
        more=tuple(Button(ask=ask, label=label, about=about) for ask, label in _ALWAYS),
        tasks=tuple(tasks),
        overdue=tuple(overdue),
        hotfixes=tuple(each for each in hotfixes if each.open),
    )


def _next_buttons(incident: Incident) -> tuple[Button, ...]:
    about = str(incident.id)
    if incident.status.running:
        wanted = [
            Button(ask=ask, label=label, about=about, tone=tone) for ask, label, tone in _RUNNING
        ]
        if incident.acknowledged_at is None:
            on_it = Button(
                ask=ActionId.ACKNOWLEDGE, label="I am on it", about=about, tone=ButtonStyle.WANTED
            )
            return (on_it, *(_plain(each) for each in wanted if each.ask is not ActionId.RESOLVE))
        return tuple(wanted)
    if incident.drill:
        return (Button(ask=ActionId.DRILL_DEBRIEF, label="Debrief", about=about),)
    reopen = Button(ask=ActionId.REOPEN, label="Reopen", about=about)
    if incident.status is Status.CLOSED:
        return (reopen,)
    write = Button(ask=ActionId.POST_MORTEM, label="Write post-mortem", about=about)
    close = Button(ask=ActionId.CLOSE, label="Close", about=about, tone=ButtonStyle.WANTED)
    return (close, write, reopen) if not incident.drill else (close, reopen)


def _plain(button: Button) -> Button:
    return Button(ask=button.ask, label=button.label, about=button.about)


def announcement(session: IncidentSession) -> Post:
    """The stakeholders' message, edited in place."""
    return session.post("announcement")


def alert(session: IncidentSession) -> Post:
    """The message where responders look for something to help with."""
    if not session.incident.status.running:
        return session.post("announcement")
    join = Button(
        ask=ActionId.JOIN, label="Join", about=str(session.incident.id), tone=ButtonStyle.WANTED
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
