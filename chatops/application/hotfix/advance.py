"""Takes the step whose turn it is: shows the exact plan first, then does what it says."""

from collections.abc import Iterable
from dataclasses import dataclass

from chatops.application.authorization import Authorization, PeopleDirectory
from chatops.application.git_identity import GitIdentities, People
from chatops.application.hotfix.monitoring import BESIDE, ForgePoller, Observation, take_look
from chatops.application.hotfix.operate import OperationRunner
from chatops.application.hotfix.plan import GitOperation, OpenBranch, concerned
from chatops.application.hotfix.session import (
    FixRequest,
    HotfixSession,
    HotfixSessions,
    NextRequest,
)
from chatops.application.hotfix.state_machine import begin, end, see_plan
from chatops.application.hotfix.steps import BEHAVIOURS, is_peoples_turn, plan_work, work_of
from chatops.application.ports.git import Result
from chatops.domain.hotfix.errors import NoSuchWay, NotTheTurn, step_busy
from chatops.domain.hotfix.model import StepRun, StepState
from chatops.domain.messages.effects import PollForge
from chatops.domain.messages.posts import Post
from chatops.domain.playbook.hotfix import Checklist
from chatops.domain.playbook.pipeline import AnyStepKind, FixWay, StepKind
from chatops.domain.team import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPlan:
    """What the next step will do: the very commands, what to mind, what to tick."""

    step: StepRun
    title: str
    lines: tuple[str, ...] = ()
    mind: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    #: What stands in conflict, and how to finish by hand.
    conflicts: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    checklist: Checklist | None = None
    ticked: frozenset[int] = frozenset()
    confirm: str = "Do it"
    sha: str = ""


class AdvanceHotfix:
    """Plans steps, and takes them."""

    def __init__(
        self,
        sessions: HotfixSessions,
        directory: PeopleDirectory,
        names: GitIdentities,
        runner: OperationRunner,
        poller: ForgePoller,
    ) -> None:
        self._sessions = sessions
        self._directory = directory
        self._names = names
        self._runner = runner
        self._poller = poller

    def plan(self, request: NextRequest) -> StepPlan:
        """Say exactly what the next step will do; asks git, so it may take a while.

        Raises:
            NotTheTurn, HotfixOver, UserError, ServiceGone, RefusedName, ExternalError
        """
        people = self._people(request)
        with self._sessions.looking(request) as session:
            step = _current(session, request.step)
            plan = _outline(session, step)
            if is_peoples_turn(session, step):
                return plan
            operations = [
                plan_work(session, step.kind, each, people, at=session.now)
                for each in work_of(session, step.kind)
            ]
            service = session.service
        previews = [self._runner.preview(service, each) for each in operations]
        return StepPlan(
            step=plan.step,
            title=plan.title,
            mind=plan.mind,
            confirm=plan.confirm,
            checklist=plan.checklist,
            ticked=plan.ticked,
            sha=plan.sha,
            lines=_all(each.plan for each in previews),
            notes=_all(
                (
                    *each.notes,
                    *(_size(each) if isinstance(operation, GitOperation | OpenBranch) else ()),
                )
                for operation, each in zip(operations, previews, strict=True)
            ),
            conflicts=_all(
                (f"{file.path}: {file.kind}" for file in each.conflicts) for each in previews
            ),
            commands=_all(each.commands for each in previews),
        )

    def next(self, request: NextRequest) -> Post:
        """Take the step whose turn it is.

        Raises:
            NotTheTurn, HotfixOver, UserError, NoFixYet, NotAllowed
        """
        with self._sessions.begin(request, self._authorization(request.user)) as session:
            step = _current(session, request.step)
            if request.by_hand or is_peoples_turn(session, step):
                _end_by_hand(session, step, request.user)
            else:
                begin(session, step.kind, by=request.user)
            return session.answer("hotfix_answer", step=session.hotfix.current)

    def fix(self, request: FixRequest) -> Post:
        """Say how the fix is made: pushed commits are taken for it, anything else is planned.

        What the bot makes is shown first, and made with the next step.

        Raises:
            NoSuchWay, NoFixYet, NotTheTurn, HotfixOver, NotAllowed
        """
        seen = self._look(request) if request.way is FixWay.PUSH else None
        with self._sessions.begin(request, self._authorization(request.user)) as session:
            session.hotfix.must_run()
            _must_be_a_way(session, request)
            if seen is not None:
                take_look(session, PollForge(hotfix=session.hotfix.id, round=BESIDE), seen)
            session.change(way=request.way, source=request.source.strip())
            step = session.hotfix.step(StepKind.FIX)
            current = session.hotfix.current
            if current is None or step is None or current.kind is not StepKind.FIX:
                return session.answer("hotfix_answer", step=current)
            if request.way is FixWay.PUSH:
                _end_by_hand(session, step, request.user)
                return session.answer("hotfix_answer", step=session.hotfix.current)
            session.change(author=request.user)
            return session.answer("hotfix_answer", see_plan(session, current.kind), step=current)

    def _look(self, request: FixRequest) -> Observation:
        """See what was pushed up to now: people say that it is ready as soon as it is."""
        with self._sessions.looking(request) as session:
            watched = self._poller.watched(session)
        return self._poller.look(watched)

    def _people(self, request: NextRequest) -> People:
        with self._sessions.looking(request) as session:
            everybody = concerned(session)
        return self._names.of(everybody)

    def _authorization(self, user: str) -> Authorization:
        return self._directory.authorization(user, Permission.HOTFIX)


def _current(session: HotfixSession, seen: AnyStepKind | None) -> StepRun:
    """The step whose turn it is, if it is the one that the person was shown."""
    session.hotfix.must_run()
    current = session.hotfix.current
    if current is None:
        beside = next(s for s in session.hotfix.steps if not s.state.over)
        raise step_busy(beside.title)
    if seen is not None and seen is not current.kind:
        raise NotTheTurn(seen.spec.label, current.title)
    if current.state is StepState.RUNNING:
        raise step_busy(current.title)
    return current


def _outline(session: HotfixSession, step: StepRun) -> StepPlan:
    checklist = _checklist(session, step)
    works = not is_peoples_turn(session, step)
    again = "Try again" if step.state is StepState.FAILED else "Do it"
    return StepPlan(
        step=step,
        title=step.title,
        mind=session.step(step.kind).mind,
        checklist=checklist,
        ticked=frozenset(
            tick.item
            for tick in session.hotfix.ticks
            if checklist is not None and tick.checklist == checklist.key
        ),
        confirm=again if works else step.kind.spec.confirm,
        sha=session.hotfix.head,
    )


def _checklist(session: HotfixSession, step: StepRun) -> Checklist | None:
    """The first list that is not ticked off, once it is time to tick."""
    if not is_peoples_turn(session, step):
        return None
    lists = session.checklists(step.kind)
    return next((each for each in lists if session.unticked(each)), next(iter(lists), None))


def _end_by_hand(session: HotfixSession, step: StepRun, user: str) -> None:
    """A person says that a step is done."""
    session.must_be_ticked(step.kind)
    evidence = BEHAVIOURS[step.kind].by_hand(session, step, user)
    ticked = _ticked_lines(session, step.kind)
    end(session, step.kind, *evidence, *ticked, by=user)


def _ticked_lines(session: HotfixSession, kind: AnyStepKind) -> tuple[str, ...]:
    return tuple(
        f"{checklist.items[tick.item]} (<@{tick.by}>)"
        for checklist in session.checklists(kind)
        for tick in session.hotfix.ticks
        if tick.checklist == checklist.key and tick.item < len(checklist.items)
    )


def _must_be_a_way(session: HotfixSession, request: FixRequest) -> None:
    ways = session.step(StepKind.FIX).ways
    if request.way not in ways:
        what = f"This playbook does not fix by “{request.way}”."
        raise NoSuchWay(what, [*map(str, ways)])
    if request.way is FixWay.FLAG and request.source.strip() not in session.service.flags:
        flags = sorted(session.service.flags)
        what = f"{session.service.name} has no flag “{request.source[:40]}” with a command."
        raise NoSuchWay(what, flags)
    if request.way in {FixWay.REVERT, FixWay.PICK} and not request.source.strip():
        what = "Say which commit, or which pull request as #12."
        raise NoSuchWay(what, [])


def _all(groups: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for group in groups for each in group))


def _size(result: Result) -> tuple[str, ...]:
    if result.already:
        return ("It is there already: nothing will be pushed.",)
    return (f"{len(result.made)} new commits.",) if len(result.made) > 1 else ()
