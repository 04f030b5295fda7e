"""Health: alive is not the same as ready."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from starlette.applications import Starlette
from starlette.types import ASGIApp

from chatops.adapters.web.health import Probe, SecurityHeaders, health_routes, heard_of
from chatops.clock import FrozenClock, MovableClock
from tests.web.asking import ask

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)


def bot(*probes: Probe) -> ASGIApp:
    return SecurityHeaders(Starlette(routes=health_routes(probes)))


def probe(trouble: str | None) -> Probe:
    return Probe(name="database", trouble=lambda: trouble)


def unreachable() -> str:
    raise ConnectionError("db.internal:5432")  # noqa: EM101 - as a driver would


def test_a_process_that_answers_lives_whatever_its_probes_say() -> None:
    answer = ask(bot(probe("gone")), "/healthz")
    assert (answer.status_code, answer.text) == (200, "alive\n")


def test_it_is_ready_when_every_probe_is_well() -> None:
    answer = ask(bot(probe(None)), "/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "checks": {"database": "ok"}}


def test_one_failing_probe_makes_it_not_ready_and_names_itself() -> None:
    well = Probe(name="loops", trouble=lambda: None)
    answer = ask(bot(well, probe("gone")), "/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "checks": {"loops": "ok", "database": "failing"}}


def test_the_reason_goes_to_the_log_and_not_to_whoever_asks(
    caplog: pytest.LogCaptureFixture,
) -> None:
    answer = ask(bot(Probe(name="database", trouble=unreachable)), "/readyz")
    assert answer.status_code == 503
    assert "db.internal" not in answer.text
    (record,) = (each for each in caplog.records if each.levelno == logging.WARNING)
    assert vars(record)["trouble"] == "ConnectionError: db.internal:5432"


def test_something_that_gave_a_sign_of_life_lately_is_well() -> None:
    clock = MovableClock(FrozenClock(NOW))
    loop = heard_of("loops", lambda: NOW, within=timedelta(seconds=30), clock=clock)
    assert loop.trouble() is None
    clock.advance(timedelta(seconds=30))
    assert loop.trouble() is None
    clock.advance(timedelta(seconds=1))
    assert loop.trouble() == "its last sign of life was 0:00:31 ago"


def test_something_that_never_gave_a_sign_of_life_is_not_well() -> None:
    loop = heard_of("loops", lambda: None, within=timedelta(1), clock=FrozenClock(NOW))
    assert loop.trouble() == "it has given no sign of life yet"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/nowhere"])
def test_every_answer_carries_the_secure_headers(path: str) -> None:
    headers = ask(bot(), path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_nothing_can_be_posted_to_health() -> None:
    assert ask(bot(), "/healthz", method="POST").status_code == 405
