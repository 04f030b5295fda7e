"""What the sub-commands do in an incident's channel, and from anywhere else."""

from datetime import timedelta

import pytest

from chatops.domain.incident.model import Incident, Status
from chatops.domain.promises.while_running import STATUS_KEY
from chatops.domain.team import Permission
from tests.slack.incoming.bench import Bench, shown


@pytest.fixture
def incident(bench: Bench) -> Incident:
    return bench.declared("sam")


def test_help_answers_what_is_empty_and_help(bench: Bench) -> None:
    for text in ("/incident", "/incident help"):
        bench.types("sam", text)
        assert "`/incident checkout is down` opens the form" in bench.told("sam")


def test_a_slip_of_the_finger_is_answered_with_what_was_meant(bench: Bench) -> None:
    bench.types("sam", "/incident udpate")

    assert "Did you mean `/incident update`?" in bench.told("sam")


def test_the_button_runs_what_was_meant_by_whoever_presses_it(
    bench: Bench, incident: Incident
) -> None:
    bench.types("sam", "/incident sevrity P0 it spreads", incident.channel_name)
    assert "Did you mean `/incident severity P0 it spreads`?" in bench.told(
        "sam", incident.channel_name
    )

    bench.presses("sam", "/incident severity P0 it spreads", incident.channel_name)

    assert bench.again(incident).severity == "P0"
    assert bench.timeline(incident.id)[-1].actor == bench.id_of("sam")


def test_a_slip_can_be_declared_after_all(bench: Bench) -> None:
    bench.types("sam", "/incident status page down")

    bench.presses("sam", "Declare “status page down”")

    assert bench.sees("sam").title == "Declare an incident"
    assert "status page down" in str(bench.sees("sam").blocks)


def test_what_is_meant_although_it_reads_like_a_title_is_not_asked_again(
    bench: Bench, incident: Incident
) -> None:
    bench.types("sam", "/incident update server is down", incident.channel_name)

    bench.presses("sam", "/incident update server is down", incident.channel_name)

    assert bench.sees("sam").title == "Write update"
    assert "server is down" in str(bench.sees("sam").blocks)


def test_what_no_button_can_carry_is_asked_back_in_words(bench: Bench) -> None:
    bench.types("sam", f"/incident uodate {'x' * 2000}")

    assert "Did you mean `/incident update xxx" in bench.told("sam")
    assert not bench.whispers("sam")[-1].blocks[1:]


def test_ack_acknowledges_the_page_of_the_incident_in_whose_channel_it_is_typed(
    bench: Bench, incident: Incident
) -> None:
    bench.slack.users.joins("priya", incident.channel_name)

    bench.types("priya", "/incident ack", incident.channel_name)

    assert bench.again(incident).acknowledged_by == bench.id_of("priya")


def test_usage_is_shown_as_it_is_written(bench: Bench, incident: Incident) -> None:
    bench.types("sam", "/incident task done", incident.channel_name)

    assert "task done &lt;number&gt;" in bench.told("sam", incident.channel_name)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("status", "Nobody has said yet that they are on it"),
        ("timeline", "Declared P1"),
        ("due", "next update"),
        ("task", "task"),
    ],
)
def test_looking_needs_the_channel_or_the_reference(
    bench: Bench, incident: Incident, text: str, words: str
) -> None:
    bench.types("sam", f"/incident {text}", incident.channel_name)
    assert words in bench.told("sam", incident.channel_name)

    bench.types("sam", f"/incident {text} inc-2026-001")
    assert words in bench.told("sam")


def test_outside_an_incident_a_reference_is_asked_for(bench: Bench) -> None:
    bench.types("sam", "/incident status")

    assert "This channel belongs to no incident" in bench.told("sam")
    assert "`/incident status INC-2026-001`" in bench.told("sam")


def test_a_reference_of_nothing_is_told(bench: Bench) -> None:
    bench.types("sam", "/incident status INC-2026-999")

    assert "I know no incident INC-2026-999" in bench.told("sam")


def test_a_private_incident_does_not_exist_for_those_outside(bench: Bench) -> None:
    bench.declared("sam", private=True)

    bench.types("priya", "/incident status INC-2026-001")
    bench.types("priya", "/incident list")

    assert "I know no incident" in shown(bench.whispers("priya")[0].blocks)
    assert "INC-2026-001" not in bench.told("priya")


def test_all_that_is_open_is_listed(bench: Bench, incident: Incident) -> None:
    bench.types("priya", "/incident list")

    assert incident.reference in bench.told("priya")


def test_a_severity_changes_with_its_reason(bench: Bench, incident: Incident) -> None:
    bench.types("sam", "/incident severity p0 it spreads", incident.channel_name)

    assert bench.again(incident).severity == "P0"
    assert "it spreads" in {entry.reason for entry in bench.timeline(incident.id)}


def test_a_role_is_taken_given_and_left_vacant(bench: Bench, incident: Incident) -> None:
    room = incident.channel_name
    bench.types("sam", "/incident role scribe @priya", room)
    assert bench.again(incident).roles["scribe"] == bench.id_of("priya")

    bench.types("sam", "/incident role scribe", room)
    assert bench.again(incident).roles["scribe"] == bench.id_of("sam")

    bench.types("sam", "/incident role scribe nobody", room)
    assert "scribe" not in bench.again(incident).roles


def test_an_unknown_role_is_told_with_those_that_there_are(
    bench: Bench, incident: Incident
) -> None:
    bench.types("sam", "/incident role pilot", incident.channel_name)

    assert "Pick one of commander, fixer" in bench.told("sam", incident.channel_name)


def test_people_join_from_anywhere(bench: Bench, incident: Incident) -> None:
    bench.types("priya", "/incident join INC-2026-001")

    assert bench.id_of("priya") in bench.again(incident).members


def test_people_and_groups_are_paged(bench: Bench, incident: Incident) -> None:
    bench.types("sam", "/incident page @aiko @eng-leads the database", incident.channel_name)

    members = bench.again(incident).members
    assert {bench.id_of(name) for name in ("aiko", "priya", "lena")} <= members


@pytest.mark.parametrize("typed", ["bob", "@bob", "<!channel>"])
def test_somebody_unknown_is_not_paged(bench: Bench, incident: Incident, typed: str) -> None:
    bench.types("sam", f"/incident page {typed} hurry", incident.channel_name)

    told = bench.told("sam", incident.channel_name)
    assert "I know nobody called" in told
    assert "<!channel>" not in told


def test_an_empty_audience_is_told(bench: Bench, incident: Incident) -> None:
    bench.types("sam", "/incident page nobody_yet hurry", incident.channel_name)

    assert "has no people in `chatops.yml`" in bench.told("sam", incident.channel_name)


def test_a_note_stands_at_its_own_time(bench: Bench, incident: Incident) -> None:
    bench.types("sam", "/incident timeline add 13:30 it began", incident.channel_name)

    (note,) = [each for each in bench.timeline(incident.id) if each.text == "it began"]
    assert f"{note.at:%H:%M}" == "13:30"
    assert note.actor == bench.id_of("sam")


@pytest.mark.parametrize(
    ("typed", "at"), [("13:50 CET", "12:50"), ("1:50 pm", "13:50"), ("20 min ago", "13:40")]
)
def test_a_note_stands_at_the_time_that_was_meant(
    bench: Bench, incident: Incident, typed: str, at: str
) -> None:
    bench.types("sam", f"/incident timeline add {typed} it began", incident.channel_name)

    (note,) = [each for each in bench.timeline(incident.id) if each.text == "it began"]
    assert f"{note.at:%H:%M}" == at
    assert f"|{at} UTC>" in bench.told("sam", incident.channel_name)


def test_a_note_at_no_certain_time_is_asked_back(bench: Bench, incident: Incident) -> None:
    before = bench.timeline(incident.id)

    bench.types("sam", "/incident timeline add 13:50 IST it began", incident.channel_name)

    assert "`13:50 Asia/Kolkata`" in bench.told("sam", incident.channel_name)
    assert bench.timeline(incident.id) == before


def test_ones_own_note_is_corrected_and_no_other(bench: Bench, incident: Incident) -> None:
    room = incident.channel_name
    bench.types("sam", "/incident timeline add it begun", room)
    note = bench.timeline(incident.id)[-1]

    bench.types("sam", f"/incident timeline edit {note.id} it began", room)
    assert bench.timeline(incident.id)[-1].replaces == note.id

    bench.slack.users.joins("priya", room)
    bench.types("priya", f"/incident timeline edit {note.id} it never began", room)
    assert "Only its author can correct" in bench.told("priya", room)


def test_a_task_is_added_given_away_and_done(bench: Bench, incident: Incident) -> None:
    room = incident.channel_name
    bench.types("sam", "/incident task add ask the vendor @priya", room)
    bench.types("sam", "/incident task assign 1 @aiko", room)
    bench.types("sam", "/incident task done 1", room)

    with bench.storage.reading() as work:
        (task,) = work.tasks.of(incident.id)
    assert (task.text, task.owner) == ("ask the vendor", bench.id_of("aiko"))
    assert task.done_by == bench.id_of("sam")


def test_a_decision_stands_with_its_reason(bench: Bench, incident: Incident) -> None:
    text = "/incident decide roll back because the fix takes an hour"
    bench.types("sam", text, incident.channel_name)

    last = bench.timeline(incident.id)[-1]
    assert (last.text, last.reason) == ("roll back", "the fix takes an hour")


def test_what_is_typed_too_long_is_shortened_in_its_form(bench: Bench, incident: Incident) -> None:
    bench.types("sam", f"/incident decide roll back because {'x' * 2001}", incident.channel_name)

    assert bench.submits("sam") == {"reason": "2001 characters; 2000 is the most. Shorten it."}
    assert bench.submits("sam", reason="the fix takes an hour") == {}

    assert bench.timeline(incident.id)[-1].text == "roll back"


def test_an_update_is_put_off_until_a_time_in_ones_own_zone(
    bench: Bench, incident: Incident
) -> None:
    bench.types("sam", "/incident role commander @priya", incident.channel_name)
    bench.slack.users.joins("priya", incident.channel_name)

    bench.types(
        "priya", "/incident snooze until 16:30 the vendor calls back", incident.channel_name
    )

    with bench.storage.reading() as work:
        promise = work.promises.get(incident.id, STATUS_KEY)
    assert promise is not None
    # Priya sits in Berlin, an hour ahead of UTC.
    assert f"{promise.due_at:%H:%M}" == "15:30"
    assert promise.reason == "the vendor calls back"


def test_an_update_is_waived_with_a_reason(bench: Bench, incident: Incident) -> None:
    bench.types("sam", "/incident waive nobody is affected yet", incident.channel_name)

    assert bench.again(incident).next_update_at is None


def test_who_may_not_is_told_who_can(bench: Bench, incident: Incident) -> None:
    bench.slack.users.joins("priya", incident.channel_name)

    bench.types("priya", "/incident waive too much noise", incident.channel_name)

    told = bench.told("priya", incident.channel_name)
    assert f"Only commander (<@{bench.id_of('sam')}>) can waive here" in told


def test_closing_refuses_while_something_is_owed_and_takes_a_reason(
    bench: Bench, incident: Incident
) -> None:
    room = incident.channel_name
    bench.types("sam", "/incident close done", room)
    assert "is not resolved yet" in bench.told("sam", room)

    bench.types("sam", "/incident task add write it up", room)
    bench.types("sam", "/incident resolve", room)
    assert bench.submits("sam", fix="Rolled back") == {}
    bench.types("sam", "/incident close it is in the backlog", room)
    assert bench.again(incident).status is Status.CLOSED

    bench.types("sam", "/incident reopen it is back", room)
    assert bench.again(incident).status is Status.INVESTIGATING


def test_the_same_delivery_is_taken_once(bench: Bench, incident: Incident) -> None:
    bench.types("sam", "/incident timeline add it began", incident.channel_name)
    before = len(bench.timeline(incident.id))

    again = bench.slack.delivery.redeliver(bench.slack.call_log.deliveries("/incident")[-1])
    bench.executor.settle()

    assert again.ok
    assert len(bench.timeline(incident.id)) == before
    assert len(bench.whispers("sam", incident.channel_name)) == 1


def test_a_broken_store_is_told_with_a_reference(
    bench: Bench, incident: Incident, logged_errors: list[object]
) -> None:
    def broken() -> None:
        message = "disk on fire"
        raise OSError(message)

    bench.storage.before = broken
    bench.types("sam", "/incident status", incident.channel_name)

    told = bench.told("sam", incident.channel_name)
    assert "Something went wrong on my side (ref " in told
    assert "disk on fire" not in told
    assert len(logged_errors) == 1


@pytest.mark.parametrize("settings", [{"incident_command": "/oops"}])
def test_mistakes_speak_of_the_command_by_its_own_name(bench: Bench) -> None:
    incident = bench.declared("sam")
    bench.types("sam", "/incident status", incident.channel_name)

    bench.types("sam", "/incident task done 7", incident.channel_name)

    assert "See them: `/oops task`" in bench.told("sam", incident.channel_name)


@pytest.mark.parametrize("settings", [{"permissions": {Permission.RESOLVE: ("engineering_lead",)}}])
def test_a_form_that_one_may_not_hand_in_is_not_shown(bench: Bench) -> None:
    incident = bench.declared("sam")

    bench.types("sam", "/incident resolve", incident.channel_name)

    assert "Only engineering lead can resolve here" in shown(bench.sees("sam").blocks)


def test_without_a_channel_of_its_own_a_form_asks_which_incident(bench: Bench) -> None:
    bench.declared("sam", title="Search is slow")
    second = bench.declared("sam", title="Checkout is down")
    bench.types("sam", "/incident update we know why")
    assert bench.sees("sam").title == "Which incident?"

    assert bench.submits("sam", incident=str(second.id)) == {}

    assert bench.sees("sam").title == "Write update"
    assert "we know why" in str(bench.sees("sam").blocks)
    assert bench.submits("sam", when="1 h") == {}
    update = bench.again(second).last_update
    assert update is not None
    assert update.plain == "we know why"
    assert bench.again(second).next_update_at == bench.clock.now() + timedelta(hours=1)


def test_with_nothing_to_choose_from_the_form_says_so(bench: Bench) -> None:
    bench.types("sam", "/incident update we know why")

    assert "This channel belongs to no incident" in shown(bench.sees("sam").blocks)
