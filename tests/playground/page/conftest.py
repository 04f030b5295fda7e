from collections.abc import Iterator

import pytest

from tests.playground.page.world import World, world


@pytest.fixture
def playground() -> Iterator[World]:
    with world() as made:
        yield made


@pytest.fixture
def impatient() -> Iterator[World]:
    """A playground whose Slack waits for the bot only a moment."""
    with world(patience=0.3) as made:
        yield made
