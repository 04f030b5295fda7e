"""Made-up tasks, bare and complete, open and ended, to try the texts about them on."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from chatops.domain.incident.model import Incident
from chatops.domain.tasks import Priority, Task, TaskType

_URL = "https://github.com/acme/shop/issues/77"


def tasks_of(words: str, many: int, now: datetime) -> tuple[Task, ...]:
    """So many tasks of every sort in turn."""
    sorts = _sorts(words, now)
    return tuple(replace(sorts[each % len(sorts)], number=each + 1) for each in range(many))


def task_facts(
    incident: Incident, words: str, many: int, now: datetime
) -> Mapping[str, Mapping[str, object]]:
    """What the texts about tasks speak of."""
    bare, full, done, dropped = _sorts(words, now)
    over = not incident.status.running
    told = {"line": words[:200], "who": words[:80]}
    shown = full if many else bare
    return {
        "tasks": {"tasks": tasks_of(words, many, now), "over": over},
        "task_card": {"task": shown, "over": over},
        "task_added": {"task": shown},
        "task_changed": {"task": shown},
        "task_done": {"task": done, "outcome": words[: 500 if many else 0]},
        "task_dropped": {"task": dropped, "reason": words[:500]},
        "task_direct": {"task": shown},
        "task_answer": {"task": (shown, done, dropped)[many % 3]},
        "task_export_answer": {"task": shown},
        "task_export_asked": {"task": bare, "where": "acme/shop"},
        "task_exported": {"task": full},
        "task_unlinked": {"task": full},
        "task_heard": {"task": done, **told},
        "action_listed": {"tasks": tasks_of(words, max(many, 1), now)},
        "action_body": {"task": shown, "where": words[:150]},
        "action_closing": {"task": dropped if many % 2 else done, "who": words[: 80 * many]},
    }


def _sorts(words: str, now: datetime) -> tuple[Task, Task, Task, Task]:
    bare = Task(incident=1, number=1, text=words[:300], made_by="U0BEN", made_at=now)
    full = replace(
        bare,
        owner="U0ANA",
        type=TaskType.DEBT,
        priority=Priority.HIGH,
        due_at=now - timedelta(hours=3),
        criterion=words[:300],
        details=words[:2000],
        url=_URL,
    )
    done = replace(full, done_at=now, done_by="U0BEN", done_in="github")
    return bare, full, done, replace(done, done_by=None, done_in="dropped")
