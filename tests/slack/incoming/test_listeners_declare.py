"""Declaring an incident, from the first word typed to the stored incident."""

import pytest

from chatops.domain.team import Permission
from tests.slack.incoming.bench import Bench, shown

HOSTILE = "<!channel> & *bold* `code` </script>"


def test_a_title_opens_the_form_and_the_form_declares(bench: Bench) -> None:
    bench.types("sam", "/incident checkout is down")
    form = bench.sees("sam")
    assert form.title == "Declare an incident"
    assert "checkout is down" in str(form.blocks)

    errors = bench.submits("sam", severity="P0", impact="Nobody can pay")

    assert errors == {}
    assert bench.sees_no_form("sam")
    (incident,) = bench.incidents()
    assert (incident.title, incident.severity) == ("checkout is down", "P0")
    assert incident.impact == "Nobody can pay"
    assert incident.commander == bench.id_of("sam")
    assert "INC-2026-001" in bench.told("sam")


def test_with_a_severity_and_a_title_it_is_declared_at_once(bench: Bench) -> None:
    bench.types("sam", "/incident declare p1 “search is slow”")

    (incident,) = bench.incidents()
    assert (incident.title, incident.severity) == ("search is slow", "P1")
    assert bench.sees_no_form("sam")
    assert "INC-2026-001" in bench.told("sam")


def test_an_unknown_severity_is_refused_with_those_that_there_are(bench: Bench) -> None:
    bench.types("sam", "/incident declare SEV1 checkout is down")

    assert bench.incidents() == ()
    assert "There is no severity “SEV1”. Pick one of P0, P1, P2." in bench.told("sam")


def test_everything_that_the_form_asks_is_stored(bench: Bench) -> None:
    bench.types("sam", "/incident checkout is down")
    errors = bench.submits(
        "sam",
        title="Payments fail",
        severity="P2",
        impact="Some cannot pay",
        symptoms="500 from /pay",
        service="checkout",
        commander="priya",
        reporter="ines",
        noticed="13:40",
        private=["yes"],
    )

    assert errors == {}
    (incident,) = bench.incidents()
    assert incident.title == "Payments fail"
    assert incident.symptoms == "500 from /pay"
    assert incident.service == "checkout"
    assert incident.private
    assert incident.commander == bench.id_of("priya")
    assert incident.reported_by == bench.id_of("ines")
    assert f"{incident.detected_at:%H:%M}" == "13:40"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", ":fire: :fire:", "Say in a few words what is broken"),
        ("title", "🔥🔥🔥", "Say in a few words what is broken"),
        ("title", "x" * 151, "150"),
        ("severity", None, "required"),
        ("symptoms", "x" * 2001, "2000"),
        ("noticed", "yesterday-ish", "Write it as 14:30"),
    ],
)
def test_what_cannot_be_used_is_told_at_its_field(
    bench: Bench, field: str, value: str | None, words: str
) -> None:
    bench.types("sam", "/incident checkout is down")
    given = {"severity": "P1", field: value}

    errors = bench.submits("sam", **given)

    assert list(errors) == [field]
    assert words in errors[field]
    assert bench.incidents() == ()
    assert bench.sees("sam").title == "Declare an incident"


@pytest.mark.parametrize("command", ["/incident ", "/incident declare P1 "])
def test_a_title_too_long_for_one_is_kept_as_what_was_seen(bench: Bench, command: str) -> None:
    bench.types("sam", command + "checkout is down and " * 190)

    errors = bench.submits("sam", severity="P1")

    assert errors == {}
    (incident,) = bench.incidents()
    assert len(incident.title) <= 150
    assert incident.symptoms.startswith("checkout is down and checkout is down")


def test_the_form_says_what_a_severity_means_when_it_is_chosen(bench: Bench) -> None:
    bench.types("sam", "/incident checkout is down")
    before = shown(bench.sees("sam").blocks)
    assert "Pages on-call, updates every 15 min" in before
    assert "The fix is due within 2 h" not in before

    bench.chooses("sam", "field.severity", "P0")

    after = shown(bench.sees("sam").blocks)
    assert "Database corruption causing data loss" in after
    assert "Stakeholders hear of it every 15 min" in after
    assert "The fix is due within 2 h" in after
    assert "#incident-2026-NNN" in after
    assert bench.submits("sam") == {}
    assert bench.incidents()[0].severity == "P0"


def test_a_likely_duplicate_is_shown_with_a_way_to_join_it(bench: Bench) -> None:
    first = bench.declared("priya", title="Checkout is down")

    bench.types("sam", "/incident checkout broken")

    form = bench.sees("sam")
    assert "INC-2026-001" in shown(form.blocks)
    bench.presses_in_form("sam", "Join")
    assert bench.id_of("sam") in bench.again(first).members
    assert len(bench.incidents()) == 1


def test_a_duplicate_seen_and_denied_is_declared(bench: Bench) -> None:
    bench.declared("priya", title="Checkout is down")
    bench.types("sam", "/incident checkout broken")

    assert bench.submits("sam", severity="P1") == {}

    assert len(bench.incidents()) == 2


def test_a_title_changed_into_a_duplicate_is_asked_about_first(bench: Bench) -> None:
    bench.declared("priya", title="Checkout is down")
    bench.types("sam", "/incident search is slow")

    assert bench.submits("sam", title="checkout fails", severity="P1", impact="All") == {}

    form = bench.sees("sam")
    assert "INC-2026-001" in shown(form.blocks)
    assert len(bench.incidents()) == 1
    assert bench.submits("sam") == {}
    assert [one.impact for one in bench.incidents()] == ["", "All"]


def test_the_one_liner_asks_about_a_duplicate_too(bench: Bench) -> None:
    bench.declared("priya", title="Checkout is down")
    bench.types("sam", "/incident declare P1 checkout broken")
    assert len(bench.incidents()) == 1

    bench.presses("sam", "Declare a new one")
    bench.presses("sam", "Declare a new one")

    assert [one.title for one in bench.incidents()] == ["Checkout is down", "checkout broken"]


def test_a_private_incident_is_no_duplicate_for_those_outside(bench: Bench) -> None:
    bench.declared("priya", title="Checkout leaks cards", private=True)

    bench.types("sam", "/incident checkout leaks cards")

    assert "INC-2026-001" not in shown(bench.sees("sam").blocks)


@pytest.mark.parametrize("field", ["title", "impact", "symptoms"])
def test_nobody_is_summoned_by_what_is_written(bench: Bench, field: str) -> None:
    bench.types("sam", "/incident checkout is down")

    assert bench.submits("sam", **{"severity": "P1", field: f"broken {HOSTILE}"}) == {}

    assert "<!channel>" not in bench.told("sam")
    assert f"broken {HOSTILE}" in getattr(bench.incidents()[0], field)


def test_hostile_words_in_a_command_are_shown_as_words(bench: Bench) -> None:
    bench.types("sam", f"/incident broken {HOSTILE}")

    assert f"broken {HOSTILE}" in str(bench.sees("sam").blocks)


def test_handing_a_form_in_twice_declares_once(bench: Bench) -> None:
    bench.types("sam", "/incident checkout is down")
    bench.submits("sam", severity="P1")

    again = bench.slack.delivery.redeliver(bench.slack.call_log.deliveries("form_declare")[0])
    bench.executor.settle()

    assert again.ok
    assert len(bench.incidents()) == 1


def test_something_to_look_at_comes_before_anything_is_looked_up(bench: Bench) -> None:
    """The database does not answer until Slack has shown something."""
    bench.storage.before = lambda: bench.slack.call_log.wait_for_calls("views.open")

    bench.types("sam", "/incident checkout is down")

    assert bench.calls() == ["views.open", "views.update"]
    assert bench.sees("sam").title == "Declare an incident"


def test_a_command_about_an_incident_shows_something_first_too(bench: Bench) -> None:
    incident = bench.declared()
    bench.storage.before = lambda: bench.slack.call_log.wait_for_calls("views.open")

    bench.types("sam", "/incident update we know why", channel=incident.channel_name)

    assert bench.calls() == ["views.open", "views.update"]
    assert "we know why" in str(bench.sees("sam").blocks)


def test_a_form_that_comes_too_late_can_be_opened_again(bench: Bench) -> None:
    bench.slack.faults.fail("views.open", "expired_trigger_id")
    bench.types("sam", "/incident checkout is down")
    assert bench.sees_no_form("sam")
    assert "open it again" in bench.told("sam")

    bench.presses("sam", "Open again")

    assert "checkout is down" in str(bench.sees("sam").blocks)
    assert bench.submits("sam", severity="P1") == {}


def test_a_form_closed_while_it_loads_is_left_alone(bench: Bench) -> None:
    bench.slack.faults.fail("views.update", "not_found")

    bench.types("sam", "/incident checkout is down")

    assert bench.whispers("sam") == []


@pytest.mark.parametrize("settings", [{"permissions": {Permission.DECLARE: ("oncall",)}}])
def test_who_may_not_declare_is_told_who_can(bench: Bench) -> None:
    bench.types("sam", "/incident checkout is down")

    assert "Only oncall can declare" in shown(bench.sees("sam").blocks)
