"""A crew with a real repository and servers: each push and each command leaves a line behind."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Event

from pydantic import SecretStr
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from chatops.adapters.playbooks.folders import resolve
from chatops.adapters.playbooks.repository import PlaybookRepository
from chatops.adapters.storage.ownership import owned
from chatops.adapters.storage.store import SqlStorage
from chatops.adapters.storage.tables import EffectRow
from chatops.adapters.storage.types import UNFINISHED
from chatops.bootstrap import Bot, open_bot
from chatops.domain.hotfix.model import Hotfix
from chatops.domain.messages.effects import DoStep, EffectState, PollForge
from chatops.domain.playbook.pipeline import FixWay, StepKind
from chatops.domain.services import Command, Service
from chatops.domain.team import GitRules, Team
from chatops.playground.shop.engineer import Engineer
from chatops.playground.shop.repository import ShopRepository, make_repository
from chatops.playground.workspace.state import Workspace
from chatops.settings import SlackAccess
from tests.faults.crew import START, Crew, crew_without_wires, due_at, ignore, team_of
from tests.faults.crossings import Cross
from tests.faults.hotfix_outside import furnish, outside_in

SERVICE = "checkout"
#: What the next releases come from, where it is not called develop.
_DEVELOP = {"versioned": "development"}
#: Looks at the outbox after which nothing will come of it any more.
_MOST_LOOKS = 2000
#: Seconds to leave to a bot that is at work.
_MOMENT = 0.01


@cache
def shelf_of(playbook: str) -> PlaybookRepository:
    return PlaybookRepository(resolve(playbook, near=Path("chatops.yml")))


@dataclass(frozen=True, slots=True, kw_only=True)
class HotfixCrew(Crew):
    """A crew with a shop to mend; ``folder`` holds its repositories and what its servers run."""

    folder: Path
    playbook: str
    way: FixWay = FixWay.PUSH
    #: Whether production is brought back once the fix is deployed.
    goes_back: bool = False

    @property
    def source(self) -> str:
        """What is picked or taken back, once it is there."""
        file = self.folder / "source"
        return file.read_text() if file.exists() else ""

    @property
    def repository(self) -> ShopRepository:
        develop = _DEVELOP.get(self.playbook, "develop")
        return make_repository(self.folder, now=START, develop=develop)

    @property
    def engineer(self) -> Engineer:
        return Engineer(repository=self.repository, clock=self.clock)

    @property
    def hotfix(self) -> Hotfix:
        """The hotfix as it is stored."""
        with SqlStorage(self.engine).reading() as work:
            (hotfix,) = work.hotfixes.of(1)
        return hotfix

    def shipped(self, where: str) -> list[str]:
        """What was shipped to ``staging`` or ``production``, in order."""
        file = self.folder / where
        return file.read_text().splitlines() if file.exists() else []

    @property
    def pushes(self) -> list[list[str]]:
        """What every push changed: old id, new id, ref."""
        file = self.folder / "pushes"
        return [line.split() for line in file.read_text().splitlines()] if file.exists() else []

    @contextmanager
    def bot(self) -> Iterator[Bot]:
        """A bot that owns the database until the end of the block, or its own."""
        with owned(self.engine, self.clock.now()):
            yield self.replica()

    def replica(self, mirrors: str = "mirrors") -> Bot:
        """One of several bots on the database."""
        return open_bot(
            engine=self.engine,
            playbooks=shelf_of(self.playbook),
            team=self.team,
            access=SlackAccess(
                bot_token=SecretStr(self.slack.installation.bot_token),
                signing_secret=SecretStr(self.slack.installation.signing_secret),
                app_token=None,
                api_url=f"{self.slack.address}/api/",
            ),
            outside=outside_in(self.folder, mirrors=mirrors, cross=self.call),
            clock=self.clock,
        )

    @property
    def team(self) -> Team:
        ship = str(self.folder / "ship")
        service = Service(
            name=SERVICE,
            repository=self.repository.remote.as_uri(),
            stage=Command(run=(ship, "staging", "{sha}")),
            deploy=Command(run=(ship, "production", "{sha}")),
        )
        audiences = audiences_in(self.workspace)
        return replace(
            team_of(self.workspace),
            playbook=self.playbook,
            audiences=audiences,
            services={SERVICE: service},
            git=GitRules(people={self.id_of("sam"): "Sam Okafor <sam@shop.example>"}),
        )

    def work_off(self, bot: Bot) -> None:
        """Have everything done that does not just look whether others did something."""
        for _ in range(_MOST_LOOKS):
            if not bot.worker.drain():
                due = self.next_due()
                if due is None:
                    return
                self._let_pass(due)
        message = "effects are never done"
        raise AssertionError(message)

    def work_beside(self, bot: Bot) -> None:
        """The same, beside a bot that is alive: what it has in hand is left to it."""
        for _ in range(_MOST_LOOKS):
            if bot.worker.drain():
                continue
            first = self._first_of_lanes()
            waiting = [row.not_before for row in first if row.state is EffectState.WAITING]
            if not first:
                return
            if waiting and min(waiting) > self.clock.now():
                self.clock.advance(min(waiting) - self.clock.now())
            else:
                Event().wait(_MOMENT)
        message = "effects are never done"
        raise AssertionError(message)

    def next_due(self) -> datetime | None:
        """When the first effect may be done, or taken over, that is no mere look."""
        return min(map(due_at, self._first_of_lanes()), default=None)

    def _first_of_lanes(self) -> Sequence[EffectRow]:
        """What comes next in each lane, but for mere looks."""
        first: dict[str, EffectRow] = {}
        with Session(self.engine) as session:
            rows = session.scalars(select(EffectRow).where(UNFINISHED).order_by(col(EffectRow.id)))
            for row in rows:
                if not only_looks(row.act):
                    first.setdefault(row.lane, row)
        return tuple(first.values())


def only_looks(act: object) -> bool:
    """Whether an effect is one of those that come again and again."""
    return isinstance(act, PollForge) or (isinstance(act, DoStep) and act.step == StepKind.WATCH)


def audiences_in(workspace: Workspace) -> Mapping[str, tuple[str, ...]]:
    """Who the playbooks' audiences are."""
    groups = {group.handle: group.id for group in workspace.groups}
    people = {person.handle: person.id for person in workspace.people}
    return {
        "oncall": (groups["oncall"],),
        "engineering_lead": (groups["eng-leads"],),
        "on_call_manager": (people["priya"],),
        "product_manager": (groups["product"],),
        "executives": (people["lena"],),
        "tech_lead": (people["priya"],),
        "team_lead": (people["lena"],),
        "product_owner": (people["noah"],),
        "stakeholders": (people["ines"],),
        "dev_alerts": (),
    }


@contextmanager
def crew_with_a_shop(
    engine: Engine, folder: Path, plot: str, cross: Cross = ignore
) -> Iterator[HotfixCrew]:
    """A crew whose calls to Slack, calls of git, commands and commits cross points."""
    with crew_without_wires(engine, cross) as crew:
        yield opened_shop(crew, folder, plot)


def opened_shop(crew: Crew, folder: Path, plot: str) -> HotfixCrew:
    """The crew with a shop in ``folder``, made if it is not there.

    ``plot`` is a playbook, and how the fix is made where it is not pushed: ``priority pick``; or
    ``back`` where it does no good: ``priority back``.
    """
    playbook, _, way = plot.partition(" ")
    goes_back, way = way == "back", way.removeprefix("back")
    shop = HotfixCrew(
        slack=crew.slack,
        engine=crew.engine,
        call=crew.call,
        folder=folder,
        playbook=playbook,
        way=FixWay(way or FixWay.PUSH),
        goes_back=goes_back,
    )
    remote = shop.repository.remote
    if not (remote / "hooks" / "post-receive").exists():
        furnish(folder, remote)
    return shop
