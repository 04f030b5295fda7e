"""A real browser for the tests that drive one; import the fixtures into a conftest.py."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.machine import PATIENCE, chromium

ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

#: Opens a window; the options are those of a browser context.
Open = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def window(browser: Browser) -> Iterator[Open]:
    """Opens windows of their own, and fails the test on anything that the console complains of.

    A complaint that has the words ``expected`` in it belongs to what is tested.
    """
    complaints: list[str] = []
    expect.set_options(timeout=PATIENCE * 1000)
    with ExitStack() as opened:

        def open_window(address: str, *, expected: str | None = None, **options: Any) -> Page:
            context = browser.new_context(
                **{"timezone_id": "Europe/Berlin", "locale": "en-GB"} | options
            )
            opened.callback(context.close)
            page = context.new_page()
            page.on("pageerror", lambda error: complaints.append(str(error)))

            def note(said: ConsoleMessage) -> None:
                is_expected = expected is not None and expected in said.text
                if said.type in {"error", "warning"} and not is_expected:
                    complaints.append(said.text)

            page.on("console", note)
            page.goto(address)
            return page

        yield open_window
    assert complaints == [], complaints
