"""What can be asked about a post-mortem and its review."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chatops.application.session import Request
from chatops.domain.postmortem.model import Export


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersRequest(Request):
    """Answers by the keys of their questions; an empty one is taken back.

    ``seen`` are the marks of the answers that the person was shown: what they left as it was is
    not written over what somebody else has written since.

    With ``anew`` the text is drawn up from the incident again, though it was edited as Markdown.
    """

    answers: Mapping[str, str] = field(default_factory=dict)
    seen: Mapping[str, int] = field(default_factory=dict)
    began_at: datetime | None = None
    anew: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EditRequest(Request):
    """The whole text in Markdown, and the version of the view that it was made from."""

    body: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishRequest(Request):
    """Nobody writes on, or nobody will write: and why."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequest(Request):
    """Take it somewhere."""

    place: Export


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRequest(Request):
    """When the review is; who comes and how long it lasts are proposed where nobody says."""

    at: datetime
    minutes: int | None = None
    people: tuple[str, ...] = ()
