"""The texts about tasks: what each may speak of besides what every text may."""

from collections.abc import Mapping

#: ``over`` says that the fight is over, so that what a task lacks is told.
TASK_TEXTS: Mapping[str, tuple[str, ...]] = {
    "tasks": ("tasks", "over"),
    "task_card": ("task", "over"),
    "task_added": ("task",),
    "task_changed": ("task",),
    "task_done": ("task", "outcome"),
    "task_dropped": ("task", "reason"),
    "task_direct": ("task",),
    "task_answer": ("task",),
    "task_export_answer": ("task",),
    "task_export_asked": ("task", "where"),
    "task_exported": ("task",),
    "task_unlinked": ("task",),
    "task_heard": ("task", "line", "who"),
    "action_listed": ("tasks",),
    "action_body": ("task", "where"),
    "action_closing": ("task", "who"),
}
