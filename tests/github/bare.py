"""A bare repository behind the double: what GitHub does to one, by plain git commands."""

import os
import subprocess
from datetime import datetime
from pathlib import Path


class Conflict(Exception):
    """Two branches changed the same lines."""


class Bare:
    """A bare repository; people push to it while the double reads it."""

    def __init__(self, place: Path) -> None:
        self.place = place

    @staticmethod
    def create(place: Path) -> "Bare":
        place.parent.mkdir(parents=True, exist_ok=True)
        _git(place.parent, "init", "-q", "--bare", "-b", "main", str(place))
        return Bare(place)

    def tip(self, branch: str) -> str | None:
        return self._commit(f"refs/heads/{branch}")

    def ref(self, name: str) -> str | None:
        """The commit of a branch or tag by its short or full name."""
        found = (self._commit(f"{kind}{name}") for kind in ("refs/heads/", "refs/tags/", ""))
        return next((each for each in found if each), None)

    def ahead(self, base: str, head: str) -> int:
        return int(_git(self.place, "rev-list", "--count", f"{base}..{head}"))

    def contains(self, tip: str, commit: str) -> bool:
        return _run(self.place, "merge-base", "--is-ancestor", commit, tip).returncode == 0

    def merged_tree(self, base: str, head: str) -> str:
        done = _run(self.place, "merge-tree", "--write-tree", base, head)
        if done.returncode:
            raise Conflict
        return done.stdout.strip()

    def commit(
        self, tree: str, parents: tuple[str, ...], message: str, who: str, at: datetime
    ) -> str:
        sides = [argument for parent in parents for argument in ("-p", parent)]
        done = _run(self.place, "commit-tree", tree, *sides, "-m", message, **_signature(who, at))
        done.check_returncode()
        return done.stdout.strip()

    def move(self, branch: str, *, new: str, old: str) -> None:
        _git(self.place, "update-ref", f"refs/heads/{branch}", new, old)

    def delete(self, branch: str) -> None:
        _git(self.place, "update-ref", "-d", f"refs/heads/{branch}")

    def _commit(self, name: str) -> str | None:
        done = _run(self.place, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        return done.stdout.strip() or None


def _signature(who: str, at: datetime) -> dict[str, str]:
    facts = {"NAME": who, "EMAIL": f"{who}@users.noreply.example.com", "DATE": at.isoformat()}
    return {
        f"GIT_{role}_{fact}": value
        for role in ("AUTHOR", "COMMITTER")
        for fact, value in facts.items()
    }


def _git(place: Path, *arguments: str) -> str:
    done = _run(place, *arguments)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout.strip()


def _run(place: Path, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["git", *arguments],
        cwd=place,
        env={
            "PATH": os.defpath,
            "LC_ALL": "C",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            **more,
        },
        capture_output=True,
        text=True,
        check=False,
    )
