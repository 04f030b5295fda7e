"""Who is in an audience, asked of the chat while no transaction is open."""

from collections.abc import Sequence

from chatops.domain.incident.model import Incident
from chatops.usecases.permission import Directory


class NotAskedYet(Exception):  # noqa: N818 - it is no error: somebody must be asked first
    """Who is in an audience must be asked of the chat, and not inside a transaction."""

    def __init__(self, audience: str) -> None:
        super().__init__(audience)
        self.audience = audience


class Audiences:
    """Who is in an audience, asked once in a round."""

    def __init__(self, directory: Directory) -> None:
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
