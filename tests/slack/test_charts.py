"""Whatever is counted, Slack takes the message: drawn where it can draw, else in letters."""

from dataclasses import replace
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from chatops.adapters.slack.rendering import blocks
from chatops.domain.messages.posts import Chart, ChartKind, Post, Series, Sheet
from chatops.playground.slack.blocks.surfaces import complaints_about_blocks
from tests.slack.samples import HOSTILE

LABELS = st.text(max_size=60) | st.sampled_from(["", HOSTILE, "x" * 300, "```", "checkout"])
SHEET = Sheet(caption="By month", head=("Month", "Incidents"), rows=(("May", "2"), ("All", "2")))
CHART = Chart(
    title="Incidents",
    kind=ChartKind.BAR,
    categories=("May",),
    series=(Series(name="Incidents", values=(2.0,)),),
)
POST = Post(headline="2 incidents", text="2 incidents", charts=(CHART,), sheet=SHEET)


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    columns = draw(st.integers(1, 25))
    row = st.lists(LABELS, min_size=columns, max_size=columns).map(tuple)
    return Sheet(
        caption=draw(LABELS),
        head=draw(row),
        rows=draw(st.lists(row, max_size=6).map(tuple)) * draw(st.sampled_from([1, 50])),
    )


@st.composite
def charts(draw: st.DrawFn) -> Chart:
    categories = draw(st.lists(LABELS, max_size=30).map(tuple))
    values = st.floats(0, 1e9, allow_nan=False)
    many = len(categories)
    series = st.builds(
        Series, name=LABELS, values=st.lists(values, min_size=many, max_size=many).map(tuple)
    )
    return Chart(
        title=draw(LABELS.filter(str.strip)),
        kind=draw(st.sampled_from(ChartKind)),
        categories=categories,
        series=draw(st.lists(series, min_size=1, max_size=14).map(tuple)),
        across=draw(LABELS),
        up=draw(LABELS),
    )


def shaped(post: Post, *, newer: bool = True) -> list[dict[str, Any]]:
    return blocks.as_json(blocks.message(post, newer=newer))


def kinds(post: Post, *, newer: bool = True) -> list[str]:
    return [block["type"] for block in shaped(post, newer=newer)]


@given(st.lists(charts(), max_size=3).map(tuple), st.none() | sheets())
@example((replace(CHART, title="\x1b"),), None)
def test_slack_takes_every_form_of_it(drawn: tuple[Chart, ...], sheet: Sheet | None) -> None:
    post = replace(POST, charts=drawn, sheet=sheet)
    for form in blocks.forms(post):
        assert not complaints_about_blocks(form.get("blocks", []))
        assert len(form["text"]) <= 4000
    assert not complaints_about_blocks(shaped(post, newer=False), newer=False)


def test_it_is_drawn_between_the_words_and_the_buttons() -> None:
    assert kinds(POST) == ["section", "data_visualization", "data_table"]
    assert kinds(POST, newer=False) == ["section", "section"]


def test_letters_of_one_width_stand_in_for_the_table() -> None:
    _, table = shaped(POST, newer=False)
    assert table["text"]["text"] == "```\nMonth  Incidents\nMay            2\nAll            2\n```"


def test_even_plain_text_has_the_table() -> None:
    *_, plainest = blocks.forms(POST)
    assert "blocks" not in plainest
    assert "Month  Incidents" in plainest["text"]


def test_labels_that_are_cut_to_the_same_stay_apart() -> None:
    long = "payments-gateway-in-europe"
    names = (f"{long}-1", f"{long}-2", f"{long}-3")
    values = (1.0, 2.0, 3.0)
    chart = replace(CHART, categories=names, series=(Series(name="", values=values),))
    [_, drawn] = shaped(replace(POST, charts=(chart,), sheet=None))
    labels = drawn["chart"]["axis_config"]["categories"]
    assert len(set(labels)) == 3
    points = drawn["chart"]["series"][0]["data"]
    assert [(point["label"], point["value"]) for point in points] == list(
        zip(labels, values, strict=True)
    )


def test_of_too_many_months_the_newest_are_drawn_and_of_too_many_services_the_first() -> None:
    names = tuple(f"{number}" for number in range(30))
    series = (Series(name="Incidents", values=tuple(map(float, range(30)))),)
    for kind, first in ((ChartKind.LINE, "10"), (ChartKind.BAR, "0")):
        chart = replace(CHART, kind=kind, categories=names, series=series)
        [_, drawn] = shaped(replace(POST, charts=(chart,), sheet=None))
        assert drawn["chart"]["axis_config"]["categories"][0] == first
        assert len(drawn["chart"]["axis_config"]["categories"]) == 20


def test_of_a_long_table_the_sum_at_its_end_is_always_there() -> None:
    rows = tuple((f"service {number}", "1") for number in range(500))
    post = replace(POST, sheet=replace(SHEET, rows=(*rows, ("All", "500"))))
    [*_, table] = shaped(post)
    assert table["rows"][-1][0]["text"] == "All"
    assert shaped(post, newer=False)[-1]["text"]["text"].endswith("500\n```")


def test_each_row_of_a_short_table_is_there_once() -> None:
    [*_, table] = shaped(POST)
    assert [row[0]["text"] for row in table["rows"]] == ["Month", "May", "All"]
