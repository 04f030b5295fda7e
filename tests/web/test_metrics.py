"""Figures: what was counted can be read in Prometheus' form."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette

from chatops.adapters.web.health import PrometheusMetrics, metrics_route
from tests.web.asking import ask


def sample(metrics: PrometheusMetrics, name: str, **labels: str) -> float | None:
    return next(
        (
            each.value
            for family in text_string_to_metric_families(metrics.in_text().decode())
            for each in family.samples
            if each.name == name and each.labels == labels
        ),
        None,
    )


def no_incidents() -> Mapping[str, int]:
    return {}


def database_is_away() -> Mapping[str, int]:
    raise ConnectionError


def test_effects_are_counted_by_kind_and_outcome() -> None:
    metrics = PrometheusMetrics(no_incidents)
    for outcome in ("done", "done", "refused"):
        metrics.effect_settled("post", outcome)
    assert sample(metrics, "chatops_effects_total", kind="post", outcome="done") == 2
    assert sample(metrics, "chatops_effects_total", kind="post", outcome="refused") == 1


def test_a_late_promise_falls_into_its_bucket() -> None:
    metrics = PrometheusMetrics(no_incidents)
    metrics.promise_handled("update", timedelta(seconds=3))
    metrics.promise_handled("update", timedelta(seconds=-1))
    name = "chatops_promise_lateness_seconds"
    assert sample(metrics, f"{name}_bucket", kind="update", le="2.0") == 1
    assert sample(metrics, f"{name}_bucket", kind="update", le="5.0") == 2
    assert sample(metrics, f"{name}_sum", kind="update") == 3


def test_deliveries_are_counted() -> None:
    metrics = PrometheusMetrics(no_incidents)
    metrics.delivered("command", "duplicate")
    assert sample(metrics, "chatops_deliveries_total", kind="command", outcome="duplicate") == 1


def test_the_last_word_of_slack_is_a_moment() -> None:
    metrics = PrometheusMetrics(no_incidents)
    metrics.slack_answered(datetime(1970, 1, 1, 0, 1, tzinfo=UTC))
    assert sample(metrics, "chatops_slack_last_success_timestamp_seconds") == 60


def test_open_incidents_are_asked_for_when_the_figures_are_read() -> None:
    found = {"P0": 1}
    metrics = PrometheusMetrics(lambda: found)
    found["P1"] = 2
    assert sample(metrics, "chatops_open_incidents", severity="P0") == 1
    assert sample(metrics, "chatops_open_incidents", severity="P1") == 2


def test_the_other_figures_are_there_when_incidents_cannot_be_counted() -> None:
    metrics = PrometheusMetrics(database_is_away)
    metrics.delivered("command", "taken")
    assert sample(metrics, "chatops_deliveries_total", kind="command", outcome="taken") == 1
    assert sample(metrics, "chatops_open_incidents", severity="P0") is None


def test_two_sets_of_figures_do_not_mix() -> None:
    one, other = PrometheusMetrics(no_incidents), PrometheusMetrics(no_incidents)
    one.delivered("command", "taken")
    assert sample(other, "chatops_deliveries_total", kind="command", outcome="taken") is None


def test_the_figures_are_served() -> None:
    app = Starlette(routes=[metrics_route(PrometheusMetrics(no_incidents))])
    answer = ask(app, "/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    assert "chatops_deliveries" in answer.text
