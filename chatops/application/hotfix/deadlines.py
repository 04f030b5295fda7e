"""Keeps the promises of a hotfix in step with it: what its steps may take, when it must be back."""

from collections.abc import Sequence
from dataclasses import replace

from chatops.application.authorization import Audiences
from chatops.application.hotfix.session import HotfixSession, meant
from chatops.application.reminders.after_resolution import give_all_clear
from chatops.application.reminders.digest import Letters, remind_owner, tell_ladder
from chatops.application.session import IncidentSession
from chatops.domain.hotfix.deadlines import (
    RollbackPhase,
    backport_key,
    backport_promise,
    rollback_key,
    rollback_promise,
    rollback_takes,
    step_key,
    step_promise,
    subject_of,
    watch_key,
    watch_promise,
)
from chatops.domain.hotfix.model import Backport, BackportState, HotfixState, StepRun, StepState
from chatops.domain.incident.model import COMMANDER
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle, Post
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.promises.model import Promise, PromiseKind, remade
from chatops.domain.promises.reminder_policy import ReminderPolicy

#: So many of the newest readings tell what is wrong.
_LINES = 3


def ask_to_decide(hand: HotfixSession) -> None:
    """Production does not look well: whoever leads is to decide, unless it goes back already."""
    back = hand.hotfix.rollback
    if back is None or not back.running:
        _make(hand, RollbackPhase.DECIDE, hand.turn.incident.leader)


def looks_well(hand: HotfixSession) -> None:
    """Production looks well, or somebody says so: there is nothing to decide."""
    _lapse(hand, RollbackPhase.DECIDE)


def begin_going_back(hand: HotfixSession) -> None:
    """It is decided; another way of the same rollback gets no time of its own."""
    _keep(hand, RollbackPhase.DECIDE)
    _make(hand, RollbackPhase.EXECUTE, hand.engineer)


def is_where_it_was(hand: HotfixSession) -> None:
    """Production runs what it is to run; whether it works is still to be seen."""
    _keep(hand, RollbackPhase.EXECUTE)
    _make(hand, RollbackPhase.VERIFY, hand.engineer)


def end_going_back(hand: HotfixSession) -> None:
    """The rollback is done."""
    _keep(hand, RollbackPhase.EXECUTE)
    _keep(hand, RollbackPhase.VERIFY)


def forget_going_back(hand: HotfixSession) -> None:
    """The hotfix is over; what has begun goes on, unless it was given up."""
    if hand.hotfix.state is not HotfixState.ABORTED:
        _lapse(hand, RollbackPhase.DECIDE)
        return
    for phase in RollbackPhase:
        _lapse(hand, phase)


def keep_deciding(hand: HotfixSession) -> None:
    """Where the step that failed is over by now, somebody has said that production works."""
    watch = hand.hotfix.step(StepKind.WATCH)
    if hand.hotfix.is_over(StepKind.VERIFY) and (watch is None or not watch.trouble):
        looks_well(hand)


def seen_of(hand: HotfixSession) -> tuple[str, ...]:
    """What production last answered that did not look well."""
    watch, verify = hand.hotfix.step(StepKind.WATCH), hand.hotfix.step(StepKind.VERIFY)
    if watch is not None and watch.trouble:
        return tuple(watch.trouble.split("; "))
    return verify.evidence[-_LINES:] if verify is not None else ()


def _phase_promise(hand: HotfixSession, phase: RollbackPhase) -> Promise | None:
    return hand.turn.work.promises.get(
        hand.turn.incident.id, rollback_key(hand.hotfix.number, phase)
    )


def _make(hand: HotfixSession, phase: RollbackPhase, owner: str) -> None:
    old = _phase_promise(hand, phase)
    made = rollback_promise(hand.hotfix, hand.policy.rollback, phase, owner, hand.now)
    if made is not None and (old is None or not old.open):
        hand.turn.promise(remade(old, made, hand.now))


def _keep(hand: HotfixSession, phase: RollbackPhase) -> None:
    held = _phase_promise(hand, phase)
    if held is not None and held.open:
        hand.turn.promise(held.kept(hand.now))


def _lapse(hand: HotfixSession, phase: RollbackPhase) -> None:
    held = _phase_promise(hand, phase)
    if held is not None and held.open:
        hand.turn.promise(held.lapsed(hand.now))


#: Where bringing it back (again) is what helps; otherwise it is looking for the proof.
_TO_BRING = frozenset({BackportState.OWED, BackportState.CONFLICT})


def remind(turn: IncidentSession, promise: Promise, letters: Letters) -> None:
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
    turn: IncidentSession, promise: Promise, audiences: Audiences, letters: Letters
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


def _in_hand(turn: IncidentSession, promise: Promise) -> tuple[HotfixSession, str]:
    number, subject = subject_of(promise)
    return HotfixSession(turn, meant(turn, number)), subject


def _unfinished(hand: HotfixSession, promise: Promise, kind: str) -> StepRun | None:
    """The step that a promise is about; of one that is over nothing need be said."""
    step = hand.hotfix.step(StepKind(kind))
    if step is None or step.state.over or hand.hotfix.state is not HotfixState.RUNNING:
        hand.turn.promise(promise.lapsed(hand.now))
        return None
    return step


def _owed(hand: HotfixSession, promise: Promise, target: str) -> Backport | None:
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


def _about_step(hand: HotfixSession, promise: Promise, step: StepRun, text: str) -> Post:
    status = hand.button(ActionId.HOTFIX_STATUS, "Status")
    back = hand.button(ActionId.ROLLBACK, "Roll back…", tone=ButtonStyle.DANGER)
    buttons = (status, back) if step.kind is StepKind.REPRODUCE else (status,)
    when_over = hand.step(step.kind).when_over
    return hand.post(text, *buttons, promise=promise, step=step, when_over=when_over)


def _about_rollback(hand: HotfixSession, promise: Promise, phase: RollbackPhase) -> Post:
    """Ask whoever leads to decide, with what there is to weigh, or the engineer what holds it."""
    buttons = [hand.button(ActionId.HOTFIX_STATUS, "Status")]
    if phase is RollbackPhase.DECIDE:
        later = f"{promise.incident}:{promise.key}"
        buttons = [
            hand.button(ActionId.ROLLBACK, "Roll back…", tone=ButtonStyle.DANGER),
            Button(ask=ActionId.SNOOZE, label="Snooze…", about=later),
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
    hand: HotfixSession,
    promise: Promise,
    backport: Backport,
    text: str,
    *,
    users: Sequence[str] = (),
) -> Post:
    to_bring = backport.state in _TO_BRING
    ask, label = (ActionId.BACKPORT, "Backport now") if to_bring else (ActionId.ALIGN, "Look again")
    return hand.post(
        text,
        hand.button(ask, label, backport.target, ButtonStyle.WANTED),
        hand.button(ActionId.HOTFIX_STATUS, "Status"),
        hand.button(ActionId.WAIVE_BACKPORT, "Waive…", backport.target),
        promise=promise,
        backport=backport,
        story=_story(hand),
        users=users,
    )


def _story(hand: HotfixSession) -> str:
    """Why it matters, as the playbook tells it."""
    rule = hand.pipeline.backport
    return rule.story if rule is not None else ""


def _tell_backport_overdue(
    hand: HotfixSession,
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


def _others(turn: IncidentSession, promise: Promise, found: Sequence[str]) -> tuple[str, ...]:
    everybody = dict.fromkeys((turn.incident.leader, *found))
    return tuple(user for user in everybody if user != promise.owner)


_GIVEN_UP = frozenset({HotfixState.ABORTED, HotfixState.ROLLED_BACK})
#: So many of the newest readings are evidence enough.
_READINGS = 3


def keep_windows(hand: HotfixSession) -> None:
    """Begin the first window with the deploy, and end it where the bot itself saw that all is well.

    Of a hotfix that is given up nothing is left to watch.
    """
    if hand.hotfix.state in _GIVEN_UP:
        ours = f"watch:{hand.hotfix.number}:"
        hand.turn.lapse(lambda promise: promise.key.startswith(ours))
        return
    deployed = hand.hotfix.deployed_at
    if deployed is None or not hand.policy.watch:
        return
    held = _watch(hand, 0)
    if held is None or held.made_at < deployed:
        _begin(hand, 0)
    step = hand.hotfix.step(StepKind.WATCH)
    held = _watch(hand, 0)
    if held is not None and held.open and step is not None and step.state is StepState.DONE:
        _is_quiet(hand, held)


def _watch(hand: HotfixSession, index: int) -> Promise | None:
    key = watch_key(hand.hotfix.number, index)
    return hand.turn.work.promises.get(hand.turn.incident.id, key)


def _begin(hand: HotfixSession, index: int, after: Promise | None = None) -> None:
    """Begin a window: now, or when the one before it was over."""
    windows = hand.policy.watch
    if index >= len(windows):
        return
    turn, manners = hand.turn, ReminderPolicy.of(hand.turn.playbook)
    since = min(hand.now, after.due_at) if after is not None else hand.hotfix.deployed_at
    made = watch_promise(
        hand.hotfix,
        index,
        windows[index],
        incident=turn.incident,
        manners=manners,
        since=since or hand.now,
    )
    promise = turn.promise(remade(_watch(hand, index), made, made.made_at))
    if not manners.is_quiet(turn.incident, hand.now):
        wrong = hand.button(ActionId.ROLLBACK, "Something is wrong…", tone=ButtonStyle.DANGER)
        post = hand.post("watch_window", wrong, promise=promise, window=windows[index])
        turn.tell_room(f"{promise.key}:{promise.round}", post)


def go_on_watching(turn: IncidentSession, promise: Promise) -> None:
    """A window is over: the next one begins.

    If nobody said that all was quiet, it stays overdue, and it is of the next one that they hear.
    """
    number, index = subject_of(promise)
    hand = HotfixSession(turn, meant(turn, number))
    if int(index) + 1 >= len(hand.policy.watch):
        return
    following = _watch(hand, int(index) + 1)
    if following is None or following.made_at < promise.made_at:
        _begin(hand, int(index) + 1, promise)
    if promise.open:
        turn.promise(replace(promise, wake_at=None))


def say_quiet(turn: IncidentSession, promise: Promise) -> Promise:
    """Somebody looked, and all was quiet."""
    number, _ = subject_of(promise)
    return _is_quiet(HotfixSession(turn, meant(turn, number)), promise)


def _is_quiet(hand: HotfixSession, promise: Promise) -> Promise:
    kept = hand.turn.promise(promise.kept(hand.now))
    step = hand.hotfix.step(StepKind.WATCH)
    readings = step.evidence[-_READINGS:] if step is not None else ()
    hand.note(f"All quiet: {promise.name}", EntryKind.READING, reason="; ".join(readings))
    _, index = subject_of(promise)
    for before in filter(None, (_watch(hand, each) for each in range(int(index)))):
        if before.open:
            hand.turn.promise(before.kept(hand.now))
    go_on_watching(hand.turn, kept)
    give_all_clear(hand.turn)
    return kept


def keep_clocks(hand: HotfixSession, *, again: str | None = None) -> None:
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


def _promise_backports(hand: HotfixSession, again: str | None) -> None:
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


def _has_started(hand: HotfixSession) -> bool:
    """Whether the step is over from which the playbook counts."""
    rule = hand.pipeline.backport
    since = rule.since if rule is not None else StepKind.DEPLOY
    return hand.hotfix.is_over(since) or bool(hand.hotfix.deployed)


def settle_backport(hand: HotfixSession, backport: Backport) -> None:
    """A target has the fix, or shall not get it."""
    key = backport_key(hand.hotfix.number, backport.target)
    promise = hand.turn.work.promises.get(hand.turn.incident.id, key)
    if promise is None or not promise.open:
        return
    if backport.state is BackportState.WAIVED:
        hand.turn.promise(promise.waived(backport.reason, hand.now))
    else:
        hand.turn.promise(promise.kept(hand.now))


def lapse_clocks(hand: HotfixSession) -> None:
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
