"""The commands of the service, started as the bot starts them: no shell, a clean environment."""

import os
import subprocess
from pathlib import Path

import pytest

from chatops.adapters.playbooks.folders import find_templates
from chatops.adapters.playbooks.repository import load, revived
from chatops.clock import MovableClock
from chatops.domain.git.urls import RemoteUrl
from chatops.domain.playbook.pipeline import Pipeline
from chatops.domain.services import Check, Command, Service
from chatops.playground.shop.faults import CodeSwitch
from chatops.playground.shop.servers import ServerPlace
from chatops.playground.shop.service import (
    deploys_itself,
    develop_of,
    goes_straight,
    people,
    service,
)
from chatops.playground.shop.shop import Shop
from tests.playground.shop.bot_at_work import BRANCH, BotAtWork
from tests.playground.shop.test_servers import fix

PLAYBOOKS = ("ticketed", "versioned", "preview", "increment", "priority")


@pytest.fixture
def checkout(shop: Shop, url: str) -> Service:
    return service(shop, url=url, pipeline=pipelines("priority")[0])


def pipelines(playbook: str) -> tuple[Pipeline, ...]:
    policy = revived(load(find_templates() / playbook)).hotfix
    assert policy is not None
    return policy.pipelines


def run(command: object, tmp_path: Path, **values: str) -> "subprocess.CompletedProcess[str]":
    assert isinstance(command, Command)
    arguments = [argument.format(**values) for argument in command.run]
    return subprocess.run(
        arguments,
        cwd=command.folder,
        env={"PATH": os.defpath, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_deploy_prints_what_it_does(
    shop: Shop, checkout: Service, clock: MovableClock, tmp_path: Path
) -> None:
    merged = fix(shop, clock)

    ran = run(checkout.deploy, tmp_path, version="1.2.4", sha=merged)

    assert (ran.returncode, ran.stderr) == (0, "")
    short = merged[:7]
    assert ran.stdout.splitlines() == [
        f"Deploying v1.2.4 ({short}) to production",
        f"Fetched {short} from shop.git",
        "Built checkout",
        "Started 1 of 2",
        "Started 2 of 2",
        f"Production serves v1.2.4 ({short})",
    ]


def test_a_rollback_brings_the_release_before(
    shop: Shop, checkout: Service, tmp_path: Path
) -> None:
    ran = run(checkout.rollback, tmp_path, version="1.2.2")

    assert ran.returncode == 0
    assert shop.servers.serving(ServerPlace.PRODUCTION).version == "1.2.2"


def test_a_flag_is_turned_off(shop: Shop, checkout: Service, tmp_path: Path) -> None:
    ran = run(checkout.flags["new-checkout"], tmp_path)

    assert (ran.returncode, ran.stdout) == (0, "new-checkout is off\n")
    assert not shop.servers.flags["new-checkout"]


def test_staging_is_a_place_of_its_own(
    shop: Shop, checkout: Service, clock: MovableClock, tmp_path: Path
) -> None:
    BotAtWork.on(shop.repository, clock).branches()
    pushed = shop.engineer.push_fix(BRANCH)

    ran = run(checkout.stage, tmp_path, sha=pushed)

    assert ran.returncode == 0
    assert shop.servers.serving(ServerPlace.STAGING).sha == pushed
    assert shop.servers.serving(ServerPlace.PRODUCTION).sha != pushed


def test_a_deploy_that_fails_says_what_still_runs(
    shop: Shop, checkout: Service, clock: MovableClock, tmp_path: Path
) -> None:
    merged = fix(shop, clock)
    shop.faults.throw(CodeSwitch.FAILING, on=True)

    ran = run(checkout.deploy, tmp_path, version="1.2.4", sha=merged)

    assert ran.returncode == 1
    assert "did not start" in ran.stderr
    assert "Production still serves v1.2.3" in ran.stderr


def test_a_slow_deploy_ends_when_the_playground_closes(
    shop: Shop, checkout: Service, tmp_path: Path
) -> None:
    shop.faults.throw(CodeSwitch.SLOW, on=True)
    shop.servers.stopping.set()

    assert run(checkout.stage, tmp_path, sha=shop.repository.tip("main") or "").returncode == 0


def test_servers_that_are_gone_are_an_error_in_words(shop: Shop, tmp_path: Path) -> None:
    gone = service(shop, url="http://127.0.0.1:9/shop", pipeline=None)

    ran = run(gone.deploy, tmp_path, sha="0123456")

    assert ran.returncode == 1
    assert ran.stderr.startswith("The servers do not answer: ")


def test_nobody_else_may_read_the_token(checkout: Service, shop: Shop) -> None:
    assert (shop.repository.folder / "access.json").stat().st_mode & 0o077 == 0
    assert isinstance(checkout.deploy, Command)
    assert not any(shop.servers.token in argument for argument in checkout.deploy.run)


def test_the_service_is_one_that_the_engine_accepts(checkout: Service) -> None:
    assert RemoteUrl(checkout.repository).protocol == "file"
    assert checkout.has_code
    checks = (checkout.deployed, *checkout.verify, *checkout.watch)
    assert all(isinstance(one, Check) and one.url.startswith("http://127.0.0.1") for one in checks)


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_there_is_a_service_for_every_pipeline_that_ships(
    shop: Shop, url: str, playbook: str
) -> None:
    for pipeline in pipelines(playbook):
        made = service(shop, url=url, pipeline=pipeline)

        assert made.pipeline == pipeline.key
        assert isinstance(made.deploy, Command)
        assert isinstance(made.rollback, Command)
        assert "{sha}" in made.deploy.run
        assert ("{version}" in made.rollback.run) is not ("--back" in made.rollback.run)


def test_a_playbook_says_how_its_shop_is_set_up() -> None:
    firsts = {name: pipelines(name)[0] for name in PLAYBOOKS}
    github_flow, trunk = pipelines("priority")[1:]

    assert {name: develop_of(one) for name, one in firsts.items()} == {
        "ticketed": "develop",
        "versioned": "development",
        "preview": "develop",
        "increment": "develop",
        "priority": "develop",
    }
    assert [name for name, one in firsts.items() if deploys_itself(one)] == ["preview"]
    assert deploys_itself(github_flow)
    assert [goes_straight(one) for one in (firsts["priority"], github_flow, trunk)] == [
        False,
        False,
        True,
    ]


def test_people_are_known_to_git_by_their_handles() -> None:
    assert people({"sam": "U1", "ines": "U2"}) == {"U1": "Sam Okafor <sam@shop.example>"}
