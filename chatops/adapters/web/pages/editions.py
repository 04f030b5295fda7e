"""The public status in its three forms, as one edition: page, feed and data."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from chatops.adapters.web.pages.painting import Painter, iso
from chatops.application.pages.public import PublicIncident, PublicStatus, PublicWord

PAGE, FEED, DATA = "status.html", "status.atom", "status.json"
#: Every form, under the path on which it is answered, with its type.
FORMS: Mapping[str, tuple[str, str]] = {
    "/status": (PAGE, "text/html; charset=utf-8"),
    "/status.atom": (FEED, "application/atom+xml; charset=utf-8"),
    "/status.json": (DATA, "application/json"),
}
#: How many of the newest words the feed holds.
_FEED_LENGTH = 100

Edition = Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """A word of the feed, and the incident that it is about."""

    incident: PublicIncident
    word: PublicWord


def edition(
    painter: Painter,
    status: PublicStatus,
    now: datetime,
    *,
    changed_at: datetime,
    as_of: datetime | None = None,
    public_url: str = "",
) -> Edition:
    """Draw all three; a copy says ``as_of`` when it was made."""
    facts = {
        "status": status,
        "now": now,
        "as_of": as_of,
        "changed_at": changed_at,
        "site": public_url,
        "news": _news(status),
        "feed_id": uuid5(NAMESPACE_URL, f"{public_url}/status.atom"),
    }
    return {
        PAGE: painter.paint(PAGE, facts).encode(),
        FEED: painter.paint(FEED, facts).encode(),
        DATA: _data(status, as_of),
    }


def _news(status: PublicStatus) -> Sequence[News]:
    """The newest words of all incidents, newest first."""
    news = [News(incident=each, word=word) for each in status.all for word in each.words]
    news.sort(key=lambda each: each.word.at, reverse=True)
    return news[:_FEED_LENGTH]


def _data(status: PublicStatus, as_of: datetime | None) -> bytes:
    changed = status.changed_at
    shown = {
        "as_of": iso(as_of) if as_of else None,
        "all_in_order": not status.running,
        "updated": iso(changed) if changed else None,
        "incidents": [_incident(each) for each in status.running],
        "resolved": [_incident(each) for each in status.resolved],
    }
    return json.dumps(shown, indent=1).encode()


def _incident(each: PublicIncident) -> Mapping[str, object]:
    return {
        "id": str(each.id),
        "title": each.title,
        "status": each.status.label,
        "since": iso(each.since),
        "last_word": each.last,
        "next_word_by": iso(each.next_at) if each.next_at else None,
        "resolved_at": iso(each.resolved_at) if each.resolved_at else None,
        "lasted_seconds": int(each.lasted.total_seconds()) if each.lasted is not None else None,
        "words": [
            {
                "id": str(word.id),
                "at": iso(word.at),
                "heading": word.heading,
                "text": word.text,
            }
            for word in each.words
        ],
    }
