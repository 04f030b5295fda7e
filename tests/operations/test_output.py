"""What a command writes: folded into a few pieces, cleaned, without secrets, its end kept."""

import logging
import os

import pytest

from chatops.adapters.operations.output import Folding, Output, plain
from chatops.domain.git.redaction import Redactor

SECRET = "s3cr3t-token-0123456789"


class Thread:
    """Hears what is told."""

    def __init__(self, folding: Folding | None = None) -> None:
        self.pieces: list[str] = []
        self.output = Output(self.pieces.append, Redactor([SECRET]), folding)

    @property
    def text(self) -> str:
        return "\n".join(self.pieces)


def escaped(text: str) -> int:
    return len(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


@pytest.fixture
def thread() -> Thread:
    return Thread()


def test_lines_are_told_together_after_a_moment(thread: Thread) -> None:
    thread.output.feed(b"building\n", 0.0)
    thread.output.feed(b"push", 1.0)
    assert thread.pieces == []
    thread.output.feed(b"ing\ndone", 2.0)
    assert thread.pieces == ["building\npushing"]
    assert thread.output.finish() == "building\npushing\ndone"
    assert thread.pieces == ["building\npushing", "done"]


def test_lines_wait_no_longer_than_a_moment_although_nothing_follows(thread: Thread) -> None:
    thread.output.feed(b"waiting for the load balancer\n", 0.0)
    thread.output.tick(1.9)
    assert thread.pieces == []
    thread.output.tick(2.0)
    assert thread.pieces == ["waiting for the load balancer"]


def test_a_command_that_says_nothing_is_not_spoken_of(thread: Thread) -> None:
    thread.output.tick(100.0)
    thread.output.feed(b"\n \n", 101.0)
    assert thread.output.finish() == "\n"
    assert thread.pieces == []


def test_the_beginning_is_told_in_full(thread: Thread) -> None:
    lines = [f"line {number} of the build" for number in range(500)]
    thread.output.feed("\n".join(lines).encode(), 0.0)
    thread.output.finish()
    assert thread.text.split("\n") == lines
    assert all(escaped(piece) <= 2900 for piece in thread.pieces)


@pytest.mark.parametrize("line", [b"y\n", b"&<>" * 90 + b"\n", b"\n", b"\xff\xfe\x00\n"])
def test_a_flood_is_bounded_and_ends_with_its_end(line: bytes) -> None:
    thread = Thread()
    for second in range(0, 2000, 5):
        thread.output.feed(line * (60_000 // len(line)), float(second))
    thread.output.feed(b"the end\n", 2000.0)
    end = thread.output.finish()
    assert len(thread.pieces) <= 40
    assert all(escaped(piece) <= 2900 for piece in thread.pieces)
    assert thread.pieces[-1].endswith("the end")
    assert end.endswith("the end")
    assert len(end) <= 8000


def test_what_was_left_out_is_counted() -> None:
    thread = Thread(Folding(fluent=1, piece=60))
    thread.output.feed(b"".join(b"%d\n" % number for number in range(100)), 0.0)
    thread.output.finish()
    (only,) = thread.pieces
    note, *lines = only.split("\n")
    assert note == f"({100 - len(lines)} lines left out)"
    assert lines[-1] == "99"


def test_one_line_without_end_is_cut(thread: Thread) -> None:
    for second in range(100):
        thread.output.feed(b"x" * 60_000, float(second))
    thread.output.feed(b"\nnext\n", 100.0)
    assert thread.output.finish() == "x" * 299 + "…\nnext"


@pytest.mark.parametrize("split", range(1, len(SECRET)))
def test_a_secret_that_arrives_in_two_parts_is_not_told(thread: Thread, split: int) -> None:
    thread.output.feed(f"token={SECRET[:split]}".encode(), 0.0)
    thread.output.tick(60.0)
    thread.output.feed(f"{SECRET[split:]} ok\n".encode(), 120.0)
    assert thread.output.finish() == "token=*** ok"
    assert thread.text == "token=*** ok"


def test_a_secret_dressed_up_in_colours_is_not_told(thread: Thread) -> None:
    thread.output.feed(f"{SECRET[:5]}\x1b[31m{SECRET[5:]}\x1b[0m\n".encode(), 0.0)
    thread.output.feed(f"{SECRET[:5]}\x00\u200b{SECRET[5:]}\n".encode(), 0.0)
    assert thread.output.finish() == "***\n***"


@pytest.mark.parametrize("before", [65_530, 65_536 - len(SECRET) // 2])
def test_a_secret_where_an_endless_line_is_cut_is_not_told(thread: Thread, before: int) -> None:
    secrets = SECRET * (before // len(SECRET))
    thread.output.feed((secrets + SECRET * 3).encode(), 0.0)
    assert SECRET[:4] not in thread.output.finish()
    assert SECRET[:4] not in thread.text


def test_a_secret_that_was_never_finished_is_not_told(thread: Thread) -> None:
    thread.output.feed(f"token={SECRET[:-3]}".encode(), 0.0)
    assert thread.output.finish() == "token=***"


def test_output_that_is_no_text_is_harmless(thread: Thread) -> None:
    thread.output.feed(os.urandom(200_000), 0.0)
    end = thread.output.finish()
    assert all(sign.isprintable() or sign == "\n" for sign in end + thread.text)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("10 %\r50 %\r100 %\ndone", "100 %\ndone"),
        ("one\r\ntwo\r\n", "one\ntwo\n"),
        ("\x1b[1;32mok\x1b[0m \x1b]8;;https://x\x1b\\link\x1b]8;;\x1b\\", "ok link"),
        ("\x1b]0;title\x07text\x1b(B", "text"),
        ("a\tb\u00a0c\u2028d", "a    b c d"),
        ("safe\u202etxt.exe", "safetxt.exe"),
        ("größe ✓ 👍", "größe ✓ 👍"),
        ("\x1b", ""),
    ],
)
def test_a_text_is_shown_as_a_terminal_leaves_it(written: str, read: str) -> None:
    assert plain(written) == read


def test_a_command_goes_on_although_nobody_can_be_told(
    logged_errors: list[logging.LogRecord],
) -> None:
    def deaf(_: str) -> None:
        raise ConnectionError

    output = Output(deaf, Redactor())
    output.feed(b"one\n", 0.0)
    output.tick(10.0)
    output.feed(b"two\n", 11.0)
    assert output.finish() == "one\ntwo"
    assert {record.action for record in logged_errors} == {"output_not_told"}  # type: ignore[attr-defined] # given as extra
