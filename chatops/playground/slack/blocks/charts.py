"""The rules for charts: line, bar, area and pie."""

from typing import Any

from chatops.playground.slack.blocks.checks import (
    BlockPath,
    anything,
    by_type,
    listing,
    number,
    record,
    rows,
    text,
)

_LONGEST_LABEL = 20
_MOST_SERIES = 12
_MOST_CATEGORIES = 20
_label = text(_LONGEST_LABEL)
_value = number(float("-inf"), float("inf"))


def _fits_its_axis(value: Any, place: BlockPath) -> None:
    """Each series has a name of its own and one point for each category."""
    axis = value.get("axis_config")
    categories = rows(axis.get("categories")) if isinstance(axis, dict) else []
    series = [one if isinstance(one, dict) else {} for one in rows(value.get("series"))]
    names = [str(one.get("name")) for one in series]
    if len(names) != len(set(names)):
        place.at("series").complain("series names must be unique")
    for index, one in enumerate(series):
        points = [point for point in rows(one.get("data")) if isinstance(point, dict)]
        if sorted(str(point.get("label")) for point in points) != sorted(map(str, categories)):
            place.at("series").at(index).at("data").complain(
                "labels must match the categories of axis_config"
            )


_point = record({"label": _label, "value": _value})
_series = record({"name": _label, "data": listing(_point, most=_MOST_CATEGORIES)})
_axis = record(
    {"categories": listing(_label, most=_MOST_CATEGORIES)},
    {"x_label": text(50), "y_label": text(50)},
)
_on_axes = record(
    {"type": anything, "series": listing(_series, most=_MOST_SERIES), "axis_config": _axis},
    also=[_fits_its_axis],
)
_segment = record({"label": _label, "value": number(1e-9, float("inf"))})

chart = by_type(
    {
        "line": _on_axes,
        "bar": _on_axes,
        "area": _on_axes,
        "pie": record({"type": anything, "segments": listing(_segment, most=_MOST_SERIES)}),
    }
)
