"""Finds where something is to be said, and where it was said before."""

from datetime import timedelta
from typing import assert_never

from chatops.clock import Clock
from chatops.domain.incident.model import Incident
from chatops.domain.messages.effects import Effect, Place, PlaceKind
from chatops.usecases.chat import ChannelGone, ChatBusy, Places, Voice
from chatops.usecases.store import Sent
from chatops.usecases.turns import Turns

#: What may not be done twice is only begun while so much of the lease is left: time for a call.
_ONE_CALL = timedelta(seconds=30)


class Whereabouts:
    """Knows the channels of places and the messages of keys."""

    def __init__(self, turns: Turns, voice: Voice, places: Places) -> None:
        self._turns = turns
        self._voice = voice
        self._places = places

    def channel(self, place: Place) -> str:
        """The channel id of a place.

        Raises:
            ChannelGone: the place has none.
        """
        match place.kind:
            case PlaceKind.INCIDENT:
                channel = self.incident(int(place.id)).channel
            case PlaceKind.STAKEHOLDERS:
                channel = self._configured(self._turns.team.channels.stakeholders)
            case PlaceKind.ALERTS:
                channel = self._configured(self._turns.team.channels.alerts)
            case PlaceKind.PERSON:
                channel = self._voice.direct(place.id)
            case PlaceKind.CHANNEL:
                channel = self._configured(place.id)
            case _ as never:
                assert_never(never)
        if channel is None:
            raise ChannelGone(code="channel_not_found", why="the channel was never opened")
        return channel

    def incident(self, incident: int) -> Incident:
        with self._turns.store.reading() as work:
            return work.incidents.get(incident)

    def sent(self, key: str) -> Sent | None:
        with self._turns.store.reading() as work:
            return work.messages.find(key)

    def _configured(self, name: str | None) -> str | None:
        return None if name is None else self._places.channel(name)


def only_in_time(effect: Effect, clock: Clock) -> None:
    """Begin nothing that could still be under way when another worker takes the effect over."""
    if effect.lease_until is not None and clock.now() + _ONE_CALL > effect.lease_until:
        why = "finding out what had been done took too long"
        raise ChatBusy(timedelta(seconds=1), why)
