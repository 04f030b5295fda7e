"""Writes down the commands of git that would do by hand what the bot does in the object store."""

from collections.abc import Sequence
from shlex import quote
from typing import Final

from chatops.adapters.git.merge.cherry_pick import Trailers
from chatops.adapters.git.objects.objects import Signature
from chatops.adapters.git.objects.push import RefUpdate
from chatops.domain.git.names import CommitId

FETCH: Final = "git fetch origin"
SETTLE: Final = "git status  # settle the files, then `git add` them"


def command(*words: object) -> str:
    """One command of git, safe to be pasted into a shell.

    >>> command("switch", "-c", "fix it")
    "git switch -c 'fix it'"
    """
    return " ".join(["git", *(quote(clean(str(word))) for word in words)])


def stand_on(tip: CommitId) -> str:
    return command("switch", "--detach", tip)


def push_to(update: RefUpdate, what: object = "HEAD") -> str:
    """The push with its lease: the remote takes it only while it holds what is expected."""
    spec = f"{what if update.new else ''}:{update.ref}"
    lease = f"--force-with-lease={update.ref}:{update.expected or ''}"
    return command("push", lease, "origin", spec)


def commit_as(author: Signature, message: str, trailers: Trailers, *options: str) -> str:
    """`git commit` with the author, the message paragraph by paragraph, and the trailers."""
    paragraphs = [part for part in message.strip().split("\n\n") if part.strip()]
    words = [word for part in paragraphs for word in ("-m", part)]
    who = f"--author={author.name} <{author.email}>"
    return command("commit", *options, who, *words, *trailer_words(trailers))


def amend(trailers: Trailers) -> Sequence[str]:
    """`git commit --amend` that adds the trailers to a commit that git has worded."""
    if not trailers:
        return ()
    return (command("commit", "--amend", "--no-edit", *trailer_words(trailers)),)


def trailer_words(trailers: Trailers) -> list[str]:
    return [word for key, value in trailers for word in ("--trailer", f"{key}: {clean(value)}")]


def mainline(parents: int) -> tuple[str, ...]:
    """What a pick or revert of a commit with so many parents has to say."""
    return ("-m", "1") if parents > 1 else ()


def clean(text: str) -> str:
    """The text as it can be stored and shown: a byte that is no text gets a sign of its own."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\0", "")
