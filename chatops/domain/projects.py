"""Which host, and which `owner/name` on it, the address of a repository means."""

import re
from dataclasses import dataclass

from chatops.domain.services import Service

_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://(?:[^/@]*@)?(?P<host>[^/]*)/|(?:[^/@]*@)?(?P<scp>[^/:]+):)?(?P<path>.*)"
)
_PROJECT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*/(?!\.{1,2}$)[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Address:
    """A host (with its port, if the address has one), and the path of a repository on it."""

    host: str
    path: str

    @property
    def project(self) -> str:
        """Its last two parts, ``owner/name``; empty where there are none."""
        found = "/".join(self.path.split("/")[-2:])
        return found if is_project(found) else ""


def address_of(repository: str) -> Address:
    """Take an address apart, in each of the spellings that git knows.

    >>> address_of("https://github.com/acme/shop.git")
    Address(host='github.com', path='acme/shop')
    >>> address_of("git@GitHub.com:acme/shop.git").project
    'acme/shop'
    >>> address_of("/srv/git/shop.git")
    Address(host='', path='srv/git/shop')
    """
    found = _ADDRESS.fullmatch(repository)
    if found is None:
        return Address("", "")
    host = found["host"] or found["scp"] or ""
    return Address(host.lower(), found["path"].strip("/").removesuffix(".git").strip("/"))


def is_project(text: str) -> bool:
    """Whether it can be the ``owner/name`` of a repository, and nothing else.

    >>> is_project("acme/shop"), is_project("acme/.."), is_project("acme/shop?x=1")
    (True, False, False)
    """
    return bool(_PROJECT.fullmatch(text))


def project_of(service: Service) -> str:
    """The project that a service names, or else its repository's; empty where there is none."""
    if service.project is not None:
        return service.project if is_project(service.project) else ""
    return address_of(service.repository).project
