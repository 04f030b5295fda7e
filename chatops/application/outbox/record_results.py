"""What outward acts come to, and what that changes in our own records."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from chatops.application.hotfix.execute import StepResult
from chatops.application.hotfix.record_results import take_in
from chatops.application.hotfix.session import HotfixSession
from chatops.application.ports.chat import ChannelRef
from chatops.application.ports.storage import Sent, UnitOfWork
from chatops.application.postmortem.export import Paper
from chatops.application.postmortem.export_results import take_paper_in, tell_whoever_asked
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
    """What an act came to; recorded in the transaction that settles its effect.

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
    turns: Sessions, work: UnitOfWork, effect: Effect, outcome: EffectOutcome, now: datetime
) -> None:
    """Take an outcome into our records, with whatever follows from it."""
    placed = outcome.sent is not None and _is_new(work, outcome.sent)
    if outcome.sent is not None:
        work.messages.remember(outcome.sent)
    _take_finding_in(turns, work, effect, outcome, now)
    _take_task_in(turns, work, effect, outcome, now)
    _take_paper_in(turns, work, effect, outcome, now)
    news = placed or outcome.room or outcome.absent or outcome.groups or outcome.later
    if effect.incident is None or not news:
        return
    turn = turns.within(work, work.incidents.get(effect.incident), actor=None, now=now)
    if outcome.room is not None:
        _moved_in(turn, outcome.room)
    if placed:
        _pin_later_board(turn, effect)
    if outcome.groups:
        _put_people_for_groups(turn, effect, outcome.groups)
    for group in outcome.later:
        act = Invite(incident=turn.incident.id, users=(group,))
        turn.do(f"invite:{effect.id}:{group}", lane_of_person(group), act)
    if outcome.absent:
        _tell_absent(turn, effect, outcome.absent)


def _take_finding_in(
    turns: Sessions, work: UnitOfWork, effect: Effect, outcome: EffectOutcome, now: datetime
) -> None:
    act = effect.act
    if outcome.finding is None or not isinstance(act, DoStep | PollForge):
        return
    assert effect.incident is not None  # noqa: S101 - a hotfix belongs to an incident
    was = work.incidents.get(effect.incident)
    turn = turns.within(work, was, actor=None, now=now)
    hand = HotfixSession(turn, work.hotfixes.get(act.hotfix))
    take_in(hand, act, outcome.finding)
    if hand.changed or turn.incident != was:
        turn.finish(was=was)
    hand.save()


def _take_task_in(
    turns: Sessions, work: UnitOfWork, effect: Effect, outcome: EffectOutcome, now: datetime
) -> None:
    act = effect.act
    if outcome.task is not None and isinstance(act, SyncTask):
        was = work.incidents.get(act.incident)
        turn = turns.within(work, was, actor=None, now=now)
        if take_task_in(turn, act, outcome.task):
            turn.finish(was=was)


def _take_paper_in(
    turns: Sessions, work: UnitOfWork, effect: Effect, outcome: EffectOutcome, now: datetime
) -> None:
    if outcome.paper is None:
        return
    if effect.incident is None:
        tell_whoever_asked(turns, work, effect, outcome.paper, now)
        return
    incident = work.incidents.get(effect.incident)
    take_paper_in(turns.within(work, incident, actor=None, now=now), effect, outcome.paper)


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


def _moved_in(turn: IncidentSession, room: ChannelRef) -> None:
    moved = replace(turn.incident, channel=room.channel, channel_name=room.name)
    turn.incident = turn.work.incidents.save(moved)
    turn.show(LiveMessage.ALERT)


def _pin_later_board(turn: IncidentSession, effect: Effect) -> None:
    """Pin a board that stands in for one that is gone; a declaration has its own pinned."""
    is_board = isinstance(effect.act, RefreshMessage) and effect.act.screen is LiveMessage.BOARD
    if is_board and effect.made_at > turn.incident.declared_at:
        turn.do(f"pin:{effect.id}", turn.room.lane, PinBoard(incident=turn.incident.id))


def _put_people_for_groups(
    turn: IncidentSession, effect: Effect, groups: Mapping[str, Sequence[str]]
) -> None:
    if isinstance(effect.act, Invite):
        members = frozenset(people_of(turn.incident.members, groups))
        turn.incident = turn.work.incidents.save(replace(turn.incident, members=members))
    if isinstance(effect.act, PostMessage):
        for group, people in groups.items():
            key = effect.key.removeprefix(f"{turn.incident.id}:").removesuffix(f":{group}")
            for person in people:
                turn.tell_person(key, person, effect.act.post)


def _tell_absent(turn: IncidentSession, effect: Effect, absent: tuple[str, ...]) -> None:
    for each in absent:
        turn.note(EntryKind.TROUBLE, each)
    turn.tell_thread(f"absent:{effect.id}", turn.post("absent", absent=absent))
