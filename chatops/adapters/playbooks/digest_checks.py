"""What must be right about a playbook's digests: when they come, and where they go."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from apscheduler.triggers.cron import CronTrigger

from chatops.adapters.playbooks.reading import Place
from chatops.domain.playbook.policy import Digest

_FIELDS = ("minute", "hour", "day", "month", "weekday")
_WEEKDAY = re.compile(r"\d")
_WRITTEN = "write it as “0 9 * * mon-fri”: minute, hour, day, month, weekday"
_ANY_DAY = datetime(2024, 1, 1, tzinfo=UTC)
_RAREST = timedelta(days=366 * 4)


def digest_findings(digests: tuple[Digest, ...]) -> Iterator[tuple[Place, str]]:
    """Find digests that could never be sent, or not when it is thought."""
    for index, digest in enumerate(digests):
        place: Place = ("digests", index)
        if not digest.key.strip():
            yield (*place, "key"), "needs a name, such as daily: it is what people ask for"
        if not digest.channel.strip():
            yield (*place, "channel"), "name stakeholders, alerts, or a channel"
        if digest.covers <= timedelta():
            yield (*place, "covers"), "must be longer than nothing"
        if wrong := _wrong(digest.cron):
            yield (*place, "cron"), f"“{digest.cron}” {wrong}"


def _wrong(cron: str) -> str:
    """What is wrong with an expression; nothing if it is fine."""
    fields = cron.split()
    if len(fields) != len(_FIELDS):
        return f"has {len(fields)} fields, and five are needed; {_WRITTEN}"
    if _WEEKDAY.search(fields[-1]):
        return "numbers the weekday, which not everybody counts alike; name it: mon, tue-fri, sun"
    try:
        trigger = CronTrigger.from_crontab(cron, timezone=UTC)
    except ValueError as error:
        return f"is not understood ({error}); {_WRITTEN}"
    first = trigger.get_next_fire_time(None, _ANY_DAY)
    return "" if first is not None and first - _ANY_DAY <= _RAREST else "never comes"
