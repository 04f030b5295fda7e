"""What holds for every test: no unexpected error in the log, no silent skip, no deadline."""

import gc
import logging
import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.browsers import browser, window, windows
from tests.machine import CHROMIUM, POSTGRES, chromium
from tests.statements import compile_once

# one browser for each worker, whichever folder asks for it
__all__ = ["browser", "window", "windows"]

IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}  # noqa: TID251 - CI sets it for programs

# Tests make much and keep little: looking for cycles every 700 objects took a fifth of the time.
gc.set_threshold(20_000, 50, 100)
compile_once()

# A busy machine is no reason to fail a test, so nothing here watches the time.
# Examples differ from run to run: a few each time find as much, sooner, as many now and then.
# Nor does anything here watch how large the examples are that chance brings: a whole home page is.
settings.register_profile(
    "here",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    max_examples=25,
)
# The same examples each time: what is new is found here, not where a landing waits for it.
settings.register_profile(
    "ci", settings.get_profile("here"), max_examples=60, print_blob=True, derandomize=True
)
# By hand, now and then: make test ARGS=--hypothesis-profile=thorough
settings.register_profile("thorough", settings.get_profile("here"), max_examples=300)
settings.load_profile("ci" if IN_CI else "here")


class ErrorLog(logging.Handler):
    """Keeps the errors that were logged."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True)
def error_log(request: pytest.FixtureRequest) -> Iterator[ErrorLog]:
    """Fail the test when an error is logged, unless it asks for ``logged_errors``."""
    log = ErrorLog()
    logging.getLogger().addHandler(log)
    yield log
    logging.getLogger().removeHandler(log)
    expected = "logged_errors" in request.fixturenames
    if expected and not log.records:
        pytest.fail("the test asks for logged_errors, but no error was logged")
    if log.records and not expected:
        pytest.fail("\n".join(["an error was logged:", *map(_in_full, log.records)]))


@pytest.fixture
def logged_errors(error_log: ErrorLog) -> list[logging.LogRecord]:
    """The errors logged so far, for a test that expects some; one without any then fails."""
    return error_log.records


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker(CHROMIUM.marker) and not chromium():
        outcome = pytest.fail if IN_CI else pytest.skip
        outcome(f"{CHROMIUM.name} is not installed: {CHROMIUM.install}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    for need in (CHROMIUM, POSTGRES):
        number = sum(need.marker in report.keywords for report in skipped)
        if number:
            words = f"{number} tests did not run for want of {need.name}: {need.install}"
            terminalreporter.line(words, yellow=True)


def _in_full(record: logging.LogRecord) -> str:
    return logging.Formatter("%(name)s: %(message)s").format(record)
