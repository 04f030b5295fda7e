"""Slack's date tokens as ``<time>`` elements: UTC from here, the reader's zone by script."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from markupsafe import Markup

from chatops.playground.page.blockkit.html import tag

_TOKEN = re.compile(r"\{(\w+)\}")


def _ordinal(day: int) -> str:
    if day in {11, 12, 13}:
        return f"{day}th"
    return f"{day}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th') }"


def _date(at: datetime) -> str:
    return f"{at:%B} {_ordinal(at.day)}, {at.year}"


def _date_short(at: datetime) -> str:
    return f"{at:%b} {at.day}, {at.year}"


def _date_long(at: datetime) -> str:
    return f"{at:%A}, {_date(at)}"


_FORMATS: dict[str, Callable[[datetime], str]] = {
    "ago": lambda at: f"{_date_short(at)} {at:%H:%M} UTC",
    "clock": lambda at: f"{at:%a} {at.day} {at:%b}, {at:%H:%M} UTC",
    "date": _date,
    "date_long": _date_long,
    "date_long_full": lambda at: f"{at:%B} {at.day}, {at.year}",
    "date_long_pretty": _date_long,
    "date_num": lambda at: f"{at:%Y-%m-%d}",
    "date_pretty": _date,
    "date_short": _date_short,
    "date_short_pretty": _date_short,
    "date_slash": lambda at: f"{at:%d/%m/%Y}",
    "day_divider_pretty": _date_long,
    "time": lambda at: f"{at:%H:%M} UTC",
    "time_secs": lambda at: f"{at:%H:%M:%S} UTC",
}


def moment(seconds: float, pattern: str, *, class_: str | None = None) -> Markup:
    """One moment, written by ``pattern``.

    >>> moment(1392734382, "{date_short} at {time}")
    Markup('<time datetime="2014-02-18T14:39:42Z" data-format="{date_short} at {time}">\
Feb 18, 2014 at 14:39 UTC</time>')
    """
    at = datetime.fromtimestamp(seconds, UTC)
    return tag(
        "time",
        in_utc(at, pattern),
        datetime=f"{at:%Y-%m-%dT%H:%M:%SZ}",
        data_format=pattern,
        class_=class_,
    )


def in_utc(at: datetime, pattern: str) -> str:
    """The pattern filled in for UTC; a token we do not know stays as it is."""
    return _TOKEN.sub(lambda found: _token(found, at), pattern)


def _token(found: re.Match[str], at: datetime) -> str:
    written = _FORMATS.get(found.group(1))
    return found.group() if written is None else written(at)
