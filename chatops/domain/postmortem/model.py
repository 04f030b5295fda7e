"""What is written down of an incident afterwards: its answers, its wording, where it went."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from chatops.domain.errors import UserError


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


_SHOWN = 3
_LONGEST = 300


def still_fought(reference: str) -> UserError:
    """The incident runs: there is nothing to look back on."""
    return UserError(
        f"{reference} is not resolved yet. What happens is on the timeline, and the"
        " post-mortem is drafted from it. First: `/incident resolve`."
    )


class QuestionsOpen(UserError):
    """The form has gaps, and nobody said why they stay."""

    def __init__(self, open_: Sequence[str]) -> None:
        shown = ", ".join(f"“{each}”" for each in open_[:_SHOWN])
        more = f" and {len(open_) - _SHOWN} more" if len(open_) > _SHOWN else ""
        super().__init__(
            f"Not answered yet: {shown}{more}. Answer them: `/incident postmortem`; or say why"
            " they stay open: `/incident postmortem done <reason>`."
        )


def unknown_question(asked: str, known: Sequence[str]) -> UserError:
    """The playbook's form asks no such thing."""
    there = f"It has {', '.join(known)}." if known else "It asks none."
    return UserError(f"The form has no question “{asked[:40]}”. {there}")


class NoReason(UserError):
    """Leaving it out is a decision, and decisions have a reason."""

    def __init__(self) -> None:
        super().__init__(
            "Say why there is no post-mortem: `/incident postmortem skip <reason>`. It goes on"
            " the timeline."
        )


class EditedMeanwhile(UserError):
    """Somebody else saved the text in between; both wordings are kept."""

    def __init__(self, theirs: str, yours: str, version: int) -> None:
        self.theirs = theirs
        self.yours = yours
        self.version = version
        super().__init__(
            "Somebody else has changed the post-mortem since you opened it. Nothing is lost:"
            " yours was not saved and is still here. Bring the two together, and save again."
        )


class AnsweredMeanwhile(UserError):
    """Somebody else has answered the same question since the form was opened."""

    def __init__(self, key: str, theirs: str) -> None:
        self.key = key
        shown = theirs if len(theirs) <= _LONGEST else f"{theirs[:_LONGEST]}…"
        super().__init__(
            "Somebody else has answered this since you opened the form, and yours is not saved"
            f" yet: “{shown}”. Open it again, and bring the two together."
        )


class BeganLater(UserError):
    """The trouble cannot have begun after it was noticed."""

    def __init__(self, detected: datetime) -> None:
        super().__init__(
            f"It was noticed at {detected:%Y-%m-%d %H:%M} UTC; it began then or before."
        )


def no_review_yet() -> UserError:
    """No time is set that a review could have been held at."""
    return UserError("No review is planned. Set a time: `/incident review tomorrow 10:00`.")


def review_ahead(at: datetime) -> UserError:
    """It cannot have been held before it began."""
    return UserError(
        f"The review is planned for {at:%Y-%m-%d %H:%M} UTC. If it was held already, set"
        " that time first, or wait until it is over."
    )


class BadReviewTime(UserError):
    """A review is in the future, and not in a year."""

    def __init__(self) -> None:
        super().__init__(
            "A review needs a time that is still to come, within 90 days: `tomorrow 10:00`,"
            " `Thu 14:30` or `2026-03-05 10:00`."
        )


def no_docs() -> UserError:
    """Nobody said where post-mortems are kept."""
    return UserError(
        "No docs repository is set up. Name one in `chatops.yml` (`docs: {service: …}`), or"
        " take the post-mortem out as a file: `/incident postmortem export file`."
    )


def restricted(reference: str) -> UserError:
    """A private incident stays where it is."""
    return UserError(
        f"{reference} is restricted, and the docs repository is read by others. Share it"
        " inside: `/incident postmortem export file`."
    )


def unknown_export(asked: str, known: Sequence[str]) -> UserError:
    """There is no such place."""
    return UserError(
        f"A post-mortem cannot be taken to “{asked[:40]}”. Pick one of {', '.join(known)}."
    )


def nothing_to_tell() -> UserError:
    """An edited text that says nothing would hide the draft."""
    return UserError("The text is empty. To draw it up from the incident anew, say so.")
