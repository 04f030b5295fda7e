"""Puts a conflict before a person: both sides' commits, and the commands that finish by hand."""

from collections.abc import Sequence
from dataclasses import replace

from chatops.adapters.git.jobs.job_context import JobContext, Prepared, commit_line
from chatops.adapters.git.jobs.manual_commands import FETCH, SETTLE, clean, stand_on
from chatops.adapters.git.merge.cherry_pick import Stopped
from chatops.adapters.git.merge.explain import explain
from chatops.application.ports.git import FileConflict
from chatops.domain.git.names import CommitId


def unsettled(
    bench: JobContext, stopped: Stopped, tip: CommitId, commands: Sequence[str]
) -> Prepared:
    """Nothing is done; a person has to settle files first."""
    still = bench.already(tip)
    return Prepared(
        result=replace(still.result, quarrels=quarrels(bench, stopped), commands=tuple(commands))
    )


def quarrels(bench: JobContext, stopped: Stopped) -> tuple[FileConflict, ...]:
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
