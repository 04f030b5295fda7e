"""Changes the severity, and with it cadence, escalation, invitations and what was announced."""

from dataclasses import dataclass, replace

from chatops.application.authorization import PeopleDirectory
from chatops.application.incidents.paging import notify, paged_at_once, unheard
from chatops.application.incidents.update import settle_nudge, tell_stakeholders
from chatops.application.session import IncidentSession, Request, Sessions
from chatops.domain.errors import SameSeverity
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import Post
from chatops.domain.playbook.policy import Severity
from chatops.domain.promises.model import STATUS_KEY, renegotiated
from chatops.domain.team import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityRequest(Request):
    """The severity that it really is, and what shows it."""

    severity: str
    reason: str = ""


class ChangeSeverity:
    """Raise or lower the severity of a running incident."""

    def __init__(self, turns: Sessions, directory: PeopleDirectory) -> None:
        self._turns = turns
        self._directory = directory

    def __call__(self, request: SeverityRequest) -> Post:
        """Re-run what the severity decides.

        Raises:
            UnknownSeverity, SameSeverity, AlreadyResolved, IncidentClosed, NotAllowed
        """
        audiences = {
            notice.audience: self._directory.people(notice.audience)
            for notice in self._new_severity(request).notify
        }
        standing = self._directory.standing(request.user, Permission.SEVERITY)
        with self._turns.turn(request, standing) as turn:
            turn.incident.must_be_running()
            old, new = turn.severity, turn.playbook.severity(request.severity)
            if old.key == new.key:
                raise SameSeverity(new.label)
            settle_nudge(turn)
            turn.incident = replace(turn.incident, severity=new.key, severity_since=turn.now)
            _renew_promises(turn)
            fresh = {name: audiences[name] for name in unheard(old, new)}
            if not turn.incident.drill:
                turn.invite(*paged_at_once(new, fresh))
            _tell(turn, old, request.reason.strip())
            notify(turn, fresh)
            return turn.answer("severity_answer", old=old)

    def _new_severity(self, request: SeverityRequest) -> Severity:
        with self._turns.looking(request) as turn:
            return turn.playbook.severity(request.severity)


def _renew_promises(turn: IncidentSession) -> None:
    for promise in renegotiated(turn.promises(), turn.incident, turn.severity, turn.now):
        turn.promise(promise)
    status = turn.work.promises.get(turn.incident.id, STATUS_KEY)
    due = status.due_at if status is not None and status.open else None
    turn.incident = replace(turn.incident, next_update_at=due)


def _tell(turn: IncidentSession, old: Severity, reason: str) -> None:
    number = turn.incident.version
    text = f"{old.label} → {turn.severity.label}"
    turn.note(EntryKind.SEVERITY, text, reason=reason)
    changed = turn.post("severity_changed", old=old, reason=reason)
    turn.tell_room(f"severity:{number}", changed)
    public = turn.post("severity_changed_public", old=old)
    tell_stakeholders(turn, f"severity_public:{number}", public)
