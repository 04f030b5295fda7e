"""What every test of the git engine starts from."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from chatops.adapters.git.objects.mirror import Mirror, Remote, mirror_place
from chatops.adapters.git.objects.repository import GitRunner
from chatops.domain.git.urls import RemoteUrl
from tests.git.git_workshop import Workshop, bare_remote


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path / "workshop")


@dataclass(frozen=True)
class Shop:
    """A bare remote, an engineer's clone of it, and the bot's mirror."""

    remote: Path
    engineer: Workshop
    mirror: Mirror

    def push(self, *refs: str) -> None:
        self.engineer.git("push", "-q", "origin", *(refs or ("--all",)))

    def at_remote(self, ref: str) -> str:
        listed = self.engineer.git("ls-remote", str(self.remote), ref)
        return listed.partition("\t")[0]


@pytest.fixture
def shop(tmp_path: Path, workshop: Workshop) -> Shop:
    remote = bare_remote(tmp_path / "remote.git")
    workshop.git("remote", "add", "origin", str(remote))
    return Shop(remote=remote, engineer=workshop, mirror=mirror_of(remote, tmp_path / "data"))


def mirror_of(remote: Path, data: Path, *, partial: bool = False) -> Mirror:
    url = RemoteUrl(f"file://{remote}" if partial else str(remote))
    return Mirror(
        place=mirror_place(data, url),
        remote=Remote(url=url),
        runner=GitRunner(),
        partial=partial,
    )
