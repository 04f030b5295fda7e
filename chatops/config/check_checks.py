"""Checks the checks of services: that they can be asked, and that an answer can be right."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from ipaddress import ip_address

import httpx

from chatops.adapters.operations.addresses import is_public
from chatops.adapters.operations.asking import address_of
from chatops.adapters.playbooks.policy_checks import Finding
from chatops.adapters.playbooks.reading import Place
from chatops.config.command_checks import fact_findings, limit_findings
from chatops.domain.services import Check, UnusableFact, fill

_LEAST, _MOST = timedelta(milliseconds=100), timedelta(minutes=1)
#: Facts as they might be, to see what an address comes to.
_SAMPLE: Mapping[str, str] = {
    "version": "1.2.4",
    "previous": "1.2.3",
    "branch": "main",
    "sha": "4f2c9e1b7d3a5c8e9f0a1b2c3d4e5f6a7b8c9d0e",
    "service": "shop",
    "reference": "INC-2026-001",
}
_INSIDE = ("localhost", ".localhost", ".local", ".internal")


def check_findings(place: Place, check: Check, *, internal: bool) -> Iterator[Finding]:
    """What is wrong with a check."""
    if not check.title.strip():
        yield (*place, "title"), "must say in a few words what is looked at"
    yield from _address((*place, "url"), check.url, internal=internal)
    if not 100 <= check.status <= 599:  # noqa: PLR2004 - as HTTP counts
        yield (*place, "status"), "must be a status of HTTP, such as 200"
    if check.json is not None and not check.json.strip(". "):
        yield (*place, "json"), "must be a path into the answer, such as build.version"
    yield from _answer(place, check)
    yield from limit_findings((*place, "timeout"), check.timeout, _LEAST, _MOST)


def deployed_findings(place: Place, check: Check) -> Iterator[Finding]:
    """What keeps a check from telling which version runs."""
    asked = check.url + (check.equals or "")
    if not any(f"{{{fact}}}" in asked for fact in ("version", "sha", "branch")):
        yield (*place, "equals"), 'must say what is to run, as in equals: "{version}"'


def _answer(place: Place, check: Check) -> Iterator[Finding]:
    has_number = check.below is not None or check.falls
    if check.equals is not None:
        yield from fact_findings((*place, "equals"), check.equals)
        if has_number:
            yield (*place, "equals"), "cannot stand beside below or falls: make two checks of it"


def _address(place: Place, url: str, *, internal: bool) -> Iterator[Finding]:
    unknown = tuple(fact_findings(place, url))
    yield from unknown
    if unknown:
        return
    try:
        host = address_of(fill(url, _SAMPLE)).host.lower()
    except (httpx.InvalidURL, UnusableFact) as error:
        yield place, str(error)
        return
    if not internal and _is_inside(host):
        yield place, f"{host} is an address inside: if that is meant, set internal: true beside it"


def _is_inside(host: str) -> bool:
    try:
        return not is_public(str(ip_address(host)))
    except ValueError:
        return host.endswith(_INSIDE)
