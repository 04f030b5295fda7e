"""What can be wrong with the database, told to the person who runs the bot."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from chatops.adapters.storage.write_queue import WaitedTooLong
from chatops.application.ports.storage import StorageError


class StorageUnavailable(StorageError):
    """The database cannot be used as it is."""

    def __init__(self, where: str, reason: str, fix: str) -> None:
        super().__init__(f"I cannot use the database {where}: {reason}. {fix}")


class StorageUnreachable(StorageUnavailable):
    """The server does not answer, or does not let us in."""

    def __init__(self, where: str, reason: str) -> None:
        fix = "See that it runs and that CHATOPS_DATABASE_URL is right."
        super().__init__(where, reason, fix)


class StorageBusy(StorageUnavailable):
    """Somebody else held what was needed for too long."""

    def __init__(self, where: str, reason: str) -> None:
        fix = "Nothing was changed; try again. If it stays so, look for a process that holds it."
        super().__init__(where, f"it is busy ({reason})", fix)


class StorageFull(StorageUnavailable):
    """There is no room to write."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(where, reason, "Make room on its disk; nothing was changed.")


class StorageNotSetUp(StorageUnavailable):
    """The tables are missing or of an older release."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(
            where, f"its tables are missing or old ({reason})", "Run `chatops migrate`."
        )


class StorageNewer(StorageUnavailable):
    """The tables are of a release that came after this one."""

    def __init__(self, where: str, revision: str) -> None:
        reason = f"it is at revision {revision}, which this release does not know"
        super().__init__(where, reason, "Start the newer release again, or restore a backup.")


class StorageReadOnly(StorageUnavailable):
    """We may not write there."""

    def __init__(self, where: str, reason: str) -> None:
        fix = (
            "Give the user that runs the bot the right to write to it and its folder,"
            " or set CHATOPS_DATA_DIR or CHATOPS_DATABASE_URL to a place where it may."
        )
        super().__init__(where, reason, fix)


class StorageDamaged(StorageUnavailable):
    """What is there is not a database, or is broken."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(where, reason, "Restore it from a backup, or name another one.")


class UnknownDatabase(StorageUnavailable):
    """The URL names no database that we can use."""

    def __init__(self, reason: str) -> None:
        fix = "Use sqlite:////folder/chatops.db or postgresql://user:password@host/name."
        super().__init__("that CHATOPS_DATABASE_URL names", reason, fix)


class StaleIncident(Exception):
    """An incident was to be saved over a newer version than it was made from."""

    def __init__(self, reference: str, version: int) -> None:
        super().__init__(f"{reference} was changed since its version {version} was loaded")


class StaleHotfix(Exception):
    """A hotfix was to be saved over a newer version than it was made from."""

    def __init__(self, id: int, version: int) -> None:  # noqa: A002 - it is the id
        super().__init__(f"hotfix {id} was changed since its version {version} was loaded")


class StalePostMortem(Exception):
    """A post-mortem was to be saved over a newer version than it was made from."""

    def __init__(self, incident: int, version: int) -> None:
        super().__init__(
            f"the post-mortem of {incident} was changed since its version {version} was loaded"
        )


class UnknownSnapshot(Exception):
    """An incident's playbook is not in the database."""

    def __init__(self, digest: str) -> None:
        super().__init__(f"the playbook {digest[:12]} is not in the database")


#: By PostgreSQL's SQLSTATE or SQLite's name for it.
_BY_CODE = {
    "40001": StorageBusy,
    "40P01": StorageBusy,
    "55P03": StorageBusy,
    "SQLITE_BUSY": StorageBusy,
    "SQLITE_LOCKED": StorageBusy,
    "53100": StorageFull,
    "SQLITE_FULL": StorageFull,
    "42P01": StorageNotSetUp,
    "42703": StorageNotSetUp,
    "25006": StorageReadOnly,
    "SQLITE_READONLY": StorageReadOnly,
    "SQLITE_CANTOPEN": StorageReadOnly,
    "XX001": StorageDamaged,
    "XX002": StorageDamaged,
    "SQLITE_CORRUPT": StorageDamaged,
    "SQLITE_NOTADB": StorageDamaged,
}


@contextmanager
def translated(url: URL) -> Iterator[None]:
    """Turn the library's word that the database cannot be used into ours."""
    try:
        yield
    except WaitedTooLong as error:
        reason = "others are writing"
        raise StorageBusy(shown(url), reason) from error
    except NoFreeConnection as error:
        reason = "every connection is in use"
        raise StorageBusy(shown(url), reason) from error
    except DBAPIError as error:
        trouble = _trouble(shown(url), error)
        if trouble is None:
            raise
        raise trouble from error


def shown(url: URL) -> str:
    """The database as people may read it: without password and options."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return url.set(drivername="postgresql", query={}).render_as_string(hide_password=True)


def _trouble(where: str, error: DBAPIError) -> StorageUnavailable | None:
    reason = _reason(error)
    kind = _BY_CODE.get(_code(error))
    if kind is not None:
        return kind(where, reason)
    if reason.startswith(("no such table", "no such column")):
        return StorageNotSetUp(where, reason)
    if isinstance(error, OperationalError | InterfaceError):
        return StorageUnreachable(where, reason)
    return None


def _code(error: DBAPIError) -> str:
    """PostgreSQL's SQLSTATE or SQLite's error name, without what SQLite appends to it."""
    state: str | None = getattr(error.orig, "sqlstate", None)
    name: str = getattr(error.orig, "sqlite_errorname", "")
    return state or "_".join(name.split("_")[:2])


def _reason(error: DBAPIError) -> str:
    lines = str(error.orig).strip().splitlines()
    return lines[0].rstrip(".") if lines else "it gives no reason"
