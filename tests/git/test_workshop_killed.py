"""A bot that is killed around any call of git leaves nothing half done, and nothing done twice."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from tests.git.jobs_at_hand import JOBS, stock_for_jobs
from tests.git.struck import Order
from tests.git.yard import make_yard

pytestmark = pytest.mark.faults

_ROOT = Path(__file__).parents[2]
#: Of the calls that only read, every so many are struck; those that write to the remote, all.
_STRIDE = 6
#: One job that makes a commit from two others, and one that makes none.
_SAMPLE = frozenset({"bring", "tag"})


class Victims:
    """The program whose bots are killed, and the yards of which each gets a copy."""

    def __init__(self, process: "subprocess.Popen[str]", folder: Path) -> None:
        self._process = process
        self._folder = folder

    def take(
        self, job: str, *, mirrored: bool = True, strike: int = 0, moment: str = "after"
    ) -> dict[str, Any]:
        """Have a job performed, with a kill on the way, and hear how it ended."""
        order = Order(
            job=job,
            template=str(self._template(mirrored=mirrored)),
            folder=str(self._folder / "run"),
            strike=strike,
            moment=moment,
        )
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asdict(order)) + "\n")
        self._process.stdin.flush()
        heard: dict[str, Any] = json.loads(self._process.stdout.readline())
        return heard

    def _template(self, *, mirrored: bool) -> Path:
        """A stocked yard, made where its copies will stand: addresses stay what they are."""
        template = self._folder / ("mirrored" if mirrored else "new")
        if not template.exists():
            made = self._folder / "run/yard"
            shutil.rmtree(made.parent, ignore_errors=True)
            yard = make_yard(made)
            stock_for_jobs(yard)
            if mirrored:
                yard.bot.production(yard.service, ["main"])
            made.rename(template)
        return template


@pytest.fixture(scope="module")
def victims(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victims]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.git.struck"],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Victims(process, tmp_path_factory.mktemp("victims"))
        assert process.stdin
        process.stdin.close()


def strikes(calls: list[str], stride: int) -> Iterator[tuple[int, str]]:
    """The calls to be struck, and when: some that read, and each that writes, at every moment."""
    for number, call in enumerate(calls, start=1):
        if " push " in call or " fetch " in call:
            yield from ((number, moment) for moment in ("before", "during", "after"))
        elif number % stride == len(calls) % stride:
            yield number, "after"


def survives(victims: Victims, job: str, *, mirrored: bool, stride: int) -> None:
    """Kill a bot at its calls of git, and see that another one finishes what it began."""
    whole = victims.take(job, mirrored=mirrored)
    assert not whole["killed"]
    assert len(whole["pushes"]) == 1
    for strike, moment in strikes(whole["calls"], stride):
        ended = victims.take(job, mirrored=mirrored, strike=strike, moment=moment)
        point = (moment, whole["calls"][strike - 1])
        assert ended["killed"], point
        assert ended["refs"] == whole["refs"], point
        assert ended["pushes"] == whole["pushes"], point
        assert json.loads(ended["said"])[1:] == json.loads(whole["said"])[1:], point


@pytest.mark.parametrize(
    "job", [pytest.param(job, marks=() if job in _SAMPLE else pytest.mark.long) for job in JOBS]
)
def test_killed_at_a_call_of_git(victims: Victims, job: str) -> None:
    survives(victims, job, mirrored=True, stride=_STRIDE)


@pytest.mark.parametrize("stride", [12, pytest.param(2, marks=pytest.mark.long)])
def test_killed_while_the_mirror_is_made(victims: Victims, stride: int) -> None:
    survives(victims, "start", mirrored=False, stride=stride)
