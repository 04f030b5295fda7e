"""The post-mortem and the review, as somebody at the browser meets them."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from chatops.demo.playground import Playground
from tests.browser.visitor import Visitor
from tests.browsers import Open

pytestmark = pytest.mark.browser

#: Where the pictures go, for somebody to look at.
OUTPUT = Path(__file__).parents[1] / "output"


@pytest.fixture
def sam(opened: Playground, window: Open) -> Visitor:
    """Sam, in the channel of an outage that is resolved."""
    visitor = Visitor(window(opened.url, viewport={"width": 1280, "height": 1000}))
    visitor.declares("checkout is down", "P0 Critical", "Nobody can pay")
    visitor.types("/incident decide roll back because it is faster")
    visitor.types("/incident resolve")
    visitor.form.get_by_label("What fixed it?").fill("Restarted the pool")
    visitor.form.get_by_role("button", name="Resolve", exact=True).click()
    expect(visitor.form).to_have_count(0)
    return visitor


def _shot(sam: Visitor, name: str) -> None:
    OUTPUT.mkdir(exist_ok=True)
    sam.page.screenshot(path=OUTPUT / f"{name}.png")


def test_the_post_mortem_is_written_shared_and_done(sam: Visitor) -> None:
    sam.presses("Write post-mortem")
    expect(sam.form.get_by_text("5 of 5 questions are open")).to_be_visible()
    _shot(sam, "post-mortem-form")
    sam.form.get_by_label("What was the root cause?").fill("A deploy dropped an index")
    sam.form.get_by_label("What went well?").fill("Paged within a minute")
    _shot(sam, "post-mortem-form-filled")
    sam.form.get_by_role("button", name="Save", exact=True).click()
    expect(sam.form).to_have_count(0)
    sam.sees("3 of the questions are still open")
    sam.presses("Show it")
    sam.sees("The post-mortem of INC-2026-001 as it is now")
    _shot(sam, "post-mortem-shared")
    sam.presses("Mark as done")
    sam.form.get_by_label("They stay open, because").fill("nobody was there")
    _shot(sam, "post-mortem-done-form")
    sam.form.get_by_role("button", name="It is done", exact=True).click()
    sam.sees("The post-mortem is done")
    _shot(sam, "post-mortem-done")


@pytest.mark.long
def test_the_review_is_planned(sam: Visitor) -> None:
    sam.types("/incident review")
    expect(sam.form.get_by_text("Who comes?")).to_be_visible()
    _shot(sam, "review-form")
    sam.form.get_by_role("button", name="Plan it", exact=True).click()
    expect(sam.form).to_have_count(0)
    sam.sees("Review of INC-2026-001")
    _shot(sam, "review-shared")
