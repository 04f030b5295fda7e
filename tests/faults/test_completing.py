"""What became of an effect is stored once, whoever is slow, late, broken or taken for dead."""

import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from chatops.adapters.storage.errors import StorageUnavailable
from chatops.application.outbox.worker import MOST_CRASHES
from chatops.bootstrap import Bot
from chatops.domain.incident.timeline import EntryKind
from chatops.playground.slack.faults import ANY
from chatops.playground.workspace.model import Message
from tests.faults.crew import Crew, LostForWords, bot_in, crew_without_wires
from tests.faults.crossings import Point
from tests.faults.ending import ending, key_of, keyed, wrongs
from tests.faults.mishaps import fail_to_write, hang_up
from tests.faults.story import Scene, response_url, tell

pytestmark = pytest.mark.faults

Undisturbed = Callable[..., dict[str, Any]]
LONG = timedelta(minutes=15)
POSTS = "chat.postMessage"


class Crossing:
    """Something happens the next time that a point is crossed."""

    def __init__(self) -> None:
        self._at: tuple[Point, str] | None = None
        self._deed: Callable[[], object] = lambda: None

    def does(self, point: Point, what: str, deed: Callable[[], object]) -> None:
        self._at, self._deed = (point, what), deed

    def cross(self, point: Point, what: str) -> None:
        if (point, what) == self._at:
            self._at = None
            self._deed()

    @property
    def is_done(self) -> bool:
        return self._at is None


@pytest.fixture
def crossing() -> Crossing:
    return Crossing()


@pytest.fixture
def crew(engine: Engine, crossing: Crossing) -> Iterator[Crew]:
    with crew_without_wires(engine, crossing.cross) as crew:
        yield crew


@pytest.fixture
def bot(crew: Crew) -> Bot:
    """A bot that has an incident's declaration to work off."""
    bot = bot_in(crew.slack, crew.engine)
    url = f"{crew.slack.address}{response_url(crew.slack)}"
    tell(Scene(crew=crew, bot=bot, answer_url=url), "declare")
    return bot


@pytest.mark.parametrize("point", [Point.LEAVES, Point.ACCEPTED, Point.READ])
@pytest.mark.parametrize(
    "method", [POSTS, "conversations.create", "conversations.open", "conversations.invite"]
)
def test_a_clock_that_is_moved_while_a_call_is_under_way(
    crew: Crew, bot: Bot, crossing: Crossing, point: Point, method: str
) -> None:
    """Every lease is over then, and another thread of the same bot looks for what to do."""

    def move_the_clock() -> None:
        crew.clock.advance(LONG)
        bot.worker.drain()

    crossing.does(point, method, move_the_clock)
    crew.work_off(bot)
    assert crossing.is_done
    assert wrongs(crew.slack, crew.engine) == []


@pytest.mark.parametrize(
    ("point", "method"),
    [
        (Point.ACCEPTED, POSTS),
        (Point.READ, POSTS),
        (Point.ACCEPTED, "conversations.create"),
        (Point.READ, "conversations.create"),
        (Point.LEAVES, "conversations.open"),
        (Point.LEAVES, "users.conversations"),
        (Point.LEAVES, "conversations.invite"),
    ],
)
def test_a_bot_so_slow_that_another_one_takes_over(
    crew: Crew, bot: Bot, crossing: Crossing, undisturbed: Undisturbed, point: Point, method: str
) -> None:
    other = bot_in(crew.slack, crew.engine)

    def take_over() -> None:
        crew.clock.advance(LONG)
        crew.work_off(other)

    crossing.does(point, method, take_over)
    crew.work_off(bot)
    assert crossing.is_done
    assert wrongs(crew.slack, crew.engine) == []
    assert ending(crew.slack, crew.engine)["timeline"] == undisturbed("declare")["timeline"]


@pytest.mark.parametrize("point", [Point.COMMIT, Point.COMMITTED])
@pytest.mark.parametrize("method", [POSTS, "conversations.create", "conversations.invite"])
@pytest.mark.usefixtures("logged_errors")
def test_a_storage_that_fails_while_something_is_settled(
    crew: Crew, bot: Bot, crossing: Crossing, undisturbed: Undisturbed, point: Point, method: str
) -> None:
    """Failing after the commit is worse: what is stored seems not to be."""
    crossing.does(Point.READ, method, lambda: _fail_to_write(crossing, point, times=3))
    before = crew.clock.now()
    for _ in range(4):
        with suppress(StorageUnavailable):
            crew.work_off(bot)
    assert crossing.is_done
    assert wrongs(crew.slack, crew.engine) == []
    assert ending(crew.slack, crew.engine) == undisturbed("declare")
    if point is Point.COMMIT:
        assert crew.clock.now() - before < timedelta(seconds=30), "no lease is waited for"


@pytest.mark.usefixtures("logged_errors")
def test_what_is_stored_though_it_seems_not_to_be_is_not_stored_again(
    crew: Crew, crossing: Crossing
) -> None:
    tom = crew.workspace.person(crew.id_of("tom"))
    crew.workspace.people_store.replace(replace(tom, deleted=True))
    bot = bot_in(crew.slack, crew.engine)
    tell(Scene(crew=crew, bot=bot), "declare")
    crossing.does(
        Point.READ,
        "conversations.invite",
        lambda: crossing.does(
            Point.READ,
            "conversations.invite",
            lambda: _fail_to_write(crossing, Point.COMMITTED, times=1),
        ),
    )
    for _ in range(2):
        with suppress(StorageUnavailable):
            crew.work_off(bot)
    assert crossing.is_done
    with bot.use_cases.sessions.storage.reading() as work:
        absent = [one for one in work.timeline.of(1) if one.kind is EntryKind.TROUBLE]
    assert len(absent) == 1


def test_what_was_said_beside_a_thread_that_is_gone_is_found_there(
    crew: Crew, bot: Bot, crossing: Crossing
) -> None:
    crew.work_off(bot)
    [announcement] = [one for _, one in keyed(crew.workspace) if key_of(one) == "1:announcement"]
    crew.workspace.message_store.delete(announcement)

    def lose_the_answer() -> None:
        call = crew.slack.call_log.calls()[-1]
        if call.ok and call.arguments["channel"] == announcement.channel:
            hang_up(crew.slack, POSTS)
        crossing.does(Point.ACCEPTED, POSTS, lose_the_answer)

    crossing.does(Point.ACCEPTED, POSTS, lose_the_answer)
    tell(Scene(crew=crew, bot=bot), "update")
    crew.work_off(bot)
    assert wrongs(crew.slack, crew.engine) == []


@pytest.mark.usefixtures("logged_errors")
def test_one_crash_after_a_long_outage_gives_nothing_up(
    crew: Crew, bot: Bot, crossing: Crossing
) -> None:
    crew.slack.faults.go_down()
    crew.try_for(bot, minutes=20)
    crew.slack.faults.come_back()
    crossing.does(Point.LEAVES, POSTS, _crash)
    crew.work_off(bot)
    assert crossing.is_done
    assert wrongs(crew.slack, crew.engine) == []


@pytest.mark.parametrize("error", ["internal_error", "fatal_error"])
def test_what_slack_alone_cannot_do_is_given_up_in_the_end(
    crew: Crew, bot: Bot, error: str
) -> None:
    crew.slack.faults.fail("pins.add", error, times=1000)
    crew.try_for(bot, minutes=35)
    paged = f"1:page:2:{crew.id_of('tom')}"
    assert paged not in _keys(crew), "it is waited for"
    tell(Scene(crew=crew, bot=bot), "update")
    crew.work_off(bot)
    assert [one for one in wrongs(crew.slack, crew.engine) if one.startswith("1:pin is failed")]
    assert paged in _keys(crew), "the lane went on"


def test_an_outage_however_long_gives_nothing_up(crew: Crew, bot: Bot) -> None:
    crew.slack.faults.fail(ANY, "internal_error", times=10_000)
    crew.try_for(bot, hours=3)
    crew.slack.faults.clear()
    crew.work_off(bot)
    assert [one for one in wrongs(crew.slack, crew.engine) if "answer" not in one] == []


def test_what_always_crashes_is_given_up_and_told_once_and_keeps_nobody_waiting(
    crew: Crew, bot: Bot, crossing: Crossing, logged_errors: list[logging.LogRecord]
) -> None:
    def crash_again() -> None:
        crossing.does(Point.LEAVES, "pins.add", crash_again)
        _crash()

    crossing.does(Point.LEAVES, "pins.add", crash_again)
    crew.work_off(bot)
    [wrong] = wrongs(crew.slack, crew.engine)
    assert wrong.startswith("1:pin is failed: something unexpected (reference ")
    assert len(logged_errors) == MOST_CRASHES
    late, given_up = _told(crew)
    assert "I try again" in late
    assert "press the button" in given_up
    assert f"1:page:2:{crew.id_of('tom')}" in _keys(crew), "the lane went on"


def test_an_outcome_that_cannot_be_worded_is_given_up_and_keeps_nobody_waiting(
    crew: Crew, logged_errors: list[logging.LogRecord]
) -> None:
    bot = bot_in(crew.slack, crew.engine, playbooks=LostForWords("absent"))
    crew.slack.faults.fail("conversations.invite", "user_is_restricted", times=1000)
    tell(Scene(crew=crew, bot=bot), "declare")
    crew.work_off(bot)
    [wrong] = wrongs(crew.slack, crew.engine)
    assert "invite" in wrong
    assert {getattr(one, "action", "") for one in logged_errors} == {"effect"}
    assert "1:board" in _keys(crew)


def test_a_trouble_that_cannot_be_worded_keeps_nobody_waiting(
    crew: Crew, logged_errors: list[logging.LogRecord]
) -> None:
    bot = bot_in(crew.slack, crew.engine, playbooks=LostForWords("trouble"))
    crew.slack.faults.fail("pins.add", "permission_denied")
    tell(Scene(crew=crew, bot=bot), "declare")
    crew.work_off(bot)
    [wrong] = wrongs(crew.slack, crew.engine)
    assert wrong.startswith("1:pin is failed")
    assert [getattr(one, "action", "") for one in logged_errors] == ["tell"]
    assert f"1:page:2:{crew.id_of('tom')}" in _keys(crew), "the lane went on"


def test_a_message_that_cannot_be_looked_for_is_given_up_alone(crew: Crew, bot: Bot) -> None:
    public = crew.workspace.channel_named("status-updates").id
    crew.slack.faults.drop_reply(POSTS, times=None)
    bot.worker.drain()
    crew.slack.faults.clear()
    for number in range(2001):
        said = Message(channel=public, ts="", author=crew.id_of("ines"), text=f"{number}")
        crew.workspace.message_store.post(said)
    crew.work_off(bot)
    [wrong] = wrongs(crew.slack, crew.engine)
    assert "too much was said" in wrong
    assert len([one for one in _told(crew) if "too much was said" in one]) == 1


def _fail_to_write(crossing: Crossing, point: Point, *, times: int) -> None:
    """Let the next commits fail."""

    def fail() -> None:
        if times > 1:
            _fail_to_write(crossing, point, times=times - 1)
        fail_to_write(None, "")

    crossing.does(point, "", fail)


def _crash() -> None:
    raise RuntimeError


def _told(crew: Crew) -> list[str]:
    """What the leader heard of troubles."""
    return [f"{one.blocks}" for _, one in keyed(crew.workspace) if ":trouble:" in key_of(one)]


def _keys(crew: Crew) -> set[str]:
    return {key_of(message) for _, message in keyed(crew.workspace)}
