"""A hotfix as people take it through Slack: the shop is broken, and Sam mends it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from chatops.domain.hotfix.model import Hotfix, HotfixState, StepRun
from chatops.domain.incident.timeline import Entry, EntryKind
from chatops.domain.playbook.pipeline import FixWay, StepKind
from chatops.playground.shop.servers import ServerPlace
from chatops.playground.shop.shop import Push, Shop
from chatops.playground.slack.simulated_user.outcome import UserOutcome
from tests.acceptance.stage import Actor, Room, Stage, open_stage

#: The severity that each playbook's hotfixes are for.
WORST = {
    "ticketed": "Emergency",
    "versioned": "CRITICAL",
    "preview": "Critical",
    "increment": "SEV1",
    "priority": "P0",
}
TITLE, REASON = "Let a voucher pay it all", "Nobody can pay since 14:00"
#: So soon, something that is to be done again is done in the same breath.
SOON = timedelta(seconds=10)
_MOST_STEPS, _LOOKS = 40, 12
_TICKS, _CHOICE = "checkboxes", "radio_buttons"


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """One incident with its hotfixes; what is done without a name is Sam's."""

    stage: Stage

    @property
    def sam(self) -> Actor:
        return self.stage.actor("sam")

    @property
    def room(self) -> Room:
        """The incident's channel."""
        with self.stage.bot.use_cases.sessions.storage.reading() as work:
            incident = work.incidents.get(1)
        assert incident is not None
        assert incident.channel is not None
        return Room(self.stage, incident.channel)

    @property
    def shop(self) -> Shop:
        assert self.stage.shop is not None
        return self.stage.shop

    @property
    def hotfixes(self) -> list[Hotfix]:
        with self.stage.bot.use_cases.sessions.storage.reading() as work:
            return list(work.hotfixes.of(1))

    @property
    def hotfix(self) -> Hotfix:
        return self.hotfixes[-1]

    @property
    def step(self) -> StepRun | None:
        """The step whose turn it is."""
        return self.hotfix.current

    @property
    def timeline(self) -> list[Entry]:
        with self.stage.bot.use_cases.sessions.storage.reading() as work:
            return list(work.timeline.of(1))

    def count(self, kind: EntryKind) -> int:
        return sum(entry.kind is kind for entry in self.timeline)

    @property
    def production(self) -> str:
        """The commit that production runs."""
        return self.shop.servers.serving(ServerPlace.PRODUCTION).sha

    def git(self, *arguments: str) -> str:
        """Ask the repository that everybody pushes to."""
        return self.shop.repository.bare.run(*arguments).strip()

    def types(self, words: str, who: str = "sam") -> UserOutcome:
        return self.stage.actor(who).types(f"/hotfix {words}".strip(), self.room)

    def heard(self, who: str = "sam") -> str:
        """What the bot said to one person alone: in a modal that is open, or in the channel."""
        actor = self.stage.actor(who)
        return actor.reads_modal if actor.has_modal else actor.heard(self.room)

    def sets_up(self, **changes: Any) -> None:
        """Describe the shop's servers otherwise, as chatops.yml would."""
        services = self.stage.bot.use_cases.team.services
        assert isinstance(services, dict)
        services[self.hotfix_service] = replace(services[self.hotfix_service], **changes)

    @property
    def hotfix_service(self) -> str:
        [name] = self.stage.bot.use_cases.team.services
        return name

    def starts(self, fields: Mapping[str, Any] | None = None) -> UserOutcome:
        """Go through the gate, honestly but for ``fields``."""
        self.types("start")
        return self.sam.submits({**self.honest(), **(fields or {})})

    def honest(self) -> dict[str, Any]:
        """All that the gate asks, as the outage is."""
        answers: dict[str, Any] = {}
        for block in self.sam.modal.blocks:
            if block.get("type") != "input":
                continue
            label, element = block["label"]["text"], block["element"]
            if element["type"] == _TICKS:
                answers[label] = [option["value"] for option in element["options"]]
            elif element["type"] == _CHOICE:
                answers[label] = "yes"
        answers |= {"What does the fix do?": TITLE, "Why can it not wait?": REASON}
        if any("Jira key" in str(block.get("label")) for block in self.sam.modal.blocks):
            answers["Jira key"] = "ET-1234"
        return answers

    def pushes(self, what: Push = Push.FIX) -> None:
        """An engineer pushes, and the bot sees it."""
        self.shop.push(what)
        self.stage.advance(seconds=40)

    def next(self, who: str = "sam") -> UserOutcome | None:
        """Open the form of the next step, tick what is there, and hand it in."""
        self.types("next", who)
        return self.agrees(who)

    def agrees(self, who: str = "sam") -> UserOutcome | None:
        """Hand in the form that is open, with everything ticked that must be done."""
        actor = self.stage.actor(who)
        if not actor.has_modal:
            return None
        ticks = {
            block["label"]["text"]: [option["value"] for option in block["element"]["options"]]
            for block in actor.modal.blocks
            if block.get("type") == "input"
            and block["element"]["type"] == _TICKS
            and block["label"]["text"] not in {"Or", "If it is"}
        }
        outcome = actor.submits(ticks)
        assert outcome.ok, (outcome.problem, outcome.errors)
        return outcome

    def goes_to(self, kind: StepKind | None, *, approvers: tuple[str, ...] = ()) -> None:
        """Take step after step until it is the turn of ``kind`` (none: all are over)."""
        for _ in range(_MOST_STEPS):
            current = self.step
            if current is None or current.kind is kind:
                return
            self._takes(current, approvers)
        message = f"never came to {kind}: {self.step}; heard: {self.heard()}"
        raise AssertionError(message)

    def _takes(self, current: StepRun, approvers: tuple[str, ...]) -> None:
        if current.state == "running":
            self.stage.advance(seconds=20)
        elif current.kind is StepKind.APPROVE:
            for who in approvers:
                self.approves(who)
        elif current.kind is StepKind.FIX and self.hotfix.way in {None, FixWay.PUSH}:
            if not self.hotfix.work.commits:
                self.pushes()
            self.types("ready")
            self.agrees()
        else:
            self.next()

    def approves(self, who: str) -> UserOutcome | None:
        self.types("approve", who)
        return self.agrees(who)

    def watches(self) -> None:
        """Let the time pass in which production is watched."""
        for _ in range(_LOOKS):
            if self.hotfix.state is not HotfixState.RUNNING:
                return
            self.stage.sleep(hours=6)
        message = f"it never ended: {self.hotfix.steps}"
        raise AssertionError(message)


@contextmanager
def open_walk(folder: Path, playbook: str = "priority", pipeline: str = "") -> Iterator[Walk]:
    """Open a stage on which the shop's incident is declared, and its channel is there.

    ``pipeline`` is what the servers are set up for, where it is not the playbook's first one.
    """
    with open_stage(folder, playbook=playbook) as stage:
        stage.soon = SOON
        assert stage.shop is not None
        stage.shop.servers.pace = timedelta()
        stage.shop.servers.on_push |= bool(pipeline)
        stage.shop.straight = pipeline == "trunk"
        walk = Walk(stage=stage)
        words = f"/incident declare {WORST[Path(playbook).name]} Checkout is down"
        walk.sam.types(words)
        stage.advance(minutes=2)
        yield walk
