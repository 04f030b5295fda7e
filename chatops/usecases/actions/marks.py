"""Tells a task and its issue apart: what is to be sent there, and what is news from there.

A mark in the issue's body says what was sent last. What differs from the mark there was changed
there, what differs from it here was changed here; so neither side ever answers its own echo.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from chatops.domain.tasks import Task
from chatops.usecases.actions.ports import Draft, Issue

_MARK = re.compile(
    r"<!-- chatops:(?P<key>[0-9a-f]{16}) title:(?P<title>[0-9a-f]{8})"
    r" text:(?P<text>[0-9a-f]{8}) for:(?P<owner>[A-Za-z0-9-]{0,60}) -->"
)
_LONGEST_TITLE = 250
REOPENED, EDITED, ASSIGNED = "reopened", "edited", "assigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How a task is to read in the tracker; ``owner`` is a name there, or empty.

    ``kinds`` are all the labels by which we say what sort of thing it is; ``labels`` those of it.
    """

    key: str
    title: str
    text: str
    owner: str = ""
    labels: tuple[str, ...] = ()
    kinds: frozenset[str] = frozenset()

    def draft(self) -> Draft:
        """The issue, when there is none yet."""
        return Draft(
            title=self.title,
            body=f"{self.text}\n\n{self._mark}",
            labels=self.labels,
            assignees=(self.owner,) if self.owner else (),
        )

    @property
    def _mark(self) -> str:
        title, text = digest(self.title), digest(self.text)
        return f"<!-- chatops:{self.key} title:{title} text:{text} for:{self.owner} -->"

    def changed(self, issue: Issue) -> Draft | None:
        """What is to be sent, so that the issue tells what was changed here; none if nothing.

        What people wrote below the mark stays. Where they took the mark away, the body is theirs.
        """
        mark = _MARK.search(issue.body)
        said = mark.groupdict() if mark else {"title": "", "text": digest(self.text), "owner": ""}
        renamed = tidy(issue.title) != self.title and said["title"] != digest(self.title)
        reworded = said["text"] != digest(self.text)
        given = not self._belongs(issue) and said["owner"].casefold() != self.owner.casefold()
        if not (renamed or reworded or given):
            return None
        labels = issue.labels
        if reworded:
            labels = (*(each for each in labels if each.casefold() not in self.kinds), *self.labels)
        return Draft(
            title=self.title if renamed else issue.title,
            body=self._body(issue.body, mark, reworded=reworded),
            labels=tuple(dict.fromkeys(labels)),
            assignees=((self.owner,) if self.owner else ()) if given else issue.assignees,
        )

    def _body(self, there: str, mark: re.Match[str] | None, *, reworded: bool) -> str:
        if mark is None:
            return there
        above = f"{self.text}\n\n" if reworded else there[: mark.start()]
        return above + self._mark + there[mark.end() :]

    def _belongs(self, issue: Issue) -> bool:
        """Whether it is the owner's there, or nobody's when it has none."""
        names = {each.casefold() for each in issue.assignees}
        return self.owner.casefold() in names if self.owner else not names


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What was changed in the tracker; empty where nothing was. ``owner`` is a name there."""

    done: bool = False
    unwanted: bool = False
    reopened: bool = False
    title: str = ""
    owner: str = ""

    def __bool__(self) -> bool:
        return self != News()


def news(task: Task, wanted: Wanted, issue: Issue, *, heard: str) -> News:
    """What became of the issue that is not so here; ``heard`` is what is said to have happened.

    That an ended task's issue is open may only mean that it is still to be closed there, so that
    it was opened again must be heard.
    """
    over = task.done_at is not None
    ended = issue.closed and not over
    return News(
        done=ended and not issue.unwanted,
        unwanted=ended and issue.unwanted,
        reopened=over and not issue.closed and heard == REOPENED,
        title=_new_title(wanted, issue, heard),
        owner=_new_owner(wanted, issue, heard),
    )


def _new_title(wanted: Wanted, issue: Issue, heard: str) -> str:
    title, mark = tidy(issue.title), _MARK.search(issue.body)
    if title == wanted.title or (digest(title) == mark["title"] if mark else heard != EDITED):
        return ""
    return title


def _new_owner(wanted: Wanted, issue: Issue, heard: str) -> str:
    """The first who has it there, unless that is as we sent it."""
    names, mark = {each.casefold() for each in issue.assignees}, _MARK.search(issue.body)
    as_sent = mark["owner"].casefold() in names if mark else heard != ASSIGNED
    if not names or as_sent or wanted.owner.casefold() in names:
        return ""
    return issue.assignees[0]


def tidy(text: str) -> str:
    r"""A title on one line, without what cannot be seen, that means the same here and there.

    >>> tidy(" Ask\t<@U1>  for\u202e logs ")
    'Ask @U1> for logs'
    """
    seen = "".join(each if each.isprintable() else " " if each.isspace() else "" for each in text)
    words = " ".join(seen.split()).replace("<@", "@")
    return words if len(words) <= _LONGEST_TITLE else f"{words[: _LONGEST_TITLE - 1].rstrip()}…"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def key_of(parts: Iterable[object]) -> str:
    """A name that no other task has, in this bot or another, and that tells nothing of it."""
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:16]
