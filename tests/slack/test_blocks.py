import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops.adapters.slack.rendering import blocks
from chatops.commands import catalogue
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle, Confirm, ListItem, Post
from chatops.playground.slack.blocks.surfaces import (
    complaints_about_blocks,
    complaints_about_view,
)
from tests.slack.samples import BOARD, HOSTILE, words

Json = Mapping[str, Any]

TEXTS = st.text(max_size=200) | st.sampled_from(["", " ", "x" * 5000, HOSTILE, "🚒" * 3000])
CONFIRMS = st.none() | st.builds(Confirm, title=TEXTS, text=TEXTS, yes=TEXTS, no=TEXTS)
BUTTONS = st.builds(
    Button,
    ask=st.sampled_from([*map(ActionId, catalogue.BUTTONS)]),
    label=TEXTS,
    about=TEXTS,
    tone=st.sampled_from(ButtonStyle),
    confirm=CONFIRMS,
)
ROWS = st.builds(ListItem, text=TEXTS, buttons=st.lists(BUTTONS, max_size=7).map(tuple))
POSTS = st.builds(
    Post,
    headline=TEXTS,
    text=TEXTS,
    rows=st.lists(ROWS, max_size=12).map(tuple),
    facts=st.lists(st.tuples(TEXTS, TEXTS), max_size=25).map(tuple),
    buttons=st.lists(BUTTONS, max_size=12).map(tuple),
    more=st.lists(BUTTONS, max_size=12).map(tuple),
    footnote=TEXTS,
    title=TEXTS,
)


def shaped(post: Post) -> list[dict[str, Any]]:
    return blocks.as_json(blocks.message(post))


def kinds(shape: Sequence[Json]) -> list[str]:
    return [block["type"] for block in shape]


def elements(post: Post) -> list[Json]:
    return [
        element
        for block in shaped(post)
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def button(ask: str = "task_done", **facts: Any) -> Button:
    return Button(**{"ask": ActionId(ask), "label": ask, "about": "14", **facts})


def with_buttons(*buttons: Button, more: Sequence[Button] = ()) -> Post:
    return Post(headline="h", text="t", buttons=buttons, more=tuple(more))


@given(post=POSTS)
def test_every_post_is_a_message_that_slack_takes(post: Post) -> None:
    shape = shaped(post)
    assert complaints_about_blocks(shape) == []
    assert 1 <= len(shape) <= 50
    assert 1 <= len(blocks.fallback(post)) <= 4000
    assert 1 <= len(blocks.as_text(post)) <= 4000


@given(posts=st.lists(POSTS, max_size=12))
def test_any_posts_are_a_home_that_slack_takes(posts: list[Post]) -> None:
    shape = blocks.as_json(blocks.home(posts))
    assert complaints_about_view({"type": "home", "blocks": shape}) == []
    assert 1 <= len(shape) <= 100


@given(post=POSTS)
def test_every_button_can_be_pressed_and_says_what_it_is_for(post: Post) -> None:
    asked = [(one.ask, bool(one.confirm)) for one in (*post.buttons, *post.more)]
    found = []
    for element in elements(post):
        options = element.get("options")
        for option in options or [None]:
            action = {**element, "selected_option": option} if option else element
            press = blocks.pressed(action)
            found.append((press.ask, "confirm" in element))
    assert {ask for ask, _ in asked} == {ask for ask, _ in found}
    assert {ask for ask, guarded in asked if guarded} == {ask for ask, guarded in found if guarded}


def test_a_board_reads_from_title_to_footnote() -> None:
    shape = shaped(BOARD)
    assert kinds(shape) == ["header", "section", "section", "actions", "context"]
    assert shape[0]["text"] == {"type": "plain_text", "text": BOARD.title}
    assert shape[1]["text"]["text"] == BOARD.text
    assert [field["text"] for field in shape[2]["fields"]] == [
        "*Severity*\nSEV1",
        "*Status*\nInvestigating",
        "*Lead*\n<@U012AB3CD>",
    ]
    assert shape[4]["elements"][0]["text"] == BOARD.footnote


def test_the_wanted_and_the_dangerous_button_are_coloured() -> None:
    styles = [element.get("style") for element in elements(BOARD)]
    assert styles == ["primary", None, None, "danger", None]


def test_a_button_carries_what_it_is_about() -> None:
    first = elements(BOARD)[0]
    assert (first["action_id"], first["value"]) == ("update", "14")
    assert blocks.pressed(first) == blocks.Press(ask=ActionId("update"), about="14")


def test_a_confirmation_asks_in_the_words_of_the_button() -> None:
    confirm = elements(BOARD)[3]["confirm"]
    assert [confirm[part]["text"] for part in ("title", "text", "confirm", "deny")] == [
        "Resolve?",
        "Stakeholders are told.",
        "Resolve",
        "Back",
    ]
    assert confirm["style"] == "danger"


def test_what_stands_under_more_is_in_a_menu() -> None:
    menu = elements(BOARD)[4]
    assert (menu["type"], menu["action_id"]) == ("overflow", "more")
    assert blocks.pressed({**menu, "selected_option": menu["options"][1]}) == blocks.Press(
        ask=ActionId("decide"), about="14"
    )


def test_the_fifth_button_goes_into_the_menu() -> None:
    shown = elements(with_buttons(*[button(about=f"14:{number}") for number in range(5)]))
    assert [element["type"] for element in shown] == ["button"] * 4 + ["overflow"]


def test_one_ask_twice_in_a_row_is_numbered() -> None:
    shown = elements(
        with_buttons(button(about="14:1"), button(about="14:2"), button(ActionId("task")))
    )
    assert [element["action_id"] for element in shown] == ["task_done", "task_done-2", "task"]
    assert [blocks.pressed(element) for element in shown] == [
        blocks.Press(ask=ActionId("task_done"), about="14:1"),
        blocks.Press(ask=ActionId("task_done"), about="14:2"),
        blocks.Press(ask=ActionId("task"), about="14"),
    ]


def test_more_than_five_in_a_menu_become_a_list() -> None:
    (menu,) = elements(with_buttons(more=[button(about=f"14:{one}") for one in range(6)]))
    assert menu["type"] == "static_select"
    assert len(menu["options"]) == 6


def test_the_same_button_twice_in_a_menu_stands_there_once() -> None:
    (menu,) = elements(with_buttons(more=[button(), button()]))
    assert len(menu["options"]) == 1


def test_a_hidden_button_that_must_be_confirmed_has_a_menu_of_its_own() -> None:
    sure = Confirm(title="Close it?", text="Nothing is owed.", yes="Close")
    plain, guarded = elements(
        with_buttons(more=[button(), button(ActionId("close"), confirm=sure)])
    )
    assert "confirm" not in plain
    assert (guarded["action_id"], guarded["confirm"]["title"]["text"]) == ("more-2", "Close it?")


def test_hidden_buttons_that_must_be_confirmed_share_one_question() -> None:
    close = button(
        ActionId("close"), label="Close", confirm=Confirm(title="a", text="All done?", yes="y")
    )
    waive = button(
        ActionId("waive"), label="Waive", confirm=Confirm(title="b", text="Why?", yes="y")
    )
    (menu,) = elements(with_buttons(more=[close, waive]))
    assert menu["confirm"]["text"]["text"] == "Close: All done? Waive: Why?"


@pytest.mark.parametrize(
    "action",
    [
        {},
        {"action_id": "vanished", "value": "1"},
        {"action_id": "more", "selected_option": {"value": "vanished:1"}},
        {"action_id": "more", "selected_option": {}},
    ],
)
def test_a_button_that_no_longer_exists_is_nothing(action: Json) -> None:
    assert blocks.pressed(action).ask not in catalogue.BUTTONS


def test_a_post_without_text_shows_its_headline() -> None:
    (section,) = shaped(Post(headline="Checkout &amp; <@UOLA>", text=""))
    assert section["text"]["text"] == "Checkout &amp; <@UOLA>"


def test_the_notification_is_the_headline_as_it_was_rendered() -> None:
    headline = "<@UOLA>, fire &amp; &lt;!here&gt;"
    assert blocks.fallback(Post(headline=headline, text="t")) == headline


def test_a_notification_made_of_the_title_is_escaped() -> None:
    assert blocks.fallback(Post(headline="", text="t", title="<!here>")) == "&lt;!here&gt;"


def test_a_text_of_four_thousand_characters_fills_two_sections() -> None:
    shape = shaped(words("word " * 800))
    assert kinds(shape) == ["section", "section"]
    assert sum(len(block["text"]["text"]) for block in shape) == 3998


def test_eleven_facts_fill_two_sections() -> None:
    shape = shaped(Post(headline="h", text="", facts=tuple((f"{n}", "v") for n in range(11))))
    assert [len(block["fields"]) for block in shape] == [10, 1]


def test_a_post_of_too_many_blocks_is_shortened_and_keeps_its_buttons() -> None:
    facts = tuple((f"fact {number}", "v") for number in range(600))
    shape = shaped(replace(BOARD, facts=facts))
    assert len(shape) <= 50
    assert kinds(shape)[0] == "header"
    assert kinds(shape)[-3:] == ["context", "actions", "context"]
    assert shape[-3]["elements"][0]["text"] == "… shortened"


def test_a_message_stays_below_the_length_that_slack_refuses() -> None:
    shape = shaped(replace(BOARD, text="word " * 40_000))
    assert sum(len(str(block)) for block in shape) < 13_000
    assert shape[-3]["elements"][0]["text"] == "… shortened"


def test_a_home_of_a_hundred_posts_is_shortened() -> None:
    shape = blocks.as_json(blocks.home([BOARD] * 100))
    assert len(shape) == 100
    assert shape[-1]["elements"][0]["text"] == "… shortened"


def test_a_home_of_long_posts_stays_below_what_slack_refuses() -> None:
    shape = blocks.as_json(blocks.home([words("word " * 2300)] * 20))
    assert len(json.dumps(shape)) < 250_000
    assert shape[-1]["elements"][0]["text"] == "… shortened"


def test_a_menu_has_a_hundred_options_at_the_most() -> None:
    (menu,) = elements(with_buttons(more=[button(about=f"14:{one}") for one in range(150)]))
    assert len(menu["options"]) == 100


def test_however_many_buttons_there_are_the_text_is_there() -> None:
    many = [button(label="x" * 75, about=f"{one}:{'y' * 120}") for one in range(100)]
    shape = shaped(replace(BOARD, more=tuple(many)))
    assert kinds(shape) == ["header", "section", "section", "actions", "context"]


def test_the_label_of_a_fact_is_plain() -> None:
    (section,) = shaped(Post(headline="h", text="", facts=(("<!here>", "<@U1>"),)))
    assert section["fields"][0]["text"] == "*&lt;!here&gt;*\n<@U1>"


def test_posts_in_a_home_are_divided() -> None:
    shape = blocks.as_json(blocks.home([words("one"), words("two")]))
    assert kinds(shape) == ["section", "divider", "section"]


def test_as_text_a_post_still_says_everything() -> None:
    assert blocks.as_text(BOARD) == (
        "*INC-2026-014 · Checkout is down*\n\n"
        f"{BOARD.text}\n\n"
        "*Severity*\nSEV1\n\n*Status*\nInvestigating\n\n*Lead*\n<@U012AB3CD>\n\n"
        f"{BOARD.footnote}"
    )


def test_each_row_of_a_list_has_a_menu_of_its_own() -> None:
    rows = tuple(
        ListItem(
            text=f"line {n}",
            buttons=(button(about=f"{n}:a"), button(ActionId("snooze"), about=f"{n}:b")),
        )
        for n in range(3)
    )
    shape = shaped(Post(headline="h", text="t", rows=rows))
    assert kinds(shape) == ["section"] * 4
    menus = [one["accessory"]["options"] for one in shape[1:]]
    assert [[each["value"] for each in menu] for menu in menus] == [
        [f"task_done:{n}:a", f"snooze:{n}:b"] for n in range(3)
    ]


def test_a_row_without_buttons_is_a_line() -> None:
    [_, line] = shaped(Post(headline="h", text="t", rows=(ListItem(text="line"),)))
    assert "accessory" not in line


def test_rows_stand_in_the_plain_text_too() -> None:
    assert "line" in blocks.as_text(Post(headline="h", text="t", rows=(ListItem(text="line"),)))


def test_sixty_rows_are_cut_to_what_a_message_takes() -> None:
    rows = tuple(ListItem(text=f"line {n}", buttons=(button(),)) for n in range(60))
    shape = shaped(Post(headline="h", text="t", rows=rows))
    assert len(shape) == 50
    assert "shortened" in str(shape[-1])
