"""What each text of a playbook may speak of, by name, as a type."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from chatops.application.hotfix.views import StepLine
from chatops.application.ports.external import Pull
from chatops.application.ports.git import CommitLine, FileConflict, Log
from chatops.application.promises.due_list import DueItem
from chatops.application.reminders import Reminder
from chatops.domain.analytics.digests import DigestStory, Pile
from chatops.domain.analytics.metrics import Kept
from chatops.domain.analytics.report import Report
from chatops.domain.drills.debrief import Debrief
from chatops.domain.drills.scenario import Course, DrillEvent, Scenario
from chatops.domain.hotfix.deadlines import RollbackPhase
from chatops.domain.hotfix.model import (
    ApprovalGiven,
    Backport,
    Hotfix,
    HotfixFacts,
    Rollback,
    StepRun,
    Times,
)
from chatops.domain.incident.model import Incident, Update
from chatops.domain.incident.timeline import Entry
from chatops.domain.messages.templates import ALWAYS, POST_MORTEM_TEXTS, TEMPLATES
from chatops.domain.playbook.hotfix import (
    Checklist,
    RollbackRule,
    ScopeRule,
    SpecialCase,
    WatchWindow,
)
from chatops.domain.playbook.pipeline import ConflictSide, Step
from chatops.domain.playbook.policy import DigestRule, Playbook, RoleSpec, Severity
from chatops.domain.postmortem.facts import (
    ActionLine,
    AnsweredQuestion,
    PostMortemFacts,
    StoryLine,
)
from chatops.domain.postmortem.model import PostMortem, Review
from chatops.domain.promises.model import Promise
from chatops.domain.services import Service
from chatops.domain.tasks import Task

#: The type of a fact, such as ``datetime | None`` or ``tuple[str, ...]``.
Type = Any

#: A name means the same in every text,
_FACTS: Mapping[str, Type] = {
    **dict.fromkeys(
        ("address", "author", "command", "decision", "engineer", "hotfix_command", "increment",
         "label", "leader", "line", "name", "outcome", "place", "reason", "sha", "site", "story",
         "title", "version", "what", "when_over", "where", "who", "whose", "why", "words"),
        str,
    ),
    **dict.fromkeys(("before", "by", "holder"), str | None),
    **dict.fromkeys(("absent", "names", "needed", "notes", "questions", "targets", "users"),
                    tuple[str, ...]),
    **dict.fromkeys(
        ("already", "asked", "bound", "comes_first", "contained", "expired", "first", "good",
         "moved", "over", "paged", "paused", "required", "test", "waits"),
        bool,
    ),
    **dict.fromkeys(("earlier", "late", "left", "left_out", "more_commits", "number", "owed",
                     "running"), int),
    **dict.fromkeys(("now", "since"), datetime),
    **dict.fromkeys(("at", "last_at", "retry_at", "review_at"), datetime | None),
    "elapsed": timedelta,
    **dict.fromkeys(("late_by", "takes", "target", "took"), timedelta | None),
    **dict.fromkeys(("alike", "drills", "incidents"), tuple[Incident, ...]),
    **dict.fromkeys(("backports", "post_mortems"), tuple[DueItem, ...]),
    **dict.fromkeys(("done", "rest"), tuple[StepLine, ...]),
    **dict.fromkeys(("lessons", "placeless"), tuple[AnsweredQuestion, ...]),
    **dict.fromkeys(("overdue", "promises"), tuple[Promise, ...]),
    "back": Rollback,
    "backport": Backport,
    "checklist": Checklist,
    "checklists": tuple[Checklist, ...],
    "commits": tuple[CommitLine, ...],
    "course": Course,
    "debrief": Debrief,
    "decisions": tuple[StoryLine, ...],
    "digest": DigestRule,
    "each": Incident,
    "entries": tuple[Entry, ...],
    "entry": Entry | None,
    "event": DrillEvent,
    "events": tuple[DrillEvent, ...],
    "exports": tuple[tuple[str, str], ...],
    "fix": Hotfix,
    "given": ApprovalGiven,
    "hotfix": HotfixFacts,
    "hotfixes": tuple[Hotfix, ...],
    "incident": Incident,
    "kept": Kept,
    "lines": tuple[str, ...],
    "log": Log,
    "old": Severity,
    "phase": RollbackPhase,
    "piles": tuple[Pile, ...],
    "playbook": Playbook,
    "post_mortem": PostMortem,
    "prefer": ConflictSide | None,
    "promise": Promise,
    "pull": Pull,
    "quarrels": tuple[FileConflict, ...],
    "real": Incident | None,
    "report": Report,
    "review": Review,
    "role": RoleSpec | None,
    "rule": RollbackRule,
    "scenario": SpecialCase | None,
    "scenarios": tuple[Scenario, ...],
    "service": Service,
    "severity": Severity,
    "step": StepRun,
    "stories": tuple[DigestStory, ...],
    "task": Task,
    "tasks": tuple[Task, ...],
    "thing": Reminder,
    "things": tuple[Reminder, ...],
    "times": Times,
    "told": PostMortemFacts,
    "update": Update,
    "window": WatchWindow,
}  # fmt: skip
_ANSWERS = {"left": tuple[AnsweredQuestion, ...], "entries": tuple[StoryLine, ...]}
#: but in these.
_OWN: Mapping[str, Mapping[str, Type]] = {
    **dict.fromkeys(POST_MORTEM_TEXTS, _ANSWERS),
    "post_mortem": {
        **_ANSWERS,
        "asked": Mapping[str, AnsweredQuestion],
        "hotfix": HotfixFacts | None,
        "tasks": tuple[ActionLine, ...],
    },
    "learnings": {"tasks": tuple[ActionLine, ...]},
    "closed": {"owed": tuple[str, ...]},
    "close_answer": {"owed": tuple[str, ...]},
    "due_line": {"each": DueItem},
    **{
        text: {"role": RoleSpec}
        for text in ("holder_left", "role_answer", "role_changed", "role_direct")
    },
    "fix_wanted": {"step": Step},
    "resolved": {"lines": tuple[Entry, ...]},
    "scope_warning": {"rule": ScopeRule},
}


@cache
def facts_of(text: str) -> Mapping[str, Type]:
    """The type of every fact that ``text`` may speak of."""
    own = _OWN.get(text, {})
    return {name: own.get(name, _FACTS[name]) for name in (*ALWAYS, *TEMPLATES[text])}
