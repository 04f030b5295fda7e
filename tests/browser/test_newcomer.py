import re

import pytest
from playwright.sync_api import expect

from chatops.demo.playground import Playground
from tests.browser.visitor import Visitor
from tests.browsers import Open

pytestmark = pytest.mark.browser


def test_a_newcomer_runs_an_incident_from_declaration_to_the_file(
    opened: Playground, window: Open
) -> None:
    visitor = Visitor(window(opened.url))
    visitor.declares("checkout is down", "P0 Critical", "Some customers cannot pay")
    visitor.sees(re.compile(r"Investigating.*P0 Critical"))
    visitor.sees("Some customers cannot pay")

    visitor.lets_pass("15 minutes")
    visitor.sees("Nobody wrote an update, so I told stakeholders that there is no news")

    visitor.presses("Write update")
    visitor.form.get_by_label("For stakeholders").fill("We know why and are testing a fix.")
    visitor.form.get_by_role("button", name="Post", exact=True).click()
    visitor.sees("We know why and are testing a fix.")

    visitor.becomes("Ines")
    visitor.goes_to("status-updates")
    visitor.sees("We know why and are testing a fix.")

    visitor.becomes("Sam")
    visitor.goes_to("incident-2026-001")
    visitor.presses("Resolve")
    visitor.form.get_by_label("What fixed it?").fill("Restarted the connection pool")
    visitor.form.get_by_role("button", name="Resolve", exact=True).click()
    visitor.sees(re.compile("RESOLVED"))

    visitor.presses("Close")
    visitor.form.get_by_label("Close it all the same").fill("The rest is in our tracker")
    visitor.form.get_by_role("button", name="Close it", exact=True).click()
    visitor.sees("Closed:")


def test_the_commander_hears_of_it_joins_and_takes_the_lead(
    opened: Playground, window: Open
) -> None:
    visitor = Visitor(window(opened.url))
    visitor.declares("search returns nothing", "P1 High")

    visitor.becomes("Priya")
    visitor.goes_to("incidents")
    visitor.sees("search returns nothing")
    visitor.presses("Join")
    visitor.goes_to("incident-2026-001")
    visitor.types("/incident role commander me")

    visitor.sees(re.compile("Lead:.*Priya Nair"))


@pytest.mark.long
def test_home_shows_what_is_mine_and_declares_too(opened: Playground, window: Open) -> None:
    visitor = Visitor(window(opened.url))
    visitor.declares("checkout is down", "P0 Critical")

    visitor.page.locator(".message").last.hover()
    visitor.opens_home()

    expect(visitor.page.get_by_text("INC-2026-001").first).to_be_visible()
    expect(visitor.page.get_by_role("toolbar", name="What to do with this message")).to_be_hidden()
    visitor.page.get_by_role("button", name="Declare an incident").click()
    expect(visitor.form.get_by_label("What is broken?")).to_be_visible()


@pytest.mark.long
def test_what_was_declared_while_slack_was_down_is_caught_up_with(
    opened: Playground, window: Open
) -> None:
    visitor = Visitor(window(opened.url))
    visitor.types("/incident declare P0 checkout is down")
    visitor.goes_to("incident-2026-001")
    opened.slack.faults.go_down()
    visitor.types("/incident decide wait for the vendor because only they can fix it")

    opened.slack.faults.come_back()
    visitor.lets_pass("1 minute")

    visitor.sees("wait for the vendor")


def test_the_whole_form_can_be_filled_in_without_a_mouse(opened: Playground, window: Open) -> None:
    page = window(opened.url)
    visitor = Visitor(page)
    visitor.types("/incident login fails for everybody")
    title = visitor.form.get_by_label("What is broken?")
    expect(title).to_be_focused()

    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(visitor.form.get_by_label("P0 Critical", exact=False).first).to_be_checked()
    expect(visitor.form.get_by_text("outage").first).to_be_visible()
    visitor.tabs_to("Declare")
    page.keyboard.press("Enter")

    expect(visitor.form).to_have_count(0)
    visitor.goes_to("incident-2026-001")
    visitor.sees("login fails for everybody")


@pytest.mark.long
def test_the_board_fits_a_phone(opened: Playground, window: Open) -> None:
    phone = {"width": 390, "height": 844}
    visitor = Visitor(window(opened.url))
    visitor.declares("checkout is down", "P0 Critical", "Some customers cannot pay")
    page = window(visitor.page.url, viewport=phone)

    board = page.locator(".message").filter(has_text="Next update").first

    box = board.bounding_box()
    assert box is not None
    assert box["width"] <= phone["width"]
    assert box["height"] <= phone["height"]
