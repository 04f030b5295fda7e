"""The two fields in which people say when: a list of spans, and room for a time of their own."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import InputBlock

from chatops.adapters.slack.forms.fields import Entered, FieldOption, menu_field, text_field
from chatops.adapters.slack.forms.form_layout import WrongFields
from chatops.commands.words import take_clock
from chatops.domain.errors import BadMoment, UserError
from chatops.domain.time import durations
from chatops.domain.time.parse import moment

WHEN, OWN_TIME = "when", "own_time"


class NoTimeOfDay(UserError):
    """What was to be a time of day is none."""

    def __init__(self, typed: str) -> None:
        super().__init__(f"“{typed[:40]}” is no time of day. Write it as 14:30.")


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
            example="15:30 or 45 min",
            limit=40,
            optional=True,
        ),
    )


def when(entered: Entered, *, now: datetime, zone: Callable[[], str]) -> datetime:
    """The moment meant; what was typed counts more than what is chosen.

    Raises:
        WrongFields
    """
    own = entered.text(OWN_TIME)
    text = own or entered.choice(WHEN)
    if not text:
        raise WrongFields({WHEN: "Say when: readers wait for a time."})
    try:
        return moment(text, now=now, zone=zone() if own else "UTC")
    except BadMoment as error:
        raise WrongFields({OWN_TIME if own else WHEN: str(error).replace("`", "")}) from error


def earlier(text: str, *, now: datetime, zone: str) -> datetime:
    """The last time that it was ``14:30`` in ``zone``.

    >>> from datetime import UTC
    >>> earlier("14:30", now=datetime(2026, 3, 9, 14, 0, tzinfo=UTC), zone="UTC").day
    8

    Raises:
        NoTimeOfDay
    """
    clock, rest = take_clock(text.strip())
    if not clock or rest:
        raise NoTimeOfDay(text)
    coming = moment(clock, now=now, zone=zone)
    day_before = coming.astimezone(ZoneInfo(zone)) - timedelta(days=1)
    return day_before.astimezone(now.tzinfo)
