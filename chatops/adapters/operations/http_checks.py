"""Asks over HTTP: one GET, to an address that was looked at first, over when its time is up."""

import json
import re
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from math import isfinite
from queue import Empty, SimpleQueue
from threading import Thread, Timer
from time import monotonic
from typing import Any, Final

import httpx

from chatops.adapters.operations.output import cut, plain
from chatops.application.ports.external import Reading
from chatops.domain.git.versions import UnreadableVersion, Version
from chatops.domain.services import Check

#: Finds the addresses of a host; raises OSError if it has none.
Resolve = Callable[[str, int], Sequence[str]]

#: Addresses of IPv4 as IPv6 networks carry them: their last 32 bits.
_TRANSLATED = IPv6Network("64:ff9b::/96")
#: What IPv6 has given out for the internet.
_UNICAST = IPv6Network("2000::/3")


class RefusedAddress(Exception):
    """The bot does not ask there; the text says why."""


def look_up(host: str, port: int) -> tuple[str, ...]:
    """Ask the machine's resolver, in the order in which it wants addresses to be tried."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


def resolved(resolve: Resolve, host: str, port: int, *, patience: float) -> Sequence[str]:
    """The addresses of a host, or none found within ``patience`` seconds.

    Raises:
        OSError, TimeoutError
    """
    answers = SimpleQueue[Sequence[str] | Exception]()

    def ask() -> None:
        try:
            answers.put(resolve(host, port))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    Thread(target=ask, name=f"resolve {host}", daemon=True).start()
    try:
        answer = answers.get(timeout=patience)
    except Empty as error:
        raise TimeoutError from error
    if isinstance(answer, UnicodeError):
        raise OSError(str(answer)) from answer
    if isinstance(answer, Exception):
        raise answer
    return answer


def check_public(host: str, addresses: Sequence[str]) -> None:
    """Refuse a host of which one address is not the internet's.

    Raises:
        RefusedAddress
    """
    for address in addresses:
        if not is_public(address):
            where = address if address == host else f"{host} is {address}, which"
            why = f"{where} is an address inside. If that is meant, set `internal: true`"
            raise RefusedAddress(why)


def is_public(address: str) -> bool:
    """Whether an address is one of the internet at large, whatever way it is written.

    >>> is_public("93.184.215.14"), is_public("169.254.169.254"), is_public("::ffff:10.0.0.1")
    (True, False, False)
    """
    return all(map(_is_public, _meant(ip_address(address))))


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address) and address not in _UNICAST:
        return False
    return address.is_global and not address.is_multicast


def _meant(address: IPv4Address | IPv6Address) -> tuple[IPv4Address | IPv6Address, ...]:
    """What an address stands for: itself, and those that it wraps up."""
    if isinstance(address, IPv4Address):
        return (address,)
    if address.ipv4_mapped:
        return (address.ipv4_mapped,)
    if address in _TRANSLATED:
        return (IPv4Address(int(address) & 0xFFFFFFFF),)
    wrapped = (address.sixtofour, *(address.teredo or ()))
    return (address, *filter(None, wrapped))


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


class NoAnswer(Exception):
    """Nothing came back, or it was not asked; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """What came back; ``whole`` is false where there was more of it.

    ``onward`` is where a redirect points to, ``elsewhere`` the host of one that is not followed.
    """

    status: int
    body: bytes = b""
    whole: bool = True
    onward: str = ""
    elsewhere: str = ""


class HttpClient:
    """Asks over HTTP. ``trust`` are the certificates that count: the machine's own by default."""

    def __init__(
        self, *, resolve: Resolve | None = None, trust: ssl.SSLContext | None = None
    ) -> None:
        self._resolve = resolve or look_up
        self._trust = trust

    def get(self, address: str, *, seconds: float, internal: bool, final: int) -> HttpAnswer:
        """GET; redirects are followed on the same host, but for the status that is ``final``.

        Raises:
            NoAnswer
        """
        until = monotonic() + seconds
        try:
            return self._follow(parse_url(address), until, internal=internal, final=final)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise NoAnswer(_too_late(seconds)) from error
        except (RefusedAddress, httpx.InvalidURL) as error:
            raise NoAnswer(str(error)) from error
        except (httpx.TransportError, OSError) as error:
            late = monotonic() >= until
            raise NoAnswer(_too_late(seconds) if late else _trouble(error)) from error

    def _follow(self, url: httpx.URL, until: float, *, internal: bool, final: int) -> HttpAnswer:
        for _ in range(_MOST_REDIRECTS):
            answer = self._ask(url, until, internal=internal)
            if answer.status == final or not answer.onward:
                return answer
            onward = url.join(answer.onward)
            if not _is_same_host(url, onward):
                return HttpAnswer(status=answer.status, elsewhere=onward.host or onward.scheme)
            url = parse_url(str(onward))
        why = "it sends from one page to the next without end"
        raise NoAnswer(why)

    def _ask(self, url: httpx.URL, until: float, *, internal: bool) -> HttpAnswer:
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

    def _ask_at(self, address: str, url: httpx.URL, until: float) -> HttpAnswer:
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
                return HttpAnswer(
                    status=response.status_code, body=body, whole=whole, onward=onward
                )

    def _client(self, seconds: float) -> httpx.Client:
        """A client that neither the environment's proxies nor anybody's cookies have a say in."""
        trust = self._trust or _trusted_here()
        return httpx.Client(verify=trust, trust_env=False, timeout=seconds)


@cache
def _trusted_here() -> ssl.SSLContext:
    """The machine's own certificates; reading them takes longer than most checks."""
    return ssl.create_default_context()


def parse_url(text: str) -> httpx.URL:
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


_NUMBER = re.compile(r"\s*([-+]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,3})?)\s*[^\s\d]{0,8}\s*")
_COMMIT = re.compile(r"[0-9a-f]{7,64}")
#: A full commit id is one of SHA-1 or of SHA-256.
_WHOLE_COMMIT = (40, 64)
_INDEX = re.compile(r"\[(\d{1,6})\]")
_LONGEST = 60
_DEEPEST = 20


class _Wrong(Exception):
    """The answer is not what a check can be made of."""


def judge(check: Check, answer: HttpAnswer, *, wanted: str | None, first: float | None) -> Reading:
    """What the answer says; ``wanted`` is ``check.equals`` filled in."""
    status = str(answer.status)
    if answer.elsewhere:
        said = f"{status} to {cut(plain(answer.elsewhere), _LONGEST)}, wanted {check.status}"
        return Reading(good=False, said=said)
    if answer.status != check.status:
        return Reading(good=False, said=f"{status}, wanted {check.status}")
    text = answer.body.decode("utf-8", "replace")
    if check.contains is not None and check.contains not in text:
        said = f"{status}, but “{cut(check.contains, _LONGEST)}” is not in the answer"
        return Reading(good=False, said=said)
    try:
        return _judge_value(check, status, answer, wanted=wanted, first=first)
    except _Wrong as wrong:
        return Reading(good=False, said=f"{status}, but the answer {wrong}")


def _judge_value(
    check: Check, status: str, answer: HttpAnswer, *, wanted: str | None, first: float | None
) -> Reading:
    if check.json is None and wanted is None and check.below is None and not check.falls:
        return Reading(good=True, said=status)
    found = _value(check, answer)
    name = "" if check.json is None else _name(check.json)
    if check.below is not None or check.falls:
        return _judge_number(check, _number(found, name), first=first)
    if wanted is None:
        return Reading(good=True, said=f"{status}, {_named(name, found)}")
    good = is_same(_text(found), wanted)
    more = "" if good else f", wanted {cut(wanted, _LONGEST)}"
    return Reading(good=good, said=f"{status}, {_named(name, found)}{more}")


def _judge_number(check: Check, number: float, *, first: float | None) -> Reading:
    told: list[str] = []
    good = True
    if check.below is not None and number >= check.below:
        good = False
        told.append(f"wanted below {spoken(check.below)}")
    if check.falls:
        has_fallen = number <= 0 or (first is not None and number < first)
        good = good and has_fallen
        if first is not None:
            told.append(f"was {spoken(first)} at first")
        elif not has_fallen:
            told.append("to be compared with the next")
    return Reading(good=good, said=", ".join([spoken(number), *told]), value=number)


def is_same(found: str, wanted: str) -> bool:
    """Whether two values mean the same: versions with or without a ``v``, commits cut short.

    >>> is_same("v1.2.4", "1.2.4"), is_same("4f2c9e1", "4f2c9e1b7d3a5c8e9f0a1b2c3d4e5f6a7b8c9d0e")
    (True, True)
    """
    one, other = found.strip(), wanted.strip()
    return one == other or _same_version(one, other) or _same_commit(one.lower(), other.lower())


def spoken(number: float) -> str:
    """A number as people write it.

    >>> spoken(38.0), spoken(0.30000000000000004), spoken(1234567)
    ('38', '0.3', '1,234,567')
    """
    return f"{number:,.10g}"


def _same_version(one: str, other: str) -> bool:
    bare = [each.removeprefix("v").removeprefix("V") for each in (one, other)]
    try:
        first, second = map(Version.parse, bare)
    except UnreadableVersion:
        return False
    return first == second


def _same_commit(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if len(long) not in _WHOLE_COMMIT or not _COMMIT.fullmatch(short):
        return False
    return bool(_COMMIT.fullmatch(long)) and long.startswith(short)


def _value(check: Check, answer: HttpAnswer) -> Any:
    if check.json is None:
        return answer.body.decode("utf-8", "replace")
    try:
        data = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        why = "is not JSON" if answer.whole else "is longer than 1 MB"
        raise _Wrong(why) from error
    for found in _at(data, _steps(check.json)):
        return found
    why = f"has no {cut(check.json, _LONGEST)}"
    raise _Wrong(why)


def _steps(path: str) -> tuple[str, ...]:
    return tuple(_INDEX.sub(r".\1", path).strip(".").split("."))[:_DEEPEST]


def _at(data: Any, steps: Sequence[str]) -> Iterator[Any]:
    """What stands at a path; keys may have dots in them."""
    if not steps:
        yield data
    elif isinstance(data, list):
        if steps[0].isdecimal() and int(steps[0]) < len(data):
            yield from _at(data[int(steps[0])], steps[1:])
    elif isinstance(data, Mapping):
        for length in range(1, len(steps) + 1):
            key = ".".join(steps[:length])
            if key in data:
                yield from _at(data[key], steps[length:])


def _number(found: Any, name: str) -> float:
    number: float | None = None
    if isinstance(found, str) and (written := _NUMBER.fullmatch(found)):
        number = float(written[1])
    elif isinstance(found, int | float) and not isinstance(found, bool):
        number = _as_float(found)
    if number is None or not isfinite(number):
        why = f"is {_named(name, found)}, and a number was wanted"
        raise _Wrong(why)
    return number


def _as_float(found: float) -> float | None:
    try:
        return float(found)
    except OverflowError:
        return None


def _text(found: Any) -> str:
    return found if isinstance(found, str) else json.dumps(found)


def _name(path: str) -> str:
    """The last word of a path: “version” of ``build.version``."""
    return next((step for step in reversed(_steps(path)) if not step.isdecimal()), "")


def _named(name: str, found: Any) -> str:
    value = cut(" ".join(plain(_text(found)).split()) or "nothing", _LONGEST)
    return f"{name.replace('_', ' ')} {value}".strip()
