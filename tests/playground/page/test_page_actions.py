"""Whatever arrives while somebody is in the middle of a press: the press is kept, and told once."""

from collections.abc import Callable
from time import monotonic
from typing import Any, Protocol

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browsers import Open
from tests.machine import PATIENCE
from tests.playground.page.demo_bot import button, mrkdwn, option, text
from tests.playground.page.world import World

pytestmark = pytest.mark.browser

Json = dict[str, Any]
Happens = Callable[[], object]


class Meanwhile(Protocol):
    """Lets something happen, and returns when the page knows of it."""

    def __call__(self, page: Page, happens: Happens) -> None: ...


#: Up to which change of the workspace the page has what happened, drawn or waiting to be drawn.
_HAS = """() => {
    const { waiting, revision } = document.body.dataset;
    return Math.max(Number(waiting ?? 0), Number(revision));
}"""


@pytest.fixture
def meanwhile(playground: World) -> Meanwhile:
    def let(page: Page, happens: Happens) -> None:
        happens()
        until = monotonic() + PATIENCE
        while page.evaluate(_HAS) < playground.slack.workspace.revision:
            assert monotonic() < until, "the page never hears of it"

    return let


def buttons(*names: str) -> Json:
    """Buttons in a block without an id: each edit of the message gives it a new one."""
    more = {"type": "overflow", "action_id": "more", "options": [option("a", "Show tasks")] * 2}
    return {"type": "actions", "elements": [*(button(name, name) for name in names), more]}


def section(words: str) -> Json:
    return {"type": "section", "text": mrkdwn(words)}


@pytest.fixture
def posted(playground: World) -> str:
    """A message of the bot with two buttons and a menu."""
    client = playground.bot.app.client
    channel = playground.channel("incidents").id
    ts = client.chat_postMessage(channel=channel, text="x", blocks=[buttons("update", "page")])[
        "ts"
    ]
    assert isinstance(ts, str)
    return ts


def edits(playground: World, ts: str) -> Happens:
    """The bot edits its message: new lines above the buttons, and one button more."""

    def happens() -> None:
        playground.bot.app.client.chat_update(
            channel=playground.channel("incidents").id,
            ts=ts,
            text="x",
            blocks=[section("One\nTwo\nThree"), section("Four"), buttons("ping", "update", "page")],
        )
        playground.slack.users.types("priya", "#incidents", "have you seen this?")

    return happens


def form(*first: Json) -> Json:
    boxes = [option("a", "Alpha", "the first letter"), option("b", "Beta")]
    elements: dict[str, Json] = {
        "story": {"type": "plain_text_input"},
        "boxes": {"type": "checkboxes", "options": boxes},
        "letter": {"type": "static_select", "options": boxes},
    }
    return {
        "type": "modal",
        "callback_id": "everything",
        "title": text("Form"),
        "submit": text("Send"),
        "close": text("Cancel"),
        "blocks": [
            *first,
            *(
                {
                    "type": "input",
                    "block_id": name,
                    "optional": True,
                    "label": text(name.capitalize()),
                    "element": element | {"action_id": name},
                }
                for name, element in elements.items()
            ),
        ],
    }


@pytest.fixture
def modal(playground: World) -> str:
    """The form, open before Sam."""
    return playground.slack.workspace.view_store.open(playground.person("sam").id, form()).id


def redraws(playground: World, modal: str) -> Happens:
    """The bot shows something more above the fields of the form."""
    drawn = form(section("News"), buttons("ping"), section("More\nnews"))

    def happens() -> None:
        playground.bot.app.client.views_update(view_id=modal, view=drawn)

    return happens


def puts_the_pointer_down(page: Page, on: Locator) -> None:
    on.hover()
    page.mouse.down()


def actions(playground: World) -> list[str]:
    return [one["action"] for one in playground.bot.heard if "action" in one]


def hears(playground: World, page: Page, *expected: str) -> None:
    """The bot hears of the presses; it says so in the channel after it took each down."""
    expect(page.locator(".message", has_text="pressed")).to_have_count(len(expected))
    assert actions(playground) == list(expected)


def test_a_press_on_a_button_is_kept_when_its_message_is_edited(
    playground: World, posted: str, window: Open, meanwhile: Meanwhile
) -> None:
    page = window(playground.address())

    puts_the_pointer_down(page, page.get_by_role("button", name="page", exact=True))
    meanwhile(page, edits(playground, posted))
    page.mouse.up()

    hears(playground, page, "page")
    expect(page.get_by_text("have you seen this?")).to_be_visible()
    expect(page.get_by_role("button", name="ping", exact=True)).to_be_visible()


def test_a_tap_is_kept_when_the_message_is_edited(
    playground: World, posted: str, window: Open, meanwhile: Meanwhile
) -> None:
    page = window(playground.address(), has_touch=True, viewport={"width": 390, "height": 844})
    box = page.get_by_role("button", name="page", exact=True).bounding_box()
    assert box is not None
    finger = page.context.new_cdp_session(page)
    point = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}

    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    meanwhile(page, edits(playground, posted))
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    hears(playground, page, "page")
    expect(page.get_by_text("have you seen this?")).to_be_visible()


def test_a_press_that_is_taken_back_lets_the_news_come(
    playground: World, posted: str, window: Open, meanwhile: Meanwhile
) -> None:
    page = window(playground.address())

    puts_the_pointer_down(page, page.get_by_role("button", name="page", exact=True))
    meanwhile(page, edits(playground, posted))
    expect(page.get_by_text("have you seen this?")).to_have_count(0)
    page.mouse.move(5, 5)
    page.mouse.up()

    expect(page.get_by_text("have you seen this?")).to_be_visible()
    assert actions(playground) == []


def test_a_press_on_a_channel_is_kept_when_others_come_to_stand_above_it(
    playground: World, window: Open, meanwhile: Meanwhile
) -> None:
    page = window(playground.address())
    client = playground.bot.app.client

    def happens() -> None:
        for name in ("aaa-first", "aaa-second"):
            channel = client.conversations_create(name=name)["channel"]["id"]
            client.conversations_invite(channel=channel, users=playground.person("sam").id)

    link = page.locator("#sidebar").get_by_text("general", exact=True)
    puts_the_pointer_down(page, link)
    meanwhile(page, happens)
    page.mouse.up()

    expect(page.get_by_label("Message #general")).to_be_visible()
    expect(page.locator("#sidebar").get_by_text("aaa-second")).to_be_visible()


def test_an_entry_stays_the_same_element_when_others_come_to_stand_above_it(
    playground: World, window: Open
) -> None:
    page = window(playground.address())
    link = page.locator("#sidebar").get_by_text("general", exact=True)
    held = link.element_handle()
    client = playground.bot.app.client

    channel = client.conversations_create(name="aaa-first")["channel"]["id"]
    client.conversations_invite(channel=channel, users=playground.person("sam").id)

    expect(page.locator("#sidebar").get_by_text("aaa-first")).to_be_visible()
    assert held.text_content() == "general"
    assert link.evaluate("(link, held) => link === held", held)


def test_a_choice_in_an_open_menu_is_kept(
    playground: World, posted: str, window: Open, meanwhile: Meanwhile
) -> None:
    page = window(playground.address())
    page.get_by_role("button", name="More actions").click()
    item = page.get_by_role("menuitem", name="Show tasks").first

    edits(playground, posted)()
    expect(page.get_by_text("have you seen this?")).to_be_visible()
    expect(item).to_be_visible()
    puts_the_pointer_down(page, item)
    meanwhile(page, edits(playground, posted))
    page.mouse.up()

    hears(playground, page, "more")


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_press_of_a_key_is_kept(
    playground: World, posted: str, window: Open, meanwhile: Meanwhile, key: str
) -> None:
    page = window(playground.address())
    pressed = page.get_by_role("button", name="page", exact=True)
    pressed.focus()

    edits(playground, posted)()
    expect(page.get_by_text("have you seen this?")).to_be_visible()
    expect(pressed).to_be_focused()
    page.keyboard.down(key)
    meanwhile(page, edits(playground, posted))
    page.keyboard.up(key)

    hears(playground, page, "page")


@pytest.mark.usefixtures("posted")
def test_each_of_two_quick_presses_is_told_as_in_slack(playground: World, window: Open) -> None:
    page = window(playground.address())

    page.get_by_role("button", name="page", exact=True).dblclick()

    hears(playground, page, "page", "page")


@pytest.mark.usefixtures("modal")
def test_a_form_is_sent_once_however_often_its_button_is_pressed(
    playground: World, window: Open
) -> None:
    page = window(playground.address())

    page.get_by_role("dialog").get_by_role("button", name="Send").dblclick()

    expect(page.get_by_role("dialog")).to_have_count(0)
    assert len(playground.bot.heard) == 1


@pytest.mark.usefixtures("modal")
@pytest.mark.parametrize(("name", "path"), [("Send", "submit"), ("Cancel", "close")])
def test_a_form_that_is_done_with_takes_no_second_press_before_it_goes(
    playground: World, window: Open, meanwhile: Meanwhile, name: str, path: str
) -> None:
    page = window(playground.address())

    sent = []

    def puts_the_pointer_down_again(route: Route) -> None:
        sent.append(route.request.url)
        page.mouse.down()
        route.continue_()

    page.route(f"**/play/{path}", puts_the_pointer_down_again)
    dialog = page.get_by_role("dialog")
    with page.expect_response(f"**/play/{path}"):
        dialog.get_by_role("button", name=name, exact=True).click()
    meanwhile(page, lambda: None)
    page.mouse.up()

    expect(dialog).to_have_count(0)
    assert len(sent) == 1


def test_the_press_that_sends_a_form_is_kept_when_the_form_is_redrawn(
    playground: World, modal: str, window: Open, meanwhile: Meanwhile
) -> None:
    page = window(playground.address())
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Story").fill("once")

    puts_the_pointer_down(page, dialog.get_by_role("button", name="Send"))
    meanwhile(page, redraws(playground, modal))
    page.mouse.up()

    expect(dialog).to_have_count(0)
    (values,) = playground.bot.heard
    assert values["story"]["story"]["value"] == "once"


def test_a_tick_is_kept_when_the_form_is_redrawn(
    playground: World, modal: str, window: Open, meanwhile: Meanwhile
) -> None:
    page = window(playground.address())
    dialog = page.get_by_role("dialog")
    alpha, beta = dialog.get_by_label("Alpha"), dialog.get_by_label("Beta")
    alpha.check()

    puts_the_pointer_down(page, dialog.locator(".choice", has_text="Beta"))
    meanwhile(page, redraws(playground, modal))
    page.mouse.up()
    expect(dialog.get_by_text("News", exact=True)).to_be_visible()
    expect(beta).to_be_checked()
    beta.focus()
    page.keyboard.down("Space")
    meanwhile(page, lambda: playground.slack.users.types("priya", "#incidents", "hello"))
    page.keyboard.up("Space")

    expect(beta).not_to_be_checked()
    expect(alpha).to_be_checked()


def test_a_choice_in_a_select_is_kept_when_the_form_is_redrawn(
    playground: World, modal: str, window: Open, meanwhile: Meanwhile
) -> None:
    page = window(playground.address())
    dialog = page.get_by_role("dialog")
    select = dialog.get_by_role("combobox", name="Letter")
    select.press_sequentially("bet")

    redraws(playground, modal)()
    expect(dialog.get_by_text("News", exact=True)).to_be_visible()
    expect(select).to_have_value("bet")
    expect(page.get_by_role("option", name="Alpha")).to_be_hidden()
    puts_the_pointer_down(page, page.get_by_role("option", name="Beta"))
    meanwhile(page, lambda: playground.slack.users.types("priya", "#incidents", "hello"))
    page.mouse.up()

    expect(select).to_have_value("Beta")


def test_what_is_typed_in_a_form_is_kept_when_it_is_redrawn(
    playground: World, modal: str, window: Open
) -> None:
    page = window(playground.address())
    dialog = page.get_by_role("dialog")
    story = dialog.get_by_label("Story")
    story.fill("Checkout down")
    for _ in "down":
        page.keyboard.press("ArrowLeft")

    redraws(playground, modal)()
    expect(dialog.get_by_text("News", exact=True)).to_be_visible()
    page.keyboard.type("is ")

    expect(story).to_be_focused()
    expect(story).to_have_value("Checkout is down")


def test_the_focus_stays_on_the_button_that_somebody_tabbed_to(
    playground: World, modal: str, window: Open
) -> None:
    page = window(playground.address())
    dialog = page.get_by_role("dialog")
    cancel = dialog.get_by_role("button", name="Cancel")
    cancel.focus()

    redraws(playground, modal)()
    expect(dialog.get_by_text("News", exact=True)).to_be_visible()
    expect(cancel).to_be_focused()
    page.keyboard.press("Enter")

    expect(dialog).to_have_count(0)


def test_what_is_typed_in_the_box_is_kept_while_news_arrives(
    playground: World, posted: str, window: Open
) -> None:
    page = window(playground.address())
    box = page.get_by_label("Message #incidents")
    box.press_sequentially("ask @pri")
    expect(page.get_by_role("option", name="@priya")).to_be_visible()

    edits(playground, posted)()
    expect(page.get_by_text("have you seen this?")).to_be_visible()
    expect(page.get_by_role("option", name="@priya")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.type("to look")

    expect(box).to_be_focused()
    expect(box).to_have_value("ask @priya to look")


def test_a_selection_and_the_place_on_the_page_are_kept_while_news_arrives(
    playground: World, window: Open
) -> None:
    for number in range(30):
        playground.slack.users.types("priya", "#incidents", f"line {number} of many")
    page = window(playground.address())
    page.get_by_text("line 0 of many").scroll_into_view_if_needed()
    page.get_by_text("line 0 of many").select_text()
    at = page.locator("#scroller").evaluate("each => each.scrollTop")

    playground.slack.users.reacts("tom", "#incidents", _first(playground).ts, "eyes")
    playground.slack.users.types("priya", "#incidents", "and another")
    expect(page.get_by_role("button", name="eyes, 1")).to_be_visible()

    assert page.evaluate("getSelection().toString()") == "line 0 of many"
    assert page.locator("#scroller").evaluate("each => each.scrollTop") == at


def _first(playground: World) -> Any:
    said = playground.slack.workspace.messages(playground.channel("incidents").id)
    return next(one for one in said if one.text == "line 0 of many")


@pytest.mark.usefixtures("posted")
def test_a_press_that_does_not_get_through_is_sent_again(playground: World, window: Open) -> None:
    page = window(playground.address(), expected="ERR_FAILED")
    page.route("**/play/act", lambda route: route.abort(), times=2)

    page.get_by_role("button", name="page", exact=True).click()

    hears(playground, page, "page")


@pytest.mark.usefixtures("posted")
def test_a_press_whose_answer_is_lost_is_not_told_twice(playground: World, window: Open) -> None:
    page = window(playground.address(), expected="ERR_FAILED")

    def loses_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/play/act", loses_the_answer, times=1)
    with page.expect_response("**/play/act"):
        page.get_by_role("button", name="page", exact=True).click()

    hears(playground, page, "page")


def test_what_is_said_comes_in_the_order_in_which_it_was_sent(
    playground: World, window: Open
) -> None:
    page = window(playground.address())
    waiting: list[Route] = []

    def holds_up(route: Route) -> None:
        waiting.append(route)

    page.route("**/play/type", holds_up, times=1)
    box = page.get_by_label("Message #incidents")

    for words in ("first", "second", "third"):
        box.fill(words)
        box.press("Enter")
    expect(box).to_have_value("")
    waiting[0].continue_()

    expect(page.get_by_text("third")).to_be_visible()
    said = page.locator("#messages > .message:not(.is-system) .text").all_text_contents()
    assert said == ["first", "second", "third"]
