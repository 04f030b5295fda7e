"""The kinds of arguments that actions take, each with how it is read."""

import re
from collections.abc import Mapping
from dataclasses import replace

from chatops.commands import words
from chatops.commands.action import Argument, ArgumentKind, ParsedCommand, Read, Vocabulary
from chatops.commands.usage import DidYouMean, usage_error
from chatops.commands.words import nearest
from chatops.domain.drills.scenario import PACES
from chatops.domain.errors import UnknownPerson, UnknownSeverity, UserError
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.postmortem.model import Export, unknown_export
from chatops.domain.promises.resolve_name import take_what
from chatops.domain.time.parse import Direction, InvalidTime, take_time

_LIKE_A_SEVERITY = re.compile(r"(?:sev|prio|p|s)-?\d", re.IGNORECASE)
_NOBODY = frozenset({"nobody", "none", "vacant"})


def _known_severity(typed: ParsedCommand, rest: str, part: Argument, known: Vocabulary) -> Read:
    del part
    word, after = words.first_word(rest)
    if word.casefold() in {key.casefold() for key in known.severities}:
        return replace(typed, severity=word), after
    if _LIKE_A_SEVERITY.fullmatch(word):
        raise UnknownSeverity(word, known.severities)
    return typed, rest


def _severity(typed: ParsedCommand, rest: str, part: Argument, known: Vocabulary) -> Read:
    del part
    word, after = words.first_word(rest)
    keys = {key.casefold() for key in known.severities}
    if after and word.casefold() not in keys and not _LIKE_A_SEVERITY.fullmatch(word):
        mistake = UnknownSeverity(words.readable(word), known.severities)
        _ask_back(typed, rest, known, mistake)
    return replace(typed, severity=words.readable(word)), after


def _ask_back(typed: ParsedCommand, rest: str, known: Vocabulary, mistake: UserError) -> None:
    """Ask whether arguments that are none make a title, if no incident was named.

    Raises:
        DidYouMean
    """
    command = " ".join(typed.action.words)
    if not typed.reference:
        raise DidYouMean(
            known.name, command=command, title=f"{command} {rest}", why=f"{mistake}"
        ) from mistake
    raise mistake


def _role(typed: ParsedCommand, rest: str, part: Argument, known: Vocabulary) -> Read:
    del part, known
    role, after = words.before_mention(rest)
    *others, last = role.split() or [""]
    if others and last.casefold() in _NOBODY | {"me"}:
        return replace(typed, role=" ".join(others)), last
    _must_know(role)
    return replace(typed, role=words.readable(role)), after


def _holder(typed: ParsedCommand, rest: str, part: Argument, known: Vocabulary) -> Read:
    person, after = words.take_mention(rest)
    if person is not None and not person.is_group:
        return replace(typed, holder=person.id), after
    if rest.casefold() in _NOBODY:
        return replace(typed, holder="nobody"), ""
    if rest and rest.casefold() != "me":
        raise usage_error(known.name, [typed.action], f"“{part.shown}” is one person, by @name:")
    return replace(typed, holder="me"), ""


def _people(typed: ParsedCommand, rest: str, part: Argument, known: Vocabulary) -> Read:
    del part
    people, after = words.take_people(rest, known.audiences)
    if rest and not people:
        first, after = words.first_word(rest)
        mistake = UnknownPerson(words.readable(first), known.audiences)
        if after and first[0].isalnum():
            _ask_back(typed, rest, known, mistake)
        raise mistake
    return replace(typed, people=people), after


def _owner(typed: ParsedCommand, rest: str, part: Argument, known: Vocabulary) -> Read:
    person, after = words.take_owner(rest)
    if part.needed and (person is None or person.is_group):
        _must_know(rest)
        raise usage_error(known.name, [typed.action])
    if person is not None and person.is_group:
        return typed, rest
    return replace(typed, people=(person,) if person else ()), after


def _must_know(text: str) -> None:
    """Refuse a name that is nobody's where one person is asked for."""
    if stranger := words.stranger(text):
        raise UnknownPerson(stranger, ())


def _number(typed: ParsedCommand, rest: str, part: Argument, known: Vocabulary) -> Read:
    number, after = words.take_number(rest)
    if number is None and (part.needed or rest):
        raise usage_error(known.name, [typed.action])
    return replace(typed, number=number), after


def _until(typed: ParsedCommand, rest: str, part: Argument, known: Vocabulary) -> Read:
    del part, known
    time, after = take_time(rest, direction=Direction.AHEAD)
    return replace(typed, time=time), after


def _what(typed: ParsedCommand, rest: str, part: Argument, known: Vocabulary) -> Read:
    del part, known
    what, after = take_what(rest)
    return replace(typed, what=words.readable(what)), after


def _clock(typed: ParsedCommand, rest: str, part: Argument, known: Vocabulary) -> Read:
    del part, known
    time, after = take_time(rest, direction=Direction.BACK)
    return replace(typed, time=time), after


def _text(typed: ParsedCommand, rest: str, part: Argument, known: Vocabulary) -> Read:
    del part, known
    return replace(typed, text=words.readable(rest)), ""


def _note(typed: ParsedCommand, rest: str, part: Argument, known: Vocabulary) -> Read:
    del part, known
    return replace(typed, text=words.kept(rest)), ""


def _decision(typed: ParsedCommand, rest: str, part: Argument, known: Vocabulary) -> Read:
    del part, known
    decision, reason = words.split_reason(words.kept(rest))
    return replace(typed, text=decision, reason=reason), ""


def _reason(typed: ParsedCommand, rest: str, part: Argument, known: Vocabulary) -> Read:
    del part, known
    return replace(typed, reason=words.kept(rest)), ""


_COMMIT = re.compile(r"[0-9a-f]{4,64}", re.IGNORECASE)
_REQUEST = re.compile(r"(?:pr|mr)?[#!]([1-9][0-9]{0,9})", re.IGNORECASE)
_REQUEST_URL = re.compile(r"https?://\S+/(?:pull|merge_requests)/([1-9][0-9]{0,9})(?:[/?#]\S*)?")
_COMMIT_URL = re.compile(r"https?://\S+/commits?/([0-9a-f]{4,64})(?:[/?#]\S*)?", re.IGNORECASE)
_SPOKEN = re.compile(r"(?:verbal|verbally|spoken|said)\b(?:\s+(?:by|from))?\s*", re.IGNORECASE)
_LINKED = re.compile(r"<https?://[^<>|]*\|([^<>]*)>")
_FILES, _FILES_LENGTH, _BRANCH_LENGTH, _SHOWN = 10, 1500, 250, 40


def unknown_step(typed: str) -> UserError:
    """No pipeline has a step of that name."""
    meant = nearest(typed.replace("-", "_"), list(StepKind))
    hint = f" Did you mean {meant}?" if meant else ""
    return UserError(
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


def _commit(typed: ParsedCommand, rest: str, part: Argument, known: Vocabulary) -> Read:
    del part
    if not rest:
        return typed, ""
    asked = words.readable(rest)
    commit = as_commit(asked)
    if not commit:
        hint = f"“{asked[:_SHOWN]}” names no commit. Give its id, or a pull request as #12:"
        raise usage_error(known.name, [typed.action], hint)
    return replace(typed, commit=commit), ""


def _spoken(typed: ParsedCommand, rest: str, part: Argument, known: Vocabulary) -> Read:
    del part
    if not rest:
        return typed, ""
    person, after = words.take_mention(_SPOKEN.sub("", rest, count=1))
    if person is None or person.is_group or after:
        _must_know(rest)
        raise usage_error(known.name, [typed.action])
    return replace(typed, people=(person,)), ""


def _step(typed: ParsedCommand, rest: str, part: Argument, known: Vocabulary) -> Read:
    del part, known
    if not rest:
        return typed, ""
    first, after = words.first_word(rest)
    second, beyond = words.first_word(after)
    for name, left in ((f"{first}_{second}", beyond), (first, after)):
        step = _STEPS.get(name.casefold().replace("-", "_"))
        if step is not None:
            return replace(typed, step=step), left
    raise unknown_step(words.readable(first))


def _leave(typed: ParsedCommand, rest: str, part: Argument, known: Vocabulary) -> Read:
    del part
    person, after = words.take_mention(rest)
    if person is None:
        return typed, rest
    if person.is_group:
        raise usage_error(known.name, [typed.action], "Leave is given by one person, by @name:")
    return replace(typed, people=(person,)), after


def _branch(typed: ParsedCommand, rest: str, part: Argument, known: Vocabulary) -> Read:
    del part
    branch, after = words.first_word(rest)
    if (after and len(typed.action.arguments) == 1) or len(branch) > _BRANCH_LENGTH:
        raise usage_error(known.name, [typed.action])
    return replace(typed, branch=words.readable(branch)), after


def _flag(typed: ParsedCommand, rest: str, part: Argument, known: Vocabulary) -> Read:
    del part
    flag, after = words.first_word(rest)
    if not flag or after.casefold() not in {"off", ""}:
        hint = "A flag can only be turned off here:" if after else ""
        raise usage_error(known.name, [typed.action], hint)
    return replace(typed, flag=words.readable(flag)), ""


def _files(typed: ParsedCommand, rest: str, part: Argument, known: Vocabulary) -> Read:
    del part
    files = _paths(rest)
    if len(files) > _FILES or len(rest) > _FILES_LENGTH:
        hint = f"At most {_FILES} files, each by its path in the repository:"
        raise usage_error(known.name, [typed.action], hint)
    return replace(typed, files=files), ""


def _paths(text: str) -> tuple[str, ...]:
    """Paths; what looks like an address to Slack is read as it was typed."""
    return tuple(words.readable(_LINKED.sub(r"\1", each)) for each in text.split())


_STEPS: Mapping[str, StepKind] = {kind.value: kind for kind in StepKind}


_PACE = re.compile(r"([124])\s?x(?=\s|$)", re.IGNORECASE)


def _scenario(typed: ParsedCommand, rest: str, part: Argument, known: Vocabulary) -> Read:
    del part, known
    word, after = words.first_word(rest)
    return replace(typed, text=words.readable(word)), after


def _pace(typed: ParsedCommand, rest: str, part: Argument, known: Vocabulary) -> Read:
    del part, known
    found = _PACE.match(rest)
    if found is None:
        return typed, rest
    return replace(typed, number=int(found[1])), rest[found.end() :].strip()


def _begin(typed: ParsedCommand, rest: str, part: Argument, known: Vocabulary) -> Read:
    """When it begins; what is no time and no pace is a mistake, or a title."""
    del part
    time, after = take_time(rest, direction=Direction.AHEAD)
    if after:
        paces = ", ".join(f"{pace}x ({spoken})" for pace, spoken in PACES.items())
        why = f"“{words.readable(rest)[:40]}” is neither a pace ({paces}) nor a time."
        command = f"drill {typed.text}"
        raise DidYouMean(known.name, command=command, title=f"{command} {rest}", why=why)
    return replace(typed, time=time), ""


def _question(typed: ParsedCommand, rest: str, part: Argument, known: Vocabulary) -> Read:
    del part
    key, after = words.first_word(rest)
    if not key or not after:
        raise usage_error(known.name, [typed.action])
    return replace(typed, role=words.readable(key).casefold()), after


def _day(typed: ParsedCommand, rest: str, part: Argument, known: Vocabulary) -> Read:
    if not rest and not part.needed:
        return typed, ""
    said = words.readable(rest)
    is_past = typed.action.name == "post_mortem_began"
    direction = Direction.BACK if is_past else Direction.AHEAD
    time, after = take_time(said, direction=direction, day_alone=not is_past)
    if time and after:
        raise InvalidTime(said)
    if not time:
        if not said:
            raise usage_error(known.name, [typed.action])
        _ask_back(typed, rest, known, InvalidTime(said))
    return replace(typed, time=time), ""


def _export(typed: ParsedCommand, rest: str, part: Argument, known: Vocabulary) -> Read:
    del part
    asked = words.readable(rest).casefold()
    if not asked:
        raise usage_error(known.name, [typed.action])
    if asked not in set(Export):
        raise unknown_export(asked, list(Export))
    return replace(typed, text=asked), ""


KNOWN_SEVERITY = ArgumentKind(name="known_severity", becomes="severity", read=_known_severity)
SEVERITY = ArgumentKind(name="severity", becomes="severity", read=_severity)
ROLE = ArgumentKind(name="role", becomes="role", read=_role)
HOLDER = ArgumentKind(name="holder", becomes="holder", read=_holder)
PEOPLE = ArgumentKind(name="people", becomes="people", read=_people)
OWNER = ArgumentKind(name="owner", becomes="people", read=_owner)
NUMBER = ArgumentKind(name="number", becomes="number", read=_number)
UNTIL = ArgumentKind(name="until", becomes="time", read=_until)
WHAT = ArgumentKind(name="what", becomes="what", read=_what)
CLOCK = ArgumentKind(name="clock", becomes="time", read=_clock)
TEXT = ArgumentKind(name="text", becomes="text", read=_text)
#: A text in which a mention is shown as one.
NOTE = ArgumentKind(name="note", becomes="text", read=_note)
DECISION = ArgumentKind(name="decision", becomes="text", read=_decision)
REASON = ArgumentKind(name="reason", becomes="reason", read=_reason)
DIGEST = ArgumentKind(name="digest", becomes="text", read=_text)
PERIOD = ArgumentKind(name="period", becomes="text", read=_text)
COMMIT = ArgumentKind(name="commit", becomes="commit", read=_commit)
SPOKEN = ArgumentKind(name="spoken", becomes="people", read=_spoken)
STEP = ArgumentKind(name="step", becomes="step", read=_step)
LEAVE = ArgumentKind(name="leave", becomes="people", read=_leave)
BRANCH = ArgumentKind(name="branch", becomes="branch", read=_branch)
FLAG = ArgumentKind(name="flag", becomes="flag", read=_flag)
FILES = ArgumentKind(name="files", becomes="files", read=_files)
SCENARIO = ArgumentKind(name="scenario", becomes="text", read=_scenario)
PACE = ArgumentKind(name="pace", becomes="number", read=_pace)
BEGIN = ArgumentKind(name="begin", becomes="time", read=_begin)
QUESTION = ArgumentKind(name="question", becomes="role", read=_question)
DAY = ArgumentKind(name="day", becomes="time", read=_day)
EXPORT = ArgumentKind(name="export", becomes="text", read=_export)
