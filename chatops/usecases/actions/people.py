"""Who people are in the tracker, as far as `chatops.yml` tells."""

import re
from collections.abc import Iterator

from chatops.domain.team import Team

#: The address that GitHub gives people who keep their own to themselves.
_NOREPLY = re.compile(r".*<(?:\d+\+)?(?P<login>[A-Za-z0-9-]+)@users\.noreply\.github\.com>")
_TEAM = "team:"


def login_of(team: Team, user: str | None) -> str:
    """The name of a person in the tracker; empty where nobody wrote it down."""
    return next((login for known, login in _known(team) if known == user), "")


def user_of(team: Team, login: str) -> str | None:
    """The person who has a name in the tracker."""
    name = login.casefold()
    return next((user for user, known in _known(team) if known.casefold() == name), None)


def _known(team: Team) -> Iterator[tuple[str, str]]:
    """Persons and their names: as written, by their addresses, and as an audience's only member."""
    yield from team.git.accounts.items()
    for user, author in team.git.people.items():
        if found := _NOREPLY.fullmatch(author):
            yield user, found["login"]
    for audience, names in team.git.reviewers.items():
        members = team.audiences.get(audience, ())
        alone = len(members) == len(names) == 1 and not names[0].startswith(_TEAM)
        if alone and members[0].startswith(("U", "W")):
            yield members[0], names[0].removeprefix("@")
