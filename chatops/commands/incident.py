"""The table of `/incident`: what each order is called, what it takes, and what it is for."""

from chatops.commands.form_state import FormName
from chatops.commands.table import Argument, ArgumentKind, CommandName, CommandRow, CommandTable
from chatops.domain.team import Permission

DRILL_COMMANDS: tuple[CommandRow, ...] = (
    CommandRow(
        order=CommandName.DRILL,
        words=("drill",),
        parts=(
            Argument(kind=ArgumentKind.SCENARIO, shown="[scenario]"),
            Argument(kind=ArgumentKind.PACE, shown="[2x]"),
            Argument(kind=ArgumentKind.BEGIN, shown="[15:30]"),
        ),
        help="Play a tabletop drill; with a scenario at once",
        form=FormName.DRILL,
        enough=("text",),
        deed=Permission.DRILL,
    ),
    CommandRow(
        order=CommandName.DRILL_LIST,
        words=("drill", "list"),
        help="Show what can be played, and what is",
    ),
    CommandRow(
        order=CommandName.DRILL_PAUSE,
        words=("drill", "pause"),
        help="Let the drill stand still",
        deed=Permission.DRILL,
    ),
    CommandRow(
        order=CommandName.DRILL_CONTINUE,
        words=("drill", "continue"),
        help="Let it go on",
        deed=Permission.DRILL,
    ),
    CommandRow(
        order=CommandName.DRILL_STOP,
        words=("drill", "stop"),
        help="End the drill, and clean up after it",
        deed=Permission.DRILL,
    ),
    CommandRow(
        order=CommandName.DRILL_DEBRIEF,
        words=("drill", "debrief"),
        help="Show what came of a drill",
    ),
)


POST_MORTEM_COMMANDS: tuple[CommandRow, ...] = (
    CommandRow(
        order=CommandName.POST_MORTEM,
        words=("postmortem",),
        help="Write the post-mortem: answer what it asks",
        form=FormName.POST_MORTEM,
        deed=Permission.POST_MORTEM,
    ),
    CommandRow(
        order=CommandName.POST_MORTEM_SHOW,
        words=("postmortem", "show"),
        help="Share it as it is now, as a file",
    ),
    CommandRow(
        order=CommandName.POST_MORTEM_EDIT,
        words=("postmortem", "edit"),
        help="Edit it: here in the form, in a terminal or on the page as Markdown",
        form=FormName.POST_MORTEM,
        deed=Permission.POST_MORTEM,
    ),
    CommandRow(
        order=CommandName.POST_MORTEM_ANSWER,
        words=("postmortem", "answer"),
        parts=(
            Argument(kind=ArgumentKind.QUESTION, shown="<question>"),
            Argument(kind=ArgumentKind.TEXT, shown="<answer>"),
        ),
        help="Answer one of its questions, such as root_cause",
        deed=Permission.POST_MORTEM,
    ),
    CommandRow(
        order=CommandName.POST_MORTEM_BEGAN,
        words=("postmortem", "began"),
        parts=(Argument(kind=ArgumentKind.DAY, shown="<13:40 | yesterday 22:10>"),),
        help="Say when the trouble itself began",
        deed=Permission.POST_MORTEM,
    ),
    CommandRow(
        order=CommandName.POST_MORTEM_DONE,
        words=("postmortem", "done"),
        parts=(Argument(kind=ArgumentKind.REASON, shown="[why questions stay open]"),),
        help="Say that it is done, and tell what was learned",
        deed=Permission.POST_MORTEM,
    ),
    CommandRow(
        order=CommandName.POST_MORTEM_SKIP,
        words=("postmortem", "skip"),
        parts=(Argument(kind=ArgumentKind.REASON, shown="[reason]"),),
        help="Say why there will be none",
        form=FormName.POST_MORTEM_SKIP,
        enough=("reason",),
        deed=Permission.POST_MORTEM,
    ),
    CommandRow(
        order=CommandName.POST_MORTEM_EXPORT,
        words=("postmortem", "export"),
        parts=(Argument(kind=ArgumentKind.EXPORT, shown="<file | canvas | docs>"),),
        help="Take it out: as a file, a canvas, or into the docs repository",
    ),
    CommandRow(
        order=CommandName.REVIEW,
        words=("review",),
        parts=(Argument(kind=ArgumentKind.DAY, shown="[tomorrow 10:00]"),),
        help="Plan or move the review; it comes as a calendar file",
        form=FormName.REVIEW,
        enough=("time",),
        deed=Permission.POST_MORTEM,
    ),
    CommandRow(
        order=CommandName.REVIEW_HELD,
        words=("review", "held"),
        help="Say that the review was held",
        deed=Permission.POST_MORTEM,
    ),
)


def _part(kind: ArgumentKind, shown: str) -> Argument:
    return Argument(kind=kind, shown=shown)


_TEXT = _part(ArgumentKind.TEXT, "[text]")
_REASON = _part(ArgumentKind.REASON, "[reason]")
_WHAT = _part(ArgumentKind.WHAT, "[what]")
_NUMBER = _part(ArgumentKind.NUMBER, "<number>")

COMMANDS: tuple[CommandRow, ...] = (
    CommandRow(
        order=CommandName.DECLARE,
        words=("declare",),
        parts=(
            _part(ArgumentKind.KNOWN_SEVERITY, "[severity]"),
            _part(ArgumentKind.TEXT, "[title]"),
        ),
        help="Declare an incident; with a severity and a title at once",
        form=FormName.DECLARE,
        enough=("severity", "text"),
        deed=Permission.DECLARE,
    ),
    CommandRow(
        order=CommandName.UPDATE,
        words=("update",),
        parts=(_TEXT,),
        help="Give word, and promise the next one",
        form=FormName.UPDATE,
        deed=Permission.UPDATE,
    ),
    CommandRow(
        order=CommandName.SEVERITY,
        words=("severity",),
        parts=(_part(ArgumentKind.SEVERITY, "[severity]"), _REASON),
        help="Raise or lower the severity",
        form=FormName.SEVERITY,
        enough=("severity",),
        deed=Permission.SEVERITY,
    ),
    CommandRow(order=CommandName.STATUS, words=("status",), help="Show where the incident stands"),
    CommandRow(
        order=CommandName.ROLE,
        words=("role",),
        parts=(_part(ArgumentKind.ROLE, "[role]"), _part(ArgumentKind.HOLDER, "[@person]")),
        help="Take a role, give it to somebody, or leave it vacant with “nobody”",
        form=FormName.ROLES,
        enough=("role",),
    ),
    CommandRow(order=CommandName.JOIN, words=("join",), help="Come into the incident's channel"),
    CommandRow(
        order=CommandName.PAGE,
        words=("page",),
        parts=(
            _part(ArgumentKind.PEOPLE, "[@person | @group | audience]"),
            _part(ArgumentKind.REASON, "[why]"),
        ),
        help="Page people now",
        form=FormName.PAGE,
        enough=("people",),
        deed=Permission.PAGE,
    ),
    CommandRow(order=CommandName.TIMELINE, words=("timeline",), help="Show what happened"),
    CommandRow(order=CommandName.TIMELINE, words=("timeline", "show"), help="The same"),
    CommandRow(
        order=CommandName.NOTE,
        words=("timeline", "add"),
        parts=(_part(ArgumentKind.CLOCK, "[14:30]"), _TEXT),
        help="Put something on the timeline",
        form=FormName.NOTE,
        enough=("text",),
    ),
    CommandRow(
        order=CommandName.CORRECT,
        words=("timeline", "edit"),
        parts=(_NUMBER, _TEXT),
        help="Correct an entry of yours",
        form=FormName.CORRECT,
        enough=("text",),
    ),
    CommandRow(order=CommandName.TASKS, words=("task",), help="Show what there is to do"),
    CommandRow(
        order=CommandName.TASK_SHOW,
        words=("task", "show"),
        parts=(_part(ArgumentKind.NUMBER, "[number]"),),
        help="Show one task, and what can be done with it",
    ),
    CommandRow(
        order=CommandName.TASK,
        words=("task", "add"),
        parts=(_part(ArgumentKind.OWNER, "[@owner]"), _TEXT),
        help="Write a task down",
        form=FormName.TASK,
        enough=("text",),
    ),
    CommandRow(
        order=CommandName.TASK_DONE,
        words=("task", "done"),
        parts=(_NUMBER, _part(ArgumentKind.TEXT, "[what came of it]")),
        help="Tick a task off",
    ),
    CommandRow(
        order=CommandName.TASK_EDIT,
        words=("task", "edit"),
        parts=(_NUMBER, _TEXT),
        help="Change a task: its words, owner, date, success criterion",
        form=FormName.TASK_EDIT,
        enough=("text",),
    ),
    CommandRow(
        order=CommandName.TASK_DROP,
        words=("task", "drop"),
        parts=(_NUMBER, _REASON),
        help="Give a task up, and say why",
        form=FormName.TASK_DROP,
        enough=("reason",),
    ),
    CommandRow(
        order=CommandName.TASK_EXPORT,
        words=("task", "export"),
        parts=(_NUMBER, _part(ArgumentKind.TEXT, "[sure]")),
        help="Bring a task into the tracker",
    ),
    CommandRow(
        order=CommandName.TASK_ASSIGN,
        words=("task", "assign"),
        parts=(_NUMBER, _part(ArgumentKind.OWNER, "<@person>")),
        help="Give a task to somebody",
    ),
    CommandRow(
        order=CommandName.DECIDE,
        words=("decide",),
        parts=(_part(ArgumentKind.DECISION, "[decision because reason]"),),
        help="Put a decision and its reason on record",
        form=FormName.DECIDE,
        enough=("text", "reason"),
        deed=Permission.DECIDE,
    ),
    CommandRow(
        order=CommandName.RESOLVE,
        words=("resolve",),
        parts=(_part(ArgumentKind.TEXT, "[what fixed it]"),),
        help="Say that it is over",
        form=FormName.RESOLVE,
        deed=Permission.RESOLVE,
    ),
    CommandRow(
        order=CommandName.REOPEN,
        words=("reopen",),
        parts=(_REASON,),
        help="Take it up again",
        form=FormName.REOPEN,
        enough=("reason",),
        deed=Permission.REOPEN,
    ),
    CommandRow(
        order=CommandName.CLOSE,
        words=("close",),
        parts=(_REASON,),
        help="Put it on file, or see what is still owed",
        form=FormName.CLOSE,
        enough=("reason",),
        deed=Permission.CLOSE,
    ),
    CommandRow(
        order=CommandName.SNOOZE,
        words=("snooze",),
        parts=(_WHAT, _part(ArgumentKind.UNTIL, "[20 min | 15:30]"), _REASON),
        help="Put off the next update, or what else is owed",
        form=FormName.SNOOZE,
        enough=("time", "reason"),
        deed=Permission.SNOOZE,
    ),
    CommandRow(
        order=CommandName.WAIVE,
        words=("waive",),
        parts=(_WHAT, _REASON),
        help="Give up the next update, or what else is owed",
        form=FormName.WAIVE,
        enough=("reason",),
        deed=Permission.WAIVE,
    ),
    CommandRow(
        order=CommandName.HAND_OVER,
        words=("handover",),
        parts=(_WHAT, _part(ArgumentKind.OWNER, "[@person]"), _REASON),
        help="Give what you owe to somebody else",
        form=FormName.HAND_OVER,
        enough=("people",),
        deed=Permission.HAND_OVER,
    ),
    CommandRow(
        order=CommandName.SETTLE,
        words=("settle",),
        parts=(_WHAT,),
        help="Say that it is gone, that all is quiet, that you are still on it",
    ),
    CommandRow(
        order=CommandName.STILL_THERE,
        words=("still-there",),
        parts=(_part(ArgumentKind.TEXT, "[what they see]"),),
        help="Say that whoever reported it still sees it",
        form=FormName.NOT_GONE,
        enough=("text",),
    ),
    CommandRow(order=CommandName.LIST, words=("list",), help="Show the open incidents"),
    CommandRow(order=CommandName.DUE, words=("due",), help="Show what is owed, and by whom"),
    CommandRow(
        order=CommandName.DUE_MINE, words=("due", "mine"), help="Show what you owe anywhere"
    ),
    CommandRow(order=CommandName.DUE_ALL, words=("due", "all"), help="Show what is owed anywhere"),
    CommandRow(
        order=CommandName.DIGEST,
        words=("digest",),
        parts=(_part(ArgumentKind.DIGEST, "[daily | weekly]"),),
        help="Show a digest as it would be posted now",
    ),
    CommandRow(
        order=CommandName.STATS,
        words=("stats",),
        parts=(
            _part(ArgumentKind.PERIOD, "[2026-03 | last 90 days] [by severity | service] [csv]"),
        ),
        help="Show the numbers: times, promises, hotfixes",
    ),
    *POST_MORTEM_COMMANDS,
    *DRILL_COMMANDS,
    CommandRow(
        order=CommandName.HELP,
        words=("help",),
        parts=(_part(ArgumentKind.TEXT, "[command]"),),
        help="Show this, or all about one command",
    ),
)


INCIDENT = CommandTable(
    rows=COMMANDS,
    name_in=lambda team: team.incident_command,
    empty=CommandName.HELP,
    otherwise=CommandName.DECLARE,
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


def command_of(order: CommandName) -> CommandRow:
    """The first row of an order."""
    return INCIDENT.row(order)
