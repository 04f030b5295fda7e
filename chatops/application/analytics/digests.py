"""Sends each digest once at each of its moments, and shows one to whoever asks."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from chatops.application.ports.chat import ChatError
from chatops.application.ports.schedule import Timetable
from chatops.application.ports.storage import Search, UnitOfWork
from chatops.application.promises.due_list import DueItem, Share, due_items
from chatops.application.rendering import Playbooks, compose
from chatops.application.session import Sessions
from chatops.domain.analytics.digests import (
    NOTICED,
    DigestStory,
    Occasion,
    piled,
    promises_of,
    unknown_digest,
)
from chatops.domain.analytics.metrics import IncidentRecord
from chatops.domain.incident.model import Incident
from chatops.domain.messages.effects import Destination, DestinationKind, Effect, PostMessage
from chatops.domain.messages.posts import ActionId, Button, Post
from chatops.domain.messages.templates import OutputFormat
from chatops.domain.playbook.policy import DigestRule, Playbook
from chatops.domain.postmortem.model import PostMortemState
from chatops.domain.promises.spec import PromiseSubject
from chatops.domain.team import TeamChannels

#: The channel whose readers are responders; everybody else is told in plain words.
RESPONDERS = "alerts"
_LENGTH = 10
_MOST = 100
#: What was declared so long before the time that a digest covers may have ended within it.
_EARLIER = timedelta(days=30)
#: What was declared just now belongs to it.
_NOW = timedelta(seconds=1)
#: What has a part of the digest to itself.
_APART = frozenset({PromiseSubject.BACKPORT, PromiseSubject.POST_MORTEM})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Which digest is wanted, when it was due, and how late that is if it is worth a word."""

    digest: DigestRule
    team: str
    now: datetime
    at: datetime
    late_by: timedelta | None


class DigestWords:
    """Makes a digest's message as of a moment; none where there is nothing to say."""

    def __init__(self, playbooks: Playbooks, output: OutputFormat = OutputFormat.SLACK) -> None:
        self._playbooks = playbooks
        self._surface = output

    def playbook(self) -> Playbook:
        return self._playbooks.revive(self._playbooks.current())

    def told(
        self,
        work: UnitOfWork,
        digest: DigestRule,
        team: str,
        now: datetime,
        at: datetime | None = None,
    ) -> Post | None:
        """The digest as its channel reads it.

        ``at`` is when it was due. What was declared only after that is no reason to send it late.
        """
        late_by = now - at if at is not None and now - at > NOTICED else None
        asked = _Asked(digest=digest, team=team, now=now, late_by=late_by, at=at or now)
        if digest.channel == RESPONDERS:
            return self._for_responders(work, asked)
        return self._for_stakeholders(work, asked)

    def nothing(self, digest: DigestRule, now: datetime) -> Post:
        return self._post("digest_empty", now, digest=digest)

    def _for_responders(self, work: UnitOfWork, asked: _Asked) -> Post | None:
        team, now = asked.team, asked.now
        running = _running(work, team)
        lines = [
            line
            for line in due_items(work, team, None, now, None)
            if line.share in {Share.NOBODYS, Share.OTHERS} and not line.incident.drill
        ]
        today = _end_of_day(now, self.playbook().zone)
        due = [each for each in lines if _subject(each) not in _APART and _by(each, today)]
        backports = [each for each in lines if _subject(each) is PromiseSubject.BACKPORT]
        reviews = [each for each in lines if _subject(each) is PromiseSubject.POST_MORTEM]
        spoken_of = [*running, *(each.incident for each in (*due, *backports, *reviews))]
        if not any(each.declared_at <= asked.at for each in spoken_of):
            return None
        every = Button(ask=ActionId("due"), label="What is due", about="all")
        return self._post(
            "digest_team",
            now,
            buttons=(every,),
            digest=asked.digest,
            late_by=asked.late_by,
            since=now - asked.digest.covers,
            incidents=tuple(running[:_LENGTH]),
            left_out=max(0, len(running) - _LENGTH),
            piles=piled(due)[:_LENGTH],
            backports=tuple(backports[:_LENGTH]),
            post_mortems=tuple(reviews[:_LENGTH]),
        )

    def _for_stakeholders(self, work: UnitOfWork, asked: _Asked) -> Post | None:
        team, now = asked.team, asked.now
        since = now - asked.digest.covers
        cases = [
            case
            for case in work.figures.cases(
                team, None, since=since - _EARLIER, until=now + _NOW, now=now
            )
            if case.declared_at >= since or (case.resolved_at and case.resolved_at >= since)
        ]
        running = _running(work, team)
        begun = [*(each.declared_at for each in cases), *(each.declared_at for each in running)]
        if not any(moment <= asked.at for moment in begun):
            return None
        stories = [_story(work, case) for case in sorted(cases, key=lambda each: each.detected_at)]
        return self._post(
            "digest_public",
            now,
            digest=asked.digest,
            late_by=asked.late_by,
            since=since,
            stories=tuple(stories[-_LENGTH:]),
            left_out=max(0, len(stories) - _LENGTH),
            kept=promises_of([case for case in cases if case.declared_at >= since]),
            running=len(running),
        )

    def _post(
        self, text: str, now: datetime, *, buttons: tuple[Button, ...] = (), **facts: object
    ) -> Post:
        return compose(
            self._playbooks,
            self._playbooks.current(),
            text,
            {"now": now, **facts},
            output=self._surface,
            buttons=buttons,
        )


def _running(work: UnitOfWork, team: str) -> Sequence[Incident]:
    search = Search(team=team, viewer=None, running_only=True, limit=_MOST)
    return [each for each in work.incidents.find(search) if not each.drill]


def _story(work: UnitOfWork, case: IncidentRecord) -> DigestStory:
    written = work.post_mortems.get(case.id)
    return DigestStory(
        title=case.title,
        reference=case.reference,
        began_at=case.detected_at,
        lasted=case.resolved_at - case.detected_at if case.resolved_at else None,
        learned=written is not None and written.state is PostMortemState.DONE,
    )


def _subject(line: DueItem) -> PromiseSubject:
    return PromiseSubject.NOTHING if line.promise is None else line.promise.spec.subject


def _by(line: DueItem, end: datetime) -> bool:
    return line.due_at is not None and line.due_at <= end


def _end_of_day(now: datetime, zone: str) -> datetime:
    local = now.astimezone(ZoneInfo(zone))
    return datetime.combine(local.date() + timedelta(days=1), time(), tzinfo=ZoneInfo(zone))


_log = logging.getLogger(__name__)
_STAKEHOLDERS = "stakeholders"


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestRequest:
    """Somebody wants to see a digest now; an empty ``key`` is the first."""

    team: str
    user: str
    now: datetime
    key: str = ""


class ShowDigest:
    """Show a digest to one person, as its channel would read it now."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._words = DigestWords(sessions.playbooks, sessions.output)

    def __call__(self, request: DigestRequest) -> Post:
        """Raises UserError."""
        digests = self._words.playbook().digests
        wanted = request.key.strip().casefold() or (digests[0].key.casefold() if digests else "")
        for digest in digests:
            if digest.key.casefold() == wanted:
                with self._sessions.storage.reading() as work:
                    told = self._words.told(work, digest, request.team, request.now)
                return told or self._words.nothing(digest, request.now)
        raise unknown_digest(request.key, [digest.key for digest in digests])


class SendDigests:
    """Sends what has come due since it was last called.

    Of each digest only the newest moment counts. That it was handled is written down in the
    transaction that writes the message down, so that neither a restart nor another replica
    sends it again. ``team`` tells the workspace.
    """

    def __init__(
        self, sessions: Sessions, timetable: Timetable, *, team: Callable[[], str]
    ) -> None:
        self._sessions = sessions
        self._timetable = timetable
        self._team = team
        self._words = DigestWords(sessions.playbooks)
        #: The newest moment of each digest that needs no look into the database any more.
        self._handled: dict[str, datetime] = {}

    def __call__(self, now: datetime) -> int:
        """Send them; returns how many."""
        return sum(self._send(digest, now) for digest in self._words.playbook().digests)

    def next_at(self, now: datetime) -> datetime | None:
        """When the next digest is due."""
        playbook = self._words.playbook()
        found = [self._timetable.newest(each.cron, playbook.zone, now) for each in playbook.digests]
        return min((each.following for each in found if each is not None), default=None)

    def _send(self, digest: DigestRule, now: datetime) -> bool:
        place = _place(digest, self._sessions.team.channels)
        occasion = self._timetable.newest(digest.cron, self._words.playbook().zone, now)
        if place is None or occasion is None or not occasion.worth_sending(now):
            return False
        if self._handled.get(digest.key) == occasion.at:
            return False
        try:
            team = self._team()
        except ChatError as trouble:
            _log.warning("A digest waits", extra={"action": "digest", "why": str(trouble)})
            return False
        sent = self._sent(digest, place, occasion, team, now)
        self._handled[digest.key] = occasion.at
        return sent

    def _sent(
        self, digest: DigestRule, place: Destination, occasion: Occasion, team: str, now: datetime
    ) -> bool:
        """Write the message down, unless this moment was handled before."""
        key = f"digest:{team}:{digest.key}:{occasion.at:%Y%m%dT%H%MZ}"
        with self._sessions.writing() as work:
            if not work.deliveries.is_first(key, now):
                return False
            post = self._words.told(work, digest, team, now, occasion.at)
            if post is None:
                return False
            said = PostMessage(to=place, post=post)
            effect = Effect(key=key, lane=place.lane, act=said, made_at=now, not_before=now)
            return work.outbox.add(effect)


def _place(digest: DigestRule, channels: TeamChannels) -> Destination | None:
    """Where a digest goes; none if the team has no such channel."""
    match digest.channel:
        case value if value == _STAKEHOLDERS:
            return Destination(kind=DestinationKind.STAKEHOLDERS) if channels.stakeholders else None
        case value if value == RESPONDERS:
            return Destination(kind=DestinationKind.ALERTS) if channels.alerts else None
        case name:
            return Destination(kind=DestinationKind.CHANNEL, id=name.removeprefix("#"))
