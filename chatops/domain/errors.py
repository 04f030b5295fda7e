"""What can go wrong, told in words: mistakes of people first, and storage that is away."""

from collections.abc import Sequence


class UserError(Exception):
    """Something a person asked for that cannot be done as asked; its text says what can."""


class StorageError(Exception):
    """The storage cannot be used now; nothing was changed."""


class UnknownSeverity(UserError):
    """The severity is not in the playbook."""

    def __init__(self, asked: str, known: Sequence[str]) -> None:
        super().__init__(f"There is no severity “{asked[:40]}”. Pick one of {', '.join(known)}.")


def already_resolved(reference: str) -> UserError:
    """The incident is resolved and the request needs a running one."""
    return UserError(
        f"{reference} is resolved. If it is back, reopen it first: `/incident reopen`."
    )


def incident_closed(reference: str) -> UserError:
    """The incident is closed."""
    return UserError(f"{reference} is closed. To go on with it: `/incident reopen`.")


def not_resolved(reference: str) -> UserError:
    """The incident is running and the request needs a resolved one."""
    return UserError(f"{reference} is not resolved yet. First: `/incident resolve`.")


class UnknownIncident(UserError):
    """No incident of that id or reference."""

    def __init__(self, asked: object) -> None:
        super().__init__(f"I know no incident {asked!s:.60}. See what is open: `/incident list`.")


#: What anybody may do to become one of those who may.
_WAYS_IN = {
    "members": ", or become one: `/incident join`",
    "commander": ", or take command: `/incident role commander`",
}


class NotAllowed(UserError):
    """The team's table does not give this to the person."""

    def __init__(self, deed: str, allowed: Sequence[str], *, commander: str | None) -> None:
        who = " or ".join(name.replace("_", " ") for name in allowed)
        holder = f" (<@{commander}>)" if commander and "commander" in allowed else ""
        ways = "".join(way for name, way in _WAYS_IN.items() if name in allowed)
        super().__init__(f"Only {who}{holder} can {deed} here. Ask them{ways}.")


class NoTitle(UserError):
    """An incident needs a title with a word in it."""

    def __init__(self) -> None:
        super().__init__("Say in a few words what is broken, for example “checkout is down”.")


class TooLong(UserError):
    """A text is longer than its place allows."""

    def __init__(self, *, what: str, limit: int, length: int) -> None:
        super().__init__(f"The {what} has {length} characters; {limit} is the most. Shorten it.")


class NothingWritten(UserError):
    """A text is missing."""

    def __init__(self, *, what: str) -> None:
        super().__init__(f"Write the {what} first; it is empty.")


def unknown_role(asked: str, known: Sequence[str]) -> UserError:
    """The playbook has no such role."""
    return UserError(f"There is no role “{asked[:40]}”. Pick one of {', '.join(known)}.")


class UnknownPerson(UserError):
    """The name is neither a person nor a group nor an audience."""

    def __init__(self, asked: str, audiences: Sequence[str]) -> None:
        known = f" or one of {', '.join(audiences)}" if audiences else ""
        super().__init__(f"I know nobody called “{asked[:40]}”. Mention a person{known}.")


class NobodyToPage(UserError):
    """An audience is empty."""

    def __init__(self, asked: str) -> None:
        super().__init__(
            f"“{asked[:40]}” has no people in `chatops.yml`, so nobody was paged. "
            "Page a person instead: `/incident page @name`."
        )


def unknown_task(asked: object) -> UserError:
    """The incident has no task of that number."""
    return UserError(f"There is no task {asked!s:.20} here. See them: `/incident task`.")


def unknown_entry(asked: object) -> UserError:
    """The timeline has no such entry."""
    return UserError(f"There is no entry {asked!s:.20} on this timeline: `/incident timeline`.")


def not_your_entry() -> UserError:
    """Only the author may correct an entry, and only one that a person wrote."""
    return UserError("Only its author can correct an entry. Add one that sets it right.")


class StillOwed(UserError):
    """An incident cannot be closed while something is owed, unless somebody says why."""

    def __init__(self, reference: str, owed: Sequence[str]) -> None:
        self.owed = tuple(owed)
        listed = "\n".join(f"• {each}" for each in owed)
        super().__init__(
            f"{reference} stays open: this is still owed.\n{listed}\n"
            "Settle it, or close with a reason: `/incident close <reason>`."
        )


class ReasonMissing(UserError):
    """What is put off or given up needs a reason on record."""

    def __init__(self, *, deed: str) -> None:
        super().__init__(f"Say why: to {deed} needs a reason that others can read later.")


def no_such_promise() -> UserError:
    """Nothing of that kind is owed any more."""
    return UserError("That is settled already; nothing is owed. See `/incident due`.")


class NoIncidentHere(UserError):
    """The command needs an incident, and was typed outside of one."""

    def __init__(self, command: str) -> None:
        super().__init__(
            f"This channel belongs to no incident. Go to the incident's channel, or name it: "
            f"`{command} INC-2026-001`. To declare one: `/incident <what is broken>`."
        )


class Repeated(UserError):
    """The same request has been delivered before; there is nothing more to do."""

    def __init__(self) -> None:
        super().__init__("That is done already.")


class SameSeverity(UserError):
    """The severity is that one already."""

    def __init__(self, label: str) -> None:
        super().__init__(f"It is {label} already; nothing changed.")
