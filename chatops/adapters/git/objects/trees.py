"""Changes files in a tree by touching only the folders that lead to them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from chatops.adapters.git.errors import UnsupportedChange
from chatops.adapters.git.objects.objects import (
    DIRECTORY,
    SUBMODULE,
    SYMLINK,
    TreeEntry,
    read_trees,
)
from chatops.adapters.git.objects.repository import Repository

PLAIN_FILE = "100644"
_NEVER = {"", ".", "..", ".git"}

Folders = dict[str, dict[str, TreeEntry]]


def change_files(repo: Repository, tree: str, changes: Mapping[str, bytes | None]) -> str:
    """The tree with the given files changed, added, or (None) taken away.

    A file keeps its mode; a new one is a plain file. A folder that becomes empty goes away.
    """
    for path in changes:
        check_path(path)
    folders = _read_folders(repo, tree, changes)
    blobs = _write_blobs(repo, [content for content in changes.values() if content is not None])
    for path, content in changes.items():
        _change(folders, path, None if content is None else blobs[content])
    return _write_folders(repo, folders)


def check_path(path: str) -> None:
    """Refuse a path that leads out of the repository."""
    if {part.casefold() for part in path.split("/")} & _NEVER or "\0" in path:
        raise UnsupportedChange(path, "it is not a path inside the repository")


def _parents(path: str) -> list[str]:
    """The folders that lead to a path, the top ("") first."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[:depth]) for depth in range(len(parts) + 1)]


def _read_folders(repo: Repository, tree: str, paths: Iterable[str]) -> Folders:
    wanted = {folder for path in paths for folder in _parents(path)}
    found = read_trees(repo, [f"{tree}:{folder}" for folder in wanted])
    return {folder: found.get(f"{tree}:{folder}", {}) for folder in wanted}


def _write_blobs(repo: Repository, contents: Iterable[bytes]) -> dict[bytes, str]:
    """`git hash-object -w` of each content."""
    return {
        content: repo.run("hash-object", "-w", "--no-filters", "--stdin", stdin=content).text
        for content in set(contents)
    }


def _change(folders: Folders, path: str, blob: str | None) -> None:
    for folder in _parents(path)[1:]:
        above, _, name = folder.rpartition("/")
        entry = folders[above].get(name)
        if entry and entry.mode != DIRECTORY:
            raise UnsupportedChange(path, f"“{folder}” is not a folder")
    folder, _, name = path.rpartition("/")
    entry = folders[folder].get(name)
    if entry and entry.mode in {SYMLINK, SUBMODULE, DIRECTORY}:
        raise UnsupportedChange(path, "it is not a plain file")
    if blob is None and entry is None:
        raise UnsupportedChange(path, "it is not there")
    if blob is None:
        del folders[folder][name]
    else:
        folders[folder][name] = (
            replace(entry, oid=blob) if entry else TreeEntry(mode=PLAIN_FILE, oid=blob)
        )


def _write_folders(repo: Repository, folders: Folders) -> str:
    """`git mktree`, deepest folders first, each written into the one above."""
    for folder in sorted(folders, key=_depth, reverse=True):
        if folder:
            above, _, name = folder.rpartition("/")
            if folders[folder]:
                folders[above][name] = TreeEntry(mode=DIRECTORY, oid=_write(repo, folders[folder]))
            else:
                folders[above].pop(name, None)
    return _write(repo, folders[""])


def _depth(folder: str) -> int:
    return folder.count("/") + bool(folder)


def _write(repo: Repository, entries: Mapping[str, TreeEntry]) -> str:
    """`git mktree -z --missing`."""
    lines = "".join(
        f"{entry.mode} {_KINDS.get(entry.mode, 'blob')} {entry.oid}\t{name}\0"
        for name, entry in entries.items()
    )
    return repo.run(
        "mktree", "-z", "--missing", stdin=lines.encode("utf-8", "surrogateescape")
    ).text


_KINDS = {DIRECTORY: "tree", SUBMODULE: "commit"}
