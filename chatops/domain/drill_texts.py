"""The texts that are said in drills alone, with what each may speak of."""

from collections.abc import Mapping

DRILL_TEXTS: Mapping[str, tuple[str, ...]] = {
    "drill_answer": ("course", "at"),
    "drill_waiting": ("course",),
    "drill_begun": ("course", "waits"),
    "drill_event": ("event",),
    "drill_events": ("events",),
    "drill_would": ("names", "number", "paged", "why"),
    "drill_page_answer": ("number",),
    "drill_paused": ("real", "comes_first", "by"),
    "drill_continued": ("course", "by"),
    "drill_pause_answer": ("paused",),
    "drill_stop_answer": (),
    "drill_debrief": ("debrief", "why"),
    "drill_document": ("debrief",),
    "drill_list": ("scenarios", "drills"),
}
