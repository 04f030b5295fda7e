"""Monitoring rings: an incident is declared or linked, once, and nobody is bypassed."""

import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from chatops.application.ports.storage import Search
from chatops.serving import slack_app, web_app
from tests.acceptance.stage import Actor, Stage
from tests.web.asking import ask

SECRET = "alerts-secret"
BEARER = {"authorization": f"Bearer {SECRET}"}
Ring = Callable[..., httpx.Response]

FIRED = "2026-03-02T13:58:00Z"


def group(status: str = "firing", *alerts: Mapping[str, Any], severity: str = "P0") -> bytes:
    """What Alertmanager posts, reduced to what varies here."""
    return json.dumps({
        "version": "4",
        "groupKey": '{}:{alertname="CheckoutDown"}',
        "status": status,
        "receiver": "chatops",
        "truncatedAlerts": 0,
        "groupLabels": {"alertname": "CheckoutDown"},
        "commonLabels": {"alertname": "CheckoutDown", "severity": severity, "service": "checkout"},
        "commonAnnotations": {"summary": "Checkout is down", "description": "38 % errors on /pay"},
        "externalURL": "http://alertmanager",
        "alerts": list(alerts or (one(status),)),
    }).encode()  # fmt: skip


def one(status: str = "firing", *, pod: str = "a", at: str = FIRED) -> dict[str, Any]:
    return {
        "status": status,
        "labels": {"alertname": "CheckoutDown", "pod": pod},
        "annotations": {"summary": f"Pod {pod} fails"},
        "startsAt": at,
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus/graph",
        "fingerprint": f"f{pod}",
    }


def plain(**fields: str) -> bytes:
    return json.dumps({"key": "disk", "title": "The disk is full", **fields}).encode()


@pytest.fixture
def ring(stage: Stage) -> Ring:
    """Posts to the bot's own web application and lets it catch up."""
    app = web_app(
        stage.bot,
        slack_app(stage.bot, stage.listeners),
        clock=stage.clock,
        alerts_secret=SecretStr(SECRET),
    )

    def post(content: bytes, headers: Mapping[str, str] = BEARER) -> httpx.Response:
        answer = ask(app, "/webhooks/alerts", method="POST", content=content, headers=headers)
        stage.settle()
        return answer

    return post


def incidents(stage: Stage) -> int:
    with stage.bot.use_cases.sessions.storage.reading() as work:
        return len(work.incidents.find(Search(team=None, everything=True)))


def test_what_fires_becomes_an_incident_and_pages_people(
    stage: Stage, ring: Ring, sam: Actor
) -> None:
    answer = ring(group())

    assert answer.status_code == 201
    assert answer.json() == {"outcome": "declared", "incident": "INC-2026-001"}
    room = stage.incident_room
    assert {"sam", "tom"} <= room.members
    assert room.shows("📟")
    assert "38 % errors on /pay" in room.board
    assert "nobody now" in room.board
    assert "Nobody has said yet" in room.board
    assert stage.room("incidents").shows("Checkout is down", "nobody yet")
    assert stage.room("status-updates").never_shows("led by")
    assert any("nobody yet" in each for each in sam.inbox)
    sam.types("/incident timeline", room)
    sam.hears("Alert: Pod a fails", room=room)


def test_whoever_is_on_it_leads(stage: Stage, ring: Ring, tom: Actor) -> None:
    ring(group())
    tom.clicks("I am on it")

    room = stage.incident_room
    assert f"Lead: {tom.mention}" in room.board.replace("*", "")
    stage.advance(minutes=10)
    assert room.shows(f"⏰ {tom.mention}")


def test_the_same_delivery_again_changes_nothing(stage: Stage, ring: Ring) -> None:
    ring(group())
    said = stage.incident_room.all

    answer = ring(group())

    assert answer.json() == {"outcome": "known", "incident": "INC-2026-001"}
    assert stage.incident_room.all == said
    assert incidents(stage) == 1


def test_another_alert_of_the_group_joins_its_incident(stage: Stage, ring: Ring) -> None:
    ring(group())
    answer = ring(group("firing", one(), one(pod="b")))

    assert answer.json() == {"outcome": "linked", "incident": "INC-2026-001"}
    room = stage.incident_room
    [reply] = [each for each in room.thread(room.pinned) if "🔔" in each]
    assert "Pod b fails" in reply
    assert "Pod a fails" not in reply
    assert incidents(stage) == 1


def test_what_is_over_is_asked_about_and_never_resolved_by_itself(
    stage: Stage, ring: Ring, sam: Actor
) -> None:
    ring(group())
    sam.clicks("I am on it")
    answer = ring(group("resolved"))
    ring(group("resolved"))

    assert answer.json() == {"outcome": "over", "incident": "INC-2026-001"}
    room = stage.incident_room
    assert room.shows("it is over", sam.mention, "nothing is resolved by itself")
    assert room.count("🔕") == 1
    assert "Investigating" in room.board
    sam.clicks("Resolve", room)
    assert sam.has_modal


def test_after_the_end_the_same_time_is_known_and_another_is_new(
    stage: Stage, ring: Ring, sam: Actor
) -> None:
    ring(group())
    sam.clicks("I am on it")
    room = stage.incident_room
    sam.types("/incident resolve", room)
    sam.submits({"What fixed it": "Rolled back"})

    assert ring(group()).json()["outcome"] == "known"
    assert ring(group("resolved")).json()["outcome"] == "ignored"
    again = ring(group("firing", one(at="2026-03-02T15:00:00Z")))
    assert again.json() == {"outcome": "declared", "incident": "INC-2026-002"}


def test_what_is_over_before_it_was_heard_is_no_incident(stage: Stage, ring: Ring) -> None:
    assert ring(group("resolved")).json() == {"outcome": "ignored"}
    assert incidents(stage) == 0


@pytest.mark.parametrize(("said", "label"), [("P1", "P1 High"), ("p1", "P1 High"), ("?", "P0")])
def test_in_doubt_it_is_the_worst(stage: Stage, ring: Ring, said: str, label: str) -> None:
    ring(group(severity=said))
    assert stage.room("incidents").shows("Checkout is down")
    assert label in stage.incident_room.board


def test_a_script_may_ring_in_its_own_plain_words(stage: Stage, ring: Ring, sam: Actor) -> None:
    assert ring(plain(severity="P1", source="cron on db1")).status_code == 201
    assert ring(plain(severity="P1")).json()["outcome"] == "known"
    sam.clicks("I am on it")
    room = stage.incident_room
    sam.types("/incident resolve", room)
    sam.submits({"What fixed it": "Deleted old logs"})

    assert ring(plain()).json() == {"outcome": "declared", "incident": "INC-2026-002"}


def test_a_signature_does_instead_of_the_secret(ring: Ring) -> None:
    body = plain()
    signed = hmac.new(SECRET.encode(), body, "sha256").hexdigest()
    assert ring(body, {"x-signature-256": f"sha256={signed}"}).status_code == 201
    assert ring(body, {"x-grafana-alerting-signature": signed}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer wrong"},
        {"authorization": f"Basic {SECRET}"},
        {"x-signature-256": "sha256=00"},
        {"x-signature-256": "sha256="},
    ],
)
def test_a_stranger_is_not_heard(stage: Stage, ring: Ring, headers: Mapping[str, str]) -> None:
    answer = ring(plain(), headers)
    assert answer.status_code == 401
    assert SECRET not in answer.text
    assert incidents(stage) == 0


def test_without_a_secret_there_is_no_door(stage: Stage) -> None:
    app = web_app(stage.bot, slack_app(stage.bot, stage.listeners), clock=stage.clock)
    answer = ask(app, "/webhooks/alerts", method="POST", content=plain(), headers=BEARER)
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"checkout is down", 400, "not JSON"),
        (b"\xff\xfe", 400, "not JSON"),
        (b"[" * 200_000, 400, "not JSON"),
        (b"[]", 422, "not a JSON object"),
        (b'{"title": "x"}', 422, "key"),
        (b'{"key": "x", "title": " "}', 422, "title"),
        (b'{"key": "x", "title": "..."}', 422, "what is broken"),
        (b'{"alerts": [], "status": "firing", "groupKey": "k"}', 422, "alerts"),
        (b'{"alerts": [{"status": "odd"}], "status": "firing", "groupKey": "k"}', 422, "alerts.0"),
        (b'{"key": "' + b"x" * 1_000_000 + b'"}', 413, "bytes"),
    ],
)
def test_nonsense_is_refused_in_one_line_of_words(
    stage: Stage, ring: Ring, content: bytes, status: int, words: str
) -> None:
    answer = ring(content)
    assert answer.status_code == status
    assert words in answer.json()["error"]
    assert "\n" not in answer.json()["error"]
    assert incidents(stage) == 0


def test_what_no_database_can_store_is_left_out(ring: Ring) -> None:
    body = rb'{"key": "a\u0000\ud800", "title": "Disk \u0000\ud800full", "details": "\u0000"}'
    assert ring(body).status_code == 201


def test_a_long_story_is_cut_rather_than_refused(stage: Stage, ring: Ring) -> None:
    many = (one(pod=f"p{number}" * 200) for number in range(100))
    assert ring(group("firing", *many)).status_code == 201
    assert ring(plain(title="disk " * 200, details="x" * 9000)).status_code == 201
    assert incidents(stage) == 2
