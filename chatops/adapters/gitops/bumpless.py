"""Merges a hotfix without its version bump: in the version files, the target's side stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chatops.adapters.gitops.history import merge_base
from chatops.adapters.gitops.merging import (
    Conflicted,
    Merged,
    changed_paths,
    merge_commits,
    merge_onto,
    stand_in,
)
from chatops.adapters.gitops.objects import read_commit, read_objects
from chatops.adapters.gitops.picking import empty_tree
from chatops.adapters.gitops.plans import clean, command
from chatops.adapters.gitops.repository import Repository
from chatops.adapters.gitops.trees import change_files
from chatops.domain.git.names import CommitId

_APPLY: Final = "git apply --3way"


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """What the merge gives; ``commands`` settle the version files in a merge by hand."""

    outcome: Merged | Conflicted
    commands: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Versions:
    """The files that a bump changed: those that are its alone, and those that the fix changes too.

    ``fork`` is where the hotfix and the target parted, ``before`` is the parent of the bump.
    """

    bump: CommitId
    before: CommitId
    fork: CommitId
    alone: tuple[str, ...]
    shared: tuple[str, ...]


def merge_bumpless(
    repo: Repository,
    *,
    head: CommitId,
    onto: CommitId,
    bump: CommitId | None,
    fix: Sequence[CommitId],
) -> Joined:
    """`git merge --no-commit HEAD` on ONTO, with ONTO's side of what the BUMP changed.

    A file that the fix changes as well gets the fix's change, and not the bump's.
    """
    versions = _versions(repo, head, onto, bump, fix) if bump else None
    if versions is None:
        return Joined(outcome=merge_commits(repo, onto, head))
    tree = _without_bump(repo, head, versions)
    return Joined(
        outcome=merge_commits(repo, onto, stand_in(repo, tree, head)),
        commands=tuple(_by_hand(repo, head, onto, versions)),
        notes=(_note((*versions.alone, *versions.shared)),),
    )


def _versions(
    repo: Repository, head: CommitId, onto: CommitId, bump: CommitId, fix: Sequence[CommitId]
) -> _Versions | None:
    fork, parents = merge_base(repo, onto, head), read_commit(repo, bump).parents
    if fork is None or not parents:
        return None
    bumped = set(changed_paths(repo, str(parents[0]), str(bump)))
    fixed = {path for commit in fix if commit != bump for path in _changed(repo, commit)}
    return _Versions(
        bump=bump,
        before=parents[0],
        fork=fork,
        alone=tuple(sorted(bumped - fixed)),
        shared=tuple(sorted(bumped & fixed)),
    )


def _changed(repo: Repository, commit: CommitId) -> list[str]:
    parents = read_commit(repo, commit).parents
    return changed_paths(repo, str(parents[0]) if parents else empty_tree(repo), str(commit))


def _without_bump(repo: Repository, head: CommitId, versions: _Versions) -> str:
    """The tree of HEAD as if the version had never been raised on it."""
    tree = read_commit(repo, head).tree
    undone = merge_onto(repo, base=versions.bump, tree=tree, theirs=_before(repo, versions))
    wanted = _contents(repo, str(versions.fork), versions.alone)
    if isinstance(undone, Merged):
        wanted |= _contents(repo, undone.tree, versions.shared)
    held = _contents(repo, tree, tuple(wanted))
    changes = {path: content for path, content in wanted.items() if content != held[path]}
    return change_files(repo, tree, changes) if changes else tree


def _before(repo: Repository, versions: _Versions) -> CommitId:
    """What came before the bump, as a commit after it."""
    return stand_in(repo, read_commit(repo, versions.before).tree, versions.bump)


def _contents(repo: Repository, tree: str, paths: Sequence[str]) -> dict[str, bytes | None]:
    found = read_objects(repo, (f"{tree}:{path}" for path in paths))
    contents = {path: found.get(f"{tree}:{path}") for path in paths}
    return {path: stored.content if stored else None for path, stored in contents.items()}


def _by_hand(repo: Repository, head: CommitId, onto: CommitId, versions: _Versions) -> list[str]:
    files = (*versions.alone, *versions.shared)
    there = {path for path, held in _contents(repo, str(onto), files).items() if held is not None}
    lines = []
    if kept := sorted(there):
        lines.append(command("checkout", onto, "--", *kept))
    if lacking := sorted(set(files) - there):
        lines.append(command("rm", "-f", "--quiet", "--ignore-unmatch", "--", *lacking))
    for path in versions.shared:
        for old, new in ((versions.fork, versions.before), (versions.bump, head)):
            if path in changed_paths(repo, str(old), str(new)):
                shown = command("diff", "--full-index", "--binary", old, new, "--", path)
                lines.append(f"{shown} | {_APPLY}")
    return lines


def _note(paths: Sequence[str]) -> str:
    named = ", ".join(f"`{clean(path)}`" for path in paths)
    return f"The version bump is left out of {named}."
