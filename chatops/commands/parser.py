"""Turns the text behind a slash command into a typed request, or into words about its usage."""

import re
from collections.abc import Sequence
from dataclasses import replace

from chatops.commands import words
from chatops.commands.action import Action, CommandTable, ParsedCommand, Vocabulary
from chatops.commands.arguments import DAY, PEOPLE, SCENARIO, SEVERITY
from chatops.commands.usage import DidYouMean, usage_error
from chatops.commands.words import nearest
from chatops.domain.errors import UserError
from chatops.domain.playbook.policy import Playbook
from chatops.domain.team import Team

_REFERENCE = r"[A-Za-z]\w*-\d{4}-\d{1,9}"
#: Signs that belong to no word.
_SIGNS = ".,:;!?()[]<>`\"'"
#: A slip in so short a word makes it any other.
_SHORT = 3
#: Actions after which any words are as good as others.
_ANY_WORDS = frozenset({"declare", "still_there"})
#: Arguments that ask back by themselves what cannot be one of them.
_NO_TEXT = frozenset({PEOPLE, SEVERITY, DAY, SCENARIO})
#: What an update, a reason or an answer begins with, and no title after its first word.
_SENTENCE = re.compile(
    r"(?:the|an?|we|i|it|its|they|this|that|these|there|our|my|all|some|no|not|still|now|as|because"
    r"|for|to|from|in|on|of|at|by|with|after|since|until|every\w*|nobody|nothing)\b",
    re.IGNORECASE,
)
_PAST = re.compile(r"\b(?:was|were|had|did)\b", re.IGNORECASE)
#: A few words, and that something is wrong with them.
_TROUBLE = re.compile(
    r"[\w-]+(?:\s+[\w'\u2019-]+){0,6}\s+(?:down|broken|slow|failing|fails|stuck|empty|missing|blank"
    r"|wrong|unavailable|unreachable|unresponsive|offline|dead|crash(?:ed|es|ing)|hang(?:s|ing)"
    r"|timing\s+out|degraded|overloaded|flapping|leaking|errors?|not\s+(?:working|loading|responding)"
    r"|(?:doesn['\u2019]?t|does\s+not)\s+(?:work|load|respond))[.!\s]*",
    re.IGNORECASE,
)


def vocabulary(team: Team, playbook: Playbook, table: CommandTable) -> Vocabulary:
    """What a parser must know of a team and the playbook in force."""
    own = re.sub(r"\\\{(year|number)(?::[^{}]*)?\\\}", r"\\d+", re.escape(playbook.reference))
    return Vocabulary(
        table=table,
        name=table.command.name_in(team),
        severities=tuple(severity.key for severity in playbook.severities),
        audiences=tuple(team.audiences),
        reference=re.compile(rf"(?:{own}|{_REFERENCE})", re.IGNORECASE),
    )


def parse(text: str, known: Vocabulary, *, sure: bool = False) -> ParsedCommand:
    """Understand what was typed after the command's name.

    ``sure`` says that it was asked back, and that the sub-command is meant.

    Raises:
        UserError, DidYouMean, UnknownSeverity, UnknownPerson, InvalidTime
    """
    try:
        return _read(text, known, sure=sure)
    except DidYouMean as asked:
        raise asked.offering(_settled(asked.command, known)) from asked


def _settled(command: str, known: Vocabulary) -> str:
    """A command that is not asked back again: it may have another slip behind the first."""
    try:
        _read(command, known, sure=True)
    except DidYouMean as asked:
        return command if asked.command == command else _settled(asked.command, known)
    except UserError:
        pass
    return command


def _read(text: str, known: Vocabulary, *, sure: bool) -> ParsedCommand:
    whole = text.strip()
    lead, trimmed = _lead(whole, known)
    if not trimmed:
        return lead
    action, rest = _action(trimmed, known, whole[: len(whole) - len(trimmed)])
    if action is None:
        return _untitled(trimmed, known)
    reference, rest = _reference(rest, known)
    typed = replace(lead, action=action, reference=reference or lead.reference)
    _must_be_whole(typed, trimmed, rest, known)
    if not sure:
        _must_be_no_title(typed, trimmed, rest, known)
    if rest and not action.arguments:
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
    raise usage_error(known.name, known.table.actions, hint)


def _beyond(typed: ParsedCommand, text: str, rest: str, known: Vocabulary) -> ParsedCommand:
    """More was typed than a row without arguments takes: “status page is down” is no question."""
    if known.table.otherwise is not None:
        command = " ".join([*typed.action.words, typed.reference]).strip()
        raise DidYouMean(known.name, command=command, title=text)
    number, more = words.take_number(rest)
    if number is None or more or typed.number is not None:
        raise usage_error(known.name, [typed.action])
    return replace(typed, number=number)


def _must_be_whole(typed: ParsedCommand, text: str, rest: str, known: Vocabulary) -> None:
    """Ask back a reference with a sign that is none of it. Raises DidYouMean."""
    if corrected := _corrected(rest, known):
        command = " ".join([*typed.action.words, corrected])
        title = text if known.table.otherwise is not None else ""
        raise DidYouMean(known.name, command=command, title=title)


def _must_be_no_title(typed: ParsedCommand, text: str, rest: str, known: Vocabulary) -> None:
    """Ask back a sub-command whose free text makes a title with it. Raises DidYouMean."""
    action = typed.action
    if known.table.otherwise is None or len(action.words) > 1 or not action.arguments:
        return
    takes_text = action.name not in _ANY_WORDS and action.arguments[0].kind not in _NO_TEXT
    if takes_text and _reads_like_a_title(rest):
        raise DidYouMean(known.name, command=text, title=text)


def _corrected(text: str, known: Vocabulary) -> str:
    """A text that begins with a reference and a sign that is none of it, without that sign."""
    word, rest = words.first_word(text)
    bare = word.strip(_SIGNS)
    return f"{bare} {rest}".strip() if bare != word and known.reference.fullmatch(bare) else ""


def _action(text: str, known: Vocabulary, lead: str) -> tuple[Action | None, str]:
    """The action that a text begins with, and what follows; none if it is a title."""
    first, rest = words.first_word(text)
    actions = [each for each in known.table.actions if first.casefold() in each.openings]
    if not actions:
        _must_be_no_slip(text, known, lead)
        return None, text
    second, after = words.first_word(rest)
    for action in actions:
        if (first.casefold(), second.casefold()) in (action.words, *action.aliases):
            return action, after
    _must_be_no_other(actions, rest, text, known)
    return actions[0], rest


def _must_be_no_other(actions: Sequence[Action], rest: str, text: str, known: Vocabulary) -> None:
    """Refuse or ask back a second word that is none of a sub-command's.

    Raises:
        UserError, DidYouMean
    """
    first = actions[0].words[0]
    second, after = words.first_word(rest)
    spellings = [spelling for each in actions for spelling in (each.words, *each.aliases)]
    sub_words = [spelling[1] for spelling in spellings if spelling[1:]]
    reference, beyond = _reference(rest, known)
    takes_words = bool(actions[0].arguments) or bool(_corrected(rest, known))
    if not sub_words or not rest or takes_words or (reference and not beyond):
        return
    if known.table.otherwise is None or len(rest.split()) == 1:
        raise usage_error(known.name, actions)
    meant = nearest(second, sub_words)
    raise DidYouMean(known.name, command=f"{first} {meant} {after}" if meant else first, title=text)


def _must_be_no_slip(text: str, known: Vocabulary, lead: str) -> None:
    """Ask back what is nearly a sub-command, whatever follows it, and what names an incident.

    Raises:
        DidYouMean
    """
    first, rest = words.first_word(text)
    bare = first.strip(_SIGNS)
    is_strict = known.table.otherwise is None
    title, otherwise = (
        ("", f"See all that there is: `{known.name} help`.") if is_strict else (text, "")
    )
    if known.reference.fullmatch(bare):
        command = _about(bare, rest, known)
        raise DidYouMean(known.name, command=command, title=title, otherwise=otherwise)
    if meant := _nearly(bare, rest, known):
        command = f"{lead}{meant} {rest}".strip()
        why = f"There is no `{known.name} {words.readable(first)[:40]}`."
        raise DidYouMean(known.name, command=command, title=title, why=why, otherwise=otherwise)


def _about(reference: str, rest: str, known: Vocabulary) -> str:
    """The sub-command that follows a reference, in the order in which they are typed."""
    word, after = words.first_word(rest)
    is_known = any(word.casefold() in each.openings for each in known.table.actions)
    return f"{word} {reference} {after}".strip() if is_known else f"status {reference}"


def _nearly(typed: str, rest: str, known: Vocabulary) -> str:
    """The sub-command that a word is a slip of; a short one where no sentence follows."""
    reference, beyond = _reference(rest, known)
    second = words.first_word(rest)[0].casefold()
    choices = {
        opening: each.words[0]
        for each in known.table.actions
        for opening in each.openings
        if len(opening) > _SHORT or not rest or (reference and not beyond)
        or second in each.words[1:]
    }  # fmt: skip
    word = typed.casefold()
    return choices.get(word if word in choices else nearest(word, sorted(choices)), "")


def _reference(text: str, known: Vocabulary) -> tuple[str, str]:
    """The reference that a text begins with, and what follows it."""
    word, rest = words.first_word(text)
    if known.reference.fullmatch(word.rstrip(":,")):
        return word.rstrip(":,"), rest
    return "", text.strip()


def _reads_like_a_title(rest: str) -> bool:
    """Whether words after a sub-command make a title with it, rather than its arguments.

    >>> _reads_like_a_title("server is down"), _reads_like_a_title("the server is down")
    (True, False)
    >>> _reads_like_a_title("we know why"), _reads_like_a_title("cache was full")
    (False, False)
    """
    return bool(_TROUBLE.fullmatch(rest) and not _SENTENCE.match(rest) and not _PAST.search(rest))
