"""Keeps the promises of a hotfix in step with it: what its steps may take, when it must be back."""

from collections.abc import Sequence
from dataclasses import replace

from chatops.application.hotfix.session import HotfixSession, meant
from chatops.application.incidents.update import reminder_key
from chatops.application.reminders import ReminderDigest, remind_owner, tell_overdue_to
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
from chatops.domain.hotfix.model import (
    Backport,
    BackportState,
    Hotfix,
    HotfixState,
    StepRun,
    StepState,
)
from chatops.domain.incident.model import COMMANDER
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.effects import Destination, DestinationKind
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle, Post
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.promises.model import Promise, PromiseState, remade
from chatops.domain.promises.reminder_policy import ReminderPolicy

#: So many of the newest readings tell what is wrong.
_LINES = 3


def promise_decision(session: HotfixSession) -> None:
    """Production does not look well: the commander is to decide, unless a rollback runs already."""
    back = session.hotfix.rollback
    if back is None or not back.running:
        _make(session, RollbackPhase.DECIDE, session.incident.leader)


def cancel_decision(session: HotfixSession) -> None:
    """Production looks well, or somebody says so: there is nothing to decide."""
    _cancel(session, RollbackPhase.DECIDE)


def promise_rollback(session: HotfixSession) -> None:
    """It is decided; another way of the same rollback gets no time of its own."""
    _fulfil(session, RollbackPhase.DECIDE)
    _make(session, RollbackPhase.EXECUTE, session.engineer)


def promise_rollback_check(session: HotfixSession) -> None:
    """Production runs what it is to run; whether it works is still to be seen."""
    _fulfil(session, RollbackPhase.EXECUTE)
    _make(session, RollbackPhase.VERIFY, session.engineer)


def end_rollback_promises(session: HotfixSession) -> None:
    """The rollback is done."""
    _fulfil(session, RollbackPhase.EXECUTE)
    _fulfil(session, RollbackPhase.VERIFY)


def cancel_rollback_promises(session: HotfixSession) -> None:
    """The hotfix is over; what has begun goes on, unless it was given up."""
    if session.hotfix.state is not HotfixState.ABORTED:
        _cancel(session, RollbackPhase.DECIDE)
        return
    for phase in RollbackPhase:
        _cancel(session, phase)


def update_decision(session: HotfixSession) -> None:
    """Where the step that failed is over by now, somebody has said that production works."""
    watch = session.hotfix.step(StepKind.WATCH)
    if session.hotfix.is_over(StepKind.VERIFY) and (watch is None or not watch.trouble):
        cancel_decision(session)


def seen_of(session: HotfixSession) -> tuple[str, ...]:
    """What production last answered that did not look well."""
    watch, verify = session.hotfix.step(StepKind.WATCH), session.hotfix.step(StepKind.VERIFY)
    if watch is not None and watch.trouble:
        return tuple(watch.trouble.split("; "))
    return verify.evidence[-_LINES:] if verify is not None else ()


def _phase_promise(session: HotfixSession, phase: RollbackPhase) -> Promise | None:
    return session.work.promises.get(
        session.incident.id, rollback_key(session.hotfix.number, phase)
    )


def _make(session: HotfixSession, phase: RollbackPhase, owner: str) -> None:
    old = _phase_promise(session, phase)
    made = rollback_promise(session.hotfix, session.policy.rollback, phase, owner, session.now)
    if made is not None and (old is None or not old.open):
        session.incident_session.promise(remade(old, made, session.now))


def _fulfil(session: HotfixSession, phase: RollbackPhase) -> None:
    held = _phase_promise(session, phase)
    if held is not None and held.open:
        session.incident_session.promise(held.fulfilled(session.now))


def _cancel(session: HotfixSession, phase: RollbackPhase) -> None:
    held = _phase_promise(session, phase)
    if held is not None and held.open:
        session.incident_session.promise(held.cancelled(session.now))


#: Where bringing it back (again) is what helps; otherwise it is looking for the proof.
_TO_BRING = frozenset({BackportState.OWED, BackportState.CONFLICT})


def remind_of_step(
    incident_session: IncidentSession, promise: Promise, _digest: ReminderDigest
) -> None:
    """Remind in the channel of a step that is not due yet."""
    _tell_of_step(incident_session, promise, reminder_key(promise), "step_nudge")


def tell_step_overdue(
    incident_session: IncidentSession, promise: Promise, _digest: ReminderDigest
) -> None:
    """Say in the channel that a step takes longer than it may."""
    _tell_of_step(incident_session, promise, overdue_key(promise), "step_over")


def _tell_of_step(incident_session: IncidentSession, promise: Promise, key: str, text: str) -> None:
    session, kind = _hotfix_of(incident_session, promise)
    step = _unfinished(session, promise, kind)
    if step is not None:
        incident_session.tell_room(key, _about_step(session, promise, step, text))


def tell_rollback_overdue(
    incident_session: IncidentSession, promise: Promise, _digest: ReminderDigest
) -> None:
    """Say in the channel that a part of a rollback is not done in time."""
    session, phase = _hotfix_of(incident_session, promise)
    post = _about_rollback(session, promise, RollbackPhase(phase))
    incident_session.tell_room(overdue_key(promise), post)


def remind_of_backport(
    incident_session: IncidentSession, promise: Promise, digest: ReminderDigest
) -> None:
    """Remind of a backport: the channel while the incident runs, its owner afterwards."""
    session, target = _hotfix_of(incident_session, promise)
    backport = _missing(session, promise, target)
    if backport is None:
        return
    if incident_session.incident.status.running:
        post = _about_backport(session, promise, backport, "backport_nudge")
        incident_session.tell_room(reminder_key(promise), post)
    else:
        remind_owner(incident_session, promise, digest, story=_story(session))


def tell_backport_overdue(
    incident_session: IncidentSession, promise: Promise, digest: ReminderDigest
) -> None:
    """Say that a backport is overdue; of one that stays so, others hear too. Raises NotAskedYet."""
    session, target = _hotfix_of(incident_session, promise)
    backport = _missing(session, promise, target)
    if backport is not None:
        _tell_backport_overdue(session, promise, backport, digest)


def overdue_key(promise: Promise) -> str:
    """The key of what is said each time that a promise is found overdue."""
    return f"overdue:{promise.key}:{promise.round}:{promise.told}"


def _hotfix_of(incident_session: IncidentSession, promise: Promise) -> tuple[HotfixSession, str]:
    number, subject = subject_of(promise)
    return HotfixSession(incident_session, meant(incident_session, number)), subject


def _unfinished(session: HotfixSession, promise: Promise, kind: str) -> StepRun | None:
    """The step that a promise is about; of one that is over nothing need be said."""
    step = session.hotfix.step(StepKind(kind))
    if step is None or step.state.over or session.hotfix.state is not HotfixState.RUNNING:
        session.incident_session.promise(promise.cancelled(session.now))
        return None
    return step


def _missing(session: HotfixSession, promise: Promise, target: str) -> Backport | None:
    """The backport that a promise is about; one that is done or waived ends its promise."""
    backport = session.hotfix.backport(target)
    assert backport is not None  # noqa: S101 - a promised backport is never forgotten
    match backport.state:
        case BackportState.PROVEN:
            session.incident_session.promise(promise.fulfilled(backport.proven_at or session.now))
            return None
        case BackportState.WAIVED:
            session.incident_session.promise(promise.waived(backport.reason, session.now))
            return None
    return backport


def _about_step(session: HotfixSession, promise: Promise, step: StepRun, text: str) -> Post:
    status = session.button(ActionId("hotfix_status"), "Status")
    back = session.button(ActionId("rollback"), "Roll back…", tone=ButtonStyle.DANGER)
    buttons = (status, back) if step.kind is StepKind.REPRODUCE else (status,)
    when_over = session.step(step.kind).when_over
    return session.post(text, *buttons, promise=promise, step=step, when_over=when_over)


def _about_rollback(session: HotfixSession, promise: Promise, phase: RollbackPhase) -> Post:
    """Ask whoever leads to decide, with what there is to weigh, or the engineer what holds it."""
    buttons = [session.button(ActionId("hotfix_status"), "Status")]
    if phase is RollbackPhase.DECIDE:
        later = f"{promise.incident}:{promise.key}"
        buttons = [
            session.button(ActionId("rollback"), "Roll back…", tone=ButtonStyle.DANGER),
            Button(ask=ActionId("snooze"), label="Snooze…", about=later),
        ]
    rule = session.policy.rollback
    return session.post(
        "rollback_overdue",
        *buttons,
        promise=promise,
        phase=phase,
        takes=rollback_takes(rule, phase),
        lines=seen_of(session),
        rule=rule,
        back=session.hotfix.rollback,
    )


def _about_backport(
    session: HotfixSession,
    promise: Promise,
    backport: Backport,
    text: str,
    *,
    users: Sequence[str] = (),
) -> Post:
    to_bring = backport.state in _TO_BRING
    ask, label = (
        (ActionId("backport"), "Backport now") if to_bring else (ActionId("align"), "Look again")
    )
    return session.post(
        text,
        session.button(ask, label, backport.target, ButtonStyle.WANTED),
        session.button(ActionId("hotfix_status"), "Status"),
        session.button(ActionId("waive_backport"), "Waive…", backport.target),
        promise=promise,
        backport=backport,
        story=_story(session),
        users=users,
    )


def _story(session: HotfixSession) -> str:
    """Why it matters, as the playbook tells it."""
    rule = session.pipeline.backport
    return rule.story if rule is not None else ""


def _tell_backport_overdue(
    session: HotfixSession, promise: Promise, backport: Backport, digest: ReminderDigest
) -> None:
    """Tell the owner; from the second time on also whoever leads, and who approves fixes.

    The channel hears of it for as long as the incident runs.
    """
    incident_session = session.incident_session
    others: Sequence[str] = ()
    if promise.told > 1:
        names = tuple(dict.fromkeys((COMMANDER, *session.rules.approval.roles)))
        others = _others(
            incident_session, promise, digest.audiences.meant(incident_session.incident, names)
        )
        spoken = ", ".join(names).replace("_", " ")
        incident_session.note(
            EntryKind.ESCALATED, f"Escalated to {spoken}", reason=f"Overdue: {promise.name}"
        )
        incident_session.invite(*others)
    else:
        session.note(f"Overdue: {promise.name}", EntryKind.BACKPORT)
    if incident_session.incident.status.running:
        post = _about_backport(session, promise, backport, "backport_overdue", users=others)
        incident_session.tell_room(overdue_key(promise), post)
    tell_overdue_to(incident_session, promise, others, digest, story=_story(session))


def _others(
    incident_session: IncidentSession, promise: Promise, found: Sequence[str]
) -> tuple[str, ...]:
    everybody = dict.fromkeys((incident_session.incident.leader, *found))
    return tuple(user for user in everybody if user != promise.owner)


_GIVEN_UP = frozenset({HotfixState.ABORTED, HotfixState.ROLLED_BACK})
#: So many of the newest readings are evidence enough.
_READINGS = 3


def update_windows(session: HotfixSession) -> None:
    """Begin the first window with the deploy, and end it where the bot itself saw that all is well.

    Of a hotfix that is given up nothing is left to watch.
    """
    if session.hotfix.state in _GIVEN_UP:
        ours = f"watch:{session.hotfix.number}:"
        session.incident_session.cancel_promises(lambda promise: promise.key.startswith(ours))
        return
    deployed = session.hotfix.deployed_at
    if deployed is None or not session.policy.watch:
        return
    held = _watch(session, 0)
    if held is None or held.made_at < deployed:
        _begin(session, 0)
    step = session.hotfix.step(StepKind.WATCH)
    held = _watch(session, 0)
    if held is not None and held.open and step is not None and step.state is StepState.DONE:
        _all_clear(session, held)


def _watch(session: HotfixSession, index: int) -> Promise | None:
    key = watch_key(session.hotfix.number, index)
    return session.work.promises.get(session.incident.id, key)


def _begin(session: HotfixSession, index: int, after: Promise | None = None) -> None:
    """Begin a window: now, or when the one before it was over."""
    windows = session.policy.watch
    if index >= len(windows):
        return
    incident_session, policy = (
        session.incident_session,
        ReminderPolicy.of(session.incident_session.playbook),
    )
    since = min(session.now, after.due_at) if after is not None else session.hotfix.deployed_at
    made = watch_promise(
        session.hotfix,
        index,
        windows[index],
        incident=incident_session.incident,
        policy=policy,
        since=since or session.now,
    )
    promise = incident_session.promise(remade(_watch(session, index), made, made.made_at))
    if not policy.is_quiet(incident_session.incident, session.now):
        wrong = session.button(ActionId("rollback"), "Something is wrong…", tone=ButtonStyle.DANGER)
        post = session.post("watch_window", wrong, promise=promise, window=windows[index])
        incident_session.tell_room(f"{promise.key}:{promise.round}", post)


def begin_next_window(incident_session: IncidentSession, promise: Promise) -> None:
    """A window is over: the next one begins.

    If nobody said that all was quiet, it stays overdue, and it is of the next one that they hear.
    """
    number, index = subject_of(promise)
    session = HotfixSession(incident_session, meant(incident_session, number))
    if int(index) + 1 >= len(session.policy.watch):
        return
    following = _watch(session, int(index) + 1)
    if following is None or following.made_at < promise.made_at:
        _begin(session, int(index) + 1, promise)
    if promise.open:
        incident_session.promise(replace(promise, wake_at=None))


def fulfil_window(incident_session: IncidentSession, promise: Promise) -> Promise:
    """Somebody looked, and all was quiet."""
    number, _ = subject_of(promise)
    return _all_clear(HotfixSession(incident_session, meant(incident_session, number)), promise)


def _all_clear(session: HotfixSession, promise: Promise) -> Promise:
    kept = session.incident_session.promise(promise.fulfilled(session.now))
    step = session.hotfix.step(StepKind.WATCH)
    readings = step.evidence[-_READINGS:] if step is not None else ()
    session.note(f"All quiet: {promise.name}", EntryKind.READING, reason="; ".join(readings))
    _, index = subject_of(promise)
    for before in filter(None, (_watch(session, each) for each in range(int(index)))):
        if before.open:
            session.incident_session.promise(before.fulfilled(session.now))
    begin_next_window(session.incident_session, kept)
    give_all_clear(session.incident_session)
    return kept


def update_promises(session: HotfixSession, *, again: str | None = None) -> None:
    """Make the promises of what has its turn now, and fulfil those of what is over.

    ``again`` is a target that lost the fix: its promise starts anew.
    """
    held = session.incident_session.promises()
    for step in session.hotfix.steps:
        promise = held.get(step_key(session.hotfix.number, step.kind))
        if promise is not None and promise.open and step.state.over:
            session.incident_session.promise(promise.fulfilled(session.now))
    current = session.hotfix.current
    old = held.get(step_key(session.hotfix.number, current.kind)) if current is not None else None
    if current is not None and (old is None or not old.open):
        made = step_promise(session.hotfix, session.step(current.kind), session.now)
        if made is not None:
            session.incident_session.promise(remade(old, made, session.now))
    _promise_backports(session, again)
    update_decision(session)
    update_windows(session)


def _promise_backports(session: HotfixSession, again: str | None) -> None:
    rule = session.pipeline.backport
    if rule is None or not _has_started(session):
        return
    held = session.incident_session.promises()
    hours = session.incident_session.playbook.working_hours
    for each in session.hotfix.owed:
        old = held.get(backport_key(session.hotfix.number, each.target))
        if old is not None and each.target != again:
            continue
        made = backport_promise(
            session.hotfix,
            each,
            rule,
            zone=session.incident_session.playbook.zone,
            day_ends=hours.end,
            since=session.now,
            now=session.now,
        )
        session.incident_session.promise(remade(old, made, session.now))


def _has_started(session: HotfixSession) -> bool:
    """Whether the step is over from which the playbook counts."""
    rule = session.pipeline.backport
    since = rule.since if rule is not None else StepKind.DEPLOY
    return session.hotfix.is_over(since) or bool(session.hotfix.deployed)


def end_backport_promise(session: HotfixSession, backport: Backport) -> None:
    """A target has the fix, or shall not get it."""
    key = backport_key(session.hotfix.number, backport.target)
    promise = session.work.promises.get(session.incident.id, key)
    if promise is None or not promise.open:
        return
    if backport.state is BackportState.WAIVED:
        session.incident_session.promise(promise.waived(backport.reason, session.now))
    else:
        session.incident_session.promise(promise.fulfilled(session.now))


def end_promises(session: HotfixSession) -> None:
    """The hotfix is over: cancel the promises of its steps; those of its backports stay."""
    ours = f"step:{session.hotfix.number}:"
    session.incident_session.cancel_promises(lambda promise: promise.key.startswith(ours))
    cancel_rollback_promises(session)
    for each in session.hotfix.backports:
        if each.state.settled:
            end_backport_promise(session, each)
    if session.hotfix.state is HotfixState.ROLLED_BACK:
        update_promises(session)
    else:
        update_windows(session)


_KEPT = frozenset({PromiseState.KEPT, PromiseState.MISSED})


def give_all_clear(session: IncidentSession) -> None:
    """Tell responders and stakeholders once that nobody needs to do anything any more."""
    hotfixes = [each for each in session.work.hotfixes.of(session.incident.id) if _is_out(each)]
    over = not session.incident.status.running and session.incident.resolved_at is not None
    if not over or not hotfixes or not all(_ended_well(session, each) for each in hotfixes):
        return
    key = f"all_clear:{session.incident.resolved_at:%Y%m%d%H%M%S}"
    post = session.post("all_clear")
    session.note(EntryKind.NOTE, "All clear")
    session.tell_room(key, post)
    if session.team.channels.stakeholders and not session.incident.private:
        place = Destination(kind=DestinationKind.STAKEHOLDERS)
        session.say(f"{key}:public", place, post, under=session.announcement_key)


def _is_out(hotfix: Hotfix) -> bool:
    given_up = {HotfixState.ABORTED, HotfixState.ROLLED_BACK}
    return hotfix.deployed_at is not None and hotfix.state not in given_up


def _ended_well(session: IncidentSession, hotfix: Hotfix) -> bool:
    """Whether its last window was quiet; where none is asked for, whether it was verified."""
    windows = session.playbook.hotfix.watch
    if windows:
        key = watch_key(hotfix.number, len(windows) - 1)
        promise = session.work.promises.get(session.incident.id, key)
        return promise is not None and promise.state in _KEPT
    verify = hotfix.step(StepKind.VERIFY)
    return verify is not None and verify.state is StepState.DONE
