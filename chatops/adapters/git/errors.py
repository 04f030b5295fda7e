"""What can go wrong with git, one class for each mistake, told for the person who asked."""

from chatops.domain.errors import UserError


class GitTrouble(UserError):
    """Something git could not do; its text says what was not done and what to do about it."""


class GitNotFound(GitTrouble):
    """There is no git program."""

    def __init__(self) -> None:
        super().__init__("There is no `git` program on this machine: install git 2.39 or later.")


class GitFailed(GitTrouble):
    """Git ended with an error that has no class of its own; its own words are kept."""

    def __init__(self, verb: str, code: int, words: str) -> None:
        self.verb = verb
        self.code = code
        self.words = words
        super().__init__(f"`git {verb}` failed ({code}): {words or 'it gave no reason'}")


class GitTimedOut(GitTrouble):
    """Git was stopped because it took too long; whether it had an effect is not known."""

    def __init__(self, verb: str, seconds: float) -> None:
        self.verb = verb
        super().__init__(f"`git {verb}` was stopped after {seconds:g} s without an answer.")


class UnknownCommit(GitTrouble):
    """The repository has no such commit."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"The repository has no commit “{name:.80}”.")


class UnknownBranch(GitTrouble):
    """The remote repository has no such branch."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The remote repository has no branch “{name}”.")


class NoDefaultBranch(GitTrouble):
    """The remote's HEAD leads nowhere."""

    def __init__(self) -> None:
        super().__init__(
            "The remote repository names no default branch: say in the settings of the service "
            "which branch production is built from."
        )


class MissingObjects(GitTrouble):
    """Objects that the work needs are not in this repository and cannot be had."""

    def __init__(self, words: str) -> None:
        super().__init__(
            f"This repository lacks objects that are needed ({words}). "
            "It may be a partial or damaged clone: fetch the whole of it and try again."
        )


class MainlineNeeded(GitTrouble):
    """A merge commit can be picked or reverted only against one of its parents."""

    def __init__(self, commit: str, parents: int) -> None:
        super().__init__(
            f"{commit:.10} is a merge of {parents} parents: say which parent is the mainline "
            "(nearly always 1, the branch it was merged into)."
        )


class NoSuchParent(GitTrouble):
    """The mainline names a parent that the commit does not have."""

    def __init__(self, commit: str, mainline: int, parents: int) -> None:
        super().__init__(f"{commit:.10} has {parents} parent(s), so there is no parent {mainline}.")


class CutOffParent(GitTrouble):
    """The commit stands at the edge of a shallow clone, so its own change cannot be seen."""

    def __init__(self, commit: str) -> None:
        super().__init__(
            f"This clone is shallow and was cut off at {commit:.10}: its own change cannot be "
            "seen. Run `git fetch --unshallow` and try again."
        )


class ShallowRemote(GitTrouble):
    """The remote repository is itself a shallow clone."""

    def __init__(self, url: str) -> None:
        super().__init__(
            f"The repository at {url} is a shallow clone: history that is cut off proves nothing. "
            "Run `git fetch --unshallow` there and try again."
        )


class EmptyRepository(GitTrouble):
    """The remote repository has no commit yet."""

    def __init__(self) -> None:
        super().__init__("The repository is empty: push a first commit, then try again.")


class RemoteGone(GitTrouble):
    """Nothing answers as a repository at the remote's address."""

    def __init__(self, url: str, words: str) -> None:
        super().__init__(
            f"There is no repository at {url}, or it is hidden from the bot. Git says: {words}"
        )


class RemoteUnreachable(GitTrouble):
    """The remote's host could not be reached."""

    def __init__(self, url: str, words: str) -> None:
        super().__init__(f"{url} could not be reached; nothing was changed. Git says: {words}")


class RemoteDenied(GitTrouble):
    """The remote did not accept the bot's credentials."""

    def __init__(self, url: str, words: str) -> None:
        super().__init__(f"{url} did not let the bot in: check its token or key. Git says: {words}")


class NotARepository(GitTrouble):
    """A directory that git cannot read as a repository."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} is not a git repository.")


class MirrorBusy(GitTrouble):
    """Another process kept the mirror locked for too long."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Another process is working on the mirror of {name}; try again shortly.")


class NotAFastForward(GitTrouble):
    """A branch would have lost commits."""

    def __init__(self, tip: object, new: object) -> None:
        super().__init__(
            f"{new!s:.10} does not contain {tip!s:.10}, the tip of the branch: "
            "moving the branch there would take commits away, so nothing was done."
        )


class UnsupportedChange(GitTrouble):
    """A change of a file that cannot be made, such as one inside a file or a submodule."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"“{path}” cannot be changed: {reason}.")


class UnrelatedHistories(GitTrouble):
    """Two branches that never had a commit in common cannot be merged."""

    def __init__(self, ours: str, theirs: str) -> None:
        super().__init__(f"{theirs:.10} and {ours:.10} have no commit in common: not merged.")
