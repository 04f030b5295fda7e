"""The texts that a playbook words: where each may be shown and what it may speak of."""

from collections.abc import Mapping
from enum import StrEnum

from chatops.domain.afterwards_texts import AFTERWARDS_TEXTS
from chatops.domain.drill_texts import DRILL_TEXTS
from chatops.domain.hotfix_texts import HOTFIX_TEXTS
from chatops.domain.overview_texts import OVERVIEW_TEXTS
from chatops.domain.post_mortem_texts import POST_MORTEM_TEXTS
from chatops.domain.task_texts import TASK_TEXTS


class Surface(StrEnum):
    """Where a text is read; each escapes what people wrote in its own way."""

    SLACK = "slack"
    MARKDOWN = "markdown"
    HTML = "html"
    PLAIN = "plain"


#: What every text may speak of.
ALWAYS = ("incident", "severity", "playbook", "now", "command", "hotfix_command", "site")

#: Each text by name, with what it may speak of besides ``ALWAYS``.
TEXTS: Mapping[str, tuple[str, ...]] = {
    "announcement": (),
    "initial_alert": (),
    "update": ("update",),
    "update_public": ("update",),
    "holding": ("last_at", "late_by"),
    "resolved": ("lines", "review_at"),
    "resolved_public": ("review_at",),
    "all_clear": (),
    "reopened": ("reason",),
    "commit_fix": ("hotfix",),
    "commit_bump": ("hotfix",),
    "tag_message": ("hotfix",),
    "pr_title": ("hotfix",),
    "pr_body": ("hotfix",),
    "backport_title": ("hotfix",),
    "backport_body": ("hotfix",),
    "increment": ("hotfix",),
    "board": ("tasks", "overdue", "hotfixes"),
    "topic": ("leader",),
    "declared_answer": (),
    "channel_open_answer": (),
    "similar_answer": ("title", "alike"),
    "notice_direct": ("asked",),
    "paged": ("users", "why"),
    "page_direct": ("why",),
    "page_answer": ("users",),
    "acknowledged": (),
    "acknowledge_answer": ("first",),
    "update_answer": (),
    "nudge": ("promise",),
    "nudge_settled": (),
    "held": ("late_by",),
    "put_off": ("promise", "reason"),
    "put_off_answer": ("promise",),
    "severity_changed": ("old", "reason"),
    "severity_changed_public": ("old",),
    "severity_answer": ("old",),
    "role_changed": ("role", "before", "holder"),
    "holder_left": ("role", "before"),
    "role_direct": ("role",),
    "role_answer": ("role", "holder"),
    "join_answer": (),
    "note_answer": ("entry",),
    "decided": ("decision", "reason"),
    "decide_answer": ("decision",),
    "resolve_answer": (),
    "reopened_public": (),
    "reopen_answer": (),
    "closed": ("owed", "reason"),
    "close_answer": ("owed",),
    "timeline": ("entries", "left_out"),
    "stats": ("report",),
    "stats_sent": ("report", "number"),
    "spreadsheet_refused": ("why",),
    "escalated": ("users", "names", "why"),
    "escalation_direct": ("why",),
    "business_due": ("promise",),
    "no_answer": ("promise",),
    "overdue": ("promise",),
    "step_nudge": ("promise", "fix", "step", "when_over"),
    "step_over": ("promise", "fix", "step", "when_over"),
    "backport_nudge": ("promise", "fix", "backport", "story"),
    "backport_overdue": ("promise", "fix", "backport", "story", "users"),
    "trouble": ("what", "why", "retry_at"),
    "absent": ("absent",),
    "retry_answer": ("number",),
    "alert_heard": ("title", "entries"),
    "alert_over": ("title",),
    **TASK_TEXTS,
    **HOTFIX_TEXTS,
    **DRILL_TEXTS,
    **AFTERWARDS_TEXTS,
    **POST_MORTEM_TEXTS,
    **OVERVIEW_TEXTS,
}

#: The most characters that a text may have, on the surface that it is for: a message's section,
LIMIT = (Surface.SLACK, 3000)
_LIST = (Surface.SLACK, 12_000)
_ONE_LINE = (Surface.PLAIN, 120)
_DOCUMENT = (Surface.MARKDOWN, 60_000)
#: or a list of several sections, one line for git and forges, or a document.
LIMITS: Mapping[str, tuple[Surface, int]] = {
    "timeline": _LIST,
    "digest_team": _LIST,
    "digest_public": _LIST,
    "open_incidents": _LIST,
    "tasks": _LIST,
    "action_listed": _LIST,
    "action_body": _DOCUMENT,
    "action_closing": _DOCUMENT,
    "hotfix_log": _LIST,
    "drill_debrief": _LIST,
    "drill_list": _LIST,
    "drill_document": _DOCUMENT,
    "reminders": _LIST,
    "topic": (Surface.PLAIN, 250),
    "commit_fix": _ONE_LINE,
    "commit_bump": _ONE_LINE,
    "tag_message": _ONE_LINE,
    "pr_title": _ONE_LINE,
    "backport_title": _ONE_LINE,
    "pr_body": _DOCUMENT,
    "backport_body": _DOCUMENT,
    "increment": _DOCUMENT,
    "post_mortem": (Surface.MARKDOWN, 120_000),
    "post_mortem_commit": _ONE_LINE,
    "post_mortem_pull_title": _ONE_LINE,
    "post_mortem_pull_body": _DOCUMENT,
    "review_title": _ONE_LINE,
    "review_description": _LIST,
}
