"""GitHub as the environment lets the bot in: by a token, by an app, or not at all."""

from pathlib import Path

import pytest

from chatops.adapters.github.access import NoAccess, NoWay
from chatops.application.ports.external import ExternalSystems
from chatops.domain.team import Team
from chatops.outside import open_outside
from chatops.settings import read_settings
from tests.github.conftest import DRAFT, Shop
from tests.github.double import TOKEN


def outside(shop: Shop, folder: Path, **variables: str) -> ExternalSystems:
    environ = {"CHATOPS_DATA_DIR": str(folder / "data"), "GITHUB_API_URL": shop.github.url}
    team = Team(services={shop.service.name: shop.service})
    return open_outside(read_settings(environ | variables), team, shop.clock)


@pytest.mark.parametrize("way", ["token", "app"])
def test_what_the_environment_names_lets_the_bot_in(shop: Shop, tmp_path: Path, way: str) -> None:
    app = {
        "GITHUB_APP_ID": "7",
        "GITHUB_APP_INSTALLATION_ID": "77",
        "GITHUB_APP_PRIVATE_KEY": shop.github.app(),
    }
    there = outside(shop, tmp_path, **({"GITHUB_TOKEN": TOKEN} if way == "token" else app))
    forge, tracker = there.forges.of(shop.service), there.trackers.of(shop.service)
    assert forge is not None
    assert tracker is not None

    assert forge.open(shop.service, DRAFT).number == 1
    assert tracker.find(shop.service, "nothing", since=shop.clock.now()) is None


def test_without_any_it_says_what_to_set(shop: Shop, tmp_path: Path) -> None:
    there = outside(shop, tmp_path)

    with pytest.raises(NoAccess, match="set GITHUB_TOKEN"):
        there.forges.of(shop.service)
    with pytest.raises(NoWay, match="set GITHUB_TOKEN"):
        there.trackers.of(shop.service)
