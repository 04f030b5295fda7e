"""Tells what git and remotes refuse in the port's words: later, or for a person to settle."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from chatops.adapters.git.errors import GitFailed, GitTimedOut, MirrorBusy, RemoteUnreachable
from chatops.adapters.git.objects.push import PushReport, PushResult
from chatops.application.ports.external import (
    ExternalBusy,
    ExternalError,
    ExternalIndeterminate,
    ExternalRefused,
)
from chatops.domain.errors import UserError

# Signs of a trouble that passes: a lost connection, or somebody at work in the same place.
_PASSING: Final = (
    "hung up",
    "disconnect",
    "rpc failed",
    "early eof",
    "timed out",
    "unable to create",
    "cannot lock ref",
    "returned error: 5",
    "returned error: 429",
)
_PROTECTED: Final = (
    "protected branch",
    "protected ref",
    "protected tag",
    "gh006",
    "gh013",
    "rule violations",
    "not allowed to push",
    "tag protection",
)
_DELETION: Final = ("deletion prohibited", "deletion of the current branch")
_CHECKED_OUT: Final = ("is currently checked out",)


class Outrun(ExternalBusy):
    """Others pushed to the same place each time."""

    def __init__(self, tries: int) -> None:
        super().__init__(
            f"Others pushed to the same place {tries} times while this was prepared. Nothing of "
            "theirs was overwritten and nothing was changed; it is tried again."
        )


class BrokenOff(ExternalBusy):
    """The remote has not taken a push, and did not say why."""

    def __init__(self, words: str) -> None:
        said = f" It said: {words}" if words else ""
        super().__init__(f"The remote broke off and has taken nothing; it is tried again.{said}")


class PushLost(ExternalIndeterminate):
    """A push was sent, and what became of it cannot be read."""

    def __init__(self, refs: Sequence[str], trouble: ExternalError) -> None:
        super().__init__(
            f"The push of {', '.join(refs)} was sent and no answer came back: it may have been "
            f"taken or not. ({trouble})"
        )


@contextmanager
def in_plain_words() -> Iterator[None]:
    """Every trouble of the engine as one that the port knows."""
    try:
        yield
    except (RemoteUnreachable, MirrorBusy, GitTimedOut) as error:
        raise ExternalBusy(str(error)) from error
    except GitFailed as error:
        if _speaks_of(error.words, _PASSING):
            raise ExternalBusy(str(error)) from error
        raise ExternalRefused(str(error), error.words) from error
    except UserError as error:
        raise ExternalRefused(str(error)) from error
    except OSError as error:
        raise ExternalBusy(_own_folder(error)) from error


def push_refused(report: PushReport) -> ExternalRefused:
    """Why a push was turned away, and what a person can do about it."""
    outcome = next(each for each in report.outcomes if each.result is PushResult.REFUSED)
    words = "\n".join(filter(None, (report.words, outcome.reason)))
    name = outcome.update.ref.removeprefix("refs/heads/").removeprefix("refs/tags/")
    return ExternalRefused(f"`{name}` was not changed: {_reason(words)}", words)


def _reason(words: str) -> str:
    if _speaks_of(words, _DELETION):
        return (
            "the remote does not let go of this branch. Delete it there by hand, or allow "
            "deleting it in the settings of the repository."
        )
    if _speaks_of(words, _CHECKED_OUT):
        return (
            "the remote has a work tree in which this branch is open. Push to a bare repository, "
            "or switch that work tree to another branch, then try again."
        )
    if _speaks_of(words, _PROTECTED):
        return (
            "it is protected on the remote, which does not take this push from the bot. Let the "
            "bot through in the protection rule, or bring it in by a pull request, then try again."
        )
    return (
        "a check on the remote (a hook or a rule) turned the push away. Settle its reason with "
        "whoever looks after the repository, then try again."
    )


def _own_folder(error: OSError) -> str:
    return f"The bot could not work in its own folder; nothing was changed. ({error.strerror})"


def _speaks_of(words: str, signs: tuple[str, ...]) -> bool:
    lowered = words.lower()
    return any(sign in lowered for sign in signs)
