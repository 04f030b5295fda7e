"""What a visitor of the playground does, in the words in which one would tell it."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect

from tests.machine import PATIENCE


class Visitor:
    """Somebody at the browser, playing one of the three people."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def becomes(self, name: str) -> None:
        self.page.get_by_role("link", name=re.compile(f"^.*{name}")).first.click()
        expect(self.page.locator("[data-persona][aria-current=true]")).to_contain_text(name)

    def goes_to(self, channel: str) -> None:
        self.page.locator("#sidebar").get_by_text(channel, exact=True).click()
        expect(self.page.get_by_label(f"Message #{channel}")).to_be_visible()

    def opens_home(self) -> None:
        self.page.locator("#sidebar").get_by_text("Chatops").click()

    def types(self, text: str) -> None:
        box = (
            self.page.locator("#composer")
            .get_by_role("textbox")
            .or_(self.page.locator("#composer textarea"))
        )
        box.first.fill(text)
        box.first.press("Enter")

    @property
    def origin(self) -> str:
        """Where the playground is."""
        parts = urlsplit(self.page.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def form(self) -> Locator:
        return self.page.get_by_role("dialog")

    def tabs_to(self, label: str) -> None:
        """Press Tab until the element of that label has the focus."""
        for _ in range(30):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("document.activeElement.textContent.trim()") == label:
                return
        message = f"Tab never reaches “{label}”"
        raise AssertionError(message)

    def lets_pass(self, what: str) -> None:
        """Press one of the clock's buttons, such as ``15 minutes``, and wait until it is over."""
        step = self.page.get_by_role("button", name=f"Advance the clock by {what}")
        with self.page.expect_response("**/play/clock", timeout=PATIENCE * 1000):
            step.click()

    def sees(self, text: str | re.Pattern[str]) -> None:
        """Some message of the conversation at hand says it."""
        expect(self.page.locator(".message").filter(has_text=text).first).to_be_visible()

    def presses(self, label: str) -> None:
        """Press the newest button of that label in the conversation."""
        buttons = self.page.locator(".message").get_by_role("button", name=label, exact=True)
        expect(buttons.last).to_be_visible()
        buttons.last.click()

    def opens_messages(self) -> None:
        """Go to what the bot wrote to this person alone."""
        self.page.locator("#sidebar").get_by_text("Messages", exact=True).click()
        expect(self.page.get_by_label("Message Chatops")).to_be_visible()

    def chooses_more(self, label: str) -> None:
        """Choose what stands behind the dots of the newest message that has some."""
        self.page.locator(".message").get_by_role("button", name="More actions").last.click()
        self.page.get_by_role("menuitem", name=label).and_(
            self.page.locator(":popover-open *")
        ).click()

    def picks(self, field: str, name: str) -> None:
        """Pick somebody in a field of the form."""
        self.form.get_by_role("combobox", name=field).click()
        self.page.locator(":popover-open").get_by_role("option", name=name).click()

    def sends(self, submit: str) -> None:
        """Submit the form, which is taken as it is."""
        self.form.get_by_role("button", name=submit, exact=True).click()
        expect(self.form).to_have_count(0)

    def puts_away(self) -> None:
        """Close the form without sending it."""
        self.page.keyboard.press("Escape")
        expect(self.form).to_have_count(0)

    def declares(self, title: str, severity: str, impact: str = "") -> None:
        """Declare with the form, and go to the incident's channel."""
        self.types(f"/incident {title}")
        expect(self.form.get_by_label("What is broken?")).to_have_value(title)
        self.form.get_by_label(severity, exact=False).first.check()
        if impact:
            self.form.get_by_label("Who notices").fill(impact)
        self.form.get_by_role("button", name="Declare", exact=True).click()
        expect(self.form).to_have_count(0)
        self.goes_to("incident-2026-001")
