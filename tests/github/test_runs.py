"""Workflows on GitHub: started once, with the right inputs, and followed to their end."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chatops.application.ports.external import (
    ExternalBusy,
    ExternalIndeterminate,
    ExternalRefused,
    RunState,
)
from chatops.clock import FrozenClock
from chatops.domain.services import Workflow
from tests.github.conftest import BRANCH, NAME, NOW, Shop
from tests.github.double import TOKEN

DEPLOY = Workflow(
    workflow="deploy.yml", ref="{branch}", inputs={"version": "v{version}", "where": "production"}
)
VALUES = {"branch": BRANCH, "version": "1.2.4"}


@pytest.fixture
def shop(shop: Shop) -> Shop:
    shop.github.workflow(NAME, "deploy.yml", inputs=["where"], required=["version"])
    return shop


def start(shop: Shop, workflow: Workflow = DEPLOY, mark: str = "INC-2026-014/1 deploy") -> None:
    shop.forge.dispatch(shop.service, workflow, VALUES, mark=mark)


def look(shop: Shop) -> RunState:
    return shop.forge.run(shop.service, DEPLOY, since=NOW)


def refusal(shop: Shop, workflow: Workflow = DEPLOY) -> ExternalRefused:
    with pytest.raises(ExternalRefused) as caught:
        start(shop, workflow)
    assert shop.github.runs(NAME) == []
    return caught.value


def test_a_workflow_is_started_with_its_inputs_filled_in(shop: Shop) -> None:
    start(shop)
    (run,) = shop.github.runs(NAME)
    assert (run.ref, run.event) == (BRANCH, "workflow_dispatch")
    assert run.inputs == {"version": "v1.2.4", "where": "production"}


def test_a_run_is_followed_to_its_end(shop: Shop) -> None:
    assert look(shop) == RunState()
    start(shop)
    (run,) = shop.github.runs(NAME)
    waiting = look(shop)
    assert waiting.url == f"{shop.github.url}/acme/shop/actions/runs/{run.id}"
    assert (waiting.over, waiting.said) == (False, "it waits for a machine")
    run.status = "in_progress"
    assert look(shop).said == "it is running"
    run.status = "waiting"
    assert look(shop).said == "it waits for an approval on GitHub"
    run.status, run.conclusion = "completed", "success"
    over = look(shop)
    assert (over.over, over.good, over.said) == (True, True, "it went well")


@pytest.mark.parametrize(
    ("conclusion", "said"),
    [
        ("failure", "it failed"),
        ("cancelled", "it was cancelled"),
        ("timed_out", "it ran too long and was stopped"),
        ("skipped", "it did nothing: its conditions were not met"),
        ("brand_new", "it ended: brand_new"),
    ],
)
def test_a_run_that_did_not_go_well_says_how_it_ended(
    shop: Shop, conclusion: str, said: str
) -> None:
    start(shop)
    run = shop.github.runs(NAME)[0]
    run.status, run.conclusion = "completed", conclusion
    state = look(shop)
    assert (state.over, state.good, state.said) == (True, False, said)


def test_runs_of_before_and_runs_that_nobody_started_are_others(shop: Shop) -> None:
    shop.github.start_run(NAME, "deploy.yml", event="push")
    earlier = shop.github.start_run(NAME, "deploy.yml", event="workflow_dispatch")
    earlier.at = NOW - timedelta(seconds=1)
    shop.github.workflow(NAME, "other.yml")
    shop.github.start_run(NAME, "other.yml", event="workflow_dispatch")
    assert look(shop) == RunState()


def test_the_newest_of_several_counts(shop: Shop) -> None:
    shop.github.longest_page = 1
    for minutes in (1, 3, 2):
        run = shop.github.start_run(NAME, "deploy.yml", event="workflow_dispatch")
        run.at = NOW + timedelta(minutes=minutes)
    newest = shop.github.runs(NAME)[1]
    assert look(shop).url.endswith(f"/{newest.id}")


def test_a_run_in_the_same_second_is_found(shop: Shop) -> None:
    start(shop)
    since = NOW + timedelta(milliseconds=900)
    assert shop.forge.run(shop.service, DEPLOY, since=since).url


def test_githubs_clock_may_be_behind_ours(shop: Shop) -> None:
    start(shop)
    shop.github.runs(NAME)[0].at = NOW - timedelta(seconds=20)
    assert look(shop) == RunState()
    shop.github.clock = FrozenClock(NOW - timedelta(seconds=20))
    assert look(shop).url


def test_a_start_that_github_does_not_list_yet_is_not_repeated(shop: Shop) -> None:
    shop.github.unlisted = True
    start(shop)
    assert look(shop) == RunState()
    with pytest.raises(ExternalBusy, match="was started a moment ago"):
        start(shop)
    assert len(shop.github.runs(NAME)) == 1


def test_another_start_is_another_run(shop: Shop) -> None:
    start(shop)
    start(shop, mark="INC-2026-014/1 deploy again")
    shop.clock.advance(timedelta(minutes=2))
    start(shop)
    assert len(shop.github.runs(NAME)) == 3


def test_a_lost_reply_is_in_doubt_and_settled_by_looking(shop: Shop) -> None:
    shop.github.lose_next_reply()
    with pytest.raises(ExternalIndeterminate):
        start(shop)
    with pytest.raises(ExternalBusy):
        start(shop)
    assert look(shop).url
    assert len(shop.github.runs(NAME)) == 1


def test_a_start_that_was_refused_may_be_tried_again_at_once(shop: Shop) -> None:
    shop.github.limit_writes(timedelta(seconds=30))
    with pytest.raises(ExternalBusy):
        start(shop)
    start(shop)
    assert len(shop.github.runs(NAME)) == 1


def test_a_branch_that_github_does_not_have_is_told(shop: Shop) -> None:
    refused = refusal(shop, replace(DEPLOY, ref="lost"))
    assert str(refused) == (
        "The workflow deploy.yml was not started: GitHub has no branch or tag of the name that it "
        "is to run on."
    )
    assert refused.words == "No ref found for: lost"


def test_inputs_that_are_missing_or_strange_are_told(shop: Shop) -> None:
    assert (
        refusal(shop, replace(DEPLOY, inputs={})).words == "Required input 'version' not provided"
    )
    refused = refusal(shop, replace(DEPLOY, inputs={**DEPLOY.inputs, "colour": "red"}))
    assert "correct `inputs` there" in str(refused)
    assert refused.words == 'Unexpected inputs provided: ["colour"]'


def test_a_workflow_that_cannot_be_started_by_hand_says_what_it_lacks(shop: Shop) -> None:
    shop.github.workflow(NAME, "nightly.yml", by_hand=False)
    refused = refusal(shop, Workflow(workflow="nightly.yml", ref="main"))
    assert "add `workflow_dispatch` to its triggers" in str(refused)


def test_a_disabled_workflow_is_told(shop: Shop) -> None:
    shop.github.workflow(NAME, "off.yml", enabled=False)
    assert "it is disabled. Enable it" in str(
        refusal(shop, Workflow(workflow="off.yml", ref="main"))
    )


def test_a_workflow_that_does_not_exist_is_named(shop: Shop) -> None:
    lost = Workflow(workflow="lost.yml", ref="main")
    assert "GitHub knows no workflow lost.yml in acme/shop" in str(refusal(shop, lost))
    with pytest.raises(ExternalRefused, match="no workflow lost"):
        shop.forge.run(shop.service, lost, since=NOW)


def test_a_token_that_may_not_start_workflows_says_so(shop: Shop) -> None:
    shop.github.account("chatops-bot", TOKEN, without=["actions"])
    assert "to write actions if workflows are started" in str(refusal(shop))


def test_a_fact_that_is_not_plain_never_leaves_the_house(shop: Shop) -> None:
    values = {**VALUES, "version": "1.2.4; rm -rf /"}
    with pytest.raises(ExternalRefused, match="; rm -rf /” cannot stand"):
        shop.forge.dispatch(shop.service, DEPLOY, values, mark="m")
    assert shop.writes() == []


def test_a_workflows_name_stays_one_part_of_the_address(shop: Shop) -> None:
    for name in ("../../pulls", "a/b", "deploy.yml?x=1", "ü.yml", "-x"):
        with pytest.raises(ExternalRefused):
            start(shop, Workflow(workflow=name, ref="main"))
    assert shop.github.runs(NAME) == []
