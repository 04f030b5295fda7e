"""Asks a repository about its history: who descends from whom, what happened, what changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from chatops.adapters.git.objects.repository import Repository
from chatops.domain.git.names import CommitId

_FORMAT = "%H%x00%an%x00%ae%x00%at%x00%ct%x00%s"
_FIELDS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One commit, as a list of commits shows it."""

    id: CommitId
    author: str
    email: str
    authored: datetime
    committed: datetime
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """How many lines of a file changed; None for a binary file."""

    path: str
    added: int | None
    removed: int | None


def is_ancestor(repo: Repository, old: CommitId, new: CommitId) -> bool:
    """`git merge-base --is-ancestor OLD NEW`."""
    answer = repo.run("merge-base", "--is-ancestor", str(old), str(new), expect=(0, 1))
    return answer.code == 0


def merge_base(repo: Repository, one: CommitId, other: CommitId) -> CommitId | None:
    """`git merge-base ONE OTHER`."""
    answer = repo.run("merge-base", str(one), str(other), expect=(0, 1))
    return CommitId(answer.text) if answer.code == 0 else None


def commits_between(repo: Repository, base: CommitId, tip: CommitId) -> list[CommitId]:
    """`git rev-list --reverse --topo-order BASE..TIP`."""
    listed = repo.run("rev-list", "--reverse", "--topo-order", f"{base}..{tip}", "--").text
    return [CommitId(line) for line in listed.split()]


def log(
    repo: Repository,
    tip: CommitId,
    *,
    since: CommitId | None = None,
    paths: Sequence[str] = (),
    most: int = 10,
) -> list[LogLine]:
    """`git log -MOST [SINCE..]TIP [-- PATH…]`."""
    span = f"{since}..{tip}" if since else str(tip)
    answer = repo.run("log", "-z", f"-{most}", f"--format={_FORMAT}", span, "--", *paths)
    return list(_log_lines(answer.text.split("\0") if answer.text else []))


def describe(repo: Repository, commits: Sequence[CommitId]) -> list[LogLine]:
    """`git log --no-walk=unsorted COMMIT…`: these commits as a list shows them, in this order."""
    if not commits:
        return []
    answer = repo.run(
        "log", "-z", "--no-walk=unsorted", f"--format={_FORMAT}", *map(str, commits), "--"
    )
    return list(_log_lines(answer.text.split("\0")))


def _log_lines(fields: Sequence[str]) -> Iterator[LogLine]:
    for at in range(0, len(fields) - _FIELDS + 1, _FIELDS):
        commit, author, email, authored, committed, subject = fields[at : at + _FIELDS]
        yield LogLine(
            id=CommitId(commit),
            author=author,
            email=email,
            authored=datetime.fromtimestamp(int(authored), UTC),
            committed=datetime.fromtimestamp(int(committed), UTC),
            subject=subject,
        )


def file_changes(repo: Repository, before: CommitId, after: CommitId) -> list[FileChange]:
    """`git diff-tree --numstat BEFORE AFTER`: the files and lines that a person has to review."""
    answer = repo.run(
        "diff-tree", "-r", "-z", "--numstat", "--find-renames", "--no-ext-diff", "--no-textconv",
        str(before), str(after),
    )  # fmt: skip
    return list(_file_changes(iter(answer.fields())))


def _file_changes(fields: Iterator[str]) -> Iterator[FileChange]:
    for field in fields:
        added, removed, path = field.split("\t", 2)
        if not path:
            _old, path = next(fields), next(fields)
        yield FileChange(path=path, added=_count(added), removed=_count(removed))


def _count(lines: str) -> int | None:
    return None if lines == "-" else int(lines)
