"""Hears alerts from monitoring: each belongs to one incident, and none is heard twice."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chatops.application.authorization import PeopleDirectory
from chatops.application.incidents.update import update_button
from chatops.application.lifecycle.declare import TEXT_LIMIT, Declare, DeclarePlan, DeclareRequest
from chatops.application.ports.storage import UnitOfWork
from chatops.application.session import IncidentSession, Sessions
from chatops.domain.errors import UnknownSeverity, UserError
from chatops.domain.incident.model import TITLE_LIMIT, Incident
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle
from chatops.domain.playbook.policy import Playbook, Severity

#: The most of a group that is put on a timeline one by one.
_MOST = 20
#: The most characters of an alert's own words.
_WORDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One thing that fires, or has stopped; ``id`` tells this time from any other, if it can."""

    id: str
    firing: bool
    text: str
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertGroup:
    """What monitoring says about one thing that is wrong, or (not ``firing``) was.

    ``key`` stays the same for as long as it is the same thing. ``severity`` is what monitoring
    calls it.
    """

    team: str
    key: str
    now: datetime
    title: str
    firing: bool
    alerts: tuple[Alert, ...]
    severity: str = ""
    service: str = ""
    details: str = ""


class AlertOutcome(StrEnum):
    """What came of it."""

    DECLARED = "declared"
    LINKED = "linked"
    OVER = "over"
    KNOWN = "known"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """What came of it, and in which incident."""

    outcome: AlertOutcome
    incident: Incident | None = None


class NobodyToTell(UserError):
    """An incident that nobody asked for has nobody to begin with."""

    def __init__(self, severity: str) -> None:
        super().__init__(
            f"Nobody would hear of a {severity} incident: `chatops.yml` names no people for the"
            " audiences that its playbook tells."
        )


class TakeAlert:
    """Declare an incident for what fires, or put it on the timeline of the one that it has."""

    def __init__(self, sessions: Sessions, directory: PeopleDirectory, declare: Declare) -> None:
        self._sessions = sessions
        self._directory = directory
        self._declare = declare

    def __call__(self, group: AlertGroup) -> Hearing:
        """Take a group of alerts; hearing the same again changes nothing.

        Raises:
            NoTitle, NobodyToTell
        """
        request = self._request(group)
        plan = self._declare.planned(request)
        with self._sessions.writing() as work:
            key = _digest(group.key)
            held = work.alerts.hold(group.team, key)
            incident = None if held is None else work.incidents.get(held)
            if incident is not None and incident.status.running:
                return self._linked(work, group, incident)
            if not group.firing or (incident and _all_known(work, group, incident)):
                outcome = AlertOutcome.KNOWN if group.firing else AlertOutcome.IGNORED
                return Hearing(outcome=outcome, incident=incident)
            declared = self._declared(work, group, request, plan)
            work.alerts.link(group.team, key, declared.id)
            return Hearing(outcome=AlertOutcome.DECLARED, incident=declared)

    def _request(self, group: AlertGroup) -> DeclareRequest:
        look = self._sessions.playbooks
        severity = self._severity(look.revive(look.current()), group.severity)
        return DeclareRequest(
            team=group.team,
            user=self._first(severity),
            now=group.now,
            title=" ".join(group.title.split())[:TITLE_LIMIT],
            severity=severity.key,
            symptoms=group.details[:TEXT_LIMIT],
            service=group.service or None,
            unasked=True,
        )

    def _severity(self, playbook: Playbook, said: str) -> Severity:
        """What the team calls it; in doubt the worst, which can be lowered later."""
        rules = self._sessions.team.alerts
        for key in (rules.severity.get(said), said, rules.otherwise):
            try:
                if key:
                    return playbook.severity(key)
            except UnknownSeverity:
                continue
        return playbook.severities[0]

    def _first(self, severity: Severity) -> str:
        """Who is paged first, or else told first."""
        for notice in sorted(severity.notify, key=lambda each: not each.page):
            for user in self._directory.people(notice.audience):
                return user
        raise NobodyToTell(severity.label)

    def _declared(
        self, work: UnitOfWork, group: AlertGroup, request: DeclareRequest, plan: DeclarePlan
    ) -> Incident:
        session = self._declare.within(work, request, plan)
        _noted(session, group)
        return session.incident

    def _linked(self, work: UnitOfWork, group: AlertGroup, incident: Incident) -> Hearing:
        session = self._sessions.within(work, incident, actor=None, now=group.now)
        new = _noted(session, group)
        if not new:
            return Hearing(outcome=AlertOutcome.KNOWN, incident=incident)
        if group.firing:
            post = session.post("alert_heard", title=group.title, entries=new)
            session.tell_thread(f"alert_heard:{session.version}", post)
        else:
            self._ask_whether_it_is_over(session, group)
        session.finish(was=incident)
        return Hearing(
            outcome=AlertOutcome.LINKED if group.firing else AlertOutcome.OVER,
            incident=session.incident,
        )

    def _ask_whether_it_is_over(self, session: IncidentSession, group: AlertGroup) -> None:
        about = str(session.incident.id)
        resolve = Button(
            ask=ActionId("resolve"), label="Resolve", about=about, tone=ButtonStyle.WANTED
        )
        buttons = (resolve, update_button(session, tone=ButtonStyle.PLAIN))
        post = session.post("alert_over", title=group.title, buttons=buttons)
        session.tell_room(f"alert_over:{session.version}", post)


def _all_known(work: UnitOfWork, group: AlertGroup, incident: Incident) -> bool:
    """Whether what fires was on the record of an incident that has ended since.

    An alert that cannot be told from another time may have come back.
    """
    return all(
        each.id and work.timeline.has(incident.id, _source(each))
        for each in group.alerts[:_MOST]
        if each.firing
    )


def _noted(session: IncidentSession, group: AlertGroup) -> tuple[object, ...]:
    """Put on the timeline what is not there yet; returns the new entries."""
    entries = (
        session.note(
            EntryKind.NOTE,
            f"{'Alert' if each.firing else 'Alert is over'}: {each.text[:_WORDS]}",
            reason=each.link[:_WORDS],
            source=_source(each),
        )
        for each in group.alerts[:_MOST]
    )
    return tuple(entry for entry in entries if entry is not None)


def _source(alert: Alert) -> str:
    state = "firing" if alert.firing else "over"
    return f"alert:{state}:{_digest(alert.id or alert.text)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
