"""Promises: everything with a clock on it, made at one moment and due at another."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chatops.domain.errors import UserError
from chatops.domain.incident.model import COMMANDER
from chatops.domain.messages.posts import Button
from chatops.domain.promises.kinds import KINDS, PromiseKind
from chatops.domain.promises.spec import ButtonTarget, Owner, PromiseButton, PromiseSpec


class PromiseState(StrEnum):
    """Open until kept, missed (kept too late), waived for a reason, or cancelled (moot)."""

    OPEN = "open"
    KEPT = "kept"
    MISSED = "broken"
    WAIVED = "waived"
    CANCELLED = "lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One promise. ``key`` is unique within its incident; making it again renews it.

    ``owner`` is a user id or, where nobody is named, none. ``wake_at`` is when the loop looks at
    it next (none: never by itself). ``round`` counts renewals, so that what is said about each
    round has a key of its own. ``nudged`` tells that its reminder is out, ``told`` how often it
    was found overdue. ``detail`` is what the kind needs: the audience of a notice, the step of an
    escalation, the person who was paged, the hotfix and its step or branch. ``about`` names
    what was promised where the kind alone does not say: “backport of v1.2.4 to develop”.
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
    def spec(self) -> PromiseSpec:
        """What its kind is."""
        return KINDS[self.kind]

    @property
    def name(self) -> str:
        """What was promised, as every screen calls it."""
        personal = self.spec.personal_name if self.personal else None
        return self.about or personal or self.spec.name

    @property
    def title(self) -> str:
        """The same at the beginning of a line; a branch in it keeps its letters."""
        return self.name[:1].upper() + self.name[1:]

    @property
    def personal(self) -> bool:
        """Whether one person has to keep it, whoever is commander and at whatever severity."""
        return self.spec.owner(self.detail) is Owner.PERSON

    @property
    def buttons(self) -> tuple[Button, ...]:
        """What keeps it or leads there, the wanted one first."""
        owner = self.spec.owner(self.detail)
        return tuple(self.button(each) for each in self.spec.buttons if each.owner in {None, owner})

    def button(self, spec: PromiseButton) -> Button:
        """One of its kind's buttons, about this one."""
        detail = self._target(spec.target)
        about = f"{self.incident}:{detail}" if detail else str(self.incident)
        return Button(ask=spec.action, label=spec.label, about=about, tone=spec.style)

    def _target(self, target: ButtonTarget) -> str:
        match target:
            case ButtonTarget.INCIDENT:
                return ""
            case ButtonTarget.PROMISE:
                return self.key
            case ButtonTarget.DETAIL:
                return self.detail
            case ButtonTarget.HOTFIX:
                return self.detail.partition(":")[0]
            case ButtonTarget.COMMANDER:
                return COMMANDER

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

    def fulfilled(self, now: datetime) -> "Promise":
        """It was done: kept if in time, missed if late."""
        state = PromiseState.MISSED if now > self.due_at else PromiseState.KEPT
        return replace(self, state=state, wake_at=None, settled_at=now)

    def cancelled(self, now: datetime) -> "Promise":
        """It makes no sense any more, and nobody is to blame."""
        return replace(self, state=PromiseState.CANCELLED, wake_at=None, settled_at=now)

    def waived(self, reason: str, now: datetime) -> "Promise":
        return replace(self, state=PromiseState.WAIVED, wake_at=None, reason=reason, settled_at=now)

    def snoozed(
        self, until: datetime, reason: str, *, wake_at: datetime, now: datetime
    ) -> "Promise":
        """Move it to ``until``, with the reason on record: a new round, with its own reminder."""
        later = self.renewed(due_at=until, wake_at=wake_at, now=now)
        return replace(later, made_at=self.made_at, reason=reason)


def fulfilled_by_doing(name: str, how: str) -> UserError:
    """A promise is kept by doing what it is about."""
    return UserError(f"The {name} is settled by doing it: `{how}`.")


def comes_with_role(name: str) -> UserError:
    """What comes with a role cannot be given to somebody else alone."""
    return UserError(
        f"The {name} belongs to whoever leads. Give them the part instead:"
        " `/incident role commander @person`."
    )


def remade(old: Promise | None, new: Promise, now: datetime) -> Promise:
    """The promise ``new``, as a renewal of the ``old`` one of that key if there is one."""
    if old is None:
        return new
    renewed = old.renewed(due_at=new.due_at, wake_at=new.wake_at, now=now)
    return replace(renewed, owner=new.owner, detail=new.detail, about=new.about)
