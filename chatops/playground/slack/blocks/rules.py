"""The rules that tie several fields of an object; ``block_kit.yml`` says whose they are."""

from collections.abc import Mapping
from typing import Any

from chatops.playground.slack.blocks.checks import BlockPath, ContentCheck, rows


def one_focus(value: Any, place: BlockPath) -> None:
    """Only one element of a message or view has the cursor when it opens."""
    if value.get("focus_on_load") is True:
        place.findings.focused += 1
        if place.findings.focused > 1:
            place.complain("only one element can have focus_on_load set to true")


def lengths_are_ordered(value: Any, place: BlockPath) -> None:
    least, most = value.get("min_length", 0), value.get("max_length", 3000)
    if isinstance(least, int) and isinstance(most, int) and least > most:
        place.complain("min_length must not be more than max_length")


def offered(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List the options of a select, in groups or not."""
    options = list(rows(value.get("options")))
    for group in rows(value.get("option_groups")):
        options += rows(group.get("options")) if isinstance(group, dict) else []
    return [one for one in options if isinstance(one, dict)]


def initial_option_is_offered(value: Any, place: BlockPath) -> None:
    """An initial option must be one of the options, letter by letter."""
    chosen = rows(value.get("initial_options"))
    if "initial_option" in value:
        chosen = [value["initial_option"]]
    options = [(_words(one), one.get("value")) for one in offered(value)]
    for one in chosen:
        if not isinstance(one, dict) or (_words(one), one.get("value")) not in options:
            place.complain("initial option must match one of the options exactly")


def values_are_distinct(value: Any, place: BlockPath) -> None:
    values = [str(one.get("value")) for one in offered(value)]
    if len(values) != len(set(values)):
        place.complain("option values must be unique")


def _words(option: Any) -> Any:
    worded = option.get("text") if isinstance(option, dict) else None
    return worded.get("text") if isinstance(worded, dict) else worded


def action_ids_are_unique(value: Any, place: BlockPath) -> None:
    """Refuse an action id that stands twice in one block."""
    seen: set[str] = set()
    for index, one in enumerate(rows(value.get("elements"))):
        action_id = one.get("action_id") if isinstance(one, dict) else None
        if action_id is not None and str(action_id) in seen:
            place.at("elements").at(index).at("action_id").complain(
                f'`action_id` "{action_id}" already exists for another element'
            )
        seen.add(str(action_id))


def rows_are_even(value: Any, place: BlockPath) -> None:
    lengths = {len(row) for row in rows(value.get("rows")) if isinstance(row, list)}
    if len(lengths) > 1:
        place.at("rows").complain("all rows must have the same number of cells")


def points_fit_their_axis(value: Any, place: BlockPath) -> None:
    """Each series of a chart has a name of its own and one point for each category."""
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


def display_order_is_known(value: Any, place: BlockPath) -> None:
    """Refuse an order that names fields which an entity does not have."""
    custom = [one.get("key") for one in rows(value.get("custom_fields")) if isinstance(one, dict)]
    fields = value.get("fields")
    there = [*custom, *(fields if isinstance(fields, dict) else ())]
    for name in rows(value.get("display_order")):
        if name not in there:
            place.at("display_order").complain(f"no field is called {name}")


RULES: Mapping[str, ContentCheck] = {
    rule.__name__: rule
    for rule in (
        lengths_are_ordered,
        initial_option_is_offered,
        values_are_distinct,
        action_ids_are_unique,
        rows_are_even,
        points_fit_their_axis,
        display_order_is_known,
    )
}
