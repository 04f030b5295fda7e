"""The rows of `/incident postmortem` and `/incident review`: their words, and what they are for."""

from chatops.adapters.slack.command_table import Command, Kind, Order, Part
from chatops.adapters.slack.slips import FormName
from chatops.domain.team import Deed

POST_MORTEM_COMMANDS: tuple[Command, ...] = (
    Command(
        order=Order.POST_MORTEM,
        words=("postmortem",),
        help="Write the post-mortem: answer what it asks",
        form=FormName.POST_MORTEM,
        deed=Deed.POST_MORTEM,
    ),
    Command(
        order=Order.POST_MORTEM_SHOW,
        words=("postmortem", "show"),
        help="Share it as it is now, as a file",
    ),
    Command(
        order=Order.POST_MORTEM_EDIT,
        words=("postmortem", "edit"),
        help="Edit it: here in the form, in a terminal or on the page as Markdown",
        form=FormName.POST_MORTEM,
        deed=Deed.POST_MORTEM,
    ),
    Command(
        order=Order.POST_MORTEM_ANSWER,
        words=("postmortem", "answer"),
        parts=(
            Part(kind=Kind.QUESTION, shown="<question>"),
            Part(kind=Kind.TEXT, shown="<answer>"),
        ),
        help="Answer one of its questions, such as root_cause",
        deed=Deed.POST_MORTEM,
    ),
    Command(
        order=Order.POST_MORTEM_BEGAN,
        words=("postmortem", "began"),
        parts=(Part(kind=Kind.DAY, shown="<13:40 | yesterday 22:10>"),),
        help="Say when the trouble itself began",
        deed=Deed.POST_MORTEM,
    ),
    Command(
        order=Order.POST_MORTEM_DONE,
        words=("postmortem", "done"),
        parts=(Part(kind=Kind.REASON, shown="[why questions stay open]"),),
        help="Say that it is done, and tell what was learned",
        deed=Deed.POST_MORTEM,
    ),
    Command(
        order=Order.POST_MORTEM_SKIP,
        words=("postmortem", "skip"),
        parts=(Part(kind=Kind.REASON, shown="[reason]"),),
        help="Say why there will be none",
        form=FormName.POST_MORTEM_SKIP,
        enough=("reason",),
        deed=Deed.POST_MORTEM,
    ),
    Command(
        order=Order.POST_MORTEM_EXPORT,
        words=("postmortem", "export"),
        parts=(Part(kind=Kind.EXPORT, shown="<file | canvas | docs>"),),
        help="Take it out: as a file, a canvas, or into the docs repository",
    ),
    Command(
        order=Order.REVIEW,
        words=("review",),
        parts=(Part(kind=Kind.DAY, shown="[tomorrow 10:00]"),),
        help="Plan or move the review; it comes as a calendar file",
        form=FormName.REVIEW,
        enough=("time",),
        deed=Deed.POST_MORTEM,
    ),
    Command(
        order=Order.REVIEW_HELD,
        words=("review", "held"),
        help="Say that the review was held",
        deed=Deed.POST_MORTEM,
    ),
)
