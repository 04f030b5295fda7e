"""What the tests of the Slack edge stand on: a clock that stands still, and a wire."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from chatops.adapters.slack.api.web_api import Limits, SlackWebApi, connect
from chatops.clock import FrozenClock, MovableClock
from tests.slack.edge import Edge, edge_of_slack
from tests.slack.wire import Wire


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(FrozenClock(datetime(2026, 3, 9, 14, 0, tzinfo=UTC)))


@pytest.fixture
def wire() -> Iterator[Wire]:
    wire = Wire()
    yield wire
    wire.close()


@pytest.fixture
def api(wire: Wire, clock: MovableClock) -> SlackWebApi:
    return SlackWebApi(connect(token="xoxb-test", url=wire.api), limits=Limits(), clock=clock)


@pytest.fixture
def edge(clock: MovableClock) -> Iterator[Edge]:
    with edge_of_slack(clock) as edge:
        yield edge
