from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from chatops.clock import FrozenClock, MovableClock
from chatops.playground.serving import ThreadedServer
from chatops.playground.shop.shop import Shop, open_shop
from chatops.playground.shop.target import shop_routes
from tests.playground.shop.bot_at_work import NOW


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(FrozenClock(NOW))


@pytest.fixture
def shop(tmp_path: Path, clock: MovableClock) -> Shop:
    return quick_shop(tmp_path, clock)


@pytest.fixture
def url(shop: Shop) -> Iterator[str]:
    with ThreadedServer() as server:
        server.start(Starlette(routes=[Mount("/shop", routes=shop_routes(shop.servers))]))
        yield f"{server.url}/shop"


def quick_shop(folder: Path, clock: MovableClock) -> Shop:
    """A shop whose deploys take no time, unless a test makes them slow."""
    return open_shop(folder / "code", clock, pace=timedelta())
