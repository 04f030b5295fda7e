"""Asks over HTTP: one GET, to an address that was looked at first, over when its time is up."""

import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from threading import Timer
from time import monotonic
from typing import Any, Final

import httpx

from chatops.adapters.operations.addresses import (
    RefusedAddress,
    Resolve,
    check_public,
    look_up,
    resolved,
)
from chatops.adapters.operations.plain import cut, plain

#: Bytes of an answer that are read at most.
LARGEST: Final = 1_000_000
_MOST_REDIRECTS: Final = 5
_LONGEST_WORDS: Final = 120
_PORTS: Final[Mapping[str, int]] = {"http": 80, "https": 443}
_HEADERS: Final[Mapping[str, str]] = {
    "User-Agent": "chatops",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
}


class NoAnswer(Exception):  # noqa: N818 - it is what people read
    """Nothing came back, or it was not asked; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came back; ``whole`` is false where there was more of it.

    ``onward`` is where a redirect points to, ``elsewhere`` the host of one that is not followed.
    """

    status: int
    body: bytes = b""
    whole: bool = True
    onward: str = ""
    elsewhere: str = ""


class Asker:
    """Asks over HTTP. ``trust`` are the certificates that count: the machine's own by default."""

    def __init__(
        self, *, resolve: Resolve | None = None, trust: ssl.SSLContext | None = None
    ) -> None:
        self._resolve = resolve or look_up
        self._trust = trust

    def get(self, address: str, *, seconds: float, internal: bool, final: int) -> Answered:
        """GET; redirects are followed on the same host, but for the status that is ``final``.

        Raises:
            NoAnswer
        """
        until = monotonic() + seconds
        try:
            return self._follow(address_of(address), until, internal=internal, final=final)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise NoAnswer(_too_late(seconds)) from error
        except (RefusedAddress, httpx.InvalidURL) as error:
            raise NoAnswer(str(error)) from error
        except (httpx.TransportError, OSError) as error:
            late = monotonic() >= until
            raise NoAnswer(_too_late(seconds) if late else _trouble(error)) from error

    def _follow(self, url: httpx.URL, until: float, *, internal: bool, final: int) -> Answered:
        for _ in range(_MOST_REDIRECTS):
            answer = self._ask(url, until, internal=internal)
            if answer.status == final or not answer.onward:
                return answer
            onward = url.join(answer.onward)
            if not _is_same_host(url, onward):
                return Answered(status=answer.status, elsewhere=onward.host or onward.scheme)
            url = address_of(str(onward))
        why = "it sends from one page to the next without end"
        raise NoAnswer(why)

    def _ask(self, url: httpx.URL, until: float, *, internal: bool) -> Answered:
        host = url.raw_host.decode("ascii")
        addresses = self._addresses(host, url.port or _PORTS[url.scheme], until)
        if not internal:
            check_public(host, addresses)
        for address in addresses[:-1]:
            with suppress(httpx.ConnectError, httpx.ConnectTimeout):
                return self._ask_at(address, url, until)
        return self._ask_at(addresses[-1], url, until)

    def _addresses(self, host: str, port: int, until: float) -> Sequence[str]:
        try:
            found = resolved(self._resolve, host, port, patience=_left(until))
        except TimeoutError:
            raise
        except OSError:
            found = ()
        if not found:
            why = f"there is no host {host}"
            raise NoAnswer(why)
        return found

    def _ask_at(self, address: str, url: httpx.URL, until: float) -> Answered:
        """Ask exactly this address; the name stays in the request and in the certificate."""
        headers = {**_HEADERS, "Host": url.netloc.decode("ascii")}
        with _limited(_left(until)) as watchdog, self._client(_left(until)) as client:
            extensions = {
                "sni_hostname": url.raw_host.decode("ascii"),
                "trace": watchdog.see,
            }
            target = url.copy_with(host=address)
            with client.stream("GET", target, headers=headers, extensions=extensions) as response:
                body, whole = _read(response)
                if watchdog.has_bitten:
                    raise TimeoutError
                onward = response.headers["location"] if response.has_redirect_location else ""
                return Answered(status=response.status_code, body=body, whole=whole, onward=onward)

    def _client(self, seconds: float) -> httpx.Client:
        """A client that neither the environment's proxies nor anybody's cookies have a say in."""
        trust = self._trust or _trusted_here()
        return httpx.Client(verify=trust, trust_env=False, timeout=seconds)


@cache
def _trusted_here() -> ssl.SSLContext:
    """The machine's own certificates; reading them takes longer than most checks."""
    return ssl.create_default_context()


def address_of(text: str) -> httpx.URL:
    """The address to ask.

    Raises:
        httpx.InvalidURL: it is none that a check may have.
    """
    url = httpx.URL(text)
    if url.scheme not in _PORTS:
        why = f"“{cut(text, 80)}” begins with neither https:// nor http://"
    elif url.userinfo:
        why = "the address holds a user or a password"
    elif not url.raw_host or b"%" in url.raw_host or (url.port or 1) > 65535:  # noqa: PLR2004 - ports end there
        why = f"“{cut(text, 80)}” names no host"
    else:
        return url
    raise httpx.InvalidURL(why)


class _Watchdog:
    """Breaks a connection off, so that no server can keep it by sending a little at a time."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self.has_bitten = False

    def see(self, _event: str, info: Mapping[str, Any]) -> None:
        """Hear of a connection that was made."""
        extra = getattr(info.get("return_value"), "get_extra_info", None)
        if extra is not None:
            self._socket = extra("socket")

    def bite(self) -> None:
        self.has_bitten = True
        if self._socket is not None:
            with suppress(OSError):
                # Under TLS it would first give up the encryption that another thread reads with.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


@contextmanager
def _limited(seconds: float) -> Iterator[_Watchdog]:
    watchdog = _Watchdog()
    timer = Timer(seconds, watchdog.bite)
    timer.start()
    try:
        yield watchdog
    finally:
        timer.cancel()


def _left(until: float) -> float:
    left = until - monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _read(response: httpx.Response) -> tuple[bytes, bool]:
    """The body as it was sent, as far as it is read."""
    body = bytearray()
    for part in response.iter_raw():
        body += part
        if len(body) > LARGEST:
            return bytes(body[:LARGEST]), False
    return bytes(body), True


def _is_same_host(one: httpx.URL, other: httpx.URL) -> bool:
    """The same host and port, or its step from http to https."""
    places = [(each.scheme, each.port or _PORTS.get(each.scheme, 0)) for each in (one, other)]
    steps_up = places == [("http", 80), ("https", 443)]
    return one.raw_host == other.raw_host and (places[0] == places[1] or steps_up)


def _too_late(seconds: float) -> str:
    return f"no answer in {seconds:g} s"


def _trouble(error: Exception) -> str:
    """What went wrong on the way, in words."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted: {cause.verify_message}"
        if isinstance(cause, ConnectionRefusedError):
            return "the connection was refused"
        cause = cause.__cause__ or cause.__context__
    words = " ".join(plain(str(error)).split()) or type(error).__name__
    return f"it broke off: {cut(words, _LONGEST_WORDS)}"
