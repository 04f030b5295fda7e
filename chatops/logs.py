"""Writes the log: a line a record, for people or programs, without secrets or forged lines."""

import json
import logging
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TextIO

from chatops.domain.git.redaction import Redactor
from chatops.settings import LogFormat, LogLevel

#: Libraries that tell every request and every job at the level of our own news.
CHATTY = (
    "alembic",
    "apscheduler",
    "httpcore",
    "httpx",
    "slack_bolt",
    "slack_sdk",
    "uvicorn.access",
)
_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {
    "message",
    "asctime",
    "taskName",
    "color_message",  # uvicorn's, for terminals
}
_NAMED = re.compile(r"\b(Bearer\s+|(?i:token|password|secret)=)[^\s&,;\"']+")
#: Ends of lines, terminal commands, and marks that turn the reading direction.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")

Clean = Callable[[str], str]


def set_up_logging(
    *, level: LogLevel, style: LogFormat, secrets: Iterable[str], stream: TextIO | None = None
) -> None:
    """Send every record to ``stream`` (standard error); a second call replaces the first."""
    root = logging.getLogger()
    for old in [each for each in root.handlers if isinstance(each, LineHandler)]:
        root.removeHandler(old)
    root.addHandler(LineHandler(stream or sys.stderr, style=style, secrets=secrets))
    root.setLevel(level.upper())
    for name in CHATTY:
        quiet = logging.NOTSET if level is LogLevel.DEBUG else logging.WARNING
        logging.getLogger(name).setLevel(quiet)


class LineHandler(logging.StreamHandler[TextIO]):
    """Writes one record after the other to a stream, cleaned of ``secrets``."""

    def __init__(self, stream: TextIO, *, style: LogFormat, secrets: Iterable[str]) -> None:
        super().__init__(stream)
        clean = cleaner(secrets)
        self.setFormatter(JsonLines(clean) if style is LogFormat.JSON else TextLines(clean))


def cleaner(secrets: Iterable[str]) -> Clean:
    """Make the function that takes secrets, and whatever looks like one, out of a text."""
    redact = Redactor(secrets)
    return lambda text: _NAMED.sub(r"\1***", redact(text))


def on_one_line(text: str) -> str:
    r"""Write control characters as escapes, so that no value can pretend to be a line of its own.

    >>> print(on_one_line("fine\n12:00 ERROR forged"))
    fine\n12:00 ERROR forged
    """
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


class TextLines(logging.Formatter):
    """For people: time, weight, where, sentence, then what else is known as name=value."""

    def __init__(self, clean: Clean) -> None:
        super().__init__()
        self._clean = clean

    def format(self, record: logging.LogRecord) -> str:
        sentence = on_one_line(self._clean(record.getMessage()))
        line = f"{_moment(record)} {record.levelname:7} {record.name}: {sentence}"
        facts = (f" {key}={self._value(value)}" for key, value in _facts(record))
        trace = (f"\n    {on_one_line(each)}" for each in self._trace(record))
        return "".join((line, *facts, *trace))

    def _value(self, value: object) -> str:
        text = on_one_line(self._clean(str(value)))
        return text if re.fullmatch(r"[^\s=\"]+", text) else f'"{text}"'

    def _trace(self, record: logging.LogRecord) -> list[str]:
        if not record.exc_info:
            return []
        return self._clean(self.formatException(record.exc_info)).splitlines()


class JsonLines(logging.Formatter):
    """For programs: one JSON object a line."""

    def __init__(self, clean: Clean) -> None:
        super().__init__()
        self._clean = clean

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": _moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self._clean(record.getMessage()),
        }
        line |= {key: self._value(value) for key, value in _facts(record) if key not in line}
        if record.exc_info:
            line["trace"] = self._clean(self.formatException(record.exc_info))
        return json.dumps(line)

    def _value(self, value: object) -> object:
        return value if isinstance(value, bool | int | float | None) else self._clean(str(value))


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _facts(record: logging.LogRecord) -> Iterator[tuple[str, object]]:
    """What was given as ``extra``."""
    known: Mapping[str, object] = vars(record)
    return ((key, value) for key, value in known.items() if key not in _USUAL)
