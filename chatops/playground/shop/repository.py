"""Makes the shop's bare repository, with a history as teams have it, and an engineer's clone."""

import re
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from chatops.playground.shop.git import ShopGit
from chatops.playground.shop.history import MAIN, history, stream

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
