"""Says whether the process lives, and whether it can do its work now."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatops.clock import Clock

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One thing that must be so for work to be done; ``trouble`` says what is wrong, or nothing.

    Whoever asks learns the name alone: the words may hold addresses, and go to the log.
    """

    name: str
    trouble: Callable[[], str | None]


def heard_of(
    name: str, last: Callable[[], datetime | None], *, within: timedelta, clock: Clock
) -> Probe:
    """A probe of something that must have given a sign of life ``within`` this time."""

    def trouble() -> str | None:
        at = last()
        if at is None:
            return "it has given no sign of life yet"
        silent = clock.now() - at
        return f"its last sign of life was {silent} ago" if silent > within else None

    return Probe(name=name, trouble=trouble)


def health_routes(probes: Sequence[Probe]) -> list[Route]:
    """`GET /healthz`: the process lives. `GET /readyz`: 200 if every probe is well, else 503."""

    def healthz(_request: Request) -> Response:
        return PlainTextResponse("alive\n")

    def readyz(_request: Request) -> Response:
        checks = {probe.name: "ok" if _is_well(probe) else "failing" for probe in probes}
        ready = "failing" not in checks.values()
        return JSONResponse({"ready": ready, "checks": checks}, 200 if ready else 503)

    return [Route("/healthz", healthz), Route("/readyz", readyz)]


def _is_well(probe: Probe) -> bool:
    try:
        trouble = probe.trouble()
    except Exception as error:  # noqa: BLE001 - whatever a probe meets, the answer is "not ready"
        trouble = f"{type(error).__name__}: {error}"
    if trouble:
        facts = {"action": "probe_failing", "probe": probe.name, "trouble": trouble}
        _log.warning("A readiness probe is failing", extra=facts)
    return not trouble


_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class SecurityHeaders:
    """ASGI middleware; a header that a page sets for itself stays."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_secured if scope["type"] == "http" else send)
