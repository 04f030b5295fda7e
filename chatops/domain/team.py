"""A team's settings, from `chatops.yml`: its audiences, where it speaks, who may do what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from chatops.domain.policy import STRICT


class Deed(StrEnum):
    """What a team may restrict; everything else is open to everybody who can see the incident."""

    DECLARE = "declare"
    UPDATE = "update"
    SEVERITY = "severity"
    ASSIGN = "assign"
    PAGE = "page"
    DECIDE = "decide"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    CLOSE = "close"
    SNOOZE = "snooze"
    WAIVE = "waive"


#: Names that stand for people in a permission besides the audiences and the playbook's roles.
ANYONE = "anyone"
MEMBERS = "members"

DEFAULT_PERMISSIONS: Mapping[Deed, tuple[str, ...]] = {
    Deed.DECLARE: (ANYONE,),
    Deed.UPDATE: (MEMBERS,),
    Deed.SEVERITY: (MEMBERS,),
    Deed.ASSIGN: (MEMBERS,),
    Deed.PAGE: (MEMBERS,),
    Deed.DECIDE: (MEMBERS,),
    Deed.RESOLVE: (MEMBERS,),
    Deed.REOPEN: (MEMBERS,),
    Deed.CLOSE: (MEMBERS,),
    Deed.SNOOZE: ("commander",),
    Deed.WAIVE: ("commander",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """Where the bot speaks outside incidents: channel ids, or names of channels it is in."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    stakeholders: str | None = None
    alerts: str | None = None


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
class Team:
    """One team's settings.

    ``audiences`` maps a name used by the playbook (``oncall``, ``engineering_lead``) to Slack
    user ids (U…) and user group ids (S…). ``playbook`` is a shipped name or a folder's path.
    ``permissions`` maps a deed to audiences, roles, ``members`` or ``anyone``.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    playbook: str = "priority"
    channels: Channels = Channels()
    audiences: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    permissions: Mapping[Deed, tuple[str, ...]] = field(default_factory=dict)
    services: tuple[str, ...] = ()
    incident_command: str = "/incident"
    alerts: AlertRules = AlertRules()

    def allowed(self, deed: Deed) -> tuple[str, ...]:
        """Who may do it, by the names of roles and audiences."""
        return self.permissions.get(deed, DEFAULT_PERMISSIONS[deed])
