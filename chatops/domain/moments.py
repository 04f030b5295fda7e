"""Understands the times that people type: a duration from now, or a time of day."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chatops.domain.durations import UnknownDuration, parse
from chatops.domain.errors import BadMoment

_TIME_OF_DAY = re.compile(
    r"(?P<hour>[01]?\d|2[0-3])[:.h](?P<minute>[0-5]\d)(?P<utc>\s*utc)?", re.IGNORECASE
)
#: Nothing is promised for later than this.
_FARTHEST = timedelta(days=14)


def moment(text: str, *, now: datetime, zone: str) -> datetime:
    """The moment meant by ``15 min``, ``1 h``, ``15:30`` (in ``zone``, today or tomorrow).

    Raises:
        BadMoment: not understood, not in the future, or more than 14 days away.
    """
    asked = text.strip()
    found = _TIME_OF_DAY.fullmatch(asked)
    if found:
        local = now.astimezone(ZoneInfo("UTC" if found["utc"] else zone))
        at = local.replace(
            hour=int(found["hour"]), minute=int(found["minute"]), second=0, microsecond=0
        )
        return (at if at > local else at + timedelta(days=1)).astimezone(now.tzinfo)
    try:
        span = parse(asked)
    except UnknownDuration as error:
        raise BadMoment(asked) from error
    if not timedelta() < span <= _FARTHEST:
        raise BadMoment(asked)
    return now + span
