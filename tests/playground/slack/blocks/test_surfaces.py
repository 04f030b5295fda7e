from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops.playground.slack.blocks.spec import blocks_of, check_of, names
from chatops.playground.slack.blocks.surfaces import (
    complaints_about_blocks,
    complaints_about_details,
    complaints_about_view,
)
from chatops.playground.slack.methods.content import filled

Json = dict[str, Any]


def plain(text: str = "x") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "x") -> Json:
    return {"type": "mrkdwn", "text": text}


def button(**changes: Any) -> Json:
    return {"type": "button", "text": plain(), "action_id": "go"} | changes


def section(**changes: Any) -> Json:
    return {"type": "section", "text": mrkdwn()} | changes


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def entry(element: Json, **changes: Any) -> Json:
    return {"type": "input", "label": plain(), "element": element} | changes


def option(value: str = "a", text: str = "A") -> Json:
    return {"text": plain(text), "value": value}


def select(**changes: Any) -> Json:
    return {"type": "static_select", "action_id": "pick", "options": [option()]} | changes


def rich_text(text: str = "x") -> Json:
    words = [{"type": "text", "text": text, "style": {"bold": True}}]
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": words}],
    }


def image() -> Json:
    return {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a"}


def chart(**changes: Any) -> Json:
    body = {
        "type": "line",
        "series": [{"name": "s", "data": [{"label": "Mon", "value": 1}]}],
        "axis_config": {"categories": ["Mon"], "y_label": "min"},
    } | changes
    return {"type": "data_visualization", "title": "t", "chart": body}


def task(**changes: Any) -> Json:
    return {"type": "task_card", "task_id": "1", "title": "t", "status": "pending"} | changes


def table(rows: int = 2, columns: int = 2) -> Json:
    cells = [{"type": "raw_text", "text": "x"}] * columns
    return {"type": "table", "rows": [cells] * rows}


def test_every_line_of_the_table_can_be_read() -> None:
    for section in ("everywhere", "in_messages", "newer_in_messages", "newer_in_modals"):
        assert blocks_of(section)
    for section in ("values", "objects", "parts", "elements"):
        assert [check_of(name) for name in names(section)]


GOOD_IN_MESSAGES = [
    section(),
    section(fields=[mrkdwn(), plain()], accessory=button()),
    section(accessory=image()),
    section(text=mrkdwn("x" * 3000), expand=True),
    {"type": "section", "fields": [mrkdwn("x" * 2000)] * 10},
    {"type": "header", "text": plain("x" * 150)},
    {"type": "divider"},
    {"type": "context", "elements": [mrkdwn(), plain(), image()]},
    actions(*(button(action_id=f"b{n}") for n in range(25))),
    actions(button(style="danger", value="x" * 2000, url="https://example.com")),
    actions(
        button(
            confirm={
                "title": plain("x" * 100),
                "text": mrkdwn("x" * 300),
                "confirm": plain("x" * 30),
                "deny": plain("no"),
                "style": "danger",
            }
        )
    ),
    actions(select(initial_option=option()), {"type": "users_select", "action_id": "u"}),
    actions({"type": "overflow", "action_id": "o", "options": [option()] * 1}),
    actions({"type": "datepicker", "action_id": "d", "initial_date": "2026-11-20"}),
    actions({"type": "timepicker", "action_id": "t", "initial_time": "23:59"}),
    actions({"type": "datetimepicker", "action_id": "m", "initial_date_time": 1_800_000_000}),
    actions(
        {
            "type": "radio_buttons",
            "action_id": "r",
            "options": [{"text": mrkdwn("*a*"), "value": "a", "description": mrkdwn()}],
        }
    ),
    actions({"type": "checkboxes", "action_id": "c", "options": [option()]}),
    section(accessory={"type": "multi_users_select", "action_id": "m"}),
    image() | {"title": plain()},
    entry({"type": "plain_text_input", "action_id": "i"}),
    rich_text(),
    {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_list",
                "style": "bullet",
                "indent": 1,
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {"type": "user", "user_id": "U1"},
                            {"type": "emoji", "name": "eyes"},
                            {"type": "link", "url": "https://example.com", "text": "x"},
                            {"type": "date", "timestamp": 1, "format": "{date}"},
                            {"type": "broadcast", "range": "here"},
                        ],
                    }
                ],
            },
            {
                "type": "rich_text_preformatted",
                "elements": [{"type": "text", "text": "x"}],
                "border": 1,
            },
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": "x"}]},
        ],
    },
    {
        "type": "video",
        "alt_text": "a",
        "title": plain(),
        "thumbnail_url": "https://example.com/a.png",
        "video_url": "https://example.com/a",
    },
    {"type": "file", "external_id": "1", "source": "remote"},
    {"type": "markdown", "text": "# x"},
    table(100, 20) | {"column_settings": [{"align": "right", "is_wrapped": True}]},
    {
        "type": "data_table",
        "caption": "c",
        "page_size": 10,
        "rows": [
            [{"type": "raw_text", "text": "n"}],
            [{"type": "raw_number", "value": 1.5, "text": "1.5"}],
        ],
    },
    {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "f",
                "positive_button": {"text": plain(), "value": "up"},
                "negative_button": {"text": plain(), "value": "down"},
            },
            {"type": "icon_button", "action_id": "i", "icon": "trash", "text": plain()},
        ],
    },
    {"type": "card", "title": mrkdwn(), "hero_image": image(), "actions": [button()]},
    {"type": "carousel", "elements": [{"type": "card", "body": mrkdwn()}]},
    task(details=rich_text(), sources=[{"type": "url", "url": "https://e.com", "text": "e"}]),
    {"type": "plan", "title": "Hotfix", "tasks": [task(status="complete"), task()]},
    chart(),
    chart(type="bar"),
    chart(type="area"),
    {
        "type": "data_visualization",
        "title": "x" * 50,
        "chart": {"type": "pie", "segments": [{"label": "x" * 20, "value": 3}]},
    },
    {"type": "container", "title": plain(), "child_blocks": [section()], "width": "wide"},
]


@pytest.mark.parametrize("block", GOOD_IN_MESSAGES, ids=lambda block: block["type"])
def test_a_message_takes_every_kind_of_block(block: Json) -> None:
    assert complaints_about_blocks([block]) == []


BAD_IN_MESSAGES: list[tuple[Any, str]] = [
    ("text", "must provide an array [json-pointer:/blocks]"),
    (["text"], "must provide an object [json-pointer:/blocks/0]"),
    ([{}], "missing required field: type [json-pointer:/blocks/0]"),
    ([{"type": "shout"}], "unsupported type: shout [json-pointer:/blocks/0/type]"),
    ([section()] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    ([section(colour="red")], "invalid additional property: colour [json-pointer:/blocks/0]"),
    ([{"type": "section"}], "missing required field: text or fields [json-pointer:/blocks/0]"),
    ([section(text="x")], "must provide an object [json-pointer:/blocks/0/text]"),
    (
        [section(text=mrkdwn("x" * 3001))],
        "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    ),
    (
        [section(text=mrkdwn(""))],
        "must be more than 0 characters [json-pointer:/blocks/0/text/text]",
    ),
    (
        [section(fields=[mrkdwn("x" * 2001)])],
        "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
    ),
    (
        [section(fields=[mrkdwn()] * 11)],
        "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
    ),
    (
        [section(accessory={"type": "plain_text_input", "action_id": "i"})],
        "unsupported type: plain_text_input [json-pointer:/blocks/0/accessory/type]",
    ),
    (
        [section(block_id="x" * 256)],
        "must be less than 256 characters [json-pointer:/blocks/0/block_id]",
    ),
    (
        [section(block_id="a"), section(block_id="a")],
        '`block_id` "a" already exists [json-pointer:/blocks/1/block_id]',
    ),
    (
        [{"type": "header", "text": mrkdwn()}],
        "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
    ),
    (
        [{"type": "header", "text": plain("x" * 151)}],
        "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ),
    (
        [{"type": "context", "elements": [mrkdwn()] * 11}],
        "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
    ),
    (
        [actions(*(button(action_id=f"b{n}") for n in range(26)))],
        "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
    ),
    ([actions()], "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]"),
    (
        [actions(button(), button())],
        (
            '`action_id` "go" already exists for another element '
            "[json-pointer:/blocks/0/elements/1/action_id]"
        ),
    ),
    (
        [actions(button(action_id="x" * 256))],
        "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]",
    ),
    (
        [actions(button(value="x" * 2001))],
        "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
    ),
    (
        [actions(button(style="default"))],
        "must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]",
    ),
    (
        [actions(button(url="https://" + "x" * 3000))],
        "must be less than 3001 characters [json-pointer:/blocks/0/elements/0/url]",
    ),
    (
        [actions(select(options=[option(str(n)) for n in range(101)]))],
        "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    (
        [actions(select(options=[option("x" * 151)]))],
        "must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/0/value]",
    ),
    (
        [actions(select(options=[option("a", "x" * 76)]))],
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/text/text]",
    ),
    (
        [actions(select(initial_option=option("b")))],
        "initial option must match one of the options exactly [json-pointer:/blocks/0/elements/0]",
    ),
    (
        [actions(select(options=[option(), option()]))],
        "option values must be unique [json-pointer:/blocks/0/elements/0]",
    ),
    (
        [actions({"type": "static_select", "action_id": "s"})],
        "missing required field: options or option_groups [json-pointer:/blocks/0/elements/0]",
    ),
    (
        [actions({"type": "overflow", "action_id": "o", "options": [option()] * 6})],
        "no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    (
        [actions({"type": "checkboxes", "options": [option(str(n)) for n in range(11)]})],
        "no more than 10 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    (
        [actions(select(placeholder=plain("x" * 151)))],
        "must be less than 151 characters [json-pointer:/blocks/0/elements/0/placeholder/text]",
    ),
    (
        [actions({"type": "datepicker", "initial_date": "20.11.2026"})],
        "must be a date in the format YYYY-MM-DD [json-pointer:/blocks/0/elements/0/initial_date]",
    ),
    (
        [entry({"type": "button", "text": plain()})],
        "unsupported type: button [json-pointer:/blocks/0/element/type]",
    ),
    (
        [entry({"type": "plain_text_input"}, label=plain("x" * 2001))],
        "must be less than 2001 characters [json-pointer:/blocks/0/label/text]",
    ),
    (
        [entry({"type": "plain_text_input", "max_length": 3001})],
        "must be between 1 and 3000 [json-pointer:/blocks/0/element/max_length]",
    ),
    (
        [entry({"type": "plain_text_input", "min_length": 9, "max_length": 3})],
        "min_length must not be more than max_length [json-pointer:/blocks/0/element]",
    ),
    (
        [entry({"type": "number_input"})],
        "missing required field: is_decimal_allowed [json-pointer:/blocks/0/element]",
    ),
    (
        [
            entry({"type": "plain_text_input", "focus_on_load": True}),
            entry({"type": "plain_text_input", "focus_on_load": True}),
        ],
        "only one element can have focus_on_load set to true [json-pointer:/blocks/1/element]",
    ),
    (
        [image() | {"slack_file": {"id": "F1"}}],
        "cannot have both image_url and slack_file [json-pointer:/blocks/0]",
    ),
    (
        [{"type": "alert", "text": plain()}],
        "unsupported type: alert [json-pointer:/blocks/0/type]",
    ),
    ([table(), table()], "only_one_table_allowed [json-pointer:/blocks]"),
    ([table(rows=101)], "no more than 100 items allowed [json-pointer:/blocks/0/rows]"),
    ([table(columns=21)], "no more than 20 items allowed [json-pointer:/blocks/0/rows/0]"),
    (
        [{"type": "markdown", "text": "x" * 7000}, {"type": "markdown", "text": "x" * 7000}],
        "markdown text must be less than 12001 characters [json-pointer:/blocks]",
    ),
    (
        [{"type": "card", "body": mrkdwn("x" * 201)}],
        "must be less than 201 characters [json-pointer:/blocks/0/body/text]",
    ),
    (
        [task(status="stuck")],
        "must be one of: pending, in_progress, complete, error [json-pointer:/blocks/0/status]",
    ),
    (
        [
            chart(
                series=[
                    {"name": f"s{n}", "data": [{"label": "Mon", "value": 1}]} for n in range(13)
                ]
            )
        ],
        "no more than 12 items allowed [json-pointer:/blocks/0/chart/series]",
    ),
    (
        [chart(axis_config={"categories": [str(n) for n in range(21)]})],
        "no more than 20 items allowed [json-pointer:/blocks/0/chart/axis_config/categories]",
    ),
    (
        [chart(axis_config={"categories": ["Tue"]})],
        (
            "labels must match the categories of axis_config "
            "[json-pointer:/blocks/0/chart/series/0/data]"
        ),
    ),
    (
        [chart(series=[{"name": "x" * 21, "data": [{"label": "Mon", "value": 1}]}])],
        "must be less than 21 characters [json-pointer:/blocks/0/chart/series/0/name]",
    ),
    (
        [chart() | {"title": "x" * 51}],
        "must be less than 51 characters [json-pointer:/blocks/0/title]",
    ),
    (
        [chart(type="radar")],
        "unsupported type: radar [json-pointer:/blocks/0/chart/type]",
    ),
    (
        [chart(), chart(), chart()],
        "no more than 2 data_visualization blocks allowed [json-pointer:/blocks]",
    ),
]


@pytest.mark.parametrize(("blocks", "complaint"), BAD_IN_MESSAGES)
def test_a_message_refuses_with_the_place(blocks: Any, complaint: str) -> None:
    assert complaint in complaints_about_blocks(blocks)


NEWER = ("markdown", "table", "card", "plan", "task_card", "data_visualization", "data_table")


@pytest.mark.parametrize(
    "block",
    [one for one in GOOD_IN_MESSAGES if one["type"] in NEWER],
    ids=lambda block: block["type"],
)
def test_an_older_workspace_does_not_know_newer_blocks(block: Json) -> None:
    complaint = f"unsupported type: {block['type']} [json-pointer:/blocks/0/type]"
    assert complaints_about_blocks([block], newer=False) == [complaint]


def modal(**changes: Any) -> Json:
    return {"type": "modal", "title": plain(), "blocks": [section()]} | changes


def home(**changes: Any) -> Json:
    return {"type": "home", "blocks": [section()]} | changes


@pytest.mark.parametrize(
    "view",
    [
        modal(),
        modal(blocks=[section()] * 100, private_metadata="x" * 3000, callback_id="x" * 255),
        modal(blocks=[entry({"type": "plain_text_input"})], submit=plain("Go"), close=plain("No")),
        modal(blocks=[{"type": "alert", "text": plain(), "level": "warning"}]),
        modal(clear_on_close=True, notify_on_close=True, external_id="1"),
        home(),
        home(blocks=[], private_metadata="", callback_id="home"),
    ],
)
def test_a_view_is_taken(view: Json) -> None:
    assert complaints_about_view(view) == []


BAD_VIEWS: list[tuple[Any, str]] = [
    ("text", "must provide an object [json-pointer:/view]"),
    ({"type": "popup"}, "unsupported type: popup [json-pointer:/view/type]"),
    ({"type": "modal", "blocks": []}, "missing required field: title [json-pointer:/view]"),
    (
        modal(title=plain("x" * 25)),
        "must be less than 25 characters [json-pointer:/view/title/text]",
    ),
    (modal(title=mrkdwn()), "unsupported type: mrkdwn [json-pointer:/view/title/type]"),
    (
        modal(submit=plain("x" * 25)),
        "must be less than 25 characters [json-pointer:/view/submit/text]",
    ),
    (
        modal(private_metadata="x" * 3001),
        "must be less than 3001 characters [json-pointer:/view/private_metadata]",
    ),
    (modal(blocks=[section()] * 101), "no more than 100 items allowed [json-pointer:/view/blocks]"),
    (
        modal(blocks=[entry({"type": "plain_text_input"})]),
        "missing required field: submit (the view has an input block) [json-pointer:/view]",
    ),
    (
        modal(blocks=[{"type": "markdown", "text": "x"}]),
        "unsupported type: markdown [json-pointer:/view/blocks/0/type]",
    ),
    (
        modal(blocks=[{"type": "alert", "text": plain("x" * 201)}]),
        "must be less than 201 characters [json-pointer:/view/blocks/0/text/text]",
    ),
    (home(title=plain()), "invalid additional property: title [json-pointer:/view]"),
    (
        home(blocks=[{"type": "alert", "text": plain()}]),
        "unsupported type: alert [json-pointer:/view/blocks/0/type]",
    ),
]


@pytest.mark.parametrize(("view", "complaint"), BAD_VIEWS)
def test_a_view_is_refused_with_the_place(view: Any, complaint: str) -> None:
    assert complaint in complaints_about_view(view)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "text", "elements", "blocks", "rows", "block_id", "options"]),
            inner | st.sampled_from(["section", "actions", "table", "static_select", "modal"]),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(anything)
def test_no_nonsense_breaks_the_checks(nonsense: Any) -> None:
    complaints_about_blocks(nonsense)
    complaints_about_view(nonsense)
    complaints_about_details(nonsense)
    complaints_about_details({"entity_payload": {"fields": nonsense, "display_order": nonsense}})


def places_in(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    keys: Iterable[Any] = value if isinstance(value, dict) else ()
    if isinstance(value, list):
        keys = range(len(value))
    for key in keys:
        yield from places_in(value[key], (*path, key))


def with_changed(value: Any, path: tuple[Any, ...], change: Any) -> Any:
    if not path:
        return change
    copy = value.copy()
    copy[path[0]] = with_changed(copy[path[0]], path[1:], change)
    return copy


@given(st.sampled_from(GOOD_IN_MESSAGES), st.data())
def test_no_good_block_with_something_odd_in_it_breaks_the_checks(
    block: Json, data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(list(places_in(block))))
    odd = with_changed(block, path, data.draw(anything))
    complaints_about_blocks([odd])
    complaints_about_view(modal(blocks=[odd]))


def test_what_the_app_left_out_is_filled_in() -> None:
    numbers = iter(range(10))

    done = filled([section(), actions({"type": "datepicker"})], lambda: f"id{next(numbers)}")

    assert done[0]["block_id"] == "id0"
    assert done[0]["text"] == {"type": "mrkdwn", "text": "x", "verbatim": False}
    assert done[1]["elements"] == [{"type": "datepicker", "action_id": "id1"}]
    assert done[1]["block_id"] == "id2"
