"""The two loops with their real threads: awake at once, stopped in order, hard to bring down."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from threading import Event, Thread

import pytest
from sqlalchemy import Connection, Engine, event

from chatops.bootstrap import Bot
from chatops.domain.promises.model import Promise
from tests.faults.crew import START, Crew, LostForWords, bot_in, crew_without_wires
from tests.faults.crossings import Point
from tests.faults.ending import key_of, keyed, wrongs
from tests.faults.mishaps import fail_to_write
from tests.faults.story import MINUTE, Scene, tell, tell_all, update

pytestmark = pytest.mark.faults

#: Seconds after which a wait has failed.
PATIENCE = 30
ROOM = "incident-2026-001"


class Gate:
    """Holds whoever makes a certain call until it is opened."""

    def __init__(self) -> None:
        self.at = ""
        self.reached, self.opened = Event(), Event()

    def cross(self, point: Point, what: str) -> None:
        if point is Point.ACCEPTED and what == self.at:
            self.reached.set()
            assert self.opened.wait(PATIENCE)


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def crew(engine: Engine, gate: Gate) -> Iterator[Crew]:
    with crew_without_wires(engine, gate.cross) as crew:
        yield crew


@pytest.fixture
def bot(crew: Crew) -> Bot:
    """A bot whose loop looks only when it is called."""
    bot = bot_in(crew.slack, crew.engine)
    bot.effects._sweep = timedelta(hours=1).total_seconds()
    return bot


def test_effects_are_done_as_soon_as_they_are_asked_for(crew: Crew, bot: Bot) -> None:
    with working(bot):
        tell(Scene(crew=crew, bot=bot), "declare")
        until(crew, lambda: f"1:page:2:{crew.id_of('tom')}" in keys(crew))
        tell(Scene(crew=crew, bot=bot), "acknowledge")
        tell(Scene(crew=crew, bot=bot), "page")
        until(crew, lambda: f"1:page_direct:4:{crew.id_of('aiko')}" in keys(crew))
    crew.work_off(bot)
    assert wrongs(crew.slack, crew.engine) == []


def test_a_loop_that_is_told_to_stop_finishes_what_is_under_way(
    crew: Crew, bot: Bot, gate: Gate
) -> None:
    gate.at = "conversations.create"
    bot.effects.start()
    tell(Scene(crew=crew, bot=bot), "declare")
    assert gate.reached.wait(PATIENCE)
    stopping = Thread(target=bot.effects.stop)
    stopping.start()
    assert bot.effects._stopping.wait(PATIENCE)
    gate.opened.set()
    stopping.join(PATIENCE)
    assert not bot.effects.alive
    with bot.use_cases.sessions.storage.reading() as work:
        assert work.incidents.get(1).channel
    assert "1:board" not in keys(crew)
    crew.work_off(bot_in(crew.slack, crew.engine))
    assert wrongs(crew.slack, crew.engine) == []


def test_a_loop_survives_a_database_that_is_away_for_a_while(
    crew: Crew, bot: Bot, outage: "Outage"
) -> None:
    with working(bot):
        outage.begin()
        bot.effects.wake()
        assert outage.logged.wait(PATIENCE)
        outage.end()
        tell(Scene(crew=crew, bot=bot), "declare")
        until(crew, lambda: f"1:page:2:{crew.id_of('tom')}" in keys(crew))
        assert bot.effects.alive
    crew.work_off(bot)
    assert wrongs(crew.slack, crew.engine) == []


def test_a_database_that_goes_away_during_a_call_doubles_nothing(
    crew: Crew, bot: Bot, gate: Gate, outage: "Outage"
) -> None:
    gate.at = "conversations.create"
    with working(bot):
        tell(Scene(crew=crew, bot=bot), "declare")
        assert gate.reached.wait(PATIENCE)
        outage.begin()
        gate.opened.set()
        assert outage.logged.wait(PATIENCE)
        outage.end()
        as_time_passes(crew, bot, lambda: f"1:page:2:{crew.id_of('tom')}" in keys(crew))
    crew.work_off(bot)
    assert wrongs(crew.slack, crew.engine) == []


@pytest.fixture
def broken() -> LostForWords:
    """A playbook that cannot say that nobody answers a page."""
    return LostForWords("no_answer")


@pytest.mark.usefixtures("logged_errors")
def test_one_broken_promise_is_set_aside_and_the_others_are_kept(
    crew: Crew, broken: LostForWords
) -> None:
    bot = bot_in(crew.slack, crew.engine, playbooks=broken)
    for number in (1, 2):
        for step in ("declare", "page"):
            tell(Scene(crew=crew, bot=bot, number=number), step)
    at = START + 15 * MINUTE
    crew.clock.advance(at - crew.clock.now())
    bot.keep_promises(at)
    crew.work_off(bot)
    assert {"1:held:status_update:1", "2:held:status_update:1"} <= keys(crew)
    unanswered = promise(bot, 1, f"response:{crew.id_of('aiko')}")
    assert unanswered.told == 0
    assert unanswered.wake_at == at + MINUTE

    broken.missing.clear()
    bot.keep_promises(at + MINUTE)
    crew.work_off(bot)
    assert promise(bot, 1, unanswered.key).told == 1
    assert len([key for key in keys(crew) if ":overdue:response:" in key]) == 2


def test_what_is_due_of_several_incidents_is_committed_together(crew: Crew, bot: Bot) -> None:
    for number in (1, 2, 3):
        tell(Scene(crew=crew, bot=bot, number=number), "declare")
    crew.work_off(bot)
    at = START + 15 * MINUTE
    commits: list[Connection] = []
    event.listen(crew.engine, "commit", commits.append)
    assert bot.keep_promises(at) == 3
    # One for all three, one for the look that finds nothing more.
    assert len(commits) == 2
    crew.work_off(bot)
    assert {f"{number}:held:status_update:1" for number in (1, 2, 3)} <= keys(crew)


def test_a_broken_promise_is_logged_alone_whoever_was_handled_with_it(
    crew: Crew, broken: LostForWords, logged_errors: list[logging.LogRecord]
) -> None:
    bot = bot_in(crew.slack, crew.engine, playbooks=broken)
    for number in (1, 2, 3):
        tell(Scene(crew=crew, bot=bot, number=number), "declare")
    tell(Scene(crew=crew, bot=bot, number=2), "page")
    assert bot.keep_promises(START + 15 * MINUTE) >= 3
    assert {vars(record)["incident"] for record in logged_errors} == {2}
    crew.work_off(bot)
    assert {f"{number}:held:status_update:1" for number in (1, 2, 3)} <= keys(crew)


@pytest.mark.usefixtures("logged_errors")
def test_a_broken_promise_keeps_back_none_that_is_older(crew: Crew) -> None:
    bot = bot_in(crew.slack, crew.engine, playbooks=LostForWords("holding"))
    for step in ("declare", "page"):
        tell(Scene(crew=crew, bot=bot), step)
    for minute in range(15, 20):
        bot.keep_promises(START + minute * MINUTE)
    crew.work_off(bot)
    assert f"1:overdue:response:{crew.id_of('aiko')}:1:1" in keys(crew)


@pytest.mark.usefixtures("logged_errors")
def test_a_promise_that_was_renewed_meanwhile_is_not_set_aside(crew: Crew) -> None:
    bot = bot_in(crew.slack, crew.engine, playbooks=LostForWords("holding"))
    tell_all(crew, "declare")
    at = START + 15 * MINUTE

    failures = count(1)

    def somebody_writes(_record: logging.LogRecord) -> None:
        """Just before it would be set aside: it was tried with the others, then alone."""
        if next(failures) == 2:
            update(Scene(crew=crew, bot=bot), at)

    with hearing_errors(somebody_writes):
        bot.keep_promises(at)
    assert next(failures) == 3
    renewed = promise(bot, 1, "status_update")
    assert renewed.round == 2
    assert renewed.due_at == at + 20 * MINUTE
    assert renewed.wake_at == at + 15 * MINUTE


class Outage:
    """A database that lets no transaction begin; ``logged`` is set when that is logged."""

    def __init__(self) -> None:
        self._is_on = False
        self.logged = Event()

    def begin(self) -> None:
        self._is_on = True

    def end(self) -> None:
        self._is_on = False

    def refuse(self, _connection: Connection) -> None:
        if self._is_on:
            fail_to_write(None, "")

    def log(self, _record: logging.LogRecord) -> None:
        self.logged.set()


@pytest.fixture
def outage(crew: Crew, logged_errors: list[logging.LogRecord]) -> Iterator[Outage]:
    del logged_errors
    outage = Outage()
    event.listen(crew.engine, "begin", outage.refuse)
    with hearing_errors(outage.log):
        yield outage
    event.remove(crew.engine, "begin", outage.refuse)


class _Ear(logging.Handler):
    def __init__(self, hear: Callable[[logging.LogRecord], None]) -> None:
        super().__init__(logging.ERROR)
        self._hear = hear

    def emit(self, record: logging.LogRecord) -> None:
        self._hear(record)


@contextmanager
def hearing_errors(hear: Callable[[logging.LogRecord], None]) -> Iterator[None]:
    ear = _Ear(hear)
    logging.getLogger().addHandler(ear)
    yield
    logging.getLogger().removeHandler(ear)


@contextmanager
def working(bot: Bot) -> Iterator[None]:
    bot.effects.start()
    try:
        yield
    finally:
        bot.effects.stop()


def until(crew: Crew, holds: Callable[[], bool]) -> None:
    """Wait until something holds of the workspace."""
    revision = crew.workspace.revision
    while not holds():
        now = crew.workspace.wait_for_change(revision, PATIENCE)
        assert now != revision, f"nothing happens any more: {sorted(keys(crew))}"
        revision = now


def as_time_passes(crew: Crew, bot: Bot, holds: Callable[[], bool]) -> None:
    """Let the clock go on, second by second, until something holds of the workspace."""
    for _ in range(PATIENCE * 10):
        if holds():
            return
        crew.clock.advance(timedelta(seconds=1))
        bot.effects.wake()
        crew.workspace.wait_for_change(crew.workspace.revision, 0.1)
    pytest.fail(f"it never comes to that: {sorted(keys(crew))}")


def keys(crew: Crew) -> set[str]:
    return {key_of(message) for _, message in keyed(crew.workspace)}


def promise(bot: Bot, incident: int, key: str) -> Promise:
    with bot.use_cases.sessions.storage.reading() as work:
        found = work.promises.get(incident, key)
    assert found is not None
    return found
