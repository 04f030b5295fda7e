"""Faults drawn by lot: a process that dies, a storage and a Slack that fail in every way."""

from collections import Counter
from collections.abc import Callable, Mapping
from email.message import Message as Headers
from http.client import RemoteDisconnected
from io import BytesIO
from random import Random
from sqlite3 import OperationalError as SqliteError
from urllib.error import HTTPError, URLError

from sqlalchemy.exc import OperationalError

from chatops.playground.slack.double import Slack
from tests.faults.crossings import Point


class Killed(BaseException):
    """The process has died here; nothing of ours may catch it."""


def _dies(_slack: Slack, _what: str) -> None:
    raise Killed


def fail_to_write(_slack: Slack | None, _what: str) -> None:
    statement = "COMMIT"
    raise OperationalError(statement, {}, SqliteError("disk I/O error"))


def _unreachable(_slack: Slack, _what: str) -> None:
    raise URLError(ConnectionRefusedError())


def _is_down(slack: Slack, what: str) -> None:
    slack.faults.fail(what, "service_unavailable", status=503)


def _errs(slack: Slack, what: str) -> None:
    slack.faults.fail(what, "internal_error", status=500)


def _limits(slack: Slack, what: str) -> None:
    slack.faults.rate_limit(what, retry_after=7)


def hang_up(_slack: Slack, _what: str) -> None:
    why = "no answer came back"
    raise RemoteDisconnected(why)


def _never_answers(_slack: Slack, _what: str) -> None:
    raise TimeoutError


def _errs_too_late(_slack: Slack, what: str) -> None:
    raise HTTPError(what, 500, "", Headers(), BytesIO(b""))


Fault = Callable[[Slack, str], None]

#: What can happen at each point. Dying is possible everywhere.
FAULTS: Mapping[Point, tuple[Fault, ...]] = {
    Point.COMMIT: (_dies, _dies, fail_to_write),
    Point.COMMITTED: (_dies, _dies, fail_to_write),
    Point.LEAVES: (_dies, _unreachable, _is_down, _errs, _limits),
    Point.ACCEPTED: (_dies, hang_up, _never_answers, _errs_too_late),
    Point.READ: (_dies,),
}


#: What is asked before anything is written down; a story goes differently without the answer.
SPARED = "usergroups.users.list"


class Mishaps:
    """Lets a fault happen at some of the points that are crossed, as ``seed`` will have it."""

    def __init__(self, *, seed: int, share: float) -> None:
        #: The one whose calls go wrong, once it is there.
        self.slack: Slack | None = None
        self._lots = Random(seed)  # noqa: S311 - the same lots for the same seed
        self._share = share
        self.happened: Counter[str] = Counter()
        #: Set while a look at the promises is under way: it would be taken a minute later.
        self.storage_is_well = False

    def cross(self, point: Point, what: str) -> None:
        if self.slack is None or what == SPARED:
            return
        if self._lots.random() < self._share:
            fault = self._lots.choice(FAULTS[point])
            if fault is fail_to_write and self.storage_is_well:
                return
            self.happened[f"{point} {fault.__name__}"] += 1
            fault(self.slack, what)
