"""Understands the arguments of a command, one kind after the other."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from chatops.adapters.slack import command_words as words
from chatops.adapters.slack.command_table import Command, Kind, Order, Part, Table
from chatops.adapters.slack.command_usage import Usage
from chatops.adapters.slack.command_words import Mentioned
from chatops.adapters.slack.slips import FormName
from chatops.domain.errors import UnknownPerson, UnknownSeverity
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.promises.model import take_what

_LIKE_A_SEVERITY = re.compile(r"(?:sev|prio|p|s)-?\d", re.IGNORECASE)
_NOBODY = frozenset({"nobody", "none", "vacant"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words of one team: a command of its, severities, audiences, and how references look."""

    table: Table
    name: str
    severities: tuple[str, ...]
    audiences: tuple[str, ...]
    reference: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A command, understood as far as its words go.

    For hotfixes ``number`` picks one of the incident's.
    """

    command: Command
    reference: str = ""
    severity: str = ""
    role: str = ""
    holder: str = ""
    people: tuple[Mentioned, ...] = ()
    number: int | None = None
    time: str = ""
    what: str = ""
    text: str = ""
    reason: str = ""
    commit: str = ""
    step: StepKind | None = None
    branch: str = ""
    flag: str = ""
    files: tuple[str, ...] = ()

    @property
    def order(self) -> Order:
        return self.command.order

    @property
    def form(self) -> FormName | None:
        """The form to open, unless enough was typed to do without it."""
        typed = [getattr(self, name) for name in self.command.enough]
        return None if typed and all(typed) else self.command.form


Read = tuple[Typed, str]
Reader = Callable[[Typed, str, Part, Vocabulary], Read]


def _known_severity(typed: Typed, rest: str, part: Part, known: Vocabulary) -> Read:
    del part
    word, after = words.first_word(rest)
    if word.casefold() in {key.casefold() for key in known.severities}:
        return replace(typed, severity=word), after
    if _LIKE_A_SEVERITY.fullmatch(word):
        raise UnknownSeverity(word, known.severities)
    return typed, rest


def _severity(typed: Typed, rest: str, part: Part, known: Vocabulary) -> Read:
    del part, known
    word, after = words.first_word(rest)
    return replace(typed, severity=words.readable(word)), after


def _role(typed: Typed, rest: str, part: Part, known: Vocabulary) -> Read:
    del part, known
    role, after = words.before_mention(rest)
    *others, last = role.split() or [""]
    if others and last.casefold() in _NOBODY | {"me"}:
        return replace(typed, role=" ".join(others)), last
    _must_know(role)
    return replace(typed, role=words.readable(role)), after


def _holder(typed: Typed, rest: str, part: Part, known: Vocabulary) -> Read:
    person, after = words.take_mention(rest)
    if person is not None and not person.is_group:
        return replace(typed, holder=person.id), after
    if rest.casefold() in _NOBODY:
        return replace(typed, holder="nobody"), ""
    if rest and rest.casefold() != "me":
        raise Usage(known.name, [typed.command], f"“{part.shown}” is one person, by @name:")
    return replace(typed, holder="me"), ""


def _people(typed: Typed, rest: str, part: Part, known: Vocabulary) -> Read:
    del part
    people, after = words.take_people(rest, known.audiences)
    if rest and not people:
        raise UnknownPerson(words.readable(words.first_word(rest)[0]), known.audiences)
    return replace(typed, people=people), after


def _owner(typed: Typed, rest: str, part: Part, known: Vocabulary) -> Read:
    person, after = words.take_owner(rest)
    if part.needed and (person is None or person.is_group):
        _must_know(rest)
        raise Usage(known.name, [typed.command])
    if person is not None and person.is_group:
        return typed, rest
    return replace(typed, people=(person,) if person else ()), after


def _must_know(text: str) -> None:
    """Refuse a name that is nobody's where one person is asked for."""
    if stranger := words.stranger(text):
        raise UnknownPerson(stranger, ())


def _number(typed: Typed, rest: str, part: Part, known: Vocabulary) -> Read:
    number, after = words.take_number(rest)
    if number is None and (part.needed or rest):
        raise Usage(known.name, [typed.command])
    return replace(typed, number=number), after


def _until(typed: Typed, rest: str, part: Part, known: Vocabulary) -> Read:
    del part, known
    time, after = words.take_time(rest)
    return replace(typed, time=time), after


def _what(typed: Typed, rest: str, part: Part, known: Vocabulary) -> Read:
    del part, known
    what, after = take_what(rest)
    return replace(typed, what=words.readable(what)), after


def _clock(typed: Typed, rest: str, part: Part, known: Vocabulary) -> Read:
    del part, known
    time, after = words.take_clock(rest)
    return replace(typed, time=time), after


def _text(typed: Typed, rest: str, part: Part, known: Vocabulary) -> Read:
    del part, known
    keeps = typed.order in _KEEPS_MENTIONS
    return replace(typed, text=words.kept(rest) if keeps else words.readable(rest)), ""


def _decision(typed: Typed, rest: str, part: Part, known: Vocabulary) -> Read:
    del part, known
    decision, reason = words.split_reason(words.kept(rest))
    return replace(typed, text=decision, reason=reason), ""


def _reason(typed: Typed, rest: str, part: Part, known: Vocabulary) -> Read:
    del part, known
    return replace(typed, reason=words.kept(rest)), ""


#: Where a mention in a text is shown as one.
_KEEPS_MENTIONS = frozenset(
    {Order.NOTE, Order.CORRECT, Order.TASK, Order.TASK_EDIT, Order.TASK_DONE}
)

READERS: Mapping[Kind, Reader] = {
    Kind.KNOWN_SEVERITY: _known_severity,
    Kind.SEVERITY: _severity,
    Kind.ROLE: _role,
    Kind.HOLDER: _holder,
    Kind.PEOPLE: _people,
    Kind.OWNER: _owner,
    Kind.NUMBER: _number,
    Kind.UNTIL: _until,
    Kind.WHAT: _what,
    Kind.CLOCK: _clock,
    Kind.TEXT: _text,
    Kind.DECISION: _decision,
    Kind.REASON: _reason,
    Kind.DIGEST: _text,
    Kind.PERIOD: _text,
}
