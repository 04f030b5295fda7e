"""Turns the text behind a slash command into a typed request, or into words about its usage."""

import re
from dataclasses import replace

from chatops.commands import words
from chatops.commands.action import Action, CommandTable, ParsedCommand, Vocabulary
from chatops.commands.catalogue import INCIDENT
from chatops.commands.closest_match import nearest
from chatops.commands.usage import DidYouMean, Usage
from chatops.domain.playbook.policy import Playbook
from chatops.domain.team import Team

_REFERENCE = r"[A-Za-z]\w*-\d{4}-\d{1,9}"


def vocabulary(team: Team, playbook: Playbook, table: CommandTable = INCIDENT) -> Vocabulary:
    """What a parser must know of a team and the playbook in force."""
    own = re.sub(r"\\\{(year|number)(?::[^{}]*)?\\\}", r"\\d+", re.escape(playbook.reference))
    return Vocabulary(
        table=table,
        name=table.command.name_in(team),
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
    action, rest = _action(trimmed, known)
    if action is None:
        return _untitled(trimmed, known)
    reference, rest = _reference(rest, known)
    typed = replace(lead, action=action, reference=reference or lead.reference)
    if rest and not action.arguments:
        # “status page is down” is no question about a status.
        return _beyond(typed, trimmed, rest, known)
    for argument in action.arguments:
        typed, rest = argument.kind.read(typed, rest, argument, known)
    return typed


def _lead(text: str, known: Vocabulary) -> tuple[ParsedCommand, str]:
    """The incident and the number of a hotfix that stand before the sub-command, and the rest."""
    table = known.table
    lead = ParsedCommand(action=table.empty)
    if table.otherwise is not None:
        return lead, text
    reference, rest = _reference(text, known)
    number, rest = words.take_number(rest)
    if number is not None and not rest:
        lead = ParsedCommand(action=table.numbered or table.empty)
    return replace(lead, reference=reference, number=number), rest


def _untitled(text: str, known: Vocabulary) -> ParsedCommand:
    """Words that begin no action: a title, where the table takes one."""
    if known.table.otherwise is not None:
        return ParsedCommand(action=known.table.otherwise, text=words.readable(text))
    first = words.readable(words.first_word(text)[0])
    hint = f"There is no `{known.name} {first[:40]}`. There is:"
    raise Usage(known.name, known.table.actions, hint)


def _beyond(typed: ParsedCommand, text: str, rest: str, known: Vocabulary) -> ParsedCommand:
    """More was typed than an action without arguments takes."""
    if known.table.otherwise is not None:
        return _untitled(text, known)
    number, more = words.take_number(rest)
    if number is None or more or typed.number is not None:
        raise Usage(known.name, [typed.action])
    return replace(typed, number=number)


def _action(text: str, known: Vocabulary) -> tuple[Action | None, str]:
    """The action that a text begins with, and what follows; none if it is a title."""
    first, rest = words.first_word(text)
    first = first.casefold()
    actions = [each for each in known.table.actions if each.words[0] == first]
    if not actions:
        _no_typo(text, known)
        return None, text
    second, after = words.first_word(rest)
    for action in actions:
        if (first, second.casefold()) in (action.words, *action.aliases):
            return action, after
    spellings = [spelling for each in actions for spelling in (each.words, *each.aliases)]
    sub_words = [spelling[1] for spelling in spellings if spelling[1:]]
    reference, beyond = _reference(rest, known)
    takes_words = bool(actions[0].arguments)
    if sub_words and rest and not takes_words and (beyond or not reference):
        if nearest(second, sub_words) or len(rest.split()) == 1:
            raise Usage(known.name, actions)
        title = words.readable(text)[:80]
        hint = f"To declare it: `{known.name} declare {title}`. Otherwise write it like this:"
        raise Usage(known.name, actions, hint)
    return actions[0], rest


def _no_typo(text: str, known: Vocabulary) -> None:
    """Refuse what is nearly a sub-command; where several words are a title, a single one."""
    is_strict = known.table.otherwise is None
    if len(text.split()) > 1 and not is_strict:
        return
    typed = words.readable(words.first_word(text)[0])
    meant = nearest(words.first_word(text)[0], [each.words[0] for each in known.table.actions])
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
