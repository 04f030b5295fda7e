"""Names: what an incident and its channel are called, and what may be a title."""

import re
import unicodedata
from collections.abc import Iterator

from chatops.domain.errors import NoTitle, TooLong

TITLE_LIMIT = 150
#: Slack's own limit for channel names.
CHANNEL_LIMIT = 80

_SHORTCODE = re.compile(r":[a-z0-9_+'-]+:")
_GAP = re.compile(r"[^\w]+|_+")


def clean_title(text: str) -> str:
    r"""One line with a word in it, at most ``TITLE_LIMIT`` characters.

    >>> clean_title("  checkout\n is   down ")
    'checkout is down'

    Raises:
        NoTitle: nothing but blanks, punctuation or emoji.
        TooLong
    """
    visible = "".join(
        " " if unicodedata.category(char) in {"Cc", "Zl", "Zp"} else char
        for char in text
        if unicodedata.category(char) not in {"Cf", "Co", "Cs"}
    )
    title = " ".join(visible.split())
    if not any(char.isalnum() for char in _SHORTCODE.sub(" ", title)):
        raise NoTitle
    if len(title) > TITLE_LIMIT:
        raise TooLong(what="title", limit=TITLE_LIMIT, length=len(title))
    return title


def slug(text: str, limit: int = 40) -> str:
    """Lower-case words joined by dashes, cut at a word's end where one is near.

    >>> slug("Checkout is DOWN (again!)")
    'checkout-is-down-again'
    >>> slug("決済が失敗する")
    '決済が失敗する'
    >>> slug("a-very-long-title-that-goes-on", 16)
    'a-very-long'
    """
    folded = unicodedata.normalize("NFKC", _SHORTCODE.sub(" ", text)).casefold()
    whole = _GAP.sub("-", folded).strip("-")
    if len(whole) <= limit:
        return whole
    cut = whole[: limit + 1].rpartition("-")[0] or whole[:limit]
    return cut.strip("-")


def reference(pattern: str, *, year: int, number: int) -> str:
    """Fill a playbook's pattern.

    >>> reference("INC-{year}-{number:03d}", year=2026, number=14)
    'INC-2026-014'
    """
    return pattern.format(year=year, number=number)


def channel_name(pattern: str, *, year: int, number: int, title: str, drill: bool = False) -> str:
    """The channel's name: lower case, within Slack's limit, the number always kept.

    >>> channel_name("inc-{year}-{number:03d}-{slug}", year=2026, number=14, title="Checkout down")
    'inc-2026-014-checkout-down'
    """
    prefix = "drill-" if drill else ""
    words = slug(title)
    name = prefix + pattern.format(year=year, number=number, slug=words)
    return name.casefold().strip("-")[:CHANNEL_LIMIT].rstrip("-")


def channel_names(wanted: str) -> Iterator[str]:
    """The name that is wanted, then what to try while it is taken.

    >>> names = channel_names("inc-1"); [next(names) for _ in range(3)]
    ['inc-1', 'inc-1-2', 'inc-1-3']
    """
    yield wanted
    for suffix in range(2, 21):
        tail = f"-{suffix}"
        yield wanted[: CHANNEL_LIMIT - len(tail)] + tail
