"""Does outward acts, one kind at a time, and finds out what became of doubtful ones."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from chatops.application.authorization import is_group
from chatops.application.delivery import Destinations, OutgoingMessage, Speaker, only_in_time
from chatops.application.hotfix.execute import StepDoer
from chatops.application.outbox.failure_notices import LATE
from chatops.application.outbox.record_results import EffectOutcome, lane_of_person, people_of
from chatops.application.ports.chat import (
    ChannelDirectory,
    ChannelNameTaken,
    ChannelRef,
    Channels,
    ChatUnreachable,
    MessageGone,
    Messages,
    People,
)
from chatops.application.ports.storage import Sent, UnitOfWork
from chatops.application.postmortem.export import ExportPostMortems
from chatops.application.queries import message_key, shown, topic
from chatops.application.session import IncidentSession, Sessions, place_of
from chatops.application.tasks.sync import TaskSync
from chatops.clock import Clock
from chatops.domain.incident.model import Incident, channel_names
from chatops.domain.messages.effects import (
    Answer,
    ArchiveChannel,
    Destination,
    DestinationKind,
    DoStep,
    EditMessage,
    Effect,
    EffectPayload,
    Invite,
    MakeCanvas,
    OpenChannel,
    PinBoard,
    PollForge,
    PostMessage,
    PublishDocs,
    RefreshMessage,
    SetTopic,
    ShareFile,
    SyncTask,
)
from chatops.domain.messages.posts import Post

#: Slack's clock and ours may differ by so much; if by more, we take its requests for stale ones.
_SKEW = timedelta(minutes=5)
#: News of something late that could not be delivered for so long are no news any more.
_STALE = timedelta(minutes=5)

_NOTHING = EffectOutcome()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """The ports that acts are done through."""

    rooms: Channels
    voice: Messages
    places: ChannelDirectory
    people: People


class EffectHandlers:
    """Does one effect's act. No transaction is open while the chat is asked."""

    def __init__(
        self,
        sessions: Sessions,
        chat: Chat,
        steps: StepDoer,
        tasks: TaskSync,
        papers: ExportPostMortems,
    ) -> None:
        self._sessions = sessions
        self._chat = chat
        self._steps = steps
        self._tasks = tasks
        self._papers = papers
        self._where = Destinations(sessions, chat.voice, chat.places)
        self._speaker = Speaker(chat.voice, chat.rooms)

    def do(  # noqa: C901, PLR0911, PLR0912 - one line for each kind of act
        self, effect: Effect, clock: Clock
    ) -> EffectOutcome:
        """Do it, or find that it is done.

        Raises:
            ChatError, ExternalError: it is known not to be done, or in doubt.
        """
        act: EffectPayload = effect.act
        match act:
            case OpenChannel():
                return self._open(act, effect, clock)
            case Invite():
                return self._invite(act, effect)
            case PostMessage():
                return self._say(act, effect, clock)
            case EditMessage():
                return self._reword(act, effect, clock)
            case RefreshMessage():
                return self._show(act, effect, clock)
            case PinBoard():
                return self._pin(act)
            case SetTopic():
                return self._set_topic(act, clock.now())
            case Answer():
                return self._answer(act, effect)
            case DoStep() | PollForge():
                return EffectOutcome(finding=self._steps.do(effect, act, clock))
            case SyncTask():
                return EffectOutcome(task=self._tasks.do(effect, act, clock))
            case ArchiveChannel():
                return self._archive(act)
            case ShareFile() | MakeCanvas() | PublishDocs():
                return EffectOutcome(paper=self._papers.do(effect, act, clock))
            case _ as never:
                assert_never(never)

    def _open(self, act: OpenChannel, effect: Effect, clock: Clock) -> EffectOutcome:
        incident = self._where.incident(act.incident)
        if incident.channel is not None:
            return _NOTHING
        room = self._lost_room(incident, effect) if effect.doubtful else None
        if room is None:
            room = self._first_free(incident, effect, clock)
        return EffectOutcome(result={"channel": room.channel}, room=room)

    def _lost_room(self, incident: Incident, effect: Effect) -> ChannelRef | None:
        """The channel that an earlier attempt created without our hearing of it."""
        since = effect.made_at - _SKEW
        for room in self._chat.rooms.find_own(incident.channel_name, since=since):
            with self._sessions.storage.reading() as work:
                if work.incidents.in_channel(room.channel) is None:
                    return room
        return None

    def _first_free(self, incident: Incident, effect: Effect, clock: Clock) -> ChannelRef:
        taken: ChannelNameTaken | None = None
        for name in channel_names(incident.channel_name):
            only_in_time(effect, clock)
            try:
                return self._chat.rooms.open(name, private=incident.private)
            except ChannelNameTaken as trouble:
                taken = trouble
        assert taken is not None  # noqa: S101 - there is at least one name to try
        raise taken

    def _invite(self, act: Invite, effect: Effect) -> EffectOutcome:
        """Invite people; a group that stands for its people comes later, by itself."""
        groups = tuple(user for user in act.users if is_group(user))
        people: Sequence[str] = [user for user in act.users if user not in groups]
        outcome = EffectOutcome(later=groups)
        if effect.lane in {lane_of_person(group) for group in groups}:
            outcome = EffectOutcome(groups={group: self._members(group) for group in groups})
            people = tuple(people_of(act.users, outcome.groups))
        if not people:
            return outcome
        channel = self._where.channel(
            Destination(kind=DestinationKind.INCIDENT, id=str(act.incident))
        )
        absent = self._speaker.inside(channel, lambda: self._chat.rooms.invite(channel, people))
        told = tuple(f"<@{each.user}> could not be invited: {each.why}" for each in absent)
        return replace(outcome, absent=told)

    def _say(self, act: PostMessage, effect: Effect, clock: Clock) -> EffectOutcome:
        if LATE in effect.key and clock.now() - effect.made_at > _STALE:
            return _NOTHING
        if act.to.kind is DestinationKind.PERSON and is_group(act.to.id):
            return EffectOutcome(groups={act.to.id: self._members(act.to.id)})
        line = OutgoingMessage(channel=self._where.channel(act.to), key=effect.key, post=act.post)
        parent = self._where.sent(act.under) if act.under is not None else None
        if parent is not None and parent.channel == line.channel:
            line = replace(line, below=parent.ts)
        return self._send(line, effect, clock)

    def _send(
        self, line: OutgoingMessage, effect: Effect, clock: Clock, *, version: int = 0
    ) -> EffectOutcome:
        ts = self._speaker.said(line, effect.made_at - _SKEW) if effect.doubtful else None
        if ts is None:
            only_in_time(effect, clock)
            ts = self._speaker.say(line)
        sent = Sent(key=line.key, channel=line.channel, ts=ts, version=version)
        return EffectOutcome(result={"channel": line.channel, "ts": ts}, sent=sent)

    def _reword(self, act: EditMessage, effect: Effect, clock: Clock) -> EffectOutcome:
        """Edit what was said; what never got there, or was deleted, is said anew."""
        sent = self._where.sent(act.said)
        only_in_time(effect, clock)
        if sent is not None and self._edits(sent, act.post):
            return _NOTHING
        room = self._where.channel(
            Destination(kind=DestinationKind.INCIDENT, id=str(effect.incident))
        )
        return self._send(
            OutgoingMessage(channel=room, key=effect.key, post=act.post), effect, clock
        )

    def _edits(self, sent: Sent, post: Post) -> bool:
        """Edit a message; false if it is gone."""
        try:
            line = OutgoingMessage(channel=sent.channel, key=sent.key, post=post)
            self._speaker.reword(line, sent.ts)
        except MessageGone:
            return False
        return True

    def _show(self, act: RefreshMessage, effect: Effect, clock: Clock) -> EffectOutcome:
        """Post or edit from the newest state; what a later version shows already is skipped."""
        key = message_key(act)
        sent = self._where.sent(key)
        if sent is not None and sent.version >= act.version:
            return _NOTHING
        with self._sessions.storage.reading() as work:
            session = self._turn(work, act.incident, clock.now())
            post, version = shown(session, act)
            to = place_of(act.screen, session.incident, session.team)
        if to is None:
            return _NOTHING
        only_in_time(effect, clock)
        if sent is not None and self._edits(sent, post):
            return EffectOutcome(sent=replace(sent, version=version))
        line = OutgoingMessage(channel=self._where.channel(to), key=key, post=post)
        return self._send(line, effect, clock, version=version)

    def _pin(self, act: PinBoard) -> EffectOutcome:
        sent = self._where.sent(f"{act.incident}:board")
        if sent is not None:
            self._speaker.inside(sent.channel, lambda: self._chat.voice.pin(sent.channel, sent.ts))
        return _NOTHING

    def _set_topic(self, act: SetTopic, now: datetime) -> EffectOutcome:
        leader = self._chat.people.profile(self._where.incident(act.incident).leader)
        with self._sessions.storage.reading() as work:
            session = self._turn(work, act.incident, now)
            words = topic(session, leader=leader.name if leader is not None else "nobody")
            channel = session.incident.channel
        if channel is not None:
            self._speaker.inside(channel, lambda: self._chat.rooms.set_topic(channel, words))
        return _NOTHING

    def _archive(self, act: ArchiveChannel) -> EffectOutcome:
        """Archive the channel, unless the incident was taken up again meanwhile."""
        incident = self._where.incident(act.incident)
        channel = incident.channel
        if channel is not None and incident.closed_at is not None:
            self._speaker.inside(channel, lambda: self._chat.rooms.archive(channel))
        return _NOTHING

    def _answer(self, act: Answer, effect: Effect) -> EffectOutcome:
        if not effect.doubtful:
            self._chat.voice.answer(act.url, act.post)
        return _NOTHING

    def _members(self, group: str) -> Sequence[str]:
        """Who is in a group that stood for its people.

        Raises:
            ChatUnreachable: the chat still does not say.
        """
        members = self._chat.people.group(group)
        if group in members:
            why = "Slack does not say who is in the user group"
            raise ChatUnreachable(why)
        return members

    def _turn(self, work: UnitOfWork, incident: int, now: datetime) -> IncidentSession:
        return self._sessions.within(work, work.incidents.get(incident), actor=None, now=now)
