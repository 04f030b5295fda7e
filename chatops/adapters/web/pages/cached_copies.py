"""Keeps a copy of the public status as files, which are still there when the database is not."""

import json
import logging
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from uuid import NAMESPACE_URL, uuid5

from chatops.adapters.web.pages.rendering import ASSETS, PageRenderer, iso
from chatops.application.pages.public import PublicIncident, PublicStatus, PublicWord

_log = logging.getLogger(__name__)
#: Everybody may read what everybody may know: a web server of the team's own, too.
_FOR_EVERYBODY = 0o644


class Copies:
    """Files in one folder: ``status.html``, ``status.atom``, ``status.json`` and what they load.

    A team may serve the folder from anywhere: its files refer to nothing outside.
    """

    def __init__(self, folder: Path, *, assets: Path) -> None:
        self._folder = folder
        self._assets = assets
        self._dressed = False

    def keep(self, files: Mapping[str, bytes]) -> None:
        """Put each file in its place at once, so that nobody reads half of one."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._dress()
            for name, content in files.items():
                _put(self._folder / name, content)
        except OSError as error:
            facts = {"action": "status_copy", "folder": str(self._folder), "reason": str(error)}
            _log.warning("The copy of the status page could not be written", extra=facts)

    def read(self, name: str) -> bytes | None:
        """A file as it was last kept, by this process or by one before."""
        try:
            return (self._folder / name).read_bytes()
        except OSError:
            return None

    def _dress(self) -> None:
        """Put style sheet and script beside the pages, once for each process."""
        if not self._dressed:
            shutil.copytree(self._assets, self._folder / ASSETS, dirs_exist_ok=True)
            self._dressed = True


def _put(file: Path, content: bytes) -> None:
    with NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as draft:
        draft.write(content)
    try:
        os.chmod(draft.name, _FOR_EVERYBODY)  # noqa: PTH101 - the draft has a name, not a path
        os.replace(draft.name, file)  # noqa: PTH105 - same
    except OSError:
        Path(draft.name).unlink(missing_ok=True)
        raise


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
class FeedEntry:
    """A word of the feed, and the incident that it is about."""

    incident: PublicIncident
    word: PublicWord


def edition(
    painter: PageRenderer,
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


def _news(status: PublicStatus) -> Sequence[FeedEntry]:
    """The newest words of all incidents, newest first."""
    news = [FeedEntry(incident=each, word=word) for each in status.all for word in each.words]
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
