"""What a table of commands is made of: orders, their words, and the arguments that they take."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from chatops.commands.form_state import FormName
from chatops.domain.team import Permission, Team


class CommandName(StrEnum):
    """What a command orders; each has one handler."""

    DECLARE = "declare"
    UPDATE = "update"
    SEVERITY = "severity"
    STATUS = "status"
    ROLE = "role"
    JOIN = "join"
    PAGE = "page"
    TIMELINE = "timeline"
    NOTE = "note"
    CORRECT = "correct"
    TASKS = "tasks"
    TASK = "task"
    TASK_DONE = "task_done"
    TASK_ASSIGN = "task_assign"
    TASK_SHOW = "task_show"
    TASK_EDIT = "task_edit"
    TASK_DROP = "task_drop"
    TASK_EXPORT = "task_export"
    DECIDE = "decide"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    CLOSE = "close"
    SNOOZE = "snooze"
    WAIVE = "waive"
    HAND_OVER = "hand_over"
    SETTLE = "settle"
    STILL_THERE = "still_there"
    LIST = "list"
    DUE = "due"
    DUE_MINE = "due_mine"
    DUE_ALL = "due_all"
    DIGEST = "digest"
    STATS = "stats"
    POST_MORTEM = "post_mortem"
    POST_MORTEM_SHOW = "post_mortem_show"
    POST_MORTEM_EDIT = "post_mortem_edit"
    POST_MORTEM_ANSWER = "post_mortem_answer"
    POST_MORTEM_BEGAN = "post_mortem_began"
    POST_MORTEM_DONE = "post_mortem_done"
    POST_MORTEM_SKIP = "post_mortem_skip"
    POST_MORTEM_EXPORT = "post_mortem_export"
    REVIEW = "review"
    REVIEW_HELD = "review_held"
    DRILL = "drill"
    DRILL_LIST = "drill_list"
    DRILL_PAUSE = "drill_pause"
    DRILL_CONTINUE = "drill_continue"
    DRILL_STOP = "drill_stop"
    DRILL_DEBRIEF = "drill_debrief"
    HELP = "help"
    HOTFIX_START = "hotfix_start"
    HOTFIX_STATUS = "hotfix_status"
    HOTFIX_LOG = "hotfix_log"
    HOTFIX_REVERT = "hotfix_revert"
    HOTFIX_PICK = "hotfix_pick"
    HOTFIX_READY = "hotfix_ready"
    HOTFIX_NEXT = "hotfix_next"
    HOTFIX_APPROVE = "hotfix_approve"
    HOTFIX_SKIP = "hotfix_skip"
    HOTFIX_CHECK = "hotfix_check"
    HOTFIX_ROLLBACK = "hotfix_rollback"
    HOTFIX_BACK = "hotfix_back"
    HOTFIX_BACKPORT = "hotfix_backport"
    HOTFIX_ALIGN = "hotfix_align"
    HOTFIX_WAIVE = "hotfix_waive"
    HOTFIX_FLAG = "hotfix_flag"
    HOTFIX_ABORT = "hotfix_abort"
    HOTFIX_HELP = "hotfix_help"


class ArgumentKind(StrEnum):
    """What sort of argument stands in a place."""

    KNOWN_SEVERITY = "known_severity"
    SEVERITY = "severity"
    ROLE = "role"
    HOLDER = "holder"
    PEOPLE = "people"
    OWNER = "owner"
    NUMBER = "number"
    UNTIL = "until"
    WHAT = "what"
    CLOCK = "clock"
    TEXT = "text"
    DECISION = "decision"
    REASON = "reason"
    FILES = "files"
    COMMIT = "commit"
    SPOKEN = "spoken"
    STEP = "step"
    LEAVE = "leave"
    BRANCH = "branch"
    FLAG = "flag"
    SCENARIO = "scenario"
    PACE = "pace"
    BEGIN = "begin"
    PERIOD = "period"
    DIGEST = "digest"
    QUESTION = "question"
    DAY = "day"
    EXPORT = "export"


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One argument: its kind, how usage shows it, and whether nothing works without it."""

    kind: ArgumentKind
    shown: str

    @property
    def needed(self) -> bool:
        return self.shown.startswith("<")


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRow:
    """A row of the table.

    ``form`` opens unless ``enough`` was typed: the arguments with which it can be done at once.
    ``deed`` is what the team's table must allow.
    """

    order: CommandName
    words: tuple[str, ...]
    help: str
    parts: tuple[Argument, ...] = ()
    form: FormName | None = None
    enough: tuple[str, ...] = ()
    deed: Permission | None = None

    @property
    def pattern(self) -> str:
        """The row as people type it, after the command's name.

        >>> text = Argument(kind=ArgumentKind.TEXT, shown="[text]")
        >>> CommandRow(order=CommandName.UPDATE, words=("update",), parts=(text,), help="").pattern
        'update [text]'
        """
        return " ".join([*self.words, *(part.shown for part in self.parts)])


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandTable:
    """One slash command: its rows, and what it means without any of their words.

    ``chapters`` are the headings under which the help names the first words of its rows; without
    any it shows every row. ``empty`` is ordered by no words, ``otherwise`` by words of no row;
    where that is none they are a mistake. ``intro`` and ``outro`` stand around the rows in the
    help, with ``{name}``.
    """

    rows: tuple[CommandRow, ...]
    name_in: Callable[[Team], str]
    empty: CommandName
    intro: str
    outro: str
    otherwise: CommandName | None = None
    chapters: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def row(self, order: CommandName) -> CommandRow:
        """The first row of an order."""
        return next(row for row in self.rows if row.order is order)
