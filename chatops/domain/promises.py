"""Promises: everything with a clock on it, and what to do about each when its time comes."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class PromiseKind(StrEnum):
    """What was promised."""

    STATUS_UPDATE = "status_update"
    BUSINESS_UPDATE = "business_update"
    RESPONSE = "response"
    NOTICE = "notice"
    ESCALATION = "escalation"
    FIX = "fix"
    STEP = "step"
    ROLLBACK = "rollback"
    BACKPORT = "backport"
    UNLED = "unled"
    STALE = "stale"
    HAND_OVER = "hand_over"
    WATCH = "watch"
    REPORTER = "reporter"
    ROOT_CAUSE = "root_cause"
    POST_MORTEM = "post_mortem"
    REVIEW = "review"
    ACTION = "action"
    CLOSE = "close"
    ARCHIVE = "archive"
    INJECT = "inject"


class PromiseState(StrEnum):
    """Open until kept, broken (kept too late, or overtaken), waived, or lapsed (moot)."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    WAIVED = "waived"
    LAPSED = "lapsed"


_NAMES = {
    PromiseKind.STATUS_UPDATE: "next update",
    PromiseKind.BUSINESS_UPDATE: "update for business and product",
    PromiseKind.RESPONSE: "somebody on it",
    PromiseKind.NOTICE: "page, unless somebody is on it",
    PromiseKind.ESCALATION: "escalation, unless it is resolved",
    PromiseKind.FIX: "fix in production",
    PromiseKind.STEP: "step of the hotfix",
    PromiseKind.ROLLBACK: "decision about the rollback",
    PromiseKind.BACKPORT: "backport",
    PromiseKind.UNLED: "somebody who leads",
    PromiseKind.STALE: "sign of life",
    PromiseKind.HAND_OVER: "hand-over to somebody rested",
    PromiseKind.WATCH: "look at production",
    PromiseKind.REPORTER: "word from whoever reported it",
    PromiseKind.ROOT_CAUSE: "root cause",
    PromiseKind.POST_MORTEM: "post-mortem",
    PromiseKind.REVIEW: "review meeting",
    PromiseKind.ACTION: "action item",
    PromiseKind.CLOSE: "closing",
    PromiseKind.ARCHIVE: "archiving of the channel",
    PromiseKind.INJECT: "next event of the drill",
}


#: What one person owes, whoever leads.
_PERSONAL = frozenset(
    {
        PromiseKind.STEP,
        PromiseKind.BACKPORT,
        PromiseKind.HAND_OVER,
        PromiseKind.WATCH,
        PromiseKind.REPORTER,
        PromiseKind.ACTION,
    }
)
#: What begins, or goes on, when the fight is over.
LATER = frozenset(
    {
        PromiseKind.BACKPORT,
        PromiseKind.WATCH,
        PromiseKind.REPORTER,
        PromiseKind.ROOT_CAUSE,
        PromiseKind.POST_MORTEM,
        PromiseKind.REVIEW,
        PromiseKind.ACTION,
        PromiseKind.CLOSE,
        PromiseKind.ARCHIVE,
    }
)
#: What is owed whether people still fight or not: besides that, the way back of a deploy.
LASTING = LATER | {PromiseKind.ROLLBACK}
#: What of a rollback whoever leads owes, by the end of its detail; the rest is the engineer's.
DECIDING = ":decide"
#: What the bot itself does when the time comes; nobody owes it.
OURS = frozenset(
    {PromiseKind.ESCALATION, PromiseKind.NOTICE, PromiseKind.ARCHIVE, PromiseKind.INJECT}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One promise. ``key`` is unique within its incident; making it again renews it.

    ``owner`` is a user id or, where nobody is named, none. ``wake_at`` is when the loop looks at
    it next (none: never by itself). ``round`` counts renewals, so that what is said about each
    round has a key of its own. ``nudged`` tells that its reminder is out, ``told`` how often it
    was found overdue. ``detail`` is what the kind needs: the audience of a notice, the rung of an
    escalation, the person who was paged, the hotfix and its step or branch. ``about`` names what is
    owed where the kind alone does not say: “backport of v1.2.4 to develop”.
    """

    incident: int
    key: str
    kind: PromiseKind
    due_at: datetime
    wake_at: datetime | None
    made_at: datetime
    owner: str | None = None
    detail: str = ""
    about: str = ""
    state: PromiseState = PromiseState.OPEN
    round: int = 1
    nudged: bool = False
    told: int = 0
    reason: str = ""
    settled_at: datetime | None = None
    id: int = 0

    @property
    def name(self) -> str:
        """What is owed, as every screen calls it."""
        if self.kind is PromiseKind.RESPONSE and self.personal:
            return "answer to the page"
        return self.about or _NAMES[self.kind]

    @property
    def title(self) -> str:
        """The same at the beginning of a line; a branch in it keeps its letters."""
        return self.name[:1].upper() + self.name[1:]

    @property
    def personal(self) -> bool:
        """Whether one person owes it, whoever leads and at whatever severity.

        That is an answer to a page, and what somebody's hotfix promises; whether to roll it back
        is for whoever leads to decide.
        """
        match self.kind:
            case PromiseKind.RESPONSE:
                return bool(self.detail)
            case PromiseKind.ROLLBACK:
                return not self.detail.endswith(DECIDING)
        return self.kind in _PERSONAL

    @property
    def open(self) -> bool:
        return self.state is PromiseState.OPEN

    def overdue(self, now: datetime) -> bool:
        return self.open and self.due_at < now

    def renewed(self, *, due_at: datetime, wake_at: datetime | None, now: datetime) -> "Promise":
        """Promise the same again for a later time."""
        return replace(
            self,
            due_at=due_at,
            wake_at=wake_at,
            made_at=now,
            state=PromiseState.OPEN,
            round=self.round + 1,
            nudged=False,
            told=0,
            reason="",
            settled_at=None,
        )

    def kept(self, now: datetime) -> "Promise":
        """Settle it: kept if in time, broken if late."""
        state = PromiseState.BROKEN if now > self.due_at else PromiseState.KEPT
        return replace(self, state=state, wake_at=None, settled_at=now)

    def lapsed(self, now: datetime) -> "Promise":
        return replace(self, state=PromiseState.LAPSED, wake_at=None, settled_at=now)

    def waived(self, reason: str, now: datetime) -> "Promise":
        return replace(self, state=PromiseState.WAIVED, wake_at=None, reason=reason, settled_at=now)

    def snoozed(
        self, until: datetime, reason: str, *, wake_at: datetime, now: datetime
    ) -> "Promise":
        """Move it to ``until``, with the reason on record: a new round, with its own reminder."""
        later = self.renewed(due_at=until, wake_at=wake_at, now=now)
        return replace(later, made_at=self.made_at, reason=reason)
