"""Reads commits, trees and files out of the object store, and changes files in a tree."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from chatops.adapters.git.errors import GitFailed, MissingObjects, UnknownCommit, UnsupportedChange
from chatops.adapters.git.objects.repository import Repository
from chatops.domain.git.names import CommitId

SYMLINK = "120000"
SUBMODULE = "160000"
DIRECTORY = "040000"


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeEntry:
    """One entry of a tree: a file, a symbolic link, a submodule or a directory."""

    mode: str
    oid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An object as it is stored."""

    oid: str
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who did something, and when, as git writes it."""

    name: str
    email: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """What a commit says."""

    id: CommitId
    tree: str
    parents: tuple[CommitId, ...]
    author: Signature
    committer: Signature
    message: str

    @property
    def subject(self) -> str:
        return self.message.strip().partition("\n")[0].strip()


def find_commit(repo: Repository, name: str) -> CommitId:
    """`git rev-parse --verify NAME^{commit}`: the commit that a person's name for it means."""
    try:
        answer = repo.run(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"
        )
    except (GitFailed, ValueError) as error:
        raise UnknownCommit(name) from error
    return CommitId(answer.text)


def read_commit(repo: Repository, commit: CommitId) -> Commit:
    """`git cat-file --batch` of one commit."""
    (found,) = read_commits(repo, [commit])
    return found


def read_commits(repo: Repository, commits: Iterable[CommitId]) -> list[Commit]:
    """`git cat-file --batch` of several commits; each must be there."""
    wanted = list(commits)
    found = read_objects(repo, map(str, wanted))
    commits_read = []
    for commit in wanted:
        stored = found.get(str(commit))
        if stored is None or stored.kind != "commit":
            raise UnknownCommit(str(commit))
        commits_read.append(parse_commit(stored))
    return commits_read


def read_objects(repo: Repository, names: Iterable[str]) -> dict[str, Stored]:
    """`git cat-file --batch`: each object that is there, by the name it was asked for.

    A name is an object id or ``<commit or tree>:<path>``.
    """
    wanted = list(dict.fromkeys(names))
    if not wanted:
        return {}
    stdin = b"".join(name.encode("utf-8", "surrogateescape") + b"\0" for name in wanted)
    try:
        out = repo.run("cat-file", "--batch", "-z", stdin=stdin).out
    except GitFailed as error:
        raise MissingObjects(error.words) from error
    return dict(_batch(wanted, out))


def _batch(wanted: list[str], out: bytes) -> Iterator[tuple[str, Stored]]:
    at = 0
    for name in wanted:
        missing = name.encode("utf-8", "surrogateescape") + b" missing\n"
        if out.startswith(missing, at):
            at += len(missing)
            continue
        start = out.index(b"\n", at) + 1
        oid, kind, size = out[at : start - 1].split(b" ")
        at = start + int(size) + 1
        yield name, Stored(oid=oid.decode(), kind=kind.decode(), content=out[start : at - 1])


def read_trees(repo: Repository, names: Iterable[str]) -> dict[str, dict[str, TreeEntry]]:
    """The entries of each tree that is there, by the name it was asked for."""
    found = read_objects(repo, names)
    return {name: _parse_tree(stored) for name, stored in found.items() if stored.kind == "tree"}


def _parse_tree(tree: Stored) -> dict[str, TreeEntry]:
    entries = {}
    content, at, digest = tree.content, 0, len(tree.oid) // 2
    while at < len(content):
        end = content.index(b"\0", at)
        mode, _, name = content[at:end].partition(b" ")
        at = end + 1 + digest
        oid = content[end + 1 : at].hex()
        entries[name.decode("utf-8", "surrogateescape")] = TreeEntry(
            mode=mode.decode().zfill(6), oid=oid
        )
    return entries


def parse_commit(stored: Stored) -> Commit:
    """What a stored commit says."""
    head, _, body = stored.content.partition(b"\n\n")
    headers: dict[str, list[bytes]] = {}
    for line in head.split(b"\n"):
        name, _, value = line.partition(b" ")
        headers.setdefault(name.decode("ascii", "replace"), []).append(value)
    encoding = headers.get("encoding", [b"utf-8"])[0].decode("ascii", "replace")
    return Commit(
        id=CommitId(stored.oid),
        tree=headers["tree"][0].decode(),
        parents=tuple(CommitId(parent.decode()) for parent in headers.get("parent", [])),
        author=_signature(headers["author"][0], encoding),
        committer=_signature(headers["committer"][0], encoding),
        message=_decoded(body, encoding),
    )


def _signature(line: bytes, encoding: str) -> Signature:
    name, _, rest = _decoded(line, encoding).rpartition(" <")
    email, _, when = rest.rpartition("> ")
    return Signature(name=name, email=email, when=when)


def _decoded(text: bytes, encoding: str) -> str:
    try:
        return text.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return text.decode("utf-8", "replace")


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
