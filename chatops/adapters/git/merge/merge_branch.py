"""Joins one branch into another without a work tree: merge, squash and fast-forward."""

from chatops.adapters.git.errors import NotAFastForward
from chatops.adapters.git.merge.cherry_pick import AlreadyThere, Made, Stopped, Trailers
from chatops.adapters.git.merge.three_way import Conflicted, merge_commits
from chatops.adapters.git.objects.commits import Committer, is_ancestor, with_trailers, write_commit
from chatops.adapters.git.objects.objects import Signature, read_commits
from chatops.adapters.git.objects.repository import Repository
from chatops.domain.git.names import CommitId


def merge(
    repo: Repository,
    *,
    source: CommitId,
    onto: CommitId,
    message: str,
    by: Committer,
    author: Signature | None = None,
    trailers: Trailers = (),
    renormalize: bool = False,
) -> Made | AlreadyThere | Stopped:
    """`git merge --no-ff -m MESSAGE SOURCE` on ONTO."""
    return _join(
        repo, source, onto, [onto, source], with_trailers(message, trailers),
        author=author, by=by, renormalize=renormalize,
    )  # fmt: skip


def squash(
    repo: Repository,
    *,
    source: CommitId,
    onto: CommitId,
    message: str,
    by: Committer,
    author: Signature | None = None,
    trailers: Trailers = (),
    renormalize: bool = False,
) -> Made | AlreadyThere | Stopped:
    """`git merge --squash SOURCE` on ONTO, and `git commit -m MESSAGE`."""
    return _join(
        repo, source, onto, [onto], with_trailers(message, trailers),
        author=author, by=by, renormalize=renormalize,
    )  # fmt: skip


def fast_forward(repo: Repository, *, source: CommitId, onto: CommitId) -> Made | AlreadyThere:
    """`git merge --ff-only SOURCE` on ONTO."""
    if is_ancestor(repo, source, onto):
        return AlreadyThere(tip=onto)
    if not is_ancestor(repo, onto, source):
        raise NotAFastForward(onto, source)
    return Made(tip=source, pairs=((source, source),))


def _join(
    repo: Repository,
    source: CommitId,
    onto: CommitId,
    parents: list[CommitId],
    message: str,
    *,
    author: Signature | None,
    by: Committer,
    renormalize: bool,
) -> Made | AlreadyThere | Stopped:
    target, _ = read_commits(repo, [onto, source])
    if is_ancestor(repo, source, onto):
        return AlreadyThere(tip=onto)
    outcome = merge_commits(repo, onto, source, renormalize=renormalize)
    if isinstance(outcome, Conflicted):
        return Stopped(commit=source, onto=onto, conflicted=outcome)
    if len(parents) == 1 and outcome.tree == target.tree:
        return AlreadyThere(tip=onto)
    made = write_commit(
        repo, tree=outcome.tree, parents=parents, message=message,
        author=author or by.signature, by=by,
    )  # fmt: skip
    return Made(tip=made, pairs=((source, made),))
