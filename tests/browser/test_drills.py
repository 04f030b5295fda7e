"""A drill as people see it: its form, its room, and what came of it; to be looked at."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from chatops.demo.playground import Playground
from tests.browser.visitor import Visitor
from tests.browsers import Open

pytestmark = pytest.mark.browser

OUTPUT = Path(__file__).parents[1] / "output"
WINDOWS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1120, "height": 1100}},
    "dark": {"viewport": {"width": 1120, "height": 1100}, "color_scheme": "dark"},
}


@pytest.mark.parametrize("name", WINDOWS)
@pytest.mark.long
def test_a_drill_can_be_looked_at(opened: Playground, window: Open, name: str) -> None:
    OUTPUT.mkdir(exist_ok=True)
    page = window(opened.url, **WINDOWS[name])
    visitor = Visitor(page)
    visitor.types("/incident drill")
    expect(visitor.form.get_by_text("What happens?")).to_be_visible()
    _take(page, f"drill-form-{name}")
    visitor.form.get_by_role("button", name="Start", exact=True).click()
    visitor.goes_to("drill-incident-2026-001")
    visitor.sees("This is a drill")
    visitor.lets_pass("15 minutes")
    visitor.sees("Payments engineer (drill)")
    _take(page, f"drill-room-{name}")
    visitor.types("/incident decide go back because nobody can test now")
    visitor.sees("Decided:")
    visitor.types("/incident drill stop")
    visitor.sees("Debrief of Payments fail")
    _take(page, f"drill-debrief-{name}")


def _take(page: Page, name: str) -> None:
    page.screenshot(path=OUTPUT / f"{name}.png")
