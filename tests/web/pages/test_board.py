"""The board behind the public status: what it keeps, what it asks, and what it shows in trouble."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from chatops.adapters.playbooks.folders import find_templates
from chatops.adapters.web.pages.cached_copies import FORMS, Copies
from chatops.adapters.web.pages.public import StatusBoard
from chatops.adapters.web.pages.rendering import PageRenderer
from chatops.application.pages.public import PublicStatus
from chatops.application.ports.storage import StorageError
from chatops.clock import FrozenClock, MovableClock
from tests.web.asking import ask

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
NOTHING = PublicStatus(running=(), resolved=())


@dataclass
class Asked:
    """Answers as the store would, and counts how often it was asked."""

    trouble: bool = False
    moments: list[datetime] = field(default_factory=list)

    def __call__(self, now: datetime) -> PublicStatus:
        self.moments.append(now)
        if self.trouble:
            raise StorageError
        return NOTHING


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(FrozenClock(NOW))


@pytest.fixture
def asked() -> Asked:
    return Asked()


def board(asked: Asked, clock: MovableClock, folder: Path | None) -> StatusBoard:
    painter = PageRenderer(find_templates() / "web")
    copies = Copies(folder, assets=painter.assets) if folder else None
    return StatusBoard(asked, painter=painter, clock=clock, copies=copies)


def answer(board: StatusBoard, path: str = "/status") -> httpx.Response:
    return ask(Starlette(routes=board.routes(lambda endpoint: endpoint)), path)


def test_many_who_ask_at_once_cost_one_look(asked: Asked, clock: MovableClock) -> None:
    shown = board(asked, clock, None)
    for _ in range(5):
        assert answer(shown).status_code == 200
    assert len(asked.moments) == 1
    clock.advance(timedelta(seconds=4))
    answer(shown)
    assert len(asked.moments) == 2


def test_a_database_in_trouble_is_left_alone_for_a_moment(
    asked: Asked, clock: MovableClock, tmp_path: Path
) -> None:
    shown = board(asked, clock, tmp_path)
    answer(shown)
    asked.trouble = True
    clock.advance(timedelta(minutes=1))
    for _ in range(5):
        assert "This is a copy" in answer(shown).text
    assert len(asked.moments) == 2
    asked.trouble = False
    clock.advance(timedelta(seconds=11))
    assert "This is a copy" not in answer(shown).text


@pytest.mark.parametrize("path", FORMS)
def test_a_copy_of_the_process_before_is_good_enough(
    asked: Asked, clock: MovableClock, tmp_path: Path, path: str
) -> None:
    answer(board(asked, clock, tmp_path), path)
    copied = answer(board(Asked(trouble=True), clock, tmp_path), path)
    assert copied.status_code == 200
    assert "2026" in copied.text
    assert copied.headers["cache-control"] == "no-cache"


def test_without_database_and_copy_there_is_at_least_a_word(clock: MovableClock) -> None:
    shown = answer(board(Asked(trouble=True), clock, None))
    assert shown.status_code == 503
    assert "cannot be shown now" in shown.text
    assert shown.headers["retry-after"] == "60"


def test_a_copy_is_of_the_last_minute_though_nobody_looks(
    asked: Asked, clock: MovableClock, tmp_path: Path
) -> None:
    shown = board(asked, clock, tmp_path)
    shown.refresh(clock.now())
    shown.refresh(clock.advance(timedelta(minutes=1)))
    assert "14:01 UTC" in (tmp_path / "status.html").read_text()
    assert not [file for file in tmp_path.iterdir() if file.name.startswith(".")]


def test_a_folder_that_cannot_be_written_keeps_nobody_from_the_status(
    asked: Asked, clock: MovableClock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "status").write_text("a file where the folder should be")
    assert answer(board(asked, clock, tmp_path / "status")).status_code == 200
    assert "status_copy" in {vars(each).get("action") for each in caplog.records}
