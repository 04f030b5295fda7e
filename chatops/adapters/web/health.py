"""Says whether the process lives and can work now, and counts what it does for Prometheus."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
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


_LATENESS = (0.1, 0.5, 1, 2, 5, 15, 60, 300, 900, 3600)
#: Severity to the number of open incidents; private ones and drills are counted, never named.
OpenIncidents = Callable[[], Mapping[str, int]]


class PrometheusMetrics:
    """The bot's figures, in a registry of their own."""

    def __init__(self, open_incidents: OpenIncidents) -> None:
        self._registry = CollectorRegistry()
        self._effects = Counter(
            "chatops_effects",
            "Outward acts completed, by kind and outcome.",
            ("kind", "outcome"),
            registry=self._registry,
        )
        self._lateness = Histogram(
            "chatops_promise_lateness_seconds",
            "Time from when a promise was due to when it was handled.",
            ("kind",),
            buckets=_LATENESS,
            registry=self._registry,
        )
        self._deliveries = Counter(
            "chatops_deliveries",
            "Requests from Slack, by kind and outcome.",
            ("kind", "outcome"),
            registry=self._registry,
        )
        self._slack = Gauge(
            "chatops_slack_last_success_timestamp_seconds",
            "When Slack last did what it was asked.",
            registry=self._registry,
        )
        self._registry.register(_OpenIncidents(open_incidents))
        ProcessCollector(registry=self._registry)

    def effect_settled(self, kind: str, outcome: str) -> None:
        self._effects.labels(kind, outcome).inc()

    def promise_handled(self, kind: str, late_by: timedelta) -> None:
        self._lateness.labels(kind).observe(max(late_by, timedelta()).total_seconds())

    def delivered(self, kind: str, outcome: str) -> None:
        self._deliveries.labels(kind, outcome).inc()

    def slack_answered(self, at: datetime) -> None:
        self._slack.set(at.timestamp())

    def in_text(self) -> bytes:
        return generate_latest(self._registry)


class _OpenIncidents(Collector):
    """Asks for the open incidents when the figures are read."""

    def __init__(self, count: OpenIncidents) -> None:
        self._count = count

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Keep the registry from asking before there is anybody to answer."""
        yield self._family()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        family = self._family()
        try:
            for severity, number in self._count().items():
                family.add_metric((severity,), number)
        except Exception:  # noqa: BLE001 - the other figures are wanted most when the database is away
            _log.warning("Open incidents cannot be counted", extra={"action": "count_failed"})
        yield family

    def _family(self) -> GaugeMetricFamily:
        words = "Incidents that are not closed, by severity."
        return GaugeMetricFamily("chatops_open_incidents", words, labels=("severity",))


def metrics_route(metrics: PrometheusMetrics) -> Route:
    """`GET /metrics`."""

    def show(_request: Request) -> Response:
        return Response(metrics.in_text(), media_type=CONTENT_TYPE_LATEST)

    return Route("/metrics", show)
