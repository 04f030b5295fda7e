"""Looks out for what others do: pushes, pull requests, and targets that gain or lose the fix."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chatops.domain.git.alignment import Verdict
from chatops.domain.hotfix.model import Backport, BackportState, Hotfix, HotfixState
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.services import Service
from chatops.usecases.hotfix.drafting import fix_commits, production_candidates, work_branch
from chatops.usecases.hotfix.jobs import BranchState
from chatops.usecases.hotfix.ports import Outside, Pull, WorkTrouble
from chatops.usecases.hotfix.session import HotfixTurn

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
    verdict: Verdict | None = None
    pull: Pull | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
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


class Watchman:
    """Looks at repositories and forges."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    def watched(self, hand: HotfixTurn) -> Watched:
        """Raises ServiceGone."""
        return Watched(
            service=hand.service,
            hotfix=hand.hotfix,
            branch=work_branch(hand),
            candidates=production_candidates(hand),
            fix=fix_commits(hand),
        )

    def look(self, watched: Watched) -> Seen:
        """See how everything stands; what cannot be asked now is asked the next time."""
        try:
            return self._look(watched)
        except WorkTrouble as trouble:
            return Seen(trouble=str(trouble))

    def _look(self, watched: Watched) -> Seen:
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
        return Seen(
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
    """Whether the fix has left its branch: what comes onto it now is another matter."""
    steps = [StepKind.MERGE, StepKind.TAG, StepKind.DEPLOY]
    if hotfix.step(StepKind.BRANCH) is None:
        steps.append(StepKind.FIX)
    return any(hotfix.is_done(kind) for kind in steps)


def _matters(hotfix: Hotfix, backport: Backport) -> bool:
    """Whether the target may have gained the fix, or lost it."""
    shipped = bool(hotfix.merged or hotfix.deployed)
    return shipped and backport.state is not BackportState.WAIVED
