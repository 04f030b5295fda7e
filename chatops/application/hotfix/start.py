"""Starts a hotfix, if the gate lets it through; counts those that it does not."""

import re
from dataclasses import replace

from chatops.application.authorization import PeopleDirectory
from chatops.application.hotfix.session import HotfixSession, StartRequest
from chatops.application.hotfix.state_machine import go_on
from chatops.application.incidents.timeline_notes import written
from chatops.application.session import IncidentSession, Sessions
from chatops.domain.drills.scenario import not_in_adrill
from chatops.domain.git.names import slug
from chatops.domain.hotfix.errors import (
    NoHotfixHere,
    NoSuchWay,
    NotAHotfix,
    RedFlags,
    UnansweredGate,
    UnknownService,
    WrongTicket,
)
from chatops.domain.hotfix.model import Backport, Hotfix, StepRun
from chatops.domain.incident.model import Status
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle, Post
from chatops.domain.playbook.hotfix import Gate, Path
from chatops.domain.playbook.pipeline import Pipeline, StepKind
from chatops.domain.services import Service
from chatops.domain.tasks import Task
from chatops.domain.team import Permission

TITLE_LIMIT = 100
REASON_LIMIT = 500


class Start:
    """Open the gate, or say which way is open instead."""

    def __init__(self, sessions: Sessions, directory: PeopleDirectory) -> None:
        self._sessions = sessions
        self._directory = directory

    def __call__(self, request: StartRequest) -> Post:
        """Begin a hotfix of one service.

        Raises:
            NotAHotfix: the gate says no; it is counted.
            RedFlags: the reason speaks against it, and nobody said that they mean it.
            UnansweredGate, NoHotfixHere, UnknownService, WrongTicket, NoSuchWay
            NothingWritten, TooLong, NotAllowed, UserError
        """
        title = written(request.title, what="what the fix does", limit=TITLE_LIMIT)
        if request.reason.strip():
            written(request.reason, what="reason", limit=REASON_LIMIT)
        authorization = self._directory.authorization(request.user, Permission.HOTFIX)
        try:
            with self._sessions.begin(request, authorization) as incident_session:
                incident_session.incident.must_be_running()
                if incident_session.incident.drill:
                    raise not_in_adrill()
                _must_pass(incident_session, request)
                hotfix = _draft(incident_session, replace(request, title=title))
                session = HotfixSession(
                    incident_session, incident_session.work.hotfixes.add(hotfix)
                )
                _number(session)
                _tell(session, request)
                go_on(session)
                session.look_out()
                session.save()
                session.show()
                return session.answer(
                    "hotfix_answer", *_next_button(session), step=session.hotfix.current
                )
        except (NotAHotfix, NoHotfixHere) as refusal:
            self._count(request, refusal.why)
            raise

    def knock(self, request: StartRequest) -> None:
        """Before anything is answered: see whether the severity lets anybody start a hotfix.

        Raises:
            NoHotfixHere: it does not; it is counted.
        """
        try:
            with self._sessions.looking(request) as incident_session:
                _must_be_for_hotfixes(incident_session)
        except NoHotfixHere as refusal:
            self._count(request, refusal.why)
            raise

    def _count(self, request: StartRequest, why: str) -> None:
        """Put the refusal on the timeline, where it can be counted."""
        with self._sessions.begin(replace(request, once=None)) as incident_session:
            title = request.title.strip()[:TITLE_LIMIT] or "asked for"
            incident_session.note(EntryKind.HOTFIX_REFUSED, f"Not a hotfix: {title}", reason=why)


def _must_pass(incident_session: IncidentSession, request: StartRequest) -> None:
    gate = incident_session.playbook.hotfix.gate
    _must_be_for_hotfixes(incident_session)
    if not gate.holds(request.criteria):
        raise NotAHotfix(_why_not(gate, request), _instead(gate, gate.when_unsure))
    path = gate.path(request.answers)
    if path is None:
        raise UnansweredGate(
            [each.ask for each in gate.questions if each.key not in request.answers]
        )
    if path is not Path.HOTFIX:
        raise NotAHotfix(_why_answered(gate, request), _instead(gate, path))
    lacking = [
        text for index, text in enumerate(gate.prerequisites) if index not in request.prerequisites
    ]
    if lacking:
        raise UnansweredGate(lacking)
    flags = gate.warns(f"{request.title} {request.reason}")
    if flags and not request.anyway:
        raise RedFlags(flags, _instead(gate, gate.when_unsure))


def _must_be_for_hotfixes(incident_session: IncidentSession) -> None:
    """Raises NoHotfixHere."""
    policy = incident_session.playbook.hotfix
    if policy.severities and incident_session.severity.key not in policy.severities:
        allowed = [
            each.label
            for each in incident_session.playbook.severities
            if each.key in policy.severities
        ]
        instead = _instead(policy.gate, incident_session.severity.path)
        raise NoHotfixHere(incident_session.severity.label, allowed, instead)


def _why_not(gate: Gate, request: StartRequest) -> str:
    missing = [text for index, text in enumerate(gate.criteria) if index not in request.criteria]
    if gate.needs == "any" or not missing:
        return gate.rule or "none of the criteria holds."
    return f"this does not hold: {missing[0]}."


def _why_answered(gate: Gate, request: StartRequest) -> str:
    denied = [each.ask for each in gate.questions if request.answers.get(each.key) is False]
    return f"the answer to “{denied[0]}” is no." if denied else gate.rule


def _instead(gate: Gate, path: Path) -> str:
    words = gate.instead.get(path) or gate.instead.get(Path.NORMAL, "")
    return f"Instead: {words}" if words else ""


def _draft(incident_session: IncidentSession, request: StartRequest) -> Hotfix:
    policy = incident_session.playbook.hotfix
    service = _service(incident_session, request)
    key = request.pipeline or service.pipeline
    pipeline = policy.pipeline(key)
    if pipeline is None:
        known = [each.key for each in policy.pipelines]
        what = f"The playbook has no pipeline “{key}”." if key else "The playbook has no pipeline."
        raise NoSuchWay(what, known)
    ticket = request.ticket.strip()
    if policy.ticket is not None and not re.fullmatch(policy.ticket.pattern, ticket):
        raise WrongTicket(policy.ticket.name, policy.ticket.example)
    targets = pipeline.backport.targets if pipeline.backport is not None else ()
    if pipeline.backport is not None and service.targets is not None:
        targets = service.targets
    hotfix = Hotfix(
        id=0,
        incident=incident_session.incident.id,
        number=0,
        service=service.name,
        pipeline=pipeline.key,
        title=request.title,
        started_by=request.user,
        started_at=incident_session.now,
        steps=_steps(pipeline),
        ticket=ticket if policy.ticket is not None else "",
        scope=request.scope.strip(),
        impact=request.impact.strip(),
        scenario=request.scenario,
        way=request.way,
        source=request.source,
        backports=tuple(Backport(target=target) for target in targets),
    )
    return hotfix.done(
        StepKind.GATE,
        *_evidence(incident_session, request),
        by=request.user,
        now=incident_session.now,
    )


def _steps(pipeline: Pipeline) -> tuple[StepRun, ...]:
    return tuple(StepRun(kind=step.kind, title=step.title) for step in pipeline.steps)


def _service(incident_session: IncidentSession, request: StartRequest) -> Service:
    coded = incident_session.team.coded
    asked = request.service or incident_session.incident.service or ""
    if asked in coded:
        return coded[asked]
    if not request.service and len(coded) == 1:
        return next(iter(coded.values()))
    raise UnknownService(request.service or asked, sorted(coded))


def _evidence(incident_session: IncidentSession, request: StartRequest) -> tuple[str, ...]:
    gate = incident_session.playbook.hotfix.gate
    held = [
        gate.criteria[index] for index in sorted(request.criteria) if index < len(gate.criteria)
    ]
    answered = [f"{each.ask} yes" for each in gate.questions if request.answers.get(each.key)]
    return (*held, *answered, *((request.reason.strip(),) if request.reason.strip() else ()))


def _number(session: HotfixSession) -> None:
    """Give it the numbered work item of the playbook, with the tasks that it starts with."""
    rule = session.policy.increment
    if rule is None:
        return
    name = slug(session.hotfix.title) or slug(session.incident.reference)
    increment = rule.pattern.format(number=session.hotfix.id, slug=name)
    session.change(increment=increment)
    for text in rule.tasks:
        task = Task(
            incident=session.incident.id,
            number=0,
            text=text,
            made_by=session.hotfix.started_by,
            made_at=session.now,
        )
        session.work.tasks.add(task)


def _tell(session: HotfixSession, request: StartRequest) -> None:
    if session.incident.status is Status.INVESTIGATING:
        session.incident_session.incident = replace(session.incident, status=Status.FIXING)
    session.note(
        f"Hotfix started for {session.hotfix.service}: {session.hotfix.title}",
        reason=request.reason,
    )
    scenarios = session.policy.scenarios
    scenario = next((each for each in scenarios if each.key == request.scenario), None)
    post = session.post("hotfix_started", scenario=scenario, increment=session.hotfix.increment)
    session.tell_room("started", post)


def _next_button(session: HotfixSession) -> tuple[Button, ...]:
    current = session.hotfix.current
    if current is None:
        return ()
    return (
        session.button(
            ActionId("hotfix_next"), "Next step…", str(current.kind), ButtonStyle.WANTED
        ),
    )
