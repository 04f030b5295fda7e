"""The public status: drawn from the database, or from the copy while that cannot be read."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from threading import Lock

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chatops.adapters.web.pages.cached_copies import FORMS, Copies, Edition, edition
from chatops.adapters.web.pages.errors import Endpoint
from chatops.adapters.web.pages.rendering import POLICY, PageRenderer, digest
from chatops.application.pages.public import PublicStatus
from chatops.application.ports.storage import StorageError
from chatops.clock import Clock

_log = logging.getLogger(__name__)

#: So long an edition is good enough, however many ask.
_FRESH = timedelta(seconds=3)
#: So long after a trouble the database is not asked again.
_PAUSE = timedelta(seconds=10)
#: Seconds for which somebody waits while another draws.
_PATIENCE = 2.0
#: A copy that says the same is written anew after this, so that it is as of lately.
_COPIED_EVERY = timedelta(seconds=50)
_CACHED = "public, max-age=10, stale-if-error=86400"
_NOTHING_YET = "The status cannot be shown now. Please look again in a few minutes.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    """An edition, when it was drawn, and since when it says what it says."""

    files: Edition
    at: datetime
    changed_at: datetime


class StatusBoard:
    """Draws the public status, keeps it for a moment, and keeps a copy for when it cannot."""

    def __init__(
        self,
        ask: Callable[[datetime], PublicStatus],
        *,
        painter: PageRenderer,
        clock: Clock,
        copies: Copies | None,
        public_url: str = "",
    ) -> None:
        self._ask = ask
        self._painter = painter
        self._clock = clock
        self._copies = copies
        self._public_url = public_url
        self._lock = Lock()
        self._drawn: _Drawn | None = None
        self._copied_at: datetime | None = None
        self._troubled_at: datetime | None = None

    def routes(self, guarded: Callable[[Endpoint], Endpoint]) -> list[Route]:
        """`GET /status`, `/status.atom` and `/status.json`, for everybody."""
        return [Route(path, guarded(self._answer_to(path))) for path in FORMS]

    def refresh(self, now: datetime) -> None:
        """Draw it anew, so that the copy is fresh when it is needed."""
        with self._lock:
            self._newest(now)

    def _answer_to(self, path: str) -> Endpoint:
        name, kind = FORMS[path]

        def answer(request: Request) -> Response:
            drawn = self._at_hand()
            if drawn is None:
                return self._from_copy(name, kind)
            return _conditional(request, drawn.files[name], kind, drawn.changed_at)

        return answer

    def _at_hand(self) -> _Drawn | None:
        """The newest edition; while another thread waits for the database, the one before."""
        if not self._lock.acquire(timeout=_PATIENCE):
            return self._drawn
        try:
            return self._newest(self._clock.now())
        finally:
            self._lock.release()

    def _newest(self, now: datetime) -> _Drawn | None:
        """What is to be shown now; none while the database cannot be read."""
        if self._drawn is not None and timedelta() <= now - self._drawn.at < _FRESH:
            return self._drawn
        if self._troubled_at is not None and now - self._troubled_at < _PAUSE:
            return None
        try:
            status = self._ask(now)
        except StorageError as trouble:
            self._troubled_at, self._drawn = now, None
            facts = {"action": "status_copy_served", "reason": str(trouble)}
            _log.warning("The status page is shown from its copy", extra=facts)
            return None
        self._troubled_at = None
        before, self._drawn = self._drawn, self._draw(status, now)
        self._copy(status, before)
        return self._drawn

    def _draw(self, status: PublicStatus, now: datetime) -> _Drawn:
        """Draw it; what says the same as before says so since then."""
        before = self._drawn
        changed_at = before.changed_at if before else (status.changed_at or now)
        files = self._edition(status, now, changed_at)
        if before is not None and files != before.files:
            changed_at = now
            files = self._edition(status, now, changed_at)
        return _Drawn(files=files, at=now, changed_at=changed_at)

    def _edition(
        self, status: PublicStatus, now: datetime, changed_at: datetime, *, copy: bool = False
    ) -> Edition:
        return edition(
            self._painter,
            status,
            now,
            changed_at=changed_at,
            as_of=now if copy else None,
            public_url=self._public_url,
        )

    def _copy(self, status: PublicStatus, before: _Drawn | None) -> None:
        drawn = self._drawn
        if self._copies is None or drawn is None:
            return
        same = before is not None and before.files == drawn.files
        if same and self._copied_at and drawn.at - self._copied_at < _COPIED_EVERY:
            return
        self._copies.keep(self._edition(status, drawn.at, drawn.changed_at, copy=True))
        self._copied_at = drawn.at

    def _from_copy(self, name: str, kind: str) -> Response:
        kept = self._copies.read(name) if self._copies is not None else None
        if kept is None:
            headers = {"Cache-Control": "no-store", "Retry-After": "60"}
            return Response(_NOTHING_YET, 503, headers, media_type="text/plain")
        return Response(kept, headers=_headers(kind) | {"Cache-Control": "no-cache"})


def _conditional(request: Request, content: bytes, kind: str, changed_at: datetime) -> Response:
    """The content, or word that the one who asks has it already."""
    tag = digest(content)
    headers = _headers(kind) | {
        "Cache-Control": _CACHED,
        "ETag": tag,
        "Last-Modified": format_datetime(changed_at.astimezone(UTC), usegmt=True),
    }
    if _is_known(request, tag, changed_at):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers)


def _is_known(request: Request, tag: str, changed_at: datetime) -> bool:
    tags = request.headers.get("if-none-match")
    if tags is not None:
        return tags.strip() == "*" or tag in {
            each.strip().removeprefix("W/") for each in tags.split(",")
        }
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
    except ValueError:
        return False
    return since.tzinfo is not None and changed_at.replace(microsecond=0) <= since


def _headers(kind: str) -> dict[str, str]:
    """Everybody may read it, from pages of their own too."""
    return {
        "Content-Type": kind,
        "Content-Security-Policy": POLICY,
        "Access-Control-Allow-Origin": "*",
    }
