"""A stage for conversations: a workspace, the real bot behind it, and people who type and click."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from chatops.bootstrap import Bot
from chatops.clock import FrozenClock, MovableClock
from chatops.demo.playground import set_up
from chatops.demo.simulation import Listeners
from chatops.playground.shop.shop import Shop
from tests.acceptance.town import Actor, Room, Town
from tests.databases import empty_database
from tests.machine import PATIENCE

__all__ = ["START", "Actor", "Room", "Stage", "open_stage"]

#: A Monday afternoon.
START = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
_LOOK = timedelta(seconds=30)
_SOON = timedelta(seconds=20)


class HeldListeners(Listeners):
    """Listeners before whose turn something else may happen."""

    def __init__(self) -> None:
        super().__init__()
        #: What happens before each listener gets its turn.
        self.before: Callable[[], object] = lambda: None

    def submit(self, *args: Any, **kwargs: Any) -> Future[Any]:
        self.before()
        return super().submit(*args, **kwargs)


@dataclass
class Stage(Town):
    """Everything a story needs; time stands still unless somebody advances it."""

    bot: Bot
    clock: MovableClock
    listeners: HeldListeners
    #: The service that breaks.
    shop: Shop | None = None
    #: What is due so soon is done at once.
    soon: timedelta = _SOON

    def settle(self) -> None:
        """Let everything that is under way come to its end."""
        self.listeners.settle()
        assert self.slack.dispatcher.wait_until_idle(PATIENCE)
        self.listeners.settle()
        self._do_effects()

    def _do_effects(self) -> None:
        """Do them all, also those that wait a few seconds for Slack's limits."""
        self.bot.worker.drain()
        while (due := self.bot.worker.next_due()) and due - self.clock.now() < self.soon:
            self.clock.advance(max(due - self.clock.now(), timedelta(milliseconds=1)))
            self.bot.worker.drain()

    def advance(self, **span: float) -> None:
        """Let time pass, with the loops at work."""
        end = self.clock.now() + timedelta(**span)
        while self.clock.now() < end:
            self.clock.advance(min(self._until_something_is_due(), end - self.clock.now()))
            self.bot.keep_promises(self.clock.now())
            self.bot.find_vacancies(self.clock.now())
            self._do_effects()

    def _until_something_is_due(self) -> timedelta:
        """The time to the first look that finds something; those before it can be spared."""
        now = self.clock.now()
        with self.bot.use_cases.sessions.storage.reading() as work:
            owed = work.promises.open_of_team(self.slack.workspace.team.id, limit=1000)
            moments = [promise.wake_at for promise in owed if promise.wake_at is not None]
            moments += filter(None, [work.outbox.next_due()])
        if not moments:
            return timedelta.max
        return max(_LOOK, -((now - min(moments)) // _LOOK) * _LOOK)

    def sleep(self, times: int = 1, **span: float) -> None:
        """Let time pass while the bot is down; it wakes up at the end, and so several times."""
        for _ in range(times):
            self.clock.advance(timedelta(**span))
            self.bot.keep_promises(self.clock.now())
            self._do_effects()


@contextmanager
def open_stage(
    folder: Path, *, playbook: str = "priority", at: datetime = START
) -> Iterator[Stage]:
    """Open the curtain: the playground's own wiring, with loops that run when the story says."""
    clock = MovableClock(FrozenClock(at))
    database = folder / "chatops.db"
    if not database.exists():
        database.write_bytes(empty_database())
    with (
        HeldListeners() as listeners,
        set_up(
            port=0,
            playbook=playbook,
            data=folder,
            clock=clock,
            threads=listeners,
            patience=PATIENCE,
        ) as opened,
    ):
        yield Stage(
            slack=opened.slack,
            bot=opened.bot,
            clock=clock,
            listeners=listeners,
            shop=opened.shop,
        )
