"""Gives a rollback its times: to decide on it, to carry it out, to see that it worked."""

from chatops.domain.hotfix.deadlines import RollbackPhase, rollback_key, rollback_promise
from chatops.domain.hotfix.model import HotfixState
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.promises.model import Promise, remade
from chatops.usecases.hotfix.session import HotfixTurn

#: So many of the newest readings tell what is wrong.
_LINES = 3


def ask_to_decide(hand: HotfixTurn) -> None:
    """Production does not look well: whoever leads is to decide, unless it goes back already."""
    back = hand.hotfix.rollback
    if back is None or not back.running:
        _make(hand, RollbackPhase.DECIDE, hand.turn.incident.leader)


def looks_well(hand: HotfixTurn) -> None:
    """Production looks well, or somebody says so: there is nothing to decide."""
    _lapse(hand, RollbackPhase.DECIDE)


def begin_going_back(hand: HotfixTurn) -> None:
    """It is decided; another way of the same rollback gets no time of its own."""
    _keep(hand, RollbackPhase.DECIDE)
    _make(hand, RollbackPhase.EXECUTE, hand.engineer)


def is_where_it_was(hand: HotfixTurn) -> None:
    """Production runs what it is to run; whether it works is still to be seen."""
    _keep(hand, RollbackPhase.EXECUTE)
    _make(hand, RollbackPhase.VERIFY, hand.engineer)


def end_going_back(hand: HotfixTurn) -> None:
    """The rollback is done."""
    _keep(hand, RollbackPhase.EXECUTE)
    _keep(hand, RollbackPhase.VERIFY)


def forget_going_back(hand: HotfixTurn) -> None:
    """The hotfix is over; what has begun goes on, unless it was given up."""
    if hand.hotfix.state is not HotfixState.ABORTED:
        _lapse(hand, RollbackPhase.DECIDE)
        return
    for phase in RollbackPhase:
        _lapse(hand, phase)


def keep_deciding(hand: HotfixTurn) -> None:
    """Where the step that failed is over by now, somebody has said that production works."""
    watch = hand.hotfix.step(StepKind.WATCH)
    if hand.hotfix.is_over(StepKind.VERIFY) and (watch is None or not watch.trouble):
        looks_well(hand)


def seen_of(hand: HotfixTurn) -> tuple[str, ...]:
    """What production last answered that did not look well."""
    watch, verify = hand.hotfix.step(StepKind.WATCH), hand.hotfix.step(StepKind.VERIFY)
    if watch is not None and watch.trouble:
        return tuple(watch.trouble.split("; "))
    return verify.evidence[-_LINES:] if verify is not None else ()


def _held(hand: HotfixTurn, phase: RollbackPhase) -> Promise | None:
    return hand.turn.work.promises.get(
        hand.turn.incident.id, rollback_key(hand.hotfix.number, phase)
    )


def _make(hand: HotfixTurn, phase: RollbackPhase, owner: str) -> None:
    old = _held(hand, phase)
    made = rollback_promise(hand.hotfix, hand.policy.rollback, phase, owner, hand.now)
    if made is not None and (old is None or not old.open):
        hand.turn.promise(remade(old, made, hand.now))


def _keep(hand: HotfixTurn, phase: RollbackPhase) -> None:
    held = _held(hand, phase)
    if held is not None and held.open:
        hand.turn.promise(held.kept(hand.now))


def _lapse(hand: HotfixTurn, phase: RollbackPhase) -> None:
    held = _held(hand, phase)
    if held is not None and held.open:
        hand.turn.promise(held.lapsed(hand.now))
