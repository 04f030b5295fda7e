"""Turns the text behind a slash command into a typed request, or into words about its usage."""

import re
from dataclasses import replace

from chatops.commands import words
from chatops.commands.arguments import (
    DRILL_READERS,
    HOTFIX_READERS,
    POST_MORTEM_READERS,
    READERS,
    ParsedCommand,
    Vocabulary,
)
from chatops.commands.closest_match import nearest
from chatops.commands.incident import INCIDENT
from chatops.commands.table import CommandName, CommandRow, CommandTable
from chatops.commands.usage import DidYouMean, Usage
from chatops.domain.playbook.policy import Playbook
from chatops.domain.team import Team

_REFERENCE = r"[A-Za-z]\w*-\d{4}-\d{1,9}"
_ALL_READERS = {
    **READERS,
    **HOTFIX_READERS,
    **DRILL_READERS,
    **POST_MORTEM_READERS,
}


def vocabulary(team: Team, playbook: Playbook, table: CommandTable = INCIDENT) -> Vocabulary:
    """What a parser must know of a team and the playbook in force."""
    own = re.sub(r"\\\{(year|number)(?::[^{}]*)?\\\}", r"\\d+", re.escape(playbook.reference))
    return Vocabulary(
        table=table,
        name=table.name_in(team),
        severities=tuple(severity.key for severity in playbook.severities),
        audiences=tuple(team.audiences),
        reference=re.compile(rf"(?:{own}|{_REFERENCE})", re.IGNORECASE),
    )


def parse(text: str, known: Vocabulary) -> ParsedCommand:
    """Understand what was typed after the command's name.

    Raises:
        Usage, DidYouMean, UnknownSeverity, UnknownPerson
    """
    lead, trimmed = _lead(text.strip(), known)
    if not trimmed:
        return lead
    row, rest = _row(trimmed, known)
    if row is None:
        return _untitled(trimmed, known)
    reference, rest = _reference(rest, known)
    typed = replace(lead, command=row, reference=reference or lead.reference)
    if rest and not row.parts:
        # “status page is down” is no question about a status.
        return _beyond(typed, trimmed, rest, known)
    for part in row.parts:
        typed, rest = _ALL_READERS[part.kind](typed, rest, part, known)
    return typed


def _lead(text: str, known: Vocabulary) -> tuple[ParsedCommand, str]:
    """The incident and the number of a hotfix that stand before the sub-command, and the rest."""
    table = known.table
    lead = ParsedCommand(command=table.row(table.empty))
    if table.otherwise is not None:
        return lead, text
    reference, rest = _reference(text, known)
    number, rest = words.take_number(rest)
    if number is not None and not rest:
        lead = ParsedCommand(command=table.row(CommandName.HOTFIX_STATUS))
    return replace(lead, reference=reference, number=number), rest


def _untitled(text: str, known: Vocabulary) -> ParsedCommand:
    """Words that begin no row: a title, where the table takes one."""
    if known.table.otherwise is not None:
        command = known.table.row(known.table.otherwise)
        return ParsedCommand(command=command, text=words.readable(text))
    first = words.readable(words.first_word(text)[0])
    raise Usage(known.name, known.table.rows, f"There is no `{known.name} {first[:40]}`. There is:")


def _beyond(typed: ParsedCommand, text: str, rest: str, known: Vocabulary) -> ParsedCommand:
    """More was typed than a row without arguments takes."""
    if known.table.otherwise is not None:
        return _untitled(text, known)
    number, more = words.take_number(rest)
    if number is None or more or typed.number is not None:
        raise Usage(known.name, [typed.command])
    return replace(typed, number=number)


def _row(text: str, known: Vocabulary) -> tuple[CommandRow | None, str]:
    """The row that a text begins with, and what follows; none if it is a title."""
    first, rest = words.first_word(text)
    first = first.casefold()
    rows = [row for row in known.table.rows if row.words[0] == first]
    if not rows:
        _no_typo(text, known)
        return None, text
    second, after = words.first_word(rest)
    for row in rows:
        if row.words[1:] == (second.casefold(),):
            return row, after
    sub_words = [row.words[1] for row in rows if row.words[1:]]
    reference, beyond = _reference(rest, known)
    takes_words = bool(rows[0].parts)
    if sub_words and rest and not takes_words and (beyond or not reference):
        if nearest(second, sub_words) or len(rest.split()) == 1:
            raise Usage(known.name, rows)
        title = words.readable(text)[:80]
        hint = f"To declare it: `{known.name} declare {title}`. Otherwise write it like this:"
        raise Usage(known.name, rows, hint)
    return rows[0], rest


def _no_typo(text: str, known: Vocabulary) -> None:
    """Refuse what is nearly a sub-command; where several words are a title, a single one."""
    is_strict = known.table.otherwise is None
    if len(text.split()) > 1 and not is_strict:
        return
    typed = words.readable(words.first_word(text)[0])
    meant = nearest(words.first_word(text)[0], [row.words[0] for row in known.table.rows])
    if meant:
        declare = f"To declare it as an incident: `{known.name} declare {typed[:40]}`."
        otherwise = f"See all that there is: `{known.name} help`." if is_strict else declare
        raise DidYouMean(known.name, typed, meant, otherwise)


def _reference(text: str, known: Vocabulary) -> tuple[str, str]:
    """The reference that a text begins with, and what follows it."""
    word, rest = words.first_word(text)
    if known.reference.fullmatch(word.rstrip(":,")):
        return word.rstrip(":,"), rest
    return "", text.strip()
