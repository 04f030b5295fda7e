"""The pages for those who signed in: what they show, to whom, and whatever people wrote in it."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatops.playground.shop.shop import Push
from tests.acceptance.hotfix_walk import Walk, open_walk
from tests.acceptance.stage import Actor, Stage
from tests.web.pages.reader import ROOT, Reader, data_of, words_of
from tests.web.pages.test_public import HOSTILE, break_database, declare, resolve, update

#: What only those in a private incident may read.
SECRET = "Addresses leaked"


@pytest.fixture
def outsider(stage: Stage) -> Iterator[Reader]:
    """Ines, signed in: a member of the workspace who is in no incident."""
    with Reader(stage) as reader:
        reader.signs_in("ines")
        yield reader


def closes(stage: Stage, actor: Actor) -> None:
    resolve(stage, actor, "Restarted it")
    actor.types("/incident close nothing more to do", stage.incident_room)


def test_the_open_ones_come_first_with_who_leads_them(
    stage: Stage, sam: Actor, priya: Actor, reader: Reader
) -> None:
    declare(sam, "Search is slow")
    closes(stage, sam)
    declare(priya, "Checkout is down")
    words = reader.reads("/incidents")
    assert words.index("Checkout is down") < words.index("Search is slow")
    assert "Priya Nair" in words
    assert "Open" in words
    assert "Closed" in words


_NARROWED = [
    ("words=CHECKOUT", {"Checkout is down"}),
    ("words=inc-2026-001", {"Search is slow"}),
    ("words=%25", set()),
    ("state=open", {"Checkout is down"}),
    ("state=closed", {"Search is slow"}),
    ("state=nonsense", {"Checkout is down", "Search is slow"}),
    ("severity=P2", set()),
    ("severity=P0", {"Checkout is down", "Search is slow"}),
    ("before=2", {"Search is slow"}),
    ("before=1", set()),
    ("before=99999999999999999999", {"Checkout is down", "Search is slow"}),
    ("before=%C2%B2", {"Checkout is down", "Search is slow"}),
    ("words=%00", {"Checkout is down", "Search is slow"}),
]


def test_the_list_can_be_narrowed(stage: Stage, sam: Actor, reader: Reader) -> None:
    titles = ("Search is slow", "Checkout is down")
    declare(sam, titles[0])
    closes(stage, sam)
    declare(sam, titles[1])
    for query, shown in _NARROWED:
        words = reader.reads(f"/incidents?{query}")
        assert {title for title in titles if title in words} == shown, query


def test_an_incidents_page_tells_what_is_known_owed_and_done(
    stage: Stage, sam: Actor, reader: Reader
) -> None:
    declare(sam, "Checkout is down", impact="Some customers cannot pay")
    room = stage.incident_room
    update(stage, sam, "We are testing a fix.", "the pool is exhausted")
    sam.types("/incident task add @tom check the pool", room)
    sam.types("/incident decide roll back because a fix takes an hour", room)
    words = reader.reads("/incidents/INC-2026-001")
    for part in (
        "Checkout is down",
        "P0 Critical",
        "Led by Sam Okafor",
        "Some customers cannot pay",
        "the pool is exhausted",
        "Next update",
        "1. check the pool",
        "roll back",
        "Why: a fix takes an hour",
        "Tom Becker",
    ):
        assert part in words, part


def test_a_reference_is_understood_in_any_case(sam: Actor, reader: Reader) -> None:
    declare(sam, "Checkout is down")
    assert reader.opens("/incidents/inc-2026-001").status_code == 200


def test_a_correction_shows_what_stood_there_before(
    stage: Stage, sam: Actor, reader: Reader
) -> None:
    declare(sam, "Checkout is down")
    sam.types("/incident timeline add the cache is full", stage.incident_room)
    number = sam.heard(stage.incident_room).split("number ")[1].rstrip(".")
    sam.types(f"/incident timeline edit {number} the disk is full", stage.incident_room)
    text = reader.opens("/incidents/INC-2026-001").text
    assert '<p class="passage">the disk is full</p>' in text
    assert "<del>the cache is full</del>" in text


def test_mentions_are_names_and_everything_else_is_harmless(
    stage: Stage, sam: Actor, tom: Actor, reader: Reader
) -> None:
    declare(sam, f"Down {HOSTILE}", impact=HOSTILE)
    room = stage.incident_room
    sam.types(f"/incident timeline add {tom.mention} saw {HOSTILE}", room)
    sam.types(f"/incident task add {HOSTILE}", room)
    for path in ("/incidents", "/incidents/INC-2026-001", "/due"):
        text = reader.opens(path).text
        assert "<script>alert" not in text
        assert "\u202e" not in text
        assert "49" not in words_of(reader.opens(path)).replace("2026", "")
    assert (
        '<span class="person">Tom Becker</span> saw' in reader.opens("/incidents/INC-2026-001").text
    )


def test_of_a_private_incident_those_outside_learn_nothing(
    stage: Stage, sam: Actor, reader: Reader, outsider: Reader
) -> None:
    declare(sam, SECRET, private=True)
    stage.advance(minutes=20)
    assert SECRET in reader.reads("/incidents")
    assert SECRET in reader.reads("/incidents/INC-2026-001")
    assert SECRET in reader.reads("/due")
    for path in ("/incidents", "/incidents?words=leaked", "/due", "/incidents?state=open"):
        assert SECRET not in outsider.opens(path).text
        assert "INC-2026-001" not in outsider.opens(path).text


def test_what_one_may_not_see_answers_like_what_is_not_there(sam: Actor, outsider: Reader) -> None:
    declare(sam, SECRET, private=True)
    for end in ("", ".json"):
        hidden = outsider.opens(f"/incidents/INC-2026-001{end}")
        absent = outsider.opens(f"/incidents/INC-2026-999{end}")
        assert (hidden.status_code, hidden.content) == (404, absent.content), end
        assert absent.status_code == 404, end


def test_the_record_can_be_read_by_programs(stage: Stage, sam: Actor, reader: Reader) -> None:
    declare(sam, "Checkout is down")
    update(stage, sam, "We are testing a fix.", "the pool is exhausted")
    data = data_of(reader.opens("/incidents/INC-2026-001.json"))
    assert data["incident"]["reference"] == "INC-2026-001"
    assert data["incident"]["declared_at"] == "2026-03-02T14:00:00+00:00"
    assert "update" in [entry["kind"] for entry in data["timeline"]]
    assert {"kind", "due_at", "state"} <= set(data["promises"][0])


def test_what_is_due_shows_mine_first(sam: Actor, priya: Actor, reader: Reader) -> None:
    declare(priya, "Search is slow")
    declare(sam, "Checkout is down")
    words = reader.reads("/due")
    mine, _, others = words.partition("Due from others")
    assert "Checkout is down" in mine
    assert "Search is slow" not in mine
    assert "Search is slow" in others
    assert "the bot" in others


def test_where_slack_cannot_say_names_the_ids_stand_for_them(
    stage: Stage, sam: Actor, reader: Reader
) -> None:
    declare(sam, "Checkout is down")
    stage.clock.advance(stage.soon * 60)
    stage.slack.faults.go_down()
    words = reader.reads("/incidents/INC-2026-001")
    assert sam.id in words
    assert "Checkout is down" in words


def test_without_the_database_the_page_says_that_nothing_is_lost(
    stage: Stage,
    sam: Actor,
    reader: Reader,
    tmp_path: Path,
    logged_errors: list[logging.LogRecord],
) -> None:
    declare(sam, "Checkout is down")
    break_database(tmp_path, stage)
    answer = reader.opens("/incidents")
    assert answer.status_code == 503
    assert "Nothing is lost" in words_of(answer)
    assert vars(logged_errors[-1])["action"] == "storage"


def test_an_address_that_leads_nowhere_has_a_page_that_says_so(reader: Reader) -> None:
    for path in ("/nowhere", "/incidents/INC-2026-001/nothing", "/web/nothing"):
        answer = reader.opens(path)
        assert answer.status_code == 404, path
        assert "There is nothing here" in words_of(answer), path
        assert f'href="{ROOT}/incidents"' in answer.text, path


def test_no_page_may_run_or_load_what_is_not_ours(reader: Reader) -> None:
    for path in ("/incidents", "/due", "/status", "/nowhere", "/sign-in"):
        answer = reader.opens(path)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'"), path
        assert "unsafe" not in policy, path
        for loaded in (" style=", "<style", "javascript:"):
            assert loaded not in answer.text, path


def test_style_and_script_may_be_kept_by_browsers(reader: Reader) -> None:
    for name in ("pages.css", "times.js", "icon.svg"):
        answer = reader.opens(f"/web/{name}")
        assert answer.status_code == 200
        assert "max-age" in answer.headers["cache-control"]


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    with open_walk(tmp_path) as walk:
        yield walk


def test_a_hotfix_shows_its_steps_with_evidence_and_its_commits(walk: Walk) -> None:
    walk.starts()
    walk.next()
    walk.pushes(Push.FIX)
    with Reader(walk.stage) as reader:
        reader.signs_in("sam")
        words = reader.reads("/incidents/INC-2026-001")
    assert "Hotfix 1:" in words
    assert walk.hotfix.branch in words
    assert walk.hotfix.head[:7] in words
    for step in walk.hotfix.steps:
        assert step.title in words
    assert "waiting" in words
