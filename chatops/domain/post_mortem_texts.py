"""The texts about post-mortems and reviews: what each may speak of besides what every text may."""

from collections.abc import Mapping

#: ``told`` is the story besides its timeline, ``asked`` the form's questions by their keys.
POST_MORTEM_TEXTS: Mapping[str, tuple[str, ...]] = {
    "post_mortem": ("entries", "decisions", "tasks", "times", "hotfix", "told", "asked"),
    "post_mortem_saved": ("left", "placeless"),
    "post_mortem_done": ("by", "left", "reason", "exports"),
    "post_mortem_skipped": ("by", "reason"),
    "post_mortem_answer": ("post_mortem", "left"),
    "post_mortem_file": ("by",),
    "post_mortem_export_answer": ("place",),
    "post_mortem_exported": ("place", "address", "notes"),
    "post_mortem_not_exported": ("place", "why", "words"),
    "post_mortem_commit": (),
    "post_mortem_pull_title": (),
    "post_mortem_pull_body": (),
    "learnings": ("lessons", "tasks", "address"),
    "file_refused": ("name", "why"),
    "review_set": ("review", "moved", "by"),
    "review_title": (),
    "review_description": ("entries", "exports"),
    "review_answer": ("review",),
    "review_held": ("by",),
    "review_held_answer": (),
}
