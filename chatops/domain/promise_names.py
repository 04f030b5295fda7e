"""Understands which promise somebody means: “post-mortem”, “task 3”, “backport to develop”."""

import re
from collections.abc import Iterable, Sequence

from chatops.domain.errors import NoSuchPromise
from chatops.domain.promise_errors import WhichPromise
from chatops.domain.promise_rules import STATUS_KEY
from chatops.domain.promises import OURS, Promise, PromiseKind

#: What people call each kind; a group picks one where there may be several.
_CALLED: Sequence[tuple[PromiseKind, str]] = (
    (PromiseKind.BUSINESS_UPDATE, r"business[- ]update"),
    (PromiseKind.STATUS_UPDATE, r"(?:next |status )?update"),
    (PromiseKind.POST_MORTEM, r"post-?\s?mortem"),
    (PromiseKind.ROOT_CAUSE, r"root[- ]cause|rca"),
    (PromiseKind.REVIEW, r"review(?: meeting)?"),
    (PromiseKind.REPORTER, r"reporter"),
    (PromiseKind.ACTION, r"(?:task|action(?: item)?) *#?(\d+)"),
    (PromiseKind.BACKPORT, r"backport(?: (?:in)?to (\S+))?"),
    (PromiseKind.WATCH, r"watch(?:ing)?|monitoring"),
    (PromiseKind.CLOSE, r"clos(?:e|ing)"),
    (PromiseKind.ARCHIVE, r"archiv(?:e|ing)"),
    (PromiseKind.HAND_OVER, r"hand-?over"),
    (PromiseKind.STALE, r"sign of life"),
    (PromiseKind.UNLED, r"lead(?:er)?"),
    (PromiseKind.ROLLBACK, r"(?:decision (?:about|on) (?:the )?)?roll-?\s?back(?: of v\d\S*\w)?"),
)
_WHAT = [
    (kind, re.compile(rf"(?:the )?(?:{words})(?![\w-])", re.IGNORECASE)) for kind, words in _CALLED
]
#: What nobody but the bot does; that it does not archive the channel may be asked for.
_OURS = OURS - {PromiseKind.ARCHIVE}
_JOINED = re.compile(r"^(?:[,:;]|because\b|until\b(?=$))\s*", re.IGNORECASE)


def take_what(text: str) -> tuple[str, str]:
    """The promise that is named at the beginning, and what follows it.

    >>> take_what("post-mortem because legal writes it")
    ('post-mortem', 'legal writes it')
    >>> take_what("the vendor is slow")
    ('', 'the vendor is slow')
    """
    for _, pattern in _WHAT:
        found = pattern.match(text)
        if found:
            return found[0], _JOINED.sub("", text[found.end() :].strip())
    return "", text


def meant(promises: Iterable[Promise], what: str) -> Promise:
    """The open promise that is meant; without words the next update, or the only one there is.

    ``what`` may be its key, as buttons have it.

    Raises:
        NoSuchPromise: nothing is owed any more.
        WhichPromise: none is called so, or several are.
    """
    every = list(promises)
    by_key = [each for each in every if each.key == (what or STATUS_KEY)]
    if by_key and (by_key[0].open or what):
        return _still_open(by_key[0])
    known = [each for each in every if each.open and each.kind not in _OURS]
    found = _called(known, what) if what else known
    if len(found) == 1:
        return found[0]
    if not known:
        raise NoSuchPromise
    raise WhichPromise(what, [each.title for each in known])


def _still_open(promise: Promise) -> Promise:
    if not promise.open:
        raise NoSuchPromise
    return promise


def _called(known: Sequence[Promise], what: str) -> list[Promise]:
    for kind, pattern in _WHAT:
        found = pattern.fullmatch(what)
        if found:
            detail = found[1] if found.lastindex else None
            return [each for each in known if each.kind is kind and _picks(each, detail)]
    return [each for each in known if what.casefold() in each.name.casefold()]


def _picks(promise: Promise, detail: str | None) -> bool:
    return detail is None or promise.detail.rpartition(":")[2] == detail
