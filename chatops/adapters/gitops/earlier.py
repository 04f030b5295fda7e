"""Finds what the bot made before, by the trailer that names the step, so as not to do it twice."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from chatops.adapters.gitops.repository import Repository
from chatops.domain.git.names import CommitId

#: How far back on a branch an earlier attempt is looked for.
_MOST: Final = 2000
_REVERTS: Final = re.compile(r"This reverts commit ([0-9a-f]{40}(?:[0-9a-f]{24})?)\b")
_BETWEEN: Final = "\x1f"


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A commit that an earlier attempt made, and what it says."""

    id: CommitId
    message: str


def made_earlier(repo: Repository, tip: CommitId, trailer: tuple[str, str] | None) -> list[Earlier]:
    """The commits below TIP with the trailer, oldest first, but for those reverted since."""
    if trailer is None:
        return []
    key, value = trailer
    wanted = _plain(value)
    undone: set[str] = set()
    found = []
    for commit, values, message in _newest(repo, tip, key):
        if commit in undone:
            continue
        undone.update(_REVERTS.findall(message))
        if wanted in map(_plain, values):
            found.append(Earlier(id=CommitId(commit), message=message))
    return found[::-1]


def _newest(repo: Repository, tip: CommitId, key: str) -> Iterator[tuple[str, Sequence[str], str]]:
    """`git log TIP`: each commit with the values of its trailers of one key."""
    shape = f"%H%x00%(trailers:key={key},valueonly,unfold,separator=%x1f)%x00%B"
    answer = repo.run("log", "-z", f"-{_MOST}", f"--format={shape}", str(tip), "--")
    fields = iter(answer.text.split("\0"))
    for commit, values, message in zip(fields, fields, fields, strict=False):
        yield commit, values.split(_BETWEEN), message


def _plain(value: str) -> str:
    return " ".join(value.split())
