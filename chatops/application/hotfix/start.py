"""Starts a hotfix, if the gate lets it through; counts those that it does not."""

import re
from dataclasses import replace

from chatops.application.authorization import PeopleDirectory
from chatops.application.hotfix.session import HotfixSession, StartRequest
from chatops.application.hotfix.state_machine import go_on
from chatops.application.incidents.timeline_notes import written
from chatops.application.session import IncidentSession, Sessions
from chatops.domain.drills.scenario import NotInADrill
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
from chatops.domain.playbook.gate import Gate, Path
from chatops.domain.playbook.pipeline import Pipeline, StepKind
from chatops.domain.services import Service
from chatops.domain.tasks import Task
from chatops.domain.team import Permission

TITLE_LIMIT = 100
REASON_LIMIT = 500


class Start:
    """Open the gate, or say which way is open instead."""

    def __init__(self, turns: Sessions, directory: PeopleDirectory) -> None:
        self._turns = turns
        self._directory = directory

    def __call__(self, request: StartRequest) -> Post:
        """Begin a hotfix of one service.

        Raises:
            NotAHotfix: the gate says no; it is counted.
            RedFlags: the reason speaks against it, and nobody said that they mean it.
            UnansweredGate, NoHotfixHere, UnknownService, WrongTicket, NoSuchWay
            NothingWritten, TooLong, NotAllowed, AlreadyResolved, IncidentClosed
        """
        title = written(request.title, what="what the fix does", limit=TITLE_LIMIT)
        if request.reason.strip():
            written(request.reason, what="reason", limit=REASON_LIMIT)
        standing = self._directory.standing(request.user, Permission.HOTFIX)
        try:
            with self._turns.turn(request, standing) as turn:
                turn.incident.must_be_running()
                if turn.incident.drill:
                    raise NotInADrill
                _must_pass(turn, request)
                hotfix = _draft(turn, replace(request, title=title))
                hand = HotfixSession(turn, turn.work.hotfixes.add(hotfix))
                _number(hand)
                _tell(hand, request)
                go_on(hand)
                hand.look_out()
                hand.save()
                hand.show()
                return hand.answer("hotfix_answer", *_next_button(hand), step=hand.hotfix.current)
        except (NotAHotfix, NoHotfixHere) as refusal:
            self._count(request, refusal.why)
            raise

    def knock(self, request: StartRequest) -> None:
        """Before anything is answered: see whether the severity lets anybody start a hotfix.

        Raises:
            NoHotfixHere: it does not; it is counted.
        """
        try:
            with self._turns.looking(request) as turn:
                _must_be_for_hotfixes(turn)
        except NoHotfixHere as refusal:
            self._count(request, refusal.why)
            raise

    def _count(self, request: StartRequest, why: str) -> None:
        """Put the refusal on the timeline, where it can be counted."""
        with self._turns.turn(replace(request, once=None)) as turn:
            title = request.title.strip()[:TITLE_LIMIT] or "asked for"
            turn.note(EntryKind.HOTFIX_REFUSED, f"Not a hotfix: {title}", reason=why)


def _must_pass(turn: IncidentSession, request: StartRequest) -> None:
    gate = turn.playbook.hotfix.gate
    _must_be_for_hotfixes(turn)
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


def _must_be_for_hotfixes(turn: IncidentSession) -> None:
    """Raises NoHotfixHere."""
    policy = turn.playbook.hotfix
    if policy.severities and turn.severity.key not in policy.severities:
        allowed = [each.label for each in turn.playbook.severities if each.key in policy.severities]
        instead = _instead(policy.gate, turn.severity.path)
        raise NoHotfixHere(turn.severity.label, allowed, instead)


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


def _draft(turn: IncidentSession, request: StartRequest) -> Hotfix:
    policy = turn.playbook.hotfix
    service = _service(turn, request)
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
        incident=turn.incident.id,
        number=0,
        service=service.name,
        pipeline=pipeline.key,
        title=request.title,
        started_by=request.user,
        started_at=turn.now,
        steps=_steps(pipeline),
        ticket=ticket if policy.ticket is not None else "",
        scope=request.scope.strip(),
        impact=request.impact.strip(),
        scenario=request.scenario,
        way=request.way,
        source=request.source,
        backports=tuple(Backport(target=target) for target in targets),
    )
    return hotfix.done(StepKind.GATE, *_evidence(turn, request), by=request.user, now=turn.now)


def _steps(pipeline: Pipeline) -> tuple[StepRun, ...]:
    return tuple(StepRun(kind=step.kind, title=step.title) for step in pipeline.steps)


def _service(turn: IncidentSession, request: StartRequest) -> Service:
    coded = turn.team.coded
    asked = request.service or turn.incident.service or ""
    if asked in coded:
        return coded[asked]
    if not request.service and len(coded) == 1:
        return next(iter(coded.values()))
    raise UnknownService(request.service or asked, sorted(coded))


def _evidence(turn: IncidentSession, request: StartRequest) -> tuple[str, ...]:
    gate = turn.playbook.hotfix.gate
    held = [
        gate.criteria[index] for index in sorted(request.criteria) if index < len(gate.criteria)
    ]
    answered = [f"{each.ask} yes" for each in gate.questions if request.answers.get(each.key)]
    return (*held, *answered, *((request.reason.strip(),) if request.reason.strip() else ()))


def _number(hand: HotfixSession) -> None:
    """Give it the numbered work item of the playbook, with the tasks that it starts with."""
    rule = hand.policy.increment
    if rule is None:
        return
    name = slug(hand.hotfix.title) or slug(hand.turn.incident.reference)
    increment = rule.pattern.format(number=hand.hotfix.id, slug=name)
    hand.change(increment=increment)
    for text in rule.tasks:
        task = Task(
            incident=hand.turn.incident.id,
            number=0,
            text=text,
            made_by=hand.hotfix.started_by,
            made_at=hand.now,
        )
        hand.turn.work.tasks.add(task)


def _tell(hand: HotfixSession, request: StartRequest) -> None:
    if hand.turn.incident.status is Status.INVESTIGATING:
        hand.turn.incident = replace(hand.turn.incident, status=Status.FIXING)
    hand.note(
        f"Hotfix started for {hand.hotfix.service}: {hand.hotfix.title}", reason=request.reason
    )
    scenarios = hand.policy.scenarios
    scenario = next((each for each in scenarios if each.key == request.scenario), None)
    post = hand.post("hotfix_started", scenario=scenario, increment=hand.hotfix.increment)
    hand.tell_room("started", post)


def _next_button(hand: HotfixSession) -> tuple[Button, ...]:
    current = hand.hotfix.current
    if current is None:
        return ()
    return (hand.button(ActionId.HOTFIX_NEXT, "Next step…", str(current.kind), ButtonStyle.WANTED),)
