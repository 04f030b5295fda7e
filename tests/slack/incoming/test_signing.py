"""Who is let in: Slack, with a fresh signature, and nobody else."""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

import httpx
import pytest

from chatops.adapters.slack.incoming.app import LARGEST
from chatops.adapters.storage.store import SqlStorage
from chatops.clock import MovableClock, SystemClock
from chatops.playground.slack.signing import signed_headers
from tests.slack.incoming.bench import Bench
from tests.slack.incoming.bench import bench as on_the_bench

SECRET = "playground-signing-secret"
FORM = "application/x-www-form-urlencoded"
COMMAND = "command=%2Fincident&text=declare+P1+checkout+is+down"


def now() -> int:
    return int(SystemClock().now().timestamp())


def sends(bench: Bench, body: str | bytes, headers: Mapping[str, str]) -> httpx.Response:
    with httpx.Client(trust_env=False) as client:
        answer = client.post(
            bench.url, content=body, headers={"Content-Type": FORM, **dict(headers)}
        )
    bench.executor.settle()
    return answer


def test_a_signed_request_is_let_in(bench: Bench) -> None:
    people = {
        "team_id": bench.team,
        "user_id": bench.id_of("sam"),
        "channel_id": bench.channel("incidents"),
        "trigger_id": "1.2.3",
    }
    body = f"{COMMAND}&{urlencode(people)}"

    answer = sends(bench, body, signed_headers(SECRET, body, now()))

    assert answer.status_code == 200
    assert [one.title for one in bench.incidents()] == ["checkout is down"]


@pytest.mark.parametrize(
    "headers",
    [
        dict,
        lambda: {"X-Slack-Request-Timestamp": "0"},
        lambda: signed_headers("another secret", COMMAND, now()),
        lambda: signed_headers("", COMMAND, now()),
        lambda: signed_headers(SECRET, COMMAND + "&x=1", now()),
        lambda: signed_headers(SECRET, COMMAND, now() - 900),
        lambda: signed_headers(SECRET, COMMAND, now() + 900),
        lambda: signed_headers(SECRET, COMMAND, now()) | {"X-Slack-Request-Timestamp": "soon"},
    ],
    ids=["none", "no signature", "secret", "empty", "body", "stale", "early", "no number"],
)
def test_a_request_that_is_not_slacks_is_refused(
    bench: Bench, headers: Callable[[], Mapping[str, str]]
) -> None:
    answer = sends(bench, COMMAND, headers())

    assert answer.status_code == 401
    assert "secret" not in answer.text
    assert bench.incidents() == ()
    assert bench.calls() == []


def test_without_a_secret_nobody_is_let_in(sqlite_store: SqlStorage, clock: MovableClock) -> None:
    with on_the_bench(sqlite_store, clock, secret="") as bench:
        for guess in ("", SECRET):
            answer = sends(bench, COMMAND, signed_headers(guess, COMMAND, now()))
            assert answer.status_code == 401


def test_slack_finds_out_that_the_address_is_ours(bench: Bench) -> None:
    assert bench.slack.delivery.challenge()


def test_a_body_that_never_ends_is_refused(bench: Bench) -> None:
    body = "x" * (LARGEST + 1)

    assert sends(bench, body, signed_headers(SECRET, body, now())).status_code == 413


def test_bytes_that_are_no_text_are_refused(bench: Bench) -> None:
    answer = sends(bench, b"\xff\xfe", {"X-Slack-Request-Timestamp": "1"})

    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 404),
        ("a=b", 404),
        ("payload=%7B", 400),
        ("payload=null", 400),
        ("payload=" + "[" * 100_000, 400),
        ("payload=%5B%5D", 400),
        ("payload=%7B%22type%22%3A%22view_submission%22%7D", 404),
    ],
)
def test_what_makes_no_sense_breaks_nothing(bench: Bench, body: str, status: int) -> None:
    answer = sends(bench, body, signed_headers(SECRET, body, now()))

    assert answer.status_code == status
    assert "Traceback" not in answer.text
    bench.types("sam", "/incident list")
    assert bench.told("sam")


def test_a_command_without_a_person_is_logged_and_breaks_nothing(
    bench: Bench, logged_errors: list[object]
) -> None:
    answer = sends(bench, COMMAND, signed_headers(SECRET, COMMAND, now()))

    assert answer.status_code == 200
    assert len(logged_errors) == 1
    assert bench.incidents() == ()
