"""Each form, from what it shows to what it makes of what was filled in."""

from datetime import timedelta
from typing import Any

import pytest

from chatops.adapters.slack.forms.registry import FORMS
from chatops.application.lifecycle.end import ResolveRequest
from chatops.commands.form_state import IN_A_BUTTON, IN_A_VIEW, FormState
from chatops.domain.errors import ReasonMissing, UserError
from chatops.domain.incident.model import Incident, Status
from chatops.domain.promises.while_running import STATUS_KEY
from tests.slack.incoming.bench import Bench, shown

ODD = "\u202eodd <!channel> & `x` <@U1|y>"


@pytest.fixture
def incident(bench: Bench) -> Incident:
    return bench.declared("sam")


def opens(bench: Bench, incident: Incident, text: str) -> str:
    bench.types("sam", f"/incident {text}", incident.channel_name)
    return shown(bench.sees("sam").blocks)


def test_an_update_tells_both_readers_and_promises_the_next(
    bench: Bench, incident: Incident
) -> None:
    text = opens(bench, incident, "update some cannot pay")
    assert "in 30 min (P1 High promises every 30 min)" in text

    assert bench.submits("sam", technical="index dropped", status="fixing") == {}

    now = bench.again(incident)
    assert now.last_update is not None
    assert (now.last_update.plain, now.last_update.technical) == (
        "some cannot pay",
        "index dropped",
    )
    assert now.status is Status.FIXING
    assert now.next_update_at == bench.clock.now() + timedelta(minutes=30)


@pytest.mark.parametrize(("own", "minutes"), [("45 min", 45), ("14:20", 20), ("1 h 10 min", 70)])
def test_a_time_of_ones_own_counts_more(
    bench: Bench, incident: Incident, own: str, minutes: int
) -> None:
    opens(bench, incident, "update some cannot pay")

    assert bench.submits("sam", own_time=own) == {}

    due = bench.again(incident).next_update_at
    assert due == bench.clock.now() + timedelta(minutes=minutes)


def test_an_update_cannot_go_without_a_time_that_makes_sense(
    bench: Bench, incident: Incident
) -> None:
    opens(bench, incident, "update some cannot pay")

    assert "is no time I know" in bench.submits("sam", own_time="later")["own_time"]
    assert "required" in bench.submits("sam", when=None, own_time=None)["when"]
    assert bench.again(incident).last_update is None


def test_a_severity_shows_what_it_means_before_it_is_changed(
    bench: Bench, incident: Incident
) -> None:
    assert "significant portion of users" in opens(bench, incident, "severity")
    bench.chooses("sam", "field.severity", "P0")
    assert "Complete system outage" in shown(bench.sees("sam").blocks)

    assert bench.submits("sam", reason="it spreads") == {}

    assert bench.again(incident).severity == "P0"


def test_the_same_severity_is_no_change(bench: Bench, incident: Incident) -> None:
    opens(bench, incident, "severity")

    assert "P1 High already" in bench.submits("sam")["severity"]


def test_roles_are_explained_taken_and_given(bench: Bench, incident: Incident) -> None:
    text = opens(bench, incident, "role")
    assert "Leads. Decides, hands out the work" in text
    assert "nobody yet" in text

    bench.presses_in_form("sam", "Take Scribe")
    assert bench.again(incident).roles["scribe"] == bench.id_of("sam")
    assert f"*Scribe:* <@{bench.id_of('sam')}>" in shown(bench.sees("sam").blocks)

    bench.chooses("sam", "give_role.commander", "priya")
    assert bench.again(incident).commander == bench.id_of("priya")
    assert f"*Incident commander:* <@{bench.id_of('priya')}>" in shown(bench.sees("sam").blocks)


def test_people_and_audiences_are_paged(bench: Bench, incident: Incident) -> None:
    text = opens(bench, incident, "page")
    assert "engineering lead" in text
    assert "nobody yet" not in text

    assert "Pick at least one" in bench.submits("sam")["people"]
    assert bench.submits("sam", people=["aiko"], audiences=["engineering_lead"]) == {}

    members = bench.again(incident).members
    assert {bench.id_of("aiko"), bench.id_of("lena")} <= members


def test_a_note_is_added_for_the_time_it_speaks_of(bench: Bench, incident: Incident) -> None:
    opens(bench, incident, "timeline add 13:50")

    assert bench.submits("sam", text="it began") == {}

    note = bench.timeline(incident.id)[-1]
    assert (note.text, f"{note.at:%H:%M}") == ("it began", "13:50")


def test_a_note_at_no_time_of_day_is_refused_at_its_field(bench: Bench, incident: Incident) -> None:
    opens(bench, incident, "timeline add")

    assert (
        "Write it as 14:30, 20 min ago" in bench.submits("sam", text="it began", at="noonish")["at"]
    )


def test_an_entry_is_corrected_from_its_wording(bench: Bench, incident: Incident) -> None:
    bench.types("sam", "/incident timeline add it begun", incident.channel_name)
    note = bench.timeline(incident.id)[-1]
    opens(bench, incident, f"timeline edit {note.id}")
    assert "it begun" in str(bench.sees("sam").blocks)

    assert bench.submits("sam", text="it began") == {}

    assert bench.timeline(incident.id)[-1].text == "it began"


def test_what_is_not_ones_own_entry_is_not_shown_for_correction(
    bench: Bench, incident: Incident
) -> None:
    declared = bench.timeline(incident.id)[0]

    assert "Only its author" in opens(bench, incident, f"timeline edit {declared.id}")
    assert "no entry 4711" in opens(bench, incident, "timeline edit 4711")


def test_a_task_has_a_text_and_perhaps_an_owner(bench: Bench, incident: Incident) -> None:
    opens(bench, incident, "task add @priya")

    assert bench.submits("sam", text="ask the vendor") == {}

    with bench.storage.reading() as work:
        (task,) = work.tasks.of(incident.id)
    assert (task.text, task.owner) == ("ask the vendor", bench.id_of("priya"))


def test_a_decision_needs_its_reason(bench: Bench, incident: Incident) -> None:
    opens(bench, incident, "decide roll back")

    assert "required" in bench.submits("sam")["reason"]
    assert bench.submits("sam", reason="it is quicker") == {}

    assert bench.timeline(incident.id)[-1].reason == "it is quicker"


def test_resolving_asks_for_fix_and_cause(bench: Bench, incident: Incident) -> None:
    assert "stakeholders are told that it is over" in opens(bench, incident, "resolve v1.2.3")

    assert bench.submits("sam", cause="an index was dropped") == {}

    now = bench.again(incident)
    assert (now.fix, now.root_cause) == ("v1.2.3", "an index was dropped")


def test_what_is_over_cannot_be_resolved_again(bench: Bench, incident: Incident) -> None:
    opens(bench, incident, "resolve v1.2.3")
    bench.submits("sam")

    assert "is resolved. If it is back, reopen it" in opens(bench, incident, "resolve")


def test_a_form_whose_time_has_passed_says_so_and_keeps_what_was_typed(
    bench: Bench, incident: Incident
) -> None:
    opens(bench, incident, "update some cannot pay")
    bench.use_cases.resolve(
        ResolveRequest(
            incident=incident.id, user=bench.id_of("sam"), now=bench.clock.now(), fix="Rolled back"
        )
    )

    assert bench.submits("sam", technical="nearly there") == {}

    assert "is resolved" in shown(bench.sees("sam").blocks)
    bench.slack.users.closes("sam")
    assert bench.sees("sam").title == "Write update"
    assert "nearly there" in str(bench.sees("sam").values)


def test_closing_shows_what_is_owed_and_asks_why(bench: Bench) -> None:
    incident = bench.declared("sam", severity="P2")
    room = incident.channel_name
    bench.types("sam", f"/incident task add {ODD}", room)
    opens(bench, incident, "resolve v1.2.3")
    bench.submits("sam")

    text = opens(bench, incident, "close")

    assert "*Still owed*\n• Task 1: " in text
    assert "<!channel>" not in text
    assert "required" in bench.submits("sam")["reason"]
    assert bench.submits("sam", reason="in the backlog") == {}
    assert bench.again(incident).status is Status.CLOSED


def test_closing_with_nothing_owed_needs_no_reason(bench: Bench) -> None:
    incident = bench.declared("sam", severity="P2")
    opens(bench, incident, "resolve v1.2.3")
    bench.submits("sam")

    assert "Nothing is owed any more" in opens(bench, incident, "close")
    assert bench.submits("sam") == {}
    assert bench.again(incident).status is Status.CLOSED


def test_reopening_asks_what_is_back(bench: Bench, incident: Incident) -> None:
    assert "is not resolved yet" in opens(bench, incident, "reopen")
    opens(bench, incident, "resolve v1.2.3")
    bench.submits("sam")

    opens(bench, incident, "reopen")
    assert bench.submits("sam", reason="it is back") == {}

    assert bench.again(incident).status is Status.INVESTIGATING


def test_putting_off_asks_until_when_and_why(bench: Bench, incident: Incident) -> None:
    assert "*Next update*, due" in opens(bench, incident, "snooze 20 min")

    assert "required" in bench.submits("sam")["reason"]
    assert bench.submits("sam", reason="the vendor calls back") == {}

    with bench.storage.reading() as work:
        promise = work.promises.get(incident.id, STATUS_KEY)
    assert promise is not None
    assert promise.due_at == bench.clock.now() + timedelta(minutes=20)


def test_waiving_asks_why(bench: Bench, incident: Incident) -> None:
    opens(bench, incident, "waive")

    assert bench.submits("sam", reason="nobody is affected") == {}

    assert bench.again(incident).next_update_at is None
    assert "Say what you mean. This is owed" in opens(bench, incident, "waive")


@pytest.mark.parametrize(
    ("text", "field", "extra"),
    [
        ("update", "plain", {}),
        ("timeline add", "text", {}),
        ("task add", "text", {}),
        ("task edit 1", "criterion", {}),
        ("task edit 1", "details", {}),
        ("task drop 1", "reason", {}),
        ("decide", "decision", {"reason": ODD}),
        ("resolve", "fix", {"cause": ODD}),
        ("page", "why", {"people": ["aiko"]}),
        ("severity", "reason", {"severity": "P0"}),
        ("snooze", "reason", {}),
        ("waive", "reason", {}),
    ],
)
def test_odd_words_are_taken_as_words_in_every_form(
    bench: Bench, incident: Incident, text: str, field: str, extra: dict[str, Any]
) -> None:
    bench.types("sam", "/incident task add look at it", incident.channel_name)
    opens(bench, incident, text)

    assert bench.submits("sam", **{field: ODD, **extra}) == {}

    assert bench.sees_no_form("sam")
    told = bench.told("sam", incident.channel_name)
    assert told
    assert "<!channel>" not in told


@pytest.mark.parametrize("name", sorted(FORMS))
def test_a_mistake_of_no_field_belongs_to_none(name: str) -> None:
    assert FORMS[name].errors(UserError("Not today")) == {}


def test_a_missing_reason_is_told_at_the_reason() -> None:
    errors = FORMS["form_waive"].errors(ReasonMissing(deed="waive"))

    assert list(errors) == ["reason"]


@pytest.mark.parametrize("limit", [IN_A_VIEW, IN_A_BUTTON])
def test_a_slip_fits_and_keeps_what_it_is_about(limit: int) -> None:
    form_state = FormState(
        form="form_update",
        incident=7,
        channel="C1",
        answer_url="https://hooks.test/" + "x" * 100,
        text='"\\\n🔥' * 2000,
        reason="why " * 1000,
    )

    packed = form_state.packed(limit)

    assert len(packed) <= limit
    back = FormState.unpacked(packed)
    assert back is not None
    assert (back.incident, back.channel, back.answer_url) == (7, "C1", form_state.answer_url)
    assert form_state.text.startswith(back.text)


@pytest.mark.parametrize("packed", ["", "null", "[]", "7", '{"form": 7}', '{"incident": 7}', "{"])
def test_what_is_no_slip_of_ours_is_none(packed: str) -> None:
    assert FormState.unpacked(packed) is None


def test_a_slip_of_another_release_is_read_as_far_as_it_goes() -> None:
    assert FormState.unpacked('{"form": "form_update", "mood": "grim"}') == FormState(
        form="form_update"
    )
