"""What a post-mortem tells of a hotfix: its commits, who agreed, what was seen, what came back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chatops.domain.hotfix import Hotfix
from chatops.domain.hotfix_facts import FixCommit
from chatops.domain.hotfix_runs import Backport, BackportState, StepState
from chatops.domain.hotfix_steps import StepKind

_BACKPORTS = {
    BackportState.OWED: "still owed",
    BackportState.CONFLICT: "stopped at a conflict",
    BackportState.OPENED: "opened as a pull request",
    BackportState.BROUGHT: "brought, not proven yet",
    BackportState.UNSURE: "brought; the code alone does not prove it",
    BackportState.PROVEN: "proven to be there",
    BackportState.WAIVED: "given up",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """Somebody's approval; a spoken one names who heard it."""

    who: str
    at: datetime
    sha: str
    roles: tuple[str, ...] = ()
    witness: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedStep:
    """A step that was left out, and why."""

    title: str
    reason: str
    leave: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """What production answered while it was watched: at first, at its worst, and last."""

    count: int
    first: str
    last: str
    worst: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WayBack:
    """The fix on its way into the branch of the next release."""

    target: str
    state: str
    proof: tuple[str, ...] = ()
    pull_request: str = ""
    proven_at: datetime | None = None
    reason: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledBack:
    """Production was brought back to what it was."""

    who: str
    at: datetime
    reason: str
    release: str
    done_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HotfixStory:
    """One hotfix, told afterwards."""

    number: int
    title: str
    service: str
    author: str
    state: str
    ticket: str
    increment: str
    version: str
    previous: str
    commits: tuple[FixCommit, ...]
    files: int
    added: int
    removed: int
    approvals: tuple[Agreed, ...]
    skipped: tuple[SkippedStep, ...]
    pull_request: str
    deployed_at: datetime | None
    deployed: str
    readings: Readings | None
    backports: tuple[WayBack, ...]
    rollback: RolledBack | None
    end_reason: str

    @property
    def back_at(self) -> datetime | None:
        """When the last target was proven to contain the fix; none while one is left."""
        moments = [each.proven_at for each in self.backports]
        known = [moment for moment in moments if moment is not None]
        return max(known) if known and len(known) == len(moments) else None


def story_of(hotfix: Hotfix, called: Mapping[str, str]) -> HotfixStory:
    """Tell a hotfix; ``called`` are people's names by id."""
    author = hotfix.author or hotfix.started_by
    return HotfixStory(
        number=hotfix.number,
        title=hotfix.title,
        service=hotfix.service,
        author=called.get(author, author),
        state=hotfix.state.value.replace("_", " "),
        ticket=hotfix.ticket,
        increment=hotfix.increment,
        version=hotfix.release,
        previous=hotfix.previous,
        commits=hotfix.work.commits,
        files=len(hotfix.work.files),
        added=hotfix.work.added,
        removed=hotfix.work.removed,
        approvals=_approvals(hotfix, called),
        skipped=_skipped(hotfix, called),
        pull_request=hotfix.pull_request.url if hotfix.pull_request else "",
        deployed_at=hotfix.deployed_at,
        deployed=hotfix.deployed,
        readings=_readings(hotfix),
        backports=tuple(_way_back(each, called) for each in hotfix.backports),
        rollback=_rolled_back(hotfix, called),
        end_reason=hotfix.end_reason,
    )


def _approvals(hotfix: Hotfix, called: Mapping[str, str]) -> tuple[Agreed, ...]:
    return tuple(
        Agreed(
            who=called.get(given.by, given.by),
            at=given.at,
            sha=given.sha,
            roles=given.roles,
            witness=called.get(given.witness, given.witness) if given.witness else "",
        )
        for given in hotfix.approvals
    )


def _skipped(hotfix: Hotfix, called: Mapping[str, str]) -> tuple[SkippedStep, ...]:
    return tuple(
        SkippedStep(
            title=step.title,
            reason=step.reason,
            leave=called.get(step.leave, step.leave) if step.leave else "",
        )
        for step in hotfix.steps
        if step.state is StepState.SKIPPED
    )


def _readings(hotfix: Hotfix) -> Readings | None:
    step = hotfix.step(StepKind.WATCH)
    seen = step.evidence if step is not None else ()
    if step is None or not seen:
        return None
    return Readings(count=len(seen), first=seen[0], last=seen[-1], worst=step.trouble)


def _way_back(backport: Backport, called: Mapping[str, str]) -> WayBack:
    return WayBack(
        target=backport.target,
        state=_BACKPORTS[backport.state],
        proof=backport.evidence,
        pull_request=backport.pull_request.url if backport.pull_request else "",
        proven_at=backport.proven_at,
        reason=backport.reason,
        who=called.get(backport.by, backport.by) if backport.by else "",
    )


def _rolled_back(hotfix: Hotfix, called: Mapping[str, str]) -> RolledBack | None:
    back = hotfix.rollback
    if back is None:
        return None
    return RolledBack(
        who=called.get(back.by, back.by),
        at=back.at,
        reason=back.reason,
        release=back.release,
        done_at=back.done_at,
    )
