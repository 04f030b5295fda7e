"""The two fields in which people say when: a list of spans, and room for a time of their own."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from slack_sdk.models.blocks import InputBlock

from chatops.adapters.slack.forms.fields import FieldOption, menu_field, text_field
from chatops.adapters.slack.forms.form_layout import HandedIn, WrongFields
from chatops.domain.time import durations
from chatops.domain.time.parse import SOON, Direction, InvalidTime, read_time

WHEN, OWN_TIME = "when", "own_time"
#: The longest time with a day and the name of a zone.
TIME_LIMIT = 50


_SPANS = tuple(timedelta(minutes=minutes) for minutes in (15, 30, 60, 120, 240, 1440))


def when_fields(
    label: str, *, usual: timedelta | None, why: str = "", typed: str = ""
) -> Sequence[InputBlock]:
    """Ask when; ``usual`` is chosen already, ``typed`` is what was typed in the command."""
    spans = sorted({*_SPANS, *((usual,) if usual else ())})
    choices = [
        FieldOption(
            value=durations.spoken(span),
            label=f"in {durations.spoken(span)}{why if span == usual else ''}",
        )
        for span in spans
    ]
    chosen = durations.spoken(usual or _SPANS[1])
    return (
        menu_field(WHEN, label, choices, initial=chosen),
        text_field(
            OWN_TIME,
            "Or at another time",
            initial=typed,
            example="15:30, 3:30 pm, 45 min or tomorrow 10:00",
            limit=TIME_LIMIT,
            optional=True,
        ),
    )


def when(given: HandedIn) -> datetime:
    """The moment meant; what was typed counts more than what is chosen.

    Raises:
        WrongFields
    """
    own = moment_in(given, OWN_TIME, Direction.AHEAD)
    chosen = given.entered.choice(WHEN)
    if own is None and not chosen:
        raise WrongFields({WHEN: "Say when: readers wait for a time."})
    return own or given.now + durations.parse(chosen)


def moment_in(
    given: HandedIn, name: str, direction: Direction, *, farthest: timedelta = SOON
) -> datetime | None:
    """The moment that was typed in a field; none if it is empty.

    Raises:
        WrongFields
    """
    typed = given.entered.text(name)
    if not typed:
        return None
    zone = given.zone()
    try:
        return read_time(typed, now=given.now, zone=zone, direction=direction, farthest=farthest).at
    except InvalidTime as error:
        raise WrongFields({name: str(error).replace("`", "")}) from error
