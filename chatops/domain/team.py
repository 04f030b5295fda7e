"""A team's settings, from `chatops.yml`: its audiences, where it speaks, who may do what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Self

from chatops.domain.playbook.policy import Playbook
from chatops.domain.services import Service
from chatops.domain.strict import STRICT

#: Names that stand for people in a permission besides the audiences and the playbook's roles.
ANYONE = "anyone"
MEMBERS = "members"


class Permission(StrEnum):
    """What a team may restrict, and to whom it is left where the team says nothing.

    Everything else is open to everybody who can see the incident.
    """

    default: tuple[str, ...]

    def __new__(cls, name: str, *default: str) -> Self:
        member = str.__new__(cls, name)
        member._value_ = name
        member.default = default
        return member

    DECLARE = "declare", ANYONE
    UPDATE = "update", MEMBERS
    SEVERITY = "severity", MEMBERS
    ASSIGN = "assign", MEMBERS
    PAGE = "page", MEMBERS
    DECIDE = "decide", MEMBERS
    RESOLVE = "resolve", MEMBERS
    REOPEN = "reopen", MEMBERS
    CLOSE = "close", MEMBERS
    SNOOZE = "snooze", "commander"
    WAIVE = "waive", "commander"
    HOTFIX = "hotfix", MEMBERS
    ROLLBACK = "rollback", MEMBERS
    LEAVE = "leave", "commander"
    HAND_OVER = "hand_over", MEMBERS
    POST_MORTEM = "post_mortem", MEMBERS
    DRILL = "drill", ANYONE


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamChannels:
    """Where the bot speaks outside incidents: channel ids, or names of channels it is in."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    stakeholders: str | None = None
    alerts: str | None = None
    #: Where what was learned is told once a post-mortem is done.
    learnings: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRules:
    """How alerts from monitoring become incidents.

    ``severity`` maps what alerts call theirs to the playbook's; what it leaves out and is none of
    the playbook's own is ``otherwise``, or (none) the worst. ``service`` and ``label`` name the
    labels in which alerts say their service and severity.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    severity: Mapping[str, str] = field(default_factory=dict)
    otherwise: str | None = None
    label: str = "severity"
    service: str = "service"


@dataclass(frozen=True, slots=True, kw_only=True)
class GitRules:
    """Who the bot is in git, and who people are there.

    ``people`` maps Slack user ids to ``Name <address>``; who is not in it appears under the name
    of their profile. ``accounts`` maps Slack user ids to names on the forge, ``reviewers``
    audiences to who they are there: names, and teams as ``team:name``.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    name: str = "Incident bot"
    email: str = "incident-bot@localhost"
    people: Mapping[str, str] = field(default_factory=dict)
    accounts: Mapping[str, str] = field(default_factory=dict)
    reviewers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocsSettings:
    """Where post-mortems are kept as files: the repository of a service, and a path in it.

    ``path`` is a pattern with ``{year}``, ``{reference}`` and ``{slug}``.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    service: str
    branch: str = "main"
    path: str = "postmortems/{year}/{reference}-{slug}.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerSettings:
    """Where action items become issues: the forge repository of a service, and their labels."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    service: str
    labels: tuple[str, ...] = ("incident",)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillSettings:
    """Where a team's own scenarios are: a folder of .yml files, besides the shipped ones."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    folder: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """One team's settings.

    ``audiences`` maps a name used by the playbook (``oncall``, ``engineering_lead``) to Slack
    user ids (U…) and user group ids (S…). ``playbook`` is a shipped name or a folder's path.
    ``permissions`` maps a deed to audiences, roles, ``members`` or ``anyone``. ``services`` are
    by name.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    playbook: str = "priority"
    channels: TeamChannels = TeamChannels()
    audiences: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    permissions: Mapping[Permission, tuple[str, ...]] = field(default_factory=dict)
    services: Mapping[str, Service] = field(default_factory=dict)
    git: GitRules = GitRules()
    incident_command: str = "/incident"
    hotfix_command: str = "/hotfix"
    alerts: AlertRules = AlertRules()
    docs: DocsSettings | None = None
    tracker: TrackerSettings | None = None
    drills: DrillSettings = DrillSettings()

    def allowed(self, deed: Permission) -> tuple[str, ...]:
        """Who may do it, by the names of roles and audiences."""
        return self.permissions.get(deed, deed.default)

    @property
    def coded(self) -> Mapping[str, Service]:
        """The services of which a hotfix can be made."""
        return {name: service for name, service in self.services.items() if service.has_code}


def audiences(playbook: Playbook) -> frozenset[str]:
    """Every audience that the playbook tells, pages, or asks for approval; its own roles aside."""
    told = {
        name
        for severity in playbook.severities
        for name in (
            *(notice.audience for notice in severity.notify),
            *(name for step in severity.escalation for name in step.tell),
        )
    }
    rules = playbook.hotfix.severities.values()
    approving = {role for rule in rules for role in rule.approval.roles}
    reviewing = {
        reviewer
        for pipeline in playbook.hotfix.pipelines
        for request in (pipeline.pull_request, pipeline.backport and pipeline.backport.pull_request)
        if request
        for reviewer in request.reviewers
    }
    return frozenset((told | approving | reviewing) - {role.key for role in playbook.roles})
