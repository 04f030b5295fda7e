from datetime import timedelta

import httpx
import pytest

from chatops.clock import MovableClock
from chatops.playground.shop.faults import CodeSwitch
from chatops.playground.shop.servers import (
    NothingBefore,
    Release,
    ServerPlace,
    UnknownVersion,
    Wish,
)
from chatops.playground.shop.shop import Shop, open_shop
from tests.playground.shop.bot_at_work import BRANCH, BotAtWork


def deploy(shop: Shop, wish: Wish) -> Release:
    list(shop.servers.deploy(wish))
    return shop.servers.serving(wish.to)


def fix(shop: Shop, clock: MovableClock) -> str:
    bot = BotAtWork.on(shop.repository, clock)
    bot.branches()
    shop.engineer.push_fix(BRANCH)
    return bot.merges(into="main")


def test_production_serves_the_release_with_the_bug(shop: Shop, url: str) -> None:
    health = httpx.get(f"{url}/health")
    paid = httpx.get(f"{url}/pay")

    assert health.json() == {
        "status": "degraded",
        "version": "1.2.3",
        "sha": shop.repository.tip("main"),
        "errors_percent": 38.0,
        "flags": {"new-checkout": True},
    }
    assert (health.status_code, paid.status_code) == (200, 500)
    assert "NoneType" in paid.json()["error"]


def test_what_is_deployed_decides_whether_one_can_pay(
    shop: Shop, url: str, clock: MovableClock
) -> None:
    merged = fix(shop, clock)
    assert httpx.get(f"{url}/pay").status_code == 500

    deploy(shop, Wish(to=ServerPlace.STAGING, sha=merged))
    assert httpx.get(f"{url}/staging/pay").status_code == 200
    assert httpx.get(f"{url}/pay").status_code == 500

    deploy(shop, Wish(to=ServerPlace.PRODUCTION, sha=merged, version="1.2.4"))
    assert httpx.get(f"{url}/pay").status_code == 200
    told = httpx.get(f"{url}/health").json()
    assert (told["version"], told["sha"], told["status"]) == ("1.2.4", merged, "ok")


def test_errors_fall_after_a_good_deploy(shop: Shop, url: str, clock: MovableClock) -> None:
    deploy(shop, Wish(to=ServerPlace.PRODUCTION, sha=fix(shop, clock)))
    seen = []
    for _ in range(4):
        seen.append(httpx.get(f"{url}/health").json()["errors_percent"])
        clock.advance(timedelta(minutes=1))

    assert seen == [3.1, 0.9, 0.9, 0.3]


def test_one_goes_back_by_the_tag_of_a_release(shop: Shop, url: str) -> None:
    back = deploy(shop, Wish(to=ServerPlace.PRODUCTION, version="1.2.2"))

    assert back.sha == shop.repository.tagged("v1.2.2")
    assert httpx.get(f"{url}/pay").status_code == 200


def test_one_goes_back_to_what_ran_before_whatever_that_was(
    shop: Shop, clock: MovableClock
) -> None:
    first = shop.servers.serving(ServerPlace.PRODUCTION)
    deploy(shop, Wish(to=ServerPlace.PRODUCTION, sha=fix(shop, clock)))

    assert deploy(shop, Wish(to=ServerPlace.PRODUCTION, back=True)).sha == first.sha
    older = deploy(shop, Wish(to=ServerPlace.PRODUCTION, back=True))
    assert older.sha == shop.repository.tagged("v1.2.2")


def test_there_is_nothing_before_the_first_release(shop: Shop) -> None:
    deploy(shop, Wish(to=ServerPlace.STAGING, version="1.2.0"))
    shop.servers._running[ServerPlace.STAGING] = (shop.servers.serving(ServerPlace.STAGING),)

    with pytest.raises(NothingBefore, match="Nothing ran on staging before"):
        deploy(shop, Wish(to=ServerPlace.STAGING, back=True))


@pytest.mark.parametrize(
    "wish",
    [
        Wish(to=ServerPlace.STAGING, sha="0123456789abcdef"),
        Wish(to=ServerPlace.STAGING, sha="--help"),
        Wish(to=ServerPlace.STAGING, sha="main"),
        Wish(to=ServerPlace.STAGING, version="9.9.9"),
        Wish(to=ServerPlace.STAGING),
    ],
    ids=["no such commit", "an option", "a branch", "no such release", "nothing"],
)
def test_what_cannot_be_deployed_is_said(shop: Shop, wish: Wish) -> None:
    with pytest.raises(UnknownVersion, match="There is no commit or release"):
        deploy(shop, wish)


def test_without_the_flag_the_old_checkout_takes_the_money(
    shop: Shop, url: str, clock: MovableClock
) -> None:
    shop.servers.switch_flag(on=False)

    assert httpx.get(f"{url}/pay").status_code == 200
    clock.advance(timedelta(minutes=5))
    told = httpx.get(f"{url}/health").json()
    assert (told["flags"], told["errors_percent"]) == ({"new-checkout": False}, 0.3)


def test_a_failing_health_check_says_so(shop: Shop, url: str) -> None:
    shop.faults.throw(CodeSwitch.UNHEALTHY, on=True)

    health = httpx.get(f"{url}/health")

    assert (health.status_code, health.json()["status"]) == (503, "failing")
    assert httpx.get(f"{url}/staging/health").status_code == 200


def test_every_push_to_main_is_deployed_where_that_is_how_it_is_done(
    shop: Shop, url: str, clock: MovableClock
) -> None:
    merged = fix(shop, clock)
    assert httpx.get(f"{url}/health").json()["version"] == "1.2.3"

    shop.servers.on_push = True

    assert httpx.get(f"{url}/health").json()["sha"] == merged
    assert httpx.get(f"{url}/pay").status_code == 200


def test_a_push_waits_for_slow_and_failing_deploys(
    shop: Shop, url: str, clock: MovableClock
) -> None:
    shop.servers.on_push = True
    shop.faults.throw(CodeSwitch.FAILING, on=True)
    merged = fix(shop, clock)
    assert httpx.get(f"{url}/health").json()["sha"] != merged

    shop.faults.throw(CodeSwitch.FAILING, on=False)
    shop.faults.throw(CodeSwitch.SLOW, on=True)
    assert httpx.get(f"{url}/health").json()["sha"] != merged
    clock.advance(timedelta(seconds=41))

    assert httpx.get(f"{url}/health").json()["sha"] == merged


def test_whoever_has_no_token_deploys_nothing(shop: Shop, url: str) -> None:
    order = {"to": "production", "version": "1.2.2"}

    refused = httpx.post(f"{url}/deploy", json=order, headers={"Authorization": "Bearer guess"})
    senseless = httpx.post(
        f"{url}/deploy",
        json={"to": "the moon"},
        headers={"Authorization": f"Bearer {shop.servers.token}"},
    )

    assert (refused.status_code, senseless.status_code) == (403, 400)
    assert shop.servers.serving(ServerPlace.PRODUCTION).version == "1.2.3"


def test_what_runs_is_still_running_when_the_playground_is_opened_again(
    shop: Shop, clock: MovableClock
) -> None:
    merged = fix(shop, clock)
    deploy(shop, Wish(to=ServerPlace.PRODUCTION, sha=merged))

    again = open_shop(shop.repository.folder, clock)

    assert again.servers.serving(ServerPlace.PRODUCTION).sha == merged
    assert again.servers.serving(ServerPlace.STAGING).sha == shop.repository.tagged("v1.2.3")
