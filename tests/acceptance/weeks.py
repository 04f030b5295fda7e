"""A team's weeks after an incident: bots come and go, time passes, and everything said is kept."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import Engine

from chatops.adapters.playbooks.folders import resolve
from chatops.adapters.playbooks.repository import PlaybookRepository
from chatops.adapters.storage.ownership import owned
from chatops.application.hotfix.deadlines import update_promises
from chatops.application.hotfix.session import HotfixSession
from chatops.application.lifecycle.declare import DeclareRequest
from chatops.application.lifecycle.end import ReasonRequest, ResolveRequest
from chatops.bootstrap import Bot, open_bot, open_playbooks
from chatops.clock import MovableClock
from chatops.domain.hotfix.model import Hotfix, HotfixState
from chatops.domain.team import Team
from chatops.playground.slack.double import Slack
from chatops.settings import SlackAccess
from tests.acceptance.diary import diary
from tests.databases import empty_database
from tests.faults.crew import clock_of, crew_without_wires, fast_engine, team_of
from tests.outside import nobody_outside

_SOON = timedelta(seconds=20)
#: A look at what is due, as the ticker takes it; moments are told to the minute.
_TICK = timedelta(seconds=1)


@dataclass
class Weeks:
    """One workspace and one database; the bot can be taken down and set up again."""

    slack: Slack
    engine: Engine
    shelf: PlaybookRepository
    team: Team
    since: datetime = field(init=False)
    _up: ExitStack = field(default_factory=ExitStack)
    _bot: Bot | None = None

    def __post_init__(self) -> None:
        self.since = self.clock.now()

    @property
    def clock(self) -> MovableClock:
        return clock_of(self.slack)

    @property
    def bot(self) -> Bot:
        assert self._bot is not None, "the bot is down"
        return self._bot

    def set_up(self) -> None:
        """Start a bot that knows nothing but the database."""
        installation = self.slack.installation
        self._up.enter_context(owned(self.engine, self.clock.now()))
        self._bot = open_bot(
            engine=self.engine,
            playbooks=self.shelf,
            team=self.team,
            access=SlackAccess(
                bot_token=SecretStr(installation.bot_token),
                signing_secret=SecretStr(installation.signing_secret),
                app_token=None,
                api_url=f"{self.slack.address}/api/",
            ),
            outside=nobody_outside(),
            clock=self.clock,
        )

    def tear_down(self) -> None:
        self._bot = None
        self._up.close()

    def person(self, handle: str) -> str:
        found = self.slack.workspace.people_store.handled(handle)
        assert found is not None
        return found.id

    def work(self) -> None:
        """Do what is due now."""
        self.bot.keep_promises(self.clock.now())
        self.bot.worker.drain()
        while (due := self.bot.worker.next_due()) and due - self.clock.now() < _SOON:
            self.clock.advance(max(due - self.clock.now(), timedelta(milliseconds=1)))
            self.bot.worker.drain()

    def until(self, moment: datetime) -> None:
        """Let time pass, from one due moment to the next."""
        self.work()
        while self.clock.now() < moment:
            pause = max(self._next() - self.clock.now(), _TICK)
            self.clock.advance(min(pause, moment - self.clock.now()))
            self.work()

    def away(self, until: datetime) -> None:
        """Let time pass while there is no bot; another one starts then."""
        self.tear_down()
        self.clock.advance(until - self.clock.now())
        self.set_up()
        self.work()

    def _next(self) -> datetime:
        with self.bot.use_cases.sessions.storage.reading() as work:
            owed = work.promises.open_of_team(self.slack.workspace.team.id, limit=1000)
            moments = [each.wake_at for each in owed if each.wake_at is not None]
            moments += filter(None, [work.outbox.next_due()])
        return min(moments, default=self.clock.now() + timedelta(days=1))

    def outage(self, severity: str, *, private: bool = False) -> None:
        """Sam declares one, tom's fix is deployed after 20 minutes, 5 later it is over."""
        now, sam = self.clock.now(), self.person("sam")
        self.bot.use_cases.declare(
            DeclareRequest(
                team=self.slack.workspace.team.id,
                user=sam,
                now=now,
                title="checkout is down",
                severity=severity,
                private=private,
            )
        )
        self.until(now + timedelta(minutes=20))
        self.ship(self.person("tom"))
        self.until(now + timedelta(minutes=25))
        self.bot.use_cases.resolve(
            ResolveRequest(incident=1, user=sam, now=self.clock.now(), fix="v1.2.4")
        )
        self.work()
        self.since = self.clock.now()

    def close(self, reason: str) -> None:
        sam, now = self.person("sam"), self.clock.now()
        self.bot.use_cases.close(ReasonRequest(incident=1, user=sam, now=now, reason=reason))
        self.work()

    def ship(self, by: str) -> None:
        """Put a fix into production, as the deploy step of a hotfix does."""
        now, turns = self.clock.now(), self.bot.use_cases.sessions
        with turns.writing() as work:
            was = work.incidents.get(1)
            turn = turns.within(work, was, actor=None, now=now)
            hotfix = Hotfix(
                id=0,
                incident=1,
                number=0,
                service="shop",
                pipeline=turn.playbook.hotfix.pipelines[0].key,
                title="Put the null check back",
                started_by=by,
                started_at=now - timedelta(minutes=20),
                steps=(),
                state=HotfixState.DONE,
                release="1.2.4",
                deployed="4f2c9e1",
                deployed_at=now,
            )
            turn.invite(by)
            update_promises(HotfixSession(turn, work.hotfixes.add(hotfix)))
            turn.finish(was=was)

    @property
    def diary(self) -> list[str]:
        """What was said since the incident was resolved."""
        return diary(self.slack.workspace, self.since)


@contextmanager
def open_weeks(
    folder: Path, playbook: str, *, zone: str = "UTC", start: datetime | None = None
) -> Iterator[Weeks]:
    """Set a team up that lives by a playbook, in a zone."""
    database = folder / "chatops.db"
    database.write_bytes(empty_database())
    name = playbook if zone == "UTC" else str(_in_zone(folder, playbook, zone))
    with crew_without_wires(fast_engine(f"sqlite:///{database}")) as crew:
        lead = crew.id_of("lena")
        team = team_of(crew.workspace)
        audiences = {**team.audiences, "team_lead": (lead,), "tech_lead": (lead,)}
        team = replace(team, playbook=name, audiences=audiences)
        if start is not None:
            crew.clock.advance(start - crew.clock.now())
        shelf = open_playbooks(team, near=folder / "chatops.yml")
        weeks = Weeks(slack=crew.slack, engine=crew.engine, shelf=shelf, team=team)
        weeks.set_up()
        yield weeks
        weeks.tear_down()


def _in_zone(folder: Path, playbook: str, zone: str) -> Path:
    copy = folder / playbook
    shutil.copytree(resolve(playbook, near=folder), copy)
    policy = copy / "playbook.yml"
    policy.write_text(policy.read_text().replace("zone: UTC", f"zone: {zone}", 1))
    return copy
