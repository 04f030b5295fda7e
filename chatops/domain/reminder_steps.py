"""What to do when it is time to remind somebody: of what is owed later, or of the incident."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from chatops.domain.manners import ARCHIVE_NOTICE
from chatops.domain.promises import Promise, PromiseKind
from chatops.domain.verdicts import Nudge, PutAway, Scene, TellOverdue, Verdict


def _owed(promise: Promise, scene: Scene) -> Verdict:
    """Remind ahead of it, then say that it is overdue, again and again until it is settled."""
    if scene.manners.is_quiet(scene.incident, scene.now):
        return _later(promise, scene, scene.now)
    first = _missed_at(promise, scene)
    if scene.now < promise.due_at and not promise.nudged:
        nudged = replace(promise, nudged=True, wake_at=scene.manners.forward(scene.incident, first))
        return Verdict(promise=nudged, step=Nudge(promise=nudged))
    if scene.now < first:
        return _later(promise, scene, first)
    return _tell(promise, scene)


def _missed_at(promise: Promise, scene: Scene) -> datetime:
    """From when on it is said to be overdue; of a meeting nobody asks before it is over."""
    minutes = scene.severity.post_mortem.review_minutes
    if promise.kind is PromiseKind.REVIEW and minutes is not None:
        return promise.due_at + timedelta(minutes=minutes[0])
    return promise.due_at


def _close(promise: Promise, scene: Scene) -> Verdict:
    """It is the bot that wants an incident closed: a word ahead would say nothing more."""
    if scene.now < promise.due_at:
        return _later(promise, scene, promise.due_at)
    return _owed(promise, scene)


def _watch(promise: Promise, scene: Scene) -> Verdict:
    """A window is spoken of when its least time is over, and when its whole time is."""
    if scene.now < promise.due_at and promise.nudged:
        return _later(promise, scene, promise.due_at)
    return _owed(promise, scene)


def _archive(promise: Promise, scene: Scene) -> Verdict:
    """Tell the channel a day ahead; one that was not told, for we were away, gets its day."""
    if scene.now < promise.due_at and promise.nudged:
        return Verdict(promise=replace(promise, wake_at=promise.due_at))
    if promise.nudged:
        kept = promise.kept(promise.due_at)
        return Verdict(promise=kept, step=PutAway(promise=promise))
    if scene.manners.is_quiet(scene.incident, scene.now):
        return _later(promise, scene, scene.now)
    due = max(promise.due_at, scene.now + ARCHIVE_NOTICE)
    nudged = replace(promise, nudged=True, due_at=due, wake_at=due)
    return Verdict(promise=nudged, step=Nudge(promise=nudged))


def _unled(promise: Promise, scene: Scene) -> Verdict:
    if scene.incident.commander is not None:
        return Verdict(promise=promise.kept(min(scene.now, promise.due_at)))
    return _once_due(promise, scene)


def _stale(promise: Promise, scene: Scene) -> Verdict:
    """Ask only if nothing was written down for so long, and anew when something is."""
    after = scene.manners.stale_after
    if after is None:
        return Verdict(promise=promise.lapsed(scene.now))
    due = max(promise.made_at, scene.heard_at) + after
    if due > promise.due_at:
        moved = promise.renewed(due_at=due, wake_at=due, now=scene.heard_at)
        return Verdict(promise=moved) if scene.now < due else _tell(moved, scene)
    return _once_due(promise, scene)


def _hand_over(promise: Promise, scene: Scene) -> Verdict:
    if scene.incident.roles.get(promise.detail) != promise.owner:
        return Verdict(promise=promise.lapsed(scene.now))
    return _once_due(promise, scene)


def _once_due(promise: Promise, scene: Scene) -> Verdict:
    if scene.now < promise.due_at:
        return _later(promise, scene, promise.due_at)
    return _tell(promise, scene)


def _tell(promise: Promise, scene: Scene) -> Verdict:
    told = replace(promise, told=promise.told + 1)
    told = replace(told, wake_at=scene.manners.again_at(told, scene.incident, scene.now))
    return Verdict(promise=told, step=TellOverdue(promise=told))


def _later(promise: Promise, scene: Scene, at: datetime) -> Verdict:
    """Look again then, or as soon after it as people may be reminded."""
    wake = scene.manners.forward(scene.incident, at)
    return Verdict(promise=replace(promise, wake_at=wake))


#: One decision for each kind of promise that people are reminded of, for as long as it takes.
REMINDERS: Mapping[PromiseKind, Callable[[Promise, Scene], Verdict]] = MappingProxyType(
    {
        PromiseKind.UNLED: _unled,
        PromiseKind.STALE: _stale,
        PromiseKind.HAND_OVER: _hand_over,
        PromiseKind.BACKPORT: _owed,
        PromiseKind.WATCH: _watch,
        PromiseKind.REPORTER: _owed,
        PromiseKind.ROOT_CAUSE: _owed,
        PromiseKind.POST_MORTEM: _owed,
        PromiseKind.REVIEW: _owed,
        PromiseKind.ACTION: _owed,
        PromiseKind.CLOSE: _close,
        PromiseKind.ARCHIVE: _archive,
    }
)
