"""Checks where post-mortems are to be kept: a service with code, a branch, a path in it."""

from collections.abc import Iterator
from string import Formatter

from chatops.adapters.playbooks.problems import PlaybookProblem, near
from chatops.adapters.playbooks.reading import Document
from chatops.domain.git.names import BranchName, RefusedName
from chatops.domain.team import Team

_KNOWN = ("year", "reference", "slug")


def wrong_docs(document: Document, team: Team) -> Iterator[PlaybookProblem]:
    """Find what does not fit in the team's ``docs``."""
    docs = team.docs
    if docs is None:
        return
    service = team.services.get(docs.service)
    if service is None:
        hint = near(docs.service, list(team.services)) or "; name one of services"
        yield document.problem(("docs", "service"), f"there is no service “{docs.service}”{hint}")
    elif not service.has_code:
        yield document.problem(
            ("docs", "service"), f"{docs.service} has no repository to keep them in"
        )
    try:
        BranchName(docs.branch)
    except RefusedName as error:
        yield document.problem(("docs", "branch"), str(error).replace("`", ""))
    yield from _wrong_path(document, docs.path)


def _wrong_path(document: Document, path: str) -> Iterator[PlaybookProblem]:
    place = ("docs", "path")
    try:
        names = {name for _, name, _, _ in Formatter().parse(path) if name is not None}
        filled = path.format(**dict.fromkeys(_KNOWN, "x")) if names <= set(_KNOWN) else "x"
    except (ValueError, LookupError, AttributeError) as error:
        yield document.problem(place, f"is not a pattern: {error}")
        return
    if unknown := sorted(names - set(_KNOWN)):
        known = ", ".join(f"{{{name}}}" for name in _KNOWN)
        hint = near(unknown[0], list(_KNOWN)) or f"; known are {known}"
        yield document.problem(place, f"{{{unknown[0]}}} is not known here{hint}")
    elif "reference" not in names:
        yield document.problem(place, "needs {reference}, so that each has a file of its own")
    if path.startswith("/") or {"", ".", "..", ".git"} & set(filled.split("/")):
        told = "must be a file inside the repository: postmortems/{year}/{reference}.md"
        yield document.problem(place, told)
