"""The shop's repository: its history so far, and an engineer's clone; with git of its own."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Final

from chatops.domain.errors import UserError
from chatops.playground.shop import shop_app

_TIMEOUT: Final = 30.0
_CLEAN: Final = MappingProxyType(
    {
        "LC_ALL": "C",
        "TZ": "UTC",
        "HOME": os.devnull,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ADVICE": "0",
        "GIT_ALLOW_PROTOCOL": "file",
        "GIT_EDITOR": "true",
    }
)


def git_missing() -> UserError:
    """There is no git program."""
    return UserError("There is no git on this machine: the shop has no repository.")


class GitSaidNo(UserError):
    """Git ended with an error; its own words are kept."""

    def __init__(self, verb: str, words: str) -> None:
        self.words = words
        super().__init__(f"`git {verb}` was refused. Git says: {words}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Somebody who commits."""

    name: str
    email: str

    @property
    def text(self) -> str:
        return f"{self.name} <{self.email}>"


def has_git() -> bool:
    return shutil.which("git") is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopGit:
    """Git in one folder: a bare repository, or a clone with a work tree."""

    place: Path
    #: Further variables of its environment.
    more: Mapping[str, str] = field(default_factory=dict)

    def run(
        self,
        *arguments: str,
        stdin: str = "",
        author: Author | None = None,
        at: datetime | None = None,
    ) -> str:
        """What one command of git prints.

        Raises:
            UserError, GitSaidNo
        """
        answer = self._answer(arguments, stdin, _signed(author, at))
        if answer.returncode:
            raise GitSaidNo(arguments[0], answer.stderr.strip() or answer.stdout.strip())
        return answer.stdout.removesuffix("\n")

    def ask(self, *arguments: str) -> str | None:
        """What it prints, or none where it ends with an error. Raises UserError."""
        answer = self._answer(arguments, "", {})
        return None if answer.returncode else answer.stdout.removesuffix("\n")

    def file(self, name: str) -> str | None:
        """What a file holds, by ``COMMIT:PATH`` or its own id; none if there is none."""
        answer = self._answer(("cat-file", "blob", name), "", {})
        return None if answer.returncode else answer.stdout

    def _answer(
        self, arguments: tuple[str, ...], stdin: str, signed: Mapping[str, str]
    ) -> "subprocess.CompletedProcess[str]":
        program = shutil.which("git")
        if program is None:
            raise git_missing()
        path = os.pathsep.join([str(Path(program).parent), os.defpath])
        return subprocess.run(  # noqa: S603 - our own arguments, and no shell
            [program, "-c", "core.quotePath=false", *arguments],
            cwd=self.place,
            env={**_CLEAN, "PATH": path, **self.more, **signed},
            input=stdin,
            capture_output=True,
            check=False,
            encoding="utf-8",
            errors="replace",
            timeout=_TIMEOUT,
        )


def _signed(author: Author | None, at: datetime | None) -> dict[str, str]:
    if author is None or at is None:
        return {}
    date = f"{int(at.timestamp())} +0000"
    return {
        f"GIT_{role}_{fact}": value
        for role in ("AUTHOR", "COMMITTER")
        for fact, value in (("NAME", author.name), ("EMAIL", author.email), ("DATE", date))
    }


MAIN: Final = "main"
SAM: Final = Author(name="Sam Okafor", email="sam@shop.example")
TOM: Final = Author(name="Tom Becker", email="tom@shop.example")
AIKO: Final = Author(name="Aiko Mori", email="aiko@shop.example")
LENA: Final = Author(name="Lena Fischer", email="lena@shop.example")
PEOPLE: Final = (SAM, TOM, AIKO, LENA)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopCommit:
    """One commit: with ``merges`` everything becomes as it is on that branch."""

    branch: str
    author: Author
    hours_ago: int
    message: str
    files: dict[str, str] = field(default_factory=dict)
    merges: str | None = None
    starts_at: str | None = None
    tag: str | None = None


def stream(commits: list[ShopCommit], now: datetime) -> str:
    """The commits as `git fast-import` reads them; what a branch of old was called is forgotten."""
    files: dict[str, dict[str, str]] = {}
    lines: list[str] = []
    for mark, commit in enumerate(commits, start=1):
        before = files.get(commit.starts_at or commit.branch, {})
        changed = files[commit.merges] if commit.merges else commit.files
        files[commit.branch] = {**before, **changed}
        lines += _lines(commit, changed, mark, now)
    gone = sorted({one.branch for one in commits if "/" in one.branch})
    lines += [f"reset refs/heads/{name}\nfrom {'0' * 40}" for name in gone]
    return "".join(f"{line}\n" for line in lines)


def _lines(commit: ShopCommit, files: dict[str, str], mark: int, now: datetime) -> list[str]:
    at = now - timedelta(hours=commit.hours_ago)
    signature = f"{commit.author.text} {int(at.timestamp())} +0000"
    lines = []
    if commit.starts_at:
        lines.append(f"reset refs/heads/{commit.branch}\nfrom refs/heads/{commit.starts_at}")
    lines += [
        f"commit refs/heads/{commit.branch}",
        f"mark :{mark}",
        f"author {signature}",
        f"committer {signature}",
        _data(commit.message),
    ]
    if commit.merges:
        lines.append(f"merge refs/heads/{commit.merges}")
    for path, content in files.items():
        lines += [f"M 100644 inline {path}", _data(content)]
    if commit.tag:
        words = _data(f"Release {commit.tag.removeprefix('v')}")
        lines += [f"tag {commit.tag}\nfrom :{mark}\ntagger {signature}", words]
    return lines


def _data(text: str) -> str:
    return f"data {len(text.encode())}\n{text}"


def history(develop: str) -> list[ShopCommit]:
    payment = shop_app.PAYMENT_AT_FIRST
    patient = payment.replace("ATTEMPTS = 1", "ATTEMPTS = 3")
    in_cents = patient.replace(shop_app.BEFORE, shop_app.BUG)
    mailed = in_cents.replace(
        '    """Give the money back."""\n    return bank.refund(receipt)\n',
        '    """Give the money back, and tell the customer."""\n'
        "    returned = bank.refund(receipt)\n"
        "    receipt.customer.write(returned)\n"
        "    return returned\n",
    )
    cart = shop_app.CART_AT_FIRST
    vouchers = cart.replace("def total(self):", "def total(self, voucher=0):").replace(
        "for price, count in self.lines)", "for price, count in self.lines) - voucher"
    )
    never_below = vouchers.replace("return sum(", "return max(0, sum(").replace(
        "- voucher", "- voucher)"
    )
    week = never_below.replace("self.lines = []", "self.lines = []\n        self.kept_for_days = 7")
    test = shop_app.PAYMENT_TEST_AT_FIRST
    first = {
        "README.md": shop_app.README,
        shop_app.CART: cart,
        shop_app.PAYMENT: payment,
        shop_app.PAYMENT_TEST: test,
    }
    log = ("# Changes\n", "Vouchers", "Payments are tried three times", "No total below zero",
           "Amounts in cents")  # fmt: skip
    hotfix = "hotfix/negative-total"
    return [
        ShopCommit(branch=MAIN, author=LENA, hours_ago=980, message="Open the shop",
                files={**first, **_release("1.1.0", log[:1])}),
        ShopCommit(branch=develop, starts_at=MAIN, author=TOM, hours_ago=900,
                message="feat(cart): take vouchers", files={shop_app.CART: vouchers}),
        ShopCommit(branch=develop, author=LENA, hours_ago=800, message="Prepare 1.2.0",
                files=_release("1.2.0", log[:2])),
        ShopCommit(branch=MAIN, merges=develop, author=LENA, hours_ago=799,
                message="Release 1.2.0", tag="v1.2.0"),
        ShopCommit(branch=develop, author=AIKO, hours_ago=600,
                message="feat(payment): ask the bank three times before giving up",
                files={shop_app.PAYMENT: patient}),
        ShopCommit(branch=develop, author=LENA, hours_ago=501, message="Prepare 1.2.1",
                files=_release("1.2.1", log[:3])),
        ShopCommit(branch=MAIN, merges=develop, author=LENA, hours_ago=500,
                message="Release 1.2.1", tag="v1.2.1"),
        ShopCommit(branch=hotfix, starts_at=MAIN, author=SAM, hours_ago=330,
                message="fix(cart): a total is never below zero",
                files={shop_app.CART: never_below}),
        ShopCommit(branch=hotfix, author=SAM, hours_ago=329, message="Bump version to 1.2.2",
                files=_release("1.2.2", log[:4])),
        ShopCommit(branch=MAIN, merges=hotfix, author=SAM, hours_ago=328,
                message="Merge hotfix/negative-total into main", tag="v1.2.2"),
        ShopCommit(branch=develop, merges=hotfix, author=SAM, hours_ago=327,
                message=f"Merge hotfix/negative-total into {develop}"),
        ShopCommit(branch=develop, author=TOM, hours_ago=72,
                message="feat(payment): count in cents, so that nothing is rounded twice",
                files={
                    shop_app.PAYMENT: in_cents,
                    shop_app.PAYMENT_TEST: test.replace("== 12.5", "== 1250"),
                }),
        ShopCommit(branch=develop, author=LENA, hours_ago=21, message="Prepare 1.2.3",
                files=_release("1.2.3", log)),
        ShopCommit(branch=MAIN, merges=develop, author=LENA, hours_ago=20,
                message="Release 1.2.3", tag="v1.2.3"),
        ShopCommit(branch=develop, author=LENA, hours_ago=19, message="Begin 1.3.0",
                files=shop_app.version_files("1.3.0")),
        ShopCommit(branch=develop, author=TOM, hours_ago=6,
                message="feat(payment): write to customers about refunds",
                files={shop_app.PAYMENT: mailed}),
        ShopCommit(branch=develop, author=AIKO, hours_ago=2,
                message="feat(cart): keep a cart for a week", files={shop_app.CART: week}),
    ]  # fmt: skip


def _release(version: str, log: tuple[str, ...]) -> dict[str, str]:
    """A release's version files, with all that was released until then, newest first."""
    title, *entries = log
    older = [f"1.2.{number}" for number in range(len(entries))]
    chapters = [f"## {name}\n\n- {entry}.\n" for name, entry in zip(older, entries, strict=True)]
    return {
        **shop_app.version_files(version),
        shop_app.CHANGELOG: "\n".join([title, *reversed(chapters)]),
    }


#: Settings of the bare repository that the hooks read.
PROTECTED: Final = "shop.protected"
OUTRUN: Final = "shop.outrun"

#: Who has this in the environment is not outrun: it is the bot that is to be tried.
NEVER_OUTRUN: Final = "SHOP_NEVER_OUTRUN"

#: Refuses pushes to main, in the words in which a forge does.
_UPDATE: Final = """\
#!/bin/sh
if [ "$1" = refs/heads/main ] && [ "$(git config --bool shop.protected)" = true ]; then
    echo "error: GH006: Protected branch update failed for refs/heads/main." >&2
    echo "error: Changes must be made through a pull request." >&2
    exit 1
fi
"""

#: Lands a colleague's commit on the branch while the push to it is under way: once.
#: What is pushed lies in quarantine until the hook is over; the colleague's commit must not.
_PRE_RECEIVE: Final = """\
#!/bin/sh
[ -z "$SHOP_NEVER_OUTRUN" ] && [ "$(git config --bool shop.outrun)" = true ] || exit 0
while read -r old new ref; do
    case "$ref" in refs/heads/*) ;; *) continue ;; esac
    case "$old$new" in *0000000000000000000000000000000000000000*) continue ;; esac
    git config --unset shop.outrun
    unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES
    export GIT_INDEX_FILE="$PWD/outrun.index"
    export GIT_AUTHOR_NAME="Aiko Mori" GIT_AUTHOR_EMAIL=aiko@shop.example
    export GIT_COMMITTER_NAME="Aiko Mori" GIT_COMMITTER_EMAIL=aiko@shop.example
    git read-tree "$old" &&
    file=$(echo "Open on every day of the week, holidays too. ($old)" |
        git hash-object -w --stdin) &&
    git update-index --add --cacheinfo "100644,$file,docs/opening-hours.md" &&
    tree=$(git write-tree) &&
    commit=$(git commit-tree "$tree" -p "$old" -m "docs: opening hours over the holidays") &&
    git update-ref "$ref" "$commit" "$old"
    rm -f "$GIT_INDEX_FILE"
    break
done
exit 0
"""


def install_hooks(bare: Path) -> None:
    """Give the bare repository its hooks."""
    folder = bare / "hooks"
    folder.mkdir(exist_ok=True)
    for name, text in (("update", _UPDATE), ("pre-receive", _PRE_RECEIVE)):
        file = folder / name
        file.write_text(text, encoding="utf-8")
        file.chmod(0o755)


_HEX: Final = re.compile("[0-9a-f]{7,64}")
#: Git would spread so small a history over 150 files.
_AS_ONE_FILE: Final = ("-c", "fastimport.unpackLimit=1")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopRepository:
    """The shop's repositories in one folder."""

    folder: Path
    #: The branch that the next release comes from.
    develop: str = "develop"

    @property
    def remote(self) -> Path:
        return self.folder / "shop.git"

    @property
    def clone(self) -> Path:
        """The engineer's; it is made when somebody first works in it."""
        return self.folder / "engineer"

    def cloned(self) -> Path:
        """The engineer's clone, made if need be."""
        if not self.clone.exists():
            there = ["--no-local", "--template=", str(self.remote), self.clone.name]
            ShopGit(place=self.folder).run("clone", "--quiet", *there)
        return self.clone

    @property
    def bare(self) -> ShopGit:
        return ShopGit(place=self.remote)

    def tip(self, branch: str) -> str | None:
        """The newest commit of a branch, if there is such a branch."""
        return self.bare.ask("rev-parse", "--verify", "--quiet", f"refs/heads/{branch}^{{commit}}")

    def tagged(self, tag: str) -> str | None:
        """The commit that a tag leads to, if there is such a tag."""
        return self.bare.ask("rev-parse", "--verify", "--quiet", f"refs/tags/{tag}^{{commit}}")

    def commit(self, name: str) -> str | None:
        """The full id of a commit, by the whole or the beginning of it."""
        if not _HEX.fullmatch(name):
            return None
        return self.bare.ask("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")

    def read(self, commit: str, path: str) -> str | None:
        """A file as it is in a commit, if it is there."""
        return self.bare.file(f"{commit}:{path}")

    def marks(self) -> tuple[tuple[str, str], ...]:
        """All that names a commit, as it stands on the disk; changes when anything is pushed."""
        files = [one for one in (self.remote / "refs").rglob("*") if one.is_file()]
        packed = self.remote / "packed-refs"
        return tuple(
            (str(file), text)
            for file in sorted([*files, *([packed] if packed.exists() else [])])
            if (text := _text(file)) is not None
        )


def make_repository(folder: Path, *, now: datetime, develop: str = "develop") -> ShopRepository:
    """Make the shop in ``folder``, or take up what is there."""
    repository = ShopRepository(folder=folder, develop=develop)
    if repository.remote.exists():
        return repository
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / "making.git"  # so that what was begun and not finished is not taken for whole
    shutil.rmtree(made, ignore_errors=True)
    ShopGit(place=folder).run(
        "init", "--quiet", "--bare", "--template=", f"--initial-branch={MAIN}", made.name
    )
    commits = stream(history(develop), now)
    ShopGit(place=made).run(
        *_AS_ONE_FILE, "fast-import", "--quiet", "--date-format=raw", stdin=commits
    )
    install_hooks(made)
    made.rename(repository.remote)
    return repository


def _text(file: Path) -> str | None:
    """The file's words; a push may have taken it away in the meantime."""
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
