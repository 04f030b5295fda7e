"""What outward acts come to, and what that changes in our own records."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from chatops.application.hotfix.execute import StepResult, take_in
from chatops.application.hotfix.session import HotfixSession
from chatops.application.ports.chat import ChannelRef
from chatops.application.ports.storage import Sent, UnitOfWork
from chatops.application.postmortem.export import Paper, take_paper_in, tell_whoever_asked
from chatops.application.session import IncidentSession, Sessions
from chatops.application.tasks.sync import Seen
from chatops.application.tasks.sync import take_in as take_task_in
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.effects import (
    Destination,
    DestinationKind,
    DoStep,
    Effect,
    Invite,
    LiveMessage,
    PinBoard,
    PollForge,
    PostMessage,
    RefreshMessage,
    SyncTask,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectOutcome:
    """What an act came to; recorded in the transaction that completes its effect.

    ``absent`` says who could not come and why. Where the chat could not be asked, a user group
    stands for its people: ``groups`` says who they are, ``later`` of which we do not know yet.
    """

    result: Mapping[str, str] = field(default_factory=dict)
    sent: Sent | None = None
    room: ChannelRef | None = None
    absent: tuple[str, ...] = ()
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    later: tuple[str, ...] = ()
    finding: StepResult | None = None
    task: Seen | None = None
    paper: Paper | None = None


def record(
    sessions: Sessions, work: UnitOfWork, effect: Effect, outcome: EffectOutcome, now: datetime
) -> None:
    """Take an outcome into our records, with whatever follows from it."""
    placed = outcome.sent is not None and _is_new(work, outcome.sent)
    if outcome.sent is not None:
        work.messages.remember(outcome.sent)
    _take_finding_in(sessions, work, effect, outcome, now)
    _take_task_in(sessions, work, effect, outcome, now)
    _take_paper_in(sessions, work, effect, outcome, now)
    news = placed or outcome.room or outcome.absent or outcome.groups or outcome.later
    if effect.incident is None or not news:
        return
    session = sessions.within(work, work.incidents.get(effect.incident), actor=None, now=now)
    if outcome.room is not None:
        _moved_in(session, outcome.room)
    if placed:
        _pin_later_board(session, effect)
    if outcome.groups:
        _put_people_for_groups(session, effect, outcome.groups)
    for group in outcome.later:
        act = Invite(incident=session.incident.id, users=(group,))
        session.do(f"invite:{effect.id}:{group}", lane_of_person(group), act)
    if outcome.absent:
        _tell_absent(session, effect, outcome.absent)


def _take_finding_in(
    sessions: Sessions, work: UnitOfWork, effect: Effect, outcome: EffectOutcome, now: datetime
) -> None:
    act = effect.act
    if outcome.finding is None or not isinstance(act, DoStep | PollForge):
        return
    assert effect.incident is not None  # noqa: S101 - a hotfix belongs to an incident
    was = work.incidents.get(effect.incident)
    session = sessions.within(work, was, actor=None, now=now)
    hotfix = HotfixSession(session, work.hotfixes.get(act.hotfix))
    take_in(hotfix, act, outcome.finding)
    if hotfix.changed or session.incident != was:
        session.finish(was=was)
    hotfix.save()


def _take_task_in(
    sessions: Sessions, work: UnitOfWork, effect: Effect, outcome: EffectOutcome, now: datetime
) -> None:
    act = effect.act
    if outcome.task is not None and isinstance(act, SyncTask):
        was = work.incidents.get(act.incident)
        session = sessions.within(work, was, actor=None, now=now)
        if take_task_in(session, act, outcome.task):
            session.finish(was=was)


def _take_paper_in(
    sessions: Sessions, work: UnitOfWork, effect: Effect, outcome: EffectOutcome, now: datetime
) -> None:
    if outcome.paper is None:
        return
    if effect.incident is None:
        tell_whoever_asked(sessions, work, effect, outcome.paper, now)
        return
    incident = work.incidents.get(effect.incident)
    take_paper_in(sessions.within(work, incident, actor=None, now=now), effect, outcome.paper)


def lane_of_person(user: str) -> str:
    """The queue of what is for one person, or one group, alone."""
    return Destination(kind=DestinationKind.PERSON, id=user).lane


def people_of(users: Iterable[str], groups: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The users, with its people in the place of each group."""
    for user in users:
        yield from groups.get(user, (user,))


def _is_new(work: UnitOfWork, sent: Sent) -> bool:
    """Whether the message stands where it did not stand before."""
    before = work.messages.find(sent.key)
    return before is None or before.ts != sent.ts


def _moved_in(session: IncidentSession, room: ChannelRef) -> None:
    moved = replace(session.incident, channel=room.channel, channel_name=room.name)
    session.incident = session.work.incidents.save(moved)
    session.show(LiveMessage.ALERT)


def _pin_later_board(session: IncidentSession, effect: Effect) -> None:
    """Pin a board that stands in for one that is gone; a declaration has its own pinned."""
    is_board = isinstance(effect.act, RefreshMessage) and effect.act.screen is LiveMessage.BOARD
    if is_board and effect.made_at > session.incident.declared_at:
        session.do(f"pin:{effect.id}", session.room.lane, PinBoard(incident=session.incident.id))


def _put_people_for_groups(
    session: IncidentSession, effect: Effect, groups: Mapping[str, Sequence[str]]
) -> None:
    if isinstance(effect.act, Invite):
        members = frozenset(people_of(session.incident.members, groups))
        session.incident = session.work.incidents.save(replace(session.incident, members=members))
    if isinstance(effect.act, PostMessage):
        for group, people in groups.items():
            key = effect.key.removeprefix(f"{session.incident.id}:").removesuffix(f":{group}")
            for person in people:
                session.tell_person(key, person, effect.act.post)


def _tell_absent(session: IncidentSession, effect: Effect, absent: tuple[str, ...]) -> None:
    for each in absent:
        session.note(EntryKind.TROUBLE, each)
    session.tell_thread(f"absent:{effect.id}", session.post("absent", absent=absent))
