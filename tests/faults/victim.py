"""A program that takes a step of the story, and is killed at one of the points that it crosses.

Run as ``python -m tests.faults.victim``. It reads orders and answers each with what came of it, a
JSON line each. Everything is loaded once; each order is a process of its own, in which Slack's
double lives on when the bot, a process of its own too, is killed.
"""

import json
import logging
import os
import shutil
import signal
import sys
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import takewhile
from pathlib import Path
from typing import Any, NoReturn, TextIO

from sqlalchemy import Engine

from chatops.playground.slack.double import SlackServer
from tests.databases import _empty_tables
from tests.faults.crew import Crew, crew_without_wires, fast_engine, ignore, put_database
from tests.faults.crossings import Point, Transactions
from tests.faults.ending import ending, wrongs
from tests.faults.lines import wired, wireless
from tests.faults.story import STEPS, Scene, come_to, response_url, tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Take ``step`` and be killed at the crossing number ``strike``; never, if that is 0.

    ``database`` is a SQLite file to be copied, or a PostgreSQL URL. ``folder`` is for files.
    """

    step: str
    strike: int
    database: str
    folder: str

    @property
    def on_postgres(self) -> bool:
        return self.database.startswith("postgresql")

    @property
    def file(self) -> Path:
        return Path(self.folder) / "run.db"

    @property
    def url(self) -> str:
        return self.database if self.on_postgres else f"sqlite:///{self.file}"

    @property
    def crossings(self) -> Path:
        return Path(self.folder) / "crossings.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The story until some step; ``file`` is a copy of the database, where it is a file."""

    crew: Crew
    response_path: str
    file: Path | None = None


def main() -> None:
    logging.getLogger().addHandler(logging.NullHandler())
    for line in sys.stdin:
        order = Order(**json.loads(line))
        told = _tell_before(order) if order.on_postgres else _told_once(replace(order, strike=0))
        sys.stdout.write(in_a_process(partial(_carry_out, order, told)) + "\n")
        sys.stdout.flush()


def in_a_process(work: Callable[[], Mapping[str, Any]]) -> str:
    """Work in a child, and bring back what it says."""
    reads, writes = os.pipe()
    child = os.fork()
    if not child:
        os.close(reads)
        with os.fdopen(writes, "w") as out:
            json.dump(work(), out)
        os._exit(0)
    os.close(writes)
    with os.fdopen(reads) as answer:
        said = answer.read()
    os.waitpid(child, 0)
    return said


def _carry_out(order: Order, told: Told) -> Mapping[str, Any]:
    """Have a bot killed, let another one finish, and say how it ended."""
    if told.file is not None:
        put_database(told.file, order.file)
    come_to(told.crew.slack, order.step)
    reads, writes = os.pipe()
    bot = os.fork()
    if not bot:
        _be_the_victim(order, told, os.fdopen(reads))
    slack, engine = told.crew.slack, told.crew.engine
    with SlackServer(slack) as server:
        os.write(writes, f"{server.url}\n".encode())
        _, status = os.waitpid(bot, 0)
        errors = ErrorLog()
        urllib.request.install_opener(wireless(slack, ignore))
        _take(order.step, told)
        return {
            "killed": os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL,
            "crossings": json.loads(order.crossings.read_text()),
            "wrongs": [*wrongs(slack, engine), *errors.said],
            "ending": ending(slack, engine),
        }


def _be_the_victim(order: Order, told: Told, orders: TextIO) -> NoReturn:
    """Take the step over real HTTP, dying where it is ordered."""
    told.crew.slack.address = orders.readline().strip()
    crossed: list[str] = []

    def cross(point: Point, what: str) -> None:
        crossed.append(f"{point} {what}".strip())
        if len(crossed) == order.strike:
            os.kill(os.getpid(), signal.SIGKILL)

    urllib.request.install_opener(wired(cross))
    with Transactions(told.crew.engine, cross):
        _take(order.step, told)
    order.crossings.write_text(json.dumps(crossed))
    os._exit(0)


def _take(step: str, told: Told) -> None:
    with told.crew.bot() as bot:
        url = f"{told.crew.slack.address}{told.response_path}"
        tell(Scene(crew=told.crew, bot=bot, answer_url=url), step)
        told.crew.work_off(bot)


@cache
def _rehearse(order: Order) -> None:
    """Go through everything, so that it is loaded and compiled for all who are born later."""
    told = _tell_before(order)
    with SlackServer(told.crew.slack):
        ending(told.crew.slack, told.crew.engine)
    told.crew.engine.dispose()


@cache
def _told_once(order: Order) -> Told:
    """The story until the step, with a copy of the database that it leaves."""
    _rehearse(replace(order, step=""))
    told = _tell_before(order)
    file = order.file.with_name(f"before-{order.step}.db")
    shutil.copy(order.file, file)
    return replace(told, file=file)


def _tell_before(order: Order) -> Told:
    """Tell the story until the step, or all of it."""
    if order.on_postgres:
        _empty_tables(order.database)
    else:
        put_database(Path(order.database), order.file)
    with crew_without_wires(_engine(order.url)) as crew:
        path = response_url(crew.slack)
        with crew.bot() as bot:
            for earlier in takewhile(lambda each: each != order.step, STEPS):
                tell(Scene(crew=crew, bot=bot), earlier)
                crew.work_off(bot)
        return Told(crew=crew, response_path=path)


@cache
def _engine(url: str) -> Engine:
    """One for all processes, so that each inherits what it has learnt."""
    return fast_engine(url)


class ErrorLog(logging.Handler):
    """Keeps what is logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []
        logging.getLogger().addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(self.format(record))


if __name__ == "__main__":
    main()
