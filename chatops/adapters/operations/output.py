"""Folds what a command writes into a few pieces for people, and keeps its end."""

import logging
import re
import unicodedata
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from chatops.domain.git.redaction import Redactor

#: What steers a terminal: colours, cursor, titles, and whatever else begins with an escape.
_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]?|[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)?|[ -/]*[0-~]?)"
    r"|\x9b[0-?]*[ -/]*[@-~]?"
)
_HIDDEN = re.compile(r"[^\n -~]")
_NOT_TEXT = re.compile("\ufffd{2,}")
_TAB = "    "


def plain(text: str) -> str:
    r"""The text as a terminal would leave it in the end, as far as lines go.

    >>> plain("\x1b[32mdone\x1b[0m\t1/2\r2/2\x07")
    '2/2'
    """
    text = _ESCAPES.sub("", text).replace("\r\n", "\n")
    if "\r" in text:
        text = "\n".join(map(_overwritten, text.split("\n")))
    return _HIDDEN.sub(lambda found: _visible(found[0]), _NOT_TEXT.sub("\ufffd", text))


def cut(line: str, longest: int) -> str:
    """The line, or its beginning.

    >>> cut("abcdef", 4)
    'abc…'
    """
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _overwritten(line: str) -> str:
    """What is left of a line that went back to its beginning, as progress bars do."""
    return next((part for part in reversed(line.split("\r")) if part), "")


def _visible(sign: str) -> str:
    if sign == "\t":
        return _TAB
    category = unicodedata.category(sign)
    if category[0] == "Z":
        return " "
    return "" if category[0] == "C" else sign


_log = logging.getLogger(__name__)

#: Bytes that wait to be read at most; older whole lines are left out.
_WAITING: Final = 65_536
#: Bytes of one line that are looked at; what follows them is left out.
_LINE: Final = 65_536
#: What Slack makes of the three signs that it escapes.
_ESCAPED: Final = {"&": 4, "<": 3, ">": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Folding:
    """How much is told, and how often.

    The first ``fluent`` pieces are told as they fill. After them one is told at a time, at
    intervals (in seconds) that grow from ``every`` to ``slowest``, and what does not fit is left
    out. The last of ``pieces`` is the end.
    """

    piece: int = 2900
    line: int = 300
    fluent: int = 8
    pieces: int = 40
    every: float = 2.0
    growth: float = 1.25
    slowest: float = 60.0
    kept: int = 8000


class Output:
    """What a command has written so far; ``tell`` hears of it, ``end`` is kept."""

    def __init__(
        self, tell: Callable[[str], None], redact: Redactor, folding: Folding | None = None
    ) -> None:
        self._tell = tell
        self._redact = redact
        self._how = folding or Folding()
        self._blocks = deque[bytes]()
        self._waiting = 0
        self._line = b""
        self._line_goes_on = False
        self._left_out = 0
        self._told = 0
        self._since: float | None = None
        self._end = deque[str]()
        self._end_size = 0

    def feed(self, data: bytes, now: float) -> None:
        """Take in what was read at ``now`` (seconds of any clock that never goes back)."""
        if self._since is None:
            self._since = now
        lines, break_, rest = data.rpartition(b"\n")
        if break_:
            self._take(lines + break_)
        if not self._line_goes_on:
            self._line += rest[: _LINE - len(self._line)]
            self._line_goes_on = len(self._line) == _LINE
        self.tick(now)

    def tick(self, now: float) -> None:
        """Tell what waits, if it is time to."""
        if self._since is None or not self._blocks or self._told >= self._how.pieces - 1:
            return
        is_full = self._waiting >= self._how.piece and self._told < self._how.fluent
        if is_full or now - self._since >= self._pause:
            self._flush(most=max(1, self._how.fluent - self._told))
            self._since = now

    def finish(self) -> str:
        """Tell what is left and return the end of everything."""
        if self._line:
            self._line_goes_on = True
            self._take(b"")
        self._flush(most=max(1, self._how.fluent - self._told))
        return "\n".join(self._end)

    @property
    def _pause(self) -> float:
        beyond = max(0, self._told - self._how.fluent)
        return min(self._how.slowest, self._how.every * self._how.growth ** min(beyond, 100))

    def _take(self, block: bytes) -> None:
        """Keep whole lines until they are told; too many, and the oldest are left out."""
        if self._line_goes_on:
            line = self._redact.cut_off(plain(self._line.decode("utf-8", "replace")))
            block = line.encode() + b"\n" + block.partition(b"\n")[2]
        else:
            block = self._line + block
        self._line, self._line_goes_on = b"", False
        self._blocks.append(block)
        self._waiting += len(block)
        while self._waiting > _WAITING and len(self._blocks) > 1:
            gone = self._blocks.popleft()
            self._waiting -= len(gone)
            self._left_out += gone.count(b"\n")

    def _flush(self, *, most: int) -> None:
        lines = self._readable()
        self._keep(lines)
        pieces = deque(self._packed(lines))
        while len(pieces) > most:
            self._left_out += len(pieces.popleft())
        for piece in pieces:
            self._say(piece)

    def _readable(self) -> list[str]:
        """The lines that wait, clean and of a length that can be read."""
        raw = b"".join(self._blocks)
        self._blocks.clear()
        self._waiting = 0
        text = self._redact(plain(raw.decode("utf-8", "replace")))
        lines = text.removesuffix("\n").split("\n") if text else []
        return [cut(line.rstrip(), self._how.line) for line in lines]

    def _packed(self, lines: list[str]) -> Iterator[list[str]]:
        """Lines in groups that each make one piece, filled from the end."""
        groups: list[list[str]] = []
        room = 0
        for line in reversed(lines):
            weight = 1 + len(line) + sum(line.count(sign) * more for sign, more in _ESCAPED.items())
            if not groups or weight > room:
                groups.append([])
                room = self._how.piece - len("(1,000,000 lines left out)\n")
            groups[-1].append(line)
            room -= weight
        for group in reversed(groups):
            yield group[::-1]

    def _keep(self, lines: list[str]) -> None:
        self._end.extend(lines)
        self._end_size += sum(len(line) + 1 for line in lines)
        while self._end_size > self._how.kept:
            self._end_size -= len(self._end.popleft()) + 1

    def _say(self, lines: list[str]) -> None:
        if not any(lines) and not self._left_out:
            return
        noun = "line" if self._left_out == 1 else "lines"
        note = [f"({self._left_out:,} {noun} left out)"] if self._left_out else []
        self._left_out = 0
        self._told += 1
        try:
            self._tell("\n".join([*note, *lines]))
        except Exception:  # noqa: BLE001 - a deploy goes on although nobody hears of it
            _log.exception("Output was not told", extra={"action": "output_not_told"})
