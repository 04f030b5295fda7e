"""Three-way merges in the object store: the tree that git itself would commit, or the conflicts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final

from chatops.adapters.git.errors import GitFailed, MissingObjects, UnrelatedHistories
from chatops.adapters.git.merge.conflicts import Conflict, MergeReport, parse_report
from chatops.adapters.git.objects.objects import read_objects
from chatops.adapters.git.objects.repository import Repository
from chatops.domain.git.names import CommitId

ATTRIBUTES: Final = ".gitattributes"
_NOT_BARE: Final = {
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_KEY_0": "core.bare",
    "GIT_CONFIG_VALUE_0": "false",
}


def folders_of(paths: Iterable[str]) -> frozenset[str]:
    """Every folder whose `.gitattributes` has a say about one of ``paths``; "" is the top.

    >>> sorted(folders_of(["a/b/c.txt"]))
    ['', 'a', 'a/b']
    """
    return frozenset(
        "" if str(folder) == "." else str(folder)
        for path in paths
        for folder in PurePosixPath(path).parents
    )


def read_attributes(repo: Repository, tree: str, folders: Iterable[str]) -> dict[str, bytes]:
    """The contents of the `.gitattributes` files of ``tree`` in ``folders``, by folder."""
    names = {f"{tree}:{_inside(folder)}": folder for folder in folders if _is_safe(folder)}
    found = read_objects(repo, names)
    return {names[name]: stored.content for name, stored in found.items() if stored.kind == "blob"}


@contextmanager
def attribute_tree(repo: Repository, attributes: Mapping[str, bytes]) -> Iterator[Repository]:
    """The repository with a disposable work tree in which only the attribute files stand.

    A bare repository reads no attributes, and git 2.39 aborts when it should renormalize line
    ends in one; with this it does both, and costs no more than the few files that matter.
    """
    with TemporaryDirectory(prefix="chatops-git-") as place:
        for folder, content in attributes.items():
            file = Path(place, _inside(folder))
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        yield replace(repo, cwd=Path(place), env={**repo.env, **_NOT_BARE, "GIT_WORK_TREE": place})


def _inside(folder: str) -> str:
    return f"{folder}/{ATTRIBUTES}" if folder else ATTRIBUTES


def _is_safe(folder: str) -> bool:
    """Whether the folder can be laid out on disk; a hostile tree may hold `..` as a name."""
    return not {"..", ".", ".git"} & set(folder.split("/")) and not folder.startswith("/")


NOBODY = {
    f"GIT_{role}_{fact}": value
    for role in ("AUTHOR", "COMMITTER")
    for fact, value in (("NAME", "merge"), ("EMAIL", "merge@localhost"), ("DATE", "@0 +0000"))
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The merge went well and gives this tree."""

    tree: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflicted:
    """The merge needs a person; nothing was committed."""

    conflicts: tuple[Conflict, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(conflict.path for conflict in self.conflicts)


def merge_commits(
    repo: Repository,
    ours: CommitId,
    theirs: CommitId,
    *,
    changed: Sequence[str] | None = None,
    renormalize: bool = False,
) -> Merged | Conflicted:
    """`git merge-tree --write-tree OURS THEIRS`, with the attributes that OURS has.

    ``changed`` may name the paths that differ, if the caller knows them. Attributes are read for
    the folders of these, and again for those to which a rename has led the merge.
    """
    paths = changed_since_fork(repo, ours, theirs) if changed is None else changed
    folders = folders_of(paths)
    attributes = read_attributes(repo, str(ours), folders)
    while True:
        report = _merge_tree(repo, ours, theirs, attributes, renormalize=renormalize)
        more = folders_of(report.merged) - folders
        fresh = read_attributes(repo, str(ours), more)
        if not fresh:
            break
        folders |= more
        attributes |= fresh
    return Conflicted(conflicts=report.conflicts) if report.conflicts else Merged(tree=report.tree)


def merge_onto(
    repo: Repository,
    *,
    base: CommitId,
    tree: str,
    theirs: CommitId,
    renormalize: bool = False,
) -> Merged | Conflicted:
    """What changed from BASE to its descendant THEIRS, brought onto TREE.

    Git 2.39 cannot be told a merge base, so TREE gets a commit whose parent is BASE.
    """
    ours = stand_in(repo, tree, base)
    changed = changed_paths(repo, str(base), str(theirs))
    return merge_commits(repo, ours, theirs, changed=changed, renormalize=renormalize)


def stand_in(repo: Repository, tree: str, *parents: CommitId) -> CommitId:
    """`git commit-tree`: a commit that only stands for its tree, and is never pushed."""
    words = [word for parent in parents for word in ("-p", str(parent))]
    return CommitId(repo.run("commit-tree", *words, "-m", "stand-in", tree, env=NOBODY).text)


def changed_paths(repo: Repository, before: str, after: str) -> list[str]:
    """`git diff-tree -r --name-only BEFORE AFTER`, renames as two paths."""
    return repo.run("diff-tree", "-r", "-z", "--name-only", "--no-renames", before, after).fields()


def changed_since_fork(repo: Repository, ours: CommitId, theirs: CommitId) -> list[str]:
    """`git diff-tree OURS...THEIRS`; with no common ancestor, everything in THEIRS."""
    try:
        return repo.run(
            "diff-tree", "-r", "-z", "--name-only", "--no-renames", f"{ours}...{theirs}"
        ).fields()
    except GitFailed:
        return repo.run("ls-tree", "-r", "-z", "--name-only", str(theirs)).fields()


def _merge_tree(
    repo: Repository,
    ours: CommitId,
    theirs: CommitId,
    attributes: Mapping[str, bytes],
    *,
    renormalize: bool,
) -> MergeReport:
    settings = ("-c", "merge.renormalize=true") if renormalize else ()
    needs_tree = bool(attributes) or renormalize
    with attribute_tree(repo, attributes) if needs_tree else nullcontext(repo) as place:
        try:
            answer = place.run(
                *settings, "merge-tree", "--write-tree", "-z", "--messages", str(ours), str(theirs),
                expect=(0, 1),
            )  # fmt: skip
        except GitFailed as error:
            if "unrelated histories" in error.words:
                raise UnrelatedHistories(str(ours), str(theirs)) from error
            raise MissingObjects(error.words) from error
    if not answer.out:
        raise MissingObjects(answer.words)
    return parse_report(
        answer.fields(), clean=answer.code == 0, names={str(ours): "ours", str(theirs): "theirs"}
    )
