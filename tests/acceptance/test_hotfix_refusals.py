"""What a hotfix refuses, and what it says to do instead."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chatops.domain.hotfix.model import HotfixState, StepState
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.playbook.pipeline import StepKind
from chatops.playground.shop.shop import Push
from tests.acceptance.hotfix_walk import Walk, open_walk

NORMAL = "Use the normal workflow. Branch from develop"
BOTH = ("lena", "priya")
BRANCH = "hotfix/let-a-voucher-pay-it-all"


@pytest.fixture
def walk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Walk]:
    """An incident under the default playbook, or under the one that a story names."""
    with open_walk(tmp_path, getattr(request, "param", "priority")) as opened:
        yield opened


def under(playbook: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("walk", [playbook], indirect=True, ids=[playbook])


@under("ticketed")
@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"broken RIGHT NOW": "no"}, "“Is production broken RIGHT NOW?” is no"),
        ({"critical workflows": "no"}, "critical workflows?” is no"),
        ({"What is so right now?": ["0"]}, "Issue is affecting users RIGHT NOW"),
    ],
)
def test_the_gate_says_what_to_do_instead_and_counts_it(
    walk: Walk, fields: dict[str, Any], why: str
) -> None:
    walk.starts(fields)
    heard = walk.heard()
    assert why in heard
    assert NORMAL in heard
    assert walk.hotfixes == []
    assert walk.count(EntryKind.HOTFIX_REFUSED) == 1


@under("versioned")
def test_what_can_wait_a_few_hours_is_sent_to_the_expedited_way(walk: Walk) -> None:
    walk.starts({"core features?": "no", "corrupted or lost?": "no"})
    assert "Use the expedited bug fix workflow" in walk.heard()
    assert walk.hotfixes == []
    assert walk.count(EntryKind.HOTFIX_REFUSED) == 1


@under("ticketed")
def test_a_reason_with_a_red_flag_must_be_meant(walk: Walk) -> None:
    walk.starts({"Why can it not": "Would be great to have it before the board meets"})
    heard = walk.heard()
    assert "Is production broken right now?" in heard
    assert NORMAL in heard
    assert walk.hotfixes == []
    assert walk.sam.submits({"If it is": ["yes"]}).ok
    assert walk.hotfix.is_done(StepKind.GATE)


@under("ticketed")
def test_a_ticket_must_look_like_one(walk: Walk) -> None:
    refused = walk.starts({"Jira key": "FOO"})
    assert list(refused.errors.values()) == ["That is no Jira key. It looks like ET-1234."]
    assert walk.sam.submits({"Jira key": "ET-77"}).ok
    assert walk.hotfix.ticket == "ET-77"


@under("versioned")
def test_what_must_be_ready_first_is_asked_for(walk: Walk) -> None:
    refused = walk.starts({"Ready before": ["0"]})
    assert "Stakeholders are notified of issue" in str(refused.errors)
    assert walk.hotfixes == []


def test_a_severity_without_hotfixes_says_which_way_is_open(walk: Walk) -> None:
    walk.sam.types("/incident severity P2 a workaround is out", walk.room)
    walk.types("start")
    heard = walk.heard()
    assert "A hotfix is not for P2 Medium" in heard
    assert "Create a ticket in the normal backlog" in heard
    assert walk.hotfixes == []
    [refused] = [one for one in walk.timeline if one.kind is EntryKind.HOTFIX_REFUSED]
    assert (refused.actor, refused.reason) == (walk.sam.id, "a hotfix is not for P2 Medium.")


def test_a_step_that_is_not_next_is_refused(walk: Walk) -> None:
    walk.starts()
    walk.types("skip merge no time")
    assert "Next is: Branch from main" in walk.heard()


@pytest.mark.parametrize("who", ["sam", pytest.param("noah", marks=pytest.mark.long)])
def test_neither_the_author_nor_somebody_without_the_role_approves(walk: Walk, who: str) -> None:
    walk.starts()
    walk.goes_to(StepKind.APPROVE)
    walk.stage.slack.users.joins("noah", walk.room.id)
    walk.approves(who)
    said = {
        "sam": "You made this fix, so somebody else must approve it",
        "noah": "Ask one of them to press Approve",
    }
    assert said[who] in walk.heard(who)
    assert walk.hotfix.standing == ()
    assert walk.count(EntryKind.APPROVED) == 0


def test_an_approval_expires_when_something_is_pushed(walk: Walk) -> None:
    walk.starts()
    walk.goes_to(StepKind.APPROVE)
    walk.approves("lena")
    walk.types("approve", "priya")
    walk.shop.engineer.push_between(walk.hotfix.branch or "")
    walk.stage.advance(seconds=40)
    assert walk.room.shows("⬆️ *1 commit pushed*", "*The approvals have expired:*")
    walk.agrees("priya")
    assert "The fix has changed since you were asked" in walk.heard("priya")
    walk.stage.actor("priya").closes()
    assert list(walk.hotfix.standing) == []
    walk.goes_to(StepKind.MERGE, approvers=BOTH)
    assert {given.sha for given in walk.hotfix.standing} == {walk.git("rev-parse", BRANCH)}
    assert walk.step is not None
    assert walk.step.kind is StepKind.MERGE


@pytest.mark.long
def test_a_spoken_approval_has_a_witness_who_did_not_make_the_fix(walk: Walk) -> None:
    walk.starts()
    walk.goes_to(StepKind.APPROVE)
    walk.types("approve verbal @lena")
    refused = walk.sam.submits()
    assert "whoever made the fix cannot be the witness" in str(refused.errors)
    walk.sam.closes()
    walk.types("approve verbal @lena", "tom")
    walk.agrees("tom")
    given = walk.hotfix.approvals[-1]
    assert len(walk.hotfix.standing) == 1
    lena, tom = walk.stage.actor("lena"), walk.stage.actor("tom")
    assert (given.by, given.witness) == (lena.id, tom.id)
    assert any("approv" in word for word in lena.inbox)
    assert f"spoken to {tom.mention}" in walk.timeline[-1].text


@under("ticketed")
@pytest.mark.long
def test_a_spoken_approval_is_refused_where_the_playbook_wants_a_click(walk: Walk) -> None:
    walk.starts()
    walk.goes_to(StepKind.APPROVE)
    walk.stage.slack.users.joins("lena", walk.room.id)
    walk.types("approve verbal @lena", "tom")
    assert "the playbook wants a click" in walk.heard("tom")
    assert walk.stage.actor("lena").mention in walk.heard("tom")
    assert walk.hotfix.standing == ()


def test_what_the_playbook_never_skips_is_not_skipped(walk: Walk) -> None:
    walk.starts()
    walk.goes_to(StepKind.BUMP)
    walk.types("skip bump there is no time")
    assert "the playbook never allows it" in walk.heard()
    assert "/hotfix abort" in walk.heard()
    assert walk.step is not None
    assert walk.step.kind is StepKind.BUMP


@under("increment")
@pytest.mark.parametrize("severity", ["SEV1", "SEV2"])
@pytest.mark.long
def test_staging_is_skipped_freely_at_sev1_and_with_leave_below(walk: Walk, severity: str) -> None:
    if severity == "SEV2":
        walk.sam.types("/incident severity SEV2 a part works again", walk.room)
    walk.starts()
    walk.goes_to(StepKind.STAGE)
    walk.types("skip stage no time", "tom")
    if severity == "SEV2":
        assert "Skipping “Deploy to staging” needs leave" in walk.heard("tom")
        walk.stage.actor("tom").closes()
        walk.types("skip stage @lena there is no time", "tom")
    step = walk.hotfix.step(StepKind.STAGE)
    assert step is not None
    assert step.state is StepState.SKIPPED
    lena = walk.stage.actor("lena").id
    assert step.leave == (lena if severity == "SEV2" else None)
    assert walk.room.shows("⏭️ *Skipped: Deploy to staging*", "no time")


@under("increment")
@pytest.mark.long
def test_a_commander_who_made_the_fix_gives_no_leave_to_skip_its_steps(walk: Walk) -> None:
    walk.sam.types("/incident severity SEV2 a part works again", walk.room)
    walk.starts()
    walk.goes_to(StepKind.STAGE)
    walk.types("skip stage no time")
    assert "You made this fix, so somebody else must allow that “Deploy to staging”" in walk.heard()
    walk.types("skip stage @sam no time", "tom")
    assert "They made this fix, so somebody else must allow" in walk.heard("tom")
    step = walk.hotfix.step(StepKind.STAGE)
    assert step is not None
    assert step.state is StepState.WAITING
    walk.types("skip stage @lena no time")
    assert walk.hotfix.step(StepKind.STAGE) != step


@pytest.mark.long
def test_before_there_is_a_fix_approving_says_what_comes_first(walk: Walk) -> None:
    walk.starts()
    for who in BOTH:
        walk.stage.slack.users.joins(who, walk.room.id)
    walk.types("approve", "lena")
    assert "“Branch from main” comes first: press “Branch from main…”" in walk.heard("lena")
    walk.goes_to(StepKind.FIX)
    walk.types("approve", "priya")
    assert "comes first: press “The fix…” on the hotfix's card" in walk.heard("priya")
    assert "`/hotfix ready`" in walk.heard("priya")
    walk.goes_to(StepKind.APPROVE)
    walk.approves("lena")
    assert len(walk.hotfix.standing) == 1


def test_a_push_that_is_no_small_fix_is_spoken_of(walk: Walk) -> None:
    walk.starts()
    walk.goes_to(StepKind.FIX)
    walk.pushes(Push.BIG)
    assert walk.room.shows("⚠️ *This is no small fix any more:* 12 files, +324")


@pytest.mark.long
def test_a_hotfix_that_is_given_up_says_so_and_keeps_its_branch(walk: Walk) -> None:
    walk.starts()
    walk.goes_to(StepKind.FIX)
    walk.pushes()
    walk.types("abort the vendor mended it")
    assert walk.hotfix.state is HotfixState.ABORTED
    assert walk.room.shows("the vendor mended it")
    assert walk.shop.repository.tip(BRANCH)
    walk.types("next")
    assert "aborted" in walk.heard()
    assert "/hotfix" in walk.heard()


@pytest.mark.long
def test_two_hotfixes_of_an_incident_are_told_apart_by_number(walk: Walk) -> None:
    walk.starts()
    walk.goes_to(StepKind.FIX)
    walk.types("start")
    walk.sam.clicks("Start another…", walk.room)
    walk.sam.submits({**walk.honest(), "What does the fix do?": "Charge cards again"})
    assert [each.number for each in walk.hotfixes] == [1, 2]
    walk.sam.closes()
    walk.types("next")
    assert "Which hotfix?" in walk.heard()
    walk.types("2 next")
    assert "charge-cards-again" in walk.sam.reads_modal
    walk.agrees()
    first, second = walk.hotfixes
    assert (first.branch, second.branch) == (BRANCH, "hotfix/charge-cards-again")
    assert walk.shop.repository.tip("hotfix/charge-cards-again") == walk.git("rev-parse", "main")
