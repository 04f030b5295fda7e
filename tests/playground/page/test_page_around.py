import pytest
from playwright.sync_api import Page, expect

from chatops.playground.slack.faults import Outage
from tests.browsers import Open
from tests.playground.page.world import World

pytestmark = pytest.mark.browser


def test_three_people_each_keep_their_place_and_their_draft(
    playground: World, window: Open
) -> None:
    page = window(playground.address())
    page.get_by_label("Message #incidents").fill("half a thought")

    page.get_by_role("link", name="Priya").click()
    expect(page.locator(".me")).to_contain_text("Priya Nair")
    page.get_by_role("link", name="general").click()
    expect(page.get_by_label("Message #general")).to_have_value("")
    page.get_by_role("link", name="Sam").click()

    expect(page.locator(".me")).to_contain_text("Sam Okafor")
    expect(page.get_by_label("Message #incidents")).to_have_value("half a thought")
    page.get_by_role("link", name="Priya").click()
    expect(page.get_by_label("Message #general")).to_be_visible()


def test_the_clock_moves_and_takes_the_words_with_it(playground: World, window: Open) -> None:
    playground.slack.users.types("priya", "#incidents", "who takes it?")
    ts = playground.slack.workspace.messages(playground.channel("incidents").id)[-1].ts
    playground.slack.users.types("sam", "#incidents", "me", thread_ts=ts)
    page = window(playground.address())
    expect(page.locator(".replies")).to_contain_text("just now")

    page.get_by_role("button", name="Advance the clock by 15 minutes").click()

    expect(page.locator("#clock")).to_have_text("Sat 21 Nov, 14:47")
    expect(page.locator(".replies")).to_contain_text("15 minutes ago")
    page.get_by_role("button", name="Advance the clock by 1 day").click()
    expect(page.locator("#clock")).to_have_text("Sun 22 Nov, 14:47")
    expect(page.locator(".message.new-day").first).to_have_attribute("data-day", "Yesterday")


def test_trouble_is_switched_on_and_off(playground: World, window: Open) -> None:
    faults = playground.slack.faults
    page = window(playground.address())
    page.get_by_role("button", name="Trouble").click()
    levers = page.get_by_role("dialog", name="Trouble").get_by_role("switch")

    for lever in levers.all():
        lever.click()
        expect(lever).to_have_attribute("aria-checked", "true")

    assert faults.outage is Outage.UNAVAILABLE
    assert faults.is_rate_limiting
    assert faults.refuses_newer_blocks
    assert faults.drops("chat.postMessage")
    expect(page.get_by_role("button", name="Trouble 4")).to_be_visible()
    for lever in levers.all():
        lever.click()
        expect(lever).to_have_attribute("aria-checked", "false")
    assert faults.outage is None
    assert not faults.is_rate_limiting
    assert not faults.refuses_newer_blocks
    assert not faults.drops("chat.postMessage")


def test_the_home_is_drawn_when_it_is_opened(playground: World, window: Open) -> None:
    page = window(playground.address())

    page.get_by_role("link", name="Chatops Home").click()

    home = page.get_by_role("region", name="App Home")
    expect(home.get_by_role("heading")).to_have_text("Your incidents")
    home.get_by_role("button", name="Declare…").click()
    page.get_by_role("navigation").get_by_role("link", name="Messages").click()
    expect(page.get_by_label("Message Chatops")).to_be_visible()
    assert [one["action"] for one in playground.bot.heard] == ["ping"]


def test_a_channel_is_looked_at_and_joined(playground: World, window: Open) -> None:
    page = window(playground.address("ines", "general"))

    page.get_by_role("link", name="dev-alerts").click()
    expect(page.locator(".message").last).to_contain_text("Replica lag")
    page.get_by_role("button", name="Join channel").click()

    expect(page.get_by_label("Message #dev-alerts")).to_be_visible()


def test_conversations_are_reached_by_arrow_keys(playground: World, window: Open) -> None:
    page = window(playground.address())
    page.get_by_role("link", name="general").focus()

    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="incidents")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="status-updates")).to_be_visible()


def test_on_a_phone_the_sidebar_is_a_drawer(playground: World, window: Open) -> None:
    page = window(
        playground.address(),
        viewport={"width": 390, "height": 844},
        is_mobile=True,
        has_touch=True,
    )
    general = page.get_by_role("link", name="general")
    expect(general).to_be_hidden()
    expect(page.get_by_role("link", name="Priya")).to_be_visible()
    expect(page.get_by_role("button", name="Trouble")).to_be_visible()

    page.get_by_role("button", name="Conversations").tap()
    general.tap()

    expect(page.get_by_role("heading", name="general")).to_be_visible()
    expect(general).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


NAMELESS = """
() => [...document.querySelectorAll(`button, a[href], input, textarea, dialog, nav, aside,
  [role=combobox], [role=listbox], [role=menu], [role=dialog], [role=region], [role=group]`)]
  .filter((one) => !one.closest('[inert], template'))
  .filter((one) => {
    const labelled = one.getAttribute('aria-label') || one.title || one.getAttribute('alt')
      || (one.getAttribute('aria-labelledby') ?? '').split(' ')
        .map((id) => document.getElementById(id)?.textContent).join('')
      || [...(one.labels ?? [])].map((label) => label.textContent).join('')
      || [...one.querySelectorAll('img')].map((image) => image.alt).join('')
      || one.textContent;
    return !labelled.trim();
  })
  .map((one) => one.outerHTML.slice(0, 120))
"""

TWICE = """
() => {
  const ids = [...document.querySelectorAll('[id]')].map((one) => one.id);
  return ids.filter((id, place) => ids.indexOf(id) !== place);
}
"""

PALE = """
() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b]
    .map((one) => one / 255)
    .map((one) => (one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
    .reduce((sum, one, place) => sum + one * [0.2126, 0.7152, 0.0722][place], 0);
  const ground = (one) => {
    for (let here = one; here; here = here.parentElement) {
      const color = channels(getComputedStyle(here).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const pale = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement;
    const words = walker.currentNode.data.trim();
    if (!words || one.closest('script, template, [inert], [hidden], .unseen')) continue;
    if (!one.checkVisibility({ opacityProperty: true })) continue;
    const style = getComputedStyle(one);
    const pair = [light(channels(style.color)), light(ground(one))].sort((a, b) => b - a);
    const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
    const isLarge = parseFloat(style.fontSize) >= 18.66;
    if (ratio < (isLarge ? 3 : 4.5)) {
      pale.add(`${ratio.toFixed(2)} ${one.className || one.tagName}: ${words}`);
    }
  }
  return [...pale];
}
"""


@pytest.mark.parametrize("scheme", [pytest.param("light", marks=pytest.mark.long), "dark"])
def test_everything_has_a_name_an_id_of_its_own_and_enough_contrast(
    playground: World, window: Open, scheme: str
) -> None:
    users = playground.slack.users
    users.types("priya", "#incidents", "*who* takes `it`? @sam https://example.com :eyes:")
    ts = playground.slack.workspace.messages(playground.channel("incidents").id)[-1].ts
    users.types("tom", "#incidents", "me", thread_ts=ts)
    users.reacts("sam", "#incidents", ts, "eyes")
    users.pins("sam", "#incidents", ts)
    users.types("tom", "#general", "unread")
    page = window(playground.address(thread=ts), color_scheme=scheme, reduced_motion="reduce")
    expect(page.locator("#thread-messages .message")).to_have_count(2)

    check_all(page)
    for name in ("Trouble", "1 pinned", "6 members", "Shortcuts"):
        page.get_by_role("button", name=name).click()
        check_all(page)
        page.keyboard.press("Escape")
    page.get_by_label("Message #incidents").press_sequentially("/")
    expect(page.get_by_role("option", name="/incident")).to_be_visible()
    check_all(page)
    page.get_by_label("Message #incidents").fill("/incident everything")
    page.keyboard.press("Enter")
    expect(page.locator("#modal dialog").get_by_label("Number")).to_be_visible()
    page.locator("[data-submit]").hover()
    check_all(page)


def check_all(page: Page) -> None:
    assert page.evaluate(NAMELESS) == []
    assert page.evaluate(TWICE) == []
    assert page.evaluate(PALE) == []


#: Widens every letter, as another font would.
WIDER = """
(spacing) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { letter-spacing: ${spacing} !important; }`);
  document.adoptedStyleSheets = [sheet];
}
"""

#: Buttons and links of the bar that lie over each other or outside of the window.
CROWDED = """
() => {
  const boxes = [...document.querySelectorAll('.topbar :is(button, a)')]
    .map((one) => [one, one.getBoundingClientRect()])
    .filter(([, box]) => box.width);
  const outside = boxes.filter(([, box]) => box.left < 0 || box.right > innerWidth + 0.5);
  const covered = boxes.filter(([one, { left, right, top, bottom }]) =>
    boxes.some(([other, box]) => other !== one && box.left < right - 0.5 &&
      left < box.right - 0.5 && box.top < bottom - 0.5 && top < box.bottom - 0.5));
  const wide = document.documentElement.scrollWidth > innerWidth;
  return [...outside, ...covered].map(([one]) => one.ariaLabel ?? one.textContent.trim())
    .concat(wide ? ['the page'] : []);
}
"""


@pytest.mark.parametrize("spacing", [pytest.param("-0.05em", marks=pytest.mark.long), "0", "0.1em"])
def test_the_bar_has_room_for_every_button_at_any_width_and_in_any_font(
    playground: World, window: Open, spacing: str
) -> None:
    page = window(playground.address())
    page.evaluate(WIDER, spacing)

    for width in (320, 390, 641, 700, 800, 961, 1024, 1181, 1280, 1600):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate(CROWDED) == [], f"at {width} pixels"
