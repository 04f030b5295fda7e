"""Puts a file on a branch of its own, in one commit, and keeps it up to date there."""

from collections.abc import Sequence

from chatops.adapters.git.jobs.branches import name_taken
from chatops.adapters.git.jobs.job_context import JobContext, Prepared, author_of
from chatops.adapters.git.jobs.manual_commands import FETCH, command, commit_as, push_to, stand_on
from chatops.adapters.git.objects.commits import with_trailers, write_commit
from chatops.adapters.git.objects.history import commits_between, is_ancestor, merge_base
from chatops.adapters.git.objects.objects import read_commit, read_commits, read_objects
from chatops.adapters.git.objects.push import create_branch, move_branch
from chatops.adapters.git.objects.trees import change_files, check_path
from chatops.application.ports.git import PutFile, Result
from chatops.domain.errors import UserError
from chatops.domain.git.names import BranchName, CommitId, collision


def written_by_others(path: str, branch: str, who: str, commit: CommitId) -> UserError:
    """Somebody else's words stand in the file, and would be lost."""
    return UserError(
        f"{who} has edited `{path}` on `{branch}` ({commit.short}), and that is not written"
        " over. Take their text over into the post-mortem first, merge the branch, or delete"
        " it; then try again."
    )


def put_file(bench: JobContext, job: PutFile) -> Prepared:
    """`git commit` of one file on BRANCH, made at the tip of BASE if it is not there."""
    check_path(job.path)
    branch, base = BranchName(job.branch), BranchName(job.base)
    start, content = bench.tip(base), job.content.encode()
    if _content(bench, start, job.path) == content:
        there = f"`{base}` holds this text already."
        return Prepared(result=Result(plan=(), notes=(there,)))
    tip = bench.branches.get(str(branch))
    if tip is None and (reason := collision(str(branch), bench.branches)):
        raise name_taken(str(branch), reason)
    if tip is not None and _content(bench, tip, job.path) == content:
        return bench.already(tip, f"`{branch}` holds this text already.")
    return _committed(bench, job, branch, tip, start)


def _committed(
    bench: JobContext, job: PutFile, branch: BranchName, tip: CommitId | None, start: CommitId
) -> Prepared:
    parents = _parents(bench, job, branch, tip, start)
    onto = parents[-1]
    tree = change_files(
        bench.repo, read_commit(bench.repo, onto).tree, {job.path: job.content.encode()}
    )
    author = author_of(job.signed)
    made = write_commit(
        bench.repo,
        tree=tree,
        parents=parents,
        message=with_trailers(job.message, job.signed.trailers),
        author=author,
        by=bench.hands(job.signed),
    )
    update = (
        create_branch(branch, at=made)
        if tip is None
        else move_branch(branch, expected=tip, new=made)
    )
    plan = [
        FETCH,
        stand_on(onto),
        f"# write {job.path}",
        command("add", "--", job.path),
        commit_as(author, job.message, job.signed.trailers),
        push_to(update),
    ]
    return bench.moving(update, plan, made=[made])


def _parents(
    bench: JobContext, job: PutFile, branch: BranchName, tip: CommitId | None, start: CommitId
) -> Sequence[CommitId]:
    """What the commit stands on; its tree is the last one's.

    A branch whose earlier text was taken over into the base, by a squash even, starts from
    there again: so the next pull request has no conflict with the one before.
    """
    if tip is None or is_ancestor(bench.repo, tip, start):
        return (start,)
    if str(branch) == job.base:
        return (tip,)
    _must_be_ours(bench, job, branch, tip, start)
    taken_over = _content(bench, tip, job.path) == _content(bench, start, job.path)
    return (tip, start) if taken_over else (tip,)


def _must_be_ours(
    bench: JobContext, job: PutFile, branch: BranchName, tip: CommitId, start: CommitId
) -> None:
    """Raises UserError."""
    fork = merge_base(bench.repo, tip, start)
    if fork is None:
        return
    mark = job.signed.trailers[-1][0] if job.signed.trailers else ""
    commits = commits_between(bench.repo, fork, tip)
    for commit, read in zip(commits, read_commits(bench.repo, commits), strict=True):
        changed = _content(bench, commit, job.path) != (
            _content(bench, read.parents[0], job.path) if read.parents else None
        )
        if changed and f"\n{mark}:" not in read.message:
            raise written_by_others(job.path, str(branch), read.author.name, commit)


def _content(bench: JobContext, commit: CommitId, path: str) -> bytes | None:
    name = f"{commit}:{path}"
    found = read_objects(bench.repo, [name]).get(name)
    return found.content if found is not None and found.kind == "blob" else None
