"""The switches for faults that the page offers, and what each does to the double."""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from chatops.playground.slack.faults import ANY, SlackFaults

_RETRY_AFTER = 5


class Switch(StrEnum):
    """What can be made to go wrong from the page."""

    RATE_LIMITED = "rate_limited"
    DOWN = "down"
    DROPPED = "dropped"
    OLD_BLOCKS = "old_blocks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """One switch as it is shown."""

    name: Switch
    title: str
    about: str
    is_on: bool


_WORDS = {
    Switch.RATE_LIMITED: (
        "Rate limited",
        f"Every call is answered 429, try again in {_RETRY_AFTER} s.",
    ),
    Switch.DOWN: ("Slack is down", "Every call is answered 503."),
    Switch.DROPPED: ("Replies dropped", "Calls take effect, but the bot never hears back."),
    Switch.OLD_BLOCKS: (
        "Newer blocks refused",
        "Tables, charts and cards are answered invalid_blocks.",
    ),
}


class Switchboard:
    """The page's switches over the double's faults."""

    def __init__(self, faults: SlackFaults) -> None:
        self._faults = faults
        self._drops_replies = False

    @property
    def levers(self) -> tuple[Lever, ...]:
        return tuple(
            Lever(name=name, title=title, about=about, is_on=self._is_on(name))
            for name, (title, about) in _WORDS.items()
        )

    def throw(self, switch: Switch, *, on: bool) -> None:
        """Switch one fault on or off."""
        match switch:
            case Switch.RATE_LIMITED:
                self._limit(on=on)
            case Switch.DOWN:
                self._faults.go_down() if on else self._faults.come_back()
            case Switch.DROPPED:
                self._drops_replies = on
                self._faults.drop_reply(ANY, times=None if on else 0)
            case Switch.OLD_BLOCKS:
                self._faults.refuse_newer_blocks(on)
            case _:
                assert_never(switch)

    def _limit(self, *, on: bool) -> None:
        if on:
            self._faults.rate_limit(ANY, times=None, retry_after=_RETRY_AFTER)
        else:
            self._faults.stop_rate_limit(ANY)

    def _is_on(self, switch: Switch) -> bool:
        match switch:
            case Switch.RATE_LIMITED:
                return self._faults.is_rate_limiting
            case Switch.DOWN:
                return self._faults.outage is not None
            case Switch.DROPPED:
                return self._drops_replies
            case Switch.OLD_BLOCKS:
                return self._faults.refuses_newer_blocks
            case _:
                assert_never(switch)
