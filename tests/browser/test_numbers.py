"""The numbers as people see them: charts, the table beneath, and what is left without them."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from chatops.demo.playground import Playground
from tests.browser.counting import live_through_a_year
from tests.browser.visitor import Visitor
from tests.browsers import Open

pytestmark = pytest.mark.browser

OUTPUT = Path(__file__).parents[1] / "output"
WINDOWS: dict[str, dict[str, Any]] = {
    "desk": {"viewport": {"width": 1280, "height": 900}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}},
}


@pytest.fixture
def year(opened: Playground) -> Playground:
    """A playground with a year behind it."""
    team = opened.slack.workspace.team.id
    live_through_a_year(opened.bot, team, opened.clock.now())
    return opened


@pytest.mark.parametrize(
    "name", ["phone", *(pytest.param(each, marks=pytest.mark.long) for each in ("desk", "dark"))]
)
def test_the_numbers_can_be_looked_at(year: Playground, window: Open, name: str) -> None:
    OUTPUT.mkdir(exist_ok=True)
    page = window(year.url, **WINDOWS[name])
    visitor = Visitor(page)
    visitor.types("/incident stats last 180 days")
    visitor.sees("in the last 180 days")
    _take(page, f"numbers-{name}")
    charts = page.locator("figure.chart")
    expect(charts).to_have_count(1)
    expect(page.get_by_role("region", name="By month")).to_contain_text("All")
    visitor.presses("By severity")
    visitor.sees("P0")
    expect(page.get_by_role("region", name="By severity")).to_contain_text("All")
    _take(page, f"numbers-by-severity-{name}")


@pytest.mark.long
def test_without_the_newer_blocks_there_are_letters(year: Playground, window: Open) -> None:
    year.slack.faults.refuse_newer_blocks()
    page = window(year.url, viewport={"width": 1280, "height": 900})
    visitor = Visitor(page)
    visitor.types("/incident stats last 180 days by service")
    visitor.sees("in the last 180 days")
    expect(page.locator("figure.chart")).to_have_count(0)
    visitor.sees("checkout")
    _take(page, "numbers-in-letters")


def _take(page: Page, name: str) -> None:
    page.screenshot(path=OUTPUT / f"{name}.png")
