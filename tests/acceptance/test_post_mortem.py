"""The post-mortem in Slack: drafted by itself, asked for in a form, shown, done, or left out."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from chatops.domain.postmortem.model import PostMortem, PostMortemState
from chatops.domain.promises.model import PromiseState
from tests.acceptance.stage import Actor, Stage, open_stage

#: How each document's form asks, and what only its own draft says.
FORMS = {
    "ticketed": ("Emergency", "What tests or checks would have caught this?", "## Technical debt"),
    "versioned": ("CRITICAL", "How can we prevent it?", "**Lessons Learned:**"),
    "preview": ("Critical", "Which monitoring thresholds need to change?", "# Incident log:"),
    "increment": ("SEV1", "How many users were affected?", "# Post-Mortem: SEV1"),
    "priority": ("P0", "What will prevent it from coming back?", "# Incident Report:"),
}


@pytest.fixture
def over(stage: Stage, sam: Actor) -> Stage:
    """An outage that is resolved, with something to tell of it."""
    sam.types("/incident declare P0 checkout is down")
    stage.advance(minutes=5)
    room = stage.incident_room
    sam.types("/incident decide roll back because it is faster", room)
    sam.types("/incident timeline add the pool was empty", room)
    resolve(sam, stage)
    return stage


def resolve(sam: Actor, stage: Stage) -> None:
    sam.types("/incident resolve restarted the pool", stage.incident_room)
    sam.submits({"What fixed it?": "Restarted the pool"})


def stored(stage: Stage) -> PostMortem:
    with stage.bot.use_cases.sessions.storage.reading() as work:
        found = work.post_mortems.get(1)
    assert found is not None
    return found


def texts(stage: Stage, ending: str = ".md") -> list[str]:
    """The files that were shared in the incident's channel, as they can be read there."""
    files = stage.slack.workspace.files.all
    return [one.content.decode() for one in files if one.name.endswith(ending) and one.channels]


def test_it_is_drafted_by_itself_and_offered_where_it_is_resolved(over: Stage, sam: Actor) -> None:
    assert stored(over).state is PostMortemState.DRAFT
    sam.clicks("Write post-mortem", over.incident_room)
    assert "5 of 5 questions are open" in sam.reads_modal
    assert "Blameless" in sam.reads_modal


def test_answers_are_saved_shown_and_told(over: Stage, sam: Actor) -> None:
    room = over.incident_room
    sam.types("/incident postmortem", room)
    sam.submits(
        {
            "What was the root cause?": "A deploy dropped an index",
            "What went well?": "- Paged within a minute\n- One voice",
        }
    )
    sam.hears("Saved. 3 of the questions are still open", room=room)

    sam.clicks("Show it", room)

    [text] = texts(over)
    assert "# Incident Report: checkout is down" in text
    assert "A deploy dropped an index" in text
    assert "* Paged within a minute\n* One voice" in text
    assert "❓ **What could be improved?**" in text
    assert "roll back, because it is faster (Sam" in text
    assert "<@" not in text
    assert sam.id not in text


def test_the_root_cause_is_the_incidents_own(over: Stage, sam: Actor) -> None:
    room = over.incident_room
    sam.types("/incident postmortem answer root_cause the pool leaked", room)
    with over.bot.use_cases.sessions.storage.reading() as work:
        assert work.incidents.get(1).root_cause == "the pool leaked"
    sam.types("/incident postmortem", room)
    assert "the pool leaked" in sam.reads_modal


def test_it_is_done_only_when_nothing_is_open_or_for_a_reason(over: Stage, sam: Actor) -> None:
    room = over.incident_room
    sam.types("/incident postmortem done", room)
    sam.hears("Not answered yet", "What went well?", room=room)

    sam.types("/incident postmortem done the vendor will not say", room)

    assert room.shows("The post-mortem is done", "the vendor will not say")
    assert stored(over).state is PostMortemState.DONE
    with over.bot.use_cases.sessions.storage.reading() as work:
        promise = work.promises.get(1, "post_mortem")
    assert promise is not None
    assert promise.state is PromiseState.KEPT


def test_done_is_told_once_however_often_it_is_said(over: Stage, sam: Actor) -> None:
    room = over.incident_room
    for _ in range(2):
        sam.types("/incident postmortem done enough is known", room)
    assert room.count("The post-mortem is done") == 1
    sam.hears("is done, since", room=room)


def test_the_button_asks_why_questions_stay_open(over: Stage, sam: Actor) -> None:
    room = over.incident_room
    sam.types("/incident postmortem", room)
    sam.submits({"What went well?": "Everything"})
    sam.clicks("Mark as done", room)
    assert "Not answered yet" in sam.reads_modal
    assert not sam.submits({}).ok
    sam.submits({"They stay open, because": "nobody was there"})
    assert room.shows("The post-mortem is done", "nobody was there")


def test_when_it_began_is_kept_on_the_incident(over: Stage, sam: Actor) -> None:
    room = over.incident_room
    sam.types("/incident postmortem", room)
    sam.submits({"When did the trouble begin?": datetime(2026, 3, 2, 13, 40, tzinfo=UTC)})
    with over.bot.use_cases.sessions.storage.reading() as work:
        assert work.incidents.get(1).began_at == datetime(2026, 3, 2, 13, 40, tzinfo=UTC)
    sam.types("/incident postmortem show", room)
    assert "To notice it: 20 min" in texts(over)[-1]


def test_it_cannot_have_begun_after_it_was_noticed(over: Stage, sam: Actor) -> None:
    room = over.incident_room
    sam.types("/incident postmortem", room)
    late = datetime(2026, 3, 2, 14, 4, tzinfo=UTC)
    answer = sam.submits({"When did the trouble begin?": late})
    assert not answer.ok
    sam.closes()
    sam.types("/incident postmortem began 14:04 utc", room)
    sam.hears("it began then or before", room=room)


def test_leaving_it_out_where_it_is_owed_needs_leave(over: Stage, sam: Actor, tom: Actor) -> None:
    room = over.incident_room
    sam.types("/incident role commander me", room)
    tom.types("/incident join", room)
    tom.types("/incident postmortem skip it was only a test", room)
    tom.hears("commander", room=room)
    assert stored(over).state is PostMortemState.DRAFT

    sam.types("/incident postmortem skip", room)
    sam.submits({"Why is there none?": "The same as INC-2026-000"})

    assert room.shows("There will be no post-mortem", "The same as INC-2026-000")
    assert stored(over).state is PostMortemState.SKIPPED


def test_what_is_still_fought_has_no_post_mortem_yet(stage: Stage, sam: Actor) -> None:
    sam.types("/incident declare P0 checkout is down")
    sam.types("/incident postmortem", stage.incident_room)
    assert "is not resolved yet" in sam.reads_modal
    sam.closes()
    sam.types("/incident postmortem done", stage.incident_room)
    sam.hears("is not resolved yet", room=stage.incident_room)


def test_a_question_that_the_form_does_not_have_is_named(over: Stage, sam: Actor) -> None:
    sam.types("/incident postmortem answer blame somebody", over.incident_room)
    sam.hears("no question “blame”", "root_cause, well, improve", room=over.incident_room)


def test_too_long_an_answer_is_told_at_its_field(over: Stage, sam: Actor) -> None:
    sam.types("/incident postmortem", over.incident_room)
    answer = sam.submits({"What went well?": "x" * 3001})
    assert not answer.ok


@pytest.mark.parametrize("playbook", sorted(FORMS))
def test_each_documents_form_goes_from_questions_to_done(tmp_path: Path, playbook: str) -> None:
    severity, question, heading = FORMS[playbook]
    with open_stage(tmp_path, playbook=playbook) as stage:
        sam = stage.actor("sam")
        sam.types(f"/incident declare {severity} checkout is down")
        stage.advance(minutes=5)
        resolve(sam, stage)
        room = stage.incident_room
        sam.types("/incident postmortem", room)
        sam.submits({question: "Forty two"})
        sam.types("/incident postmortem show", room)
        [text] = texts(stage)
        assert heading in text
        assert "Forty two" in text
        assert "❓" in text
        sam.types("/incident postmortem", room)
        labels = [
            block["label"]["text"]
            for block in sam.modal.blocks
            if block.get("type") == "input" and block["element"]["type"] == "plain_text_input"
        ]
        sam.submits(dict.fromkeys(labels, "It is known now"))
        sam.clicks("Mark as done", room)
        assert room.shows("The post-mortem is done")


def test_two_who_write_at_once_lose_nothing(over: Stage, sam: Actor, tom: Actor) -> None:
    room = over.incident_room
    tom.types("/incident join", room)
    sam.types("/incident postmortem", room)
    tom.types("/incident postmortem", room)
    sam.submits({"What went well?": "Paged within a minute"})

    answer = tom.submits({"What went well?": "One voice", "What could be improved?": "Names"})
    assert not answer.ok
    tom.submits({"What went well?": "", "What could be improved?": "Names"})

    assert stored(over).answers == {"well": "Paged within a minute", "improve": "Names"}
