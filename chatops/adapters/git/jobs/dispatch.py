"""Sends each job to the function that prepares it."""

from typing import assert_never

from chatops.adapters.git.jobs.backport import bring_back
from chatops.adapters.git.jobs.branches import remove_branch, set_tag, start_branch
from chatops.adapters.git.jobs.changes import merge_commit, pick_commit, revert_commit
from chatops.adapters.git.jobs.job_context import JobContext, Prepared
from chatops.adapters.git.jobs.put_file import put_file
from chatops.adapters.git.jobs.versions import bump_version
from chatops.application.ports.git import (
    BringBack,
    BumpVersion,
    Job,
    Merge,
    Pick,
    PutFile,
    RemoveBranch,
    Revert,
    StartBranch,
    Tag,
)


def prepare_job(bench: JobContext, job: Job) -> Prepared:  # noqa: C901, PLR0911 - one line for each job
    """Everything that a job makes, made in the object store; no ref is moved."""
    match job:
        case StartBranch():
            return start_branch(bench, job)
        case Revert():
            return revert_commit(bench, job)
        case Pick():
            return pick_commit(bench, job)
        case BumpVersion():
            return bump_version(bench, job)
        case Merge():
            return merge_commit(bench, job)
        case Tag():
            return set_tag(bench, job)
        case BringBack():
            return bring_back(bench, job)
        case RemoveBranch():
            return remove_branch(bench, job)
        case PutFile():
            return put_file(bench, job)
        case _ as never:
            assert_never(never)
