"""The texts that look over many incidents: what is due, App Home, digests, and cards of links."""

from collections.abc import Mapping

OVERVIEW_TEXTS: Mapping[str, tuple[str, ...]] = {
    "due": ("owed", "late", "whose"),
    "due_line": ("each", "first"),
    "due_more": ("left_out",),
    "open_incidents": ("incidents", "left_out"),
    "home_head": ("late", "owed"),
    "home_incident": ("each",),
    "home_due": ("owed",),
    "home_drills": ("incidents", "left_out"),
    "digest_team": ("digest", "late_by", "since", "incidents", "left_out", "piles", "backports",
                    "post_mortems"),
    "digest_public": ("digest", "late_by", "since", "stories", "left_out", "kept", "running"),
    "digest_empty": ("digest",),
    "link_incident": ("each", "label"),
    "link_status": ("incidents", "left_out"),
}  # fmt: skip
