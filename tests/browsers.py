"""A real browser for the tests that drive one; import the fixtures into a conftest.py."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

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

_SIZE: ViewportSize = {"width": 1280, "height": 720}
_USUAL = {"timezone_id": "Europe/Berlin", "locale": "en-GB", "viewport": _SIZE}
#: What a window looks at between two tests.
_NOTHING = "about:blank"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield opened
        opened.close()


class Windows:
    """Windows with nothing particular about them, which are used again when they are closed.

    To open one costs a second of the machine's time; to clean one costs next to nothing.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: list[Page] = []

    def open(self, options: Mapping[str, Any]) -> Page:
        if self._free and not options:
            return self._free.pop()
        return self._browser.new_context(**{**_USUAL, **options}).new_page()

    def close(self, page: Page, options: Mapping[str, Any]) -> None:
        """Close it, or clean it of all that a test can have left there."""
        context = page.context
        if options or page.is_closed():
            context.close()
            return
        for other in context.pages:
            if other is not page:
                other.close()
        if page.url != _NOTHING:
            page.evaluate("() => { localStorage.clear(); sessionStorage.clear() }")
        page.unroute_all()
        page.goto(_NOTHING)
        page.emulate_media(media="null")
        page.set_viewport_size(_SIZE)
        context.clear_cookies()
        self._free.append(page)


@pytest.fixture(scope="session")
def windows(browser: Browser) -> Windows:
    return Windows(browser)


@pytest.fixture
def window(windows: Windows, request: pytest.FixtureRequest) -> Iterator[Open]:
    """Opens windows of their own, and fails the test on anything that the console complains of.

    A complaint that has the words ``expected`` in it belongs to what is tested.
    """
    complaints: list[str] = []
    expect.set_options(timeout=PATIENCE * 1000)
    with ExitStack() as opened:

        def open_window(address: str, *, expected: str | None = None, **options: Any) -> Page:
            page = windows.open(options)
            is_whole = request.session.testsfailed

            def close() -> None:
                page.remove_listener("pageerror", broken)
                page.remove_listener("console", note)
                # A test that failed may have left a button pressed, or a request under way.
                failed = request.session.testsfailed != is_whole
                windows.close(page, {"failed": failed} if failed else options)

            def broken(error: Error) -> None:
                complaints.append(str(error))

            def note(said: ConsoleMessage) -> None:
                is_expected = expected is not None and expected in said.text
                if said.type in {"error", "warning"} and not is_expected:
                    complaints.append(said.text)

            page.on("pageerror", broken)
            page.on("console", note)
            opened.callback(close)
            page.goto(address)
            return page

        yield open_window
    assert complaints == [], complaints
