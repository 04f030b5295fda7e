"""The few kinds of check that all rules about blocks are made of."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(slots=True, kw_only=True)
class Findings:
    """What was found in one message or view: complaints, and what must be unique in it."""

    complaints: list[str] = field(default_factory=list)
    block_ids: set[str] = field(default_factory=set)
    focused: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockPath:
    """A place in the JSON that is being checked; complaints name it as Slack does."""

    pointer: str
    findings: Findings

    def at(self, key: str | int) -> "BlockPath":
        return BlockPath(pointer=f"{self.pointer}/{key}", findings=self.findings)

    def complain(self, words: str) -> None:
        self.findings.complaints.append(f"{words} [json-pointer:{self.pointer}]")


class ContentCheck(Protocol):
    """Looks at a value and complains at its place."""

    def __call__(self, value: Any, place: BlockPath, /) -> None: ...


def text(longest: int, *, shortest: int = 1) -> ContentCheck:
    """Accept a string of a certain length."""

    def check(value: Any, place: BlockPath) -> None:
        if not isinstance(value, str):
            place.complain("must provide a string")
        elif len(value) < shortest:
            place.complain(f"must be more than {shortest - 1} characters")
        elif len(value) > longest:
            place.complain(f"must be less than {longest + 1} characters")

    return check


def matching(pattern: str, words: str) -> ContentCheck:
    """Accept a string of a certain form."""
    form = re.compile(pattern)

    def check(value: Any, place: BlockPath) -> None:
        if not isinstance(value, str) or not form.fullmatch(value):
            place.complain(words)

    return check


def flag(value: Any, place: BlockPath) -> None:
    """Accept true or false."""
    if not isinstance(value, bool):
        place.complain("must be a boolean")


def number(least: float, most: float) -> ContentCheck:
    """Accept a number within bounds."""

    def check(value: Any, place: BlockPath) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            place.complain("must be a number")
        elif not least <= value <= most:
            place.complain(f"must be between {least:g} and {most:g}")

    return check


def choice(*values: str) -> ContentCheck:
    """Accept one of a few strings."""

    def check(value: Any, place: BlockPath) -> None:
        if value not in values:
            place.complain(f"must be one of: {', '.join(values)}")

    return check


def listing(item: ContentCheck, *, most: int, least: int = 1) -> ContentCheck:
    """Accept an array of so many items, each of which passes ``item``."""

    def check(value: Any, place: BlockPath) -> None:
        if not isinstance(value, list):
            place.complain("must provide an array")
            return
        if len(value) > most:
            place.complain(f"no more than {most} items allowed")
        if len(value) < least:
            place.complain(f"no fewer than {least} items allowed")
        for index, one in enumerate(value):
            item(one, place.at(index))

    return check


def record(
    required: Mapping[str, ContentCheck] | None = None,
    optional: Mapping[str, ContentCheck] | None = None,
    *,
    also: Iterable[ContentCheck] = (),
) -> ContentCheck:
    """Accept an object with these fields and no other; ``also`` looks at it as a whole."""
    needed = dict(required or {})
    known = needed | dict(optional or {})
    further = tuple(also)

    def check(value: Any, place: BlockPath) -> None:
        if not isinstance(value, dict):
            place.complain("must provide an object")
            return
        for name in needed:
            if name not in value:
                place.complain(f"missing required field: {name}")
        for name, one in value.items():
            if name in known:
                known[name](one, place.at(name))
            else:
                place.complain(f"invalid additional property: {name}")
        for one in further:
            one(value, place)

    return check


def by_type(kinds: Mapping[str, ContentCheck]) -> ContentCheck:
    """Accept an object whose ``type`` is a known one and that passes that type's check."""

    def check(value: Any, place: BlockPath) -> None:
        if not isinstance(value, dict):
            place.complain("must provide an object")
        elif "type" not in value:
            place.complain("missing required field: type")
        elif not isinstance(value["type"], str) or value["type"] not in kinds:
            place.at("type").complain(f"unsupported type: {value['type']}")
        else:
            kinds[value["type"]](value, place)

    return check


def either(*names: str) -> ContentCheck:
    """Ask for at least one of the named fields."""

    def check(value: Any, place: BlockPath) -> None:
        if not any(value.get(name) for name in names):
            place.complain(f"missing required field: {' or '.join(names)}")

    return check


def not_both(one: str, other: str) -> ContentCheck:
    """Refuse two fields that exclude each other."""

    def check(value: Any, place: BlockPath) -> None:
        if one in value and other in value:
            place.complain(f"cannot have both {one} and {other}")

    return check


def anything(_value: Any, _place: BlockPath) -> None:
    """Accept whatever it is."""


def rows(value: Any) -> list[Any]:
    """Take an array for what it is, and anything else for an empty one."""
    return value if isinstance(value, list) else []
