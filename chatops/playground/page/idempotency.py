"""Answers a request that comes again as it was answered first, and does nothing twice."""

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock

from starlette.responses import Response

#: The header under which a page names what it asks for, the same each time that it asks.
HEADER = "Idempotency-Key"
#: How many answers are remembered: a page asks again within seconds.
_REMEMBERED = 512


class Idempotency:
    """The answers that were given, by key."""

    def __init__(self) -> None:
        self._answers: OrderedDict[str, Future[Response]] = OrderedDict()
        self._lock = Lock()

    def once(self, key: str | None, work: Callable[[], Response]) -> Response:
        """Do the work and return its answer; only the answer, if it was done under the same key.

        A repetition that comes while the work is still being done waits for it.
        """
        if not key:
            return work()
        with self._lock:
            is_first = key not in self._answers
            answer = self._answers.setdefault(key, Future())
            while len(self._answers) > _REMEMBERED:
                self._answers.popitem(last=False)
        if is_first:
            try:
                answer.set_result(work())
            except BaseException as error:
                answer.set_exception(error)
                raise
        return answer.result()
