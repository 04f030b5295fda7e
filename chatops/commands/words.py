"""Reads the words of a command: what Slack escaped, whom they mention, and what a slip meant."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chatops.domain.text import closest_match, sendable

#: A person or a user group as Slack writes them into a command.
_MENTION = re.compile(
    r"<(?:@(?P<user>[UW][A-Z0-9]+)|!subteam\^(?P<group>S[A-Z0-9]+))(?:\|[^<>]*)?>"
)
_USER = re.compile(r"<@([UW][A-Z0-9]+)\|([^<>]+)>")
_USER_ID = re.compile(r"<@([UW][A-Z0-9]+)\|[^<>]*>")
_LABELLED = re.compile(r"<(?:#[CG][A-Z0-9]+|!subteam\^S[A-Z0-9]+|!date[^<>|]*)\|([^<>]*)>")
_BROADCAST = re.compile(r"<!(channel|here|everyone)(?:\|[^<>]*)?>")
_LINK = re.compile(r"<((?:https?|mailto):[^<>|]+)(?:\|[^<>]*)?>")
_NUMBER = re.compile(r"#?(\d{1,9})(?=\s|$)")
_BECAUSE = re.compile(r"\s+because\s+|\s*,\s*because\s+", re.IGNORECASE)
_QUOTES = tuple((pair[0], pair[1]) for pair in ('""', "''", "“”", "„“", "\u2018\u2019", "«»", "””"))
_STRANGER = re.compile(r"(?<!\S)@\w\S*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentioned:
    """Somebody whom a command names: a person's id, a user group's or an audience's name."""

    id: str
    is_group: bool = False


def readable(text: str) -> str:
    """What was typed, as plain words.

    >>> readable("ask <@U1|sam> in <#C1|general> &lt;now&gt; &amp; see <https://x.test|x.test>")
    'ask @sam in #general <now> & see https://x.test'
    """
    return kept(_USER.sub(r"@\2", text))


def kept(text: str) -> str:
    """What was typed, as plain words in which a mention stays one: ``<@U1>``.

    >>> kept("ask <@U1|sam> and <!subteam^S1|@ops>, not <!here>")
    'ask <@U1> and @ops, not @here'
    """
    words = _USER_ID.sub(r"<@\1>", sendable(text))
    words = _LABELLED.sub(_label, words)
    words = _LINK.sub(r"\1", _BROADCAST.sub(r"@\1", words))
    return unquoted(words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip())


def _label(found: re.Match[str]) -> str:
    return f"#{found[1]}" if found[0].startswith("<#") else found[1]


def unquoted(text: str) -> str:
    """A text without the quotes around the whole of it, straight or curly.

    >>> unquoted("“checkout is down”"), unquoted('say "hello" and "bye"')
    ('checkout is down', 'say "hello" and "bye"')
    """
    for opening, closing in _QUOTES:
        inner = text[1:-1]
        around = len(text) > 1 and text[0] == opening and text[-1] == closing
        if around and opening not in inner and closing not in inner:
            return inner.strip()
    return text


def first_word(text: str) -> tuple[str, str]:
    parts = text.split(maxsplit=1)
    return (parts[0], "".join(parts[1:]).strip()) if parts else ("", "")


def take_mention(text: str) -> tuple[Mentioned | None, str]:
    """The mention at the beginning, and what follows it."""
    found = _MENTION.match(text)
    if found is None:
        return None, text
    return _mentioned(found), text[found.end() :].strip()


def take_people(text: str, audiences: Sequence[str]) -> tuple[tuple[Mentioned, ...], str]:
    """All mentions and audience names at the beginning, and what follows them."""
    people: list[Mentioned] = []
    rest = text
    while True:
        rest = re.sub(r"^(?:,|and\b)\s*", "", rest) if people else rest
        one, rest = take_mention(rest)
        if one is None:
            word, after = first_word(rest)
            name = word.strip("@,").replace("-", "_").casefold()
            if name not in audiences:
                return tuple(people), rest
            one, rest = Mentioned(id=name, is_group=True), after
        people.append(one)


def take_owner(text: str) -> tuple[Mentioned | None, str]:
    """The one mention that stands at the end, or else at the beginning."""
    mentions = list(_MENTION.finditer(text))
    if mentions and mentions[-1].end() == len(text.rstrip()):
        return _mentioned(mentions[-1]), text[: mentions[-1].start()].strip()
    return take_mention(text)


def before_mention(text: str) -> tuple[str, str]:
    """The words before the first mention, and the rest from there."""
    found = _MENTION.search(text)
    return (
        (text.strip(), "")
        if found is None
        else (text[: found.start()].strip(), text[found.start() :])
    )


def stranger(text: str) -> str:
    """The first name that Slack did not make a mention of, because nobody is called that.

    >>> stranger("commander @samm"), stranger("commander <@U1|sam>")
    ('@samm', '')
    """
    found = _STRANGER.search(text)
    return found[0] if found else ""


def take_number(text: str) -> tuple[int | None, str]:
    found = _NUMBER.match(text)
    return (int(found[1]), text[found.end() :].strip()) if found else (None, text)


def split_reason(text: str) -> tuple[str, str]:
    """A decision and, after “because”, its reason.

    >>> split_reason("roll back because the fix takes too long")
    ('roll back', 'the fix takes too long')
    """
    parts = _BECAUSE.split(text, maxsplit=1)
    return (parts[0].strip(), parts[1].strip()) if len(parts) > 1 else (text.strip(), "")


def _mentioned(found: re.Match[str]) -> Mentioned:
    if found["user"]:
        return Mentioned(id=found["user"])
    return Mentioned(id=found["group"], is_group=True)


#: Stricter than elsewhere, as most of what is typed is a title: “checkout” is no slip of “check”.
_LIKENESS, _LETTERS_MORE_OR_LESS = 0.75, 2


def nearest(typed: str, choices: Iterable[str]) -> str:
    """The choice that ``typed`` is a slip of, or an empty text.

    >>> nearest("udpate", ["update", "page"]), nearest("checkout", ["update", "check"])
    ('update', '')
    >>> nearest("akc", ["ack", "due"])
    'ack'
    """
    choices = list(choices)
    for swapped in (each for each in choices if sorted(each) == sorted(typed.casefold())):
        return swapped
    as_long = [each for each in choices if abs(len(each) - len(typed)) <= _LETTERS_MORE_OR_LESS]
    return closest_match(typed, as_long, likeness=_LIKENESS) or ""
