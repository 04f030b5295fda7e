"""The stage of the acceptance stories, with people who also look at the bot's pages."""

from collections.abc import Iterator

import pytest

from tests.acceptance.conftest import ines, priya, sam, stage, tom
from tests.acceptance.stage import Stage
from tests.web.pages.reader import Reader

__all__ = ["ines", "priya", "sam", "stage", "tom"]


@pytest.fixture
def stranger(stage: Stage) -> Iterator[Reader]:
    """Somebody who is not signed in."""
    with Reader(stage) as reader:
        yield reader


@pytest.fixture
def reader(stage: Stage) -> Iterator[Reader]:
    """Sam, signed in."""
    with Reader(stage) as reader:
        reader.signs_in("sam")
        yield reader
