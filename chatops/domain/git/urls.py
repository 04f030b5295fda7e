"""Addresses of repositories: which ones git may be pointed at, and why others are refused."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from chatops.domain.git.names import RefusedName

LONGEST_URL: Final = 2000
_SCP_URL = re.compile(
    r"(?:(?P<user>[A-Za-z0-9_][A-Za-z0-9_.-]*)@)?(?P<host>[^:/@]+):(?P<path>[^:].*)"
)
_FULL_URL = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?:(?P<user>[^/@]*)@)?(?P<host>[^/@]*)(?P<path>/.*)?"
)
_HOST = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?|\[[0-9a-fA-F:]+\](?::[0-9]{1,5})?"
)
_LOOPBACK = re.compile(r"(?:localhost|127\.[0-9.]+|\[::1\])(?::[0-9]{1,5})?")


class RefusedRemoteUrl(RefusedName):
    """Not the address of a repository."""

    kind = "repository address"


@dataclass(frozen=True, slots=True)
class RemoteUrl:
    """Where a repository lives: https, ssh (both spellings) or a directory; no secret in it."""

    text: str

    def __post_init__(self) -> None:
        if reason := next(_url_faults(self.text), None):
            raise RefusedRemoteUrl(_without_secret(self.text), reason)

    def __str__(self) -> str:
        return self.text

    @property
    def protocol(self) -> str:
        """The one git transport that this address needs."""
        if self.text.startswith("/"):
            return "file"
        found = _FULL_URL.fullmatch(self.text)
        return found["scheme"] if found else "ssh"

    @property
    def origin(self) -> str:
        """Scheme, host and port, as git's password prompts name them; empty for a directory."""
        found = _FULL_URL.fullmatch(self.text)
        return f"{found['scheme']}://{found['host']}" if found and found["host"] else ""


def is_loopback(host: str) -> bool:
    """Whether a host, with or without its port, is this very machine."""
    return bool(_LOOPBACK.fullmatch(host))


def same_repository(one: str, other: str) -> bool:
    """Whether two addresses lead to one repository, whatever the protocol and the spelling.

    >>> same_repository("git@github.com:acme/shop.git", "https://GitHub.com/acme/shop")
    True
    >>> same_repository("https://github.com/acme/shop", "https://github.com/acme/shop-2")
    False
    """
    return bool(one) and _host_and_path(one) == _host_and_path(other)


def _host_and_path(url: str) -> tuple[str, str]:
    found = _FULL_URL.fullmatch(url) or _SCP_URL.fullmatch(url)
    host, path = (found["host"] or "", found["path"] or "") if found else ("", url)
    return host.casefold(), path.strip("/").removesuffix(".git").casefold()


def _url_faults(url: str) -> Iterator[str]:
    if len(url) > LONGEST_URL:
        yield f"it has {len(url)} characters, and {LONGEST_URL} are the most"
    if url.startswith("-"):
        yield "it begins with a dash, which git reads as an option"
    if any(unicodedata.category(character)[0] in "CZ" for character in url):
        yield "it contains a space or an invisible character"
    if url.startswith("/"):
        return
    if found := _FULL_URL.fullmatch(url):
        yield from _full_url_faults(found)
    elif "::" in url:
        yield "it names a transport helper, which could run any program"
    elif found := _SCP_URL.fullmatch(url):
        yield from _scp_url_faults(found)
    else:
        yield "it is neither https://, ssh://, user@host:path nor a directory given in full"


def _full_url_faults(found: re.Match[str]) -> Iterator[str]:
    scheme, user, host = found["scheme"], found["user"], found["host"]
    if scheme not in {"https", "http", "ssh", "file"}:
        yield f"{scheme}:// is not one of https://, ssh:// and file://"
    if scheme == "file":
        if host or user is not None:
            yield "a file:// address takes no host"
        return
    if not _HOST.fullmatch(host):
        yield "it names no proper host"
    if scheme == "http" and not is_loopback(host):
        yield "http:// sends everything in the clear; use https://"
    if user is not None and (scheme != "ssh" or not re.fullmatch(r"\w[\w.-]*", user)):
        yield "it contains a user or a secret; credentials are configured apart from it"
    if not (found["path"] or "").strip("/"):
        yield "it names no repository on its host"


def _scp_url_faults(found: re.Match[str]) -> Iterator[str]:
    if not _HOST.fullmatch(found["host"]):
        yield "it names no proper host"
    if found["path"].startswith("-"):
        yield "its path begins with a dash, which could be read as an option"


def _without_secret(url: str) -> str:
    return re.sub(r"^([a-z][a-z0-9+.-]*://)[^/]*@", r"\1***@", url)
