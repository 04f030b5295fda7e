"""What a playbook decides about an incident: severities, clocks, people to tell, deadlines."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum
from typing import ClassVar

from chatops.domain.errors import UnknownSeverity
from chatops.domain.playbook.hotfix import HotfixPolicy, Path
from chatops.domain.strict import STRICT
from chatops.domain.time.business_hours import WorkingHours


class EscalationTrigger(StrEnum):
    """What must still be so when a rung of an escalation ladder comes due."""

    UNACKNOWLEDGED = "unacknowledged"
    UNRESOLVED = "unresolved"
    UPDATE_OVERDUE = "update_overdue"


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationStep:
    """One step of an escalation ladder.

    ``after`` counts from the moment the severity took effect (for ``update_overdue``: from the
    moment the missed update was due). ``tell`` names audiences of ``chatops.yml`` or roles.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    when: EscalationTrigger
    after: timedelta
    tell: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationRule:
    """Who hears of an incident, and by when after it is declared."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    audience: str
    within: timedelta = timedelta()
    page: bool = False

    @property
    def pages_at_once(self) -> bool:
        return self.page and not self.within


@dataclass(frozen=True, slots=True, kw_only=True)
class PostMortemRule:
    """Whether a post-mortem is owed, and between which moments after resolution.

    ``next_day`` has the review on the day after, and the post-mortem due by the end of that day
    where ``due`` says nothing else. The review lies between ``not_before`` and what is due.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    owed: bool
    due: timedelta | None = None
    next_day: bool = False
    not_before: timedelta = timedelta()
    root_cause_due: timedelta | None = None
    #: The shortest and the longest time to book for the review; none: no review is offered.
    review_minutes: tuple[int, int] | None = None
    #: The time of day at which a review is offered, in the playbook's zone.
    review_at: time = time(10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Severity:
    """One level of a playbook's scale; the tuple in the playbook runs from worst to mildest."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    key: str
    name: str
    definition: str
    path: Path
    examples: tuple[str, ...] = ()
    #: Time until somebody must have taken the incident up.
    respond_within: timedelta | None = None
    #: Time until the fix must be in production.
    fix_within: timedelta | None = None
    #: How often stakeholders hear of it; none means that updates are not promised.
    update_every: timedelta | None = None
    #: How often business and product hear of it besides.
    business_update_every: timedelta | None = None
    nudge_before: timedelta = timedelta(minutes=5)
    notify: tuple[NotificationRule, ...] = ()
    escalation: tuple[EscalationStep, ...] = ()
    post_mortem: PostMortemRule = PostMortemRule(owed=False)

    @property
    def label(self) -> str:
        """How people call it.

        >>> Severity(key="P0", name="Critical", definition="", path=Path.HOTFIX).label
        'P0 Critical'
        >>> Severity(key="High", name="High", definition="", path=Path.EXPEDITED).label
        'High'
        """
        return (
            self.key if self.key.casefold() == self.name.casefold() else f"{self.key} {self.name}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleSpec:
    """A part somebody plays in an incident, and what it asks of them."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    key: str
    name: str
    duty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminders:
    """How people are reminded of what they owe once the fight is over.

    The owner is reminded ``nudge_before`` it is due, and again each ``again_after`` when it is
    overdue (day by day: when the working day begins); each time one more of the ``ladder`` hears
    of it: ``owner``, roles, audiences. Outside working hours nobody is reminded; of incidents of
    the severities in ``loud`` people hear at weekends too, but for action items.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    nudge_before: timedelta = timedelta(hours=4)
    again_after: timedelta = timedelta(days=1)
    ladder: tuple[str, ...] = ("owner", "commander")
    loud: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestRule:
    """A summary that a channel gets regularly; nothing is posted when there is nothing to say.

    ``cron`` has five fields, in the playbook's zone, with weekdays by name: ``0 9 * * mon-fri``.
    ``channel`` is ``stakeholders``, ``alerts``, or a channel as `chatops.yml` names them.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    key: str
    title: str
    cron: str
    channel: str
    covers: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostMortemQuestion:
    """A gap that a post-mortem leaves for people to fill: ``prompt`` helps, without blame.

    What is answered to a question with the key ``root_cause`` is the incident's root cause.
    ``lesson`` marks what others may learn from: it is told where learnings are.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    key: str
    ask: str
    prompt: str = ""
    lesson: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    """A team's policy, as data; ``hotfix`` holds the half that concerns code."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    name: str
    title: str
    source: str
    severities: tuple[Severity, ...]
    hotfix: HotfixPolicy
    roles: tuple[RoleSpec, ...] = ()
    #: Patterns with ``{year}``, ``{number}`` (``{number:03d}``) and, for the channel, ``{slug}``.
    reference: str = "INC-{year}-{number:03d}"
    channel: str = "inc-{year}-{number:03d}-{slug}"
    zone: str = "UTC"
    working_hours: WorkingHours = field(default_factory=WorkingHours)
    #: What the declare form advises when the person cannot tell which severity it is.
    when_unsure: str = "Pick the higher one; it can be lowered later."
    status_page: str | None = None
    #: After so long in one incident a person is asked to hand over.
    hand_over_after: timedelta | None = None
    #: After so long without a commander somebody is asked to lead.
    lead_within: timedelta | None = None
    #: After so long without a word on its timeline a running incident is asked about.
    stale_after: timedelta | None = None
    #: So long after it was resolved an incident is to be closed.
    close_after: timedelta | None = None
    #: So long after it was closed its channel is archived.
    archive_after: timedelta | None = None
    reminders: Reminders = Reminders()
    digests: tuple[DigestRule, ...] = ()
    #: What a post-mortem asks people, in this order.
    questions: tuple[PostMortemQuestion, ...] = ()

    def severity(self, key: str) -> Severity:
        """Find a severity by key, whatever the case.

        Raises:
            UnknownSeverity: the playbook has none of that name.
        """
        for severity in self.severities:
            if severity.key.casefold() == key.strip().casefold():
                return severity
        raise UnknownSeverity(key, tuple(each.key for each in self.severities))

    def is_worse(self, one: str, other: str) -> bool:
        """Say whether severity ``one`` stands above ``other``."""
        order = [severity.key for severity in self.severities]
        return order.index(one) < order.index(other)

    def role(self, key: str) -> RoleSpec | None:
        return next((role for role in self.roles if role.key == key), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A playbook as it was at one moment: what an incident declared then lives under for good.

    ``digest`` is a hash over the rest, ``document`` the playbook as JSON, ``texts`` the source of
    each text by name, shared texts included.
    """

    digest: str
    name: str
    document: str
    texts: Mapping[str, str]
