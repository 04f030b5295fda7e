"""Gives merges in the object store the `.gitattributes` that a work tree would have had."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final

from chatops.adapters.git.objects.objects import read_objects
from chatops.adapters.git.objects.repository import Repository

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
