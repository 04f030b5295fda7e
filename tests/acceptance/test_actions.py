"""Action items: written down, completed, dropped, and listed by themselves when it is over."""

from datetime import UTC, datetime, timedelta

from chatops.domain.hotfix.model import Hotfix, HotfixState, StepRun, StepState
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.tasks import Priority, Task, TaskType
from tests.acceptance.stage import Actor, Room, Stage


def declare(sam: Actor, stage: Stage, severity: str = "P0") -> Room:
    sam.types(f"/incident declare {severity} Checkout is down")
    return stage.incident_room


def test_a_task_stays_quick_and_takes_more_in_its_form(
    stage: Stage, sam: Actor, priya: Actor
) -> None:
    room = declare(sam, stage)
    sam.types("/incident task add @priya check the pool", room)
    sam.hears("Task 1: check the pool", priya.mention, room=room)
    sam.types("/incident task add", room)
    sam.submits(
        {
            "What is to be done": "Alert on a full pool",
            "Who does it": priya.id,
            "Until when": "2026-03-05",
            "How do we know": "It fires within a minute",
            "Type": "technical_debt",
            "Priority": "high",
            "Details": "The pool has 20 places",
        }
    )
    sam.types("/incident task show 2", room)
    sam.hears(
        "Technical debt 2 of", "Alert on a full pool", "high priority", "due", "within a minute",
        "20 places", room=room,
    )  # fmt: skip
    assert any("Task 2 of" in each and "is yours" in each for each in priya.inbox)


def resolve(sam: Actor, room: Room) -> None:
    sam.types("/incident resolve", room)
    sam.submits({"What fixed it": "The check is back"})


def tasks_of(stage: Stage) -> list[Task]:
    with stage.bot.use_cases.sessions.storage.reading() as work:
        return list(work.tasks.of(1))


def test_a_day_ends_with_the_working_day_and_a_time_of_its_own_counts_more(
    stage: Stage, sam: Actor
) -> None:
    room = declare(sam, stage)
    sam.types("/incident task add", room)
    sam.submits({"What is to be done": "one", "Until when": "2026-03-02"})
    sam.types("/incident task add", room)
    sam.submits(
        {"What is to be done": "two", "Until when": "2026-03-09", "at a time of its own": "2 days"}
    )
    first, second = tasks_of(stage)
    assert first.due_at == datetime(2026, 3, 2, 18, tzinfo=UTC)
    assert second.due_at is not None
    assert (second.due_at - stage.clock.now()) < timedelta(days=2)


def test_a_day_that_is_over_is_refused_at_its_field(stage: Stage, sam: Actor) -> None:
    room = declare(sam, stage)
    sam.types("/incident task add", room)
    outcome = sam.submits({"What is to be done": "one", "Until when": "2026-03-01"})
    assert "That day is over" in str(outcome)
    assert tasks_of(stage) == []


def test_what_an_action_item_lacks_is_asked_for_when_the_fight_is_over(
    stage: Stage, sam: Actor, priya: Actor
) -> None:
    room = declare(sam, stage, "P1")
    sam.types("/incident task add", room)
    sam.submits({"What is to be done": "Alert on a full pool", "Type": "action"})
    sam.types("/incident task", room)
    assert "yet" not in sam.heard(room).replace("nobody's yet", "")
    resolve(sam, room)
    sam.types("/incident task", room)
    sam.hears("no owner, no date, no success criterion yet", room=room)
    sam.clicks("Fill in 1…", room)
    sam.submits(
        {
            "Who does it": priya.id,
            "Until when": "2026-03-05",
            "How do we know": "It fires within a minute",
        }
    )
    sam.types("/incident task show 1", room)
    sam.hears("fires within a minute", priya.mention, room=room)
    assert "no owner" not in sam.heard(room)
    with stage.bot.use_cases.sessions.storage.reading() as work:
        promise = work.promises.get(1, "action:1")
    assert promise is not None
    assert (promise.owner, promise.due_at) == (priya.id, datetime(2026, 3, 5, 18, tzinfo=UTC))


def test_a_task_is_dropped_with_a_reason_on_record(stage: Stage, sam: Actor) -> None:
    room = declare(sam, stage)
    sam.types("/incident task add check the pool", room)
    sam.types("/incident task drop 1", room)
    sam.submits({"Why": "There is no pool"})
    sam.types("/incident task", room)
    sam.hears("check the pool", "dropped", room=room)
    sam.types("/incident task drop 1 again", room)
    sam.types("/incident task edit 1", room)
    assert "Task 1 is dropped" in sam.reads_modal
    with stage.bot.use_cases.sessions.storage.reading() as work:
        [entry] = [each for each in work.timeline.of(1) if "dropped" in each.text]
    assert (entry.actor, entry.reason) == (sam.id, "There is no pool")


def test_what_came_of_it_is_told_with_the_end(stage: Stage, sam: Actor) -> None:
    room = declare(sam, stage)
    sam.types("/incident task add check the pool", room)
    sam.types("/incident task done 1 it was full", room)
    assert any("it was full" in each for each in room.thread(room.pinned))


def test_follow_ups_are_listed_once_when_it_is_resolved_and_none_is_doubled(
    stage: Stage, sam: Actor, priya: Actor
) -> None:
    room = declare(sam, stage)
    sam.types("/incident role commander @priya", room)
    resolve(sam, room)
    room.shows("4 follow-ups for INC-2026-001", "Action plan", "Runbook updates", priya.mention)
    listed = tasks_of(stage)
    assert [each.origin for each in listed] == ["actions", "runbooks", "training", "automation"]
    assert listed[0].due_at == stage.clock.now() + timedelta(hours=48) or listed[0].due_at
    assert listed[1].due_at is None
    assert "Clear success criteria" in listed[0].details
    sam.clicks("Go through them", room)
    sam.hears("Action plan", "no success criterion yet", room=room)
    sam.types("/incident task done 2", room)
    sam.types("/incident reopen it is back", room)
    resolve(sam, room)
    assert len(tasks_of(stage)) == 4
    assert tasks_of(stage)[1].done_at is not None
    assert room.count("follow-ups for") == 1


def test_nothing_is_listed_where_no_post_mortem_is_owed(stage: Stage, sam: Actor) -> None:
    room = declare(sam, stage, "P2")
    resolve(sam, room)
    assert tasks_of(stage) == []


def test_what_was_left_out_of_a_hotfix_is_a_debt_that_is_listed(stage: Stage, sam: Actor) -> None:
    room = declare(sam, stage, "P2")
    with stage.bot.use_cases.sessions.storage.writing() as work:
        steps = (
            StepRun(
                kind=StepKind.STAGE,
                title="Staging",
                state=StepState.SKIPPED,
                reason="it is down too",
            ),
            StepRun(kind=StepKind.WATCH, title="Watch", state=StepState.SKIPPED, reason="x"),
            StepRun(
                kind=StepKind.REPRODUCE,
                title="Reproduce",
                state=StepState.DONE,
                evidence=("Debt: only the symptom is fixed",),
            ),
        )
        work.hotfixes.add(
            Hotfix(
                id=0,
                incident=1,
                number=0,
                service="shop",
                pipeline="git_flow",
                title="Let a null amount pass",
                started_by=sam.id,
                started_at=stage.clock.now(),
                steps=steps,
                state=HotfixState.DONE,
                release="1.2.4",
                author=sam.id,
            )
        )
    resolve(sam, room)
    debts = [each for each in tasks_of(stage) if each.type is TaskType.DEBT]
    assert [each.text for each in debts] == [
        "Make up for “Staging”, which was left out: it is down too (v1.2.4)",
        "Debt: only the symptom is fixed (v1.2.4)",
    ]
    assert {each.priority for each in debts} == {Priority.HIGH}
    assert {each.owner for each in debts} == {sam.id}
