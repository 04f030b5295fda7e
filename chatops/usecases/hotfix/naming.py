"""What people are called in git."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from chatops.domain.team import Team
from chatops.usecases.chat import ChatTrouble, Profile
from chatops.usecases.hotfix.facts import People as Known
from chatops.usecases.hotfix.facts import Person, concerned
from chatops.usecases.hotfix.ports import WorkLater
from chatops.usecases.hotfix.session import HotfixTurn

#: An address that reaches nobody, for people whose address nobody gave.
_NOWHERE = "users.invalid"


class Profiles(Protocol):
    """Who people are in the chat."""

    def profile(self, user: str) -> Profile | None: ...


class Names:
    """Finds the names of people: from chatops.yml, else from their profiles."""

    def __init__(self, team: Team, people: Profiles) -> None:
        self._team = team
        self._people = people

    def concerned(self, hand: HotfixTurn) -> tuple[str, ...]:
        """Everybody whose name a commit of this hotfix may carry."""
        return concerned(hand)

    def of(self, users: Iterable[str], *, wait: bool = False) -> Known:
        """Their names and addresses; may ask the chat, so no transaction may be open.

        Where the chat does not say, the id stands for the name.

        Raises:
            WorkLater: it does not say, and with ``wait`` it is asked again first.
        """
        return {user: self._person(user, wait=wait) for user in users}

    def _person(self, user: str, *, wait: bool) -> Person:
        written = self._team.git.people.get(user, "")
        name, found, rest = written.partition("<")
        if found:
            return Person(name=name.strip(), email=rest.strip(" >"))
        return Person(
            name=written.strip() or self._called(user, wait=wait), email=f"{user}@{_NOWHERE}"
        )

    def _called(self, user: str, *, wait: bool) -> str:
        try:
            profile = self._people.profile(user)
        except ChatTrouble as trouble:
            if wait:
                why = f"Slack does not say what <@{user}> is called"
                raise WorkLater(why) from trouble
            profile = None
        return (profile.full_name or profile.name) if profile is not None else user


def has_written(user: str, authors: Sequence[str], team: Team, people: Profiles) -> bool:
    """Whether somebody wrote one of the commits, as far as names tell."""
    if not authors:
        return False
    known, profile = team.git.people.get(user), people.profile(user)
    called = {profile.name, profile.full_name} if profile is not None else set()
    return any(author == known or author.partition(" <")[0] in called for author in authors)
