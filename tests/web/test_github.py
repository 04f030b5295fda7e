"""GitHub's webhook: only what is signed is heard, once, and whatever stands in it does no harm."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from chatops.adapters.storage.engines import open_engine
from chatops.adapters.storage.store import SqlStorage
from chatops.adapters.web.github import LARGEST, GithubWebhook, github_route
from chatops.application.hotfix.webhooks import ForgeEvent, ForgeEventKind
from chatops.application.ports.storage import StorageError
from chatops.application.session import take_once
from chatops.application.tasks.sync import IssueHappening
from chatops.clock import FrozenClock
from tests.databases import empty_database
from tests.github import deliveries
from tests.github.deliveries import Delivery, delivered, signed
from tests.web.asking import ask

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
SECRET = "It's a Secret to Everybody"
SHA = "a" * 40
BRANCH = "hotfix/null-cart"
#: The example in GitHub's own documentation of the signature.
EXAMPLE = (b"Hello, World!", "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")


class Hook:
    """The webhook, and what was heard through it."""

    def __init__(self, secret: str | None = SECRET) -> None:
        self.heard: list[ForgeEvent] = []
        self.trouble: Exception | None = None
        self.note: Callable[[str], None] = lambda _delivery: None
        self.issues: list[IssueHappening] = []
        hook = GithubWebhook(
            secret=secret,
            heard=self._hear,
            heard_issue=lambda happening, _now: self.issues.append(happening),
            clock=FrozenClock(NOW),
        )
        self._app = Starlette(routes=[github_route(hook)])

    def _hear(self, happening: ForgeEvent, now: datetime) -> None:
        assert now == NOW
        if self.trouble:
            raise self.trouble
        self.note(happening.delivery)
        self.heard.append(happening)

    def brings(self, delivery: Delivery, **headers: str) -> httpx.Response:
        given = {**delivery.headers, **{k.replace("_", "-"): v for k, v in headers.items()}}
        kept = {name: value for name, value in given.items() if value}
        path = "/webhooks/github"
        return ask(self._app, path, method="POST", content=delivery.body, headers=kept)

    def tells(self, event: str, payload: object) -> httpx.Response:
        return self.brings(delivered(event, payload, secret=SECRET))


@pytest.fixture
def hook() -> Hook:
    return Hook()


def test_without_a_secret_there_is_no_door() -> None:
    answer = Hook(secret=None).tells("push", deliveries.pushed(BRANCH, SHA))
    assert answer.status_code == 404


def test_githubs_own_example_is_signed_as_we_expect(hook: Hook) -> None:
    body, digest = EXAMPLE
    answer = hook.brings(
        signed("push", body, secret="other"), X_Hub_Signature_256=f"sha256={digest}"
    )
    assert (answer.status_code, answer.json()) == (400, {"error": "the body is not JSON"})


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "sha256=",
        f"sha256={'0' * 64}",
        EXAMPLE[1],
        f"sha1={EXAMPLE[1]}",
        f"sha256={EXAMPLE[1].upper()}",
        f"sha256={EXAMPLE[1]}0",
        f"sha256={'z' * 64}",
    ],
)
def test_what_is_not_signed_with_the_secret_is_not_heard(hook: Hook, signature: str) -> None:
    push = delivered("push", deliveries.pushed(BRANCH, SHA), secret=SECRET)
    answer = hook.brings(push, X_Hub_Signature_256=signature)
    assert answer.status_code == 401
    assert "GITHUB_WEBHOOK_SECRET" in answer.json()["error"]
    assert hook.heard == []


@given(flipped=st.integers(min_value=0, max_value=300))
def test_a_body_that_was_touched_is_not_heard(flipped: int) -> None:
    hook = Hook()
    push = delivered("push", deliveries.pushed(BRANCH, SHA), secret=SECRET)
    body = bytearray(push.body)
    body[flipped % len(body)] ^= 1
    assert hook.brings(Delivery(bytes(body), push.headers)).status_code == 401
    assert hook.heard == []


def test_a_ping_is_answered(hook: Hook) -> None:
    answer = hook.tells("ping", {"zen": "Design for failure.", "hook_id": 1})
    assert (answer.status_code, answer.json()) == (200, {"outcome": "pong"})


def test_a_push_is_heard(hook: Hook) -> None:
    push = delivered("push", deliveries.pushed(BRANCH, SHA), secret=SECRET, guid="72d3162e-cc78")
    answer = hook.brings(push)
    assert (answer.status_code, answer.json()) == (200, {"outcome": "heard"})
    assert hook.heard == [
        ForgeEvent(
            repository="acme/shop",
            urls=(
                "https://github.com/acme/shop.git",
                "git@github.com:acme/shop.git",
                "https://github.com/acme/shop",
            ),
            branch=BRANCH,
            sha=SHA,
            kind=ForgeEventKind.PUSH,
            number=None,
            delivery="github:72d3162e-cc78",
        )
    ]


@pytest.mark.parametrize(
    ("event", "payload", "kind", "branch", "number"),
    [
        ("pull_request", deliveries.pull_changed(7, BRANCH, SHA), "pull_request", BRANCH, 7),
        ("pull_request_review", deliveries.reviewed(7, BRANCH, SHA), "review", BRANCH, 7),
        ("check_run", deliveries.check_ran(BRANCH, SHA, 7), "checks", BRANCH, 7),
        ("check_run", deliveries.check_ran(None, SHA), "checks", "", None),
        ("check_suite", deliveries.suite_ran(BRANCH, SHA, 7), "checks", BRANCH, 7),
        ("check_suite", deliveries.suite_ran(BRANCH, SHA, 7, 8), "checks", BRANCH, None),
        ("status", deliveries.status_set(SHA, BRANCH), "checks", BRANCH, None),
        ("status", deliveries.status_set(SHA, BRANCH, "main"), "checks", "", None),
        ("deployment_status", deliveries.deployed(BRANCH, SHA), "deployment", BRANCH, None),
        ("deployment_status", deliveries.deployed(SHA, SHA), "deployment", "", None),
        ("workflow_run", deliveries.workflow_ran("main", SHA), "run", "main", None),
    ],
)
def test_every_event_says_what_it_is_about(
    hook: Hook,
    event: str,
    payload: object,
    kind: ForgeEventKind,
    branch: str,
    number: int | None,
) -> None:
    assert hook.tells(event, payload).json() == {"outcome": "heard"}
    (heard,) = hook.heard
    assert (heard.kind, heard.branch, heard.sha, heard.number) == (kind, branch, SHA, number)


def test_a_branch_that_is_deleted_has_no_commit(hook: Hook) -> None:
    hook.tells("push", deliveries.pushed(BRANCH, deliveries.ZEROS))
    assert (hook.heard[0].branch, hook.heard[0].sha) == (BRANCH, "")


def test_a_forks_branch_is_not_taken_for_ours(hook: Hook) -> None:
    hook.tells("pull_request", deliveries.pull_changed(7, "main", SHA, fork="evil/shop"))
    assert (hook.heard[0].branch, hook.heard[0].number) == ("", 7)


def test_a_tag_is_none_of_our_business(hook: Hook) -> None:
    tag = {**deliveries.pushed(BRANCH, SHA), "ref": "refs/tags/v1.2.4"}
    assert hook.tells("push", tag).json() == {"outcome": "ignored"}
    assert hook.heard == []


@pytest.mark.parametrize("event", ["issue_comment", "star", "PUSH", "../push", "__class__"])
def test_other_events_are_ignored(hook: Hook, event: str) -> None:
    assert hook.tells(event, {"anything": 1}).json() == {"outcome": "ignored"}


def test_a_form_is_read_as_well(hook: Hook) -> None:
    body = urlencode({"payload": json.dumps(deliveries.pushed("hotfix/ünter", SHA))}).encode()
    push = signed("push", body, secret=SECRET)
    answer = hook.brings(push, Content_Type="application/x-www-form-urlencoded")
    assert answer.json() == {"outcome": "heard"}
    assert hook.heard[0].branch == "hotfix/ünter"


def test_a_delivery_that_comes_again_is_known(hook: Hook, tmp_path: Path) -> None:
    file = tmp_path / "chatops.db"
    file.write_bytes(empty_database())
    engine = open_engine(f"sqlite:///{file}")
    storage = SqlStorage(engine)

    def note(delivery: str) -> None:
        with storage.writing() as work:
            take_once(work, delivery, NOW)

    hook.note = note
    payload = deliveries.pushed(BRANCH, SHA)
    outcomes = [hook.tells("push", payload).json()["outcome"] for _ in range(2)]
    engine.dispose()
    assert outcomes == ["heard", "known"]
    assert len(hook.heard) == 1


def test_what_cannot_be_stored_now_is_told_to_github(
    hook: Hook, logged_errors: list[object]
) -> None:
    hook.trouble = StorageError("db.internal:5432 is away")
    answer = hook.tells("push", deliveries.pushed(BRANCH, SHA))
    assert (answer.status_code, len(logged_errors)) == (503, 1)
    assert "db.internal" not in answer.text


@pytest.mark.parametrize("missing", ["X_GitHub_Event", "X_GitHub_Delivery"])
def test_a_delivery_without_its_name_is_refused(hook: Hook, missing: str) -> None:
    push = delivered("push", deliveries.pushed(BRANCH, SHA), secret=SECRET)
    assert hook.brings(push, **{missing: ""}).status_code == 400


@pytest.mark.parametrize("guid", ["a b", "x" * 101, "'; DROP TABLE deliveries", "a/b"])
def test_a_delivery_with_a_strange_name_is_refused(hook: Hook, guid: str) -> None:
    push = delivered("push", deliveries.pushed(BRANCH, SHA), secret=SECRET, guid=guid)
    assert hook.brings(push).status_code == 400
    assert hook.heard == []


@pytest.mark.parametrize(
    "branch",
    [
        "--force",
        "-x",
        "a\nb",
        "a b",
        "\u202egnp.exe",
        "\u200b",
        "x" * 300,
        "HEAD",
        "@{-1}",
        "refs/heads/x",
        "a..b",
        "\x00",
        "\ud800",
        SHA,
        "",
    ],
)
def test_a_branch_that_no_git_should_be_told_of_is_left_out(hook: Hook, branch: str) -> None:
    assert hook.tells("push", deliveries.pushed(branch, SHA)).status_code == 200
    assert [each.branch for each in hook.heard] == [""]
    assert hook.heard[0].sha == SHA


@pytest.mark.parametrize("sha", ["--all", "A" * 40, "a" * 39, "a\n" * 20, "", "main"])
def test_a_commit_that_is_none_is_left_out(hook: Hook, sha: str) -> None:
    hook.tells("push", deliveries.pushed(BRANCH, sha))
    assert hook.heard[0].sha == ""


def test_addresses_that_git_must_not_see_are_left_out(hook: Hook) -> None:
    payload = deliveries.pushed(BRANCH, SHA)
    payload["repository"] |= {
        "clone_url": "ext::sh -c id",
        "ssh_url": "--upload-pack=id",
        "html_url": "https://me:hunter2@github.com/acme/shop",
    }
    hook.tells("push", payload)
    assert hook.heard[0].urls == ()


@pytest.mark.parametrize(
    "name", ["", "shop", "acme/shop/x", "acme/..", "-a/b", "acme/shop\n", "\u202ea/b", "a" * 9]
)
def test_a_repository_that_is_none_is_refused(hook: Hook, name: str) -> None:
    answer = hook.tells("push", deliveries.pushed(BRANCH, SHA, name=name))
    assert answer.status_code == 422
    assert answer.json()["error"].startswith("repository.full_name:")


@pytest.mark.parametrize("number", [0, -1, True, "7", 2**31, 10**300, 1.5, None])
def test_a_number_that_is_none_is_refused(hook: Hook, number: object) -> None:
    payload = deliveries.pull_changed(7, BRANCH, SHA)
    payload["pull_request"]["number"] = number
    assert hook.tells("pull_request", payload).status_code == 422
    assert hook.heard == []


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b"\xff", b"1" * 5000])
def test_what_is_not_json_is_refused(hook: Hook, body: bytes) -> None:
    assert hook.brings(signed("push", body, secret=SECRET)).status_code == 400


@pytest.mark.parametrize("body", [b"null", b"[]", b"42", b'"push"', b"{}"])
def test_what_is_no_event_is_refused(hook: Hook, body: bytes) -> None:
    assert hook.brings(signed("push", body, secret=SECRET)).status_code == 422


def test_more_than_github_ever_sends_is_refused(hook: Hook) -> None:
    answer = hook.brings(signed("push", b" " * (LARGEST + 1), secret=SECRET))
    assert answer.status_code == 413


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
WHOLE = {
    "push": deliveries.pushed(BRANCH, SHA),
    "pull_request": deliveries.pull_changed(7, BRANCH, SHA),
    "pull_request_review": deliveries.reviewed(7, BRANCH, SHA),
    "check_run": deliveries.check_ran(BRANCH, SHA, 7),
    "check_suite": deliveries.suite_ran(BRANCH, SHA, 7),
    "status": deliveries.status_set(SHA, BRANCH),
    "deployment_status": deliveries.deployed(BRANCH, SHA),
    "workflow_run": deliveries.workflow_ran(BRANCH, SHA),
}


@given(event=st.sampled_from(sorted(WHOLE)), junk=JSON, data=st.data())
def test_whatever_stands_in_an_event_it_is_heard_or_refused(
    event: str, junk: object, data: st.DataObject
) -> None:
    hook = Hook()
    payload = json.loads(json.dumps(WHOLE[event]))
    part = payload
    for _ in range(data.draw(st.integers(min_value=0, max_value=3))):
        inner = [each for each in part.values() if isinstance(each, dict)]
        if inner:
            part = data.draw(st.sampled_from(inner))
    part[data.draw(st.sampled_from(sorted(part)))] = junk
    assert hook.tells(event, payload).status_code in {200, 422}
    for heard in hook.heard:
        assert heard.branch in {"", BRANCH} or heard.branch == str(junk)
        assert heard.sha in {"", SHA}


def test_what_happened_to_an_issue_is_heard_as_such(hook: Hook) -> None:
    issue = {
        "html_url": "https://github.com/acme/shop/issues/12",
        "title": "Alert",
        "state": "closed",
        "assignees": [{"login": "ann"}],
    }
    told = deliveries.issue_changed("closed", issue, by="bob")
    assert hook.tells("issues", told).json() == {"outcome": "heard"}
    [heard] = hook.issues
    assert (heard.action, heard.by, heard.closed) == ("closed", "bob", True)
    assert (heard.url, heard.title, heard.assignees) == (issue["html_url"], "Alert", ("ann",))
    assert heard.delivery.startswith("github:")
    assert hook.heard == []


def test_an_issue_that_lacks_what_matters_is_refused(hook: Hook) -> None:
    told = deliveries.issue_changed("closed", {"html_url": "x"})
    answer = hook.tells("issues", told)
    assert answer.status_code == 422
    assert "issue.title" in answer.json()["error"]
