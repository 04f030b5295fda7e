"""The texts about what is owed, and what each may speak of besides the incident."""

from collections.abc import Mapping

AFTERWARDS_TEXTS: Mapping[str, tuple[str, ...]] = {
    "reminders": ("things", "left_out"),
    "unled_due": ("promise", "role", "users"),
    "stale_due": ("promise", "role", "users"),
    "hand_over_due": ("promise", "role", "users"),
    "archive_soon": ("promise",),
    "watch_window": ("promise", "window"),
    "handed_over": ("promise", "before", "reason"),
    "handed_over_direct": ("promise", "before", "reason", "thing"),
    "handed_over_answer": ("promise",),
    "settled": ("promise",),
    "not_gone": ("promise", "reason"),
    "owner_left": ("promises", "before"),
}
