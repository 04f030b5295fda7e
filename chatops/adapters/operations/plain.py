"""Makes what a program writes readable: no colours, no moving about, no invisible signs."""

import re
import unicodedata

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
