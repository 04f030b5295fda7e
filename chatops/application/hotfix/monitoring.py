"""Looks out for what others do: pushes, pull requests, and targets that gain or lose the fix."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from chatops.application.hotfix.operate import Proof
from chatops.application.hotfix.plan import fix_commits, production_candidates, work_branch
from chatops.application.hotfix.record_results import take_commits, take_proof, take_pull
from chatops.application.hotfix.session import HotfixSession
from chatops.application.hotfix.state_machine import end, end_fulfilled
from chatops.application.ports.external import ExternalError, ExternalSystems, Pull, PullState
from chatops.application.ports.git import BranchState
from chatops.domain.git.alignment import ProofResult
from chatops.domain.hotfix.model import Backport, BackportState, Hotfix, HotfixState, StepState
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.effects import PollForge
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.services import Service

#: How soon it is looked again: while people work on it, and while only the targets may change.
SOON, LATER = timedelta(seconds=30), timedelta(minutes=10)
#: A look that belongs to no chain: nothing follows it.
BESIDE = -1
#: So long after it was proven, a target that loses the fix again is noticed.
KEEP_LOOKING = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What there is to look at."""

    service: Service
    hotfix: Hotfix
    branch: str
    candidates: tuple[str, ...]
    fix: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenBackport:
    """A target, and the pull request into it, as they are now."""

    target: str
    tip: str
    verdict: ProofResult | None = None
    pull: Pull | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What was seen; ``production`` and ``base`` where there is no branch of the fix's own.

    ``known`` is the hotfix as it was then: what has changed since was not seen.
    """

    known: Hotfix | None = None
    branch: BranchState | None = None
    production: str = ""
    base: str = ""
    pull: Pull | None = None
    backports: Mapping[str, SeenBackport] = field(default_factory=dict)
    trouble: str = ""


def is_worth_a_look(hotfix: Hotfix, now: datetime) -> bool:
    """Whether anything may still happen to it."""
    if hotfix.state is HotfixState.RUNNING or hotfix.owed:
        return True
    proven = [each.proven_at for each in hotfix.backports if each.proven_at is not None]
    return any(now - moment < KEEP_LOOKING for moment in proven)


def next_look(hotfix: Hotfix) -> timedelta:
    """How long until the next look."""
    current = hotfix.current
    lively = current is not None or any(
        each.state is BackportState.OPENED for each in hotfix.backports
    )
    return SOON if lively else LATER


class ForgePoller:
    """Looks at repositories and forges."""

    def __init__(self, outside: ExternalSystems) -> None:
        self._outside = outside

    def watched(self, session: HotfixSession) -> Watched:
        """Raises ServiceGone."""
        return Watched(
            service=session.service,
            hotfix=session.hotfix,
            branch=work_branch(session),
            candidates=production_candidates(session),
            fix=fix_commits(session),
        )

    def look(self, watched: Watched) -> Observation:
        """See how everything stands; what cannot be asked now is asked the next time."""
        try:
            return self._look(watched)
        except ExternalError as trouble:
            return Observation(trouble=str(trouble))

    def _look(self, watched: Watched) -> Observation:
        hotfix, service = watched.hotfix, watched.service
        repositories, forge = self._outside.repositories, self._outside.forges.of(service)
        production, base = hotfix.production, hotfix.base
        branch = None
        if hotfix.state is HotfixState.RUNNING and not _left(hotfix):
            if not production and hotfix.step(StepKind.BRANCH) is None:
                production = repositories.production(service, watched.candidates)
                base = repositories.log(service, production, limit=1).tip
            name = watched.branch or production
            if name and base:
                branch = repositories.state(service, name, base=base)
        pull = None
        if forge is not None and hotfix.pull_request is not None and not hotfix.merged:
            pull = forge.read(service, hotfix.pull_request.number)
        backports = {
            each.target: self._look_at(watched, each)
            for each in hotfix.backports
            if _matters(hotfix, each)
        }
        return Observation(
            known=hotfix,
            branch=branch,
            production=production,
            base=base,
            pull=pull,
            backports=backports,
        )

    def _look_at(self, watched: Watched, backport: Backport) -> SeenBackport:
        service = watched.service
        forge = self._outside.forges.of(service)
        pull = None
        if forge is not None and backport.pull_request is not None:
            pull = forge.read(service, backport.pull_request.number)
        base = watched.hotfix.base
        repositories = self._outside.repositories
        tip = repositories.state(service, backport.target, base=base).tip
        if tip == backport.tip or not watched.fix:
            return SeenBackport(target=backport.target, tip=tip, pull=pull)
        proven_at, verdict = repositories.prove(
            service, base=base, fix=watched.fix, target=backport.target
        )
        return SeenBackport(target=backport.target, tip=proven_at, verdict=verdict, pull=pull)


def _left(hotfix: Hotfix) -> bool:
    """Whether the fix has left its branch; without one it has as soon as it is made."""
    made = hotfix.step(StepKind.BRANCH) is None and hotfix.is_done(StepKind.FIX)
    return made or hotfix.has_left_branch


def _matters(hotfix: Hotfix, backport: Backport) -> bool:
    """Whether the target may have gained the fix, or lost it."""
    return hotfix.shipped and backport.state is not BackportState.WAIVED


_NOT_BROUGHT = frozenset({BackportState.OWED, BackportState.CONFLICT})
#: How a trouble begins that is over as soon as the outside answers again.
_BLIND = "I cannot see what is pushed: "


def take_look(session: HotfixSession, act: PollForge, seen: Observation) -> None:
    """Take in what was seen, and look again while anything may still happen."""
    still = seen.known is not None and seen.known.head == session.hotfix.head
    if seen.base and not session.hotfix.base:
        session.change(production=seen.production, base=seen.base, head=seen.base)
    _take_trouble(session, seen.trouble)
    if seen.branch is not None and still and not _is_committing(session):
        _take_branch(session, seen.branch)
    if seen.pull is not None:
        _take_pull(session, seen.pull)
    for target, each in seen.backports.items():
        news = _is_news(session, seen, target)
        take_pull(session, target, each.pull)
        if each.verdict is not None and news:
            take_proof(session, Proof(target=target, tip=each.tip, verdict=each.verdict))
            end_fulfilled(session)
    if act.round == session.hotfix.looks and is_worth_a_look(session.hotfix, session.now):
        session.look_out(next_look(session.hotfix))


def _is_committing(session: HotfixSession) -> bool:
    """Whether the bot commits to the branch right now: what came of it is taken in by itself."""
    running = (step for step in session.hotfix.steps if step.state is StepState.RUNNING)
    return any(step.kind.spec.commits for step in running)


def _is_news(session: HotfixSession, seen: Observation, target: str) -> bool:
    """Whether a target stands as it did when it was looked at, and nothing is on its way to it."""
    backport = session.hotfix.backport(target)
    before = seen.known.backport(target) if seen.known is not None else None
    if backport is None or before is None:
        return False
    step = session.hotfix.step(StepKind.BACKPORT)
    running = step is not None and step.state is StepState.RUNNING
    coming = backport.state in _NOT_BROUGHT and running
    return (backport.state, backport.sha) == (before.state, before.sha) and not coming


def _take_trouble(session: HotfixSession, trouble: str) -> None:
    """Show on the card that the outside cannot be asked, as long as it cannot."""
    step = session.hotfix.current
    if step is None or step.state is not StepState.WAITING:
        return
    if trouble:
        session.hotfix = session.hotfix.with_step(replace(step, trouble=f"{_BLIND}{trouble}"))
    elif step.trouble.startswith(_BLIND):
        session.hotfix = session.hotfix.with_step(replace(step, trouble=""))


def _take_branch(session: HotfixSession, state: BranchState) -> None:
    """Show what was pushed; what was approved is another commit now."""
    hotfix = session.hotfix
    if state.tip and state.tip != hotfix.head and not hotfix.is_done(StepKind.MERGE):
        take_commits(session, state)


def _take_pull(session: HotfixSession, pull: Pull) -> None:
    """Somebody merged or closed the pull request on the forge."""
    step = session.hotfix.step(StepKind.MERGE)
    if step is None or step.state.over or pull.state is PullState.OPEN:
        return
    if pull.state is PullState.CLOSED:
        if step.state is not StepState.FAILED:
            why = f"pull request #{pull.number} was closed without being merged"
            session.hotfix = session.hotfix.failed(StepKind.MERGE, why, now=session.now)
            session.note(why.capitalize(), EntryKind.TROUBLE)
            session.tell_room(f"pull_closed:{pull.number}", session.post("pull_closed", pull=pull))
        return
    current = session.hotfix.current
    early = current is None or current.kind is not StepKind.MERGE
    session.change(merged=pull.merged)
    where = f"#{pull.number} was merged on the forge: {pull.merged[:10]}"
    end(session, StepKind.MERGE, where)
    if early:
        session.note("Merged before its turn", EntryKind.HOTFIX, reason=where)
        session.tell_room(f"merged_early:{pull.number}", session.post("merged_early", pull=pull))
