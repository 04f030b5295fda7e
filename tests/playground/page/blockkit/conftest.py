from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
from markupsafe import Markup

from chatops.playground.page.blockkit.context import BlockHome, Reader
from chatops.playground.page.blockkit.html import VOID

Json = dict[str, Any]

HOSTILE = (
    "</div></textarea></template><script>alert(1)</script>",
    '" onmouseover="alert(1)" x="',
    "' autofocus onfocus='alert(1)",
    "<img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "<javascript:alert(1)|click>",
    '<https://evil.example/"onclick="alert(1)|a>',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "[x](javascript:alert(1)) <b>bold</b>",
    "*_~`<@U1>`~_* :tada: :<b>:",
    "\x00\u202e\ud83d",
)


@pytest.fixture
def reader() -> Reader:
    return Reader(
        id="U1",
        people={"U1": "Sam Okafor", "U2": "Priya Nair"},
        channels={"C1": "incidents", "C2": "inc-2026-014"},
        groups={"S1": "oncall"},
        public=frozenset({"C1"}),
    )


@pytest.fixture
def surface(reader: Reader) -> BlockHome:
    return BlockHome(id="m1", reader=reader)


def text(words: str, kind: str = "plain_text") -> Json:
    return {"type": kind, "text": words}


def option(value: str, words: str = "One", about: str = "") -> Json:
    made = {"text": text(words), "value": value}
    return made | ({"description": text(about)} if about else {})


OPTIONS = [option("a", "Alpha", "the first"), option("b", "Beta")]
CONFIRM = {
    "title": text("Sure?"),
    "text": text("*This* cannot be undone", "mrkdwn"),
    "confirm": text("Do it"),
    "deny": text("Leave it"),
    "style": "danger",
}
RICH = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "bold\nmoved", "style": {"bold": True, "strike": True}},
                {"type": "link", "url": "https://example.com", "text": "site"},
                {"type": "user", "user_id": "U2"},
                {"type": "channel", "channel_id": "C1"},
                {"type": "usergroup", "usergroup_id": "S1"},
                {"type": "broadcast", "range": "here"},
                {"type": "emoji", "name": "tada"},
                {"type": "date", "timestamp": 1700000000, "format": "{time}"},
                {"type": "color", "value": "#ff0000"},
                {"type": "team", "team_id": "T1"},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "bullet",
            "elements": [{"type": "rich_text_section", "elements": [text("outer", "text")]}],
        },
        {
            "type": "rich_text_list",
            "style": "ordered",
            "indent": 1,
            "offset": 2,
            "elements": [{"type": "rich_text_section", "elements": [text("inner", "text")]}],
        },
        {"type": "rich_text_preformatted", "elements": [text("code", "text")]},
        {"type": "rich_text_quote", "elements": [text("quoted", "text")]},
    ],
}
ELEMENTS: list[Json] = [
    {"type": "button", "text": text("Go"), "action_id": "go", "value": "1", "style": "primary"},
    {"type": "button", "text": text("Stop"), "action_id": "stop", "confirm": CONFIRM},
    {"type": "button", "text": text("Open"), "action_id": "open", "url": "https://example.com"},
    {"type": "workflow_button", "text": text("Flow"), "action_id": "flow"},
    {"type": "icon_button", "text": text("Bin"), "icon": "trash", "action_id": "bin"},
    {
        "type": "feedback_buttons",
        "action_id": "fb",
        "positive_button": {"text": text("Good"), "value": "+"},
        "negative_button": {"text": text("Bad"), "value": "-"},
    },
    {"type": "overflow", "action_id": "more", "options": OPTIONS, "confirm": CONFIRM},
    {
        "type": "static_select",
        "action_id": "sev",
        "options": OPTIONS,
        "placeholder": text("Severity"),
        "initial_option": OPTIONS[1],
    },
    {
        "type": "multi_static_select",
        "action_id": "many",
        "option_groups": [{"label": text("Group"), "options": OPTIONS}],
        "initial_options": OPTIONS,
        "max_selected_items": 2,
    },
    {"type": "users_select", "action_id": "who", "initial_user": "U2"},
    {"type": "multi_users_select", "action_id": "whom", "initial_users": ["U1", "U2"]},
    {"type": "channels_select", "action_id": "ch", "initial_channel": "C1"},
    {"type": "conversations_select", "action_id": "conv", "initial_conversation": "C2"},
    {"type": "multi_conversations_select", "action_id": "convs"},
    {"type": "external_select", "action_id": "ext", "min_query_length": 1},
    {"type": "multi_external_select", "action_id": "exts", "initial_options": OPTIONS},
    {"type": "plain_text_input", "action_id": "t", "initial_value": "was", "max_length": 150},
    {"type": "plain_text_input", "action_id": "m", "multiline": True, "initial_value": "a\nb"},
    {"type": "number_input", "action_id": "n", "is_decimal_allowed": False, "min_value": "1"},
    {"type": "email_text_input", "action_id": "e", "placeholder": text("you@example.com")},
    {"type": "url_text_input", "action_id": "u", "initial_value": "https://example.com"},
    {"type": "rich_text_input", "action_id": "r", "initial_value": RICH},
    {"type": "datepicker", "action_id": "d", "initial_date": "2026-11-21"},
    {"type": "timepicker", "action_id": "ti", "initial_time": "15:15"},
    {"type": "datetimepicker", "action_id": "dt", "initial_date_time": 1700000000},
    {"type": "checkboxes", "action_id": "cb", "options": OPTIONS, "initial_options": OPTIONS[:1]},
    {"type": "radio_buttons", "action_id": "rb", "options": OPTIONS, "initial_option": OPTIONS[1]},
    {"type": "file_input", "action_id": "f"},
    {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a chart"},
]
SERIES = [
    {"name": "SEV1", "data": [{"label": "Mon", "value": 3}, {"label": "Tue", "value": 5}]},
    {"name": "SEV2", "data": [{"label": "Mon", "value": 1}]},
]
AXES = {"categories": ["Mon", "Tue"], "x_label": "Day", "y_label": "Incidents"}
CARD = {
    "type": "card",
    "title": text("Checkout"),
    "subtitle": text("payments"),
    "body": text("*down*", "mrkdwn"),
    "icon": {"type": "image", "image_url": "https://example.com/i.png", "alt_text": "icon"},
    "actions": ELEMENTS[:1],
}
TASK = {
    "type": "task_card",
    "task_id": "1",
    "title": "Roll back",
    "status": "in_progress",
    "details": RICH,
    "sources": [{"type": "url", "url": "https://example.com", "text": "log"}],
}
BLOCKS: list[Json] = [
    {"type": "header", "text": text("Checkout is down")},
    {"type": "divider"},
    {
        "type": "section",
        "text": text("*Status*", "mrkdwn"),
        "fields": [text("one"), text("two")],
        "accessory": ELEMENTS[0],
    },
    {"type": "context", "elements": [text("since :clock3:"), ELEMENTS[-1]]},
    {"type": "actions", "elements": ELEMENTS[:-1]},
    {"type": "context_actions", "elements": ELEMENTS[4:6]},
    *(
        {"type": "input", "label": text(one["type"]), "element": one, "hint": text("a hint")}
        for one in ELEMENTS[7:-1]
    ),
    {
        "type": "image",
        "image_url": "https://example.com/a.png",
        "alt_text": "x",
        "title": text("T"),
    },
    RICH,
    {"type": "markdown", "text": "# Title\n\n- one\n- **two**\n\n| a | b |\n|---|---|\n| 1 | 2 |"},
    {
        "type": "table",
        "column_settings": [{"align": "right", "is_wrapped": True}],
        "rows": [
            [{"type": "raw_text", "text": "Who"}, {"type": "raw_text", "text": "Count"}],
            [RICH, {"type": "raw_number", "value": 3, "text": "3"}],
        ],
    },
    {
        "type": "data_table",
        "caption": "Owed",
        "rows": [[{"type": "raw_text", "text": "What"}], [{"type": "raw_text", "text": "x"}]],
    },
    {"type": "alert", "level": "warning", "text": text("Careful")},
    CARD,
    {"type": "carousel", "elements": [CARD, CARD]},
    {"type": "container", "title": text("More"), "child_blocks": [CARD], "is_collapsible": True},
    {"type": "plan", "title": "Rollback", "tasks": [TASK]},
    TASK,
    *(
        {
            "type": "data_visualization",
            "title": "Incidents",
            "chart": {"type": kind, "series": SERIES, "axis_config": AXES},
        }
        for kind in ("line", "bar", "area")
    ),
    {
        "type": "data_visualization",
        "title": "Share",
        "chart": {
            "type": "pie",
            "segments": [{"label": "a", "value": 1}, {"label": "b", "value": 3}],
        },
    },
    {"type": "video", "title": text("Clip"), "video_url": "https://example.com/v", "alt_text": "v"},
    {"type": "file", "external_id": "F1", "source": "remote"},
]


@pytest.fixture(params=BLOCKS, ids=lambda one: f"{one['type']}")
def sample_block(request: pytest.FixtureRequest) -> Json:
    block: Json = request.param
    return block


@pytest.fixture(params=ELEMENTS, ids=lambda one: str(one["type"]))
def sample_element(request: pytest.FixtureRequest) -> Json:
    element: Json = request.param
    return element


@pytest.fixture(params=HOSTILE)
def hostile(request: pytest.FixtureRequest) -> str:
    words: str = request.param
    return words


class Page(HTMLParser):
    """Reads markup as a browser would, and refuses what must never be in it."""

    def __init__(self, markup: Markup) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words = ""
        self.elements: list[tuple[str, Mapping[str, str | None]]] = []
        self.feed(str(markup))
        assert self.open == [], "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in {"script", "iframe", "object", "style", "link", "base", "form"}
        for name, value in attrs:
            assert not name.startswith("on"), f"{name} on {tag}"
            assert name != "style"
            if name in {"href", "src", "data-href"}:
                assert urlsplit(value or "").scheme in {"http", "https", "mailto", "tel", ""}
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, tag: str) -> Iterator[Mapping[str, str | None]]:
        return (attributes for name, attributes in self.elements if name == tag)


@pytest.fixture
def page() -> type[Page]:
    return Page
