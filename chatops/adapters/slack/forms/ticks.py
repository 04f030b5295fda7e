"""Lists to tick off, of any length: groups of ten, and room for what is too long for a line."""

from collections.abc import Iterator, Sequence

from slack_sdk.models.blocks import Block

from chatops.adapters.slack.forms.fields import (
    OPTION_TEXT,
    TICKS,
    Entered,
    FieldOption,
    ticks_field,
)
from chatops.adapters.slack.rendering.blocks import sections
from chatops.adapters.slack.rendering.mrkdwn import clamp, escape, plain

#: A view has room for so many groups beside the rest, and for so much that is written in full.
_GROUPS, _FULL, _LINE = 20, 2900, 300


def tick_fields(
    name: str,
    label: str,
    items: Sequence[str],
    *,
    ticked: frozenset[int] = frozenset(),
    hint: str = "",
    first: int = 0,
) -> list[Block]:
    """Checkboxes for all items; they count from ``first``, and so do the indexes of the ticked."""
    choices = [_choice(first + index, item) for index, item in enumerate(items)]
    groups = [choices[start : start + TICKS] for start in range(0, len(choices), TICKS)]
    chosen = {f"{index}" for index in ticked}
    blocks: list[Block] = sections(_in_full(items))
    for number, group in enumerate(groups[:_GROUPS]):
        blocks.append(
            ticks_field(
                f"{name}#{first + number * TICKS}",
                label if number == 0 else f"{label} (more)",
                group,
                ticked=chosen,
                hint=hint if number == 0 else "",
            )
        )
    return blocks


def ticked_in(entered: Entered, name: str) -> frozenset[int]:
    """The indexes of the items that are ticked."""
    names = entered.named(f"{name}#")
    return frozenset(int(index) for field in names for index in entered.choices(field))


def _choice(index: int, item: str) -> FieldOption:
    """An item, on the two lines that a checkbox has.

    >>> _choice(0, "Tests pass").label
    'Tests pass'
    """
    head, tail = _split(item)
    return FieldOption(value=f"{index}", label=head or "…", description=tail)


def _split(item: str) -> tuple[str, str]:
    line = plain(item, 2 * OPTION_TEXT)
    if len(line) <= OPTION_TEXT:
        return line, ""
    at = line.rfind(" ", OPTION_TEXT // 2, OPTION_TEXT + 1)
    at = at if at > 0 else OPTION_TEXT
    return line[:at], line[at:].strip()


def _in_full(items: Sequence[str]) -> str:
    """Items that two lines cannot hold, one below the other."""
    return clamp("\n".join(_long(items)), _FULL)


def _long(items: Sequence[str]) -> Iterator[str]:
    for item in items:
        line = plain(item, _LINE)
        if len(line) > 2 * OPTION_TEXT or len(_split(line)[1]) > OPTION_TEXT:
            yield f"• {escape(line)}"
