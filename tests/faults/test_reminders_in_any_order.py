"""Whatever people do, in whatever order, and however often the bot is away: no promise is dropped,
doubled or spoken of too early, nobody hears twice at one moment, and nobody is woken.
"""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from chatops.adapters.playbooks.folders import resolve
from chatops.adapters.playbooks.repository import PlaybookRepository
from chatops.adapters.storage.store import SqlStorage
from chatops.adapters.storage.tables import EffectRow
from chatops.application.incidents.paging import PageRequest
from chatops.application.incidents.roles import RoleRequest
from chatops.application.incidents.severity import SeverityRequest
from chatops.application.lifecycle.declare import DeclareRequest
from chatops.application.lifecycle.end import ReasonRequest, ResolveRequest
from chatops.application.ports.chat import Profile
from chatops.application.promises.fulfil import DisputeRequest, FulfilRequest
from chatops.application.promises.reassign import ReassignRequest
from chatops.application.promises.scheduler import KeepPromises
from chatops.application.promises.snooze import SnoozeRequest
from chatops.application.reminders import Reminder
from chatops.application.session import Request
from chatops.application.tasks.tasks import Due, TaskRequest
from chatops.application.use_cases import UseCases, open_use_cases
from chatops.commands.catalogue import BOARD
from chatops.domain.errors import UserError
from chatops.domain.incident.model import Incident
from chatops.domain.messages.effects import DestinationKind, PostMessage
from chatops.domain.messages.templates import OutputFormat
from chatops.domain.playbook.policy import Snapshot
from chatops.domain.promises.model import Promise
from chatops.domain.promises.reminder_policy import ReminderPolicy
from chatops.domain.team import Team, TeamChannels
from tests.databases import empty_database
from tests.domain.reminder_samples import ASKED_AGAIN
from tests.faults.crew import fast_engine
from tests.outside import nobody_outside

START = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
PEOPLE = ("UANA", "UBEN", "UCLEO")
TEAM = Team(
    channels=TeamChannels(stakeholders="C1", alerts="C2"),
    audiences={
        "oncall": ("UANA",),
        "engineering_lead": ("ULEAD", "UBEN"),
        "stakeholders": ("USTAKE",),
        "executives": ("UBOSS",),
        "on_call_manager": ("UBOSS",),
        "product_manager": ("UBOSS",),
    },
)
HOUR = timedelta(hours=1)

people = st.sampled_from(PEOPLE)
whiles = st.integers(1, 60 * 30).map(lambda minutes: timedelta(minutes=minutes))
picks = st.integers(0, 99)


class Listening(PlaybookRepository):
    """The default playbook, which remembers of what people were reminded, and when."""

    def __init__(self) -> None:
        super().__init__(resolve("priority", near=Path("chatops.yml")))
        self.said: list[tuple[datetime, Sequence[Reminder]]] = []

    def say(
        self, snapshot: Snapshot, text: str, *, output: OutputFormat, facts: Mapping[str, object]
    ) -> str:
        now, things = facts["now"], facts.get("things")
        if text == "reminders" and isinstance(now, datetime) and isinstance(things, tuple):
            self.said.append((now, things))
        return super().say(snapshot, text, output=output, facts=facts)


class Nobody:
    """Nobody is known by more than their id."""

    def profile(self, user: str) -> Profile | None:
        del user
        return None

    def group(self, group: str) -> tuple[str, ...]:
        del group
        return ()


class Reminders(RuleBasedStateMachine):
    """A team with a few incidents at once."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = TemporaryDirectory()
        file = Path(self._folder.name) / "chatops.db"
        file.write_bytes(empty_database())
        self.engine: Engine = fast_engine(f"sqlite:///{file}")
        self.shelf = Listening()
        self.now = START
        self.count = 0
        self.told_to_owners: set[str] = set()
        self.use_cases, self.keep = self._bot()

    def teardown(self) -> None:
        self.engine.dispose()
        self._folder.cleanup()

    def _bot(self) -> tuple[UseCases, KeepPromises]:
        use_cases = open_use_cases(
            storage=SqlStorage(self.engine),
            playbooks=self.shelf,
            team=TEAM,
            people=Nobody(),
            outside=nobody_outside(),
            board=BOARD,
            committed=lambda: None,
        )
        return use_cases, KeepPromises(use_cases.sessions, use_cases.directory)

    @property
    def incidents(self) -> list[Incident]:
        with self.use_cases.sessions.storage.reading() as work:
            return [work.incidents.get(each) for each in range(1, self.count + 1)]

    def owed(self, incident: int) -> list[Promise]:
        with self.use_cases.sessions.storage.reading() as work:
            return [each for each in work.promises.of(incident) if each.open]

    def one(self, pick: int) -> int:
        return pick % self.count + 1

    def attempt(self, deed: Callable[[], object]) -> None:
        """People are refused what makes no sense now."""
        with contextlib.suppress(UserError):
            deed()

    @initialize()
    def begin(self) -> None:
        self.declare(severity="P1", user="UANA", private=False)

    @rule(severity=st.sampled_from(["P0", "P1", "P2"]), user=people, private=st.booleans())
    def declare(self, severity: str, user: str, private: bool) -> None:
        if self.count >= 4:
            return
        self.count += 1
        self.use_cases.declare(
            DeclareRequest(
                team="T1",
                user=user,
                now=self.now,
                title=f"Service {self.count} is down",
                severity=severity,
                private=private,
                similar_seen=True,
            )
        )

    @rule(by=whiles)
    def pass_time(self, by: timedelta) -> None:
        """The bot is up all the while, and looks whenever something is due."""
        end = self.now + by
        while (due := self._next_due()) is not None and due <= end:
            self.now = max(self.now, due)
            self._look()
        self.now = end
        self._look()

    @rule(by=whiles)
    def be_away(self, by: timedelta) -> None:
        self.now += by * 3
        self.use_cases, self.keep = self._bot()
        self._look()

    @rule(pick=picks, user=people, cause=st.sampled_from(["", "A null amount"]))
    def resolve(self, pick: int, user: str, cause: str) -> None:
        request = ResolveRequest(
            incident=self.one(pick), user=user, now=self.now, fix="v1", root_cause=cause
        )
        self.attempt(lambda: self.use_cases.resolve(request))

    @rule(pick=picks, user=people)
    def reopen(self, pick: int, user: str) -> None:
        request = ReasonRequest(incident=self.one(pick), user=user, now=self.now)
        self.attempt(lambda: self.use_cases.reopen(request))

    @rule(pick=picks, user=people)
    def close(self, pick: int, user: str) -> None:
        request = ReasonRequest(incident=self.one(pick), user=user, now=self.now, reason="enough")
        self.attempt(lambda: self.use_cases.close(request))

    @rule(pick=picks, user=people, severity=st.sampled_from(["P0", "P1", "P2"]))
    def judge(self, pick: int, user: str, severity: str) -> None:
        request = SeverityRequest(
            incident=self.one(pick), user=user, now=self.now, severity=severity
        )
        self.attempt(lambda: self.use_cases.change_severity(request))

    @rule(pick=picks, user=people, holder=st.sampled_from([*PEOPLE, None]))
    def lead(self, pick: int, user: str, holder: str | None) -> None:
        request = RoleRequest(
            incident=self.one(pick), user=user, now=self.now, role="commander", holder=holder
        )
        self.attempt(lambda: self.use_cases.assign_role(request))

    @rule(pick=picks, user=people)
    def join(self, pick: int, user: str) -> None:
        request = Request(incident=self.one(pick), user=user, now=self.now)
        self.attempt(lambda: self.use_cases.join(request))

    @rule(pick=picks, user=people)
    def page(self, pick: int, user: str) -> None:
        request = PageRequest(incident=self.one(pick), user=user, now=self.now, whom=(user,))
        self.attempt(lambda: self.use_cases.page(request))

    @rule(pick=picks, user=people, owner=people, within=whiles)
    def plan(self, pick: int, user: str, owner: str, within: timedelta) -> None:
        request = TaskRequest(
            incident=self.one(pick),
            user=user,
            now=self.now,
            text="Add the alert",
            owner=owner,
            due=Due(at=self.now + within),
        )
        self.attempt(lambda: self.use_cases.add_task(request))

    @rule(pick=picks, which=picks, user=people, how=st.integers(0, 4), owner=people, by=whiles)
    def settle(self, pick: int, which: int, user: str, how: int, owner: str, by: timedelta) -> None:
        """Settle what is owed, say that it is not gone, hand it over, snooze it or waive it."""
        incident = self.one(pick)
        owed = self.owed(incident)
        if not owed:
            return
        key = owed[which % len(owed)].key
        use_cases, now = self.use_cases, self.now
        off = SnoozeRequest(
            incident=incident, user=user, now=now, promise=key, until=now + by, reason="later"
        )
        ways: Sequence[Callable[[], object]] = (
            lambda: use_cases.fulfil(
                FulfilRequest(incident=incident, user=user, now=now, promise=key)
            ),
            lambda: use_cases.dispute(
                DisputeRequest(incident=incident, user=user, now=now, promise=key)
            ),
            lambda: use_cases.reassign(
                ReassignRequest(incident=incident, user=user, now=now, promise=key, owner=owner)
            ),
            lambda: use_cases.snooze(off),
            lambda: use_cases.snooze(
                SnoozeRequest(
                    incident=incident, user=user, now=now, promise=key, until=None, reason="no"
                )
            ),
        )
        self.attempt(ways[how])

    def _next_due(self) -> datetime | None:
        moments = [
            each.wake_at
            for incident in range(1, self.count + 1)
            for each in self.owed(incident)
            if each.wake_at is not None
        ]
        return min(moments, default=None)

    def _look(self) -> None:
        before = len(self.shelf.said)
        self.keep(self.now)
        for now, things in self.shelf.said[before:]:
            for thing in things:
                self._check(now, thing)
        due = self._next_due()
        assert due is None or due > self.now, "what is due was left alone"

    def _check(self, now: datetime, thing: Reminder) -> None:
        promise, incident = thing.promise, thing.incident
        assert promise.open, promise
        assert not thing.overdue or now >= promise.due_at, f"too early: {promise}"
        assert thing.overdue or now < promise.due_at, f"too late for a nudge: {promise}"
        playbook = self.shelf.revive(self.shelf.current())
        policy = ReminderPolicy.of(playbook)
        assert not policy.is_quiet(incident, now), f"at night: {now} {promise}"
        if thing.to_owner:
            assert thing.mark not in self.told_to_owners, f"twice: {thing.mark}"
            self.told_to_owners.add(thing.mark)

    @invariant()
    def nothing_is_dropped(self) -> None:
        for incident in range(1, self.count + 1):
            for promise in self.owed(incident):
                assert promise.wake_at is not None or promise.due_at <= self.now, promise
                assert promise.wake_at is not None or promise.kind not in ASKED_AGAIN, promise

    @invariant()
    def nobody_hears_twice_at_one_moment(self) -> None:
        heard: set[tuple[str, datetime]] = set()
        with Session(self.engine) as session:
            rows = session.scalars(
                select(EffectRow).where(col(EffectRow.key).contains(":reminders:"))
            )
            for row in rows:
                act = row.act
                if isinstance(act, PostMessage) and act.to.kind is DestinationKind.PERSON:
                    assert (act.to.id, row.made_at) not in heard, row.key
                    heard.add((act.to.id, row.made_at))


TestRemindersInAnyOrder = Reminders.TestCase
TestRemindersInAnyOrder.settings = settings(
    settings.get_profile("here"), max_examples=4, stateful_step_count=30
)


class RemindersAtLength(Reminders):
    """The same, tried more often."""


TestRemindersAtLength = pytest.mark.long(RemindersAtLength.TestCase)
TestRemindersAtLength.settings = settings(
    settings.get_profile("here"), max_examples=12, stateful_step_count=30
)
