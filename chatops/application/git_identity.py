"""What people are called in git."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from chatops.application.ports.chat import ChatError, Profile
from chatops.application.ports.external import ExternalBusy
from chatops.domain.team import Team

#: An address that reaches nobody, for people whose address nobody gave.
_NOWHERE = "users.invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class GitPerson:
    """Somebody as git knows them."""

    name: str
    email: str

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"


#: People by Slack user id.
People = Mapping[str, GitPerson]


class Profiles(Protocol):
    """Who people are in the chat."""

    def profile(self, user: str) -> Profile | None: ...


class GitIdentities:
    """Finds the names of people: from chatops.yml, else from their profiles."""

    def __init__(self, team: Team, people: Profiles) -> None:
        self._team = team
        self._people = people

    def of(self, users: Iterable[str], *, wait: bool = False) -> People:
        """Their names and addresses; may ask the chat, so no transaction may be open.

        Where the chat does not say, the id stands for the name.

        Raises:
            ExternalBusy: it does not say, and with ``wait`` it is asked again first.
        """
        return {user: self._person(user, wait=wait) for user in users}

    def _person(self, user: str, *, wait: bool) -> GitPerson:
        written = self._team.git.people.get(user, "")
        name, found, rest = written.partition("<")
        if found:
            return GitPerson(name=name.strip(), email=rest.strip(" >"))
        return GitPerson(
            name=written.strip() or self._called(user, wait=wait), email=f"{user}@{_NOWHERE}"
        )

    def _called(self, user: str, *, wait: bool) -> str:
        try:
            profile = self._people.profile(user)
        except ChatError as trouble:
            if wait:
                why = f"Slack does not say what <@{user}> is called"
                raise ExternalBusy(why) from trouble
            profile = None
        return (profile.full_name or profile.name) if profile is not None else user


def has_written(user: str, authors: Sequence[str], team: Team, people: Profiles) -> bool:
    """Whether somebody wrote one of the commits, as far as names tell."""
    if not authors:
        return False
    known, profile = team.git.people.get(user), people.profile(user)
    called = {profile.name, profile.full_name} if profile is not None else set()
    return any(author == known or author.partition(" <")[0] in called for author in authors)
