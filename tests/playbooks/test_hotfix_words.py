"""The texts of a hotfix say first what is true now, then who does what, and break nothing."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chatops.adapters.playbooks.check import examine
from chatops.adapters.playbooks.filters import ReadableNames
from chatops.adapters.playbooks.folders import resolve
from chatops.adapters.playbooks.rendering import environment, render
from chatops.application.hotfix.views import StepLine
from chatops.application.ports.git import CommitLine, FileConflict, Log
from chatops.domain.hotfix.model import (
    ApprovalGiven,
    Backport,
    BackportState,
    Commits,
    FixCommit,
    Hotfix,
    HotfixState,
    PullRequestLink,
    Rollback,
    StepRun,
    StepState,
)
from chatops.domain.messages.templates import HOTFIX_TEXTS, LIMIT, LIMITS, OutputFormat
from chatops.domain.playbook.hotfix import RollbackWay
from chatops.domain.playbook.pipeline import ConflictSide, StepKind
from tests.playbooks.samples.situations import chapters
from tests.playbooks.scene import INCIDENT, NAMES, NOW, playbook, say

MINUTE = timedelta(minutes=1)
MINUS, DASH = "\N{MINUS SIGN}", "\N{EN DASH}"
HEAD, BASE = "9b1d7aa" + "0" * 33, "4f2c9e1" + "0" * 33
FRAME = re.compile(r"^```\n.*?\n```$", re.DOTALL | re.MULTILINE)
GATE = StepRun(kind=StepKind.GATE, title="Assess", state=StepState.DONE, since=NOW - 12 * MINUTE)
STAGE = StepRun(
    kind=StepKind.STAGE,
    title="Deploy to staging",
    state=StepState.SKIPPED,
    reason="staging is down too",
)
MADE = StepRun(kind=StepKind.FIX, title="Fix it", state=StepState.DONE)
APPROVE = StepRun(
    kind=StepKind.APPROVE, title="Get the approvals", state=StepState.WAITING, since=NOW
)
DEPLOY = StepRun(kind=StepKind.DEPLOY, title="Deploy to production")
FIX = Hotfix(
    id=1,
    incident=1,
    number=1,
    service="shop",
    pipeline="git_flow",
    title="put the null check back",
    started_by="U0BEN",
    started_at=NOW - 12 * MINUTE,
    steps=(GATE, MADE, STAGE, APPROVE, DEPLOY),
    production="main",
    branch="hotfix/null-amount",
    base=BASE,
    head=HEAD,
    release="1.2.4",
    previous="1.2.3",
    work=Commits(
        commits=(FixCommit(sha=HEAD, subject="fix: put the null check back"),),
        files=("pay.py", "VERSION"),
        added=6,
        removed=1,
    ),
    pull_request=PullRequestLink(number=12, url="https://forge.example/shop/pull/12"),
)
SHIPPED = replace(FIX, merged=HEAD, deployed=HEAD, deployed_at=NOW - 4 * MINUTE)
OWED = Backport(target="develop", owner="U0BEN")
COMMIT = CommitLine(
    sha=BASE, author="Ana", email="ana@shop.example", at=NOW, subject="Round amounts up"
)


def lines(said: str) -> list[str]:
    return [line for line in said.splitlines() if line]


def card(fix: Hotfix = FIX, **facts: Any) -> list[str]:
    rest = [step for step in fix.steps if not step.state.over]
    known: dict[str, Any] = {
        "fix": fix,
        "done": (
            StepLine(run=GATE, took=MINUTE, budget=5 * MINUTE),
            StepLine(run=STAGE),
        ),
        "earlier": 0,
        "rest": tuple(StepLine(run=step) for step in rest),
        "elapsed": 12 * MINUTE,
        "target": 30 * MINUTE,
        "needed": ("engineering_lead",),
        "engineer": "U0BEN",
    }
    return lines(say("priority", "hotfix_card", **{**known, **facts}))


def test_a_card_says_how_far_it_is_where_it_goes_and_what_it_waits_for() -> None:
    assert card() == [
        "🔧 *Fixing* · step 4 of 5 · 12 min of 30 min",
        f"`hotfix/null-amount` → `main` · `9b1d7aa` · 2 files, +6 {MINUS}1",
        "v1.2.3 → v1.2.4 · <https://forge.example/shop/pull/12|#12> · by <@U0BEN>",
        "✓ Assess · 1 min of 5 min",
        f"{DASH} Deploy to staging · skipped: staging is down too",
        "▸ *Get the approvals* · needs one Engineering Lead",
        "○ Deploy to production",
    ]


@pytest.mark.parametrize(
    ("changes", "first"),
    [
        ({"state": HotfixState.DONE}, "✅ *Done* in 12 min"),
        (
            {"state": HotfixState.ABORTED, "end_reason": "the flag was enough"},
            "🚫 *Given up* after 12 min: the flag was enough",
        ),
        (
            {"state": HotfixState.ROLLED_BACK, "end_reason": "it made things worse"},
            "↩️ *Rolled back* after 12 min: it made things worse",
        ),
        (
            {"deployed": HEAD},
            "🚀 *In production* · step 4 of 5 · 12 min of 30 min",
        ),
        (
            {"steps": (MADE, replace(APPROVE, state=StepState.FAILED, trouble="no"))},
            "⚠️ *Stopped* at step 2 of 2 · 12 min of 30 min",
        ),
    ],
)
def test_the_first_line_of_a_card_is_what_is_true_now(changes: dict[str, Any], first: str) -> None:
    assert card(replace(FIX, **changes))[0] == first


def test_a_card_says_when_the_goal_is_missed() -> None:
    assert card(elapsed=42 * MINUTE)[0].endswith("42 min of 30 min, *late*")


def test_a_card_says_when_production_does_not_look_well() -> None:
    watch = StepRun(
        kind=StepKind.WATCH, title="Watch", state=StepState.RUNNING, trouble="Errors: 38 %"
    )
    said = card(replace(SHIPPED, steps=(MADE, watch)))

    assert said[0].startswith("🔴 *Production does not look well*")
    assert "▸ Watch · Errors: 38 %" in said


def test_a_card_tells_each_backport_apart() -> None:
    link = PullRequestLink(number=13, url="https://forge.example/shop/pull/13")
    backports = (
        OWED,
        replace(OWED, target="next", state=BackportState.CONFLICT, paths=("a", "b")),
        replace(OWED, target="beta", state=BackportState.OPENED, pull_request=link),
        replace(OWED, target="edge", state=BackportState.PROVEN),
        replace(OWED, target="old", state=BackportState.WAIVED, reason="it ends in May"),
    )

    assert card(replace(SHIPPED, backports=backports))[-5:] == [
        "*develop:* does not have it yet",
        "*next:* conflict in 2 files, with <@U0BEN>",
        "*beta:* <https://forge.example/shop/pull/13|#13> waits to be merged",
        "*edge:* has the fix",
        "*old:* goes without: it ends in May",
    ]


def test_what_has_not_shipped_owes_nothing_on_its_card() -> None:
    assert not [line for line in card(replace(FIX, backports=(OWED,))) if "develop" in line]


def test_an_approver_reads_what_is_asked_of_whom_and_what_was_left_out() -> None:
    said = lines(
        say(
            "priority",
            "approval_asked",
            fix=FIX,
            needed=("engineering_lead", "any"),
            required=True,
            author="U0BEN",
            questions=("Does it break anything else?",),
            bound=True,
        )
    )

    assert said == [
        f"🔏 *Approve v1.2.4* (`9b1d7aa`, 2 files, +6 {MINUS}1)?",
        (
            "Needs one Engineering Lead and one more person. Author: <@U0BEN>."
            " Expires if the branch moves."
        ),
        "Until then nothing goes to production.",
        "*Fix:* put the null check back · <https://forge.example/shop/pull/12|#12>",
        f"{DASH} Deploy to staging · skipped: staging is down too",
        "• Does it break anything else?",
        "Spoken is enough; somebody else puts it down: `/hotfix approve verbal @who`.",
    ]


@pytest.mark.parametrize(
    ("needed", "words"),
    [
        (("any",), "one person besides the author"),
        (("any", "any"), "2 people besides the author"),
        (("tech_lead",), "one Tech Lead"),
        (("tech_lead", "any"), "one Tech Lead and one more person"),
        (("engineering_lead", "product_manager"), "one Engineering Lead and one Product Manager"),
        (("a", "b", "any"), "one A, one B and one more person"),
    ],
)
def test_who_is_still_needed_is_said_in_words(needed: tuple[str, ...], words: str) -> None:
    given = ApprovalGiven(by="U0ANA", sha=HEAD, at=NOW, roles=("tech_lead",))

    assert lines(say("priority", "approval_given", fix=FIX, given=given, needed=needed)) == [
        "👍 <@U0ANA> (Tech Lead) approved `9b1d7aa`.",
        f"Still needs {words}.",
    ]


def test_a_conflict_names_files_both_sides_the_owner_and_the_way_out() -> None:
    commands = ("git fetch origin", f"git cherry-pick -x {HEAD}")
    conflict = FileConflict(
        path="pay.py", kind="content", ours=(COMMIT,), theirs=(replace(COMMIT, sha=HEAD),)
    )
    said = lines(
        say(
            "versioned",
            "backport_conflict",
            fix=SHIPPED,
            backport=replace(OWED, state=BackportState.CONFLICT, commands=commands),
            quarrels=(conflict,),
            prefer=ConflictSide.HOTFIX,
        )
    )

    assert said == [
        "⚠️ *The fix is not on `develop` yet: conflict in 1 file.*",
        (
            "<@U0BEN>, finish it by hand, and keep the hotfix's lines where both changed the same:"
            " they are in production."
        ),
        "• `pay.py` · content",
        "   develop: `4f2c9e1` Round amounts up · Ana",
        "   hotfix: `9b1d7aa` Round amounts up · Ana",
        "```",
        *commands,
        "```",
        "When it is done, say so with the button, and I prove it.",
    ]


def test_a_lost_backport_says_why_it_matters_in_the_playbooks_own_story() -> None:
    fix = replace(SHIPPED, pipeline="standard")
    said = say("ticketed", "backport_lost", fix=fix, backport=replace(OWED, evidence=("Gone",)))

    assert lines(said)[0].startswith("🔴 *`develop` does not have the fix any more,*")
    assert "Monday's release came from develop without it" in said
    assert "• Gone" in said


def test_bad_readings_come_first_then_what_speaks_for_going_back() -> None:
    said = lines(
        say(
            "increment",
            "watch_bad",
            fix=SHIPPED,
            lines=("Errors: 38 %",),
            rule=playbook("increment").hotfix.rollback,
        )
    )

    assert said[:3] == [
        "🔴 *Production does not look well* with v1.2.4:",
        "• Errors: 38 %",
        "<@U0ANA>, roll back, or say here why to wait.",
    ]
    assert said[3].startswith("*Speaks for going back:* Previous version worked")
    assert said[4].startswith("*Speaks for fixing forward:* Can't rollback (data migration)")


@pytest.mark.parametrize(
    ("kind", "standing"),
    [
        (StepKind.MERGE, "Nothing is lost: all before it stands."),
        (StepKind.DEPLOY, "Check what production runs now."),
        (StepKind.VERIFY, "v1.2.4 is in production."),
    ],
)
def test_a_step_that_failed_says_what_is_not_done_and_how_things_stand(
    kind: StepKind, standing: str
) -> None:
    step = StepRun(kind=kind, title="Do it", state=StepState.FAILED)
    said = lines(
        say("priority", "step_failed", fix=FIX, step=step, why="code 1", lines=("denied",))
    )

    assert said[0] == "⚠️ *Not done: Do it* · code 1"
    assert said[1] == f"{standing} Nothing goes on until somebody decides."
    assert "denied" in "".join(said[2:])
    assert said[-1].startswith("<@U0BEN>, ")


@pytest.mark.parametrize("name", NAMES)
def test_stakeholders_read_of_a_rollback_without_versions_or_names(name: str) -> None:
    said = say(name, "rollback_public", OutputFormat.PLAIN)

    assert "latest change" in said
    assert "Next word by 15:05 UTC." in said
    assert not re.search(r"v?\d+\.\d+\.\d+|branch|rollback|revert|deploy|Checkout", said)


def test_a_restricted_rollback_says_nothing_outside() -> None:
    private = replace(INCIDENT, private=True)

    assert "change" not in say("priority", "rollback_public", incident=private)


@pytest.mark.parametrize(
    ("way", "words"),
    [
        (RollbackWay.REDEPLOY, "*Rolling back v1.2.4* to v1.2.3."),
        (RollbackWay.REVERT, "*Rolling back v1.2.4* by reverting it on `main`."),
        (RollbackWay.UNDO_DEPLOYMENT, "*Rolling back v1.2.4* by undoing the deployment."),
        (
            RollbackWay.SWITCH_TRAFFIC,
            "*Rolling back v1.2.4* by switching traffic to what ran before.",
        ),
        (RollbackWay.FLAG_OFF, "*Rolling back v1.2.4* by turning its flag off."),
    ],
)
def test_a_rollback_says_how_it_is_done(way: RollbackWay, words: str) -> None:
    back = Rollback(way=way, reason="worse than before", by="U0ANA", at=NOW, release="1.2.3")

    assert lines(say("priority", "rolling_back", fix=SHIPPED, back=back))[:2] == [
        f"↩️ {words}",
        "<@U0ANA>: worse than before",
    ]


def test_the_log_says_which_version_comes_next() -> None:
    log = Log(branch="main", tip=BASE, commits=(COMMIT,), version="1.2.3", following="1.2.4")
    service = type("Service", (), {"name": "shop"})()
    said = lines(say("versioned", "hotfix_log", OutputFormat.PLAIN, service=service, log=log))

    assert said == [
        "*shop: v1.2.3 is the latest version, a hotfix would be v1.2.4*",
        "main is at 4f2c9e1. What came last:",
        "• 14:50 UTC · 4f2c9e1 Round amounts up · Ana",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_no_chapter_of_a_story_calls_anybody_or_leaves_its_frame(name: str) -> None:
    sandbox = environment(examine(resolve(name)).texts, OutputFormat.SLACK, ReadableNames())
    for scene in chapters(playbook(name)):
        for text in HOTFIX_TEXTS:
            facts = scene.facts_for(text)
            said = render(sandbox, text, output=OutputFormat.SLACK, facts=facts)
            outside = FRAME.sub("", said)
            assert said == said.strip() != "", (text, scene.name)
            assert "<!channel>" not in said, (text, scene.name)
            assert "```" not in outside, (text, scene.name)
            assert "None" not in outside, (text, scene.name)
            assert len(said) <= LIMITS.get(text, LIMIT)[1], (text, scene.name)
            assert text != "hotfix_card" or len(said) <= 2800
