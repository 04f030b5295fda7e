"""The page's addresses, and its requests: one that comes again is answered, not done again."""

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from hashlib import blake2b
from threading import Lock
from urllib.parse import urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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


LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_HARMLESS = frozenset({"GET", "HEAD"})
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' http: https: data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class SameOrigin:
    """Answers only under the names of this machine, and takes actions from its own page alone.

    The check of the name keeps out a foreign site whose name was made to lead here.
    """

    def __init__(self, app: ASGIApp, *, hosts: frozenset[str] = LOOPBACK) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        reason = self._reason_to_refuse(scope["method"], Headers(scope=scope))
        if reason:
            await PlainTextResponse(reason, status_code=403)(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _reason_to_refuse(self, method: str, headers: Headers) -> str | None:
        host = headers.get("host", "")
        if urlsplit(f"//{host}").hostname not in self._hosts:
            return f"The playground is not served under the name {host!r}."
        if method in _HARMLESS:
            return None
        site = headers.get("sec-fetch-site", "same-origin")
        origin = headers.get("origin", f"http://{host}")
        if site != "same-origin" or urlsplit(origin).netloc != host:
            return "Only the playground's own page can do this."
        if headers.get("content-type", "").partition(";")[0] != "application/json":
            return "Only JSON is taken here."
        return None


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
