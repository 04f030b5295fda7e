"""The bot's ways in: a token, an app that renews its own, and what git is shown."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chatops.adapters.github.access import GitCredentials
from chatops.adapters.github.client import AppKey, GithubClientFactory
from chatops.adapters.github.forge import GithubForge
from chatops.application.ports.external import ExternalBusy, ExternalRefused
from chatops.application.ports.git import Credential
from chatops.domain.services import ForgeKind, Service
from tests.github.conftest import DRAFT, Shop
from tests.github.double import TOKEN

PLAIN = Credential(username="bot", secret="hush")


@pytest.fixture
def app(shop: Shop) -> AppKey:
    return AppKey(app="7", installation=77, private_key=shop.github.app())


def clients(shop: Shop, key: str | AppKey) -> GithubClientFactory:
    return GithubClientFactory(url=shop.github.url, key=key, clock=shop.clock, timeout=5)


def mints(shop: Shop) -> int:
    return shop.github.requests.count("POST /app/installations/77/access_tokens")


def test_an_app_works_under_its_own_name(shop: Shop, app: AppKey) -> None:
    GithubForge(clients(shop, app)).open(shop.service, DRAFT)
    assert shop.github.pulls("acme/shop")[0].author == "chatops[bot]"


def test_an_apps_token_is_used_until_it_nears_its_end(shop: Shop, app: AppKey) -> None:
    way_in = clients(shop, app)
    first = way_in.token()
    shop.clock.advance(timedelta(minutes=49))
    assert way_in.token() == first
    assert mints(shop) == 1
    shop.clock.advance(timedelta(minutes=2))
    second = way_in.token()
    assert second != first
    assert mints(shop) == 2


def test_an_app_works_on_after_its_token_has_ended(shop: Shop, app: AppKey) -> None:
    forge = GithubForge(clients(shop, app))
    forge.open(shop.service, DRAFT)
    shop.clock.advance(timedelta(hours=5))
    assert forge.read(shop.service, 1).number == 1


def test_a_token_that_is_taken_back_is_replaced(shop: Shop, app: AppKey) -> None:
    forge = GithubForge(clients(shop, app))
    forge.open(shop.service, DRAFT)
    (token,) = shop.github.app_tokens()
    shop.github.revoke(token)
    with pytest.raises(ExternalBusy, match="the app gets itself a new one"):
        forge.read(shop.service, 1)
    assert forge.read(shop.service, 1).number == 1


def test_a_key_of_another_app_is_refused_in_words(shop: Shop, app: AppKey) -> None:
    with pytest.raises(ExternalRefused) as caught:
        clients(shop, replace(app, app="8")).token()
    assert "installation 77 of app 8" in str(caught.value)


def test_an_installation_that_does_not_exist_is_refused_in_words(shop: Shop, app: AppKey) -> None:
    with pytest.raises(ExternalRefused, match="GitHub did not let the bot in"):
        clients(shop, replace(app, installation=78)).token()


@pytest.mark.parametrize(
    "key", ["", "-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0\n-----END RSA PRIVATE KEY-----\n", "x"]
)
def test_a_key_that_is_none_is_told_without_asking_anybody(shop: Shop, key: str) -> None:
    with pytest.raises(ExternalRefused, match="the app's private key cannot be used"):
        clients(shop, AppKey(app="7", installation=77, private_key=key)).token()
    assert shop.github.requests == []


def test_trouble_while_renewing_passes(shop: Shop, app: AppKey) -> None:
    way_in = clients(shop, app)
    shop.github.answer_next(502, method="POST")
    with pytest.raises(ExternalBusy):
        way_in.token()
    assert way_in.token().startswith("ghs_")


def test_a_token_that_cannot_be_read_is_none(shop: Shop, app: AppKey) -> None:
    way_in = clients(shop, app)
    shop.github.babble_next(b'{"token": null}', method="POST")
    with pytest.raises(ExternalBusy):
        way_in.token()


def test_no_rendering_of_a_key_shows_it(app: AppKey) -> None:
    assert "PRIVATE" not in f"{app!r} {app}"


@pytest.mark.parametrize(
    ("api", "host"),
    [
        ("https://api.github.com", "github.com"),
        ("https://github.example.com/api/v3", "github.example.com"),
        ("https://api.acme.ghe.com", "acme.ghe.com"),
        ("http://127.0.0.1:8080", "127.0.0.1:8080"),
    ],
)
def test_the_host_of_repositories_is_known_from_the_apis(shop: Shop, api: str, host: str) -> None:
    assert GithubClientFactory(url=api, key=TOKEN, clock=shop.clock).host == host


def asked(shop: Shop, repository: str, plain: Credential | None = PLAIN) -> Credential | None:
    way_in = GithubClientFactory(url="https://api.github.com", key=TOKEN, clock=shop.clock)
    service = Service(name="shop", repository=repository, forge=ForgeKind.GITHUB)
    return GitCredentials(way_in, plain).of(service)


@pytest.mark.parametrize(
    "repository", ["https://github.com/acme/shop.git", "https://GitHub.com/acme/shop"]
)
def test_git_is_shown_the_token_at_github(shop: Shop, repository: str) -> None:
    assert asked(shop, repository) == Credential(username="x-access-token", secret=TOKEN)


@pytest.mark.parametrize(
    "repository",
    [
        "https://git.example.com/acme/shop.git",
        "https://github.com.example.com/acme/shop.git",
        "https://example.com/github.com/shop.git",
        "https://api.github.com/acme/shop.git",
        "https://github.com:8443/acme/shop.git",
    ],
)
def test_no_other_host_sees_githubs_token(shop: Shop, repository: str) -> None:
    assert asked(shop, repository) == PLAIN
    assert asked(shop, repository, plain=None) is None


@pytest.mark.parametrize(
    "repository", ["git@github.com:acme/shop.git", "ssh://git@github.com/acme/shop.git", "/srv/x"]
)
def test_a_key_for_ssh_is_none_of_our_business(shop: Shop, repository: str) -> None:
    assert asked(shop, repository) is None


def test_git_is_shown_an_apps_own_token(shop: Shop, app: AppKey) -> None:
    credentials = GitCredentials(clients(shop, app), None)
    service = replace(shop.service, repository=f"{shop.github.url}/acme/shop.git")
    shown = credentials.of(service)
    assert shown is not None
    assert [shown.secret] == shop.github.app_tokens()
    assert shown.secret not in repr(shown)
