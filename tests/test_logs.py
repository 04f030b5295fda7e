"""The log: readable, complete, without secrets, and one line a record."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops.logs import CHATTY, LineHandler, cleaner, set_up_logging
from chatops.settings import LogFormat, LogLevel


class Written:
    """A logger of our own, and what it wrote."""

    def __init__(self, style: LogFormat, *secrets: str) -> None:
        self._stream = io.StringIO()
        self.logger = logging.Logger("chatops.test")  # noqa: LOG001 - apart from all others
        self.logger.addHandler(LineHandler(self._stream, style=style, secrets=secrets))

    @property
    def lines(self) -> list[str]:
        return self._stream.getvalue().splitlines()

    @property
    def record(self) -> dict[str, Any]:
        (line,) = self.lines
        read: dict[str, Any] = json.loads(line)
        return read


@pytest.fixture
def left_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers = list(root.handlers)
    loggers = [root, *map(logging.getLogger, CHATTY)]
    levels = [logger.level for logger in loggers]
    yield
    root.handlers[:] = handlers
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


def fail(text: str) -> None:
    raise ValueError(text)


def test_a_line_for_people_holds_time_weight_place_sentence_and_facts() -> None:
    log = Written(LogFormat.TEXT)
    log.logger.info("An effect is done", extra={"action": "effect_done", "took": "1 h 2 min"})
    (line,) = log.lines
    assert line.endswith(
        '+00:00 INFO    chatops.test: An effect is done action=effect_done took="1 h 2 min"'
    )


def test_a_line_for_programs_keeps_numbers_and_names() -> None:
    log = Written(LogFormat.JSON)
    log.logger.warning("Late by %s", "much", extra={"action": "late", "seconds": 3, "who": None})
    assert log.record | {"time": ""} == {
        "time": "",
        "level": "warning",
        "logger": "chatops.test",
        "message": "Late by much",
        "action": "late",
        "seconds": 3,
        "who": None,
    }


def test_no_fact_can_take_the_place_of_the_message() -> None:
    log = Written(LogFormat.JSON)
    log.logger.warning("true", extra={"level": "debug", "logger": "other"})
    assert (log.record["level"], log.record["logger"]) == ("warning", "chatops.test")


@pytest.mark.parametrize("style", LogFormat)
@pytest.mark.parametrize(
    "secret",
    [
        "xoxb-1234567890-abcdef",
        "xoxp-1234567890-abcdef",
        "xapp-1-A012-345-abcdef",
        "Authorization: Bearer hush",
        "Bearer hush",
        "https://hush@example.com/x.git",
        "postgresql://me:hush@db/bot",
        "token=hush",
        "configured",
    ],
)
def test_a_secret_appears_nowhere(style: LogFormat, secret: str) -> None:
    log = Written(style, "configured")
    try:
        fail(f"no: {secret}")
    except ValueError:
        log.logger.exception("Said %s", secret, extra={"action": "x", "about": {"it": secret}})
    text = "\n".join(log.lines)
    assert "***" in text
    for word in ("hush", "abcdef", "configured"):
        assert word not in text


@given(st.text(min_size=1))
def test_no_value_can_forge_a_line_for_people(text: str) -> None:
    log = Written(LogFormat.TEXT)
    log.logger.info("Somebody said %s", text, extra={"said": text})
    (line,) = log.lines
    assert not set(line) & set("\r\n\x1b\u2028\u202e")


@given(st.text(min_size=1))
def test_no_value_can_forge_a_line_for_programs(text: str) -> None:
    log = Written(LogFormat.JSON)
    log.logger.info("Somebody said", extra={"said": text})
    assert "said" in log.record


def test_the_text_of_an_exception_cannot_stand_at_the_start_of_a_line() -> None:
    log = Written(LogFormat.TEXT)
    try:
        fail("x\n2026-11-01 ERROR forged")
    except ValueError:
        log.logger.exception("It broke")
    assert [line for line in log.lines[1:] if not line.startswith("    ")] == []


def test_the_cleaner_leaves_ordinary_words_alone() -> None:
    assert cleaner(())("The bearer of news waits in #incidents") == (
        "The bearer of news waits in #incidents"
    )


@pytest.mark.usefixtures("left_as_it_was")
def test_setting_up_twice_writes_each_record_once() -> None:
    first, second = io.StringIO(), io.StringIO()
    for stream in (first, second):
        set_up_logging(level=LogLevel.INFO, style=LogFormat.TEXT, secrets=(), stream=stream)
    logging.getLogger("program").info("Once")
    assert (first.getvalue(), second.getvalue().count("Once")) == ("", 1)


@pytest.mark.usefixtures("left_as_it_was")
def test_libraries_tell_their_everyday_doings_only_when_asked() -> None:
    stream = io.StringIO()
    library = logging.getLogger("httpx")
    set_up_logging(level=LogLevel.INFO, style=LogFormat.TEXT, secrets=(), stream=stream)
    library.info("GET /")
    assert stream.getvalue() == ""
    set_up_logging(level=LogLevel.DEBUG, style=LogFormat.TEXT, secrets=(), stream=stream)
    library.info("GET /")
    assert "GET /" in stream.getvalue()
