"""Makes commits and annotated tags, and asks the history about those that are there."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from chatops.adapters.git.objects.objects import Signature
from chatops.adapters.git.objects.repository import NOTHING, Repository, scratch
from chatops.domain.git.names import CommitId, TagName

_TRAILER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*\s*:\s.*|\(cherry picked from commit [0-9a-f]+\)")
_CONTINUED = re.compile(r"\s+\S.*")
_WHEN = re.compile(r"-?[0-9]+ [+-][0-9]{4}")
_UNFIT_IN_TRAILER = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_UNFIT = re.compile(r"[\x00-\x1f\x7f<>]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """The key that signs, and the program or agent settings that git needs for it."""

    key: str
    settings: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Committer:
    """Who makes commits: the bot as committer, at one moment, signing if it is told to."""

    name: str
    email: str
    at: datetime
    signing: Signing | None = None

    @property
    def signature(self) -> Signature:
        return signature(self.name, self.email, self.at)


def signature(name: str, email: str, at: datetime) -> Signature:
    """A person at a moment, as git writes it; what git cannot store in a name is left out."""
    plain_email = _UNFIT.sub("", email).strip()
    plain_name = " ".join(_UNFIT.sub(" ", name).split()) or plain_email or "unknown"
    offset = at.strftime("%z")[:5] or "+0000"
    return Signature(name=plain_name, email=plain_email, when=f"{int(at.timestamp())} {offset}")


def write_commit(
    repo: Repository,
    *,
    tree: str,
    parents: Sequence[CommitId],
    message: str,
    author: Signature,
    by: Committer,
) -> CommitId:
    """`git commit-tree TREE -p PARENT… -F -`."""
    settings, sign, env = _signing(by)
    parent_words = [word for parent in parents for word in ("-p", str(parent))]
    answer = repo.run(
        *settings, "commit-tree", *sign, *parent_words, "-F", "-", tree,
        stdin=_clean(message),
        env={**_identity("AUTHOR", author), **_identity("COMMITTER", by.signature), **env},
    )  # fmt: skip
    return CommitId(answer.text)


def write_tag(
    repo: Repository, *, name: TagName, commit: CommitId, message: str, by: Committer
) -> CommitId:
    """`git tag -a NAME COMMIT`, without keeping a ref: the id of the new tag object."""
    settings, _, env = _signing(by)
    how = ["-a"] if by.signing is None else ["-s", "-u", by.signing.key]
    with scratch(repo) as aside:
        aside.run(
            *settings, "tag", *how, "--cleanup=verbatim", "-F", "-", str(name), str(commit),
            stdin=_clean(message),
            env={**_identity("COMMITTER", by.signature), **env},
        )  # fmt: skip
        return CommitId(aside.run("rev-parse", "--verify", name.ref).text)


def with_trailers(message: str, trailers: Sequence[tuple[str, str]]) -> str:
    """The message with trailers at its end, each once, in the block that git itself would use.

    >>> print(with_trailers("fix: null webhook", [("Incident", "INC-2026-014")]))
    fix: null webhook
    <BLANKLINE>
    Incident: INC-2026-014
    """
    lines = [f"{key}: {_UNFIT_IN_TRAILER.sub(' ', value).strip()}" for key, value in trailers]
    return _with_footer(message, lines)


def picked_from(message: str, commit: CommitId) -> str:
    """The message as `git cherry-pick -x` would leave it."""
    return _with_footer(message, [f"(cherry picked from commit {commit})"])


def _with_footer(message: str, lines: Sequence[str]) -> str:
    body = message.rstrip()
    fresh = [line for line in lines if line not in body.split("\n")]
    if not fresh:
        return body
    gap = "\n" if _ends_in_footer(body) else "\n\n"
    return body + gap + "\n".join(fresh) if body else "\n".join(fresh)


def _ends_in_footer(body: str) -> bool:
    _, paragraph_break, last = body.rpartition("\n\n")
    if not paragraph_break:
        return False
    lines = last.split("\n")
    if not _TRAILER.fullmatch(lines[0]):
        return False
    return all(_TRAILER.fullmatch(line) or _CONTINUED.fullmatch(line) for line in lines)


def _signing(by: Committer) -> tuple[list[str], list[str], Mapping[str, str]]:
    if by.signing is None:
        return [], [], NOTHING
    settings = [word for setting in by.signing.settings for word in ("-c", setting)]
    return settings, [f"-S{by.signing.key}"], by.signing.env


def _identity(role: str, who: Signature) -> dict[str, str]:
    return {
        f"GIT_{role}_NAME": who.name or who.email or "unknown",
        f"GIT_{role}_EMAIL": who.email,
        f"GIT_{role}_DATE": f"@{who.when if _WHEN.fullmatch(who.when) else '0 +0000'}",
    }


def _clean(message: str) -> bytes:
    text = message.replace("\0", "").rstrip() + "\n"
    return text.encode("utf-8", "replace")


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
    for part in fields:
        added, removed, path = part.split("\t", 2)
        if not path:
            _old, path = next(fields), next(fields)
        yield FileChange(path=path, added=_count(added), removed=_count(removed))


def _count(lines: str) -> int | None:
    return None if lines == "-" else int(lines)
