"""Takes a picture of every screen in each of the three roles; `make screenshots` keeps a few."""

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, FloatRect, Page, ViewportSize, expect, sync_playwright

from tests.browser.aftermath import reminders, status_page
from tests.browser.conftest import open_on_monday
from tests.browser.hotfixing import hotfix
from tests.browser.visitor import Visitor
from tests.browsers import ARGUMENTS
from tests.machine import chromium

#: The pictures that stand in the README.
FOR_THE_README = ("declare", "incident", "updates", "hotfix", "reminders", "status")

#: Questions, and how their answers begin.
_ANSWERS: dict[str, str | re.Pattern[str]] = {
    "timeline": "Timeline of",
    "due": "What is due",
    "digest": "The day ahead",
    "task": "Tasks of",
    "status": re.compile("Only visible to you.*Next update", re.DOTALL),
}

Take = Callable[[str], None]
Story = Callable[[Visitor, Take], None]


def tour(visitor: Visitor, take: Take) -> None:
    """Walk from the empty workspace to the resolved incident, and call ``take`` at each screen."""
    take("workspace")
    _declare(visitor, take)
    for name in _forms(visitor):
        take(name)
    _update(visitor, take)
    for word, answer in _ANSWERS.items():
        visitor.types(f"/incident {word}")
        visitor.sees(answer)
        take(f"answer-{word}")
    _others(visitor, take)
    _resolve(visitor, take)


def _declare(visitor: Visitor, take: Take) -> None:
    visitor.types("/incident checkout is down")
    visitor.form.get_by_label("P0 Critical", exact=False).first.check()
    expect(visitor.form.get_by_text("Complete system outage")).to_be_visible()
    visitor.form.get_by_label("Who notices").fill("Some customers cannot pay")
    take("declare")
    visitor.form.get_by_role("button", name="Declare", exact=True).click()
    visitor.goes_to("incident-2026-001")
    visitor.sees("Answer with the button")
    take("board")
    visitor.types("/incident task add @tom check the connection pool")
    visitor.types("/incident decide roll back because the fix takes an hour")
    visitor.sees("Decided:")


def _update(visitor: Visitor, take: Take) -> None:
    visitor.lets_pass("15 minutes")
    visitor.sees("Nobody wrote an update")
    visitor.sees("Escalated")
    take("incident")
    visitor.presses("Write update")
    visitor.form.get_by_label("For stakeholders").fill("We know why and are testing a fix.")
    visitor.form.get_by_label("For responders").fill("Pool exhausted; raising its limit.")
    take("update")
    visitor.form.get_by_role("button", name="Post", exact=True).click()
    visitor.sees("Pool exhausted")


def _resolve(visitor: Visitor, take: Take) -> None:
    visitor.becomes("Sam")
    visitor.opens_home()
    expect(visitor.page.get_by_text("Open incidents")).to_be_visible()
    take("home")
    visitor.goes_to("incident-2026-001")
    visitor.presses("Resolve")
    visitor.form.get_by_label("What fixed it?").fill("Raised the pool's limit")
    take("resolve")
    visitor.form.get_by_role("button", name="Resolve", exact=True).click()
    expect(visitor.form).to_have_count(0)
    visitor.sees("RESOLVED")
    take("resolved")
    visitor.types("/incident stats")
    visitor.sees("1 incident in the last 90 days")
    take("numbers")


def _forms(visitor: Visitor) -> Iterator[str]:
    """Open each form of the board, wait for it, and put it away again."""
    for command in ("severity", "role", "page", "task add", "snooze", "decide", "timeline add"):
        visitor.types(f"/incident {command}")
        expect(visitor.form.get_by_text("INC-2026-001").first).to_be_visible()
        yield f"form-{command.replace(' ', '-')}"
        visitor.page.keyboard.press("Escape")
        expect(visitor.form).to_have_count(0)


def _others(visitor: Visitor, take: Take) -> None:
    visitor.becomes("Ines")
    visitor.goes_to("status-updates")
    visitor.page.get_by_text("replies").first.click()
    expect(visitor.page.get_by_role("heading", name="Thread")).to_be_visible()
    take("updates")
    visitor.becomes("Priya")
    visitor.goes_to("incidents")
    visitor.sees("checkout is down")
    take("alert")
    visitor.types(f"who looks after {visitor.origin}/bot/incidents/INC-2026-001")
    expect(visitor.page.locator(".work-object")).to_be_visible()
    take("card")


def pictures(
    page: Page,
    url: str,
    folder: Path,
    *,
    story: Story = tour,
    mark: str = "",
    clip: FloatRect | None = None,
    phone: ViewportSize | None = None,
) -> list[Path]:
    """Follow the story at ``url``; returns the files of the pictures, of ``clip`` alone.

    With ``phone`` there is a second picture of each screen, of that size.
    """
    taken: list[Path] = []

    def shoot(name: str) -> None:
        taken.append(folder / f"{name}{mark}.png")
        page.screenshot(path=taken[-1], clip=clip)

    def take(name: str) -> None:
        shoot(name)
        if phone and (usual := page.viewport_size):
            page.set_viewport_size(phone)
            expect(page.locator("#sidebar")).to_be_hidden()
            shoot(f"{name}-phone")
            page.set_viewport_size(usual)
            expect(page.locator("#sidebar")).to_be_visible()

    page.goto(url)
    story(Visitor(page), take)
    return taken


_WINDOW: ViewportSize = {"width": 1120, "height": 704}
#: The conversation and the code beside it, without the bars around them.
_CARD_AND_CODE: FloatRect = {"x": 250, "y": 48, "width": 870, "height": 656}
#: Each story with the window that it is told in, and what of it is shown.
_STORIES: tuple[tuple[Story, ViewportSize, FloatRect | None], ...] = (
    (tour, {"width": 1120, "height": 720}, None),
    (hotfix, _WINDOW, _CARD_AND_CODE),
    (reminders, {"width": 1120, "height": 640}, None),
    (status_page, {"width": 760, "height": 430}, None),
)


def main(folder: Path) -> None:
    """Write the README's pictures into ``folder``."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for story, viewport, clip in _STORIES:
            _keep(browser, story, folder, viewport=viewport, clip=clip)
        browser.close()


def _keep(
    browser: Browser,
    story: Story,
    folder: Path,
    *,
    viewport: ViewportSize,
    clip: FloatRect | None,
) -> None:
    with (
        TemporaryDirectory() as data,
        TemporaryDirectory() as scratch,
        open_on_monday(Path(data)) as opened,
    ):
        page = browser.new_page(viewport=viewport, locale="en-GB")
        for file in pictures(page, opened.url, Path(scratch), story=story, clip=clip):
            if file.stem in FOR_THE_README:
                (folder / file.name).write_bytes(file.read_bytes())
        page.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
