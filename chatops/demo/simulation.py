"""The playground without its page, where time passes only when it is told to."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from chatops.application.hotfix.session import HotfixRequest
from chatops.application.hotfix.views import HotfixView
from chatops.bootstrap import Bot
from chatops.clock import FrozenClock, MovableClock
from chatops.demo.playground import set_up
from chatops.domain.hotfix.model import Hotfix
from chatops.domain.team import Team
from chatops.playground.shop.repository import git_missing
from chatops.playground.shop.shop import Shop
from chatops.playground.slack.double import Slack
from chatops.playground.workspace.model import Message
from chatops.serving import LISTENERS

#: A Monday afternoon, so that the demo reads the same each time.
START = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
#: The only incident there is.
INCIDENT = 1
#: Seconds in which all that was begun must have come to its end.
_PATIENCE = 60.0
_LOOK = timedelta(seconds=60)
#: What waits only so long is held up by Slack's limits, not by the story.
_SOON = timedelta(seconds=10)


class Listeners(ThreadPoolExecutor):
    """Threads for the bot's listeners that tell when nothing is under way."""

    def __init__(self) -> None:
        super().__init__(LISTENERS, thread_name_prefix="listener")
        self._futures: set[Future[Any]] = set()

    def submit(self, *args: Any, **kwargs: Any) -> Future[Any]:
        future = super().submit(*args, **kwargs)
        self._futures.add(future)
        return future

    def settle(self) -> None:
        """Wait until every listener is done."""
        while self._futures:
            done, _ = wait(tuple(self._futures))
            self._futures -= done


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """Slack, the bot and the shop, all at rest between two actions."""

    slack: Slack
    bot: Bot
    shop: Shop
    clock: MovableClock
    listeners: Listeners

    def settle(self) -> None:
        """Let everything that is under way come to its end."""
        self.listeners.settle()
        self.slack.dispatcher.wait_until_idle(_PATIENCE)
        self.listeners.settle()
        self._do_effects()

    def pass_time(self, span: timedelta = _LOOK) -> None:
        """Let time pass, with the bot at work at the end of it."""
        self.clock.advance(span)
        self.shop.look()
        self.bot.keep_promises(self.clock.now())
        self.settle()

    def _do_effects(self) -> None:
        self.bot.worker.drain()
        while (due := self.bot.worker.next_due()) and due - self.clock.now() < _SOON:
            self.clock.advance(max(due - self.clock.now(), timedelta(milliseconds=1)))
            self.bot.worker.drain()
        self.shop.look()

    @property
    def known(self) -> HotfixView:
        """What the bot knows of the incident and its hotfix."""
        return self.bot.use_cases.hotfix.known(self._request)

    @property
    def hotfix(self) -> Hotfix | None:
        known = self.known.hotfixes
        return known[-1] if known else None

    @property
    def pipeline(self) -> str:
        return self.hotfix.pipeline if self.hotfix is not None else ""

    @property
    def team(self) -> Team:
        with self.bot.use_cases.sessions.looking(self._request) as session:
            return session.team

    @property
    def _request(self) -> HotfixRequest:
        sam = self.id_of("sam")
        return HotfixRequest(incident=INCIDENT, user=sam, now=self.clock.now())

    @property
    def channel(self) -> str:
        """The incident's channel; before there is one, where everybody talks."""
        rooms = [each for each in self.slack.workspace.channels if each.topic and each.members]
        ours = [each for each in rooms if each.name.startswith(("inc-", "incident-"))]
        return (ours or [self.slack.workspace.channel_named("general")])[-1].id

    def id_of(self, handle: str) -> str:
        person = self.slack.workspace.people_store.handled(handle)
        if person is None:
            raise LookupError(handle)
        return person.id

    def said_to(self, handle: str) -> list[Message]:
        """All that the bot has said where everybody hears it, and to this person alone."""
        workspace, me = self.slack.workspace, self.id_of(handle)
        return [
            message
            for room in workspace.channels
            for message in workspace.messages(room.id, me)
            if message.author == workspace.bot.id and message.subtype is None and room.name
        ]


@contextmanager
def open_simulation(playbook: str) -> Iterator[Simulation]:
    """Set everything up in a folder that is gone afterwards.

    Raises:
        UserError, UnknownPlaybook, BrokenPlaybook
    """
    clock = MovableClock(FrozenClock(START))
    with (
        TemporaryDirectory(prefix="chatops-") as folder,
        Listeners() as listeners,
        set_up(
            port=0,
            playbook=playbook,
            data=Path(folder),
            clock=clock,
            threads=listeners,
            patience=_PATIENCE,
        ) as opened,
    ):
        if opened.shop is None:
            raise git_missing()
        opened.shop.servers.pace = timedelta()
        yield Simulation(
            slack=opened.slack,
            bot=opened.bot,
            shop=opened.shop,
            clock=clock,
            listeners=listeners,
        )
