"""Reads a change as pieces: which lines went, which came, and what stood around them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from chatops.adapters.git.objects.repository import Repository

TOP: Final = "\x01top"
BOTTOM: Final = "\x01bottom"
CONTEXT: Final = 3
_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_OPTIONS: Final = (
    "-r", "-z", "-p", "--raw", f"-U{CONTEXT}", "--no-abbrev", "--full-index", "--find-renames",
    "--no-ext-diff", "--no-textconv", "--no-color", "--submodule=short", "--ignore-submodules=none",
    "--diff-algorithm=myers", "--no-indent-heuristic",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunk:
    """One stretch of changed lines, with up to three unchanged lines on either side.

    Lines are kept without the white space at their ends. Where the file begins or ends, a mark
    that no line can be stands for it. ``line`` and ``old_line`` say where the piece begins, after
    and before the change.
    """

    line: int
    old_line: int
    before: tuple[str, ...]
    removed: tuple[str, ...]
    added: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePatch:
    """What a change did to one file; a binary file or a link has no pieces."""

    path: str
    old_path: str
    old_mode: str
    new_mode: str
    old_oid: str
    new_oid: str
    pieces: tuple[Hunk, ...]

    @property
    def is_new(self) -> bool:
        return self.old_mode == "000000"

    @property
    def is_gone(self) -> bool:
        return self.new_mode == "000000"


def read_patch(
    repo: Repository, before: str, after: str, *, paths: Sequence[str] = ()
) -> list[FilePatch]:
    """`git diff-tree -p --raw --find-renames BEFORE AFTER [-- PATH…]`."""
    answer = repo.run("diff-tree", *_OPTIONS, before, after, "--", *paths)
    raw, _, text = answer.out.decode("utf-8", "surrogateescape").partition("\0\0")
    return list(_file_patches(raw, text)) if raw else []


def _file_patches(raw: str, text: str) -> Iterator[FilePatch]:
    """Pair each raw entry with its section of the patch; a changed type has two sections."""
    sections = iter(re.split(r"(?m)^(?=diff --git )", text)[1:])
    fields = iter(raw.split("\0"))
    for head in fields:
        old_mode, new_mode, old_oid, new_oid, status = head.removeprefix(":").split(" ")
        old_path = next(fields)
        path = next(fields) if status[0] in "RC" else old_path
        section = next(sections, "")
        if status[0] == "T":
            section = ""
            next(sections, "")
        yield FilePatch(
            path=path,
            old_path=old_path,
            old_mode=old_mode,
            new_mode=new_mode,
            old_oid=old_oid,
            new_oid=new_oid,
            pieces=tuple(_pieces(section)),
        )


def _pieces(section: str) -> Iterator[Hunk]:
    lines = section.split("\n")
    at = 0
    while at < len(lines):
        found = _HUNK.match(lines[at])
        at += 1
        if found:
            end = _end_of_hunk(lines, at, int(found[2] or 1), int(found[4] or 1))
            yield from _split(lines[at:end], int(found[1]), int(found[3]))
            at = end


def _end_of_hunk(lines: Sequence[str], at: int, old: int, new: int) -> int:
    while at < len(lines) and (old > 0 or new > 0):
        sign = lines[at][:1] or " "
        old -= sign in " -"
        new -= sign in " +"
        at += 1
    return at


def _split(body: Sequence[str], old_start: int, new_start: int) -> Iterator[Hunk]:
    """The pieces of a hunk: each run of changed lines between lines that are unchanged."""
    signed = [(line[:1] or " ", line[1:].rstrip()) for line in body if not line.startswith("\\")]
    runs = [(same, list(run)) for same, run in groupby(signed, key=lambda line: line[0] == " ")]
    line, old_line = max(new_start, 1), max(old_start, 1)
    for place, (same, run) in enumerate(runs):
        if not same:
            yield Hunk(
                line=line,
                old_line=old_line,
                before=_before(runs, place, is_top=old_start <= 1),
                removed=tuple(text for sign, text in run if sign == "-"),
                added=tuple(text for sign, text in run if sign == "+"),
                after=_after(runs, place),
            )
        line += sum(sign != "-" for sign, _ in run)
        old_line += sum(sign != "+" for sign, _ in run)


_Runs = Sequence[tuple[bool, Sequence[tuple[str, str]]]]


def _before(runs: _Runs, place: int, *, is_top: bool) -> tuple[str, ...]:
    lines = tuple(text for _, text in runs[place - 1][1]) if place else ()
    reaches_top = is_top and place <= 1 and len(lines) < CONTEXT
    return (TOP, *lines) if reaches_top else lines[-CONTEXT:]


def _after(runs: _Runs, place: int) -> tuple[str, ...]:
    lines = tuple(text for _, text in runs[place + 1][1]) if place + 1 < len(runs) else ()
    reaches_bottom = place + 2 >= len(runs) and len(lines) < CONTEXT
    return (*lines, BOTTOM) if reaches_bottom else lines[:CONTEXT]
