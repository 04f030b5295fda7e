"""An incident: what is true of it now, and the changes it allows."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chatops.domain.errors import NoTitle, TooLong, already_resolved, incident_closed, not_resolved

#: The role whose holder decides; every playbook has it.
COMMANDER = "commander"


class Status(StrEnum):
    """Where an incident stands: investigating → fixing → monitoring → resolved → closed."""

    INVESTIGATING = "investigating"
    FIXING = "fixing"
    MONITORING = "monitoring"
    RESOLVED = "resolved"
    CLOSED = "closed"

    @property
    def running(self) -> bool:
        """Whether people are still fighting it."""
        return self not in {Status.RESOLVED, Status.CLOSED}

    @property
    def label(self) -> str:
        return _STATUS_LABELS[self]


_STATUS_LABELS = {
    Status.INVESTIGATING: "Investigating",
    Status.FIXING: "Fixing",
    Status.MONITORING: "Fix in place, watching",
    Status.RESOLVED: "Resolved",
    Status.CLOSED: "Closed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """The newest word given: plain for stakeholders, technical for responders."""

    plain: str
    technical: str
    author: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One incident. Moments are aware UTC; people are Slack user ids.

    ``playbook`` is the digest of the policy snapshot that it was declared under.
    ``version`` counts its saves. ``number`` counts within the year; a drill's is below nought.
    """

    id: int
    team: str
    year: int
    number: int
    reference: str
    title: str
    severity: str
    #: When the severity took effect: escalation counts from here.
    severity_since: datetime
    playbook: str
    declared_by: str
    declared_at: datetime
    detected_at: datetime
    #: When the trouble itself began, as far as it became known afterwards.
    began_at: datetime | None = None
    #: When it first did no more harm: a fix was in place and watched, or it was resolved.
    mitigated_at: datetime | None = None
    status: Status = Status.INVESTIGATING
    #: Who told us, to verify the fix with.
    reported_by: str | None = None
    private: bool = False
    drill: bool = False
    #: Which exercise a drill plays.
    scenario: str = ""
    service: str | None = None
    #: In plain words, for stakeholders: who is affected and how.
    impact: str = ""
    #: For responders: what was seen.
    symptoms: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)
    members: frozenset[str] = frozenset()
    channel: str | None = None
    channel_name: str = ""
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    last_update: Update | None = None
    next_update_at: datetime | None = None
    #: Updates that nobody wrote since the last written one.
    holdings: int = 0
    resolved_at: datetime | None = None
    root_cause: str = ""
    fix: str = ""
    closed_at: datetime | None = None
    version: int = 0

    @property
    def commander(self) -> str | None:
        return self.roles.get(COMMANDER)

    @property
    def leader(self) -> str:
        """Whom to ask: the commander, else whoever declared it."""
        return self.commander or self.declared_by

    @property
    def public_title(self) -> str:
        """What people outside may read: a private incident never says what it is about."""
        return "Restricted incident" if self.private else self.title

    def lasted(self, now: datetime) -> timedelta:
        """How long it has lasted since it was noticed, or lasted until it was resolved."""
        return (self.resolved_at or now) - self.detected_at

    def visible_to(self, user: str | None) -> bool:
        """The one function that decides who may know that this incident exists."""
        return not self.private or (user is not None and user in self.people)

    @property
    def people(self) -> frozenset[str]:
        """Everybody who takes part: members, role holders, the declarer."""
        return self.members | frozenset(self.roles.values()) | {self.declared_by}

    def with_role(self, role: str, user: str | None) -> "Incident":
        """Give ``role`` to ``user``, or vacate it."""
        roles = {key: holder for key, holder in self.roles.items() if key != role}
        if user is not None:
            roles[role] = user
        members = self.members | ({user} if user is not None else frozenset())
        return replace(self, roles=roles, members=members)

    def updated(self, update: Update, *, next_at: datetime | None, status: Status) -> "Incident":
        """Take a written update in."""
        self.must_be_running()
        taken = replace(self, last_update=update, next_update_at=next_at, status=status, holdings=0)
        return taken.mitigated(update.at) if status is Status.MONITORING else taken

    def mitigated(self, now: datetime) -> "Incident":
        """The harm is ended: production is watched from now on. Only the first time counts."""
        return replace(self, status=Status.MONITORING, mitigated_at=self.mitigated_at or now)

    def harmed_again(self) -> "Incident":
        """What ended the harm did not last: whoever leads looks for the cause again."""
        return replace(self, status=Status.INVESTIGATING, mitigated_at=None)

    def acknowledged(self, user: str, now: datetime) -> "Incident":
        """Note who took it up first; later ones change nothing."""
        if self.acknowledged_at is not None:
            return self
        return replace(
            self, acknowledged_by=user, acknowledged_at=now, members=self.members | {user}
        )

    def resolved(self, *, root_cause: str, fix: str, now: datetime) -> "Incident":
        """End the fight; what is owed afterwards stays owed.

        Raises:
            UserError
        """
        self.must_be_running()
        return replace(
            self,
            status=Status.RESOLVED,
            resolved_at=now,
            mitigated_at=self.mitigated_at or now,
            root_cause=root_cause,
            fix=fix,
            next_update_at=None,
            holdings=0,
        )

    def reopened(self) -> "Incident":
        """Take up the fight again; the last word, that it is over, holds no more.

        Raises:
            UserError: it is running.
        """
        if self.status.running:
            raise not_resolved(self.reference)
        return replace(
            self,
            status=Status.INVESTIGATING,
            resolved_at=None,
            mitigated_at=None,
            closed_at=None,
            last_update=None,
        )

    def closed(self, now: datetime) -> "Incident":
        """Put it on file.

        Raises:
            UserError
        """
        if self.status is Status.CLOSED:
            raise incident_closed(self.reference)
        if self.status.running:
            raise not_resolved(self.reference)
        return replace(self, status=Status.CLOSED, closed_at=now)

    def must_be_running(self) -> None:
        """Refuse what makes sense only while people are fighting it."""
        if self.status is Status.RESOLVED:
            raise already_resolved(self.reference)
        if self.status is Status.CLOSED:
            raise incident_closed(self.reference)


TITLE_LIMIT = 150
#: Slack's own limit for channel names.
CHANNEL_LIMIT = 80

_SHORTCODE = re.compile(r":[a-z0-9_+'-]+:")
_GAP = re.compile(r"[^\w]+|_+")


def clean_title(text: str) -> str:
    r"""One line with a word in it, at most ``TITLE_LIMIT`` characters.

    >>> clean_title("  checkout\n is   down ")
    'checkout is down'

    Raises:
        NoTitle: nothing but blanks, punctuation or emoji.
        TooLong
    """
    visible = "".join(
        " " if unicodedata.category(char) in {"Cc", "Zl", "Zp"} else char
        for char in text
        if unicodedata.category(char) not in {"Cf", "Co", "Cs"}
    )
    title = " ".join(visible.split())
    if not any(char.isalnum() for char in _SHORTCODE.sub(" ", title)):
        raise NoTitle
    if len(title) > TITLE_LIMIT:
        raise TooLong(what="title", limit=TITLE_LIMIT, length=len(title))
    return title


def slug(text: str, limit: int = 40) -> str:
    """Lower-case words joined by dashes, cut at a word's end where one is near.

    >>> slug("Checkout is DOWN (again!)")
    'checkout-is-down-again'
    >>> slug("決済が失敗する")
    '決済が失敗する'
    >>> slug("a-very-long-title-that-goes-on", 16)
    'a-very-long'
    """
    folded = unicodedata.normalize("NFKC", _SHORTCODE.sub(" ", text)).casefold()
    whole = _GAP.sub("-", folded).strip("-")
    if len(whole) <= limit:
        return whole
    cut = whole[: limit + 1].rpartition("-")[0] or whole[:limit]
    return cut.strip("-")


def reference(pattern: str, *, year: int, number: int) -> str:
    """Fill a playbook's pattern.

    >>> reference("INC-{year}-{number:03d}", year=2026, number=14)
    'INC-2026-014'
    """
    return pattern.format(year=year, number=number)


def channel_name(pattern: str, *, year: int, number: int, title: str, drill: bool = False) -> str:
    """The channel's name: lower case, within Slack's limit, the number always kept.

    >>> channel_name("inc-{year}-{number:03d}-{slug}", year=2026, number=14, title="Checkout down")
    'inc-2026-014-checkout-down'
    """
    prefix = "drill-" if drill else ""
    words = slug(title)
    name = prefix + pattern.format(year=year, number=number, slug=words)
    return name.casefold().strip("-")[:CHANNEL_LIMIT].rstrip("-")


def channel_names(wanted: str) -> Iterator[str]:
    """The name that is wanted, then what to try while it is taken.

    >>> names = channel_names("inc-1"); [next(names) for _ in range(3)]
    ['inc-1', 'inc-1-2', 'inc-1-3']
    """
    yield wanted
    for suffix in range(2, 21):
        tail = f"-{suffix}"
        yield wanted[: CHANNEL_LIMIT - len(tail)] + tail


_WORD = re.compile(r"\w+")
_EMPTY_WORDS = frozenset(
    _WORD.findall(
        "a an and are at broken down error errors for from in is issue it no not of on our s"
        " the to us we with"
    )
)
#: Share of the shorter title's telling words that must be shared.
_ENOUGH = 0.5


def _words(title: str) -> frozenset[str]:
    """The words that tell one incident from another; all of them if none does."""
    words = frozenset(_WORD.findall(title.casefold()))
    return (words - _EMPTY_WORDS) or words


def alike(one: str, other: str) -> float:
    """How alike two titles are, from 0 to 1.

    >>> alike("checkout is down", "Checkout broken for everybody")
    1.0
    >>> alike("checkout is down", "search is down")
    0.0
    """
    left, right = _words(one), _words(other)
    if not left or not right:
        return 0.0
    return len(left & right) / min(len(left), len(right))


def similar(title: str, running: Iterable[Incident], most: int = 3) -> tuple[Incident, ...]:
    """The incidents that ``title`` might repeat, the likeliest first."""
    scored = [(alike(title, incident.title), incident) for incident in running]
    close = [pair for pair in scored if pair[0] >= _ENOUGH]
    close.sort(key=lambda pair: (-pair[0], -pair[1].id))
    return tuple(incident for _, incident in close[:most])
