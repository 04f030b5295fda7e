"""Makes checks of the table of what Slack takes, ``block_kit.yml``, whose head explains it."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from chatops.playground.slack.blocks.checks import (
    BlockPath,
    ContentCheck,
    anything,
    by_type,
    choice,
    either,
    flag,
    listing,
    matching,
    not_both,
    number,
    record,
    rows,
    text,
)


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


_NAMED: Mapping[str, ContentCheck] = {
    "any": anything,
    "flag": flag,
    "number": number(float("-inf"), float("inf")),
    "user_id": matching(r"[UW][A-Z0-9]{8,}", "must be a valid user id"),
    "conversation_id": matching(r"[CDG][A-Z0-9]{8,}", "must be a valid conversation id"),
    "day": matching(r"\d{4}-\d{2}-\d{2}", "must be a date in the format YYYY-MM-DD"),
    "hour": matching(r"([01]\d|2[0-3]):[0-5]\d", "must be a time in the format HH:mm"),
    "numeric": matching(r"-?\d+(\.\d+)?", "must be a number written as a string"),
    "key": matching(r"[a-z][a-z0-9_]*", "must be a key"),
}
_BLOCKS = ("everywhere", "in_messages", "newer_in_messages", "newer_in_modals")
_TYPED = ("parts", "elements", *_BLOCKS)
_OPTIONAL_ID = {"elements": "action_id", **dict.fromkeys(_BLOCKS, "block_id")}


@cache
def _table() -> Mapping[str, Any]:
    source = files("chatops.playground.slack.blocks").joinpath("block_kit.yml")
    table: Mapping[str, Any] = yaml.safe_load(source.read_text(encoding="utf-8"))
    return table


def names(section: str) -> frozenset[str]:
    """Name what a section of the table describes."""
    return frozenset(_table()[section])


@cache
def blocks_of(section: str) -> Mapping[str, ContentCheck]:
    """Take a section of typed things as a whole: the check of each, by type."""
    return {name: _typed(section, name) for name in _table()[section]}


@cache
def check_of(expression: str) -> ContentCheck:
    """Make the check of what may stand in a field.

    Raises:
        KeyError: The table has no such name.
    """
    head, _, rest = expression.partition(" ")
    if head == "list":
        size, _, item = rest.partition(" of ")
        least, most = _bounds(size, least=1)
        return listing(check_of(item), least=int(least), most=int(most))
    if " or " in expression:
        return by_type(dict(_kinds(expression)))
    if head == "one":
        return choice(*rest.split()[1:])
    if head in {"text", "number"} and rest:
        least, most = _bounds(rest, least=1)
        return number(least, most) if head == "number" else text(int(most), shortest=int(least))
    return _NAMED[expression] if expression in _NAMED else _named(expression)


def _named(name: str) -> ContentCheck:
    table = _table()
    if name in table["values"]:
        return check_of(table["values"][name])
    if name in table["objects"]:
        return _record(table["objects"][name])
    return by_type(dict(_kinds(name)))


def _kinds(expression: str) -> Iterator[tuple[str, ContentCheck]]:
    """List the types that an expression allows, each with the check of what has that type."""
    for name in expression.split(" or "):
        head, _, size = name.partition(" ")
        if name in _table()["values"]:
            yield from _kinds(_table()["values"][name])
        elif name in _BLOCKS:
            yield from blocks_of(name).items()
        elif size:
            yield from _texts(size, mrkdwn=head == "words")
        else:
            section = next(one for one in _TYPED if name in _table()[one])
            yield name, _typed(section, name)


def _texts(size: str, *, mrkdwn: bool) -> Iterator[tuple[str, ContentCheck]]:
    needed = {"type": anything, "text": check_of(f"text {size}")}
    yield "plain_text", record(needed, {"emoji": flag})
    if mrkdwn:
        yield "mrkdwn", record(needed, {"verbatim": flag})


@cache
def _typed(section: str, name: str) -> ContentCheck:
    fields = {"type!": "any"} | _table()[section][name]
    if section in _OPTIONAL_ID:
        fields = {_OPTIONAL_ID[section]: "id"} | fields
    return _record(fields, *([one_focus] if section == "elements" else []))


def _record(fields: Mapping[str, Any], *also: ContentCheck) -> ContentCheck:
    checks = {name: check_of(one) for name, one in fields.items() if name != "rules"}
    return record(
        {name.removesuffix("!"): check for name, check in checks.items() if name.endswith("!")},
        {name: check for name, check in checks.items() if not name.endswith("!")},
        also=[*also, *map(_rule, fields.get("rules", ()))],
    )


def _rule(line: str) -> ContentCheck:
    name, *fields = line.split()
    if name == "either":
        return either(*fields)
    return not_both(*fields) if name == "not_both" else RULES[name]


def _bounds(size: str, *, least: float) -> tuple[float, float]:
    low, dots, high = size.rpartition("..")
    return (float(low) if dots else least), float(high)
