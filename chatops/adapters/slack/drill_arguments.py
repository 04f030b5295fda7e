"""Understands the arguments of commands about drills."""

import re
from collections.abc import Mapping
from dataclasses import replace

from chatops.adapters.slack import command_words as words
from chatops.adapters.slack.command_arguments import Read, Reader, Typed, Vocabulary
from chatops.adapters.slack.command_table import Kind, Part
from chatops.adapters.slack.command_usage import Usage
from chatops.domain.drills.scenario import PACES

_PACE = re.compile(r"([124])\s?x(?=\s|$)", re.IGNORECASE)


def _scenario(typed: Typed, rest: str, part: Part, known: Vocabulary) -> Read:
    del part, known
    word, after = words.first_word(rest)
    return replace(typed, text=words.readable(word)), after


def _pace(typed: Typed, rest: str, part: Part, known: Vocabulary) -> Read:
    del part, known
    found = _PACE.match(rest)
    if found is None:
        return typed, rest
    return replace(typed, number=int(found[1])), rest[found.end() :].strip()


def _begin(typed: Typed, rest: str, part: Part, known: Vocabulary) -> Read:
    """When it begins; what is no time and no pace is a mistake, or a title."""
    del part
    time, after = words.take_time(rest)
    if after:
        title = words.readable(f"drill {typed.text} {rest}")[:80]
        paces = ", ".join(f"{pace}x ({spoken})" for pace, spoken in PACES.items())
        hint = (
            f"“{words.readable(rest)[:40]}” is neither a pace ({paces}) nor a time. To declare an"
            f" incident: `{known.name} declare {title}`. For a drill:"
        )
        raise Usage(known.name, [typed.command], hint)
    return replace(typed, time=time), ""


READERS: Mapping[Kind, Reader] = {
    Kind.SCENARIO: _scenario,
    Kind.PACE: _pace,
    Kind.BEGIN: _begin,
}
