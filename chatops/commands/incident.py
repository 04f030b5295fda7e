"""The table of `/incident`: what each order is called, what it takes, and what it is for."""

from chatops.commands.form_state import FormName
from chatops.commands.table import Command, Kind, Order, Part, Table
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


def _part(kind: Kind, shown: str) -> Part:
    return Part(kind=kind, shown=shown)


_TEXT = _part(Kind.TEXT, "[text]")
_REASON = _part(Kind.REASON, "[reason]")
_WHAT = _part(Kind.WHAT, "[what]")
_NUMBER = _part(Kind.NUMBER, "<number>")

COMMANDS: tuple[Command, ...] = (
    Command(
        order=Order.DECLARE,
        words=("declare",),
        parts=(_part(Kind.KNOWN_SEVERITY, "[severity]"), _part(Kind.TEXT, "[title]")),
        help="Declare an incident; with a severity and a title at once",
        form=FormName.DECLARE,
        enough=("severity", "text"),
        deed=Deed.DECLARE,
    ),
    Command(
        order=Order.UPDATE,
        words=("update",),
        parts=(_TEXT,),
        help="Give word, and promise the next one",
        form=FormName.UPDATE,
        deed=Deed.UPDATE,
    ),
    Command(
        order=Order.SEVERITY,
        words=("severity",),
        parts=(_part(Kind.SEVERITY, "[severity]"), _REASON),
        help="Raise or lower the severity",
        form=FormName.SEVERITY,
        enough=("severity",),
        deed=Deed.SEVERITY,
    ),
    Command(order=Order.STATUS, words=("status",), help="Show where the incident stands"),
    Command(
        order=Order.ROLE,
        words=("role",),
        parts=(_part(Kind.ROLE, "[role]"), _part(Kind.HOLDER, "[@person]")),
        help="Take a role, give it to somebody, or leave it vacant with “nobody”",
        form=FormName.ROLES,
        enough=("role",),
    ),
    Command(order=Order.JOIN, words=("join",), help="Come into the incident's channel"),
    Command(
        order=Order.PAGE,
        words=("page",),
        parts=(_part(Kind.PEOPLE, "[@person | @group | audience]"), _part(Kind.REASON, "[why]")),
        help="Page people now",
        form=FormName.PAGE,
        enough=("people",),
        deed=Deed.PAGE,
    ),
    Command(order=Order.TIMELINE, words=("timeline",), help="Show what happened"),
    Command(order=Order.TIMELINE, words=("timeline", "show"), help="The same"),
    Command(
        order=Order.NOTE,
        words=("timeline", "add"),
        parts=(_part(Kind.CLOCK, "[14:30]"), _TEXT),
        help="Put something on the timeline",
        form=FormName.NOTE,
        enough=("text",),
    ),
    Command(
        order=Order.CORRECT,
        words=("timeline", "edit"),
        parts=(_NUMBER, _TEXT),
        help="Correct an entry of yours",
        form=FormName.CORRECT,
        enough=("text",),
    ),
    Command(order=Order.TASKS, words=("task",), help="Show what there is to do"),
    Command(
        order=Order.TASK_SHOW,
        words=("task", "show"),
        parts=(_part(Kind.NUMBER, "[number]"),),
        help="Show one task, and what can be done with it",
    ),
    Command(
        order=Order.TASK,
        words=("task", "add"),
        parts=(_part(Kind.OWNER, "[@owner]"), _TEXT),
        help="Write a task down",
        form=FormName.TASK,
        enough=("text",),
    ),
    Command(
        order=Order.TASK_DONE,
        words=("task", "done"),
        parts=(_NUMBER, _part(Kind.TEXT, "[what came of it]")),
        help="Tick a task off",
    ),
    Command(
        order=Order.TASK_EDIT,
        words=("task", "edit"),
        parts=(_NUMBER, _TEXT),
        help="Change a task: its words, owner, date, success criterion",
        form=FormName.TASK_EDIT,
        enough=("text",),
    ),
    Command(
        order=Order.TASK_DROP,
        words=("task", "drop"),
        parts=(_NUMBER, _REASON),
        help="Give a task up, and say why",
        form=FormName.TASK_DROP,
        enough=("reason",),
    ),
    Command(
        order=Order.TASK_EXPORT,
        words=("task", "export"),
        parts=(_NUMBER, _part(Kind.TEXT, "[sure]")),
        help="Bring a task into the tracker",
    ),
    Command(
        order=Order.TASK_ASSIGN,
        words=("task", "assign"),
        parts=(_NUMBER, _part(Kind.OWNER, "<@person>")),
        help="Give a task to somebody",
    ),
    Command(
        order=Order.DECIDE,
        words=("decide",),
        parts=(_part(Kind.DECISION, "[decision because reason]"),),
        help="Put a decision and its reason on record",
        form=FormName.DECIDE,
        enough=("text", "reason"),
        deed=Deed.DECIDE,
    ),
    Command(
        order=Order.RESOLVE,
        words=("resolve",),
        parts=(_part(Kind.TEXT, "[what fixed it]"),),
        help="Say that it is over",
        form=FormName.RESOLVE,
        deed=Deed.RESOLVE,
    ),
    Command(
        order=Order.REOPEN,
        words=("reopen",),
        parts=(_REASON,),
        help="Take it up again",
        form=FormName.REOPEN,
        enough=("reason",),
        deed=Deed.REOPEN,
    ),
    Command(
        order=Order.CLOSE,
        words=("close",),
        parts=(_REASON,),
        help="Put it on file, or see what is still owed",
        form=FormName.CLOSE,
        enough=("reason",),
        deed=Deed.CLOSE,
    ),
    Command(
        order=Order.SNOOZE,
        words=("snooze",),
        parts=(_WHAT, _part(Kind.UNTIL, "[20 min | 15:30]"), _REASON),
        help="Put off the next update, or what else is owed",
        form=FormName.SNOOZE,
        enough=("time", "reason"),
        deed=Deed.SNOOZE,
    ),
    Command(
        order=Order.WAIVE,
        words=("waive",),
        parts=(_WHAT, _REASON),
        help="Give up the next update, or what else is owed",
        form=FormName.WAIVE,
        enough=("reason",),
        deed=Deed.WAIVE,
    ),
    Command(
        order=Order.HAND_OVER,
        words=("handover",),
        parts=(_WHAT, _part(Kind.OWNER, "[@person]"), _REASON),
        help="Give what you owe to somebody else",
        form=FormName.HAND_OVER,
        enough=("people",),
        deed=Deed.HAND_OVER,
    ),
    Command(
        order=Order.SETTLE,
        words=("settle",),
        parts=(_WHAT,),
        help="Say that it is gone, that all is quiet, that you are still on it",
    ),
    Command(
        order=Order.STILL_THERE,
        words=("still-there",),
        parts=(_part(Kind.TEXT, "[what they see]"),),
        help="Say that whoever reported it still sees it",
        form=FormName.NOT_GONE,
        enough=("text",),
    ),
    Command(order=Order.LIST, words=("list",), help="Show the open incidents"),
    Command(order=Order.DUE, words=("due",), help="Show what is owed, and by whom"),
    Command(order=Order.DUE_MINE, words=("due", "mine"), help="Show what you owe anywhere"),
    Command(order=Order.DUE_ALL, words=("due", "all"), help="Show what is owed anywhere"),
    Command(
        order=Order.DIGEST,
        words=("digest",),
        parts=(_part(Kind.DIGEST, "[daily | weekly]"),),
        help="Show a digest as it would be posted now",
    ),
    Command(
        order=Order.STATS,
        words=("stats",),
        parts=(_part(Kind.PERIOD, "[2026-03 | last 90 days] [by severity | service] [csv]"),),
        help="Show the numbers: times, promises, hotfixes",
    ),
    *POST_MORTEM_COMMANDS,
    *DRILL_COMMANDS,
    Command(
        order=Order.HELP,
        words=("help",),
        parts=(_part(Kind.TEXT, "[command]"),),
        help="Show this, or all about one command",
    ),
)


INCIDENT = Table(
    rows=COMMANDS,
    name_in=lambda team: team.incident_command,
    empty=Order.HELP,
    otherwise=Order.DECLARE,
    intro="*Something is broken?* `{name} checkout is down` opens the form.",
    chapters=(
        ("While it runs", ("declare", "update", "status", "severity", "role", "join", "page")),
        ("For the record", ("timeline", "decide", "task")),
        ("Its end, and what follows", ("resolve", "reopen", "postmortem", "review", "close")),
        ("What is owed", ("due", "snooze", "waive", "handover", "settle", "still-there")),
        ("All incidents", ("list", "stats", "digest", "drill", "help")),
    ),
    outro=(
        "`{name} help task` says all about one of them. All of them work in the"
        " incident's channel, and anywhere with its reference:"
        " `{name} status INC-2026-014`."
    ),
)


def command_of(order: Order) -> Command:
    """The first row of an order."""
    return INCIDENT.row(order)
