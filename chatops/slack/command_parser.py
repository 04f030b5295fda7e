"""Turns the text behind a slash command into a typed request, or into words about its usage."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from chatops.domain.errors import UnknownPerson, UnknownSeverity
from chatops.domain.policy import Playbook
from chatops.domain.team import Team
from chatops.slack import command_words as words
from chatops.slack.command_usage import DidYouMean, Usage
from chatops.slack.command_words import Mentioned
from chatops.slack.commands import COMMANDS, Command, Kind, Order, Part, command_of
from chatops.slack.slips import FormName

_TYPO = 2
_SHORT = 4
_LIKE_A_SEVERITY = re.compile(r"(?:sev|prio|p|s)-?\d", re.IGNORECASE)
_REFERENCE = r"[A-Za-z]\w*-\d{4}-\d{1,9}"
_NOBODY = frozenset({"nobody", "none", "vacant"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words of one team: its command, severities, audiences, and how references look."""

    name: str
    severities: tuple[str, ...]
    audiences: tuple[str, ...]
    reference: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A command, understood as far as its words go."""

    command: Command
    reference: str = ""
    severity: str = ""
    role: str = ""
    holder: str = ""
    people: tuple[Mentioned, ...] = ()
    number: int | None = None
    time: str = ""
    text: str = ""
    reason: str = ""

    @property
    def order(self) -> Order:
        return self.command.order

    @property
    def form(self) -> FormName | None:
        """The form to open, unless enough was typed to do without it."""
        typed = [getattr(self, name) for name in self.command.enough]
        return None if typed and all(typed) else self.command.form


def vocabulary(team: Team, playbook: Playbook) -> Vocabulary:
    """What a parser must know of a team and the playbook in force."""
    own = re.sub(r"\\\{(year|number)(?::[^{}]*)?\\\}", r"\\d+", re.escape(playbook.reference))
    return Vocabulary(
        name=team.incident_command,
        severities=tuple(severity.key for severity in playbook.severities),
        audiences=tuple(team.audiences),
        reference=re.compile(rf"(?:{own}|{_REFERENCE})", re.IGNORECASE),
    )


def parse(text: str, known: Vocabulary) -> Typed:
    """Understand what was typed after the command's name.

    Raises:
        Usage, DidYouMean, UnknownSeverity, UnknownPerson
    """
    trimmed = text.strip()
    if not trimmed:
        return Typed(command=command_of(Order.HELP))
    row, rest = _row(trimmed, known)
    if row is None:
        return Typed(command=command_of(Order.DECLARE), text=words.readable(trimmed))
    reference, rest = _reference(rest, known)
    if rest and not row.parts and row.order is not Order.HELP:
        # “status page is down” is no question about a status.
        return Typed(command=command_of(Order.DECLARE), text=words.readable(trimmed))
    typed = Typed(command=row, reference=reference)
    for part in row.parts:
        typed, rest = _READERS[part.kind](typed, rest, part, known)
    return typed


def _row(text: str, known: Vocabulary) -> tuple[Command | None, str]:
    """The row that a text begins with, and what follows; none if it is a title."""
    first, rest = words.first_word(text)
    first = first.casefold()
    rows = [row for row in COMMANDS if row.words[0] == first]
    if not rows:
        _no_typo(text, known)
        return None, text
    second, after = words.first_word(rest)
    for row in rows:
        if row.words[1:] == (second.casefold(),):
            return row, after
    sub_words = [row.words[1] for row in rows if row.words[1:]]
    reference, beyond = _reference(rest, known)
    if sub_words and rest and (beyond or not reference):
        if nearest(second, sub_words) or len(rest.split()) == 1:
            raise Usage(known.name, rows)
        title = words.readable(text)[:80]
        hint = f"To declare it: `{known.name} declare {title}`. Otherwise write it like this:"
        raise Usage(known.name, rows, hint)
    return rows[0], rest


def _no_typo(text: str, known: Vocabulary) -> None:
    """Refuse a single word that is nearly a sub-command; several words are a title."""
    if len(text.split()) > 1:
        return
    meant = nearest(text, [row.words[0] for row in COMMANDS])
    if meant:
        raise DidYouMean(known.name, words.readable(text), meant)


def nearest(typed: str, choices: Sequence[str]) -> str:
    """The choice that ``typed`` is a slip of, or an empty text.

    >>> nearest("udpate", ["update", "page"]), nearest("checkout", ["update", "page"])
    ('update', '')
    """
    word = typed.casefold()
    near = [(distance(word, choice), choice) for choice in choices]
    best, choice = min(near, default=(_TYPO + 1, ""))
    allowed = 1 if min(len(choice), len(word)) <= _SHORT else _TYPO
    return choice if best <= allowed else ""


def distance(one: str, other: str) -> int:
    """How many letters must be changed, added, dropped or swapped to turn one into the other.

    >>> distance("udpate", "update"), distance("list", "lists"), distance("", "abc")
    (1, 1, 3)
    """
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        this = [row]
        for column, against in enumerate(other, 1):
            cost = last[column - 1] + (letter != against)
            this.append(min(cost, last[column] + 1, this[-1] + 1))
            swapped = (
                row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == against
            )
            if swapped:
                this[-1] = min(this[-1], before[column - 2] + 1)
        before, last = last, this
    return last[-1]


def _reference(text: str, known: Vocabulary) -> tuple[str, str]:
    """The reference that a text begins with, and what follows it."""
    word, rest = words.first_word(text)
    if known.reference.fullmatch(word.rstrip(":,")):
        return word.rstrip(":,"), rest
    return "", text.strip()


_Read = tuple[Typed, str]


def _known_severity(typed: Typed, rest: str, part: Part, known: Vocabulary) -> _Read:
    del part
    word, after = words.first_word(rest)
    if word.casefold() in {key.casefold() for key in known.severities}:
        return replace(typed, severity=word), after
    if _LIKE_A_SEVERITY.fullmatch(word):
        raise UnknownSeverity(word, known.severities)
    return typed, rest


def _severity(typed: Typed, rest: str, part: Part, known: Vocabulary) -> _Read:
    del part, known
    word, after = words.first_word(rest)
    return replace(typed, severity=words.readable(word)), after


def _role(typed: Typed, rest: str, part: Part, known: Vocabulary) -> _Read:
    del part, known
    role, after = words.before_mention(rest)
    *others, last = role.split() or [""]
    if others and last.casefold() in _NOBODY | {"me"}:
        return replace(typed, role=" ".join(others)), last
    _must_know(role)
    return replace(typed, role=words.readable(role)), after


def _holder(typed: Typed, rest: str, part: Part, known: Vocabulary) -> _Read:
    person, after = words.take_mention(rest)
    if person is not None and not person.is_group:
        return replace(typed, holder=person.id), after
    if rest.casefold() in _NOBODY:
        return replace(typed, holder="nobody"), ""
    if rest and rest.casefold() != "me":
        raise Usage(known.name, [typed.command], f"“{part.shown}” is one person, by @name:")
    return replace(typed, holder="me"), ""


def _people(typed: Typed, rest: str, part: Part, known: Vocabulary) -> _Read:
    del part
    people, after = words.take_people(rest, known.audiences)
    if rest and not people:
        raise UnknownPerson(words.readable(words.first_word(rest)[0]), known.audiences)
    return replace(typed, people=people), after


def _owner(typed: Typed, rest: str, part: Part, known: Vocabulary) -> _Read:
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


def _number(typed: Typed, rest: str, part: Part, known: Vocabulary) -> _Read:
    del part
    number, after = words.take_number(rest)
    if number is None:
        raise Usage(known.name, [typed.command])
    return replace(typed, number=number), after


def _until(typed: Typed, rest: str, part: Part, known: Vocabulary) -> _Read:
    del part, known
    time, after = words.take_time(rest)
    return replace(typed, time=time), after


def _clock(typed: Typed, rest: str, part: Part, known: Vocabulary) -> _Read:
    del part, known
    time, after = words.take_clock(rest)
    return replace(typed, time=time), after


def _text(typed: Typed, rest: str, part: Part, known: Vocabulary) -> _Read:
    del part, known
    keeps = typed.order in _KEEPS_MENTIONS
    return replace(typed, text=words.kept(rest) if keeps else words.readable(rest)), ""


def _decision(typed: Typed, rest: str, part: Part, known: Vocabulary) -> _Read:
    del part, known
    decision, reason = words.split_reason(words.kept(rest))
    return replace(typed, text=decision, reason=reason), ""


def _reason(typed: Typed, rest: str, part: Part, known: Vocabulary) -> _Read:
    del part, known
    return replace(typed, reason=words.kept(rest)), ""


#: Where a mention in a text is shown as one.
_KEEPS_MENTIONS = frozenset({Order.NOTE, Order.CORRECT, Order.TASK})

_READERS: Mapping[Kind, Callable[[Typed, str, Part, Vocabulary], _Read]] = {
    Kind.KNOWN_SEVERITY: _known_severity,
    Kind.SEVERITY: _severity,
    Kind.ROLE: _role,
    Kind.HOLDER: _holder,
    Kind.PEOPLE: _people,
    Kind.OWNER: _owner,
    Kind.NUMBER: _number,
    Kind.UNTIL: _until,
    Kind.CLOCK: _clock,
    Kind.TEXT: _text,
    Kind.DECISION: _decision,
    Kind.REASON: _reason,
}
