"""Speaks of what a hotfix promised: its steps, its backports, and its rollback in time."""

from collections.abc import Sequence

from chatops.domain.hotfix.deadlines import RollbackPhase, rollback_takes, subject_of
from chatops.domain.hotfix.model import Backport, BackportState, HotfixState, StepRun
from chatops.domain.incident.model import COMMANDER
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import Ask, Button, Post, Tone
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.promises.model import Promise, PromiseKind
from chatops.usecases.afterwards.letters import Letters
from chatops.usecases.afterwards.reminding import remind_owner, tell_ladder
from chatops.usecases.audiences import Audiences
from chatops.usecases.hotfix.going_back import seen_of
from chatops.usecases.hotfix.session import HotfixTurn, meant
from chatops.usecases.turn import Turn

#: Where bringing it back (again) is what helps; otherwise it is looking for the proof.
_TO_BRING = frozenset({BackportState.OWED, BackportState.CONFLICT})


def remind(turn: Turn, promise: Promise, letters: Letters) -> None:
    """Remind the owner of a step or a backport that is not due yet."""
    hand, subject = _in_hand(turn, promise)
    key = f"nudge:{promise.key}:{promise.round}"
    if promise.kind is PromiseKind.BACKPORT:
        owed = _owed(hand, promise, subject)
        if owed is not None and turn.incident.status.running:
            turn.tell_room(key, _about_backport(hand, promise, owed, "backport_nudge"))
        elif owed is not None:
            remind_owner(turn, promise, letters, story=_story(hand))
        return
    step = _unfinished(hand, promise, subject)
    if step is not None:
        turn.tell_room(key, _about_step(hand, promise, step, "step_nudge"))


def tell_hotfix_overdue(
    turn: Turn, promise: Promise, audiences: Audiences, letters: Letters
) -> None:
    """Say that something of a hotfix is overdue; of a backport that stays so, others hear too.

    Raises:
        NotAskedYet
    """
    hand, subject = _in_hand(turn, promise)
    if promise.kind is PromiseKind.BACKPORT:
        owed = _owed(hand, promise, subject)
        if owed is not None:
            _tell_backport_overdue(hand, promise, owed, audiences, letters)
        return
    if promise.kind is PromiseKind.ROLLBACK:
        phase = RollbackPhase(subject)
        turn.tell_room(overdue_key(promise), _about_rollback(hand, promise, phase))
        return
    step = _unfinished(hand, promise, subject)
    if step is not None:
        turn.tell_room(overdue_key(promise), _about_step(hand, promise, step, "step_over"))


def overdue_key(promise: Promise) -> str:
    """The key of what is said each time that a promise is found overdue."""
    return f"overdue:{promise.key}:{promise.round}:{promise.told}"


def _in_hand(turn: Turn, promise: Promise) -> tuple[HotfixTurn, str]:
    number, subject = subject_of(promise)
    return HotfixTurn(turn, meant(turn, number)), subject


def _unfinished(hand: HotfixTurn, promise: Promise, kind: str) -> StepRun | None:
    """The step that a promise is about; of one that is over nothing need be said."""
    step = hand.hotfix.step(StepKind(kind))
    if step is None or step.state.over or hand.hotfix.state is not HotfixState.RUNNING:
        hand.turn.promise(promise.lapsed(hand.now))
        return None
    return step


def _owed(hand: HotfixTurn, promise: Promise, target: str) -> Backport | None:
    """The backport that a promise is about; one that is settled settles its promise."""
    backport = hand.hotfix.backport(target)
    assert backport is not None  # noqa: S101 - what is owed is never forgotten
    match backport.state:
        case BackportState.PROVEN:
            hand.turn.promise(promise.kept(backport.proven_at or hand.now))
            return None
        case BackportState.WAIVED:
            hand.turn.promise(promise.waived(backport.reason, hand.now))
            return None
    return backport


def _about_step(hand: HotfixTurn, promise: Promise, step: StepRun, text: str) -> Post:
    status = hand.button(Ask.HOTFIX_STATUS, "Status")
    back = hand.button(Ask.ROLLBACK, "Roll back…", tone=Tone.DANGER)
    buttons = (status, back) if step.kind is StepKind.REPRODUCE else (status,)
    when_over = hand.step(step.kind).when_over
    return hand.post(text, *buttons, promise=promise, step=step, when_over=when_over)


def _about_rollback(hand: HotfixTurn, promise: Promise, phase: RollbackPhase) -> Post:
    """Ask whoever leads to decide, with what there is to weigh, or the engineer what holds it."""
    buttons = [hand.button(Ask.HOTFIX_STATUS, "Status")]
    if phase is RollbackPhase.DECIDE:
        later = f"{promise.incident}:{promise.key}"
        buttons = [
            hand.button(Ask.ROLLBACK, "Roll back…", tone=Tone.DANGER),
            Button(ask=Ask.SNOOZE, label="Snooze…", about=later),
        ]
    rule = hand.policy.rollback
    return hand.post(
        "rollback_overdue",
        *buttons,
        promise=promise,
        phase=phase,
        takes=rollback_takes(rule, phase),
        lines=seen_of(hand),
        rule=rule,
        back=hand.hotfix.rollback,
    )


def _about_backport(
    hand: HotfixTurn,
    promise: Promise,
    backport: Backport,
    text: str,
    *,
    users: Sequence[str] = (),
) -> Post:
    to_bring = backport.state in _TO_BRING
    ask, label = (Ask.BACKPORT, "Backport now") if to_bring else (Ask.ALIGN, "Look again")
    return hand.post(
        text,
        hand.button(ask, label, backport.target, Tone.WANTED),
        hand.button(Ask.HOTFIX_STATUS, "Status"),
        hand.button(Ask.WAIVE_BACKPORT, "Waive…", backport.target),
        promise=promise,
        backport=backport,
        story=_story(hand),
        users=users,
    )


def _story(hand: HotfixTurn) -> str:
    """Why it matters, as the playbook tells it."""
    rule = hand.pipeline.backport
    return rule.story if rule is not None else ""


def _tell_backport_overdue(
    hand: HotfixTurn,
    promise: Promise,
    backport: Backport,
    audiences: Audiences,
    letters: Letters,
) -> None:
    """Tell the owner; from the second time on also whoever leads, and who approves fixes.

    The channel hears of it for as long as people fight there.
    """
    turn = hand.turn
    others: Sequence[str] = ()
    if promise.told > 1:
        names = tuple(dict.fromkeys((COMMANDER, *hand.rules.approval.roles)))
        others = _others(turn, promise, audiences.meant(turn.incident, names))
        spoken = ", ".join(names).replace("_", " ")
        turn.note(EntryKind.ESCALATED, f"Escalated to {spoken}", reason=f"Overdue: {promise.name}")
        turn.invite(*others)
    else:
        hand.note(f"Overdue: {promise.name}", EntryKind.BACKPORT)
    if turn.incident.status.running:
        post = _about_backport(hand, promise, backport, "backport_overdue", users=others)
        turn.tell_room(overdue_key(promise), post)
    tell_ladder(turn, promise, others, letters, story=_story(hand))


def _others(turn: Turn, promise: Promise, found: Sequence[str]) -> tuple[str, ...]:
    everybody = dict.fromkeys((turn.incident.leader, *found))
    return tuple(user for user in everybody if user != promise.owner)
