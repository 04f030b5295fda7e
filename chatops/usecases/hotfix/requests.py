"""What people ask about a hotfix. ``about`` (a number within the incident) none: the only one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from chatops.domain.playbook.hotfix import RollbackWay
from chatops.domain.playbook.pipeline import FixWay, StepKind
from chatops.usecases.turn import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRequest(Request):
    """A hotfix is asked for: what the gate wants to know.

    ``criteria`` and ``prerequisites`` are the indexes of those that are ticked, ``answers`` those
    to the gate's questions by key. ``reason`` is why it cannot wait. ``anyway`` says that the
    red flags in it were seen. ``scenario`` names one of the playbook's special cases.
    """

    service: str
    title: str
    reason: str = ""
    criteria: frozenset[int] = frozenset()
    prerequisites: frozenset[int] = frozenset()
    answers: Mapping[str, bool] = field(default_factory=dict)
    anyway: bool = False
    pipeline: str | None = None
    ticket: str = ""
    scope: str = ""
    impact: str = ""
    scenario: str = ""
    way: FixWay | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HotfixRequest(Request):
    """Something about one hotfix of an incident."""

    about: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextRequest(HotfixRequest):
    """Do the step whose turn it is; ``step`` is the one that the person was shown.

    ``by_hand`` says that somebody has done it already, without the bot.
    """

    step: StepKind | None = None
    by_hand: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FixRequest(HotfixRequest):
    """How the fix is made: ``source`` is a commit, a pull request (``#12``) or a flag's name.

    With ``FixWay.PUSH`` the pushed commits are the fix, and they are all there.
    """

    way: FixWay
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveRequest(HotfixRequest):
    """Agree to ``sha`` (what was shown; none: the newest).

    ``spoken_by`` is whose word it is, where it was spoken and is put down by somebody who heard.
    """

    sha: str | None = None
    spoken_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipRequest(HotfixRequest):
    """Leave a step out; ``leave`` is who allowed it, where it was somebody else."""

    step: StepKind
    reason: str = ""
    leave: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TickRequest(HotfixRequest):
    """The items of a checklist that are ticked now, all others are not."""

    checklist: str
    items: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackRequest(HotfixRequest):
    """Bring production back; ``way`` none: the playbook's first that the service knows.

    ``version`` is the last one that is known to be good, where the bot does not know it.
    """

    reason: str
    version: str = ""
    way: RollbackWay | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BackportRequest(HotfixRequest):
    """Bring the fix to ``target`` (none: to every one that still lacks it)."""

    target: str | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignedRequest(HotfixRequest):
    """A person settles what the code leaves open: whether ``target`` contains the fix."""

    target: str
    contained: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiveBackportRequest(HotfixRequest):
    """``target`` (none: every one) shall not get the fix."""

    reason: str
    target: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagRequest(Request):
    """Turn a feature flag off, within a hotfix or before there is one."""

    flag: str
    service: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRequest(HotfixRequest):
    """Give it up."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRequest(Request):
    """What changed in production lately, overall and in ``files``."""

    service: str | None = None
    files: tuple[str, ...] = ()
