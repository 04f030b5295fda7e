"""The playground with the real bot at work, as `make play` opens it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chatops.playing import Playground, open_playground
from tests.machine import PATIENCE


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Playground]:
    with open_playground(
        port=0, playbook="priority", data=tmp_path, patience=PATIENCE
    ) as playground:
        yield playground
