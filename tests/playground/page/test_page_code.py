"""The shop's code beside the messages, in a real browser."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from chatops.playground.shop.faults import CodeSwitch
from chatops.playground.shop.servers import ServerPlace, Wish
from chatops.playground.shop.shop import Shop
from tests.browsers import Open
from tests.playground.page.test_page_around import CROWDED, WIDER, check_all
from tests.playground.page.world import World, world
from tests.playground.shop.bot_at_work import BRANCH, BotAtWork

pytestmark = pytest.mark.browser

OUTPUT = Path(__file__).parents[2] / "output"
WIDE = {"width": 1440, "height": 900}
LAPTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def coded(tmp_path: Path) -> Iterator[World]:
    with world(code=tmp_path / "code") as made:
        yield made


@pytest.fixture
def shop(coded: World) -> Shop:
    assert coded.shop is not None
    return coded.shop


@pytest.fixture
def bot(coded: World, shop: Shop) -> BotAtWork:
    return BotAtWork.on(shop.repository, coded.clock)


def deploy(shop: Shop, place: ServerPlace, sha: str, version: str = "") -> None:
    list(shop.servers.deploy(Wish(to=place, sha=sha, version=version)))


@pytest.mark.long
def test_the_graph_shows_the_fix_arrive_on_main_and_then_on_develop(
    coded: World, shop: Shop, bot: BotAtWork, window: Open
) -> None:
    page = window(coded.address(), viewport=WIDE)
    facts = page.locator(".code-facts > div")
    fixed = page.locator(".graph-row.is-fix")
    expect(facts.filter(has_text="Production")).to_contain_text("payments fail")
    expect(fixed).to_have_count(0)

    bot.branches()
    expect(page.get_by_text(f"To {BRANCH}.")).to_be_visible()
    page.get_by_role("button", name="Push the fix as Sam").click()
    expect(fixed).to_have_count(1)
    expect(fixed).to_contain_text("fix(payment): nothing is due when a voucher paid it all")
    expect(fixed.locator(".label")).to_have_text([BRANCH])

    coded.clock.advance(timedelta(minutes=4))
    bot.bumps("1.2.4")
    merged = bot.merges(into="main")
    bot.tags("1.2.4")
    deploy(shop, ServerPlace.PRODUCTION, merged, "1.2.4")
    expect(fixed).to_have_count(2)
    expect(fixed.first).to_contain_text("The fix is on main")
    expect(fixed.first.locator(".label")).to_have_text(["production", "main", "v1.2.4"])
    expect(facts.filter(has_text="Production")).to_contain_text("payments work")
    expect(facts.filter(has_text="develop")).to_contain_text("has the bug")

    coded.clock.advance(timedelta(minutes=4))
    bot.merges(into="develop")
    expect(fixed).to_have_count(3)
    expect(fixed.first).to_contain_text("The fix is on develop")
    expect(facts.filter(has_text="develop")).to_contain_text("has the fix")
    OUTPUT.mkdir(exist_ok=True)
    page.screenshot(path=OUTPUT / "code.png")


@pytest.mark.long
def test_there_is_nowhere_to_push_to_before_the_hotfix(
    coded: World, bot: BotAtWork, window: Open
) -> None:
    page = window(coded.address(), viewport=WIDE)
    fix = page.get_by_role("button", name="Push the fix as Sam")
    expect(fix).to_be_disabled()
    expect(page.get_by_text("There is no hotfix branch to push to")).to_be_visible()

    bot.branches()

    expect(fix).to_be_enabled()


@pytest.mark.long
def test_what_cannot_be_pushed_is_said(coded: World, bot: BotAtWork, window: Open) -> None:
    bot.branches()
    page = window(coded.address(), viewport=WIDE)
    fix = page.get_by_role("button", name="Push the fix as Sam")
    fix.click()
    expect(page.locator(".graph-row.is-fix")).to_have_count(1)

    fix.click()

    expect(page.locator(".toast")).to_contain_text(f"{BRANCH} has the fix already")


@pytest.mark.long
def test_code_and_servers_are_switched_to_trouble_and_back(
    coded: World, shop: Shop, window: Open
) -> None:
    page = window(coded.address(), viewport=WIDE)
    page.locator("#code-trouble summary").click()
    levers = page.locator("#code-trouble").get_by_role("switch")
    expect(levers).to_have_count(len(CodeSwitch))

    for is_on in (True, False):
        for lever in levers.all():
            lever.click()
            expect(lever).to_have_attribute("aria-checked", str(is_on).lower())
        assert {one.is_on for one in shop.faults.levers} == {is_on}


@pytest.mark.long
def test_a_colleague_pushes_to_main_and_the_backport_is_reverted(
    coded: World, shop: Shop, bot: BotAtWork, window: Open
) -> None:
    bot.branches()
    shop.engineer.push_fix(BRANCH)
    bot.merges(into="develop")
    page = window(coded.address(), viewport=WIDE)
    page.locator("#code-trouble summary").click()

    page.get_by_role("button", name="Push to main as Tom").click()
    expect(page.locator(".graph-row").filter(has_text="what to do before a refund")).to_be_visible()
    page.get_by_role("button", name="Revert the backport").click()

    expect(page.locator(".code-facts > div").filter(has_text="develop")).to_contain_text(
        "has the bug"
    )


def test_it_opens_and_closes_by_keyboard_and_stays_as_it_was_left(
    coded: World, window: Open
) -> None:
    page = window(coded.address(), viewport=LAPTOP)
    panel = page.get_by_role("complementary", name="Code")
    button = page.get_by_role("button", name="Code", exact=True)
    expect(panel).to_be_hidden()

    button.focus()
    page.keyboard.press("Enter")
    expect(panel).to_be_visible()
    expect(page.get_by_role("button", name="Close the code")).to_be_focused()
    page.reload()
    expect(panel).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")

    page.get_by_role("button", name="Close the code").press("Enter")
    expect(panel).to_be_hidden()
    expect(button).to_be_focused()


@pytest.mark.parametrize("thread", [False, True], ids=["channel", "thread"])
@pytest.mark.parametrize(
    "width",
    [390, 1280, *(pytest.param(w, marks=pytest.mark.long) for w in (800, 1100, 1440, 1700))],
)
def test_beside_it_there_is_room_to_write(
    coded: World, window: Open, width: int, thread: bool
) -> None:
    coded.slack.users.types("sam", "#incidents", "who takes it?")
    ts = coded.slack.workspace.messages(coded.channel("incidents").id)[-1].ts
    more = {"thread": ts} if thread else {}
    page = window(coded.address(**more), viewport={"width": width, "height": 800})
    button = page.get_by_role("button", name="Code", exact=True)
    if button.get_attribute("aria-expanded") != "true":
        button.click()

    panel = page.get_by_role("complementary", name="Code").bounding_box()
    main = page.get_by_role("main").bounding_box()

    assert panel is not None
    assert main is not None
    assert panel["x"] + panel["width"] == pytest.approx(width, abs=1)
    assert main["width"] >= min(360, width)
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_on_a_phone_it_is_behind_a_button(coded: World, window: Open) -> None:
    page = window(coded.address(), viewport=PHONE, is_mobile=True, has_touch=True)
    panel = page.get_by_role("complementary", name="Code")
    expect(panel).to_be_hidden()

    page.get_by_role("button", name="Code", exact=True).tap()

    expect(panel).to_be_visible()
    box = panel.bounding_box()
    assert box is not None
    assert box["width"] == PHONE["width"]
    page.get_by_role("button", name="Close the code").tap()
    expect(panel).to_be_hidden()


@pytest.mark.parametrize("scheme", [pytest.param("light", marks=pytest.mark.long), "dark"])
def test_everything_in_it_has_a_name_and_enough_contrast(
    coded: World, shop: Shop, bot: BotAtWork, window: Open, scheme: str
) -> None:
    bot.branches()
    shop.engineer.push_fix(BRANCH)
    deploy(shop, ServerPlace.STAGING, shop.repository.tip(BRANCH) or "")
    page = window(coded.address(), viewport=WIDE, color_scheme=scheme, reduced_motion="reduce")

    check_all(page)
    page.locator("#code-trouble summary").click()
    check_all(page)


@pytest.mark.parametrize("spacing", ["0", "0.1em"])
def test_the_bar_has_room_for_its_button_too(coded: World, window: Open, spacing: str) -> None:
    page = window(coded.address())
    page.evaluate(WIDER, spacing)

    for width in (320, 390, 641, 700, 800, 961, 1024, 1181, 1280, 1600):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate(CROWDED) == [], f"at {width} pixels"


def test_rows_and_dots_stay_together_in_any_font(coded: World, window: Open) -> None:
    page = window(coded.address(), viewport=WIDE)
    page.evaluate(WIDER, "0.15em")

    rows = page.locator(".graph-rows").bounding_box()
    lines = page.locator(".graph-lines").bounding_box()

    assert rows is not None
    assert lines is not None
    assert rows["height"] == lines["height"]


def test_without_a_shop_there_is_no_button_for_it(playground: World, window: Open) -> None:
    page = window(playground.address(), viewport=WIDE)

    expect(page.get_by_role("button", name="Code", exact=True)).to_have_count(0)
    expect(page.locator("#code")).to_be_hidden()
    asked = {"as": playground.person("sam").id, "what": "fix"}
    refused = httpx.post(f"{playground.url}/play/push", json=asked)
    assert (refused.status_code, refused.json()["problem"]) == (
        409,
        "There is no repository here: install git and open the playground again.",
    )
