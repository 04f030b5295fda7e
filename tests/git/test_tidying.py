"""At night the mirrors are made quick again."""

import shutil
from pathlib import Path

import pytest

from chatops.adapters.git.jobs.service import GitRepositories
from chatops.adapters.git.objects.mirror import mirror_place
from chatops.domain.git.urls import RemoteUrl
from chatops.domain.services import Service
from chatops.domain.team import GitRules, Team
from chatops.outside import connected
from tests.git.conftest import Shop


def test_a_mirror_that_is_broken_keeps_back_none_of_the_others(
    shop: Shop, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shop.engineer.commit({"a": "1"})
    shop.push()
    data, remotes = tmp_path / "mirrors", tmp_path / "remotes"
    names = ("unused", "broken", "whole")
    services = {name: Service(name=name, repository=f"{remotes}/{name}.git") for name in names}
    repositories = GitRepositories(data=data, hands=GitRules())
    places = {}
    for name in ("broken", "whole"):
        shutil.copytree(shop.remote, services[name].repository)
        repositories.production(services[name], ["main"])
        places[name] = mirror_place(data, RemoteUrl(services[name].repository))
    shutil.rmtree(places["broken"] / "objects")
    graph = places["whole"] / "objects/info/commit-graph"
    graph.unlink(missing_ok=True)

    connected(Team(services=services), data=data, environ={}).tidy()

    assert graph.exists()
    assert [record.__dict__["service"] for record in caplog.records] == ["broken"]
