"""Brings changes from commit to commit without a work tree: cherry-pick and revert."""

from collections.abc import Sequence
from dataclasses import dataclass

from chatops.adapters.git.errors import (
    CutOffParent,
    MainlineNeeded,
    MissingObjects,
    NoSuchParent,
    UnknownCommit,
)
from chatops.adapters.git.merge.three_way import Conflicted, Merged, merge_onto, stand_in
from chatops.adapters.git.objects.commits import Committer, picked_from, with_trailers, write_commit
from chatops.adapters.git.objects.objects import (
    Commit,
    Signature,
    Stored,
    parse_commit,
    read_objects,
)
from chatops.adapters.git.objects.repository import Repository, is_shallow
from chatops.domain.git.names import CommitId

Trailers = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """New commits stand in the object store: what was brought, and as what; nothing is pushed."""

    tip: CommitId
    pairs: tuple[tuple[CommitId, CommitId], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlreadyThere:
    """The target holds the change already: there is nothing to commit."""

    tip: CommitId


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """``commit`` could not be brought onto ``onto``; a person has to settle the conflicts."""

    commit: CommitId
    onto: CommitId
    conflicted: Conflicted


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A commit taken as a change: what it made of its (mainline) parent."""

    commit: Commit
    parent: Commit | None


def read_change(repo: Repository, source: CommitId, *, mainline: int | None = None) -> Change:
    """The commit and the parent against which its change is taken."""
    change, _ = _read_both(repo, source, source, mainline)
    return change


def pick(
    repo: Repository,
    *,
    source: CommitId,
    onto: CommitId,
    by: Committer,
    mainline: int | None = None,
    trailers: Trailers = (),
    renormalize: bool = False,
) -> Made | AlreadyThere | Stopped:
    """`git cherry-pick -x [-m MAINLINE] SOURCE` on ONTO."""
    change, target = _read_both(repo, source, onto, mainline)
    outcome = _pick_tree(repo, change, target, renormalize=renormalize)
    message = with_trailers(picked_from(change.commit.message, source), trailers)
    return _commit(repo, change, target, outcome, message, change.commit.author, by)


def pick_tree(
    repo: Repository, source: CommitId, onto: CommitId, *, mainline: int | None = None
) -> Merged | Conflicted:
    """The tree that `git cherry-pick SOURCE` on ONTO would commit; no commit is made."""
    change, target = _read_both(repo, source, onto, mainline)
    return _pick_tree(repo, change, target, renormalize=False)


def pick_range(
    repo: Repository,
    *,
    sources: Sequence[CommitId],
    onto: CommitId,
    by: Committer,
    trailers: Trailers = (),
    renormalize: bool = False,
) -> Made | AlreadyThere | Stopped:
    """`git cherry-pick -x SOURCE…` on ONTO: all or none; what is already there is left out."""
    tip = onto
    pairs: tuple[tuple[CommitId, CommitId], ...] = ()
    for source in sources:
        outcome = pick(
            repo, source=source, onto=tip, by=by, trailers=trailers, renormalize=renormalize
        )
        if isinstance(outcome, Stopped):
            return outcome
        if isinstance(outcome, Made):
            tip, pairs = outcome.tip, pairs + outcome.pairs
    return Made(tip=tip, pairs=pairs) if pairs else AlreadyThere(tip=onto)


def revert(
    repo: Repository,
    *,
    source: CommitId,
    onto: CommitId,
    by: Committer,
    author: Signature | None = None,
    mainline: int | None = None,
    words: str = "",
    trailers: Trailers = (),
    renormalize: bool = False,
) -> Made | AlreadyThere | Stopped:
    """`git revert [-m MAINLINE] SOURCE` on ONTO; ``words`` stand in place of git's own subject."""
    change, target = _read_both(repo, source, onto, mainline)
    before = change.parent.tree if change.parent else empty_tree(repo)
    undone = stand_in(repo, before, source)
    outcome = merge_onto(
        repo, base=source, tree=target.tree, theirs=undone, renormalize=renormalize
    )
    message = with_trailers(revert_message(change, words), trailers)
    return _commit(repo, change, target, outcome, message, author or by.signature, by)


def empty_tree(repo: Repository) -> str:
    """`git mktree` of nothing."""
    return repo.run("mktree", stdin=b"").text


def _read_both(
    repo: Repository, source: CommitId, onto: CommitId, mainline: int | None
) -> tuple[Change, Commit]:
    parent_name = f"{source}^{mainline or 1}"
    found = read_objects(repo, [str(source), parent_name, str(onto)])
    commit, target = _commit_in(found, source), _commit_in(found, onto)
    _check_mainline(commit, mainline)
    if not commit.parents:
        return Change(commit=commit, parent=None), target
    if parent_name not in found:
        raise CutOffParent(str(source)) if is_shallow(repo) else MissingObjects(str(source))
    return Change(commit=commit, parent=parse_commit(found[parent_name])), target


def _commit_in(found: dict[str, Stored], commit: CommitId) -> Commit:
    stored = found.get(str(commit))
    if stored is None or stored.kind != "commit":
        raise UnknownCommit(str(commit))
    return parse_commit(stored)


def _check_mainline(commit: Commit, mainline: int | None) -> None:
    count = len(commit.parents)
    if mainline is None and count > 1:
        raise MainlineNeeded(str(commit.id), count)
    if mainline is not None and not 1 <= mainline <= count:
        raise NoSuchParent(str(commit.id), mainline, count)


def _pick_tree(
    repo: Repository, change: Change, target: Commit, *, renormalize: bool
) -> Merged | Conflicted:
    if change.parent:
        base, theirs = change.parent.id, change.commit.id
    else:
        base = stand_in(repo, empty_tree(repo))
        theirs = stand_in(repo, change.commit.tree, base)
    return merge_onto(repo, base=base, tree=target.tree, theirs=theirs, renormalize=renormalize)


def _commit(
    repo: Repository,
    change: Change,
    target: Commit,
    outcome: Merged | Conflicted,
    message: str,
    author: Signature,
    by: Committer,
) -> Made | AlreadyThere | Stopped:
    if isinstance(outcome, Conflicted):
        return Stopped(commit=change.commit.id, onto=target.id, conflicted=outcome)
    if outcome.tree == target.tree:
        return AlreadyThere(tip=target.id)
    made = write_commit(
        repo, tree=outcome.tree, parents=[target.id], message=message, author=author, by=by
    )
    return Made(tip=made, pairs=((change.commit.id, made),))


def revert_message(change: Change, words: str = "") -> str:
    """What git says of a revert, below ``words`` or its own subject."""
    commit = change.commit
    subject = words.strip() or f'Revert "{commit.subject}"'
    said = f"{subject}\n\nThis reverts commit {commit.id}"
    if len(commit.parents) > 1 and change.parent:
        return f"{said}, reversing\nchanges made to {change.parent.id}."
    return f"{said}."
