"""What the machine that runs the tests must have besides Python, and what is missing on it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

#: Seconds that nothing takes, however busy the machine is.
PATIENCE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A program that some tests drive; ``marker`` is on each of these tests."""

    marker: str
    name: str
    install: str


CHROMIUM = Need(marker="browser", name="Chromium", install="apt install chromium")
POSTGRES = Need(
    marker="postgres",
    name="PostgreSQL",
    install="apt install postgresql, start it, and name it in CHATOPS_TEST_POSTGRES_URL",
)


def chromium() -> Path | None:
    """A Chromium that Playwright can drive, if there is one."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    return Path(found) if found else None
