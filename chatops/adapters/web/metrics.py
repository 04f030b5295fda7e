"""Counts what the loops and the Slack endpoint do, in Prometheus' form."""

import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_log = logging.getLogger(__name__)

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
