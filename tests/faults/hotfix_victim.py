"""A program that tells a hotfix's story, and has a bot killed at many points of every turn of it.

Run as ``python -m tests.faults.hotfix_victim ORDER``. It writes a JSON line for each kill: where
it was, and what it came to. Each turn is taken in a world of its own, a child process in which
Slack's double lives on when the bot, a process of its own too, is killed; the shop's folder and
the database are put back to how they were. Then the turn is taken undisturbed.
"""

import ctypes
import json
import logging
import os
import shutil
import signal
import sys
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from chatops.playground.slack.double import SlackServer
from tests.faults.crew import fast_engine, ignore
from tests.faults.crossings import Point, Transactions
from tests.faults.hotfix_crew import HotfixCrew, crew_with_a_shop
from tests.faults.hotfix_databases import Database, database_of
from tests.faults.hotfix_ending import hotfix_ending, hotfix_wrongs, told_of
from tests.faults.hotfix_story import MOST_TURNS, Turn, next_turn, turns
from tests.faults.lines import wired, wireless
from tests.faults.victim import ErrorLog, in_a_process

#: Makes a process the parent of its grandchildren that are left alone: of git, when a bot dies.
_SUBREAPER = 36
#: What is struck at each of its points: what cannot be taken back.
_WEIGHTY = ("git push", "command")
#: How a bot is struck while its push is under way; then git goes on alone.
MOMENTS = ("early", "taken", "refused", "late")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Tell the story of a plot in ``folder``, and strike: ``only`` in these turns, if any.

    Each push and each command is struck on both sides, a push also at the ``moments`` while it
    is under way; and every ``stride``-th point of all, if it is not 0. ``to_the_end`` has each
    story told on to its end. ``database`` is a SQLite file to be copied, or a PostgreSQL URL.
    """

    plot: str
    folder: str
    database: str
    stride: int = 0
    moments: tuple[str, ...] = MOMENTS
    only: tuple[str, ...] = ()
    to_the_end: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike:
    """Where to kill: at a crossing, by its number, or at a moment of the push. Nowhere: neither."""

    crossing: int = 0
    moment: str = ""


def main() -> None:
    logging.getLogger().addHandler(logging.NullHandler())
    order = Order(**json.loads(sys.argv[1]))
    folder = Path(order.folder)
    with (
        database_of(order.database, folder) as database,
        crew_with_a_shop(fast_engine(database.url), folder / "shop", order.plot) as crew,
    ):
        for line in _strike_through(crew, order, database):
            sys.stdout.write(json.dumps(line) + "\n")
            sys.stdout.flush()


def _strike_through(crew: HotfixCrew, order: Order, database: Database) -> Iterator[dict[str, Any]]:
    """Take every turn in many worlds, and then for good."""
    counted = 0
    for _ in range(MOST_TURNS):
        with crew.bot() as bot:
            turn = next_turn(crew, bot)
        if turn is None:
            yield {"turn": "over", "ending": hotfix_ending(crew)}
            return
        if not order.only or turn.name in order.only:
            for ended in _strike(_World(crew=crew, turn=turn, order=order), database, counted):
                counted += len(ended["crossings"])
                yield {"turn": turn.name, **ended}
        with crew.bot() as bot:
            turn.tell(bot)
            crew.work_off(bot)


def _strike(world: "_World", database: Database, counted: int) -> Iterator[dict[str, Any]]:
    """Take a turn undisturbed, and with each of the strikes; then all is as it was before."""
    crew = world.crew
    crew.engine.dispose()
    saved = _saved(crew, database)
    undisturbed = replace(world, order=replace(world.order, to_the_end=False))
    whole = _in_world(undisturbed, Strike())
    yield {"point": "", **whole}
    for strike, point in _strikes(whole["crossings"], world.order, counted):
        _put_back(crew, database, saved)
        yield {"point": point, **_in_world(world, strike)}
    _put_back(crew, database, saved)


def _strikes(crossings: list[str], order: Order, counted: int) -> Iterator[tuple[Strike, str]]:
    for number, point in enumerate(crossings, start=1):
        chosen = order.stride and (counted + number) % order.stride == 0
        if chosen or point.endswith(_WEIGHTY):
            yield Strike(crossing=number), point
    if f"{Point.LEAVES} git push" in crossings:
        yield from ((Strike(moment=moment), f"git push, {moment}") for moment in order.moments)


@dataclass(frozen=True, slots=True, kw_only=True)
class _World:
    """What stands before a turn that is taken many times."""

    crew: HotfixCrew
    turn: Turn
    order: Order


def _saved(crew: HotfixCrew, database: Database) -> Path:
    database.save()
    saved = crew.folder.with_name("saved")
    shutil.rmtree(saved, ignore_errors=True)
    shutil.copytree(crew.folder, saved, symlinks=True, ignore=_but_clone(crew))
    return saved


def _put_back(crew: HotfixCrew, database: Database, saved: Path) -> None:
    database.put_back()
    for each in crew.folder.iterdir():
        if each != crew.repository.clone:
            shutil.rmtree(each) if each.is_dir() else each.unlink()
    shutil.copytree(saved, crew.folder, symlinks=True, dirs_exist_ok=True)


def _but_clone(crew: HotfixCrew) -> Callable[[str, list[str]], set[str]]:
    """All but what is fetched anew before each use."""
    return shutil.ignore_patterns(crew.repository.clone.name)


def _in_world(world: _World, strike: Strike) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(in_a_process(partial(_live_through, world, strike)))
    return said


def _live_through(world: _World, strike: Strike) -> Mapping[str, Any]:
    """Have a bot killed, let another one finish, and say how it ended."""
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    crew = world.crew
    for name in ("strike", "release", "crossings"):
        (crew.folder / name).unlink(missing_ok=True)
    os.mkfifo(crew.folder / "release")
    reads, writes = os.pipe()
    bot = os.fork()
    if not bot:
        _be_the_victim(world, strike, reads)
    with SlackServer(crew.slack) as server:
        os.write(writes, f"{server.url}\n".encode())
        _, status = os.waitpid(bot, 0)
        if strike.moment != "late":
            _bury_all()
        errors = ErrorLog()
        urllib.request.install_opener(wireless(crew.slack, ignore))
        _take(crew, world)
        if strike.moment == "late":
            (crew.folder / "release").write_text("\n")
            _bury_all()
        crossings, story = crew.folder / "crossings", told_of(crew)
        return {
            "killed": os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL,
            "crossings": json.loads(crossings.read_text()) if crossings.exists() else [],
            "wrongs": [*hotfix_wrongs(crew, story), *errors.said],
            "ending": hotfix_ending(crew, story),
        }


def _be_the_victim(world: _World, strike: Strike, orders: int) -> NoReturn:
    """Take the turn over real HTTP, dying where it is ordered."""
    with os.fdopen(orders) as lines:
        world.crew.slack.address = lines.readline().strip()
    crossed: list[str] = []

    def cross(point: Point, what: str) -> None:
        crossed.append(f"{point} {what}".strip())
        if len(crossed) == strike.crossing:
            os.kill(os.getpid(), signal.SIGKILL)

    if strike.moment:
        (world.crew.folder / "strike").write_text(f"{strike.moment} {os.getpid()}\n")
    urllib.request.install_opener(wired(cross))
    crew = replace(world.crew, call=cross)
    with Transactions(crew.engine, cross), crew.bot() as bot:
        world.turn.tell(bot)
        crew.work_off(bot)
    (crew.folder / "crossings").write_text(json.dumps(crossed))
    os._exit(0)


def _take(crew: HotfixCrew, world: _World) -> None:
    """Take the turn again, do what is left of it, and go on until the step is over."""
    with crew.bot() as bot:
        world.turn.tell(bot)
        crew.work_off(bot)
        if world.order.to_the_end:
            for turn in turns(crew, bot):
                turn.tell(bot)
                crew.work_off(bot)


def _bury_all() -> None:
    """Wait for every process that a dead bot has left behind."""
    with suppress(ChildProcessError):
        while True:
            os.wait()


if __name__ == "__main__":
    main()
