"""One change to one hotfix, inside a session on its incident."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from chatops.application.authorization import Authorization
from chatops.application.ports.storage import UnitOfWork
from chatops.application.session import IncidentSession, Request, Sessions
from chatops.domain.errors import UserError
from chatops.domain.hotfix.errors import NoHotfixYet, WhichHotfix, checklist_open
from chatops.domain.hotfix.model import Hotfix
from chatops.domain.incident.model import Incident
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.effects import DoStep, LiveMessage, PollForge, RefreshMessage
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle, Post
from chatops.domain.playbook.hotfix import (
    Approval,
    Checklist,
    HotfixPolicy,
    RollbackWay,
    SeverityRules,
    Staging,
    TestExtent,
)
from chatops.domain.playbook.pipeline import (
    AnyStepKind,
    FixWay,
    Pipeline,
    Step,
    StepKind,
    WorkLane,
    lane_of_work,
)
from chatops.domain.playbook.policy import Severity
from chatops.domain.services import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRequest(Request):
    """A hotfix is asked for: what the gate wants to know.

    ``criteria`` and ``prerequisites`` are the indexes of those that are ticked, ``answers`` those
    to the gate's questions by key. ``reason`` is why it cannot wait. ``anyway`` says that the
    red flags in it were seen. ``scenario`` names one of the playbook's special cases.
    """

    service: str
    title: str
    reason: str = ""
    criteria: frozenset[int] = frozenset()
    prerequisites: frozenset[int] = frozenset()
    answers: Mapping[str, bool] = field(default_factory=dict)
    anyway: bool = False
    pipeline: str | None = None
    ticket: str = ""
    scope: str = ""
    impact: str = ""
    scenario: str = ""
    way: FixWay | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HotfixRequest(Request):
    """Something about one hotfix of an incident."""

    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextRequest(HotfixRequest):
    """Do the step whose turn it is; ``step`` is the one that the person was shown.

    ``by_hand`` says that somebody has done it already, without the bot.
    """

    step: AnyStepKind | None = None
    by_hand: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FixRequest(HotfixRequest):
    """How the fix is made: ``source`` is a commit, a pull request (``#12``) or a flag's name.

    With ``FixWay.PUSH`` the pushed commits are the fix, and they are all there.
    """

    way: FixWay
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveRequest(HotfixRequest):
    """Agree to ``sha`` (what was shown; none: the newest).

    ``spoken_by`` is whose word it is, where it was spoken and is put down by somebody who heard.
    """

    sha: str | None = None
    spoken_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipRequest(HotfixRequest):
    """Leave a step out; ``leave`` is who allowed it, where it was somebody else."""

    step: StepKind
    reason: str = ""
    leave: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TickRequest(HotfixRequest):
    """The items of a checklist that are ticked now, all others are not."""

    checklist: str
    items: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackRequest(HotfixRequest):
    """Bring production back; ``way`` none: the playbook's first that the service knows.

    ``version`` is the last one that is known to be good, where the bot does not know it.
    """

    reason: str
    version: str = ""
    way: RollbackWay | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BackportRequest(HotfixRequest):
    """Bring the fix to ``target`` (none: to every one that still lacks it)."""

    target: str | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignedRequest(HotfixRequest):
    """A person settles what the code leaves open: whether ``target`` contains the fix."""

    target: str
    contained: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiveBackportRequest(HotfixRequest):
    """``target`` (none: every one) shall not get the fix."""

    reason: str
    target: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagRequest(Request):
    """Turn a feature flag off, within a hotfix or before there is one."""

    flag: str
    service: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AbortRequest(HotfixRequest):
    """Give it up."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRequest(Request):
    """What changed in production lately, overall and in ``files``."""

    service: str | None = None
    files: tuple[str, ...] = ()


_NOW = timedelta()
#: What a severity without rules of its own asks for: somebody else looks at it.
_PLAIN = SeverityRules(
    approval=Approval(others=1), staging=Staging.WITH_LEAVE, tests=TestExtent.EXISTING
)


class ServiceGone(UserError):
    """chatops.yml no longer has the service."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The service {name} is no longer in chatops.yml. Put it back under `services:`, and"
            " take the step again."
        )


class HotfixSession:
    """A hotfix with its policy and its service, and what can be done with it."""

    def __init__(self, incident_session: IncidentSession, hotfix: Hotfix) -> None:
        self.incident_session = incident_session
        self.was = hotfix
        self.hotfix = hotfix

    @property
    def now(self) -> datetime:
        return self.incident_session.now

    @property
    def incident(self) -> Incident:
        return self.incident_session.incident

    @property
    def severity(self) -> Severity:
        """The incident's, as it is now."""
        return self.incident_session.severity

    @property
    def work(self) -> UnitOfWork:
        return self.incident_session.work

    @property
    def policy(self) -> HotfixPolicy:
        return self.incident_session.playbook.hotfix

    @property
    def pipeline(self) -> Pipeline:
        found = self.policy.pipeline(self.hotfix.pipeline)
        assert found is not None  # noqa: S101 - the snapshot of the playbook never changes
        return found

    @property
    def rules(self) -> SeverityRules:
        """What the severity asks for now: it may have changed since the hotfix began."""
        return self.policy.severities.get(self.severity.key) or _PLAIN

    @property
    def service(self) -> Service:
        """Raises ServiceGone."""
        service = self.incident_session.team.services.get(self.hotfix.service)
        if service is None:
            raise ServiceGone(self.hotfix.service)
        return service

    @property
    def about(self) -> str:
        """What its buttons are about."""
        return f"{self.incident.id}:{self.hotfix.number}"

    @property
    def mark(self) -> str:
        """Its name for machines: ``INC-2026-014/1``."""
        return f"{self.incident.reference}/{self.hotfix.number}"

    @property
    def engineer(self) -> str:
        """Whose fix it is, as far as anybody said."""
        return self.hotfix.author or self.hotfix.started_by

    @property
    def targets(self) -> tuple[str, ...]:
        """The branches that the next releases come from."""
        rule = self.pipeline.backport
        if rule is None:
            return ()
        return rule.targets if self.service.targets is None else self.service.targets

    def step(self, kind: AnyStepKind) -> Step:
        """What the playbook says about a step."""
        found = self.pipeline.step(kind)
        assert found is not None  # noqa: S101 - runs are made of the pipeline's own steps
        return found

    def checklists(self, kind: AnyStepKind) -> tuple[Checklist, ...]:
        return tuple(each for each in self.policy.checklists if each.at is kind)

    def unticked(self, checklist: Checklist) -> tuple[str, ...]:
        """The items that nobody has ticked yet."""
        ticked = {tick.item for tick in self.hotfix.ticks if tick.checklist == checklist.key}
        return tuple(item for index, item in enumerate(checklist.items) if index not in ticked)

    def must_be_ticked(self, kind: AnyStepKind) -> None:
        """Raises UserError."""
        for checklist in self.checklists(kind):
            left = self.unticked(checklist)
            if checklist.required and left:
                raise checklist_open(checklist.title, left)

    def key(self, what: str) -> str:
        """A key for something that is said or done once at this state of the hotfix."""
        return f"hotfix:{self.hotfix.number}:{what}"

    @property
    def card_key(self) -> str:
        """The key of its card, under which the thread of details stands."""
        return f"{self.incident.id}:hotfix:{self.hotfix.number}"

    def post(
        self, text: str, *buttons: Button, more: tuple[Button, ...] = (), **facts: object
    ) -> Post:
        """Word a message for the channel; ``fix`` in a text is the hotfix as it is now."""
        return self.incident_session.post(
            text, buttons=buttons, more=more, fix=self.hotfix, **facts
        )

    def answer(self, text: str, *buttons: Button, **facts: Any) -> Post:
        """Word what the person who asked gets back."""
        return self.incident_session.answer(text, buttons=buttons, fix=self.hotfix, **facts)

    def button(
        self, ask: ActionId, label: str, detail: str = "", tone: ButtonStyle = ButtonStyle.PLAIN
    ) -> Button:
        about = f"{self.about}:{detail}" if detail else self.about
        return Button(ask=ask, label=label, about=about, tone=tone)

    def tell_room(self, what: str, post: Post) -> None:
        """Post a turn of the story in the channel, once."""
        self.incident_session.tell_room(self.key(what), post)

    def tell_thread(self, what: str, post: Post) -> None:
        """Say a detail in the card's thread, once."""
        self.incident_session.say(
            self.key(what), self.incident_session.room, post, under=self.card_key
        )

    def note(self, text: str, kind: EntryKind = EntryKind.HOTFIX, reason: str = "") -> None:
        self.incident_session.note(kind, text, reason=reason)

    def do_step(
        self, step: str, *, round_: int, target: str = "", look: int = 0, after: timedelta = _NOW
    ) -> None:
        """Have the work of a step's attempt done by the effects loop; ``look`` counts looks."""
        act = DoStep(hotfix=self.hotfix.id, step=step, round=round_, target=target, look=look)
        key = self.key(f"do:{step}:{target}:{round_}:{look}")
        lane = lane_of_work(step)
        place = self.hotfix.id if lane is WorkLane.PRODUCTION else self.hotfix.service
        self.incident_session.do(key, f"{lane}:{place}", act, at=self.now + after)

    def look_out(self, after: timedelta = _NOW) -> None:
        """See to it that somebody looks at what others do."""
        self.change(looks=self.hotfix.looks + 1)
        act = PollForge(hotfix=self.hotfix.id, round=self.hotfix.looks)
        lane = f"lookout:{self.hotfix.id}:{act.round}"
        self.incident_session.do(self.key(f"look:{act.round}"), lane, act, at=self.now + after)

    @property
    def changed(self) -> bool:
        """Whether anything changed besides the number of looks."""
        return replace(self.hotfix, looks=self.was.looks) != self.was

    def save(self) -> None:
        """Store the hotfix if it changed, and bring its card up to date.

        While it runs the card is renewed with every other look, for the time that it tells.
        """
        if self.hotfix == self.was:
            return
        ticks = self.hotfix.current is not None and self.hotfix.looks % 2 == 0
        shows = self.changed or ticks
        self.hotfix = self.work.hotfixes.save(self.hotfix)
        self.was = self.hotfix
        if shows:
            self.show()

    def show(self) -> None:
        act = RefreshMessage(
            incident=self.incident.id,
            screen=LiveMessage.HOTFIX,
            version=self.hotfix.version,
            hotfix=self.hotfix.number,
        )
        self.incident_session.do(
            self.key(f"card:{self.hotfix.version}"), self.incident_session.room.lane, act
        )

    def change(self, **changes: object) -> None:
        self.hotfix = replace(self.hotfix, **changes)  # type: ignore[arg-type]


class HotfixSessions:
    """Opens sessions on hotfixes for those who may."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions

    @contextmanager
    def begin(
        self, request: HotfixRequest, authorization: Authorization | None = None
    ) -> Iterator[HotfixSession]:
        """Open a session on the hotfix that a person means; commit at the end.

        Raises:
            NoHotfixYet, WhichHotfix, ServiceGone, and what ``Sessions.begin`` raises.
        """
        with self.sessions.begin(request, authorization) as incident_session:
            session = HotfixSession(incident_session, meant(incident_session, request.number))
            yield session
            session.save()

    @contextmanager
    def looking(self, request: HotfixRequest) -> Iterator[HotfixSession]:
        """The same, to see only."""
        with self.sessions.looking(request) as incident_session:
            yield HotfixSession(incident_session, meant(incident_session, request.number))


def meant(incident_session: IncidentSession, number: int | None) -> Hotfix:
    """The hotfix of that number; without one the only one, or the only one that is not over.

    Raises:
        NoHotfixYet, WhichHotfix
    """
    known = incident_session.work.hotfixes.of(incident_session.incident.id)
    if not known:
        raise NoHotfixYet
    if number is not None:
        found = [each for each in known if each.number == number]
    else:
        lively = [each for each in known if each.current is not None or each.owed]
        found = lively or list(known[-1:])
    if len(found) != 1:
        raise WhichHotfix([(each.number, each.service) for each in known])
    return found[0]
