"""Pushes commits as the shop's engineers would: with real git, from a clone with a work tree."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Final

from chatops.clock import Clock
from chatops.domain.errors import UserError
from chatops.playground.shop import shop_app
from chatops.playground.shop.repository import (
    AIKO,
    MAIN,
    NEVER_OUTRUN,
    SAM,
    TOM,
    Author,
    GitSaidNo,
    ShopGit,
    ShopRepository,
)

_BANKS: Final = ("acorn", "birch", "cedar", "dogwood", "elm", "fir", "ginkgo", "hazel", "ivory",
                 "juniper", "katsura", "larch")  # fmt: skip
#: So many lines stand in each file of the big change.
_LINES: Final = 24
#: How far back a backport is looked for.
_LOOK_BACK: Final = "200"


def no_such_shop_branch(branch: str) -> UserError:
    """The branch is not in the repository."""
    return UserError(f"The repository has no branch {branch}. Nothing was pushed.")


class FixedAlready(UserError):
    """The branch has the fix."""

    def __init__(self, branch: str) -> None:
        super().__init__(f"{branch} has the fix already. Nothing was pushed.")


def rewritten_already(branch: str) -> UserError:
    """The branch has the other team's work."""
    return UserError(f"{branch} has other work on these lines already. Nothing was pushed.")


def nothing_to_take_back(branch: str) -> UserError:
    """The branch has no fix that could be reverted."""
    return UserError(f"{branch} does not have the fix. There is nothing to take back.")


def unknown_payment(branch: str) -> UserError:
    """Somebody rewrote the payment by hand."""
    return UserError(
        f"{shop_app.PAYMENT} on {branch} was rewritten, and Sam does not know his way about "
        "it. Nothing was pushed; fix it in a clone of your own."
    )


def push_refused_error(branch: str, words: str) -> UserError:
    """The remote refused a push; its own words are kept."""
    said = [
        line.removeprefix("remote:").removeprefix(" error:").strip()
        for line in words.splitlines()
        if line.startswith("remote:")
    ]
    why = " ".join(filter(None, said)) or words
    return UserError(f"The push to {branch} was refused, nothing was changed: {why}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    author: Author
    message: str
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Engineer:
    """Works in the clone; one push at a time. Each push answers with the new commit.

    Raises everywhere: UserError.
    """

    repository: ShopRepository
    clock: Clock
    _busy: Lock = field(default_factory=Lock)

    def push_fix(self, branch: str) -> str:
        """The smallest change that ends the harm, with a test.

        Raises:
            FixedAlready, UserError
        """
        with self._busy:
            self._stand_on(branch)
            payment, test = self._read(shop_app.PAYMENT), self._read(shop_app.PAYMENT_TEST)
            if shop_app.can_pay(payment):
                raise FixedAlready(branch)
            fixed = shop_app.fixed(payment)
            if fixed is None:
                raise unknown_payment(branch)
            files = {shop_app.PAYMENT: fixed, shop_app.PAYMENT_TEST: test + shop_app.FIX_TEST}
            message = "fix(payment): nothing is due when a voucher paid it all"
            return self._push(branch, _Change(author=SAM, message=message, files=files))

    def push_big_change(self, branch: str) -> str:
        """Far more than a fix: a file for every bank."""
        with self._busy:
            self._stand_on(branch)
            files = {
                f"checkout/banks/{bank}.py": self._read(f"checkout/banks/{bank}.py") + _bank(bank)
                for bank in _BANKS
            }
            message = "refactor(payment): one module for each bank"
            return self._push(branch, _Change(author=SAM, message=message, files=files))

    def push_between(self, branch: str) -> str:
        """A colleague's commit, which somebody else may not have reckoned with."""
        with self._busy:
            self._stand_on(branch)
            path = "docs/support.md"
            line = "Call support before you refund by hand.\n"
            files = {path: self._read(path) + line}
            message = "docs: what to do before a refund"
            return self._push(branch, _Change(author=TOM, message=message, files=files))

    def push_to_develop(self) -> str:
        """Another team's work on the very lines of the bug: a backport will conflict.

        Raises:
            UserError
        """
        develop = self.repository.develop
        with self._busy:
            self._stand_on(develop)
            payment = self._read(shop_app.PAYMENT)
            if shop_app.REWRITTEN in payment:
                raise rewritten_already(develop)
            message = "refactor(payment): amounts are decimals"
            files = {shop_app.PAYMENT: shop_app.rewritten(payment)}
            return self._push(develop, _Change(author=AIKO, message=message, files=files))

    def take_back_from_develop(self) -> str:
        """Revert the other team's work.

        Raises:
            UserError
        """
        develop = self.repository.develop
        with self._busy:
            self._stand_on(develop)
            if shop_app.REWRITTEN not in self._read(shop_app.PAYMENT):
                raise nothing_to_take_back(develop)
            found = self._git.run(
                "log", "--format=%H", "-1", "-S", "amount.scaleb", "--", shop_app.PAYMENT
            )
            return self._revert(develop, found, AIKO)

    def revert_backport(self) -> str:
        """Take the fix out of develop again, as happens when it is in somebody's way.

        Raises:
            UserError
        """
        develop = self.repository.develop
        with self._busy:
            self._stand_on(develop)
            brought = self._brought_the_fix()
            if brought is None:
                raise nothing_to_take_back(develop)
            return self._revert(develop, brought, TOM)

    def _brought_the_fix(self) -> str | None:
        """The newest commit of the branch itself that made payments work."""
        if not shop_app.can_pay(self._read(shop_app.PAYMENT)):
            return None
        line = self._git.run("log", "--first-parent", "--format=%H", "-n", _LOOK_BACK, "HEAD")
        commits = line.splitlines()
        for newer, older in pairwise(commits):
            if not shop_app.can_pay(self.repository.read(older, shop_app.PAYMENT)):
                return newer
        return None

    def _revert(self, branch: str, commit: str, author: Author) -> str:
        parents = self._git.run("rev-list", "--parents", "-n", "1", commit).split()[1:]
        mainline = ["--mainline", "1"] if len(parents) > 1 else []
        now = self.clock.now()
        try:
            self._git.run("revert", "--no-edit", *mainline, commit, author=author, at=now)
        except GitSaidNo:
            self._git.ask("revert", "--abort")
            raise
        return self._send(branch)

    @property
    def _git(self) -> ShopGit:
        return ShopGit(place=self.repository.cloned(), more={NEVER_OUTRUN: "yes"})

    def _stand_on(self, branch: str) -> None:
        self._git.run("fetch", "--quiet", "--prune", "origin")
        try:
            self._git.run("checkout", "--quiet", "--force", "--detach", f"origin/{branch}")
        except GitSaidNo as error:
            raise no_such_shop_branch(branch) from error
        self._git.run("clean", "--quiet", "--force", "-d")

    def _read(self, path: str) -> str:
        file = self.repository.clone / path
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def _push(self, branch: str, change: _Change) -> str:
        for path, content in change.files.items():
            file = self.repository.clone / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")
        self._git.run("add", "--", *change.files)
        self._git.run(
            "commit", "--quiet", "-m", change.message, author=change.author, at=self.clock.now()
        )
        return self._send(branch)

    def _send(self, branch: str) -> str:
        try:
            self._git.run("push", "--quiet", "origin", f"HEAD:refs/heads/{branch}")
        except GitSaidNo as error:
            raise push_refused_error(branch, error.words) from error
        return self._git.run("rev-parse", "HEAD")


def hotfix_branch(repository: ShopRepository) -> str | None:
    """The newest branch that somebody works on for a hotfix, if there is one."""
    listed = repository.bare.run("for-each-ref", "--format=%(refname:short)", "refs/heads")
    known = {MAIN, repository.develop}
    running = [name for name in listed.splitlines() if name not in known and "backport" not in name]
    heads = repository.remote / "refs" / "heads"
    return max(running, key=lambda name: _moved(heads / name), default=None)


def _moved(ref: Path) -> int:
    """When a ref was last moved; one that was packed away moved long ago."""
    try:
        return ref.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _bank(name: str) -> str:
    steps = (f"    step_{number} = {number}  # what {name} asks\n" for number in range(_LINES))
    return "".join([f"class {name.title()}:\n", *steps, "\n\n"])
