"""The days after an incident and a drill in the playground, as those see them who owe something."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from chatops.demo.playground import Playground
from tests.browser.aftermath import aftermath
from tests.browser.conftest import open_on_monday
from tests.browser.screens import pictures
from tests.browser.visitor import Visitor
from tests.browsers import Open

pytestmark = pytest.mark.browser

OUTPUT = Path(__file__).parents[1] / "output"
PHONE: ViewportSize = {"width": 390, "height": 844}
#: The links of the sidebar, and what the first heading behind each says.
PAGES = {
    "Public status": "Status",
    "Incidents": "Incidents",
    "What is due": "What is due",
    "Statistics": "Statistics",
}


@pytest.fixture(scope="module")
def playground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playground]:
    """One playground for all that is tried here, in whatever order."""
    data = tmp_path_factory.mktemp("playground")
    with open_on_monday(data) as opened:
        yield opened


@pytest.mark.long
def test_what_is_owed_comes_day_by_day_until_the_channel_is_archived(
    opened: Playground, window: Open
) -> None:
    OUTPUT.mkdir(exist_ok=True)
    page = window(opened.url, viewport={"width": 1280, "height": 900})
    taken = pictures(page, opened.url, OUTPUT, story=aftermath, phone=PHONE)
    assert all(file.stat().st_size > 10_000 for file in taken)
    with page.expect_popup() as beside:
        page.locator("#sidebar").get_by_role("link", name="Public status").click()
    expect(beside.value.get_by_text("All in order")).to_be_visible()
    expect(beside.value.get_by_text("checkout is down")).to_be_visible()


@pytest.mark.long
def test_a_drill_is_seen_by_those_who_play_and_leaves_nothing_behind(
    playground: Playground, window: Open
) -> None:
    OUTPUT.mkdir(exist_ok=True)
    visitor = Visitor(window(playground.url, viewport={"width": 1280, "height": 900}))
    visitor.types("/incident drill failed-payments")
    visitor.goes_to("drill-incident-2026-001")
    visitor.sees("This is a drill")
    visitor.presses("I am on it")
    visitor.sees("In an incident")
    _take(visitor.page, "after-drill-room")
    visitor.lets_pass("15 minutes")
    visitor.sees("Payments engineer (drill)")
    visitor.types("/incident decide go back because nobody can test it now")
    visitor.sees("Decided:")
    visitor.types("/incident resolve the old version is back")
    visitor.sends("Resolve")
    visitor.sees("Debrief of Payments fail")
    _take(visitor.page, "after-drill-debrief")
    visitor.becomes("Priya")
    for channel in ("incidents", "status-updates"):
        visitor.goes_to(channel)
        expect(visitor.page.locator("#messages").get_by_text("Payments fail")).to_have_count(0)
    visitor.becomes("Sam")
    visitor.goes_to("general")
    visitor.lets_pass("1 day")
    visitor.lets_pass("1 day")
    expect(visitor.page.locator("#sidebar").get_by_text("drill-incident-2026-001")).to_have_count(0)


def test_every_page_is_a_click_away_from_the_workspace(
    playground: Playground, window: Open
) -> None:
    page = window(playground.url)
    for link, heading in PAGES.items():
        with page.expect_popup() as beside:
            page.locator("#sidebar").get_by_role("link", name=link, exact=True).click()
        there = beside.value
        expect(there.get_by_role("heading", level=1)).to_be_visible()
        if there.get_by_role("link", name=re.compile("Priya Nair")).count():
            there.get_by_role("link", name=re.compile("Priya Nair")).click()
        expect(there.get_by_role("heading", level=1)).to_have_text(heading)
        there.close()


def test_somebody_new_reads_what_to_try(playground: Playground, window: Open) -> None:
    page = window(playground.url)
    expect(page.locator("#intro")).to_contain_text("Resolve it, then let a day pass.")


def _take(page: Page, name: str) -> None:
    page.screenshot(path=OUTPUT / f"{name}.png")
