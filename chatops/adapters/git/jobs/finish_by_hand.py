"""Puts a conflict before a person: both sides' commits, and the commands that finish by hand."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from shlex import quote

from chatops.adapters.git.jobs.job_context import JobContext, Prepared, commit_line
from chatops.adapters.git.jobs.manual_commands import FETCH, SETTLE, clean, stand_on
from chatops.adapters.git.merge.cherry_pick import Stopped
from chatops.adapters.git.merge.conflicts import Conflict
from chatops.adapters.git.objects.commits import LogLine, log, merge_base
from chatops.adapters.git.objects.repository import Repository
from chatops.application.ports.git import FileConflict
from chatops.domain.git.names import BranchName, CommitId

_MOST_PATHS = 20
_MOST_COMMITS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedConflict:
    """A conflict, with the latest commits to its path on the target and on the fix's side."""

    conflict: Conflict
    ours: Sequence[LogLine]
    theirs: Sequence[LogLine]


def explain(repo: Repository, stopped: Stopped) -> list[ExplainedConflict]:
    """`git log FORK..SIDE -- PATH` for both sides of each conflict, the first twenty paths."""
    fork = merge_base(repo, stopped.onto, stopped.commit)
    return [
        ExplainedConflict(
            conflict=conflict,
            ours=_latest(repo, stopped.onto, fork, conflict.path),
            theirs=_latest(repo, stopped.commit, fork, conflict.path),
        )
        for conflict in stopped.conflicted.conflicts[:_MOST_PATHS]
    ]


def commands_to_finish(
    *, source: CommitId, target: BranchName, work: BranchName, mainline: int | None = None
) -> tuple[str, ...]:
    """What a person types into a shell to settle a pick by hand."""
    option = f" -m {mainline}" if mainline else ""
    return (
        "git fetch origin",
        f"git switch -c {quote(str(work))} {quote(f'origin/{target}')}",
        f"git cherry-pick -x{option} {source}",
        "git status  # settle the files, then `git add` them",
        "git cherry-pick --continue",
        f"git push -u origin {quote(str(work))}",
    )


def _latest(repo: Repository, tip: CommitId, fork: CommitId | None, path: str) -> Sequence[LogLine]:
    return log(repo, tip, since=fork, paths=[path], most=_MOST_COMMITS)


def in_conflict(
    bench: JobContext, stopped: Stopped, tip: CommitId, commands: Sequence[str]
) -> Prepared:
    """Nothing is done; a person has to settle files first."""
    still = bench.already(tip)
    return Prepared(
        result=replace(
            still.result, conflicts=conflicts_of(bench, stopped), commands=tuple(commands)
        )
    )


def conflicts_of(bench: JobContext, stopped: Stopped) -> tuple[FileConflict, ...]:
    return tuple(
        FileConflict(
            path=clean(each.conflict.path),
            kind=str(each.conflict.kind),
            ours=tuple(map(commit_line, each.ours)),
            theirs=tuple(map(commit_line, each.theirs)),
        )
        for each in explain(bench.repo, stopped)
    )


def by_hand(tip: CommitId, doing: Sequence[str], going_on: Sequence[str], push: str) -> list[str]:
    """What a person types to do it, to settle it in between, and to push it."""
    return [FETCH, stand_on(tip), *doing, SETTLE, *going_on, push]
