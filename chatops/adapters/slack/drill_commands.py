"""The rows of `/incident drill`: what each order is called, what it takes, and what it is for."""

from chatops.adapters.slack.command_table import Command, Kind, Order, Part
from chatops.adapters.slack.slips import FormName
from chatops.domain.team import Deed

DRILL_COMMANDS: tuple[Command, ...] = (
    Command(
        order=Order.DRILL,
        words=("drill",),
        parts=(
            Part(kind=Kind.SCENARIO, shown="[scenario]"),
            Part(kind=Kind.PACE, shown="[2x]"),
            Part(kind=Kind.BEGIN, shown="[15:30]"),
        ),
        help="Play a tabletop drill; with a scenario at once",
        form=FormName.DRILL,
        enough=("text",),
        deed=Deed.DRILL,
    ),
    Command(
        order=Order.DRILL_LIST,
        words=("drill", "list"),
        help="Show what can be played, and what is",
    ),
    Command(
        order=Order.DRILL_PAUSE,
        words=("drill", "pause"),
        help="Let the drill stand still",
        deed=Deed.DRILL,
    ),
    Command(
        order=Order.DRILL_CONTINUE,
        words=("drill", "continue"),
        help="Let it go on",
        deed=Deed.DRILL,
    ),
    Command(
        order=Order.DRILL_STOP,
        words=("drill", "stop"),
        help="End the drill, and clean up after it",
        deed=Deed.DRILL,
    ),
    Command(
        order=Order.DRILL_DEBRIEF,
        words=("drill", "debrief"),
        help="Show what came of a drill",
    ),
)
