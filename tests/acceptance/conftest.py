"""Opens the stage for each story, with the people who play in most of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.served import Served, open_machine
from tests.acceptance.stage import Actor, Stage, open_stage
from tests.databases import postgres_database, postgres_server, postgres_url

__all__ = ["postgres_database", "postgres_server", "postgres_url"]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with open_stage(tmp_path) as opened:
        yield opened


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Served]:
    """Where the bot is a program of its own."""
    with open_machine(tmp_path) as opened:
        yield opened


@pytest.fixture
def sam(stage: Stage) -> Actor:
    """The on-call engineer."""
    return stage.actor("sam")


@pytest.fixture
def priya(stage: Stage) -> Actor:
    """The incident commander."""
    return stage.actor("priya")


@pytest.fixture
def ines(stage: Stage) -> Actor:
    """The stakeholder, who is in no engineers' group."""
    return stage.actor("ines")


@pytest.fixture
def tom(stage: Stage) -> Actor:
    """A backend engineer, on call too."""
    return stage.actor("tom")
