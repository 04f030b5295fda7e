"""Action items: written down with what makes them doable, completed, dropped, listed by themselves."""

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
