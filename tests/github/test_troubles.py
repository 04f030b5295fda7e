"""When GitHub says no, says nothing, or says something strange: never a guess, never a token."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatops.adapters.github.access import GithubForges, NoAccess
from chatops.adapters.github.client import AppKey, GithubClientFactory
from chatops.adapters.github.forge import GithubForge
from chatops.application.ports.external import (
    ExternalBusy,
    ExternalError,
    ExternalIndeterminate,
    ExternalRefused,
)
from chatops.clock import FrozenClock
from chatops.domain.services import ForgeKind, Service
from tests.github.conftest import DRAFT, NAME, NOW, Shop
from tests.github.double import TOKEN


def read_trouble(shop: Shop) -> ExternalError:
    with pytest.raises(ExternalError) as caught:
        shop.forge.read(shop.service, 1)
    return caught.value


def open_trouble(shop: Shop) -> ExternalError:
    with pytest.raises(ExternalError) as caught:
        shop.forge.open(shop.service, DRAFT)
    return caught.value


def test_a_token_that_is_not_taken_says_where_it_is_set(shop: Shop) -> None:
    shop.github.revoke()
    trouble = read_trouble(shop)
    assert isinstance(trouble, ExternalRefused)
    assert str(trouble).startswith("GitHub did not let the bot in; nothing was changed.")
    assert "GITHUB_TOKEN" in str(trouble)
    assert trouble.words == "Bad credentials"


def test_a_repository_that_is_hidden_is_named(shop: Shop) -> None:
    shop.github.named(NAME).hidden = True
    trouble = read_trouble(shop)
    assert isinstance(trouble, ExternalRefused)
    assert str(trouble).startswith("GitHub knows no acme/shop, or hides it from the bot.")


def test_a_right_that_is_missing_is_told(shop: Shop) -> None:
    shop.github.account("chatops-bot", TOKEN, without=["pulls"])
    trouble = open_trouble(shop)
    assert isinstance(trouble, ExternalRefused)
    assert "GitHub does not let the bot do this to acme/shop; nothing was changed." in str(trouble)


def test_the_limit_of_the_hour_is_waited_out(shop: Shop) -> None:
    shop.github.exhaust(NOW + timedelta(minutes=17))
    trouble = read_trouble(shop)
    assert isinstance(trouble, ExternalBusy)
    assert trouble.retry_after == timedelta(minutes=17)
    shop.clock.advance(timedelta(minutes=17))
    assert shop.forge.open(shop.service, DRAFT).number == 1


def test_the_limit_is_reckoned_by_githubs_clock(shop: Shop) -> None:
    shop.github.exhaust(NOW + timedelta(minutes=17))
    clients = GithubClientFactory(
        url=shop.github.url, key=TOKEN, clock=FrozenClock(NOW + timedelta(hours=9)), timeout=5
    )
    with pytest.raises(ExternalBusy) as caught:
        GithubForge(clients).read(shop.service, 1)
    assert caught.value.retry_after == timedelta(minutes=17)


def test_the_secondary_limit_is_waited_out(shop: Shop) -> None:
    shop.github.limit_writes(timedelta(seconds=42))
    trouble = open_trouble(shop)
    assert isinstance(trouble, ExternalBusy)
    assert trouble.retry_after == timedelta(seconds=42)
    assert shop.github.pulls(NAME) == []


def test_a_limit_on_labels_is_waited_out_and_nothing_is_opened_twice(shop: Shop) -> None:
    draft = replace(DRAFT, labels=("hotfix",))
    shop.github.answer_next(429, "slow down", method="POST", path="/labels")
    with pytest.raises(ExternalBusy):
        shop.forge.open(shop.service, draft)
    shop.forge.open(shop.service, draft)
    (pull,) = shop.github.pulls(NAME)
    assert pull.labels == ["hotfix"]


@pytest.mark.parametrize(
    ("status", "message", "headers", "wait"),
    [
        (429, "", {}, 60),
        (429, "", {"Retry-After": "7"}, 7),
        (403, "You have triggered an abuse detection mechanism.", {}, 60),
        (403, "You have exceeded a secondary rate limit", {"Retry-After": "soon"}, 60),
        (403, "", {"Retry-After": "0"}, 1),
        (403, "", {"Retry-After": "99999999999999999999"}, 60),
        (403, "", {"Retry-After": "864000"}, 3600),
        (403, "", {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1"}, 1),
    ],
)
def test_every_way_of_asking_for_patience_is_understood(
    shop: Shop, status: int, message: str, headers: dict[str, str], wait: int
) -> None:
    shop.github.answer_next(status, message, headers=headers)
    trouble = read_trouble(shop)
    assert isinstance(trouble, ExternalBusy)
    assert trouble.retry_after == timedelta(seconds=wait)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_trouble_at_github_is_tried_again_when_reading(shop: Shop, status: int) -> None:
    shop.github.answer_next(status, "Server Error")
    trouble = read_trouble(shop)
    assert isinstance(trouble, ExternalBusy)
    assert f"GitHub has trouble of its own ({status})" in str(trouble)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_trouble_at_github_leaves_a_write_in_doubt(shop: Shop, status: int) -> None:
    shop.github.answer_next(status, "Server Error", method="POST")
    assert isinstance(open_trouble(shop), ExternalIndeterminate)


def test_a_read_without_an_answer_is_tried_again(shop: Shop) -> None:
    shop.github.lose_next_request("GET")
    assert isinstance(read_trouble(shop), ExternalBusy)


def test_an_answer_that_does_not_come_is_not_waited_for_forever(shop: Shop) -> None:
    clients = GithubClientFactory(url=shop.github.url, key=TOKEN, clock=shop.clock, timeout=1)
    shop.github.hang_next_request()
    with pytest.raises(ExternalBusy, match="did not answer"):
        GithubForge(clients).read(shop.service, 1)


def test_a_github_that_cannot_be_reached_has_changed_nothing(shop: Shop) -> None:
    shop.github.close()
    trouble = open_trouble(shop)
    assert isinstance(trouble, ExternalBusy)
    assert str(trouble) == "GitHub could not be reached; nothing was changed"


STRANGE = [b"", b"<html>Please sign in</html>", b"{", b"[]", b"[1]", b"null", b"42", b'"x"', b"{}"]
#: Lists without anything in them, as far as anybody can tell.
NOBODY = {b"", b"[]", b"null", b"{}"}


@pytest.mark.parametrize("path", [NAME, "/pulls/1"])
def test_an_answer_that_is_not_githubs_is_never_taken_for_one(shop: Shop, path: str) -> None:
    shop.forge.open(shop.service, DRAFT)
    for raw in STRANGE:
        shop.github.babble_next(raw, path=path)
        assert isinstance(read_trouble(shop), ExternalBusy)


@pytest.mark.parametrize("path", ["/reviews", "/check-runs", "/status"])
def test_a_list_that_is_not_githubs_is_never_taken_for_one(shop: Shop, path: str) -> None:
    shop.forge.open(shop.service, DRAFT)
    for raw in set(STRANGE) - NOBODY:
        shop.github.babble_next(raw, path=path)
        assert isinstance(read_trouble(shop), ExternalBusy)


def test_a_strange_answer_to_a_write_leaves_it_in_doubt(shop: Shop) -> None:
    for raw in STRANGE:
        shop.github.babble_next(raw, method="POST", path="/pulls")
        assert isinstance(open_trouble(shop), ExternalIndeterminate)
    assert shop.github.pulls(NAME) == []


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    status=st.sampled_from([400, 401, 403, 404, 405, 409, 410, 418, 422, 451, 500]),
    message=st.text(max_size=30),
    method=st.sampled_from(["GET", "POST"]),
)
def test_every_refusal_is_one_that_the_port_knows(
    shop: Shop, status: int, message: str, method: str
) -> None:
    shop.github.answer_next(status, message, method=method)
    with pytest.raises(ExternalError) as caught:
        shop.forge.open(shop.service, DRAFT)
    assert TOKEN not in f"{caught.value!r}{caught.value}"


def test_no_request_is_repeated_behind_our_back(shop: Shop) -> None:
    shop.github.answer_next(502, method="POST", path="/pulls")
    open_trouble(shop)
    assert shop.writes() == ["POST /repos/acme/shop/pulls"]


def test_no_token_gets_into_the_log(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    key = shop.github.app()
    with caplog.at_level(logging.DEBUG):
        clients = _app_door(shop, key)
        GithubForge(clients).open(shop.service, DRAFT)
        shop.forge.read(shop.service, 1)
    (token,) = shop.github.app_tokens()
    assert token not in caplog.text
    assert TOKEN not in caplog.text


def _app_door(shop: Shop, key: str) -> GithubClientFactory:
    app = AppKey(app="7", installation=77, private_key=key)
    return GithubClientFactory(url=shop.github.url, key=app, clock=shop.clock, timeout=5)


def test_a_plain_git_server_has_no_forge(shop: Shop) -> None:
    forges = GithubForges(shop.clients)
    assert forges.of(replace(shop.service, forge=ForgeKind.GIT)) is None
    assert isinstance(forges.of(shop.service), GithubForge)


def test_a_service_on_github_without_a_way_in_says_what_to_set(shop: Shop) -> None:
    with pytest.raises(NoAccess, match="shop is on GitHub, and the bot has no token for it"):
        GithubForges(None).of(shop.service)


@pytest.mark.parametrize(
    "project", ["", "shop", "acme/shop/x", "../..", "acme/..", "a b/c", "a/b?c"]
)
def test_a_project_that_is_none_is_asked_for(shop: Shop, project: str) -> None:
    service = Service(name="shop", forge=ForgeKind.GITHUB, repository="/x", project=project)
    with pytest.raises(ExternalRefused, match="Give it `project: owner/name` in"):
        shop.forge.read(service, 1)
    assert shop.github.requests == []
