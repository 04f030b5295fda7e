"""Forms about hotfixes: what they show, and that Slack takes them whatever a playbook says."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.models.views import View

from chatops.adapters.slack.forms import (
    hotfix_approve,
    hotfix_backport,
    hotfix_checklist,
    hotfix_fix,
    hotfix_next,
    hotfix_rollback,
    hotfix_skip,
    hotfix_start,
)
from chatops.adapters.slack.forms.fields import Entered
from chatops.adapters.slack.forms.hotfix import HotfixFormContext
from chatops.adapters.slack.forms.ticks import tick_fields, ticked_in
from chatops.application.hotfix.advance import StepPlan
from chatops.application.hotfix.session import StartRequest
from chatops.commands.form_state import FormState, Subject
from chatops.domain.errors import UserError
from chatops.domain.hotfix.errors import (
    HotfixOver,
    NoSuchWay,
    NothingToBring,
    RedFlags,
    StaleApproval,
    UnknownTarget,
)
from chatops.domain.hotfix.model import StepRun
from chatops.domain.playbook.pipeline import StepKind
from chatops.playground.slack.blocks.surfaces import complaints_about_view
from tests.slack.incoming.bench import shown
from tests.slack.incoming.hotfix_scenes import BOOKS, HEAD, NOW, SAM, book, known, scene

ODD = (
    "<!channel> <@U1> & \u202e\u2066turned\u2069 `code` *bold* ```fence``` \x00\x1b[31m \u200b"
    " 🔥 سلام 決済 \n\n\n\t end"
)
LONG = "much too long " * 400
WORDS = ["", ODD, LONG, ODD * 100, "x", "\u202e" * 50, "🔥" * 3000]


def asked(words: str = "", **facts: Any) -> StartRequest:
    values: dict[str, Any] = {
        "incident": 7,
        "user": SAM,
        "now": NOW,
        "service": "shop1",
        "title": words,
        "reason": words,
        "impact": words,
        "ticket": words,
    }
    return StartRequest(**(values | facts))


def start(name: str, words: str, **facts: Any) -> View:
    form_state = FormState(
        form="form_hotfix_start", incident=7, about=f":{words[:64]}", way="revert"
    )
    flags = RedFlags([words] * 12, words)
    return hotfix_start.build(known(name, words=words), form_state, asked(words, **facts), flags)


def plan(name: str, words: str) -> View:
    about = scene("form_hotfix_next", name, words=words)
    lines = (words or "git push origin hotfix/x",) * 60
    checklist = about.known.playbook.hotfix.checklists[0]
    return hotfix_next.build(
        about,
        StepPlan(
            step=StepRun(kind=StepKind.MERGE, title=words, trouble=words),
            title=words or "Merge into main",
            lines=lines,
            mind=lines,
            notes=lines,
            conflicts=lines,
            commands=lines,
            checklist=checklist,
            ticked=frozenset({0, 1}),
            confirm=words,
        ),
    )


def of(
    build: Callable[[HotfixFormContext], View],
    form: str,
    step: StepKind = StepKind.FIX,
    about: str = "1:",
) -> Callable[[str, str], View]:
    return lambda name, words: build(scene(form, name, step, words=words, about=about))


def checklist(name: str, words: str) -> View:
    step = book(name).hotfix.checklists[0].at
    return hotfix_checklist.build(scene("form_hotfix_checklist", name, step, words=words))


def aligned(name: str, words: str) -> View:
    about = f"1:{(words or 'develop')[:150]}4"
    form = scene("form_hotfix_aligned", name, words=words, about=about)
    return hotfix_backport.build_aligned(form)


FORMS: dict[str, Callable[[str, str], View]] = {
    "start": start,
    "next": plan,
    "checklist": checklist,
    "aligned": aligned,
    "fix": of(hotfix_fix.build, "form_hotfix_fix"),
    "approve": of(hotfix_approve.build, "form_hotfix_approve", StepKind.APPROVE),
    "skip": of(hotfix_skip.build, "form_hotfix_skip"),
    "abort": of(hotfix_skip.build_abort, "form_hotfix_abort"),
    "rollback": of(hotfix_rollback.build, "form_hotfix_rollback"),
    "backport": of(hotfix_backport.build, "form_hotfix_backport"),
    "waive": of(hotfix_backport.build_waive, "form_hotfix_waive"),
}


@pytest.mark.parametrize("form", sorted(FORMS))
@pytest.mark.parametrize("name", BOOKS)
def test_slack_takes_every_form_of_every_playbook(name: str, form: str) -> None:
    assert complaints_about_view(FORMS[form](name, "").to_dict()) == []


@pytest.mark.parametrize("form", sorted(FORMS))
@pytest.mark.parametrize("words", WORDS)
def test_slack_takes_every_form_whatever_is_written_in_it(form: str, words: str) -> None:
    view = FORMS[form]("priority", words).to_dict()

    assert complaints_about_view(view) == []
    for text in mrkdwn(view):
        assert "<!channel>" not in text


def mrkdwn(value: Any) -> list[str]:
    """Every text of a view that Slack would read for mentions."""
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            return [value["text"]]
        return [text for inner in value.values() for text in mrkdwn(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in mrkdwn(inner)]
    return []


def block(view: View, name: str) -> dict[str, Any]:
    found = [each for each in view.to_dict()["blocks"] if each.get("block_id") == name]
    assert len(found) == 1, name
    one: dict[str, Any] = found[0]
    return one


def names(view: View) -> list[str]:
    return [each["block_id"] for each in view.to_dict()["blocks"] if "block_id" in each]


@pytest.mark.parametrize("name", BOOKS)
def test_the_gate_asks_all_that_the_playbook_asks(name: str) -> None:
    policy = book(name).hotfix
    view = hotfix_start.build(known(name), FormState(form="form_hotfix_start"), asked())
    text = shown(view.to_dict())

    for each in (*policy.gate.criteria, *(question.ask for question in policy.gate.questions)):
        assert each[:60] in text
    answers = {f"answer.{question.key}" for question in policy.gate.questions}
    assert {each for each in names(view) if each.startswith("answer.")} == answers
    assert ("ticket" in names(view)) == (policy.ticket is not None)
    assert ("pipeline" in names(view)) == (len(policy.pipelines) > 1)
    assert "anyway" not in names(view)
    assert policy.gate.rule.partition("'")[0] in text


def test_what_was_filled_in_stays_when_the_reason_is_not_believed() -> None:
    before = asked(
        "Charge again",
        criteria=frozenset({0, 2}),
        answers={"broken_now": True, "at_risk": False},
        service="shop2",
        ticket="ET-1",
    )
    flags = RedFlags(["Important meeting tomorrow"], "Use the normal workflow.")
    view = hotfix_start.build(known("ticketed"), FormState(form="form_hotfix_start"), before, flags)

    assert "“Important meeting tomorrow”" in shown(view.to_dict())
    assert "Use the normal workflow." in shown(view.to_dict())
    assert block(view, "title")["element"]["initial_value"] == "Charge again"
    assert block(view, "service")["element"]["initial_option"]["value"] == "shop2"
    ticked = block(view, "criteria#0")["element"]["initial_options"]
    assert [option["value"] for option in ticked] == ["0", "2"]
    assert block(view, "answer.broken_now")["element"]["initial_option"]["value"] == "yes"
    assert block(view, "answer.at_risk")["element"]["initial_option"]["value"] == "no"
    assert "initial_option" not in block(view, "answer.workflows")["element"]
    assert "initial_options" not in block(view, "anyway")["element"]


def test_the_only_service_is_not_asked_for() -> None:
    view = hotfix_start.build(
        known("priority", services=1), FormState(form="form_hotfix_start"), asked()
    )

    assert "service" not in names(view)


def test_the_plan_is_shown_word_for_word() -> None:
    step = StepRun(kind=StepKind.MERGE, title="Merge")
    told = StepPlan(step=step, title="Merge", lines=("git merge --no-ff <a> ```",), confirm="Merge")
    view = hotfix_next.build(scene("form_hotfix_next", "priority"), told)

    assert "```\ngit merge --no-ff &lt;a&gt; '''\n```" in shown(view.to_dict())
    assert view.submit is not None
    assert view.submit.text == "Merge"
    assert block(view, "by_hand")["optional"] is True
    assert Subject.of(form_state_of(view).about) == Subject(number=1, detail="merge")


def form_state_of(view: View) -> FormState:
    form_state = FormState.unpacked(view.private_metadata or "")
    assert form_state is not None
    return form_state


def test_where_there_is_nothing_to_push_nothing_is_offered_by_hand() -> None:
    step = StepRun(kind=StepKind.SMOKE, title="Smoke")
    view = hotfix_next.build(scene("form_hotfix_next", "priority"), StepPlan(step=step, title="S"))

    assert "by_hand" not in names(view)


def test_an_approval_shows_and_carries_exactly_the_commit() -> None:
    view = hotfix_approve.build(scene("form_hotfix_approve", "ticketed", StepKind.APPROVE))
    text = shown(view.to_dict())

    assert "`9b1d7aa000` · 30 files, +6 \u22121 · by <@U012AB3CD>" in text
    assert "Does it break anything else?" in text
    assert "Still needed: engineering lead, one more person." in text
    assert form_state_of(view).about == f"1:{HEAD}"


def test_an_old_button_does_not_approve_what_came_later() -> None:
    old = scene("form_hotfix_approve", "ticketed", StepKind.APPROVE, about=f"1:{'a' * 40}")

    with pytest.raises(StaleApproval, match=r"it was aaaaaaaaaa, it is 9b1d7aa000 now"):
        hotfix_approve.build(old)


@pytest.mark.parametrize("name", BOOKS)
def test_who_may_speak_an_approval_is_asked_where_the_policy_allows_it(name: str) -> None:
    about = scene("form_hotfix_approve", name, StepKind.APPROVE)
    rules = about.known.rules
    assert rules is not None

    assert ("spoken" in names(hotfix_approve.build(about))) == rules.approval.verbal


def test_only_the_step_whose_turn_it_is_can_be_skipped() -> None:
    view = hotfix_skip.build(scene("form_hotfix_skip", "versioned", StepKind.REPRODUCE))

    options = block(view, "step")["element"]["options"]
    assert [option["value"] for option in options] == ["reproduce"]


def test_what_is_over_has_nothing_to_skip() -> None:
    about = scene("form_hotfix_skip", "priority")
    ended = about.hotfix.aborted(by=SAM, reason="It was the network", now=NOW)

    with pytest.raises(HotfixOver):
        hotfix_skip.build(replace(about, known=replace(about.known, hotfix=ended)))


def test_a_step_without_a_checklist_says_so() -> None:
    with pytest.raises(UserError, match="has no checklist"):
        hotfix_checklist.build(scene("form_hotfix_checklist", "ticketed", StepKind.MERGE))


def test_going_back_is_weighed_and_must_be_meant() -> None:
    view = hotfix_rollback.build(scene("form_hotfix_rollback", "increment"))
    text = shown(view.to_dict())

    for each in book("increment").hotfix.rollback.back_when:
        assert each in text
    for each in book("increment").hotfix.rollback.forward_when:
        assert each in text
    assert "Production goes back to v1.2.3." in text
    assert block(view, "sure")["optional"] is False


def test_without_a_way_back_there_is_no_form_for_it() -> None:
    about = scene("form_hotfix_rollback", "priority")
    with pytest.raises(NoSuchWay, match="`rollback` command"):
        hotfix_rollback.build(replace(about, known=replace(about.known, ways=())))


def test_backports_that_are_settled_are_not_offered() -> None:
    view = hotfix_backport.build(scene("form_hotfix_backport", "priority", about="1:develop1"))

    element = block(view, "target")["element"]
    offered = [option["value"] for option in element["options"]]
    assert offered == ["*", "develop0", "develop1", "develop2", "develop3", "develop4"]
    assert element["initial_option"]["value"] == "develop1"
    about = scene("form_hotfix_backport", "priority")
    nothing = replace(about.known, hotfix=replace(about.hotfix, backports=()))
    with pytest.raises(NothingToBring):
        hotfix_backport.build(replace(about, known=nothing))


def test_a_branch_that_is_none_of_its_targets_cannot_be_settled() -> None:
    about = scene("form_hotfix_aligned", "priority", about="1:elsewhere")

    with pytest.raises(UnknownTarget):
        hotfix_backport.build_aligned(about)


@pytest.mark.parametrize("count", [0, 1, 10, 11, 35])
def test_every_item_can_be_ticked_however_many_there_are(count: int) -> None:
    items = [f"Item {index}" for index in range(count)]
    fields = [each.to_dict() for each in tick_fields("list", "List", items)]
    values = {
        each["block_id"]: {each["element"]["action_id"]: {
            "selected_options": each["element"]["options"]}}
        for each in fields
    }  # fmt: skip

    assert ticked_in(Entered(values), "list") == frozenset(range(count))


def test_an_item_goes_on_two_lines_and_beyond_that_is_written_in_full() -> None:
    two, much = "word " * 25, "word " * 40
    in_full, field = [each.to_dict() for each in tick_fields("list", "List", [two, much])]

    options = field["element"]["options"]
    assert f"{options[0]['text']['text']} {options[0]['description']['text']}" == two.strip()
    assert in_full["text"]["text"] == f"• {much.strip()}"


def test_a_mistake_about_a_hotfix_without_a_field_belongs_to_none() -> None:
    assert hotfix_start.FORM.errors(UserError("Not today")) == {}
