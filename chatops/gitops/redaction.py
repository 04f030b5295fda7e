"""Keeps secrets out of everything that git says, before anybody can read it."""

import base64
import re
from collections.abc import Iterable
from urllib.parse import quote

_USER_INFO = re.compile(r"(\b[a-z][a-z0-9+.-]*://)[^\s/@']+@", re.IGNORECASE)
_HEADER = re.compile(r"((?:proxy-)?authorization:\s*)[^\r\n]+", re.IGNORECASE)
_KNOWN_TOKENS = re.compile(
    r"\b(?:gh[pousr]_\w{10,}|github_pat_\w{10,}|glpat-[\w-]{10,}|xox[a-z]-[\w-]{10,}|xapp-[\w-]{10,})"
)
_SHORTEST = 4


class Redactor:
    """Replaces known secrets, however they are spelt, and whatever looks like one."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        spelt = {spelling for secret in secrets for spelling in _spellings(secret)}
        longest_first = sorted(spelt, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if spelt else None

    def __call__(self, text: str) -> str:
        if self._known:
            text = self._known.sub("***", text)
        text = _USER_INFO.sub(r"\1***@", text)
        text = _HEADER.sub(r"\1***", text)
        return _KNOWN_TOKENS.sub("***", text)


def _spellings(secret: str) -> Iterable[str]:
    if len(secret) < _SHORTEST:
        return
    yield secret
    yield quote(secret, safe="")
    yield base64.b64encode(secret.encode()).decode().rstrip("=")
