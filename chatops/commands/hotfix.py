"""The table of `/hotfix`: what each order is called, what it takes, and what it is for."""

from chatops.commands.form_state import FormName
from chatops.commands.table import Command, Kind, Order, Part, Table
from chatops.domain.team import Deed

_REASON = Part(kind=Kind.REASON, shown="[reason]")
_BRANCH = Part(kind=Kind.BRANCH, shown="[branch]")

HOTFIX_COMMANDS: tuple[Command, ...] = (
    Command(
        order=Order.HOTFIX_START,
        words=("start",),
        help="Ask the gate, and start a hotfix; without any words the same",
        deed=Deed.HOTFIX,
    ),
    Command(order=Order.HOTFIX_STATUS, words=("status",), help="Show where it stands"),
    Command(
        order=Order.HOTFIX_NEXT,
        words=("next",),
        help="Show exactly what the next step does, and do it",
        form=FormName.HOTFIX_NEXT,
        deed=Deed.HOTFIX,
    ),
    Command(
        order=Order.HOTFIX_READY,
        words=("ready",),
        help="Say that the pushed commits are the fix",
        deed=Deed.HOTFIX,
    ),
    Command(
        order=Order.HOTFIX_REVERT,
        words=("revert",),
        parts=(Part(kind=Kind.COMMIT, shown="[commit | #12]"),),
        help="Fix it by taking a commit or a pull request back",
        form=FormName.HOTFIX_FIX,
        enough=("commit",),
        deed=Deed.HOTFIX,
    ),
    Command(
        order=Order.HOTFIX_PICK,
        words=("pick",),
        parts=(Part(kind=Kind.COMMIT, shown="[commit]"),),
        help="Fix it by bringing a commit that exists",
        form=FormName.HOTFIX_FIX,
        enough=("commit",),
        deed=Deed.HOTFIX,
    ),
    Command(
        order=Order.HOTFIX_FLAG,
        words=("flag",),
        parts=(Part(kind=Kind.FLAG, shown="<name> off"),),
        help="Turn a feature flag off",
        deed=Deed.HOTFIX,
    ),
    Command(
        order=Order.HOTFIX_APPROVE,
        words=("approve",),
        parts=(Part(kind=Kind.SPOKEN, shown="[verbal @person]"),),
        help="Look at the fix and approve it; or put down an approval that you heard",
        form=FormName.HOTFIX_APPROVE,
    ),
    Command(
        order=Order.HOTFIX_CHECK,
        words=("check",),
        help="Tick the checklist of the current step off",
        form=FormName.HOTFIX_CHECKLIST,
        deed=Deed.HOTFIX,
    ),
    Command(
        order=Order.HOTFIX_SKIP,
        words=("skip",),
        parts=(
            Part(kind=Kind.STEP, shown="[step]"),
            Part(kind=Kind.LEAVE, shown="[@who gave leave]"),
            _REASON,
        ),
        help="Leave a step out",
        form=FormName.HOTFIX_SKIP,
        enough=("step", "reason"),
        deed=Deed.LEAVE,
    ),
    Command(
        order=Order.HOTFIX_ROLLBACK,
        words=("rollback",),
        parts=(_REASON,),
        help="Weigh it, and bring production back to the last good version",
        form=FormName.HOTFIX_ROLLBACK,
        deed=Deed.ROLLBACK,
    ),
    Command(
        order=Order.HOTFIX_BACK,
        words=("back",),
        help="Say that production is back, where a rollback waits for somebody to deploy it",
        deed=Deed.ROLLBACK,
    ),
    Command(
        order=Order.HOTFIX_BACKPORT,
        words=("backport",),
        parts=(_BRANCH,),
        help="Bring the fix to the branches that the next releases come from",
        form=FormName.HOTFIX_BACKPORT,
        enough=("branch",),
        deed=Deed.HOTFIX,
    ),
    Command(
        order=Order.HOTFIX_ALIGN,
        words=("align",),
        parts=(_BRANCH,),
        help="Prove again that the fix is there",
    ),
    Command(
        order=Order.HOTFIX_WAIVE,
        words=("waive",),
        parts=(_BRANCH, _REASON),
        help="Decide that a branch shall not get the fix",
        form=FormName.HOTFIX_WAIVE,
        enough=("branch", "reason"),
        deed=Deed.WAIVE,
    ),
    Command(
        order=Order.HOTFIX_ABORT,
        words=("abort",),
        parts=(_REASON,),
        help="Give the hotfix up",
        form=FormName.HOTFIX_ABORT,
        enough=("reason",),
        deed=Deed.HOTFIX,
    ),
    Command(
        order=Order.HOTFIX_LOG,
        words=("log",),
        parts=(Part(kind=Kind.FILES, shown="[file …]"),),
        help="Show what changed in production lately, overall and in files",
        form=FormName.HOTFIX_LOG,
    ),
    Command(
        order=Order.HOTFIX_HELP,
        words=("help",),
        parts=(Part(kind=Kind.TEXT, shown="[command]"),),
        help="Show this, or all about one command",
    ),
)

HOTFIX = Table(
    rows=HOTFIX_COMMANDS,
    name_in=lambda team: team.hotfix_command,
    empty=Order.HOTFIX_START,
    intro="*Production is broken right now?* `{name}` in the incident's channel opens the gate.",
    outro=(
        "Where an incident has several hotfixes, put the number in front: `{name} 2 next`."
        " From elsewhere name the incident: `{name} INC-2026-014 status`."
    ),
)
