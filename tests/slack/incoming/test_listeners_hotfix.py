"""`/hotfix`, its forms and its buttons, from what people do to what is asked of the use cases."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from chatops.adapters.slack.forms.registry import FORMS
from chatops.adapters.storage.store import SqlStorage
from chatops.application.hotfix.advance import StepPlan
from chatops.application.ports.external import ExternalBusy
from chatops.clock import MovableClock
from chatops.domain.hotfix.errors import (
    NoHotfixYet,
    NotAHotfix,
    NotTheTurn,
    RedFlags,
    StaleApproval,
    UnansweredGate,
    WrongTicket,
)
from chatops.domain.hotfix.model import Hotfix, StepRun
from chatops.domain.incident.model import Incident
from chatops.domain.messages.posts import ActionId, Button
from chatops.domain.playbook.hotfix import Checklist, RollbackWay, Section
from chatops.domain.playbook.pipeline import FixWay, StepKind
from chatops.domain.services import Command, Service
from chatops.domain.team import Permission, Team
from tests.slack.incoming.bench import Bench, shown
from tests.slack.incoming.bench import bench as on_the_bench
from tests.slack.incoming.hotfix_bench import ANSWER, Clerk
from tests.slack.incoming.hotfix_scenes import HEAD, book, hotfix

ODD = "\u202eodd <!channel> & `x` <@U1|y> \"'"
SHOP = Service(
    name="shop",
    repository="https://git.test/shop.git",
    deploy=Command(run=("deploy",)),
    rollback=Command(run=("deploy", "{previous}")),
)


@pytest.fixture
def clerk() -> Clerk:
    return Clerk()


@pytest.fixture
def bench(
    sqlite_store: SqlStorage, clock: MovableClock, settings: Mapping[str, Any], clerk: Clerk
) -> Iterator[Bench]:
    facts = {"services": {"shop": SHOP, "till": replace(SHOP, name="till")}, **settings}
    with on_the_bench(sqlite_store, clock, staffed=clerk.staff, **facts) as made:
        yield made


@pytest.fixture
def incident(bench: Bench) -> Incident:
    return bench.declared("sam", severity="P0")


def runs(bench: Bench, incident: Incident, step: StepKind = StepKind.FIX, **facts: Any) -> Hotfix:
    """A hotfix that has come as far as a step."""
    facts = {"service": "shop", "started_by": bench.id_of("sam"), **facts}
    one = replace(hotfix(book("priority"), step, **facts), id=0, number=0, incident=incident.id)
    with bench.storage.writing() as work:
        return work.hotfixes.add(one)


def types(bench: Bench, incident: Incident, text: str, handle: str = "sam") -> str:
    """Type after `/hotfix` in the incident's channel; gives the title of the form that opens."""
    bench.types(handle, f"/hotfix {text}".strip(), incident.channel_name)
    return "" if bench.sees_no_form(handle) else bench.sees(handle).title


def told(bench: Bench, incident: Incident, handle: str = "sam") -> str:
    return bench.told(handle, incident.channel_name)


@pytest.mark.parametrize(
    ("text", "name", "facts"),
    [
        ("status", "status", {"number": None}),
        ("1", "status", {"number": 1}),
        ("ready", "fix", {"way": FixWay.PUSH, "source": ""}),
        ("1 ready", "fix", {"number": 1}),
        ("revert #12", "fix", {"way": FixWay.REVERT, "source": "#12"}),
        ("pick 4f2c9e1", "fix", {"way": FixWay.PICK, "source": "4f2c9e1"}),
        ("flag new-checkout off", "flag", {"flag": "new-checkout"}),
        ("skip fix @lena no time", "skip", {"step": StepKind.FIX, "reason": "no time"}),
        ("backport develop", "backport", {"target": "develop", "owner": None}),
        ("back", "rolled_back", {}),
        ("align", "align", {"target": None}),
        ("align develop", "align", {"target": "develop"}),
        ("waive develop other engine", "waive", {"target": "develop", "reason": "other engine"}),
        ("abort it was the network", "abort", {"reason": "it was the network"}),
    ],
)
def test_what_is_typed_in_full_is_asked_at_once(
    bench: Bench, clerk: Clerk, incident: Incident, text: str, name: str, facts: dict[str, Any]
) -> None:
    runs(bench, incident)

    assert types(bench, incident, text) == ""

    asked, request = clerk.last
    assert asked == name
    assert (request.incident, request.user) == (incident.id, bench.id_of("sam"))
    assert {key: getattr(request, key) for key in facts} == facts
    assert ANSWER in told(bench, incident)


def test_leave_is_taken_down_by_name(bench: Bench, clerk: Clerk, incident: Incident) -> None:
    runs(bench, incident)

    types(bench, incident, "skip fix @lena no time")

    assert clerk.last[1].leave == bench.id_of("lena")


@pytest.mark.parametrize(
    ("text", "step", "title"),
    [
        ("next", StepKind.MERGE, "Next step"),
        ("next", StepKind.FIX, "The fix"),
        ("next", StepKind.APPROVE, "Approve"),
        ("revert", StepKind.FIX, "The fix"),
        ("approve", StepKind.APPROVE, "Approve"),
        ("check", StepKind.STAGE, "Checklist"),
        ("skip", StepKind.FIX, "Skip a step"),
        ("rollback", StepKind.WATCH, "Roll back"),
        ("backport", StepKind.BACKPORT, "Bring it back"),
        ("waive", StepKind.BACKPORT, "Waive"),
        ("abort", StepKind.FIX, "Give it up"),
        ("log", StepKind.FIX, "Production, lately"),
    ],
)
def test_what_lacks_something_opens_its_form(
    bench: Bench, incident: Incident, text: str, step: StepKind, title: str
) -> None:
    runs(bench, incident, step, approvals=())

    assert types(bench, incident, text) == title


def test_help_is_the_table(bench: Bench, incident: Incident) -> None:
    types(bench, incident, "help")

    assert "`/hotfix approve [verbal @person]`" in told(bench, incident)


def test_outside_an_incident_the_way_is_told(bench: Bench, clerk: Clerk) -> None:
    for text, named in (("", "start"), ("status", "status"), ("revert 4f2c9e1", "revert")):
        bench.types("sam", f"/hotfix {text}".strip())
        words = bench.told("sam")
        assert "This channel belongs to no incident" in words
        assert f"`/hotfix {named} INC-2026-001`" in words
        assert "`/incident &lt;what is broken&gt;`" in words
    bench.types("sam", "/hotfix next")
    assert "`/hotfix next INC-2026-001`" in shown(bench.sees("sam").blocks)
    assert clerk.asked == []


def test_from_elsewhere_the_reference_names_the_incident(
    bench: Bench, clerk: Clerk, incident: Incident
) -> None:
    runs(bench, incident)

    bench.types("sam", "/hotfix INC-2026-001 1 status")

    assert (clerk.last[1].incident, clerk.last[1].number) == (incident.id, 1)


@pytest.mark.parametrize(
    "text",
    [
        "skip",
        "revert --upload-pack=x",
        'revert "',
        "pick '4f2c9e1; rm -rf /'",
        "revert 4f2c9e1\n--force",
        "skip fix \u202edecrof",
        f"waive {'x' * 300} because",
        f"backport {'x' * 300}",
        f"flag {'x' * 300} off",
        f"abort {ODD}",
        f"log {'a/' * 150}",
        "\u202e",
        '"',
    ],
)
def test_odd_words_are_taken_as_words_or_refused_in_words(
    bench: Bench, incident: Incident, text: str
) -> None:
    runs(bench, incident)

    title = types(bench, incident, text)

    answer = told(bench, incident)
    assert title or answer
    assert "Something went wrong" not in answer
    assert "<!channel>" not in answer


def test_the_gate_opens_where_nothing_is_running(
    bench: Bench, clerk: Clerk, incident: Incident
) -> None:
    assert types(bench, incident, "") == "Start a hotfix"
    assert incident.reference in shown(bench.sees("sam").blocks)

    assert bench.submits("sam", **gate()) == {}

    name, request = clerk.last
    assert name == "start"
    assert (request.service, request.title) == ("till", "Charge again")
    assert request.reason == "Nobody can pay"
    assert not request.anyway
    assert bench.sees_no_form("sam")


def gate(**more: Any) -> dict[str, Any]:
    """What the default playbook's gate wants to know."""
    return {"service": "till", "title": "Charge again", "reason": "Nobody can pay", **more}


def test_a_reason_that_is_not_believed_keeps_the_form_open_until_it_is_meant(
    bench: Bench, clerk: Clerk, incident: Incident
) -> None:
    clerk.refuses["start"] = RedFlags(["Important meeting tomorrow"], "Use the normal way.")
    types(bench, incident, "")
    assert bench.submits("sam", **gate(impact="Everybody")) == {}

    form = bench.sees("sam")
    assert form.title == "Start a hotfix"
    assert "“Important meeting tomorrow”" in shown(form.blocks)
    assert "Use the normal way." in shown(form.blocks)
    clerk.refuses.clear()
    assert bench.submits("sam", anyway=["yes"]) == {}

    request = clerk.last[1]
    assert request.anyway
    assert (request.title, request.impact) == ("Charge again", "Everybody")


def test_a_refusal_says_what_to_do_and_loses_nothing(
    bench: Bench, clerk: Clerk, incident: Incident
) -> None:
    clerk.refuses["start"] = NotAHotfix("production is not broken.", "Use the normal way.")
    types(bench, incident, "")
    assert bench.submits("sam", **gate()) == {}
    assert bench.sees("sam").title == "Hotfix"
    assert "Not a hotfix: production is not broken. Use" in shown(bench.sees("sam").blocks)

    bench.slack.users.closes("sam")
    clerk.refuses.clear()
    assert bench.submits("sam") == {}

    assert clerk.last[1].title == "Charge again"


def test_a_mistake_at_a_field_that_is_not_shown_is_told_above_the_form(
    bench: Bench, clerk: Clerk, incident: Incident
) -> None:
    clerk.refuses["start"] = WrongTicket("Jira key", "ET-1234")
    types(bench, incident, "")

    assert bench.submits("sam", **gate()) == {}

    assert "That is no Jira key" in shown(bench.sees("sam").blocks)


def test_what_is_not_ready_is_told_where_it_is_ticked(
    bench: Bench, clerk: Clerk, incident: Incident
) -> None:
    clerk.refuses["start"] = UnansweredGate(["Rollback plan exists"])
    types(bench, incident, "")

    assert "Rollback plan exists" in bench.submits("sam", **gate())["ready#0"]


def test_what_is_too_long_is_told_at_its_field(bench: Bench, incident: Incident) -> None:
    types(bench, incident, "")

    errors = bench.submits("sam", **gate(title="x" * 101))

    assert "100" in errors["title"]


def test_a_severity_without_hotfixes_is_told_before_anything_is_filled_in(
    bench: Bench,
) -> None:
    mild = bench.declared("sam", severity="P2")

    assert types(bench, mild, "") == "Hotfix"

    assert "A hotfix is not for P2" in shown(bench.sees("sam").blocks)


@pytest.mark.parametrize("settings", [{"services": {"shop": Service(name="shop")}}])
def test_without_any_code_the_way_to_some_is_told(bench: Bench) -> None:
    incident = bench.declared("sam", severity="P0")

    types(bench, incident, "")

    assert "No service has a repository yet" in shown(bench.sees("sam").blocks)


@pytest.mark.parametrize("settings", [{"permissions": {Permission.HOTFIX: ("engineering_lead",)}}])
def test_a_form_that_one_may_not_hand_in_is_not_shown(bench: Bench) -> None:
    incident = bench.declared("sam", severity="P0")

    types(bench, incident, "")

    assert "Only engineering lead can hotfix here" in shown(bench.sees("sam").blocks)


def test_while_one_is_running_it_is_shown_and_another_can_be_started(
    bench: Bench, clerk: Clerk, incident: Incident
) -> None:
    runs(bench, incident)

    assert types(bench, incident, "") == ""
    assert f"{ANSWER}: status" in told(bench, incident)

    bench.presses("sam", "Start another…", incident.channel_name)
    assert bench.sees("sam").title == "Start a hotfix"
    assert "Running already: 1 (shop)" in shown(bench.sees("sam").blocks)
    assert clerk.names == ["status"]


def test_of_several_that_are_running_one_is_picked(
    bench: Bench, clerk: Clerk, incident: Incident
) -> None:
    runs(bench, incident)
    runs(bench, incident, service="till")

    types(bench, incident, "")
    assert "2 hotfixes are running. Which one?" in told(bench, incident)
    bench.presses("sam", "Show 2", incident.channel_name)
    assert clerk.last[1].number == 2

    assert types(bench, incident, "next") == "Hotfix"
    assert "Which hotfix? Put its number in front" in shown(bench.sees("sam").blocks)
    bench.slack.users.closes("sam")
    assert types(bench, incident, "2 next") == "The fix"


@pytest.mark.parametrize(("text", "way"), [("revert #12", "revert"), ("pick 4f2c9e1", "pick")])
def test_a_commit_goes_through_the_gate_first(
    bench: Bench, clerk: Clerk, incident: Incident, text: str, way: str
) -> None:
    clerk.refuses["fix"] = NoHotfixYet()
    source = text.split()[1]

    assert types(bench, incident, text) == "Start a hotfix"
    assert f"To be fixed by *{way}* of {source}." in shown(bench.sees("sam").blocks)
    assert bench.submits("sam", **gate()) == {}

    assert (clerk.last[1].way, clerk.last[1].source) == (way, source)


def test_the_plan_comes_after_something_to_look_at_and_is_carried_out_as_shown(
    bench: Bench, clerk: Clerk, incident: Incident
) -> None:
    runs(bench, incident, StepKind.MERGE)
    seen: list[str] = []
    clerk.before_planning = lambda: seen.append(bench.sees("sam").title)

    types(bench, incident, "next")
    assert seen == ["One moment"]
    assert "git merge --no-ff 9b1d7aa" in shown(bench.sees("sam").blocks)
    assert bench.submits("sam") == {}

    name, request = clerk.last
    assert (name, request.step, request.number, request.by_hand) == (
        "next",
        StepKind.MERGE,
        1,
        False,
    )


def test_what_was_done_by_hand_is_said_so(bench: Bench, clerk: Clerk, incident: Incident) -> None:
    runs(bench, incident, StepKind.MERGE)
    types(bench, incident, "next")

    assert bench.submits("sam", by_hand=["yes"]) == {}

    assert clerk.last[1].by_hand


def test_a_checklist_is_ticked_off_before_its_step_is_done(
    bench: Bench, clerk: Clerk, incident: Incident
) -> None:
    sections = (Section(title="One", items=("a",) * 11), Section(title="Two", items=("b", "c")))
    clerk.plan = StepPlan(
        step=StepRun(kind=StepKind.SMOKE, title="Smoke"),
        title="Smoke",
        checklist=Checklist(key="smoke", title="Smoke", at=StepKind.SMOKE, sections=sections),
        ticked=frozenset({0}),
        confirm="All is well",
    )
    runs(bench, incident, StepKind.MERGE)
    types(bench, incident, "next")

    assert bench.submits("sam", **{"check.smoke#10": ["10"], "check.smoke#11": ["12"]}) == {}

    (_, ticks), (_, step) = clerk.asked[-2:]
    assert clerk.names[-2:] == ["tick", "next"]
    assert (ticks.checklist, ticks.items) == ("smoke", {0, 10, 12})
    assert ticks.once is None
    assert step.once is not None


def test_a_repository_that_is_away_is_told_where_the_plan_would_stand(
    bench: Bench, clerk: Clerk, incident: Incident
) -> None:
    runs(bench, incident, StepKind.MERGE)
    clerk.refuses["plan"] = ExternalBusy("the git server does not answer")

    types(bench, incident, "next")

    words = shown(bench.sees("sam").blocks)
    assert "The git server does not answer. Nothing was changed by this." in words


def test_the_log_of_files_is_looked_up(bench: Bench, clerk: Clerk, incident: Incident) -> None:
    types(bench, incident, "log src/pay.py src/tax.py")

    assert clerk.last[0] == "log"
    assert clerk.last[1].files == ("src/pay.py", "src/tax.py")
    assert f"{ANSWER}: log" in shown(bench.sees("sam").blocks)


def test_an_approval_is_of_the_commit_that_was_shown(
    bench: Bench, clerk: Clerk, incident: Incident
) -> None:
    runs(bench, incident, StepKind.APPROVE, approvals=())
    types(bench, incident, "approve")
    assert "`9b1d7aa000`" in shown(bench.sees("sam").blocks)

    assert bench.submits("sam") == {}

    assert (clerk.last[0], clerk.last[1].sha, clerk.last[1].spoken_by) == ("approve", HEAD, None)


def test_what_was_pushed_while_somebody_read_is_not_approved(
    bench: Bench, clerk: Clerk, incident: Incident
) -> None:
    runs(bench, incident, StepKind.APPROVE, approvals=())
    clerk.refuses["approve"] = StaleApproval(HEAD, "b" * 40)
    types(bench, incident, "approve")

    assert bench.submits("sam") == {}

    assert "The fix has changed since you were asked" in shown(bench.sees("sam").blocks)


def test_a_spoken_approval_is_put_down_for_who_spoke(
    bench: Bench, clerk: Clerk, incident: Incident
) -> None:
    runs(bench, incident, StepKind.APPROVE, approvals=())
    types(bench, incident, "approve verbal @lena")

    assert bench.submits("sam") == {}

    assert clerk.last[1].spoken_by in {bench.id_of("lena"), None}
    rules = book("priority").hotfix.severities["P0"]
    assert (clerk.last[1].spoken_by is not None) == rules.approval.verbal


@pytest.mark.parametrize(
    ("text", "step", "values", "name", "facts"),
    [
        (
            "skip",
            StepKind.FIX,
            {"leave": "lena", "reason": ODD},
            "skip",
            {"step": StepKind.FIX, "reason": ODD},
        ),
        ("abort", StepKind.FIX, {"reason": "The network"}, "abort", {"reason": "The network"}),
        (
            "rollback errors",
            StepKind.WATCH,
            {"sure": ["yes"], "version": "1.2.2"},
            "rollback",
            {"reason": "errors", "version": "1.2.2", "way": RollbackWay.REVERT},
        ),
        (
            "backport",
            StepKind.BACKPORT,
            {"owner": "lena"},
            "backport",
            {"target": None},
        ),
        (
            "waive",
            StepKind.BACKPORT,
            {"target": "develop1", "reason": "Other engine"},
            "waive",
            {"target": "develop1", "reason": "Other engine"},
        ),
        (
            "revert",
            StepKind.FIX,
            {"source": "https://git.test/shop/pull/12"},
            "fix",
            {"way": FixWay.REVERT, "source": "#12"},
        ),
        ("next", StepKind.FIX, {"way": "push"}, "fix", {"way": FixWay.PUSH}),
    ],
)
def test_a_form_asks_for_what_was_filled_in(
    bench: Bench,
    clerk: Clerk,
    incident: Incident,
    text: str,
    step: StepKind,
    values: dict[str, Any],
    name: str,
    facts: dict[str, Any],
) -> None:
    runs(bench, incident, step, merged=HEAD)
    types(bench, incident, text)

    assert bench.submits("sam", **values) == {}

    asked, request = clerk.last
    assert (asked, request.number) == (name, 1)
    assert {key: getattr(request, key) for key in facts} == facts
    assert bench.sees_no_form("sam")
    assert ANSWER in told(bench, incident)


def test_production_is_not_rolled_back_by_accident(
    bench: Bench, clerk: Clerk, incident: Incident
) -> None:
    runs(bench, incident, StepKind.WATCH, merged=HEAD)
    types(bench, incident, "rollback errors")

    assert "required" in bench.submits("sam")["sure"]

    assert clerk.asked == []


def test_what_names_no_commit_is_told_at_its_field(
    bench: Bench, clerk: Clerk, incident: Incident
) -> None:
    runs(bench, incident)
    types(bench, incident, "revert")

    for odd in ("--upload-pack=x", "HEAD", "", '"', "x" * 200):
        assert "Name a commit" in bench.submits("sam", source=odd)["source"]
    assert clerk.asked == []


@pytest.mark.parametrize(
    ("ask", "detail", "step", "title"),
    [
        (ActionId("hotfix_next"), "merge", StepKind.MERGE, "Next step"),
        (ActionId("hotfix_fix"), "", StepKind.FIX, "The fix"),
        (ActionId("hotfix_checklist"), "stage", StepKind.STAGE, "Checklist"),
        (ActionId("approve"), HEAD, StepKind.APPROVE, "Approve"),
        (ActionId("skip"), "fix", StepKind.FIX, "Skip a step"),
        (ActionId("rollback"), "", StepKind.WATCH, "Roll back"),
        (ActionId("backport"), "develop1", StepKind.BACKPORT, "Bring it back"),
        (ActionId("aligned"), "develop4", StepKind.BACKPORT, "Is it there?"),
        (ActionId("waive_backport"), "develop1", StepKind.BACKPORT, "Waive"),
        (ActionId("abort"), "", StepKind.FIX, "Give it up"),
        (ActionId("hotfix_log"), "", StepKind.FIX, "Production, lately"),
    ],
)
def test_a_button_opens_the_form_of_its_hotfix(
    bench: Bench, incident: Incident, ask: ActionId, detail: str, step: StepKind, title: str
) -> None:
    runs(bench, incident, step, approvals=())
    presses(bench, incident, ask, f":1:{detail}" if detail else ":1")

    assert bench.sees("sam").title == title


def presses(bench: Bench, incident: Incident, ask: ActionId, about: str) -> None:
    button = Button(ask=ask, label="Press me", about=f"{incident.id}{about}")
    bench.posts(incident.channel_name, button)
    bench.presses("sam", "Press me", incident.channel_name)


@pytest.mark.parametrize(
    ("ask", "about", "name", "facts"),
    [
        (ActionId("hotfix_status"), ":2", "status", {"number": 2}),
        (ActionId("rolled_back"), ":1", "rolled_back", {"number": 1}),
        (ActionId("align"), ":1:develop", "align", {"number": 1, "target": "develop"}),
        (ActionId("align"), ":1", "align", {"number": 1, "target": None}),
    ],
)
def test_a_button_does_its_deed(
    bench: Bench,
    clerk: Clerk,
    incident: Incident,
    ask: ActionId,
    about: str,
    name: str,
    facts: dict[str, Any],
) -> None:
    presses(bench, incident, ask, about)

    assert clerk.last[0] == name
    assert {key: getattr(clerk.last[1], key) for key in facts} == facts
    assert ANSWER in told(bench, incident)


def test_whether_it_is_there_is_settled_with_a_reason(
    bench: Bench, clerk: Clerk, incident: Incident
) -> None:
    runs(bench, incident, StepKind.BACKPORT)
    presses(bench, incident, ActionId("aligned"), ":1:develop4")
    assert "Every part of the fix stands" in shown(bench.sees("sam").blocks)

    assert bench.submits("sam", contained="no", reason="The check is gone") == {}

    name, request = clerk.last
    assert (name, request.target, request.contained) == ("aligned", "develop4", False)


def test_the_incidents_button_opens_the_gate_or_shows_what_is_running(
    bench: Bench, clerk: Clerk, incident: Incident
) -> None:
    presses(bench, incident, ActionId("hotfix"), "")
    assert bench.sees("sam").title == "Start a hotfix"
    bench.slack.users.closes("sam")

    runs(bench, incident)
    bench.presses("sam", "Press me", incident.channel_name)

    assert bench.sees_no_form("sam")
    assert clerk.names == ["status"]


def test_a_button_for_an_older_commit_says_that_there_is_a_newer_one(
    bench: Bench, incident: Incident
) -> None:
    runs(bench, incident, StepKind.APPROVE, approvals=())

    presses(bench, incident, ActionId("approve"), f":1:{'a' * 40}")

    assert "it was aaaaaaaaaa, it is 9b1d7aa000 now" in shown(bench.sees("sam").blocks)


def test_a_button_of_a_step_that_is_over_says_what_is_next(
    bench: Bench, clerk: Clerk, incident: Incident
) -> None:
    runs(bench, incident, StepKind.MERGE)
    clerk.refuses["plan"] = NotTheTurn("fix", "Merge")

    presses(bench, incident, ActionId("hotfix_next"), ":1:fix")

    assert clerk.last[1].step is StepKind.FIX
    assert "Next is: Merge" in shown(bench.sees("sam").blocks)


def test_a_hotfix_that_is_over_says_so_to_every_old_button(
    bench: Bench, incident: Incident
) -> None:
    one = runs(bench, incident)
    with bench.storage.writing() as work:
        over = one.aborted(by=one.started_by, reason="The network", now=bench.clock.now())
        work.hotfixes.save(over)

    for ask in (
        ActionId("hotfix_next"),
        ActionId("hotfix_fix"),
        ActionId("approve"),
        ActionId("skip"),
        ActionId("abort"),
    ):
        presses(bench, incident, ask, ":1")
        assert "is aborted" in shown(bench.sees("sam").blocks)
        bench.slack.users.closes("sam")


@pytest.mark.parametrize("about", [":9", ":9:fix", ":x", ":::", f":1:{'x' * 1000}", f":{'9' * 40}"])
@pytest.mark.parametrize(
    "ask", [ActionId("hotfix_next"), ActionId("skip"), ActionId("aligned"), ActionId("backport")]
)
def test_a_button_about_nothing_is_answered_in_words(
    bench: Bench, incident: Incident, ask: ActionId, about: str
) -> None:
    runs(bench, incident, StepKind.MERGE)

    presses(bench, incident, ask, about)

    assert "Something went wrong" not in shown(bench.sees("sam").blocks)


def test_somebody_outside_a_private_incident_gets_no_form(bench: Bench) -> None:
    private = bench.declared("sam", severity="P0", private=True)
    runs(bench, private)
    button = Button(ask=ActionId("hotfix_next"), label="Press me", about=f"{private.id}:1")
    bench.posts("incidents", button)

    bench.presses("aiko", "Press me")

    assert "I know no incident" in shown(bench.sees("aiko").blocks)


def test_every_hotfix_form_says_how_it_is_typed() -> None:
    of_hotfixes = [form for name, form in FORMS.items() if name.startswith("form_hotfix_")]

    assert of_hotfixes
    for form in of_hotfixes:
        assert form.typed_in(Team()).startswith("/hotfix")
        assert form.subject == "Hotfix"
