"""The playground with the real bot at work, as `make play` opens it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest

from chatops.clock import MovableClock, SystemClock
from chatops.demo.playground import Playground, open_playground
from tests.machine import PATIENCE


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Playground]:
    with open_on_monday(tmp_path) as playground:
        yield playground


def open_on_monday(data: Path) -> AbstractContextManager[Playground]:
    """Open it on a Monday afternoon: what is owed when depends on the day and the hour."""
    clock = MovableClock(SystemClock())
    now = clock.now()
    monday = now + timedelta(days=7 - now.weekday())
    clock.advance(monday.replace(hour=14, minute=0, second=0, microsecond=0) - now)
    return open_playground(port=0, playbook="priority", data=data, patience=PATIENCE, clock=clock)
