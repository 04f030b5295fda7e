from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from chatops.playground.page.blockkit.blocks import attachments, block, blocks
from chatops.playground.page.blockkit.context import BlockHome, Reader
from chatops.playground.page.blockkit.inputs import ELEMENTS, element

Json = dict[str, Any]
Reading = Callable[[Markup], Any]

NAMES = {"type", "style", "level", "status", "format", "range", "icon", "align"}


def poisoned(given: Any, words: str) -> Any:
    """The same block with every free text in it replaced."""
    if isinstance(given, dict):
        return {
            key: value if key in NAMES else poisoned(value, words) for key, value in given.items()
        }
    if isinstance(given, list):
        return [poisoned(one, words) for one in given]
    return words if isinstance(given, str) else given


def test_every_kind_of_block_is_rendered(
    sample_block: Json, surface: BlockHome, page: Reading
) -> None:
    markup = block(sample_block, surface)

    page(markup)
    assert "cannot be shown" not in markup


def test_every_kind_of_element_is_rendered(
    sample_element: Json, surface: BlockHome, page: Reading
) -> None:
    markup = element(sample_element, surface.place({"block_id": "b"}, sample_element))

    page(markup)
    assert "cannot be shown" not in markup


def test_the_samples_cover_every_element(sample_element: Json) -> None:
    assert sample_element["type"] in ELEMENTS


def test_hostile_text_never_becomes_markup(
    sample_block: Json, hostile: str, surface: BlockHome, page: Reading
) -> None:
    page(block(poisoned(sample_block, hostile), surface))


def test_an_element_keeps_its_name_whatever_comes_to_stand_above_it(
    reader: Reader, page: Reading
) -> None:
    given: list[Json] = [
        {"type": "actions", "block_id": "x", "elements": [_button("go"), _button("go")]},
        {"type": "input", "block_id": "why", "element": {"type": "plain_text_input"}},
    ]
    edited = [{"type": "divider"}, {**given[0], "block_id": "y"}, given[1]]

    before, after = (
        [one["id"] for one in page(blocks(drawn, BlockHome(id="v1", reader=reader))).all("button")]
        + [one["id"] for one in page(blocks(drawn, BlockHome(id="v1", reader=reader))).all("input")]
        for drawn in (given, edited)
    )

    assert before == after == ["v1-go", "v1-go.2", "v1-why--control"]


def test_a_field_of_another_block_is_another_field(reader: Reader, page: Reading) -> None:
    field: Json = {"type": "input", "element": {"type": "plain_text_input", "action_id": "t"}}

    (first,), (second,) = (
        [one["id"] for one in page(block({**field, "block_id": id_}, surface)).all("input")]
        for id_ in ("a", "b")
        for surface in [BlockHome(id="v1", reader=reader)]
    )

    assert first != second


def _button(action: str) -> Json:
    return {"type": "button", "action_id": action, "text": {"type": "plain_text", "text": action}}


def test_an_unknown_block_is_a_grey_note(surface: BlockHome, page: Reading) -> None:
    read = page(block({"type": "hologram<b>"}, surface))

    assert read.words == "A block of the type “hologram<b>” cannot be shown here."


def test_a_malformed_block_is_a_grey_note(surface: BlockHome, page: Reading) -> None:
    read = page(block({"type": "section", "text": "not an object"}, surface))

    assert "cannot be shown here" in read.words


def test_an_unknown_element_leaves_its_neighbours(surface: BlockHome, page: Reading) -> None:
    go = {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": "go"}
    given = {"type": "actions", "elements": [{"type": "lever"}, go]}

    read = page(block(given, surface))

    assert "lever cannot be shown here" in read.words
    assert [one["data-action"] for one in read.all("button")] == ["go"]


def test_a_button_says_which_one_it_is(surface: BlockHome, page: Reading) -> None:
    go = {
        "type": "button",
        "text": {"type": "plain_text", "text": "Approve :white_check_mark:"},
        "action_id": "approve",
        "value": "v1.2.4",
        "style": "primary",
    }

    read = page(block({"type": "actions", "block_id": "b1", "elements": [go]}, surface))

    (button,) = read.all("button")
    assert button["data-block"] == "b1"
    assert button["data-action"] == "approve"
    assert button["data-value"] == "v1.2.4"
    assert button["class"] == "button button-primary"


def test_a_field_is_labelled_described_and_shows_its_error(
    surface: BlockHome, page: Reading
) -> None:
    refused = BlockHome(id="v1", reader=surface.reader, errors={"title": "Give it a title."})
    given = {
        "type": "input",
        "block_id": "title",
        "label": {"type": "plain_text", "text": "What is broken?"},
        "hint": {"type": "plain_text", "text": "One line"},
        "element": {"type": "plain_text_input", "action_id": "t", "max_length": 150},
    }

    read = page(block(given, refused))

    (field,) = read.all("input")
    (label,) = read.all("label")
    assert label["for"] == field["id"]
    assert field["aria-invalid"] == "true"
    assert field["aria-describedby"] == "v1-title-t-hint v1-title-t-error"
    assert field["aria-required"] == "true"
    assert "Give it a title." in read.words
    assert "0/150" in read.words


def test_what_was_entered_wins_over_what_the_app_proposed(
    surface: BlockHome, page: Reading
) -> None:
    entered = BlockHome(
        id="v1",
        reader=surface.reader,
        values={"b": {"t": {"type": "plain_text_input", "value": "mine"}}},
    )
    given = {
        "type": "input",
        "block_id": "b",
        "label": {"type": "plain_text", "text": "Title"},
        "element": {"type": "plain_text_input", "action_id": "t", "initial_value": "theirs"},
    }

    read = page(block(given, entered))

    assert [one["value"] for one in read.all("input")] == ["mine"]


def test_a_menu_shows_its_choices_with_their_descriptions(
    surface: BlockHome, page: Reading
) -> None:
    given = {
        "type": "static_select",
        "action_id": "severity",
        "initial_option": {"text": {"type": "plain_text", "text": "SEV1"}, "value": "1"},
        "options": [
            {
                "text": {"type": "plain_text", "text": "SEV1"},
                "value": "1",
                "description": {"type": "plain_text", "text": "pages on-call"},
            },
            {"text": {"type": "plain_text", "text": "SEV2"}, "value": "2"},
        ],
    }

    read = page(element(given, surface.place({"block_id": "b"}, given)))

    (box,) = read.all("input")
    assert box["role"] == "combobox"
    assert box["value"] == "SEV1"
    options = [one for one in read.all("li") if one.get("role") == "option"]
    assert [(one["data-value"], one["aria-selected"]) for one in options] == [
        ("1", "true"),
        ("2", "false"),
    ]
    assert "pages on-call" in read.words


def test_a_channel_menu_offers_public_channels_alone(surface: BlockHome, page: Reading) -> None:
    given = {"type": "channels_select", "action_id": "c"}

    read = page(element(given, surface.place({}, given)))

    assert "incidents" in read.words
    assert "inc-2026-014" not in read.words


def test_no_id_occurs_twice_on_a_surface(surface: BlockHome, page: Reading) -> None:
    select = {"type": "users_select", "action_id": "who"}
    boxes = {
        "type": "checkboxes",
        "action_id": "cb",
        "options": [{"text": {"type": "plain_text", "text": "A"}, "value": "a"}],
    }
    given = {"type": "actions", "elements": [select, dict(select, action_id="whom"), boxes]}

    read = page(blocks([given, given], surface))

    ids = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_a_chart_has_its_numbers_as_a_table(surface: BlockHome, page: Reading) -> None:
    given = {
        "type": "data_visualization",
        "title": "Incidents",
        "chart": {
            "type": "bar",
            "series": [{"name": "SEV1", "data": [{"label": "Mon", "value": 3}]}],
            "axis_config": {"categories": ["Mon", "Tue"]},
        },
    }

    read = page(block(given, surface))

    assert len(list(read.all("td"))) == 4
    assert [one["role"] for one in read.all("svg") if "role" in one] == ["img"]


def test_markdown_shows_raw_html_as_text(surface: BlockHome, page: Reading) -> None:
    read = page(block({"type": "markdown", "text": "**a** <script>x</script>"}, surface))

    assert "<script>x</script>" in read.words


def test_an_attachment_has_its_colour_and_its_blocks(surface: BlockHome, page: Reading) -> None:
    inside = {"type": "section", "text": {"type": "mrkdwn", "text": "*in*"}}

    read = page(attachments([{"color": "#ff8800", "blocks": [inside]}], surface))

    assert [one["fill"] for one in read.all("rect")] == ["#ff8800"]
    assert read.words == "in"


def test_an_older_attachment_shows_its_fields(
    surface: BlockHome, page: Reading, hostile: str
) -> None:
    given = {
        "color": hostile,
        "pretext": hostile,
        "author_name": hostile,
        "title": hostile,
        "title_link": hostile,
        "text": hostile,
        "fields": [{"title": hostile, "value": hostile}],
        "footer": hostile,
        "image_url": hostile,
    }

    page(attachments([given], surface))


def test_a_select_asks_its_question_first(surface: BlockHome, page: Reading) -> None:
    given = {
        "type": "users_select",
        "action_id": "who",
        "confirm": {"title": {"type": "plain_text", "text": "Hand over?"}},
    }

    read = page(element(given, surface.place({}, given)))

    assert len(list(read.all("template"))) == 1
    assert "Hand over?" in read.words


def test_an_area_without_numbers_is_an_empty_plane(surface: BlockHome, page: Reading) -> None:
    given = {
        "type": "data_visualization",
        "title": "Nothing yet",
        "chart": {
            "type": "area",
            "series": [{"name": "SEV1", "data": []}],
            "axis_config": {"categories": ["Mon"]},
        },
    }

    read = page(block(given, surface))

    assert "Nothing yet" in read.words
    assert list(read.all("polygon")) == []


def test_a_rich_text_date_that_makes_no_sense_shows_its_fallback(
    surface: BlockHome, page: Reading
) -> None:
    date = {"type": "date", "timestamp": "soon", "fallback": "some day"}
    section = {"type": "rich_text_section", "elements": [date]}

    read = page(block({"type": "rich_text", "elements": [section]}, surface))

    assert read.words == "some day"
