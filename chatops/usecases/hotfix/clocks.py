"""Keeps the promises of a hotfix in step with it: what its steps may take, when it must be back."""

from chatops.domain.hotfix.deadlines import backport_key, backport_promise, step_key, step_promise
from chatops.domain.hotfix.model import Backport, BackportState, HotfixState
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.promises.model import PromiseKind, remade
from chatops.usecases.hotfix.going_back import forget_going_back, keep_deciding
from chatops.usecases.hotfix.session import HotfixTurn
from chatops.usecases.hotfix.windows import keep_windows


def keep_clocks(hand: HotfixTurn, *, again: str | None = None) -> None:
    """Make the promises of what has its turn now, and settle those of what is over.

    ``again`` is a target that lost the fix: its promise starts anew.
    """
    held = hand.turn.promises()
    for step in hand.hotfix.steps:
        promise = held.get(step_key(hand.hotfix.number, step.kind))
        if promise is not None and promise.open and step.state.over:
            hand.turn.promise(promise.kept(hand.now))
    current = hand.hotfix.current
    old = held.get(step_key(hand.hotfix.number, current.kind)) if current is not None else None
    if current is not None and (old is None or not old.open):
        made = step_promise(hand.hotfix, hand.step(current.kind), hand.now)
        if made is not None:
            hand.turn.promise(remade(old, made, hand.now))
    _promise_backports(hand, again)
    keep_deciding(hand)
    keep_windows(hand)


def _promise_backports(hand: HotfixTurn, again: str | None) -> None:
    rule = hand.pipeline.backport
    if rule is None or not _has_started(hand):
        return
    held = hand.turn.promises()
    hours = hand.turn.playbook.working_hours
    for each in hand.hotfix.owed:
        old = held.get(backport_key(hand.hotfix.number, each.target))
        if old is not None and each.target != again:
            continue
        made = backport_promise(
            hand.hotfix,
            each,
            rule,
            zone=hand.turn.playbook.zone,
            day_ends=hours.end,
            since=hand.now,
            now=hand.now,
        )
        hand.turn.promise(remade(old, made, hand.now))


def _has_started(hand: HotfixTurn) -> bool:
    """Whether the step is over from which the playbook counts."""
    rule = hand.pipeline.backport
    since = rule.since if rule is not None else StepKind.DEPLOY
    return hand.hotfix.is_over(since) or bool(hand.hotfix.deployed)


def settle_backport(hand: HotfixTurn, backport: Backport) -> None:
    """A target has the fix, or shall not get it."""
    key = backport_key(hand.hotfix.number, backport.target)
    promise = hand.turn.work.promises.get(hand.turn.incident.id, key)
    if promise is None or not promise.open:
        return
    if backport.state is BackportState.WAIVED:
        hand.turn.promise(promise.waived(backport.reason, hand.now))
    else:
        hand.turn.promise(promise.kept(hand.now))


def lapse_clocks(hand: HotfixTurn) -> None:
    """The hotfix is over: its steps owe nothing any more; backports stay owed till they settle."""
    ours = f"step:{hand.hotfix.number}:"
    hand.turn.lapse(
        lambda promise: promise.kind is PromiseKind.STEP and promise.key.startswith(ours)
    )
    forget_going_back(hand)
    for each in hand.hotfix.backports:
        if each.state.settled:
            settle_backport(hand, each)
    if hand.hotfix.state is HotfixState.ROLLED_BACK:
        keep_clocks(hand)
    else:
        keep_windows(hand)
