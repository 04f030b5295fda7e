"""The table of `/hotfix`: what each order is called, what it takes, and what it is for."""

from chatops.commands.form_state import FormName
from chatops.commands.table import Argument, ArgumentKind, CommandName, CommandRow, CommandTable
from chatops.domain.team import Permission

_REASON = Argument(kind=ArgumentKind.REASON, shown="[reason]")
_BRANCH = Argument(kind=ArgumentKind.BRANCH, shown="[branch]")

HOTFIX_COMMANDS: tuple[CommandRow, ...] = (
    CommandRow(
        order=CommandName.HOTFIX_START,
        words=("start",),
        help="Ask the gate, and start a hotfix; without any words the same",
        deed=Permission.HOTFIX,
    ),
    CommandRow(order=CommandName.HOTFIX_STATUS, words=("status",), help="Show where it stands"),
    CommandRow(
        order=CommandName.HOTFIX_NEXT,
        words=("next",),
        help="Show exactly what the next step does, and do it",
        form=FormName.HOTFIX_NEXT,
        deed=Permission.HOTFIX,
    ),
    CommandRow(
        order=CommandName.HOTFIX_READY,
        words=("ready",),
        help="Say that the pushed commits are the fix",
        deed=Permission.HOTFIX,
    ),
    CommandRow(
        order=CommandName.HOTFIX_REVERT,
        words=("revert",),
        parts=(Argument(kind=ArgumentKind.COMMIT, shown="[commit | #12]"),),
        help="Fix it by taking a commit or a pull request back",
        form=FormName.HOTFIX_FIX,
        enough=("commit",),
        deed=Permission.HOTFIX,
    ),
    CommandRow(
        order=CommandName.HOTFIX_PICK,
        words=("pick",),
        parts=(Argument(kind=ArgumentKind.COMMIT, shown="[commit]"),),
        help="Fix it by bringing a commit that exists",
        form=FormName.HOTFIX_FIX,
        enough=("commit",),
        deed=Permission.HOTFIX,
    ),
    CommandRow(
        order=CommandName.HOTFIX_FLAG,
        words=("flag",),
        parts=(Argument(kind=ArgumentKind.FLAG, shown="<name> off"),),
        help="Turn a feature flag off",
        deed=Permission.HOTFIX,
    ),
    CommandRow(
        order=CommandName.HOTFIX_APPROVE,
        words=("approve",),
        parts=(Argument(kind=ArgumentKind.SPOKEN, shown="[verbal @person]"),),
        help="Look at the fix and approve it; or put down an approval that you heard",
        form=FormName.HOTFIX_APPROVE,
    ),
    CommandRow(
        order=CommandName.HOTFIX_CHECK,
        words=("check",),
        help="Tick the checklist of the current step off",
        form=FormName.HOTFIX_CHECKLIST,
        deed=Permission.HOTFIX,
    ),
    CommandRow(
        order=CommandName.HOTFIX_SKIP,
        words=("skip",),
        parts=(
            Argument(kind=ArgumentKind.STEP, shown="[step]"),
            Argument(kind=ArgumentKind.LEAVE, shown="[@who gave leave]"),
            _REASON,
        ),
        help="Leave a step out",
        form=FormName.HOTFIX_SKIP,
        enough=("step", "reason"),
        deed=Permission.LEAVE,
    ),
    CommandRow(
        order=CommandName.HOTFIX_ROLLBACK,
        words=("rollback",),
        parts=(_REASON,),
        help="Weigh it, and bring production back to the last good version",
        form=FormName.HOTFIX_ROLLBACK,
        deed=Permission.ROLLBACK,
    ),
    CommandRow(
        order=CommandName.HOTFIX_BACK,
        words=("back",),
        help="Say that production is back, where a rollback waits for somebody to deploy it",
        deed=Permission.ROLLBACK,
    ),
    CommandRow(
        order=CommandName.HOTFIX_BACKPORT,
        words=("backport",),
        parts=(_BRANCH,),
        help="Bring the fix to the branches that the next releases come from",
        form=FormName.HOTFIX_BACKPORT,
        enough=("branch",),
        deed=Permission.HOTFIX,
    ),
    CommandRow(
        order=CommandName.HOTFIX_ALIGN,
        words=("align",),
        parts=(_BRANCH,),
        help="Prove again that the fix is there",
    ),
    CommandRow(
        order=CommandName.HOTFIX_WAIVE,
        words=("waive",),
        parts=(_BRANCH, _REASON),
        help="Decide that a branch shall not get the fix",
        form=FormName.HOTFIX_WAIVE,
        enough=("branch", "reason"),
        deed=Permission.WAIVE,
    ),
    CommandRow(
        order=CommandName.HOTFIX_ABORT,
        words=("abort",),
        parts=(_REASON,),
        help="Give the hotfix up",
        form=FormName.HOTFIX_ABORT,
        enough=("reason",),
        deed=Permission.HOTFIX,
    ),
    CommandRow(
        order=CommandName.HOTFIX_LOG,
        words=("log",),
        parts=(Argument(kind=ArgumentKind.FILES, shown="[file …]"),),
        help="Show what changed in production lately, overall and in files",
        form=FormName.HOTFIX_LOG,
    ),
    CommandRow(
        order=CommandName.HOTFIX_HELP,
        words=("help",),
        parts=(Argument(kind=ArgumentKind.TEXT, shown="[command]"),),
        help="Show this, or all about one command",
    ),
)

HOTFIX = CommandTable(
    rows=HOTFIX_COMMANDS,
    name_in=lambda team: team.hotfix_command,
    empty=CommandName.HOTFIX_START,
    intro="*Production is broken right now?* `{name}` in the incident's channel opens the gate.",
    outro=(
        "Where an incident has several hotfixes, put the number in front: `{name} 2 next`."
        " From elsewhere name the incident: `{name} INC-2026-014 status`."
    ),
)
