"""Which addresses a check may be aimed at: none inside, unless the service is said to be."""

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from queue import Empty, SimpleQueue
from threading import Thread

#: Finds the addresses of a host; raises OSError if it has none.
Resolve = Callable[[str, int], Sequence[str]]

#: Addresses of IPv4 as IPv6 networks carry them: their last 32 bits.
_TRANSLATED = IPv6Network("64:ff9b::/96")
#: What IPv6 has given out for the internet.
_UNICAST = IPv6Network("2000::/3")


class RefusedAddress(Exception):  # noqa: N818 - it is what people read
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
