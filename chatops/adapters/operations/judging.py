"""Judges the answer to a check: whether it is the right one, and what to tell people of it."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import Any

from chatops.adapters.operations.asking import Answered
from chatops.adapters.operations.plain import cut, plain
from chatops.application.ports.external import Reading
from chatops.domain.git.versions import UnreadableVersion, Version
from chatops.domain.services import Check

_NUMBER = re.compile(r"\s*([-+]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,3})?)\s*[^\s\d]{0,8}\s*")
_COMMIT = re.compile(r"[0-9a-f]{7,64}")
#: A full commit id is one of SHA-1 or of SHA-256.
_WHOLE_COMMIT = (40, 64)
_INDEX = re.compile(r"\[(\d{1,6})\]")
_LONGEST = 60
_DEEPEST = 20


class _Wrong(Exception):  # noqa: N818 - what is wrong with an answer; told, never raised further
    """The answer is not what a check can be made of."""


def judge(check: Check, answer: Answered, *, wanted: str | None, first: float | None) -> Reading:
    """What the answer says; ``wanted`` is ``check.equals`` filled in."""
    status = str(answer.status)
    if answer.elsewhere:
        said = f"{status} to {cut(plain(answer.elsewhere), _LONGEST)}, wanted {check.status}"
        return Reading(good=False, said=said)
    if answer.status != check.status:
        return Reading(good=False, said=f"{status}, wanted {check.status}")
    text = answer.body.decode("utf-8", "replace")
    if check.contains is not None and check.contains not in text:
        said = f"{status}, but “{cut(check.contains, _LONGEST)}” is not in the answer"
        return Reading(good=False, said=said)
    try:
        return _judge_value(check, status, answer, wanted=wanted, first=first)
    except _Wrong as wrong:
        return Reading(good=False, said=f"{status}, but the answer {wrong}")


def _judge_value(
    check: Check, status: str, answer: Answered, *, wanted: str | None, first: float | None
) -> Reading:
    if check.json is None and wanted is None and check.below is None and not check.falls:
        return Reading(good=True, said=status)
    found = _value(check, answer)
    name = "" if check.json is None else _name(check.json)
    if check.below is not None or check.falls:
        return _judge_number(check, _number(found, name), first=first)
    if wanted is None:
        return Reading(good=True, said=f"{status}, {_named(name, found)}")
    good = is_same(_text(found), wanted)
    more = "" if good else f", wanted {cut(wanted, _LONGEST)}"
    return Reading(good=good, said=f"{status}, {_named(name, found)}{more}")


def _judge_number(check: Check, number: float, *, first: float | None) -> Reading:
    told: list[str] = []
    good = True
    if check.below is not None and number >= check.below:
        good = False
        told.append(f"wanted below {spoken(check.below)}")
    if check.falls:
        has_fallen = number <= 0 or (first is not None and number < first)
        good = good and has_fallen
        if first is not None:
            told.append(f"was {spoken(first)} at first")
        elif not has_fallen:
            told.append("to be compared with the next")
    return Reading(good=good, said=", ".join([spoken(number), *told]), value=number)


def is_same(found: str, wanted: str) -> bool:
    """Whether two values mean the same: versions with or without a ``v``, commits cut short.

    >>> is_same("v1.2.4", "1.2.4"), is_same("4f2c9e1", "4f2c9e1b7d3a5c8e9f0a1b2c3d4e5f6a7b8c9d0e")
    (True, True)
    """
    one, other = found.strip(), wanted.strip()
    return one == other or _same_version(one, other) or _same_commit(one.lower(), other.lower())


def spoken(number: float) -> str:
    """A number as people write it.

    >>> spoken(38.0), spoken(0.30000000000000004), spoken(1234567)
    ('38', '0.3', '1,234,567')
    """
    return f"{number:,.10g}"


def _same_version(one: str, other: str) -> bool:
    bare = [each.removeprefix("v").removeprefix("V") for each in (one, other)]
    try:
        first, second = map(Version.parse, bare)
    except UnreadableVersion:
        return False
    return first == second


def _same_commit(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if len(long) not in _WHOLE_COMMIT or not _COMMIT.fullmatch(short):
        return False
    return bool(_COMMIT.fullmatch(long)) and long.startswith(short)


def _value(check: Check, answer: Answered) -> Any:
    if check.json is None:
        return answer.body.decode("utf-8", "replace")
    try:
        data = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        why = "is not JSON" if answer.whole else "is longer than 1 MB"
        raise _Wrong(why) from error
    for found in _at(data, _steps(check.json)):
        return found
    why = f"has no {cut(check.json, _LONGEST)}"
    raise _Wrong(why)


def _steps(path: str) -> tuple[str, ...]:
    return tuple(_INDEX.sub(r".\1", path).strip(".").split("."))[:_DEEPEST]


def _at(data: Any, steps: Sequence[str]) -> Iterator[Any]:
    """What stands at a path; keys may have dots in them."""
    if not steps:
        yield data
    elif isinstance(data, list):
        if steps[0].isdecimal() and int(steps[0]) < len(data):
            yield from _at(data[int(steps[0])], steps[1:])
    elif isinstance(data, Mapping):
        for length in range(1, len(steps) + 1):
            key = ".".join(steps[:length])
            if key in data:
                yield from _at(data[key], steps[length:])


def _number(found: Any, name: str) -> float:
    number: float | None = None
    if isinstance(found, str) and (written := _NUMBER.fullmatch(found)):
        number = float(written[1])
    elif isinstance(found, int | float) and not isinstance(found, bool):
        number = _as_float(found)
    if number is None or not isfinite(number):
        why = f"is {_named(name, found)}, and a number was wanted"
        raise _Wrong(why)
    return number


def _as_float(found: float) -> float | None:
    try:
        return float(found)
    except OverflowError:
        return None


def _text(found: Any) -> str:
    return found if isinstance(found, str) else json.dumps(found)


def _name(path: str) -> str:
    """The last word of a path: “version” of ``build.version``."""
    return next((step for step in reversed(_steps(path)) if not step.isdecimal()), "")


def _named(name: str, found: Any) -> str:
    value = cut(" ".join(plain(_text(found)).split()) or "nothing", _LONGEST)
    return f"{name.replace('_', ' ')} {value}".strip()
