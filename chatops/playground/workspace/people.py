"""The people and user groups of a workspace."""

from chatops.playground.workspace.changes import Changes
from chatops.playground.workspace.model import Person, Persona, UserGroup


class UnknownPersonError(LookupError):
    """Nobody in the workspace has this id."""

    def __init__(self, user_id: str) -> None:
        super().__init__(f"nobody here has the id {user_id!r}")


class WorkspacePeople:
    """Who is in the workspace."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._people: dict[str, Person] = {}
        self._groups: dict[str, UserGroup] = {}

    @property
    def people(self) -> tuple[Person, ...]:
        with self._changes.reading():
            return tuple(self._people.values())

    @property
    def groups(self) -> tuple[UserGroup, ...]:
        with self._changes.reading():
            return tuple(self._groups.values())

    def find(self, user_id: str) -> Person | None:
        return self._people.get(user_id)

    def find_group(self, group_id: str) -> UserGroup | None:
        return self._groups.get(group_id)

    def person(self, user_id: str) -> Person:
        found = self.find(user_id)
        if found is None:
            raise UnknownPersonError(user_id)
        return found

    def handled(self, handle: str) -> Person | None:
        """Find a person by what stands behind the @."""
        return next((one for one in self.people if one.handle == handle), None)

    def add(
        self,
        *,
        handle: str,
        real_name: str,
        title: str = "",
        tz: str = "UTC",
        persona: Persona | None = None,
        is_bot: bool = False,
        is_admin: bool = False,
        user_id: str | None = None,
    ) -> Person:
        with self._changes.making():
            person = Person(
                id=user_id or self._changes.new_id("U"),
                handle=handle,
                real_name=real_name,
                email="" if is_bot or user_id else f"{handle}@example.com",
                title=title,
                tz=tz,
                persona=persona,
                bot_id=self._changes.new_id("B") if is_bot else None,
                is_admin=is_admin,
            )
            self._people[person.id] = person
        return person

    def replace(self, person: Person) -> None:
        """Put a changed person in the place of the one with the same id."""
        with self._changes.making():
            self._people[person.id] = person

    def add_group(self, *, handle: str, name: str, members: tuple[str, ...]) -> UserGroup:
        with self._changes.making():
            group = UserGroup(
                id=self._changes.new_id("S"), handle=handle, name=name, members=members
            )
            self._groups[group.id] = group
        return group
