"""The doctor on the tracker: whether action items can be kept there is found before they are."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chatops.adapters.github.access import GithubTrackers
from chatops.adapters.github.client import GithubClientFactory
from chatops.clock import FrozenClock
from chatops.doctor.finding import FindingLevel
from chatops.doctor.services import tracker_findings
from chatops.domain.services import ForgeKind, Service
from chatops.domain.team import Team, TrackerSettings
from tests.github.double import TOKEN, GithubDouble

CLOCK = FrozenClock(datetime(2026, 11, 21, 3, tzinfo=UTC))
SHOP = Service(name="shop", repository="https://github.com/acme/shop.git", forge=ForgeKind.GITHUB)
TEAM = Team(services={"shop": SHOP}, tracker=TrackerSettings(service="shop"))


@pytest.fixture
def github(tmp_path: Path) -> Iterator[GithubDouble]:
    with GithubDouble(tmp_path, CLOCK) as double:
        double.repository("acme/shop")
        yield double


def finds(
    github: GithubDouble, team: Team = TEAM, *, hears: bool = True
) -> tuple[FindingLevel, str]:
    clients = GithubClientFactory(url=github.url, key=TOKEN, clock=CLOCK, timeout=5)
    [found] = tracker_findings(team, GithubTrackers(clients), hears=hears)
    return found.state, found.words


def test_a_team_without_a_tracker_lacks_nothing(github: GithubDouble) -> None:
    del github
    assert list(tracker_findings(Team(), GithubTrackers(None), hears=True)) == []


def test_a_tracker_that_works_is_fine_and_says_how_it_is_followed(github: GithubDouble) -> None:
    state, words = finds(github)
    assert (state, "heard" in words, "acme/shop" in words) == (FindingLevel.FINE, True, True)
    assert "once an hour" in finds(github, hears=False)[1]


def test_issues_that_are_turned_off_are_found(github: GithubDouble) -> None:
    github.named("acme/shop").has_issues = False
    state, words = finds(github)
    assert (state, "turned off" in words) == (FindingLevel.WRONG, True)


def test_a_repository_that_is_hidden_is_found(github: GithubDouble) -> None:
    github.named("acme/shop").hidden = True
    assert finds(github)[0] is FindingLevel.WRONG


def test_a_service_that_is_missing_or_not_on_github_is_found(github: GithubDouble) -> None:
    assert (
        "no service nope"
        in finds(github, replace(TEAM, tracker=TrackerSettings(service="nope")))[1]
    )
    plain = replace(TEAM, services={"shop": replace(SHOP, forge=ForgeKind.GIT)})
    assert finds(github, plain) == (FindingLevel.WRONG, "shop has no issues that the bot can write")


def test_a_bot_without_a_token_is_told(github: GithubDouble) -> None:
    del github
    [found] = tracker_findings(TEAM, GithubTrackers(None), hears=True)
    assert (found.state, "GITHUB_TOKEN" in found.words) == (FindingLevel.WRONG, True)
