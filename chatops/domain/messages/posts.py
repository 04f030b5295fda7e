"""A message in our own words: sentences, facts and buttons, before any chat system shapes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from chatops.domain.messages.charts import Chart, Sheet


class ActionId(StrEnum):
    """What a button asks for; each has one listener, and the same name in command and log."""

    UPDATE = "update"
    SEVERITY = "severity"
    ROLE = "role"
    TAKE_ROLE = "take_role"
    JOIN = "join"
    PAGE = "page"
    ACKNOWLEDGE = "acknowledge"
    TIMELINE = "timeline"
    TASK = "task"
    TASK_DONE = "task_done"
    TASK_SHOW = "task_show"
    TASK_EDIT = "task_edit"
    TASK_DROP = "task_drop"
    TASK_EXPORT = "task_export"
    DECIDE = "decide"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    CLOSE = "close"
    STATUS = "status"
    DUE = "due"
    LIST = "list"
    STATS = "stats"
    STATS_FILE = "stats_file"
    POST_MORTEM = "post_mortem"
    POST_MORTEM_SHOW = "post_mortem_show"
    POST_MORTEM_DONE = "post_mortem_done"
    POST_MORTEM_SKIP = "post_mortem_skip"
    POST_MORTEM_EXPORT = "post_mortem_export"
    REVIEW = "review"
    REVIEW_HELD = "review_held"
    SNOOZE = "snooze"
    WAIVE = "waive"
    HAND_OVER = "hand_over"
    FULFIL = "fulfil"
    STILL_ON_IT = "still_on_it"
    GONE = "gone"
    NOT_GONE = "not_gone"
    QUIET = "quiet"
    KEEP_CHANNEL = "keep_channel"
    DECLARE = "declare"
    RETRY = "retry"
    MORE = "more"
    OPEN_FORM = "open_form"
    HOTFIX = "hotfix"
    HOTFIX_STATUS = "hotfix_status"
    HOTFIX_NEXT = "hotfix_next"
    HOTFIX_FIX = "hotfix_fix"
    HOTFIX_CHECKLIST = "hotfix_checklist"
    APPROVE = "approve"
    SKIP = "skip"
    ROLLBACK = "rollback"
    ROLLED_BACK = "rolled_back"
    BACKPORT = "backport"
    ALIGN = "align"
    ALIGNED = "aligned"
    WAIVE_BACKPORT = "waive_backport"
    ABORT = "abort"
    HOTFIX_LOG = "hotfix_log"
    DRILL = "drill"
    DRILL_PAUSE = "drill_pause"
    DRILL_CONTINUE = "drill_continue"
    DRILL_STOP = "drill_stop"
    DRILL_DEBRIEF = "drill_debrief"


class ButtonStyle(StrEnum):
    """How a button looks: wanted, dangerous, or neither."""

    PLAIN = "plain"
    WANTED = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """What a person is asked before a button does its work."""

    title: str
    text: str
    yes: str
    no: str = "Back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button; ``about`` is what it acts on: an incident's id, and a detail after a colon."""

    ask: ActionId
    label: str
    about: str
    tone: ButtonStyle = ButtonStyle.PLAIN
    confirm: Confirm | None = None


class BoardPlace(StrEnum):
    """When a button stands on an incident's board: in a state, or always in its menu."""

    UNACKNOWLEDGED = "unacknowledged"
    RUNNING = "running"
    RESOLVED = "resolved"
    CLOSED = "closed"
    DRILLED = "drilled"
    MENU = "menu"


#: The buttons of every board, in their order; about no incident yet.
BoardButtons = Mapping[BoardPlace, tuple[Button, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListItem:
    """A line of a list, rendered like a text, with the buttons for what it speaks of."""

    text: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One message. ``text`` is rendered for its surface, and so is ``headline``, which stands on
    phones and wherever the rest is not shown.

    ``facts`` are label and rendered value, shown in two columns; ``rows`` are the lines of a list,
    each with a menu of its own; ``footnote`` is small print.
    ``more`` are buttons of the overflow menu. ``charts`` are drawn where that is possible, and
    ``sheet`` has their numbers for those who cannot see them.
    """

    headline: str
    text: str
    facts: tuple[tuple[str, str], ...] = ()
    rows: tuple[ListItem, ...] = ()
    buttons: tuple[Button, ...] = ()
    more: tuple[Button, ...] = ()
    footnote: str = ""
    title: str = ""
    charts: tuple[Chart, ...] = ()
    sheet: Sheet | None = None
