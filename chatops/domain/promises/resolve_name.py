"""Finds the promise that somebody names in their own words."""

import re
from collections.abc import Iterable, Sequence

from chatops.domain.errors import UserError, no_such_promise
from chatops.domain.promises.kinds import KINDS
from chatops.domain.promises.model import Promise
from chatops.domain.promises.while_running import STATUS_KEY


def which_promise(asked: str, known: Sequence[str]) -> UserError:
    """What was named is not promised, or several open promises are called so."""
    listed = "\n".join(f"• {each}" for each in known) or "Nothing is owed."
    first = f"I cannot tell what you mean by “{asked[:60]}”." if asked else "Say what you mean."
    return UserError(f"{first} This is owed:\n{listed}")


_JOINED = re.compile(r"^(?:[,:;]|because\b|until\b(?=$))\s*", re.IGNORECASE)


def take_what(text: str) -> tuple[str, str]:
    """The promise that is named at the beginning, and what follows it.

    >>> take_what("post-mortem because legal writes it")
    ('post-mortem', 'legal writes it')
    >>> take_what("the vendor is slow")
    ('', 'the vendor is slow')
    """
    for spec in KINDS.values():
        found = spec.pattern.match(text) if spec.pattern else None
        if found:
            return found[0], _JOINED.sub("", text[found.end() :].strip())
    return "", text


def meant(promises: Iterable[Promise], what: str) -> Promise:
    """The open promise that is meant; without words the next update, or the only one there is.

    ``what`` may be its key, as buttons have it.

    Raises:
        UserError: nothing is promised any more.
        UserError: none is called so, or several are.
    """
    every = list(promises)
    by_key = [each for each in every if each.key == (what or STATUS_KEY)]
    if by_key and (by_key[0].open or what):
        return _still_open(by_key[0])
    known = [each for each in every if each.open and _may_be_named(each)]
    found = _called(known, what) if what else known
    if len(found) == 1:
        return found[0]
    if not known:
        raise no_such_promise()
    raise which_promise(what, [each.title for each in known])


def _may_be_named(promise: Promise) -> bool:
    """What the bot does by itself has no name, unless people may ask it not to."""
    return not promise.spec.by_bot or promise.spec.called is not None


def _still_open(promise: Promise) -> Promise:
    if not promise.open:
        raise no_such_promise()
    return promise


def _called(known: Sequence[Promise], what: str) -> list[Promise]:
    for kind, spec in KINDS.items():
        found = spec.pattern.fullmatch(what) if spec.pattern else None
        if found:
            detail = found[1] if found.lastindex else None
            return [each for each in known if each.kind is kind and _picks(each, detail)]
    return [each for each in known if what.casefold() in each.name.casefold()]


def _picks(promise: Promise, detail: str | None) -> bool:
    return detail is None or promise.detail.rpartition(":")[2] == detail
