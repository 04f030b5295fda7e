"""The page of statistics: what each visitor may count, drawn and in tables, and as a file."""

import csv

import pytest

from tests.acceptance.stage import Actor, Stage
from tests.web.pages.reader import Reader
from tests.web.pages.test_public import declare, resolve


def test_before_anything_happened_the_page_says_so(reader: Reader) -> None:
    words = reader.reads("/stats")
    assert "No incident was declared in the last 90 days" in words


def test_what_happened_is_counted_and_drawn(stage: Stage, sam: Actor, reader: Reader) -> None:
    declare(sam, "Search is slow")
    stage.advance(minutes=30)
    resolve(stage, sam, "Restarted it")
    declare(sam, "Checkout is down")
    answer = reader.opens("/stats?period=this+year&by=severity")
    assert "2 incidents" in answer.text
    assert "Incidents by severity: P0 2" in answer.text
    assert "<rect" in answer.text
    assert "30 min" in answer.text


def test_who_may_not_see_an_incident_does_not_count_it(
    stage: Stage, sam: Actor, reader: Reader
) -> None:
    declare(sam, "Addresses leaked", private=True)
    assert "1 incident in" in reader.reads("/stats")
    with Reader(stage) as outsider:
        outsider.signs_in("ines")
        assert "No incident was declared" in outsider.reads("/stats")
        assert "leaked" not in outsider.opens("/stats.csv").text


@pytest.mark.parametrize("query", ["period=%3Cscript%3E", "by=nothing", "asked=yesteryear+by+luck"])
def test_a_period_that_is_none_is_explained(reader: Reader, query: str) -> None:
    answer = reader.opens(f"/stats?{query}")
    assert answer.status_code == 200
    assert "I do not know the period" in answer.text
    assert "<script>" not in answer.text.replace("<script src", "")


def test_the_numbers_can_be_kept_as_a_file(sam: Actor, reader: Reader) -> None:
    declare(sam, "=HYPERLINK(1) down")
    answer = reader.opens("/stats.csv?asked=this+year+by+month")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(answer.text.splitlines()))
    assert len(rows) == 1
    assert "\n=HYPERLINK" not in answer.text


def test_numbers_are_for_those_who_signed_in(stranger: Reader) -> None:
    assert stranger.opens("/stats").status_code == 303
    assert stranger.opens("/stats.csv").status_code == 303
