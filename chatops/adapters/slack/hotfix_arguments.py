"""Understands the arguments that only hotfixes have: commits, steps, branches, files, flags."""

import re
from collections.abc import Mapping
from dataclasses import replace

from chatops.adapters.slack import command_words as words
from chatops.adapters.slack.command_arguments import Read, Reader, Typed, Vocabulary
from chatops.adapters.slack.command_table import Kind, Part
from chatops.adapters.slack.command_usage import Usage
from chatops.adapters.slack.nearness import nearest
from chatops.domain.errors import Mistake, UnknownPerson
from chatops.domain.playbook.pipeline import StepKind

_COMMIT = re.compile(r"[0-9a-f]{4,64}", re.IGNORECASE)
_REQUEST = re.compile(r"(?:pr|mr)?[#!]([1-9][0-9]{0,9})", re.IGNORECASE)
_REQUEST_URL = re.compile(r"https?://\S+/(?:pull|merge_requests)/([1-9][0-9]{0,9})(?:[/?#]\S*)?")
_COMMIT_URL = re.compile(r"https?://\S+/commits?/([0-9a-f]{4,64})(?:[/?#]\S*)?", re.IGNORECASE)
_SPOKEN = re.compile(r"(?:verbal|verbally|spoken|said)\b(?:\s+(?:by|from))?\s*", re.IGNORECASE)
_LINKED = re.compile(r"<https?://[^<>|]*\|([^<>]*)>")
_FILES, _FILES_LENGTH, _BRANCH_LENGTH, _SHOWN = 10, 1500, 250, 40


class UnknownStep(Mistake):
    """No pipeline has a step of that name."""

    def __init__(self, typed: str) -> None:
        meant = nearest(typed.replace("-", "_"), list(StepKind))
        hint = f" Did you mean {meant}?" if meant else ""
        super().__init__(
            f"“{typed[:_SHOWN]}” is no step.{hint} Steps are called {', '.join(StepKind)}."
        )


def as_commit(typed: str) -> str:
    """A commit's id, or a pull request as ``#12``, of whatever form; an empty text for neither.

    >>> as_commit("4F2c9e1"), as_commit("https://git.test/o/r/pull/12/files"), as_commit("--all")
    ('4f2c9e1', '#12', '')
    """
    word = typed.strip()
    for pattern, mark in ((_REQUEST, "#"), (_REQUEST_URL, "#"), (_COMMIT_URL, "")):
        if found := pattern.fullmatch(word):
            return f"{mark}{found[1].lower()}"
    return word.lower() if _COMMIT.fullmatch(word) else ""


def _commit(typed: Typed, rest: str, part: Part, known: Vocabulary) -> Read:
    del part
    if not rest:
        return typed, ""
    asked = words.readable(rest)
    commit = as_commit(asked)
    if not commit:
        hint = f"“{asked[:_SHOWN]}” names no commit. Give its id, or a pull request as #12:"
        raise Usage(known.name, [typed.command], hint)
    return replace(typed, commit=commit), ""


def _spoken(typed: Typed, rest: str, part: Part, known: Vocabulary) -> Read:
    del part
    if not rest:
        return typed, ""
    person, after = words.take_mention(_SPOKEN.sub("", rest, count=1))
    if person is None or person.is_group or after:
        _must_know(rest)
        raise Usage(known.name, [typed.command])
    return replace(typed, people=(person,)), ""


def _step(typed: Typed, rest: str, part: Part, known: Vocabulary) -> Read:
    del part, known
    if not rest:
        return typed, ""
    first, after = words.first_word(rest)
    second, beyond = words.first_word(after)
    for name, left in ((f"{first}_{second}", beyond), (first, after)):
        step = _STEPS.get(name.casefold().replace("-", "_"))
        if step is not None:
            return replace(typed, step=step), left
    raise UnknownStep(words.readable(first))


def _leave(typed: Typed, rest: str, part: Part, known: Vocabulary) -> Read:
    del part
    person, after = words.take_mention(rest)
    if person is None:
        return typed, rest
    if person.is_group:
        raise Usage(known.name, [typed.command], "Leave is given by one person, by @name:")
    return replace(typed, people=(person,)), after


def _branch(typed: Typed, rest: str, part: Part, known: Vocabulary) -> Read:
    del part
    branch, after = words.first_word(rest)
    if (after and len(typed.command.parts) == 1) or len(branch) > _BRANCH_LENGTH:
        raise Usage(known.name, [typed.command])
    return replace(typed, branch=words.readable(branch)), after


def _flag(typed: Typed, rest: str, part: Part, known: Vocabulary) -> Read:
    del part
    flag, after = words.first_word(rest)
    if not flag or after.casefold() not in {"off", ""}:
        hint = "A flag can only be turned off here:" if after else ""
        raise Usage(known.name, [typed.command], hint)
    return replace(typed, flag=words.readable(flag)), ""


def _files(typed: Typed, rest: str, part: Part, known: Vocabulary) -> Read:
    del part
    files = _paths(rest)
    if len(files) > _FILES or len(rest) > _FILES_LENGTH:
        hint = f"At most {_FILES} files, each by its path in the repository:"
        raise Usage(known.name, [typed.command], hint)
    return replace(typed, files=files), ""


def _paths(text: str) -> tuple[str, ...]:
    """Paths; what looks like an address to Slack is read as it was typed."""
    return tuple(words.readable(_LINKED.sub(r"\1", each)) for each in text.split())


def _must_know(text: str) -> None:
    """Refuse a name that is nobody's where one person is asked for."""
    if stranger := words.stranger(text):
        raise UnknownPerson(stranger, ())


_STEPS: Mapping[str, StepKind] = {kind.value: kind for kind in StepKind}

READERS: Mapping[Kind, Reader] = {
    Kind.COMMIT: _commit,
    Kind.SPOKEN: _spoken,
    Kind.STEP: _step,
    Kind.LEAVE: _leave,
    Kind.BRANCH: _branch,
    Kind.FLAG: _flag,
    Kind.FILES: _files,
}
