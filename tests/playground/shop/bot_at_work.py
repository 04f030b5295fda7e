"""Does by plain git what the bot does to the shop's repository, from a clone of its own."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from chatops.clock import Clock
from chatops.playground.shop.repository import Author, ShopGit, ShopRepository

NOW = datetime(2026, 11, 21, 14, 32, tzinfo=UTC)
BRANCH = "hotfix/payment-crash"
BOT = Author(name="Chatops", email="chatops@shop.example")


@dataclass(frozen=True, slots=True, kw_only=True)
class BotAtWork:
    repository: ShopRepository
    clock: Clock
    place: Path

    @classmethod
    def on(cls, repository: ShopRepository, clock: Clock) -> "BotAtWork":
        place = repository.folder / "bot"
        ShopGit(place=repository.folder).run("clone", "--quiet", str(repository.remote), "bot")
        return cls(repository=repository, clock=clock, place=place)

    @property
    def git(self) -> ShopGit:
        return ShopGit(place=self.place)

    def branches(self, name: str = BRANCH) -> None:
        self.git.run("push", "--quiet", "origin", f"origin/main:refs/heads/{name}")

    def bumps(self, version: str, branch: str = BRANCH) -> None:
        self._stands_on(branch)
        (self.place / "VERSION").write_text(f"{version}\n")
        self._commits(f"Bump version to {version}")
        self._pushes(branch)

    def merges(self, into: str, branch: str = BRANCH) -> str:
        """As a backport does: the target keeps its own version."""
        self._stands_on(into)
        version = (self.place / "VERSION").read_text()
        self._run("merge", "--quiet", "--no-ff", "--no-commit", "-Xours", f"origin/{branch}")
        if into != "main":
            (self.place / "VERSION").write_text(version)
        self._commits(f"Merge {branch} into {into}")
        return self._pushes(into)

    def tags(self, version: str) -> None:
        self._stands_on("main")
        self._run("tag", "-a", f"v{version}", "-m", f"Release {version}")
        self.git.run("push", "--quiet", "origin", f"v{version}")

    def _stands_on(self, branch: str) -> None:
        self.git.run("fetch", "--quiet", "origin")
        self.git.run("checkout", "--quiet", "--force", "--detach", f"origin/{branch}")

    def _commits(self, message: str) -> None:
        self.git.run("add", "--all")
        self._run("commit", "--quiet", "-m", message)

    def _pushes(self, branch: str) -> str:
        self.git.run("push", "--quiet", "origin", f"HEAD:refs/heads/{branch}")
        return self.git.run("rev-parse", "HEAD")

    def _run(self, *arguments: str) -> None:
        self.git.run(*arguments, author=BOT, at=self.clock.now())
