"""Does the effects of a hotfix (steps, looks at production and forge), and takes in the results."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from chatops.application.git_identity import GitIdentities, People
from chatops.application.hotfix import plan
from chatops.application.hotfix.monitoring import ForgePoller, Observation, take_look
from chatops.application.hotfix.operate import (
    Branched,
    Done,
    OperationRefused,
    OperationRunner,
    Worked,
    WorkResult,
)
from chatops.application.hotfix.plan import concerned, work_branch
from chatops.application.hotfix.production_checks import baseline_of
from chatops.application.hotfix.session import HotfixSession, ServiceGone
from chatops.application.hotfix.state_machine import record
from chatops.application.hotfix.steps import StepWork, plan_work
from chatops.application.ports.external import (
    ExternalBusy,
    ExternalIndeterminate,
    ExternalRefused,
    ExternalSystems,
)
from chatops.application.ports.git import BranchState
from chatops.application.ports.storage import UnitOfWork
from chatops.application.session import Sessions
from chatops.clock import Clock
from chatops.domain.git.names import RefusedName
from chatops.domain.messages.effects import DoStep, Effect, PollForge
from chatops.domain.messages.posts import Post
from chatops.domain.playbook.pipeline import StepKind, kind_of_work
from chatops.domain.services import Service

#: So often something is tried by itself before a person is asked.
_PATIENCE = 6
#: So often the chat is asked for the name that stands in a commit for ever.
_ASKED_WHO = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """What an effect of a hotfix came to."""

    done: Done | Observation
    #: What checks measured before the fix went out.
    before: Mapping[str, float] = field(default_factory=dict)
    #: The branch of the fix, after the bot has worked on it: others may have, too.
    branch: BranchState | None = None


class StepDoer:
    """Does one effect of a hotfix. No transaction is open while the outside is asked."""

    def __init__(self, sessions: Sessions, outside: ExternalSystems, names: GitIdentities) -> None:
        self._sessions = sessions
        self._names = names
        self._repositories = outside.repositories
        self._runner = OperationRunner(outside)
        self._poller = ForgePoller(outside)

    def do(self, effect: Effect, act: DoStep | PollForge, clock: Clock) -> StepResult | None:
        """Do it, or find that it is done; none if nobody wants it any more.

        Raises:
            ExternalBusy, ExternalIndeterminate
        """
        if isinstance(act, PollForge):
            return self._look_out(effect, act, clock)
        return self._do_step(effect, act, clock)

    def _do_step(self, effect: Effect, act: DoStep, clock: Clock) -> StepResult | None:
        before: Mapping[str, float] = {}
        branch: BranchState | None = None
        try:
            with self._sessions.storage.reading() as work:
                everybody = concerned(self._session(work, effect, act, clock))
            people = self._names.of(everybody, wait=effect.attempts <= _ASKED_WHO)
            with self._sessions.storage.reading() as work:
                session = self._session(work, effect, act, clock)
                act = _named(session, act)
                if not is_wanted(session, act):
                    return None
                operation = operation_of(session, act, people, at=effect.made_at)
                service = session.service
                baseline = baseline_of(session) if _ships(act) else None
            before = self._measure(service, baseline)
            tell = self._teller(effect, act, clock)
            done = self._runner.carry_out(service, operation, tell=tell, doubtful=effect.doubtful)
            branch = self._branch_state(session, service, act, done)
        except ExternalRefused as trouble:
            done = OperationRefused(why=str(trouble), words=trouble.words)
        except (RefusedName, ServiceGone) as mistake:
            done = OperationRefused(why=str(mistake))
        except (ExternalBusy, ExternalIndeterminate) as trouble:
            if effect.attempts < _PATIENCE:
                raise
            done = OperationRefused(why=f"{trouble}, and I tried {effect.attempts} times")
        return StepResult(done=done, before=before, branch=branch)

    def _branch_state(
        self, session: HotfixSession, service: Service, act: DoStep, done: Done
    ) -> BranchState | None:
        """What the branch holds now, where the bot has worked on it."""
        match done:
            case Branched() if done.result.already:
                return self._repositories.state(service, done.branch, base=done.base)
            case Worked() if _commits(act) and session.hotfix.base:
                branch = work_branch(session)
                return self._repositories.state(service, branch, base=session.hotfix.base)
            case _:
                return None

    def _measure(self, service: Service, look: plan.CheckOperation | None) -> Mapping[str, float]:
        """What must fall is measured before the fix goes out."""
        if look is None:
            return {}
        seen = self._runner.look(service, look).readings
        pairs = zip(look.checks, seen, strict=True)
        return {check.title: reading.value for check, reading in pairs if reading.value is not None}

    def _look_out(self, effect: Effect, act: PollForge, clock: Clock) -> StepResult | None:
        try:
            with self._sessions.storage.reading() as work:
                session = self._session(work, effect, act, clock)
                watched = self._poller.watched(session)
            return StepResult(done=self._poller.look(watched))
        except ServiceGone:
            return StepResult(done=Observation())

    def _teller(self, effect: Effect, act: DoStep, clock: Clock) -> Callable[[str], None]:
        """What hears the output of a command, and puts it into the thread, piece by piece."""
        told = 0

        def tell(piece: str) -> None:
            nonlocal told
            told += 1
            with self._sessions.writing() as work:
                session = self._session(work, effect, act, clock)
                key = f"output:{effect.id}:{effect.attempts}:{told}"
                session.tell_thread(key, _output(piece))

        return tell

    def _session(
        self, work: UnitOfWork, effect: Effect, act: DoStep | PollForge, clock: Clock
    ) -> HotfixSession:
        """A session on the hotfix; its incident is held first, as everywhere."""
        assert effect.incident is not None  # noqa: S101 - a hotfix belongs to an incident
        incident = work.incidents.get(effect.incident)
        incident_session = self._sessions.within(work, incident, actor=None, now=clock.now())
        return HotfixSession(incident_session, work.hotfixes.get(act.hotfix))


def _ships(act: DoStep) -> bool:
    return act.step in set(StepKind) and StepKind(act.step).spec.ships


def _commits(act: DoStep) -> bool:
    return act.step in set(StepKind) and StepKind(act.step).spec.commits


def _output(piece: str) -> Post:
    quoted = piece.replace("```", "'''")
    first = piece.strip().partition("\n")[0]
    return Post(headline=first[:150] or "Output", text=f"```\n{quoted}\n```")


def is_wanted(session: HotfixSession, act: DoStep) -> bool:
    """Whether this attempt is still the one that counts."""
    step = session.hotfix.step(kind_of_work(act.step))
    return step is not None and step.round == act.round and not step.state.over


def _named(session: HotfixSession, act: DoStep) -> DoStep:
    """An effect of the version before says ``rollback``: it is of the step whose turn it is."""
    back = session.hotfix.rollback
    if act.step != "rollback" or back is None:
        return act
    return replace(act, step=(back.current or back.steps[-1]).kind)


def operation_of(
    session: HotfixSession, act: DoStep, people: People, *, at: datetime
) -> plan.Operation:
    """The operation of an attempt. Raises RefusedName, ServiceGone."""
    work = StepWork(name=act.step, target=act.target)
    return plan_work(session, kind_of_work(act.step), work, people, at=at)


def take_in(session: HotfixSession, act: DoStep | PollForge, result: StepResult) -> None:
    """Record it, and let the hotfix go on; a result that nobody waits for changes nothing."""
    if isinstance(act, PollForge):
        assert isinstance(result.done, Observation)  # noqa: S101 - looking out sees, and no more
        take_look(session, act, result.done)
        return
    act = _named(session, act)
    if is_wanted(session, act):
        assert not isinstance(result.done, Observation)  # noqa: S101 - steps do not look out
        if result.before:
            session.change(before=result.before)
        record(session, WorkResult(act=act, done=result.done, branch=result.branch))
