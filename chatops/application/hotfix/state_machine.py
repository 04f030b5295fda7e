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


def checklists(hand: HotfixSession, kind: StepKind) -> tuple[Checklist, ...]:
    return tuple(each for each in hand.policy.checklists if each.at is kind)


def see_plan(hand: HotfixSession, kind: StepKind) -> Button:
    """Leads to the exact plan of a step: nothing is pushed that nobody has seen."""
    return hand.button(ActionId.HOTFIX_NEXT, "See the plan…", str(kind), ButtonStyle.WANTED)


def unticked(hand: HotfixSession, checklist: Checklist) -> tuple[str, ...]:
    """The items that nobody has ticked yet."""
    ticked = {tick.item for tick in hand.hotfix.ticks if tick.checklist == checklist.key}
    return tuple(item for index, item in enumerate(checklist.items) if index not in ticked)


def open_items(hand: HotfixSession, kind: StepKind) -> tuple[str, ...]:
    """What must still be ticked before a step may end."""
    required = (each for each in checklists(hand, kind) if each.required)
    return tuple(item for each in required for item in unticked(hand, each))


def must_be_ticked(hand: HotfixSession, kind: StepKind) -> None:
    """Raises ChecklistOpen."""
    for checklist in checklists(hand, kind):
        left = unticked(hand, checklist)
        if checklist.required and left:
            raise ChecklistOpen(checklist.title, left)


def has_work(hand: HotfixSession, kind: StepKind) -> bool:
    """Whether the bot has something to do at a step, rather than people alone."""
    service, hotfix = hand.service, hand.hotfix
    asked: Mapping[StepKind, Callable[[], bool]] = {
        StepKind.FIX: lambda: hotfix.way not in {None, FixWay.PUSH},
        StepKind.PULL_REQUEST: lambda: service.forge is not ForgeKind.GIT,
        StepKind.STAGE: lambda: service.stage is not None,
        StepKind.DEPLOY: lambda: (
            service.deployed is not None
            if hand.step(kind).automatic
            else service.deploy is not None
        ),
        StepKind.VERIFY: lambda: bool(service.verify),
        StepKind.BUMP: lambda: hand.pipeline.version is not None,
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


def begin(hand: HotfixSession, kind: StepKind, *, by: str | None) -> None:
    """Start the bot's part of a step.

    Raises:
        HotfixOver, NotTheTurn, StepBusy
    """
    hand.change(steps=hand.hotfix.begun(kind, by=by, now=hand.now).steps)
    step = hand.hotfix.step(kind)
    assert step is not None  # noqa: S101 - it was begun just now
    match kind:
        case StepKind.BACKPORT:
            for target in owed_targets(hand):
                hand.do_step(kind, round_=step.round, target=target)
            _end_if_nothing_to_bring(hand)
        case StepKind.ALIGN:
            for each in hand.hotfix.backports:
                if not each.state.settled:
                    hand.do_step(kind, round_=step.round, target=each.target)
            end_alignment(hand)
        case StepKind.DEPLOY if hand.step(kind).automatic:
            hand.do_step("deployed", round_=step.round)
        case _:
            hand.do_step(kind, round_=step.round)


def end(hand: HotfixSession, kind: StepKind, *evidence: str, by: str | None = None) -> None:
    """End a step well, say so in the thread, and go on."""
    hand.hotfix = hand.hotfix.done(kind, *evidence, by=by, now=hand.now)
    step = hand.hotfix.step(kind)
    assert step is not None  # noqa: S101 - it was ended just now
    said = f"{step.title}: {evidence[0]}" if evidence else step.title
    hand.note(said)
    post = hand.post("step_done", step=step, lines=evidence)
    hand.tell_thread(f"done:{kind}:{step.round}:{len(step.evidence)}", post)
    go_on(hand)


def rest(hand: HotfixSession, kind: StepKind, *evidence: str, trouble: str) -> None:
    """The bot's part of a step is done; a person has to say that all is well."""
    step = hand.hotfix.step(kind)
    assert step is not None  # noqa: S101 - its work was done just now
    rested = replace(
        step.waiting(trouble, now=hand.now), worked=True, evidence=(*step.evidence, *evidence)
    )
    hand.hotfix = hand.hotfix.with_step(rested)
    post = hand.post("step_done", step=rested, lines=evidence)
    hand.tell_thread(f"worked:{kind}:{rested.round}", post)
    _say_whose_turn(hand, rested)


def end_or_rest(hand: HotfixSession, kind: StepKind, *evidence: str) -> None:
    """End a step whose work is done, unless somebody has to look first."""
    trouble = ""
    if open_items(hand, kind):
        trouble = "the checklist is not ticked off yet"
    elif kind is StepKind.VERIFY and hand.step(kind).ask_reporter:
        trouble = "whoever reported it must say that it is gone"
    if trouble:
        rest(hand, kind, *evidence, trouble=trouble)
    else:
        end(hand, kind, *evidence)


def fail(hand: HotfixSession, kind: StepKind, why: str, *evidence: str) -> None:
    """A step did not work; nothing goes on until a person decides."""
    hand.hotfix = hand.hotfix.failed(kind, why, *evidence, now=hand.now)
    step = hand.hotfix.step(kind)
    assert step is not None  # noqa: S101 - it failed just now
    hand.note(f"{step.title}: not done", EntryKind.TROUBLE, reason=why)
    again = hand.button(ActionId.HOTFIX_NEXT, "Try again…", str(kind), ButtonStyle.WANTED)
    buttons = [again, hand.button(ActionId.HOTFIX_STATUS, "Status")]
    if hand.hotfix.deployed or kind in {StepKind.DEPLOY, StepKind.VERIFY}:
        buttons.append(hand.button(ActionId.ROLLBACK, "Roll back…", tone=ButtonStyle.DANGER))
    post = hand.post("step_failed", *buttons, step=step, why=why, lines=evidence)
    hand.tell_room(f"failed:{kind}:{step.round}", post)


def go_on(hand: HotfixSession) -> None:
    """Let the step whose turn it is begin by itself, or say whom it needs."""
    hand.hotfix = hand.hotfix.advanced(hand.now)
    keep_clocks(hand)
    current = hand.hotfix.current
    if hand.hotfix.state is HotfixState.DONE:
        _finish(hand)
    if current is None or current.state is not StepState.WAITING or current.round:
        return
    if current.kind is StepKind.PULL_REQUEST and not has_work(hand, current.kind):
        end(hand, current.kind, "No pull request: on a plain git server the merge is pushed")
    elif current.kind is StepKind.APPROVE and _agreed(hand):
        end(hand, current.kind, *(f"Approved by <@{each.by}>" for each in hand.hotfix.standing))
    elif _starts_by_itself(hand, current):
        begin(hand, current.kind, by=None)
        go_on(hand)
    else:
        _say_whose_turn(hand, current)


def _agreed(hand: HotfixSession) -> bool:
    """Whether everybody agreed before it was their turn to be asked."""
    return hand.rules.approval.required and not still_needed(hand)


def _starts_by_itself(hand: HotfixSession, step: StepRun) -> bool:
    if step.kind is StepKind.VERIFY:
        return bool(hand.service.verify)
    return step.kind in _BY_THEMSELVES or (
        hand.step(step.kind).automatic and has_work(hand, step.kind)
    )


def _say_whose_turn(hand: HotfixSession, step: StepRun) -> None:
    if step.kind is StepKind.APPROVE:
        ask_for_approval(hand)
        return
    since = step.since or hand.now
    key = f"turn:{step.kind}:{since:%Y%m%d%H%M%S%f}:{step.worked}"
    lists = checklists(hand, step.kind)
    if lists and (step.worked or not has_work(hand, step.kind)):
        tick = hand.button(
            ActionId.HOTFIX_CHECKLIST, "Go through it…", str(step.kind), ButtonStyle.WANTED
        )
        post = hand.post("checklist_due", tick, step=step, checklists=lists)
        hand.tell_room(key, post)
    elif step.kind is StepKind.VERIFY and hand.step(step.kind).ask_reporter:
        gone = hand.button(ActionId.HOTFIX_NEXT, "It is gone…", str(step.kind), ButtonStyle.WANTED)
        hand.tell_room(key, hand.post("ask_reporter", gone, step=step))
    elif step.kind is StepKind.FIX and hand.hotfix.way in {None, FixWay.PUSH}:
        fix = hand.button(ActionId.HOTFIX_FIX, "The fix is ready…", "", ButtonStyle.WANTED)
        hand.tell_room(key, hand.post("fix_wanted", fix, step=hand.step(step.kind)))


def _end_if_nothing_to_bring(hand: HotfixSession) -> None:
    if not owed_targets(hand):
        end(hand, StepKind.BACKPORT, "There is nothing left to bring back")


def end_backports(hand: HotfixSession) -> None:
    """End the step once every target has it, or a pull request with it."""
    step = hand.hotfix.step(StepKind.BACKPORT)
    if step is None or step.state.over or owed_targets(hand):
        return
    if step.state in {StepState.RUNNING, StepState.FAILED}:
        end(hand, StepKind.BACKPORT, *(f"{each.target}: {each.state}" for each in _all(hand)))


def end_alignment(hand: HotfixSession) -> None:
    """End the step once it is proven for every target."""
    step = hand.hotfix.step(StepKind.ALIGN)
    if step is None or step.state is not StepState.RUNNING:
        return
    if all(each.state.settled for each in _all(hand)):
        proofs = (f"{each.target}: {_proof(each)}" for each in _all(hand))
        end(hand, StepKind.ALIGN, *proofs)


def _all(hand: HotfixSession) -> tuple[Backport, ...]:
    return hand.hotfix.backports


def _proof(backport: Backport) -> str:
    if backport.state is BackportState.WAIVED:
        return f"waived, {backport.reason}"
    return backport.evidence[0] if backport.evidence else "proven"


def _finish(hand: HotfixSession) -> None:
    lapse_clocks(hand)
    took = hand.now - hand.hotfix.started_at
    hand.note(f"Every step of {hand.hotfix.name} is done")
    hand.tell_room("over", hand.post("hotfix_done", took=took if took > timedelta() else None))


def watching(hand: HotfixSession) -> None:
    """The fix is in production: the incident is watched from now on."""
    if hand.turn.incident.status in {Status.INVESTIGATING, Status.FIXING}:
        hand.turn.incident = replace(hand.turn.incident, status=Status.MONITORING)
