from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chatops.domain.incident.model import Incident
from chatops.domain.playbook.policy import Severity
from chatops.domain.promises.decide import (
    DueAction,
    Escalate,
    PageAudience,
    PostAutomaticUpdate,
    RemindOwner,
    TellOverdue,
    decide,
)
from chatops.domain.promises.kinds import PromiseKind
from chatops.domain.promises.model import Promise, PromiseState, remade
from chatops.domain.promises.reminder_policy import update_reminder
from chatops.domain.promises.while_running import (
    STATUS_KEY,
    overdue_escalations,
    person_response,
    renegotiated,
    severity_promises,
)
from tests.domain.samples import HOUR, MILDER, MINUTE, NOW, SEVERITY, incident


def the(kind: PromiseKind, of: Incident | None = None, severity: Severity = SEVERITY) -> Promise:
    made = severity_promises(of or incident(), severity, NOW)
    return next(promise for promise in made if promise.kind is kind)


def escalations(of: Incident | None = None, severity: Severity = SEVERITY) -> list[Promise]:
    made = severity_promises(of or incident(), severity, NOW)
    return [promise for promise in made if promise.kind is PromiseKind.ESCALATION]


def test_a_severity_promises_an_update_an_answer_a_fix_a_page_and_its_ladder() -> None:
    keys = {promise.key for promise in severity_promises(incident(), SEVERITY, NOW)}
    assert keys == {
        "status_update",
        "response",
        "fix",
        "notice:oncall",
        "escalation:P0:0",
        "escalation:P0:1",
        "escalation:P0:3",
    }


def test_an_incident_that_somebody_took_up_promises_nothing_about_silence() -> None:
    taken = incident(acknowledged_at=NOW, acknowledged_by="UOLA")
    keys = {promise.key for promise in severity_promises(taken, SEVERITY, NOW)}
    assert keys == {"status_update", "fix", "escalation:P0:1", "escalation:P0:3"}


def test_the_commander_is_reminded_before_the_update_is_due() -> None:
    promise = the(PromiseKind.STATUS_UPDATE)
    assert promise.due_at == NOW + 15 * MINUTE
    assert promise.wake_at == NOW + 10 * MINUTE

    decision = decide(promise, incident(), SEVERITY, NOW + 10 * MINUTE)

    assert isinstance(decision.action, RemindOwner)
    assert decision.promise.nudged
    assert decision.promise.wake_at == promise.due_at


def test_the_reminder_never_comes_in_the_first_half_of_a_short_wait() -> None:
    assert update_reminder(SEVERITY, NOW + 6 * MINUTE, NOW) == NOW + 3 * MINUTE


def test_an_update_that_nobody_wrote_is_held_on_time_and_the_next_one_promised() -> None:
    promise = the(PromiseKind.STATUS_UPDATE)

    decision = decide(promise, incident(), SEVERITY, promise.due_at)

    assert isinstance(decision.action, PostAutomaticUpdate)
    assert decision.action.late_by is None
    assert decision.action.next_at == NOW + 30 * MINUTE
    assert decision.promise.due_at == NOW + 30 * MINUTE
    assert decision.promise.round == promise.round + 1
    assert decision.promise.open


def test_after_a_night_of_downtime_one_late_word_is_given_and_the_clock_starts_anew() -> None:
    promise = the(PromiseKind.STATUS_UPDATE)
    morning = NOW + 8 * HOUR

    decision = decide(promise, incident(), SEVERITY, morning)

    assert isinstance(decision.action, PostAutomaticUpdate)
    assert decision.action.late_by == morning - promise.due_at
    assert decision.promise.due_at == morning + 15 * MINUTE


def test_an_escalation_step_is_taken_when_its_time_comes_and_only_once() -> None:
    promise = escalations()[1]

    decision = decide(promise, incident(), SEVERITY, promise.due_at)

    assert isinstance(decision.action, Escalate)
    assert decision.action.step.tell == ("lead",)
    assert decision.promise.state is PromiseState.KEPT
    assert decision.promise.wake_at is None


def test_an_escalation_about_silence_is_cancelled_once_somebody_answered() -> None:
    promise = escalations()[0]
    taken = incident(acknowledged_at=NOW + MINUTE, acknowledged_by="UOLA")

    decision = decide(promise, taken, SEVERITY, promise.due_at)

    assert decision.action is None
    assert decision.promise.state is PromiseState.CANCELLED


def test_an_escalation_step_of_another_severity_is_cancelled() -> None:
    promise = escalations()[1]
    decision = decide(promise, incident(severity="P1"), MILDER, promise.due_at)
    assert (decision.action, decision.promise.state) == (None, PromiseState.CANCELLED)


def test_a_missed_update_sets_the_escalations_about_missing_updates_going() -> None:
    missed = the(PromiseKind.STATUS_UPDATE)
    [step] = overdue_escalations(incident(), SEVERITY, missed, missed.due_at)
    assert step.due_at == missed.due_at + 15 * MINUTE

    silent = incident(holdings=1)
    assert isinstance(decide(step, silent, SEVERITY, step.due_at).action, Escalate)
    assert decide(step, incident(holdings=0), SEVERITY, step.due_at).action is None


def test_an_update_missed_while_the_bot_was_away_gives_the_commander_the_time_to_write_it() -> None:
    missed, awake = the(PromiseKind.STATUS_UPDATE), NOW + 10 * HOUR
    [step] = overdue_escalations(incident(), SEVERITY, missed, awake)
    assert step.due_at == awake + 15 * MINUTE


def test_on_call_is_paged_by_itself_when_nobody_took_the_incident_up_in_time() -> None:
    promise = the(PromiseKind.NOTICE)

    decision = decide(promise, incident(), SEVERITY, promise.due_at)

    assert isinstance(decision.action, PageAudience)
    assert decision.action.audience == "oncall"


def test_on_call_is_left_asleep_when_somebody_took_it_up() -> None:
    promise = the(PromiseKind.NOTICE)
    taken = incident(acknowledged_at=NOW + MINUTE, acknowledged_by="UOLA")
    decision = decide(promise, taken, SEVERITY, promise.due_at)
    assert (decision.action, decision.promise.state) == (None, PromiseState.KEPT)


def test_a_person_who_does_not_answer_a_page_is_told_of_even_if_another_did() -> None:
    promise = person_response(incident(), "UBO", NOW + 5 * MINUTE, NOW)
    taken = incident(acknowledged_at=NOW + MINUTE, acknowledged_by="UOLA")
    assert isinstance(decide(promise, taken, SEVERITY, promise.due_at).action, TellOverdue)


def test_a_missed_fix_time_is_told_once_and_stays_open() -> None:
    promise = the(PromiseKind.FIX)

    decision = decide(promise, incident(), SEVERITY, promise.due_at)

    assert isinstance(decision.action, TellOverdue)
    assert decision.promise.open
    assert decision.promise.wake_at is None
    assert decision.promise.overdue(promise.due_at + MINUTE)


def test_business_hears_daily_also_when_an_update_was_late() -> None:
    severity = replace(SEVERITY, business_update_every=timedelta(days=1))
    promise = the(PromiseKind.BUSINESS_UPDATE, severity=severity)

    decision = decide(promise, incident(), severity, promise.due_at + HOUR)

    assert isinstance(decision.action, TellOverdue)
    assert decision.promise.due_at == promise.due_at + timedelta(days=1)


def test_a_fix_that_comes_late_breaks_its_promise_and_one_in_time_keeps_it() -> None:
    promise = the(PromiseKind.FIX)
    assert promise.fulfilled(promise.due_at).state is PromiseState.KEPT
    assert promise.fulfilled(promise.due_at + MINUTE).state is PromiseState.MISSED


def test_lowering_the_severity_slows_the_updates_and_drops_what_it_no_longer_promises() -> None:
    held = {promise.key: promise for promise in severity_promises(incident(), SEVERITY, NOW)}
    later = NOW + 4 * MINUTE

    changed = {p.key: p for p in renegotiated(held, incident(severity="P1"), MILDER, later)}

    assert changed[STATUS_KEY].due_at == later + 30 * MINUTE
    assert changed["response"].state is PromiseState.CANCELLED
    assert changed["escalation:P0:3"].state is PromiseState.CANCELLED
    assert changed["escalation:P1:0"].due_at == later + 15 * MINUTE


def test_raising_it_again_does_not_tell_the_same_people_of_the_same_step_twice() -> None:
    held = {promise.key: promise for promise in severity_promises(incident(), SEVERITY, NOW)}
    taken = held["escalation:P0:1"]
    held[taken.key] = decide(taken, incident(), SEVERITY, taken.due_at).promise

    changed = {p.key: p for p in renegotiated(held, incident(), SEVERITY, NOW + HOUR)}

    assert taken.key not in changed
    assert changed["escalation:P0:3"].due_at == NOW + 5 * HOUR


def test_a_step_that_was_only_cancelled_is_there_again_when_the_severity_is() -> None:
    held = {promise.key: promise for promise in severity_promises(incident(), SEVERITY, NOW)}
    for severity in (MILDER, SEVERITY):
        held |= {p.key: p for p in renegotiated(held, incident(), severity, NOW + MINUTE)}

    assert held["escalation:P0:3"].open
    assert held["escalation:P0:3"].due_at == NOW + MINUTE + 4 * HOUR


def test_who_was_paged_by_name_is_still_to_answer_at_another_severity() -> None:
    paged = person_response(incident(), "UDBA", NOW + 5 * MINUTE, NOW)

    changed = renegotiated({paged.key: paged}, incident(severity="P1"), MILDER, NOW + MINUTE)

    assert paged.key not in {promise.key for promise in changed}


def test_a_snoozed_update_is_asked_for_again_only_at_its_new_time() -> None:
    nudged = decide(the(PromiseKind.STATUS_UPDATE), incident(), SEVERITY, NOW + 10 * MINUTE).promise
    snoozed = nudged.snoozed(
        NOW + HOUR, "the team sleeps", wake_at=NOW + 55 * MINUTE, now=NOW + 10 * MINUTE
    )

    reminder = decide(snoozed, incident(), SEVERITY, NOW + 55 * MINUTE)

    assert isinstance(reminder.action, RemindOwner)
    assert reminder.promise.round == nudged.round + 1
    assert isinstance(
        decide(reminder.promise, incident(), SEVERITY, NOW + HOUR).action, PostAutomaticUpdate
    )


def test_everything_is_cancelled_once_the_incident_runs_no_more() -> None:
    over = incident().resolved(root_cause="", fix="restarted", now=NOW)
    for promise in severity_promises(incident(), SEVERITY, NOW):
        decision = decide(promise, over, SEVERITY, NOW + HOUR)
        assert (decision.action, decision.promise.state) == (None, PromiseState.CANCELLED)


moments = st.lists(
    st.integers(min_value=1, max_value=20_000).map(lambda seconds: timedelta(seconds=seconds)),
    min_size=1,
    max_size=40,
)


def looked(held: dict[str, Promise], now: datetime) -> list[DueAction]:
    """What one look of the loop does, as the use case does it."""
    steps = []
    for key, promise in held.items():
        if promise.open and promise.wake_at is not None and promise.wake_at <= now:
            decision = decide(promise, incident(), SEVERITY, now)
            held[key] = decision.promise
            steps += [decision.action] if decision.action is not None else []
    return steps


@given(moments)
def test_whenever_the_loop_looks_no_step_is_early_doubled_or_dropped(gaps: list[timedelta]) -> None:
    held = {promise.key: promise for promise in severity_promises(incident(), SEVERITY, NOW)}
    taken: list[tuple[datetime, DueAction]] = []
    now = NOW
    for gap in gaps:
        now += gap
        taken += [(now, step) for step in looked(held, now)]

    early = [
        step for at, step in taken if not isinstance(step, RemindOwner) and step.promise.due_at > at
    ]
    spoken = [(type(step), step.promise.key, step.promise.round) for _, step in taken]
    overslept = [each for each in held.values() if each.wake_at is not None and each.wake_at <= now]
    assert early == []
    assert len(spoken) == len(set(spoken))
    assert overslept == []
    assert held[STATUS_KEY].open
    assert held[STATUS_KEY].due_at > now


def test_a_promise_made_again_is_the_next_round_of_the_old_one() -> None:
    old = the(PromiseKind.STATUS_UPDATE)
    new = replace(old, due_at=NOW + HOUR, wake_at=NOW + HOUR)
    again = remade(replace(old, id=5), new, NOW)
    assert (again.id, again.round, again.due_at) == (5, 2, NOW + HOUR)
