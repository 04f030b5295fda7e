"""The page of a post-mortem: who reads it, who writes it, and what two writers do to each other."""

import re
from typing import Any

import httpx
import pytest

from chatops.adapters.web.pages.postmortems import as_html
from tests.acceptance.stage import Actor, Stage
from tests.web.pages.reader import ROOT, Reader, words_of
from tests.web.pages.test_public import HOSTILE, declare, resolve

PATH = "/incidents/INC-2026-001/postmortem"


@pytest.fixture
def over(stage: Stage, sam: Actor) -> None:
    """An incident that is resolved."""
    declare(sam, "Checkout is down", impact="Some customers cannot pay")
    stage.advance(minutes=30)
    resolve(stage, sam, "Restarted the pool")


def fields(reader: Reader) -> dict[str, str]:
    """What the form on the page would send."""
    page = reader.opens(PATH).text
    hidden = re.findall(r'name="(token|version)" value="([^"]*)"', page)
    return dict(hidden)


def saves(reader: Reader, body: str, **changes: Any) -> httpx.Response:
    return reader.client.post(f"{ROOT}{PATH}", data={**fields(reader), "body": body, **changes})


@pytest.mark.usefixtures("over")
def test_it_is_drafted_from_what_happened(reader: Reader) -> None:
    words = reader.reads(PATH)
    assert "draft" in words
    assert "Checkout is down" in words
    assert "Restarted the pool" in words
    assert "Sam Okafor" in words


def test_while_people_fight_there_is_nothing_to_write(sam: Actor, reader: Reader) -> None:
    declare(sam, "Checkout is down")
    assert "Edit the text" not in reader.reads(PATH)


@pytest.mark.usefixtures("over")
def test_what_is_written_stands_on_the_page(reader: Reader) -> None:
    answer = saves(reader, "# What we learned\n\nThe pool was **small**.")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{ROOT}{PATH}"
    page = reader.opens(PATH).text
    assert "<h2>What we learned</h2>" in page
    assert "<strong>small</strong>" in page


@pytest.mark.usefixtures("over")
def test_the_second_of_two_writers_sees_both_wordings(stage: Stage, reader: Reader) -> None:
    before = fields(reader)
    saves(reader, "Theirs.")
    answer = saves(reader, "Mine.", version=before["version"])
    assert answer.status_code == 409
    assert "Nothing is lost" in words_of(answer)
    assert "<p>Theirs.</p>" in answer.text
    assert "Mine.</textarea>" in answer.text
    stage.advance(seconds=1)
    assert saves(reader, "Both.").status_code == 303


@pytest.mark.usefixtures("over")
def test_a_text_that_cannot_be_taken_stays_in_the_form(reader: Reader) -> None:
    for body in ("", "x" * 200_000):
        answer = saves(reader, body)
        assert answer.status_code == 422
        assert f"{body}</textarea>" in answer.text


@pytest.mark.usefixtures("over")
def test_a_form_that_is_not_ours_changes_nothing(reader: Reader) -> None:
    for token in ("", "guessed"):
        assert saves(reader, "Theirs.", token=token).status_code == 403
        assert "Theirs." not in reader.reads(PATH)


@pytest.mark.usefixtures("over")
def test_a_form_without_end_is_not_read(reader: Reader) -> None:
    assert saves(reader, "x" * 2_000_000).status_code == 413


@pytest.mark.usefixtures("over")
def test_whatever_is_written_runs_nothing(reader: Reader) -> None:
    bad = f"{HOSTILE} [a](javascript:alert(1)) ![b](https://evil.example/b.png)\n\n|a|\n|:-:|\n|b|"
    assert saves(reader, bad).status_code == 303
    page = reader.opens(PATH).text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert 'href="javascript' not in page
    assert " style=" not in page


def test_of_a_private_one_those_outside_see_and_change_nothing(
    stage: Stage, sam: Actor, reader: Reader
) -> None:
    declare(sam, "Addresses leaked", private=True)
    resolve(stage, sam, "Closed the hole")
    assert "Addresses leaked" in reader.reads(PATH)
    with Reader(stage) as outsider:
        outsider.signs_in("ines")
        assert outsider.opens(PATH).status_code == 404
        token = re.findall(r'name="token" value="([^"]*)"', outsider.opens("/due").text)[0]
        assert saves(outsider, "Mine.", token=token, version="0").status_code == 404


def test_headings_begin_below_the_pages_own() -> None:
    assert "<h2>One</h2>" in as_html("# One")
    assert "<h6>Six</h6>" in as_html("###### Six")
