"""The bot's pages in a browser: from the playground to each of them, as two people, without fault.

axe looks at every page in light and dark; pictures of each go to the tests' output.
"""

import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no types
from playwright.sync_api import Page, expect

from chatops.demo.playground import Playground
from tests.browser.hotfixing import hotfix
from tests.browser.visitor import Visitor
from tests.browsers import Open

pytestmark = pytest.mark.browser

OUTPUT = Path(__file__).parents[1] / "output"
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
DARK: dict[str, Any] = {"color_scheme": "dark"}
SERIOUS = {"serious", "critical"}
#: Each page with what its first heading says.
PAGES = {
    "status": ("/bot/status", "Status"),
    "incidents": ("/bot/incidents", "Incidents"),
    "incident": ("/bot/incidents/INC-2026-001", "checkout is down"),
    "due": ("/bot/due", "What is due"),
    "stats": ("/bot/stats", "Statistics"),
    "postmortem": ("/bot/incidents/INC-2026-001/postmortem", "Post-mortem"),
}


def tells_the_story(visitor: Visitor) -> None:
    """An incident with a decision, a task, an update and somebody who joined."""
    visitor.declares("checkout is down", "P0 Critical", "Some customers cannot pay")
    visitor.types("/incident task add @tom check the connection pool")
    visitor.types("/incident decide roll back because the fix takes an hour")
    visitor.sees("Decided:")
    visitor.lets_pass("15 minutes")
    visitor.sees("Nobody wrote an update")
    visitor.presses("Write update")
    visitor.form.get_by_label("For stakeholders").fill("We know why and are testing a fix.")
    visitor.form.get_by_label("For responders").fill("Pool exhausted; raising its limit.")
    visitor.form.get_by_role("button", name="Post", exact=True).click()
    visitor.sees("Pool exhausted")
    visitor.presses("Resolve")
    visitor.form.get_by_label("What fixed it?").fill("Raised the pool's limit")
    visitor.form.get_by_role("button", name="Resolve", exact=True).click()
    visitor.sees("RESOLVED")


def signs_in(page: Page, url: str, name: str) -> None:
    page.goto(f"{url}/bot/incidents")
    page.get_by_role("link", name=re.compile(name)).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Incidents")
    expect(page.get_by_text(name).first).to_be_visible()


def complaints(page: Page) -> list[str]:
    """What axe finds serious on a page."""
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['html'][:200]} {node.get('failureSummary', '')}"
        for each in found
        if each["impact"] in SERIOUS
        for node in each["nodes"]
    ]


def test_a_newcomer_walks_from_the_playground_to_every_page(
    opened: Playground, window: Open
) -> None:
    page = window(opened.url)
    visitor = Visitor(page)
    visitor.declares("checkout is down", "P0 Critical", "Some customers cannot pay")
    visitor.lets_pass("1 minute")
    with page.expect_popup() as beside:
        page.locator("#sidebar").get_by_role("link", name="Public status").click()
    page = beside.value
    expect(page.get_by_role("heading", name="checkout is down")).to_be_visible()
    page.get_by_role("link", name="For the team").click()
    page.get_by_role("link", name=re.compile("Sam Okafor")).click()
    page.get_by_role("link", name="INC-2026-001").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("checkout is down")
    page.get_by_role("link", name="Due", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What is due")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Status")


def test_a_post_mortem_is_written_on_its_page(opened: Playground, window: Open) -> None:
    tells_the_story(Visitor(window(opened.url)))
    page = window(opened.url)
    signs_in(page, opened.url, "Sam Okafor")
    page.goto(f"{opened.url}/bot/incidents/INC-2026-001")
    page.get_by_role("link", name="Post-mortem").click()
    page.get_by_text("Edit the text").click()
    page.get_by_label("The whole text").fill("# What we learned\n\nThe pool was small.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="What we learned")).to_be_visible()


@pytest.mark.long
def test_two_people_see_what_is_theirs(opened: Playground, window: Open) -> None:
    visitor = Visitor(window(opened.url))
    visitor.declares("checkout is down", "P0 Critical", "Some customers cannot pay")
    mine, others = window(opened.url), window(opened.url)
    for page, name in ((mine, "Sam Okafor"), (others, "Ines Duarte")):
        signs_in(page, opened.url, name)
        page.goto(f"{opened.url}/bot/due")
    expect(mine.get_by_role("region", name="Due from you")).to_contain_text(
        "Next update", ignore_case=True
    )
    expect(others.get_by_role("region", name="Due from you")).to_have_count(0)


@pytest.mark.long
def test_times_are_in_the_readers_own_zone_and_in_utc_without_javascript(
    opened: Playground, window: Open
) -> None:
    visitor = Visitor(window(opened.url))
    visitor.declares("checkout is down", "P0 Critical")
    visitor.lets_pass("1 minute")
    tokyo = window(f"{opened.url}/bot/status", timezone_id="Asia/Tokyo")
    plain = window(f"{opened.url}/bot/status", java_script_enabled=False)
    expect(tokyo.locator("time").first).to_contain_text("GMT+9")
    expect(plain.locator("time").first).to_contain_text("UTC")


def test_everything_can_be_reached_from_the_keyboard(opened: Playground, window: Open) -> None:
    page = window(opened.url)
    signs_in(page, opened.url, "Sam Okafor")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Title or reference")).to_be_focused()


@pytest.mark.parametrize(
    ("mark", "options"),
    [
        pytest.param("", DESKTOP, marks=pytest.mark.long),
        pytest.param("-dark", DESKTOP | DARK, marks=pytest.mark.long),
        pytest.param("-phone", PHONE, marks=pytest.mark.long),
        ("-phone-dark", PHONE | DARK),
    ],
    ids=["light", "dark", "phone", "phone-dark"],
)
def test_every_page_can_be_read_by_everybody(
    opened: Playground, window: Open, mark: str, options: dict[str, Any]
) -> None:
    OUTPUT.mkdir(exist_ok=True)
    tells_the_story(Visitor(window(opened.url)))
    page = window(opened.url, **options)
    signs_in(page, opened.url, "Sam Okafor")
    for name, (path, heading) in PAGES.items():
        page.goto(f"{opened.url}{path}")
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        for folded in page.locator("details").all():
            folded.evaluate("each => { each.open = true }")
        page.screenshot(path=OUTPUT / f"page-{name}{mark}.png", full_page=True)
        assert complaints(page) == [], name
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= options["viewport"]["width"], name


@pytest.mark.long
def test_a_hotfix_can_be_followed_on_its_page(opened: Playground, window: Open) -> None:
    OUTPUT.mkdir(exist_ok=True)
    hotfix(Visitor(window(opened.url)), lambda _name: None)
    for mark, options in (("", DESKTOP), ("-phone", PHONE), ("-dark", DESKTOP | DARK)):
        page = window(opened.url, **options)
        signs_in(page, opened.url, "Sam Okafor")
        page.goto(f"{opened.url}/bot/incidents/INC-2026-001")
        expect(page.get_by_role("heading", name=re.compile("Hotfix 1"))).to_be_visible()
        page.screenshot(path=OUTPUT / f"page-hotfix{mark}.png", full_page=True)
        assert complaints(page) == []
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= options["viewport"]["width"]


@pytest.mark.long
def test_the_incidents_page_prints_without_what_is_only_for_screens(
    opened: Playground, window: Open
) -> None:
    OUTPUT.mkdir(exist_ok=True)
    tells_the_story(Visitor(window(opened.url)))
    page = window(opened.url, **DESKTOP)
    signs_in(page, opened.url, "Sam Okafor")
    page.goto(f"{opened.url}/bot/incidents/INC-2026-001")
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(page.get_by_role("heading", name="Timeline")).to_be_visible()
    page.screenshot(path=OUTPUT / "page-incident-print.png", full_page=True)
    page.goto(f"{opened.url}/bot/incidents/INC-2026-001/postmortem")
    expect(page.get_by_text("Edit the text")).to_be_hidden()
    page.screenshot(path=OUTPUT / "page-postmortem-print.png", full_page=True)
