"""Starts drills: an incident that is none, played from a scenario."""

from dataclasses import replace

from chatops.application.authorization import PeopleDirectory
from chatops.application.drills.course import buttons, keep, promise_begin, real_one
from chatops.application.drills.play import begin
from chatops.application.incidents.paging import notify
from chatops.application.incidents.roles import find_role, tell_holder
from chatops.application.ports.scenarios import DrillRequest, Scenarios
from chatops.application.ports.storage import UnitOfWork
from chatops.application.session import IncidentSession, Sessions, take_once
from chatops.domain.drills.scenario import (
    PACES,
    REFERENCE,
    Course,
    RealIncidentFirst,
    Scenario,
    bad_pace,
)
from chatops.domain.incident.model import COMMANDER, Incident, channel_name, reference
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.effects import Answer, OpenChannel, PinBoard
from chatops.domain.messages.posts import Post
from chatops.domain.playbook.policy import Playbook, Severity, Snapshot
from chatops.domain.team import Permission
from chatops.domain.time.parse import passed


class StartDrill:
    """Start a tabletop drill, now or at a time."""

    def __init__(
        self, sessions: Sessions, directory: PeopleDirectory, scenarios: Scenarios
    ) -> None:
        self._sessions = sessions
        self._directory = directory
        self._scenarios = scenarios

    def __call__(self, request: DrillRequest) -> Post:
        """Open its room, and set its events on the clock.

        Raises:
            UnknownScenario, UnknownSeverity, UserError, InvalidTime, RealIncidentFirst, NotAllowed
            Repeated
        """
        scenario = self._scenarios.find(request.scenario)
        if request.pace not in PACES:
            raise bad_pace(request.pace)
        if request.at is not None and request.at <= request.now:
            raise passed(request.at)
        self._directory.authorization(request.user, Permission.DRILL).require(None)
        snapshot = self._sessions.playbooks.current()
        playbook = self._sessions.playbooks.revive(snapshot)
        severity = _severity(playbook, scenario, request.severity)
        with self._sessions.writing() as work:
            take_once(work, request.once, request.now)
            if request.at is None:
                _must_be_quiet(work, request.team)
            work.snapshots.keep(snapshot)
            incident = _record(work, request, scenario, severity, snapshot, playbook)
            session = self._sessions.within(work, incident, actor=request.user, now=request.now)
            course = _course(request, scenario, severity)
            _open(session, request)
            # The board comes first, so that it can be pinned.
            session.finish(was=replace(incident, version=0, title=""))
            opened = session.incident
            _set_going(session, request, course)
            session.finish(was=opened)
            answer = session.answer("drill_answer", course=course, at=request.at)
            if request.answer_url is not None:
                done = session.post("channel_open_answer")
                session.do("answer", session.room.lane, Answer(url=request.answer_url, post=done))
            return answer


def _severity(playbook: Playbook, scenario: Scenario, asked: str) -> Severity:
    """Raises UnknownSeverity."""
    return playbook.severity(asked) if asked else scenario.severities[0].of(playbook)


def _must_be_quiet(work: UnitOfWork, team: str) -> None:
    """Raises RealIncidentFirst."""
    real = real_one(work, team)
    if real is not None:
        raise RealIncidentFirst(real.reference if real.visible_to(None) else "")


def _course(request: DrillRequest, scenario: Scenario, severity: Severity) -> Course:
    return Course(
        scenario=scenario,
        begins_at=request.at or request.now,
        by=request.user,
        severity=severity.key,
        pace=request.pace,
        led=request.commander is not None,
    )


def _record(
    work: UnitOfWork,
    request: DrillRequest,
    scenario: Scenario,
    severity: Severity,
    snapshot: Snapshot,
    playbook: Playbook,
) -> Incident:
    begins = request.at or request.now
    year = request.now.year
    number = work.incidents.next_number(request.team, year, drill=True)
    counted = abs(number)
    named = "" if scenario.private else scenario.title
    return work.incidents.add(
        Incident(
            id=0,
            team=request.team,
            year=year,
            number=number,
            reference=reference(REFERENCE, year=year, number=counted),
            title=scenario.title,
            severity=severity.key,
            severity_since=begins,
            playbook=snapshot.digest,
            declared_by=request.user,
            declared_at=begins,
            detected_at=begins,
            private=scenario.private,
            drill=True,
            scenario=scenario.key,
            impact=scenario.impact.strip(),
            symptoms=scenario.symptoms.strip(),
            roles={COMMANDER: request.commander} if request.commander else {},
            channel_name=channel_name(
                playbook.channel, year=year, number=counted, title=named, drill=True
            ),
        )
    )


def _open(session: IncidentSession, request: DrillRequest) -> None:
    session.do("open", session.room.lane, OpenChannel(incident=session.incident.id))
    session.invite(request.user, *filter(None, (request.commander,)))
    if request.commander:
        tell_holder(session, find_role(session, COMMANDER), request.commander)


def _set_going(session: IncidentSession, request: DrillRequest, course: Course) -> None:
    session.note(EntryKind.DECLARED, f"Drill, {session.severity.label}: {session.incident.title}")
    if request.at is None:
        begin(session, course)
        notify(session, {notice.audience: () for notice in session.severity.notify})
    else:
        promise_begin(session, course)
        keep(session, course)
        post = session.post(
            "drill_waiting", course=course, buttons=buttons(session, paused=False)[1:]
        )
        session.tell_room("drill:waiting", post)
    session.do("pin", session.room.lane, PinBoard(incident=session.incident.id))
