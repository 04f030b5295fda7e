"""What is written down of an incident afterwards: its answers, its wording, where it went."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum


class PostMortemState(StrEnum):
    """A draft until somebody says that it is done, or skips it with a reason."""

    DRAFT = "draft"
    DONE = "done"
    SKIPPED = "skipped"


class Export(StrEnum):
    """Where a post-mortem can be taken."""

    FILE = "file"
    CANVAS = "canvas"
    DOCS = "docs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The meeting about it: when, for how many minutes, and with whom (user ids)."""

    at: datetime
    minutes: int
    people: tuple[str, ...] = ()
    #: Counts how often it was moved: calendars take the newer one for the same event.
    sequence: int = 0
    held: bool = False

    def moved(self, to: "Review") -> "Review":
        """What it is once it was set anew; calendars tell the two apart."""
        return replace(to, sequence=self.sequence + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostMortem:
    """One incident's post-mortem.

    ``answers`` maps the questions of the playbook's form, by key, to what people wrote. ``body``
    is the whole in Markdown once somebody has edited it as such; while it is empty the text is
    drawn up from the incident and the answers. ``exports`` maps where it was taken to (``file``,
    ``canvas``, ``pull_request``) to an address there. ``version`` counts its saves.
    """

    incident: int
    made_at: datetime
    owner: str | None = None
    state: PostMortemState = PostMortemState.DRAFT
    answers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    review: Review | None = None
    changed_by: str | None = None
    changed_at: datetime | None = None
    done_by: str | None = None
    done_at: datetime | None = None
    reason: str = ""
    exports: Mapping[str, str] = field(default_factory=dict)
    version: int = 0

    def answered(self, answers: Mapping[str, str], by: str, now: datetime) -> "PostMortem":
        """Take answers in; an empty one takes an answer back."""
        merged = {**self.answers, **{key: text.strip() for key, text in answers.items()}}
        kept = {key: text for key, text in merged.items() if text}
        return replace(self, answers=kept, changed_by=by, changed_at=now)

    def edited(self, body: str, by: str, now: datetime) -> "PostMortem":
        """Take the whole text as somebody wrote it; an empty one is drawn up anew."""
        return replace(self, body=body.strip(), changed_by=by, changed_at=now)

    def taken_up(self) -> "PostMortem":
        """A draft again: whoever writes on has not skipped it."""
        if self.state is PostMortemState.DRAFT:
            return self
        return replace(self, state=PostMortemState.DRAFT, done_by=None, done_at=None, reason="")

    def done(self, by: str, reason: str, now: datetime) -> "PostMortem":
        """Say that nobody writes on; ``reason`` is why questions stay open."""
        return self._ended(PostMortemState.DONE, by, reason, now)

    def skipped(self, by: str, reason: str, now: datetime) -> "PostMortem":
        return self._ended(PostMortemState.SKIPPED, by, reason, now)

    def taken_to(self, place: str, address: str) -> "PostMortem":
        return replace(self, exports={**self.exports, place: address})

    def _ended(self, state: PostMortemState, by: str, reason: str, now: datetime) -> "PostMortem":
        return replace(self, state=state, done_by=by, done_at=now, reason=reason)
