"""Who may do what: the team's table, asked before anything is done."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from chatops.application.ports.chat import ChatError
from chatops.domain.errors import NotAllowed
from chatops.domain.incident.model import COMMANDER, Incident
from chatops.domain.team import ANYONE, MEMBERS, Permission, Team

_log = logging.getLogger(__name__)


class Groups(Protocol):
    """Who is in a user group."""

    def group(self, group: str) -> Sequence[str]:
        """The user ids in a user group."""
        ...


def is_group(id: str) -> bool:  # noqa: A002 - it is the id
    return id.startswith("S")


class PeopleDirectory:
    """Knows a team's audiences, person by person."""

    def __init__(self, team: Team, groups: Groups) -> None:
        self._team = team
        self._groups = groups

    def people(self, audience: str) -> tuple[str, ...]:
        """Everybody in an audience, each once, in the order of the configuration."""
        return self.expand(self._team.audiences.get(audience, ()))

    def expand(self, ids: Sequence[str]) -> tuple[str, ...]:
        """The people behind user ids, group ids and audience names."""
        found: list[str] = []
        for id_ in ids:
            if id_ in self._team.audiences:
                found.extend(self.people(id_))
            else:
                found.extend(self._members(id_) if is_group(id_) else (id_,))
        return tuple(dict.fromkeys(found))

    def expand_names(self, audiences: Sequence[str]) -> tuple[str, ...]:
        """The people in any of these audiences; a name that is none stands for nobody."""
        known = [name for name in audiences if name in self._team.audiences]
        return self.expand(known)

    def _members(self, group: str) -> Sequence[str]:
        """A group that the chat cannot tell us about now must not stop an incident."""
        try:
            return self._groups.group(group)
        except ChatError as trouble:
            _log.warning(
                "A user group could not be read", extra={"action": "group", "why": str(trouble)}
            )
            return ()

    def authorization(self, user: str, deed: Permission) -> "Authorization":
        """What a person brings with them for a deed; may ask the chat, so ask it beforehand."""
        named = [name for name in self._team.allowed(deed) if name in self._team.audiences]
        mine = frozenset(name for name in named if user in self.people(name))
        return Authorization(deed=deed, user=user, audiences=mine, allowed=self._team.allowed(deed))


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorization:
    """What is needed to judge whether ``user`` may do ``deed``.

    ``allowed`` names who may, ``audiences`` those of them that the person belongs to.
    """

    deed: Permission
    user: str
    audiences: frozenset[str]
    allowed: tuple[str, ...]

    def require(self, incident: Incident | None) -> None:
        """Refuse what the team's table does not give to the person.

        While nobody is commander, what is the commander's to do is open to every member.

        Raises:
            NotAllowed: with who can.
        """
        if self.suffices(incident):
            return
        commander = incident.commander if incident else None
        raise NotAllowed(self.deed, self.allowed, commander=commander)

    def suffices(self, incident: Incident | None) -> bool:
        """Whether the team's table gives it to the person."""
        return ANYONE in self.allowed or bool(self.audiences) or self._suffices_in(incident)

    def _suffices_in(self, incident: Incident | None) -> bool:
        if incident is None:
            return False
        inside = self.user in incident.people
        vacant = COMMANDER in self.allowed and incident.commander is None
        holds = any(incident.roles.get(role) == self.user for role in self.allowed)
        return holds or (inside and (MEMBERS in self.allowed or vacant))


class NotAskedYet(Exception):
    """Who is in an audience must be asked of the chat, and not inside a transaction."""

    def __init__(self, audience: str) -> None:
        super().__init__(audience)
        self.audience = audience


class Audiences:
    """Who is in an audience, asked once in a round."""

    def __init__(self, directory: PeopleDirectory) -> None:
        self._directory = directory
        self._people: dict[str, tuple[str, ...]] = {}

    def ask(self, audience: str) -> None:
        self._people[audience] = self._directory.people(audience)

    def people(self, *audiences: str) -> tuple[str, ...]:
        """Everybody in any of them, each once. Raises NotAskedYet."""
        for audience in audiences:
            if audience not in self._people:
                raise NotAskedYet(audience)
        everybody = (person for name in audiences for person in self._people[name])
        return tuple(dict.fromkeys(everybody))

    def meant(self, incident: Incident, names: Sequence[str]) -> tuple[str, ...]:
        """Everybody behind names of roles and audiences who may hear of an incident.

        Raises NotAskedYet.
        """
        holders = [incident.roles.get(name) for name in names]
        others = [name for name in names if name not in incident.roles]
        meant = dict.fromkeys((*filter(None, holders), *self.people(*others)))
        return tuple(user for user in meant if incident.visible_to(user))
