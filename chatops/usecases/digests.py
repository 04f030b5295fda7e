"""Sends each digest once at each of its moments, and shows one to whoever asks."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chatops.domain.analytics.digests import Occasion, UnknownDigest
from chatops.domain.messages.effects import Effect, Place, PlaceKind, Say
from chatops.domain.messages.posts import Post
from chatops.domain.playbook.policy import Digest
from chatops.domain.team import Channels
from chatops.usecases.chat import ChatTrouble
from chatops.usecases.digest_words import RESPONDERS, DigestWords
from chatops.usecases.timetable import Timetable
from chatops.usecases.turns import Turns

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

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._words = DigestWords(turns.playbooks, turns.surface)

    def __call__(self, request: DigestRequest) -> Post:
        """Raises UnknownDigest."""
        digests = self._words.playbook().digests
        wanted = request.key.strip().casefold() or (digests[0].key.casefold() if digests else "")
        for digest in digests:
            if digest.key.casefold() == wanted:
                with self._turns.store.reading() as work:
                    told = self._words.told(work, digest, request.team, request.now)
                return told or self._words.nothing(digest, request.now)
        raise UnknownDigest(request.key, [digest.key for digest in digests])


class SendDigests:
    """Sends what has come due since it was last called.

    Of each digest only the newest moment counts. That it was handled is written down in the
    transaction that writes the message down, so that neither a restart nor another replica
    sends it again. ``team`` tells the workspace.
    """

    def __init__(self, turns: Turns, timetable: Timetable, *, team: Callable[[], str]) -> None:
        self._turns = turns
        self._timetable = timetable
        self._team = team
        self._words = DigestWords(turns.playbooks)
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

    def _send(self, digest: Digest, now: datetime) -> bool:
        place = _place(digest, self._turns.team.channels)
        occasion = self._timetable.newest(digest.cron, self._words.playbook().zone, now)
        if place is None or occasion is None or not occasion.worth_sending(now):
            return False
        if self._handled.get(digest.key) == occasion.at:
            return False
        try:
            team = self._team()
        except ChatTrouble as trouble:
            _log.warning("A digest waits", extra={"action": "digest", "why": str(trouble)})
            return False
        sent = self._sent(digest, place, occasion, team, now)
        self._handled[digest.key] = occasion.at
        return sent

    def _sent(
        self, digest: Digest, place: Place, occasion: Occasion, team: str, now: datetime
    ) -> bool:
        """Write the message down, unless this moment was handled before."""
        key = f"digest:{team}:{digest.key}:{occasion.at:%Y%m%dT%H%MZ}"
        with self._turns.writing() as work:
            if not work.deliveries.is_first(key, now):
                return False
            post = self._words.told(work, digest, team, now, occasion.at)
            if post is None:
                return False
            said = Say(to=place, post=post)
            effect = Effect(key=key, lane=place.lane, act=said, made_at=now, not_before=now)
            return work.outbox.add(effect)


def _place(digest: Digest, channels: Channels) -> Place | None:
    """Where a digest goes; none if the team has no such channel."""
    match digest.channel:
        case value if value == _STAKEHOLDERS:
            return Place(kind=PlaceKind.STAKEHOLDERS) if channels.stakeholders else None
        case value if value == RESPONDERS:
            return Place(kind=PlaceKind.ALERTS) if channels.alerts else None
        case name:
            return Place(kind=PlaceKind.CHANNEL, id=name.removeprefix("#"))
