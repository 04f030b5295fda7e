"""Texts from people, as every place that they go to can take them."""

import re

#: What Slack refuses or nothing can send: control characters, and halves of a character.
_UNSENDABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def sendable(text: str, *, instead: str = "") -> str:
    r"""A text without the characters that neither Slack nor a database takes.

    >>> sendable("check\x00out")
    'checkout'
    """
    return _UNSENDABLE.sub(instead, text)
