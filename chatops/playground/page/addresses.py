"""The page's addresses: who looks, where they stand and what is open are all in them."""

from hashlib import blake2b
from urllib.parse import urlencode

#: Stands for the App Home where a channel's id would stand.
HOME = "home"


def address(person: str, channel: str = "", thread: str = "") -> str:
    """The address of what a person sees.

    >>> address("U1", "C1", "1700000000.000100")
    '/?as=U1&channel=C1&thread=1700000000.000100'
    """
    asked = {"as": person, "channel": channel, "thread": thread}
    return "/?" + urlencode({name: value for name, value in asked.items() if value})


def digest(text: str) -> str:
    """A short name for exactly this text."""
    return blake2b(text.encode("utf-8", "replace"), digest_size=9).hexdigest()
