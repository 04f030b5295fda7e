"""Understands the arguments that only post-mortems and reviews have."""

import re
from collections.abc import Mapping
from dataclasses import replace

from chatops.adapters.slack import command_words as words
from chatops.adapters.slack.command_arguments import Read, Reader, Typed, Vocabulary
from chatops.adapters.slack.command_table import Kind, Part
from chatops.adapters.slack.command_usage import Usage
from chatops.domain.postmortem.model import Export, UnknownExport

#: What a day or a time begins with; anything else is a title that begins with the same word.
_LIKE_A_DAY = re.compile(
    r"(?:\d|(?:at|on)\s|today|tomorrow|yesterday|mon|tue|wed|thu|fri|sat|sun)", re.IGNORECASE
)
_LEAD_IN = re.compile(r"(?:at|on)\s+", re.IGNORECASE)


def _question(typed: Typed, rest: str, part: Part, known: Vocabulary) -> Read:
    del part
    key, after = words.first_word(rest)
    if not key or not after:
        raise Usage(known.name, [typed.command])
    return replace(typed, role=words.readable(key).casefold()), after


def _day(typed: Typed, rest: str, part: Part, known: Vocabulary) -> Read:
    if not rest and not part.needed:
        return typed, ""
    said = words.readable(rest)
    if not _LIKE_A_DAY.match(said):
        title = " ".join([*typed.command.words, said])[:80]
        hint = f"To declare it: `{known.name} declare {title}`. Otherwise say when:"
        raise Usage(known.name, [typed.command], hint if said else "")
    return replace(typed, time=_LEAD_IN.sub("", said, count=1)), ""


def _export(typed: Typed, rest: str, part: Part, known: Vocabulary) -> Read:
    del part
    asked = words.readable(rest).casefold()
    if not asked:
        raise Usage(known.name, [typed.command])
    if asked not in set(Export):
        raise UnknownExport(asked, list(Export))
    return replace(typed, text=asked), ""


READERS: Mapping[Kind, Reader] = {
    Kind.QUESTION: _question,
    Kind.DAY: _day,
    Kind.EXPORT: _export,
}
