"""Changes the severity, and with it cadence, escalation, invitations and what was announced."""

from dataclasses import dataclass, replace

from chatops.application.authorization import PeopleDirectory
from chatops.application.incidents.paging import notify, paged_at_once, unheard
from chatops.application.incidents.update import finish_reminder, tell_stakeholders
from chatops.application.session import IncidentSession, Request, Sessions
from chatops.domain.errors import SameSeverity
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import Post
from chatops.domain.playbook.policy import Severity
from chatops.domain.promises.while_running import STATUS_KEY, renegotiated
from chatops.domain.team import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityRequest(Request):
    """The severity that it really is, and what shows it."""

    severity: str
    reason: str = ""


class ChangeSeverity:
    """Raise or lower the severity of a running incident."""

    def __init__(self, sessions: Sessions, directory: PeopleDirectory) -> None:
        self._sessions = sessions
        self._directory = directory

    def __call__(self, request: SeverityRequest) -> Post:
        """Re-run what the severity decides.

        Raises:
            UnknownSeverity, SameSeverity, UserError, NotAllowed
        """
        audiences = {
            notice.audience: self._directory.people(notice.audience)
            for notice in self._new_severity(request).notify
        }
        authorization = self._directory.authorization(request.user, Permission.SEVERITY)
        with self._sessions.begin(request, authorization) as session:
            session.incident.must_be_running()
            old, new = session.severity, session.playbook.severity(request.severity)
            if old.key == new.key:
                raise SameSeverity(new.label)
            finish_reminder(session)
            session.incident = replace(
                session.incident, severity=new.key, severity_since=session.now
            )
            _renew_promises(session)
            fresh = {name: audiences[name] for name in unheard(old, new)}
            if not session.incident.drill:
                session.invite(*paged_at_once(new, fresh))
            _tell(session, old, request.reason.strip())
            notify(session, fresh)
            return session.answer("severity_answer", old=old)

    def _new_severity(self, request: SeverityRequest) -> Severity:
        with self._sessions.looking(request) as session:
            return session.playbook.severity(request.severity)


def _renew_promises(session: IncidentSession) -> None:
    for promise in renegotiated(
        session.promises(), session.incident, session.severity, session.now
    ):
        session.promise(promise)
    status = session.work.promises.get(session.incident.id, STATUS_KEY)
    due = status.due_at if status is not None and status.open else None
    session.incident = replace(session.incident, next_update_at=due)


def _tell(session: IncidentSession, old: Severity, reason: str) -> None:
    number = session.incident.version
    text = f"{old.label} → {session.severity.label}"
    session.note(EntryKind.SEVERITY, text, reason=reason)
    changed = session.post("severity_changed", old=old, reason=reason)
    session.tell_room(f"severity:{number}", changed)
    public = session.post("severity_changed_public", old=old)
    tell_stakeholders(session, f"severity_public:{number}", public)
