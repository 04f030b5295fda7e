"""The time zones that people may name beside a time, and which of their abbreviations are certain.

An abbreviation is certain if all zones of the tz database that use it today are at the same offset
then; it stands for that offset, in summer and winter alike. One that means several offsets, or that
the tz database does not know, is never guessed: the person is asked for the name of the zone.
"""

import re
from collections.abc import Mapping
from datetime import UTC, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from chatops.domain.errors import UserError

#: Hours ahead of UTC of each abbreviation with one meaning.
CERTAIN: Mapping[str, float] = {
    "UTC": 0, "GMT": 0, "WET": 0, "BST": 1, "CET": 1, "MET": 1, "WAT": 1, "WEST": 1,
    "CAT": 2, "CEST": 2, "EET": 2, "MEST": 2, "SAST": 2, "EAT": 3, "EEST": 3, "IDT": 3, "MSK": 3,
    "PKT": 5, "WIB": 7, "AWST": 8, "HKT": 8, "WITA": 8, "JST": 9, "KST": 9, "WIT": 9,
    "ACST": 9.5, "AEST": 10, "ACDT": 10.5, "AEDT": 11, "NZST": 12, "NZDT": 13,
    "NDT": -2.5, "ADT": -3, "NST": -3.5, "AST": -4, "EDT": -4, "EST": -5, "MDT": -6, "MST": -7,
    "PDT": -7, "AKDT": -8, "AKST": -9, "HDT": -9, "HST": -10, "SST": -11,
}  # fmt: skip

#: What an abbreviation without one certain meaning may stand for.
UNCERTAIN: Mapping[str, tuple[str, ...]] = {
    "CST": ("America/Chicago", "Asia/Shanghai", "America/Havana"),
    "CDT": ("America/Chicago", "America/Havana"),
    "IST": ("Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"),
    "PST": ("America/Los_Angeles", "Asia/Manila"),
    "ET": ("America/New_York",), "CT": ("America/Chicago",), "MT": ("America/Denver",),
    "PT": ("America/Los_Angeles",), "AMT": ("America/Manaus", "Asia/Yerevan"),
    "ART": ("America/Buenos_Aires",), "BRT": ("America/Sao_Paulo",), "CLT": ("America/Santiago",),
    "COT": ("America/Bogota",), "PET": ("America/Lima",), "GST": ("Asia/Dubai",),
    "ICT": ("Asia/Bangkok",), "IRST": ("Asia/Tehran",), "MYT": ("Asia/Kuala_Lumpur",),
    "NPT": ("Asia/Kathmandu",), "PHT": ("Asia/Manila",), "SGT": ("Asia/Singapore",),
    "TRT": ("Europe/Istanbul",), "UZT": ("Asia/Tashkent",),
}  # fmt: skip

#: Abbreviations that are words, unless they are written in capitals.
_WORDS = frozenset({"ART", "CAT", "EAT", "ET", "MET", "PET", "WEST", "WET", "WIT"})
_AREAS = (
    "Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Brazil|Canada|Chile|Etc|Europe"
    "|Indian|Mexico|Pacific|US"
)
#: A zone where it stands; blanks before it belong to it.
_ZONE = re.compile(
    r"\s*(?:(?P<zulu>Z)|(?:UTC|GMT)(?P<ahead>[+-]\d{1,2}(?::?\d\d)?)|(?P<offset>[+-]\d\d:?\d\d))"
    rf"(?![\w:+-])|\s*(?P<name>(?:{_AREAS})/[A-Za-z0-9_+/-]+|[A-Za-z]+)(?![\w'\u2019+/-])",
    re.IGNORECASE | re.ASCII,
)
_IN_BRACKETS = re.compile(r"\s*\(([^()\s]+)\)")
_OFFSET = re.compile(r"[+-](?P<hours>\d{1,2}):?(?P<minutes>[0-5]\d)?", re.ASCII)
_LARGEST = timedelta(hours=14)


class UncertainZone(UserError):
    """What stands for a zone is none, or may be several; ``zones`` are what is certain."""

    def __init__(self, typed: str, zones: tuple[str, ...]) -> None:
        self.zones = zones
        super().__init__(f"“{typed[:40]}” names no certain time zone.")


def take_zone(text: str, start: int) -> tuple[tzinfo | None, int]:
    """The zone that stands at ``start``, and where it ends; none if there is no zone.

    >>> take_zone("13:50 CET", 5)
    (datetime.timezone(datetime.timedelta(seconds=3600), 'CET'), 9)
    >>> take_zone("13:50 met the vendor", 5)
    (None, 5)

    Raises:
        UncertainZone
    """
    if bracketed := _IN_BRACKETS.match(text, start):
        zone, end = take_zone(bracketed[1], 0)
        is_all = zone is not None and end == len(bracketed[1])
        return (zone, bracketed.end()) if is_all else (None, start)
    found = _ZONE.match(text, start)
    if found is None:
        return None, start
    if found["zulu"]:
        return UTC, found.end()
    if offset := found["ahead"] or found["offset"]:
        return _at_offset(offset), found.end()
    zone = _named(found["name"])
    return zone, found.end() if zone else start


def label(zone: tzinfo) -> str:
    """What to call a zone so that it is read again; an empty text if it has no such name."""
    name = zone.key if isinstance(zone, ZoneInfo) else f"{zone}"
    try:
        again, end = take_zone(f" {name}", 0)
    except UncertainZone:
        return ""
    return name if again == zone and end == len(name) + 1 else ""


def _at_offset(typed: str) -> tzinfo:
    found = _OFFSET.fullmatch(typed)
    hours, minutes = (int(found["hours"]), int(found["minutes"] or 0)) if found else (99, 0)
    offset = timedelta(hours=hours, minutes=minutes)
    if offset > _LARGEST:
        raise UncertainZone(typed, ("UTC", "Europe/Berlin"))
    return timezone(-offset if typed.startswith("-") else offset) if offset else UTC


def _named(name: str) -> tzinfo | None:
    """The zone of a name or an abbreviation; none for a word that is neither."""
    if "/" in name:
        return _of_database(name)
    short = name.upper()
    if short in _WORDS and name != short:
        return None
    if short in UNCERTAIN:
        raise UncertainZone(name, UNCERTAIN[short])
    if short not in CERTAIN:
        return None
    return timezone(timedelta(hours=CERTAIN[short]), short) if CERTAIN[short] else _zero(short)


def _zero(short: str) -> tzinfo:
    return UTC if short == "UTC" else timezone(timedelta(), short)


def _of_database(name: str) -> tzinfo:
    for spelling in (name, name.title()):
        try:
            return ZoneInfo(spelling)
        except (ValueError, OSError, LookupError):
            continue
    raise UncertainZone(name, ("Europe/Berlin", "UTC"))
