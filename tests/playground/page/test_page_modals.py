import pytest
from playwright.sync_api import Locator, Page, expect

from chatops.playground.workspace.model import Message
from tests.browsers import Open
from tests.playground.page.demo_bot import button, text
from tests.playground.page.world import World

pytestmark = pytest.mark.browser


def command(page: Page, text: str) -> None:
    page.get_by_label("Message #incidents").fill(text)
    page.keyboard.press("Enter")


def test_a_command_is_completed_explained_and_sent(playground: World, window: Open) -> None:
    page = window(playground.address())
    box = page.get_by_label("Message #incidents")

    box.press_sequentially("/")
    offered = page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    expect(offered).to_have_count(2)
    page.keyboard.press("ArrowDown")
    expect(offered.nth(1)).to_have_class("is-active")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")

    expect(box).to_have_value("/incident ")
    expect(page.locator(".usage")).to_contain_text("[title | update | severity")
    page.keyboard.type("Checkout is down")
    page.keyboard.press("Enter")
    title = page.get_by_role("dialog").get_by_label("What is broken?")
    expect(title).to_have_value("Checkout is down")
    expect(title).to_be_focused()


def test_escape_puts_suggestions_away_and_keeps_the_text(playground: World, window: Open) -> None:
    page = window(playground.address())

    page.get_by_label("Message #incidents").press_sequentially("hello @pri")
    expect(page.get_by_role("option", name="@priya")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("option", name="@priya")).to_be_hidden()
    expect(page.get_by_label("Message #incidents")).to_have_value("hello @pri")


def test_a_mention_is_completed(playground: World, window: Open) -> None:
    page = window(playground.address())

    page.get_by_label("Message #incidents").press_sequentially("@pri")
    page.keyboard.press("Enter")
    page.keyboard.type("can you look?")
    page.keyboard.press("Enter")

    expect(page.locator(".message").last.locator(".mention")).to_have_text("@Priya Nair")


def test_what_is_missing_is_said_at_its_field(playground: World, window: Open) -> None:
    page = window(playground.address())
    command(page, "/incident")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What is broken?").fill("")

    dialog.get_by_role("button", name="Declare").click()

    title = dialog.get_by_label("What is broken?")
    expect(title).to_have_attribute("aria-invalid", "true")
    expect(title).to_be_focused()
    expect(dialog.get_by_role("alert").first).to_have_text("Please complete this required field.")


def test_what_the_bot_refuses_is_said_at_its_field(playground: World, window: Open) -> None:
    page = window(playground.address())
    command(page, "/incident broken now")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="How bad is it?").click()
    page.get_by_role("option", name="P1").click()

    dialog.get_by_role("button", name="Declare").click()

    expect(dialog).to_contain_text("Say what is broken, not when.")
    expect(dialog.get_by_label("What is broken?")).to_have_value("broken now")


def test_a_modal_that_is_redrawn_keeps_what_was_entered(playground: World, window: Open) -> None:
    page = window(playground.address())
    command(page, "/incident")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What do you see?").fill("502 since 14:25")
    dialog.get_by_role("combobox", name="Who should be there?").press_sequentially("pri")
    page.keyboard.press("Enter")

    severity = dialog.get_by_role("combobox", name="How bad is it?")
    severity.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(dialog).to_contain_text("A core feature is broken for many.")
    expect(severity).to_have_value("P1 · High")
    expect(severity).to_be_focused()
    expect(dialog.get_by_label("What do you see?")).to_have_value("502 since 14:25")
    expect(dialog.locator(".chip")).to_contain_text("Priya Nair")


def test_the_focus_stays_in_the_modal_and_returns(playground: World, window: Open) -> None:
    page = window(playground.address())
    command(page, "/incident")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("What is broken?")).to_be_focused()

    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("Boolean(document.activeElement.closest('dialog'))")
    page.keyboard.press("Escape")

    expect(dialog).to_have_count(0)
    expect(page.get_by_label("Message #incidents")).to_be_focused()
    assert {"closed": "declare"} in playground.bot.heard


def test_escape_in_a_menu_closes_the_menu_alone(playground: World, window: Open) -> None:
    page = window(playground.address())
    command(page, "/incident")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="How bad is it?").click()
    expect(page.get_by_role("option", name="P0")).to_be_visible()

    page.keyboard.press("Escape")

    expect(page.get_by_role("option", name="P0")).to_be_hidden()
    expect(dialog).to_be_visible()


def test_an_incident_from_command_to_board(playground: World, window: Open) -> None:
    page = window(playground.address())
    command(page, "/incident Checkout is down")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="How bad is it?").click()
    page.get_by_role("option", name="P0").click()
    dialog.get_by_role("button", name="Declare").click()
    page.get_by_role("link", name="inc-checkout-is-down").click()

    board = page.locator(".message.is-pinned")
    expect(board.get_by_role("heading")).to_contain_text("P0 · Checkout is down")
    board.get_by_role("button", name="Resolve").click()
    asked = page.get_by_role("dialog", name="Confirm")
    expect(asked).to_contain_text("everything works again")
    asked.get_by_role("button", name="Not yet").click()
    board.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Hand over").click()

    expect(page.locator(".message").last).to_contain_text("pressed more")
    assert [one["action"] for one in playground.bot.heard] == ["more"]
    board.get_by_role("button", name="Resolve").click()
    page.get_by_role("dialog", name="Confirm").get_by_role("button", name="Resolve").click()
    expect(page.locator(".message").last).to_contain_text("pressed resolve")


def test_each_button_asks_its_own_question(playground: World, window: Open) -> None:
    confirms = [
        {
            "title": text(f"Really {name}?"),
            "text": text("Think twice."),
            "confirm": text("Yes"),
            "deny": text("No"),
        }
        for name in ("page", "resolve")
    ]
    elements = [
        button("Page", "page", confirm=confirms[0]),
        button("Resolve", "resolve", confirm=confirms[1]),
        button("Ping", "ping"),
    ]
    bot = playground.slack.workspace.bot
    playground.slack.workspace.message_store.post(
        Message(
            channel=playground.channel("incidents").id,
            ts="",
            author=bot.id,
            bot_id=bot.bot_id,
            text="",
            blocks=({"type": "actions", "block_id": "a", "elements": elements},),
        )
    )
    page = window(playground.address())
    asked = page.get_by_role("dialog", name="Confirm")

    page.get_by_role("button", name="Resolve").click()
    expect(asked).to_contain_text("Really resolve?")
    asked.get_by_role("button", name="Yes").click()
    page.get_by_role("button", name="Ping").click()
    page.get_by_role("button", name="Page").click()
    expect(asked).to_contain_text("Really page?")
    page.keyboard.press("Escape")

    expect(page.get_by_text("pressed ping")).to_be_visible()
    assert {one["action"] for one in playground.bot.heard} == {"resolve", "ping"}


def fill_in_everything(page: Page, dialog: Locator) -> None:
    for label, words in (
        ("Number", "3"),
        ("Email", "sam@example.com"),
        ("Url", "https://example.com/x"),
        ("Date", "2026-11-22"),
        ("Time", "09:30"),
        ("Moment", "2026-11-22T10:00"),
        ("Story", "once upon a time"),
    ):
        dialog.get_by_label(label).fill(words)
    dialog.get_by_role("group", name="Boxes").get_by_label("Beta").check()
    dialog.get_by_role("radiogroup", name="Radio").get_by_label("Alpha").check()
    for label, lines in (
        ("Channel", ["general"]),
        ("Several", ["Alpha", "Beta"]),
        ("Person", ["Priya"]),
    ):
        dialog.get_by_role("combobox", name=label).click()
        for line in lines:
            page.get_by_role("option", name=line).click()
    dialog.get_by_role("combobox", name="Service").press_sequentially("pay")
    page.get_by_role("option", name="payments").click()


def test_every_kind_of_input_reaches_the_bot(playground: World, window: Open) -> None:
    page = window(playground.address())
    command(page, "/incident everything")
    dialog = page.get_by_role("dialog")
    fill_in_everything(page, dialog)

    dialog.get_by_role("button", name="Send").click()

    expect(dialog).to_have_count(0)
    (values,) = playground.bot.heard
    held = {name: next(iter(block.values())) for name, block in values.items()}
    assert held["number"]["value"] == "3"
    assert held["email"]["value"] == "sam@example.com"
    assert held["url"]["value"] == "https://example.com/x"
    assert held["date"]["selected_date"] == "2026-11-22"
    assert held["time"]["selected_time"] == "09:30"
    assert held["moment"]["selected_date_time"] == 1795338000
    assert [one["value"] for one in held["boxes"]["selected_options"]] == ["b"]
    assert held["radio"]["selected_option"]["value"] == "a"
    assert held["service"]["selected_option"]["value"] == "payments"
    assert held["channel"]["selected_channel"] == playground.channel("general").id
    assert [one["value"] for one in held["several"]["selected_options"]] == ["a", "b"]
    assert held["person"]["selected_user"] == playground.person("priya").id
    assert "once upon a time" in str(held["story"]["rich_text_value"])


def test_shortcuts_open_from_the_lightning_menu_and_from_a_message(
    playground: World, window: Open
) -> None:
    playground.slack.users.types("priya", "#incidents", "search is slow")
    page = window(playground.address())
    dialog = page.locator("#modal dialog")

    page.get_by_role("button", name="Shortcuts").click()
    page.get_by_role("menuitem", name="Declare an incident").click()
    expect(dialog.get_by_label("What is broken?")).to_have_value("")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)

    page.locator(".message").last.hover()
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Declare from this message").click()
    expect(dialog.get_by_label("What is broken?")).to_have_value("search is slow")


def test_a_bot_that_does_not_answer_is_told_of(impatient: World, window: Open) -> None:
    page = window(impatient.address())

    command(page, "/slow")

    expect(page.get_by_role("status")).to_contain_text("operation_timeout")
    expect(page.locator(".message.is-ephemeral")).to_contain_text("/slow failed")


def test_modals_lie_on_one_another(playground: World, window: Open) -> None:
    sam = playground.person("sam").id
    screens = playground.slack.workspace.view_store
    content = {"type": "modal", "close": text("Back"), "blocks": []}
    page = window(playground.address())
    page.get_by_label("Message #incidents").focus()

    screens.open(sam, content | {"title": text("Below")})
    expect(page.get_by_role("dialog", name="Below")).to_be_visible()
    screens.push(sam, content | {"title": text("Above")})
    expect(page.get_by_role("dialog", name="Above")).to_be_visible()
    expect(page.get_by_role("dialog", name="Below")).to_have_count(0)

    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Below")).to_be_visible()
    page.get_by_role("button", name="Back").click()
    expect(page.locator("#modal dialog")).to_have_count(0)
    expect(page.get_by_label("Message #incidents")).to_be_focused()


def test_a_modal_that_cannot_be_sent_keeps_what_was_entered(
    playground: World, window: Open
) -> None:
    page = window(playground.address())
    command(page, "/incident Search is slow")
    dialog = page.locator("#modal dialog")
    dialog.get_by_role("combobox", name="How bad is it?").click()
    page.get_by_role("option", name="P2").click()
    expect(dialog).to_contain_text("There is a way around it.")
    playground.slack.bot_is_at("http://127.0.0.1:9/nobody")

    dialog.get_by_role("button", name="Declare").click()

    expect(dialog.locator("[data-problem]")).to_contain_text("dispatch_failed")
    expect(page.get_by_role("status")).to_contain_text("dispatch_failed")
    expect(dialog.get_by_label("What is broken?")).to_have_value("Search is slow")
