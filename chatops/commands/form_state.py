"""The slip that travels with a form or a button: which form, about what, and where to answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Self

#: Slack's limits for what a view and a button may carry.
IN_A_VIEW, IN_A_BUTTON = 3000, 2000


class FormName(StrEnum):
    """Every form that people fill in; the name is its callback id."""

    DECLARE = "form_declare"
    UPDATE = "form_update"
    SEVERITY = "form_severity"
    ROLES = "form_roles"
    PAGE = "form_page"
    NOTE = "form_note"
    CORRECT = "form_correct"
    TASK = "form_task"
    TASK_EDIT = "form_task_edit"
    TASK_DROP = "form_task_drop"
    DECIDE = "form_decide"
    RESOLVE = "form_resolve"
    REOPEN = "form_reopen"
    CLOSE = "form_close"
    SNOOZE = "form_snooze"
    WAIVE = "form_waive"
    HAND_OVER = "form_hand_over"
    NOT_GONE = "form_not_gone"
    CHOOSE = "form_choose"
    HOTFIX_START = "form_hotfix_start"
    HOTFIX_NEXT = "form_hotfix_next"
    HOTFIX_FIX = "form_hotfix_fix"
    HOTFIX_APPROVE = "form_hotfix_approve"
    HOTFIX_CHECKLIST = "form_hotfix_checklist"
    HOTFIX_SKIP = "form_hotfix_skip"
    HOTFIX_ROLLBACK = "form_hotfix_rollback"
    HOTFIX_BACKPORT = "form_hotfix_backport"
    HOTFIX_ALIGNED = "form_hotfix_aligned"
    HOTFIX_WAIVE = "form_hotfix_waive"
    HOTFIX_ABORT = "form_hotfix_abort"
    HOTFIX_LOG = "form_hotfix_log"
    POST_MORTEM = "form_post_mortem"
    POST_MORTEM_DONE = "form_post_mortem_done"
    POST_MORTEM_SKIP = "form_post_mortem_skip"
    REVIEW = "form_review"
    DRILL = "form_drill"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormState:
    """What a form needs to know again when it comes back.

    ``reference`` names an incident that was not looked up yet. ``about`` is what the form is
    about within the incident: a role, an entry, a promise; for hotfixes the number of one and,
    after a colon, a step, a branch or a commit. ``way`` is how a hotfix is to fix it.
    ``text``, ``reason``, ``severity``, ``time`` and ``person`` are what was typed already.
    ``source`` links the message that it came from, ``author`` wrote that message at ``said_at``.
    ``seen`` is the title for which similar incidents were shown.
    """

    form: FormName
    incident: int | None = None
    reference: str = ""
    channel: str = ""
    answer_url: str = ""
    about: str = ""
    way: str = ""
    time: str = ""
    text: str = ""
    reason: str = ""
    severity: str = ""
    person: str = ""
    source: str = ""
    author: str = ""
    said_at: str = ""
    seen: str = ""

    def packed(self, limit: int = IN_A_VIEW) -> str:
        """As JSON of at most ``limit`` characters; what was typed gives way where it must."""
        facts = _facts(self)
        for name in ("reason", "text", "seen"):
            surplus = len(_json(facts)) - limit
            if surplus > 0 and name in facts:
                facts[name] = _cut(f"{facts[name]}", surplus)
        return _json(facts)

    @classmethod
    def unpacked(cls, packed: str) -> Self | None:
        """Read a slip; none if it is none of ours, or of a form that there is no more."""
        try:
            facts = json.loads(packed)
            known = {field.name for field in fields(cls)}
            kept = {name: value for name, value in facts.items() if name in known}
            return cls(**kept | {"form": FormName(kept["form"])})
        except (ValueError, TypeError, AttributeError, KeyError):
            return None


def _facts(form_state: FormState) -> dict[str, Any]:
    facts = {field.name: getattr(form_state, field.name) for field in fields(form_state)}
    return {name: value for name, value in facts.items() if value not in {None, ""}}


def _json(facts: Mapping[str, Any]) -> str:
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


def _cut(text: str, surplus: int) -> str:
    """Drop characters from the end until ``surplus`` of them are saved in JSON.

    >>> _cut("twelve words", 6), _cut('say "hi"', 2)
    ('twelve', 'say "hi')
    """
    saved = 0
    while text and saved < surplus:
        saved += len(json.dumps(text[-1], ensure_ascii=False)) - 2
        text = text[:-1]
    return text
