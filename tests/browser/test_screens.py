from pathlib import Path

import pytest

from chatops.demo.playground import Playground
from tests.browser.hotfixing import hotfix
from tests.browser.screens import pictures
from tests.browsers import Open

pytestmark = pytest.mark.browser

OUTPUT = Path(__file__).parents[1] / "output"


@pytest.mark.parametrize(
    ("mark", "options"),
    [
        ("", {"viewport": {"width": 1280, "height": 800}}),
        ("-dark", {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"}),
    ],
    ids=["light", "dark"],
)
@pytest.mark.long
def test_every_screen_can_be_looked_at(
    opened: Playground, window: Open, mark: str, options: dict[str, object]
) -> None:
    OUTPUT.mkdir(exist_ok=True)
    page = window(opened.url, **options)
    taken = pictures(page, opened.url, OUTPUT, mark=mark)
    assert all(file.stat().st_size > 10_000 for file in taken)


@pytest.mark.long
def test_a_hotfix_can_be_looked_at_on_its_way_to_main(opened: Playground, window: Open) -> None:
    OUTPUT.mkdir(exist_ok=True)
    page = window(opened.url, viewport={"width": 1280, "height": 760})
    taken = pictures(page, opened.url, OUTPUT, story=hotfix)
    assert all(file.stat().st_size > 10_000 for file in taken)
