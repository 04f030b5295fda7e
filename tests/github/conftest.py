"""A shop on the double of GitHub: main, a hotfix branch above it, and the bot's way in."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chatops.adapters.github.client import GithubClientFactory
from chatops.adapters.github.forge import GithubForge
from chatops.application.ports.external import PullRequestDraft
from chatops.clock import FrozenClock, MovableClock
from chatops.domain.services import ForgeKind, Service
from tests.git.git_workshop import Workshop, bare_remote
from tests.github.double import TOKEN, GithubDouble

NOW = datetime(2026, 11, 21, 3, 14, 15, tzinfo=UTC)
NAME = "acme/shop"
BRANCH = "hotfix/null-cart"
DRAFT = PullRequestDraft(head=BRANCH, base="main", title="Fix: empty cart", body="Why and how.")


@dataclass(frozen=True)
class Shop:
    """The repository as an engineer and GitHub have it, and the bot's adapter to it."""

    github: GithubDouble
    engineer: Workshop
    service: Service
    clients: GithubClientFactory
    forge: GithubForge
    clock: MovableClock

    def push(self, *files: str, branch: str = BRANCH) -> str:
        """Commit onto a branch and push it."""
        self.engineer.switch(branch)
        made = self.engineer.commit({name: f"{name} {branch}\n" for name in files or ("cart.py",)})
        self.engineer.git("push", "-q", "origin", branch)
        return str(made)

    def tip(self, branch: str) -> str:
        return self.github.named(NAME).bare.tip(branch) or ""

    def writes(self) -> list[str]:
        return [each for each in self.github.requests if not each.startswith("GET ")]


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(FrozenClock(NOW))


@pytest.fixture
def github(tmp_path: Path, clock: MovableClock) -> Iterator[GithubDouble]:
    with GithubDouble(tmp_path / "github", clock) as double:
        yield double


@pytest.fixture(scope="session")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A remote and an engineer's clone of it, made once and copied for each test."""
    place = tmp_path_factory.mktemp("pattern")
    bare_remote(place / "remote.git")
    engineer = Workshop(place / "engineer")
    engineer.git("remote", "add", "origin", "../remote.git")
    engineer.commit({"shop.py": "one\n"}, "begin")
    engineer.git("push", "-q", "origin", "main")
    engineer.branch(BRANCH)
    engineer.commit({"cart.py": "two\n"}, "fix")
    engineer.git("push", "-q", "origin", BRANCH)
    return place


@pytest.fixture
def shop(tmp_path: Path, pattern: Path, github: GithubDouble, clock: MovableClock) -> Shop:
    for name in ("remote.git", "engineer"):
        shutil.copytree(pattern / name, tmp_path / name, ignore=shutil.ignore_patterns("hooks"))
    remote = tmp_path / "remote.git"
    github.repository(NAME, remote=remote, collaborators=("ann", "bob"), teams=("leads",))
    engineer = Workshop(tmp_path / "engineer", init=False)
    clients = GithubClientFactory(url=github.url, key=TOKEN, clock=clock, timeout=5)
    service = Service(
        name="shop", repository=f"https://github.com/{NAME}.git", forge=ForgeKind.GITHUB
    )
    return Shop(github, engineer, service, clients, GithubForge(clients), clock)
