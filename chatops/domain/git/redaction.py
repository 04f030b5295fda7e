"""Keeps secrets out of everything that programs say, before anybody can read it."""

import base64
import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

_USER_INFO = re.compile(r"(\b[a-z][a-z0-9+.-]*://)[^\s/@']+@", re.IGNORECASE)
_HEADER = re.compile(r"((?:proxy-)?authorization:\s*)[^\r\n]+", re.IGNORECASE)
_KNOWN_TOKENS = re.compile(
    r"\b(?:gh[pousr]_\w{10,}|github_pat_\w{10,}|glpat-[\w-]{10,}|xox[a-z]-[\w-]{10,}|xapp-[\w-]{10,})"
)
_SHORTEST = 4
#: Below this a line of a secret, or its middle in base64, could be anything.
_TELLING = 8
#: How many signs of base64 are lost to what stands one or two bytes before a secret.
_SPOILT = (0, 2, 3)


class Redactor:
    """Replaces known secrets, however they are spelt, and whatever looks like one."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        spelt = {spelling for secret in secrets for spelling in _spellings(secret)}
        longest_first = sorted(spelt, key=len, reverse=True)
        self._spelt = tuple(longest_first)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if spelt else None

    def __call__(self, text: str) -> str:
        if self._known:
            text = self._known.sub("***", text)
        text = _USER_INFO.sub(r"\1***@", text)
        text = _HEADER.sub(r"\1***", text)
        return _KNOWN_TOKENS.sub("***", text)

    def cut_off(self, text: str) -> str:
        """The same for a text that was cut off, perhaps within a secret."""
        text = self(text)
        begun = (
            length
            for secret in self._spelt
            for length in range(min(len(secret), len(text)), _SHORTEST - 1, -1)
            if text.endswith(secret[:length])
        )
        length = max(begun, default=0)
        return f"{text[:-length]}***" if length else text


def _spellings(secret: str) -> Iterator[str]:
    if len(secret) < _SHORTEST:
        return
    yield secret
    yield quote(secret, safe="")
    yield json.dumps(secret)[1:-1]
    yield base64.b64encode(secret.encode()).decode().rstrip("=")
    yield from _inside_base64(secret.encode())
    lines = [line.strip() for line in secret.splitlines()]
    yield from (line for line in lines[1:] and lines if len(line) >= _TELLING)


def _inside_base64(secret: bytes) -> Iterator[str]:
    """What base64 makes of a secret that stands behind something else, such as ``user:secret``."""
    for before, spoilt in enumerate(_SPOILT):
        whole = base64.b64encode(b"\0" * before + secret).decode()
        own = whole[spoilt : (before + len(secret)) * 8 // 6]
        if len(own) >= _TELLING:
            yield own
