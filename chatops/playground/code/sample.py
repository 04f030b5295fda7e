"""Makes the shop's bare repository, with a history as teams have it, and an engineer's clone."""

import re
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from chatops.playground.code.git import Git
from chatops.playground.code.history import MAIN, history, stream
from chatops.playground.code.hooks import install_hooks

_HEX: Final = re.compile("[0-9a-f]{7,64}")
#: Git would spread so small a history over 150 files.
_AS_ONE_FILE: Final = ("-c", "fastimport.unpackLimit=1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
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
            Git(place=self.folder).run("clone", "--quiet", *there)
        return self.clone

    @property
    def bare(self) -> Git:
        return Git(place=self.remote)

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


def make_sample(folder: Path, *, now: datetime, develop: str = "develop") -> Sample:
    """Make the shop in ``folder``, or take up what is there."""
    sample = Sample(folder=folder, develop=develop)
    if sample.remote.exists():
        return sample
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / "making.git"  # so that what was begun and not finished is not taken for whole
    shutil.rmtree(made, ignore_errors=True)
    Git(place=folder).run(
        "init", "--quiet", "--bare", "--template=", f"--initial-branch={MAIN}", made.name
    )
    commits = stream(history(develop), now)
    Git(place=made).run(*_AS_ONE_FILE, "fast-import", "--quiet", "--date-format=raw", stdin=commits)
    install_hooks(made)
    made.rename(sample.remote)
    return sample


def _text(file: Path) -> str | None:
    """The file's words; a push may have taken it away in the meantime."""
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
