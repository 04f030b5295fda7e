import pytest
from playwright.sync_api import expect

from tests.browsers import Open
from tests.playground.page.world import World

pytestmark = pytest.mark.browser


def test_what_one_types_stands_in_the_channel(playground: World, window: Open) -> None:
    page = window(playground.address())

    page.get_by_label("Message #incidents").fill("Checkout is *slow*")
    page.keyboard.press("Enter")

    last = page.locator("#messages .message").last
    expect(last.locator(".author")).to_have_text("Sam Okafor")
    expect(last.locator(".text b")).to_have_text("slow")
    expect(page.get_by_label("Message #incidents")).to_have_value("")


def test_others_see_it_without_reloading(playground: World, window: Open) -> None:
    priya = window(playground.address("priya", "general"))

    playground.slack.users.types("sam", "#incidents", "hello @priya")
    expect(priya.get_by_role("link", name="incidents 1 unread")).to_be_visible()
    priya.get_by_role("link", name="incidents 1 unread").click()

    expect(priya.locator(".message").last.locator(".mention-me")).to_have_text("@Priya Nair")
    expect(priya.locator(".is-first-unread .text")).to_have_text("hello @Priya Nair")
    expect(priya.get_by_role("link", name="incidents", exact=True)).to_be_visible()


def test_a_half_typed_message_is_never_lost(playground: World, window: Open) -> None:
    page = window(playground.address())
    box = page.get_by_label("Message #incidents")
    box.fill("I think that")

    playground.slack.users.types("priya", "#incidents", "something new")
    expect(page.locator(".message").last).to_contain_text("something new")
    expect(box).to_have_value("I think that")
    expect(box).to_be_focused()

    page.get_by_role("link", name="general").click()
    expect(page.get_by_label("Message #general")).to_have_value("")
    page.go_back()
    expect(box).to_have_value("I think that")
    page.reload()
    expect(box).to_have_value("I think that")


def test_what_could_not_be_sent_comes_back(playground: World, window: Open) -> None:
    page = window(playground.address())
    page.get_by_label("Message #incidents").fill("too late")
    playground.slack.workspace.channel_store.leave(
        playground.channel("incidents").id, playground.person("sam").id
    )

    expect(page.get_by_role("button", name="Join channel")).to_be_visible()
    page.get_by_role("button", name="Join channel").click()

    expect(page.get_by_label("Message #incidents")).to_have_value("too late")


def test_shift_enter_starts_a_new_line(playground: World, window: Open) -> None:
    page = window(playground.address())

    page.get_by_label("Message #incidents").press_sequentially("one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two")
    page.keyboard.press("Enter")

    expect(page.locator(".message").last.locator(".text")).to_have_text("onetwo")


def test_a_thread_grows_beside_the_channel(playground: World, window: Open) -> None:
    playground.slack.users.types("priya", "#incidents", "who takes it?")
    page = window(playground.address())

    page.locator("#messages .message").last.hover()
    page.get_by_role("button", name="Reply in thread").click()
    page.get_by_label("Reply…").fill("me")
    page.keyboard.press("Enter")

    expect(page.locator("#thread-messages .message").last).to_contain_text("me")
    expect(page.get_by_role("link", name="1 reply")).to_be_visible()
    page.get_by_role("link", name="Close the thread").click()
    expect(page.locator("#thread")).to_be_hidden()
    page.get_by_role("link", name="1 reply").click()
    expect(page.locator("#thread-messages .message")).to_have_count(2)


def test_reactions_are_added_counted_and_taken_away(playground: World, window: Open) -> None:
    playground.slack.users.types("priya", "#incidents", "who takes it?")
    page = window(playground.address())
    message = page.locator("#messages .message").last

    message.hover()
    page.get_by_role("button", name="Add a reaction").click()
    page.get_by_role("menuitem", name="eyes").click()

    mine = message.get_by_role("button", name="eyes, 1, by Sam Okafor")
    expect(mine).to_have_attribute("aria-pressed", "true")
    mine.click()
    expect(mine).to_have_count(0)


def test_a_message_is_pinned_and_found_again(playground: World, window: Open) -> None:
    playground.slack.users.types("priya", "#incidents", "the runbook is in the wiki")
    page = window(playground.address())

    page.locator("#messages .message").last.hover()
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Pin to the channel").click()
    page.get_by_role("button", name="1 pinned").click()

    expect(page.get_by_role("dialog", name="Pinned messages")).to_contain_text("the runbook")
    page.get_by_role("button", name="Show in channel").click()
    expect(page.locator(".message.is-pinned")).to_be_focused()


def test_only_one_person_sees_a_whisper_and_can_put_it_away(
    playground: World, window: Open
) -> None:
    sam, priya = window(playground.address()), window(playground.address("priya"))

    sam.get_by_label("Message #incidents").fill("/incident help")
    sam.keyboard.press("Enter")

    whisper = sam.locator(".message.is-ephemeral")
    expect(whisper).to_contain_text("Only visible to you")
    expect(whisper.locator(".content")).to_contain_text("How to use it")
    expect(priya.locator(".message.is-ephemeral")).to_have_count(0)
    whisper.get_by_role("button", name="Dismiss").click()
    expect(whisper).to_have_count(0)


def test_messages_are_walked_through_by_keyboard(playground: World, window: Open) -> None:
    for words in ("first", "second"):
        playground.slack.users.types("priya", "#incidents", words)
    page = window(playground.address())

    page.get_by_label("Message #incidents").focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator(".message").last).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator(".message", has_text="first")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="React with a pushpin")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator(".message", has_text="first").locator(".reaction")).to_have_count(2)


def test_five_hundred_messages_stay_and_only_the_new_one_travels(
    playground: World, window: Open
) -> None:
    for number in range(500):
        playground.slack.users.types("priya", "#incidents", f"line {number}")
    playground.slack.users.reads("sam", "#incidents")
    page = window(playground.address())
    expect(page.locator(".message", has_text="line 499")).to_be_in_viewport()

    with page.expect_response(
        lambda response: "line 500" in response.text() if "screen" in response.url else False
    ) as answered:
        playground.slack.users.types("priya", "#incidents", "line 500")

    expect(page.locator(".message", has_text="line 500")).to_be_in_viewport()
    rows = answered.value.json()["lists"]["messages"]
    assert len([html for _, html in rows if html]) == 1
    assert len(rows) > 500


def test_hostile_text_runs_nothing(playground: World, window: Open) -> None:
    for words in (
        "<img src=x onerror='window.hacked=1'>",
        "</li></ol><script>window.hacked=1</script>",
        "<javascript:window.hacked=1|press me>",
    ):
        playground.slack.users.types("priya", "#incidents", words)
    page = window(playground.address())

    expect(page.locator(".message", has_text="press me")).to_contain_text("javascript:")
    assert page.evaluate("window.hacked") is None
    assert page.locator("#messages .message a[href^='javascript']").count() == 0


def test_moments_are_told_in_the_zone_of_the_person_who_is_played(
    playground: World, window: Open
) -> None:
    playground.slack.users.types("priya", "#incidents", "now")

    page = window(playground.address(), timezone_id="Asia/Tokyo")
    expect(page.locator(".message").last.locator(".at")).to_have_text("14:32")

    page.get_by_role("link", name="Priya").click()
    expect(page.locator(".message").last.locator(".at")).to_have_text("15:32")
    expect(page.locator("#clock")).to_have_text("Sat 21 Nov, 15:32")
