"""How a hotfix goes from step to step: what starts by itself, whom the next step needs."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from chatops.application.hotfix.approval_requests import ask_for_approval, still_needed
from chatops.application.hotfix.deadlines import keep_clocks, lapse_clocks
from chatops.application.hotfix.plan import owed_targets
from chatops.application.hotfix.session import HotfixSession
from chatops.domain.hotfix.errors import ChecklistOpen
from chatops.domain.hotfix.model import Backport, BackportState, HotfixState, StepRun, StepState
from chatops.domain.incident.model import Status
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle
from chatops.domain.playbook.hotfix import Checklist
from chatops.domain.playbook.pipeline import FixWay, StepKind
from chatops.domain.services import ForgeKind

#: They only look, or wait for what was set going before: nobody has to say that they may.
_BY_THEMSELVES = frozenset({StepKind.VERIFY, StepKind.WATCH, StepKind.ALIGN})


def checklists(session: HotfixSession, kind: StepKind) -> tuple[Checklist, ...]:
    return tuple(each for each in session.policy.checklists if each.at is kind)


def see_plan(session: HotfixSession, kind: StepKind) -> Button:
    """Leads to the exact plan of a step: nothing is pushed that nobody has seen."""
    return session.button(ActionId.HOTFIX_NEXT, "See the plan…", str(kind), ButtonStyle.WANTED)


def unticked(session: HotfixSession, checklist: Checklist) -> tuple[str, ...]:
    """The items that nobody has ticked yet."""
    ticked = {tick.item for tick in session.hotfix.ticks if tick.checklist == checklist.key}
    return tuple(item for index, item in enumerate(checklist.items) if index not in ticked)


def open_items(session: HotfixSession, kind: StepKind) -> tuple[str, ...]:
    """What must still be ticked before a step may end."""
    required = (each for each in checklists(session, kind) if each.required)
    return tuple(item for each in required for item in unticked(session, each))


def must_be_ticked(session: HotfixSession, kind: StepKind) -> None:
    """Raises ChecklistOpen."""
    for checklist in checklists(session, kind):
        left = unticked(session, checklist)
        if checklist.required and left:
            raise ChecklistOpen(checklist.title, left)


def has_work(session: HotfixSession, kind: StepKind) -> bool:
    """Whether the bot has something to do at a step, rather than people alone."""
    service, hotfix = session.service, session.hotfix
    asked: Mapping[StepKind, Callable[[], bool]] = {
        StepKind.FIX: lambda: hotfix.way not in {None, FixWay.PUSH},
        StepKind.PULL_REQUEST: lambda: service.forge is not ForgeKind.GIT,
        StepKind.STAGE: lambda: service.stage is not None,
        StepKind.DEPLOY: lambda: (
            service.deployed is not None
            if session.step(kind).automatic
            else service.deploy is not None
        ),
        StepKind.VERIFY: lambda: bool(service.verify),
        StepKind.BUMP: lambda: session.pipeline.version is not None,
        StepKind.TAG: lambda: bool(hotfix.release),
    }
    people_alone = {
        StepKind.GATE,
        StepKind.REPRODUCE,
        StepKind.APPROVE,
        StepKind.SMOKE,
        StepKind.FOLLOW_UP,
    }
    if kind in people_alone:
        return False
    return asked[kind]() if kind in asked else True


def begin(session: HotfixSession, kind: StepKind, *, by: str | None) -> None:
    """Start the bot's part of a step.

    Raises:
        HotfixOver, NotTheTurn, StepBusy
    """
    session.change(steps=session.hotfix.begun(kind, by=by, now=session.now).steps)
    step = session.hotfix.step(kind)
    assert step is not None  # noqa: S101 - it was begun just now
    match kind:
        case StepKind.BACKPORT:
            for target in owed_targets(session):
                session.do_step(kind, round_=step.round, target=target)
            _end_if_nothing_to_bring(session)
        case StepKind.ALIGN:
            for each in session.hotfix.backports:
                if not each.state.settled:
                    session.do_step(kind, round_=step.round, target=each.target)
            end_alignment(session)
        case StepKind.DEPLOY if session.step(kind).automatic:
            session.do_step("deployed", round_=step.round)
        case _:
            session.do_step(kind, round_=step.round)


def end(session: HotfixSession, kind: StepKind, *evidence: str, by: str | None = None) -> None:
    """End a step well, say so in the thread, and go on."""
    session.hotfix = session.hotfix.done(kind, *evidence, by=by, now=session.now)
    step = session.hotfix.step(kind)
    assert step is not None  # noqa: S101 - it was ended just now
    said = f"{step.title}: {evidence[0]}" if evidence else step.title
    session.note(said)
    post = session.post("step_done", step=step, lines=evidence)
    session.tell_thread(f"done:{kind}:{step.round}:{len(step.evidence)}", post)
    go_on(session)


def rest(session: HotfixSession, kind: StepKind, *evidence: str, trouble: str) -> None:
    """The bot's part of a step is done; a person has to say that all is well."""
    step = session.hotfix.step(kind)
    assert step is not None  # noqa: S101 - its work was done just now
    rested = replace(
        step.waiting(trouble, now=session.now), worked=True, evidence=(*step.evidence, *evidence)
    )
    session.hotfix = session.hotfix.with_step(rested)
    post = session.post("step_done", step=rested, lines=evidence)
    session.tell_thread(f"worked:{kind}:{rested.round}", post)
    _say_whose_turn(session, rested)


def end_or_rest(session: HotfixSession, kind: StepKind, *evidence: str) -> None:
    """End a step whose work is done, unless somebody has to look first."""
    trouble = ""
    if open_items(session, kind):
        trouble = "the checklist is not ticked off yet"
    elif kind is StepKind.VERIFY and session.step(kind).ask_reporter:
        trouble = "whoever reported it must say that it is gone"
    if trouble:
        rest(session, kind, *evidence, trouble=trouble)
    else:
        end(session, kind, *evidence)


def fail(session: HotfixSession, kind: StepKind, why: str, *evidence: str) -> None:
    """A step did not work; nothing goes on until a person decides."""
    session.hotfix = session.hotfix.failed(kind, why, *evidence, now=session.now)
    step = session.hotfix.step(kind)
    assert step is not None  # noqa: S101 - it failed just now
    session.note(f"{step.title}: not done", EntryKind.TROUBLE, reason=why)
    again = session.button(ActionId.HOTFIX_NEXT, "Try again…", str(kind), ButtonStyle.WANTED)
    buttons = [again, session.button(ActionId.HOTFIX_STATUS, "Status")]
    if session.hotfix.deployed or kind in {StepKind.DEPLOY, StepKind.VERIFY}:
        buttons.append(session.button(ActionId.ROLLBACK, "Roll back…", tone=ButtonStyle.DANGER))
    post = session.post("step_failed", *buttons, step=step, why=why, lines=evidence)
    session.tell_room(f"failed:{kind}:{step.round}", post)


def go_on(session: HotfixSession) -> None:
    """Let the step whose turn it is begin by itself, or say whom it needs."""
    session.hotfix = session.hotfix.advanced(session.now)
    keep_clocks(session)
    current = session.hotfix.current
    if session.hotfix.state is HotfixState.DONE:
        _finish(session)
    if current is None or current.state is not StepState.WAITING or current.round:
        return
    if current.kind is StepKind.PULL_REQUEST and not has_work(session, current.kind):
        end(session, current.kind, "No pull request: on a plain git server the merge is pushed")
    elif current.kind is StepKind.APPROVE and _agreed(session):
        end(
            session,
            current.kind,
            *(f"Approved by <@{each.by}>" for each in session.hotfix.standing),
        )
    elif _starts_by_itself(session, current):
        begin(session, current.kind, by=None)
        go_on(session)
    else:
        _say_whose_turn(session, current)


def _agreed(session: HotfixSession) -> bool:
    """Whether everybody agreed before it was their turn to be asked."""
    return session.rules.approval.required and not still_needed(session)


def _starts_by_itself(session: HotfixSession, step: StepRun) -> bool:
    if step.kind is StepKind.VERIFY:
        return bool(session.service.verify)
    return step.kind in _BY_THEMSELVES or (
        session.step(step.kind).automatic and has_work(session, step.kind)
    )


def _say_whose_turn(session: HotfixSession, step: StepRun) -> None:
    if step.kind is StepKind.APPROVE:
        ask_for_approval(session)
        return
    since = step.since or session.now
    key = f"turn:{step.kind}:{since:%Y%m%d%H%M%S%f}:{step.worked}"
    lists = checklists(session, step.kind)
    if lists and (step.worked or not has_work(session, step.kind)):
        tick = session.button(
            ActionId.HOTFIX_CHECKLIST, "Go through it…", str(step.kind), ButtonStyle.WANTED
        )
        post = session.post("checklist_due", tick, step=step, checklists=lists)
        session.tell_room(key, post)
    elif step.kind is StepKind.VERIFY and session.step(step.kind).ask_reporter:
        gone = session.button(
            ActionId.HOTFIX_NEXT, "It is gone…", str(step.kind), ButtonStyle.WANTED
        )
        session.tell_room(key, session.post("ask_reporter", gone, step=step))
    elif step.kind is StepKind.FIX and session.hotfix.way in {None, FixWay.PUSH}:
        fix = session.button(ActionId.HOTFIX_FIX, "The fix is ready…", "", ButtonStyle.WANTED)
        session.tell_room(key, session.post("fix_wanted", fix, step=session.step(step.kind)))


def _end_if_nothing_to_bring(session: HotfixSession) -> None:
    if not owed_targets(session):
        end(session, StepKind.BACKPORT, "There is nothing left to bring back")


def end_backports(session: HotfixSession) -> None:
    """End the step once every target has it, or a pull request with it."""
    step = session.hotfix.step(StepKind.BACKPORT)
    if step is None or step.state.over or owed_targets(session):
        return
    if step.state in {StepState.RUNNING, StepState.FAILED}:
        end(session, StepKind.BACKPORT, *(f"{each.target}: {each.state}" for each in _all(session)))


def end_alignment(session: HotfixSession) -> None:
    """End the step once it is proven for every target."""
    step = session.hotfix.step(StepKind.ALIGN)
    if step is None or step.state is not StepState.RUNNING:
        return
    if all(each.state.settled for each in _all(session)):
        proofs = (f"{each.target}: {_proof(each)}" for each in _all(session))
        end(session, StepKind.ALIGN, *proofs)


def _all(session: HotfixSession) -> tuple[Backport, ...]:
    return session.hotfix.backports


def _proof(backport: Backport) -> str:
    if backport.state is BackportState.WAIVED:
        return f"waived, {backport.reason}"
    return backport.evidence[0] if backport.evidence else "proven"


def _finish(session: HotfixSession) -> None:
    lapse_clocks(session)
    took = session.now - session.hotfix.started_at
    session.note(f"Every step of {session.hotfix.name} is done")
    session.tell_room(
        "over", session.post("hotfix_done", took=took if took > timedelta() else None)
    )


def watching(session: HotfixSession) -> None:
    """The fix is in production: the incident is watched from now on."""
    if session.incident.status in {Status.INVESTIGATING, Status.FIXING}:
        session.incident_session.incident = replace(session.incident, status=Status.MONITORING)
