"""Fills facts into commands, workflows and checks, so that each stays what it is said to be.

A fact that passes here is never an option, never two arguments, and nothing that a shell would
act upon, should a program of the team's own hand it to one.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from chatops.domain.errors import Mistake
from chatops.domain.git_names import BranchName, CommitId, RefusedName
from chatops.domain.services import COMMAND_FACTS
from chatops.domain.versions import UnreadableVersion, Version

_PART = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+")
_WORDS = {
    "version": "the version",
    "previous": "the version before it",
    "branch": "the branch",
    "sha": "the commit",
    "service": "the service",
    "reference": "the incident",
}
_LONGEST = 200
_PLAIN = re.compile(r"\w[\w.+-]*", re.ASCII)
_PLAIN_BRANCH = re.compile(r"\w[\w./+@=,%-]*")
_PLAIN_NAME = re.compile(r"\w[\w./-]*", re.ASCII)
_KNOWN = ", ".join(f"{{{fact}}}" for fact in COMMAND_FACTS)


class UnusableFact(Mistake):
    """Something cannot be filled in."""


class UnknownFact(UnusableFact):
    """Nobody ever says what stands in the braces."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"{{{name:.40}}} is not known. Known are {_KNOWN}.")


class LonelyBrace(UnusableFact):
    """A brace has no partner."""

    def __init__(self, text: str) -> None:
        super().__init__(f"“{text:.80}” has a brace left open. Write {{{{ and }}}} for braces.")


class MissingFact(UnusableFact):
    """It is known by name, and not known yet."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{{{name}}} cannot be filled in: {_WORDS[name]} is not known yet.")


class RefusedFact(UnusableFact):
    """The value could be taken for something else."""

    def __init__(self, name: str, value: str) -> None:
        shown = "".join(sign if sign.isprintable() else "�" for sign in value[:60])
        super().__init__(
            f"“{shown}” cannot stand for {{{name}}}: it is not plain enough for {_WORDS[name]}."
        )


def facts_in(text: str) -> frozenset[str]:
    """What a text wants to have filled in.

    Raises:
        UnknownFact, LonelyBrace
    """
    return frozenset(name for _, name in _parts(text) if name is not None)


def fill(text: str, values: Mapping[str, str], *, spell: Callable[[str], str] = str) -> str:
    """The text with its facts; ``spell`` says how each is written in it.

    >>> fill("--tag=v{version}", {"version": "1.2.4"})
    '--tag=v1.2.4'

    Raises:
        UnusableFact: a fact is unknown, missing, or not what its name says.
    """
    return "".join(
        literal if name is None else spell(_checked(name, values)) for literal, name in _parts(text)
    )


def _parts(text: str) -> Iterator[tuple[str, str | None]]:
    """What stands in the text as it is, and what is to be filled in, in turn."""
    for found in _PART.finditer(text):
        part, name = found[0], found[1]
        if name is not None:
            if name not in COMMAND_FACTS:
                raise UnknownFact(name)
            yield "", name
        elif part in {"{", "}"}:
            raise LonelyBrace(text)
        else:
            yield {"{{": "{", "}}": "}"}.get(part, part), None


def _checked(name: str, values: Mapping[str, str]) -> str:
    value = values.get(name, "")
    if not value:
        raise MissingFact(name)
    if len(value) > _LONGEST or not _IS[name](value):
        raise RefusedFact(name, value)
    return value


def _is_version(value: str) -> bool:
    try:
        Version.parse(value)
    except UnreadableVersion:
        return False
    return bool(_PLAIN.fullmatch(value))


def _is_branch(value: str) -> bool:
    try:
        BranchName(value)
    except RefusedName:
        return False
    return bool(_PLAIN_BRANCH.fullmatch(value))


def _is_commit(value: str) -> bool:
    try:
        CommitId(value)
    except RefusedName:
        return False
    return True


def _is_name(value: str) -> bool:
    return bool(_PLAIN_NAME.fullmatch(value)) and ".." not in value


_IS: Mapping[str, Callable[[str], bool]] = {
    "version": _is_version,
    "previous": _is_version,
    "branch": _is_branch,
    "sha": _is_commit,
    "service": _is_name,
    "reference": _is_name,
}
