"""Tells whether a piece of the page changed, without sending it."""

from hashlib import blake2b


def digest(text: str) -> str:
    """A short name for exactly this text."""
    return blake2b(text.encode("utf-8", "replace"), digest_size=9).hexdigest()
