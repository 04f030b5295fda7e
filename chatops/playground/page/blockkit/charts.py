"""The ``data_visualization`` block: a drawing, its legend, and a table with the same numbers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, cos, floor, log10, pi, sin

from markupsafe import Markup

from chatops.playground.page.blockkit.context import Reader
from chatops.playground.page.blockkit.html import Json, tag
from chatops.playground.page.blockkit.mrkdwn import plain, rich_text

_ALIGNMENTS = frozenset({"left", "center", "right"})


def table(block: Json, reader: Reader) -> Markup:
    """A table whose first row is its head, with the caption of a ``data_table``."""
    rows = block.get("rows", ())
    classes = _column_classes(block, rows)
    head = [
        tag("th", _cell(cell, reader), scope="col", class_=class_)
        for cell, class_ in zip(rows[0], classes, strict=False)
    ]
    body = [
        tag(
            "tr",
            [
                tag("td", _cell(cell, reader), class_=class_)
                for cell, class_ in zip(row, classes, strict=False)
            ],
        )
        for row in rows[1:]
    ]
    caption = block.get("caption")
    whole = tag(
        "table",
        tag("caption", str(caption)) if caption else None,
        tag("thead", tag("tr", head)),
        tag("tbody", body),
    )
    label = str(caption) if caption else "Table"
    return tag("div", whole, class_="table", tabindex="0", role="region", aria_label=label)


def _column_classes(block: Json, rows: Sequence[Sequence[Json]]) -> list[str | None]:
    settings = [setting or {} for setting in block.get("column_settings") or ()]
    settings += [{}] * (len(rows[0]) - len(settings))
    return [_column_class(setting, rows, place) for place, setting in enumerate(settings)]


def _column_class(setting: Json, rows: Sequence[Sequence[Json]], place: int) -> str | None:
    numbers = all(row[place].get("type") == "raw_number" for row in rows[1:] if place < len(row))
    align = setting.get("align") or ("right" if numbers and len(rows) > 1 else "left")
    names = [f"align-{align}"] if align in _ALIGNMENTS - {"left"} else []
    names += ["wrapped"] if setting.get("is_wrapped") else []
    return " ".join(names) or None


def _cell(cell: Json, reader: Reader) -> Markup:
    if cell.get("type") == "rich_text":
        return rich_text(cell, reader)
    return plain(str(cell.get("text", cell.get("value", ""))))


WIDTH, HEIGHT = 520, 240
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 12, 30
_MOST_LABELS = 8
_TICKS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartSeries:
    """One row of numbers, with a number or a gap for every category."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plane:
    """Where categories and values lie in the drawing."""

    categories: tuple[str, ...]
    ticks: tuple[float, ...]

    @property
    def step(self) -> float:
        return (WIDTH - LEFT - RIGHT) / max(len(self.categories), 1)

    def x(self, place: float) -> float:
        """The middle of a category's share of the width."""
        return round(LEFT + (place + 0.5) * self.step, 1)

    def y(self, value: float) -> float:
        low, high = self.ticks[0], self.ticks[-1]
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / (high - low), 1)


def chart(block: Json, reader: Reader) -> Markup:
    """A chart of any kind; one whose numbers cannot be drawn is shown as its title."""
    drawn = block.get("chart", {})
    title = str(block.get("title", ""))
    if drawn.get("type") == "pie":
        names, rows, drawing = _pie(drawn)
    else:
        names, rows, drawing = _plotted(drawn)
    return tag(
        "figure",
        tag("figcaption", title),
        tag(
            "svg",
            drawing,
            viewBox=f"0 0 {WIDTH} {HEIGHT}",
            role="img",
            aria_label=f"{title}. The numbers stand in the table below.",
        ),
        tag("ul", [_legend(place, name) for place, name in enumerate(names)], class_="legend"),
        tag("details", tag("summary", "Show as table"), table({"rows": rows}, reader)),
        class_="chart",
    )


def _legend(place: int, name: str) -> Markup:
    square = tag("rect", width="10", height="10", rx="2")
    mark = tag("svg", square, class_=f"swatch series-{place}", viewBox="0 0 10 10")
    return tag("li", mark, name)


def _plotted(drawn: Json) -> tuple[list[str], list[list[Json]], Markup]:
    axes = drawn.get("axis_config", {})
    categories = tuple(str(one) for one in axes.get("categories", ()))
    series = [_series(one, categories) for one in drawn.get("series", ())]
    plane = Plane(categories=categories, ticks=nice_ticks(_numbers(series)))
    shapes = _DRAWINGS[str(drawn.get("type"))]
    drawing = tag(
        "g",
        _grid(plane),
        [shapes(plane, one, place, len(series)) for place, one in enumerate(series)],
    )
    head = [str(axes.get("x_label", "")), *(one.name for one in series)]
    body = [
        [_raw(category), *(_raw_number(one.values[place]) for one in series)]
        for place, category in enumerate(categories)
    ]
    return head[1:], [[_raw(name) for name in head], *body], drawing


def _series(one: Json, categories: tuple[str, ...]) -> ChartSeries:
    points = {str(point["label"]): float(point["value"]) for point in one.get("data", ())}
    values = tuple(points.get(category) for category in categories)
    return ChartSeries(name=str(one.get("name", "")), values=values)


def _numbers(series: list[ChartSeries]) -> list[float]:
    return [value for one in series for value in one.values if value is not None]


def nice_ticks(numbers: list[float]) -> tuple[float, ...]:
    """Round marks for the value axis, from zero or below to the greatest number or above.

    >>> nice_ticks([3, 17, 42])
    (0.0, 20.0, 40.0, 60.0)
    """
    low, high = min([0.0, *numbers]), max([0.0, *numbers])
    rough = (high - low or 1) / _TICKS
    scale = 10 ** floor(log10(rough))
    size = next(scale * factor for factor in (1, 2, 5, 10) if scale * factor >= rough)
    first, last = floor(low / size), ceil((high or 1) / size)
    return tuple(round(float(place * size), 6) for place in range(first, max(last, first + 1) + 1))


def _grid(plane: Plane) -> Markup:
    lines = [
        [
            tag("line", x1=LEFT, x2=WIDTH - RIGHT, y1=plane.y(tick), y2=plane.y(tick)),
            tag("text", f"{tick:g}", x=LEFT - 8, y=plane.y(tick) + 4, text_anchor="end"),
        ]
        for tick in plane.ticks
    ]
    every = ceil(len(plane.categories) / _MOST_LABELS)
    names = [
        tag("text", _short(name), x=plane.x(place), y=HEIGHT - 10, text_anchor="middle")
        for place, name in enumerate(plane.categories)
        if place % max(every, 1) == 0
    ]
    return tag("g", lines, names, class_="grid")


def _short(name: str, most: int = 12) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"


def _points(plane: Plane, one: ChartSeries) -> list[tuple[float, float]]:
    return [
        (plane.x(place), plane.y(value))
        for place, value in enumerate(one.values)
        if value is not None
    ]


def _line(plane: Plane, one: ChartSeries, place: int, _count: int) -> Markup:
    points = _points(plane, one)
    path = tag("polyline", points=_path(points), class_="line")
    dots = [tag("circle", cx=x, cy=y, r="3.5") for x, y in points]
    return tag("g", path, dots, class_=f"series-{place}")


def _area(plane: Plane, one: ChartSeries, place: int, count: int) -> Markup:
    points = _points(plane, one)
    if not points:
        return Markup()
    floor_y = plane.y(max(0.0, plane.ticks[0]))
    corners = [(points[0][0], floor_y), *points, (points[-1][0], floor_y)]
    filled = tag("polygon", points=_path(corners), class_="area")
    return tag("g", filled, _line(plane, one, place, count), class_=f"series-{place}")


def _bars(plane: Plane, one: ChartSeries, place: int, count: int) -> Markup:
    width = min(plane.step * 0.7 / count, 48)
    floor_y = plane.y(max(0.0, plane.ticks[0]))
    bars = []
    for category, value in enumerate(one.values):
        if value is None:
            continue
        x = plane.x(category) + (place - count / 2) * width
        y = plane.y(value)
        size = {"width": round(width - 2, 1), "height": round(abs(floor_y - y), 1)}
        bars.append(tag("rect", x=round(x + 1, 1), y=min(y, floor_y), rx="3", **size))
    return tag("g", bars, class_=f"series-{place}")


def _path(points: list[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)


_DRAWINGS: Mapping[str, Callable[[Plane, ChartSeries, int, int], Markup]] = {
    "line": _line,
    "area": _area,
    "bar": _bars,
}


def _pie(drawn: Json) -> tuple[list[str], list[list[Json]], Markup]:
    segments = [(str(one["label"]), float(one["value"])) for one in drawn.get("segments", ())]
    whole = sum(value for _, value in segments) or 1.0
    slices = []
    begin = 0.0
    for place, (_, value) in enumerate(segments):
        end = begin + value / whole
        slices.append(tag("path", d=_slice(begin, end), class_=f"series-{place} slice"))
        begin = end
    names = [f"{label} ({value / whole:.0%})" for label, value in segments]
    rows = [[_raw(label), _raw_number(value)] for label, value in segments]
    return names, [[_raw("Part"), _raw("Value")], *rows], tag("g", slices)


def _slice(begin: float, end: float) -> str:
    """The outline of one slice; a slice that is the whole pie stops just short of itself."""
    middle_x, middle_y, radius = WIDTH / 2, HEIGHT / 2, HEIGHT / 2 - 10
    end = min(end, begin + 0.9999)

    def on_rim(share: float) -> str:
        angle = 2 * pi * share - pi / 2
        return f"{middle_x + radius * cos(angle):.2f} {middle_y + radius * sin(angle):.2f}"

    large = 1 if end - begin > 1 / 2 else 0
    rim = f"A{radius} {radius} 0 {large} 1 {on_rim(end)}"
    return f"M{middle_x} {middle_y}L{on_rim(begin)}{rim}Z"


def _raw(text: str) -> Json:
    return {"type": "raw_text", "text": text}


def _raw_number(value: float | None) -> Json:
    return (
        _raw("") if value is None else {"type": "raw_number", "value": value, "text": f"{value:g}"}
    )
