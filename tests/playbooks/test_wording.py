"""The texts say what their documents say, in the words that people are used to."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chatops.domain.hotfix.model import HotfixFacts, Rollback
from chatops.domain.incident.model import Status, Update
from chatops.domain.incident.timeline import Entry, EntryKind
from chatops.domain.messages.templates import OutputFormat
from chatops.domain.playbook.hotfix import RollbackWay
from tests.playbooks.samples.post_mortems import post_mortem_facts
from tests.playbooks.scene import INCIDENT, NAMES, NOW, playbook, say

HOTFIX = HotfixFacts(
    title="put the null check back",
    base="develop",
    ticket="ET-1234",
    scope="payment",
    increment="0015-hotfix-null-amount",
    version="1.2.4",
    issue="Payments answer 500",
    impact="All customers; revenue is lost",
    root_cause="v1.2.3 dropped a null check",
    changes=("The null check in pay() is back",),
    checks=("A payment without an amount answers 400",),
    pull_request="https://forge.example/shop/pull/12",
    deployed_at=NOW,
)
ENTRY = Entry(
    incident=1,
    at=NOW,
    written_at=NOW,
    kind=EntryKind.DECISION,
    actor="U0BEN",
    text="Roll back",
    reason="faster than a fix",
)
OVER = replace(
    INCIDENT,
    status=Status.RESOLVED,
    resolved_at=NOW,
    next_update_at=None,
    impact="Nobody could pay.",
    root_cause="A null check was dropped",
    fix="The check is back",
    acknowledged_at=NOW - timedelta(minutes=16),
)


def record(name: str, *, many: int) -> Mapping[str, Any]:
    """What a playbook's post-mortem may speak of: all there is, or (none) hardly anything."""
    facts = post_mortem_facts(playbook(name), OVER, "Roll back", many, NOW)["post_mortem"]
    return {**facts, "incident": OVER, "hotfix": HOTFIX if many else None}


def lines(said: str) -> list[str]:
    return [line for line in said.splitlines() if line]


def test_a_p0_is_announced_in_its_documents_form() -> None:
    incident = replace(INCIDENT, impact="All users")

    assert lines(say("priority", "initial_alert", OutputFormat.PLAIN, incident=incident)) == [
        "🚨 *CRITICAL INCIDENT - Production Down: Checkout is down*",
        "*Status:* Investigating",
        "*Impact and Affected Users:* All users",
        "*Started:* 2026-11-21 14:30 UTC",
        "*Incident Commander:* @U0ANA",
        "*Current Actions:*",
        "• Investigating root cause",
        "• Will update every 15 min; the first word by 15:05 UTC",
        "• Fix due in production within 2 h",
        "*Incident Channel:* #C0INC",
    ]


def test_a_production_incident_is_announced_in_its_documents_form() -> None:
    assert lines(say("versioned", "initial_alert", OutputFormat.PLAIN)) == [
        "🚨 *PRODUCTION INCIDENT - CRITICAL: Checkout is down*",
        "*Issue:* Checkout is down",
        "*Impact:* Who is affected, and how, is being assessed.",
        "*Detected:* 2026-11-21 14:30 UTC",
        "*Status:* Hotfix in progress",
        "*ETA:* by 2026-11-21 16:50 UTC",
        "*Incident Lead:* @U0ANA",
        "*Updates:*",
        "• 14:32 UTC Issue detected and confirmed",
        "• Next by 15:05 UTC",
    ]


def test_an_assessment_names_the_five_things_to_put_down() -> None:
    said = say("increment", "initial_alert", OutputFormat.PLAIN)

    for field in ("Time Detected", "Severity", "Impact", "Symptoms", "Hypothesis"):
        assert f"*{field}:*" in said


@pytest.mark.parametrize("name", NAMES)
def test_a_drill_says_so_in_its_first_line(name: str) -> None:
    said = say(name, "initial_alert", incident=replace(INCIDENT, drill=True))

    assert "(drill)" in said.splitlines()[0]


def test_an_issue_update_names_status_impact_eta_and_the_next_word() -> None:
    update = Update(plain="p", technical="Deployed the fix", author="U0BEN", at=NOW)
    incident = replace(INCIDENT, status=Status.MONITORING, impact="Failures 45 % → 2 %")

    said = say("priority", "update", OutputFormat.PLAIN, on="P1", incident=incident, update=update)

    assert lines(said) == [
        "⚠️ *Issue Update - Checkout is down*",
        "*Status:* Fix in place, watching",
        "*Impact:* Failures 45 % → 2 %",
        "*ETA:* fix due by 2026-11-22 14:50 UTC",
        "Deployed the fix",
        "Next update by 15:05 UTC or when resolved. Written by @U0BEN.",
    ]


def test_a_p0_is_resolved_in_its_documents_form() -> None:
    said = say(
        "priority",
        "resolved",
        OutputFormat.PLAIN,
        incident=OVER,
        lines=(ENTRY,),
        review_at=NOW + timedelta(days=1),
    )

    assert lines(said) == [
        "✅ *RESOLVED - Production Restored: Checkout is down*",
        "*Status:* Resolved",
        "*Resolution Time:* 20 min",
        "*Root Cause:* A null check was dropped",
        "*Fix:* The check is back",
        "*Timeline:*",
        "14:50 UTC - Decided: Roll back",
        "Post-incident review: 2026-11-22 14:50 UTC.",
        "Led by @U0ANA. Thank you all.",
    ]


def rolled_back(*seen: str, good: bool) -> list[str]:
    back = Rollback(way=RollbackWay.REVERT, reason="Errors rose", by="U0BEN", at=NOW)
    facts: dict[str, Any] = {
        "fix": None,
        "back": back,
        "reason": back.reason,
        "lines": seen,
        "good": good,
    }
    said = say(
        "priority", "rollback", OutputFormat.PLAIN, version="v1.2.3", sha="4f2c9e1aa", **facts
    )
    return lines(said)


def test_a_rollback_is_told_in_its_documents_form() -> None:
    assert rolled_back("Health: ok", good=True) == [
        "🔄 *ROLLBACK COMPLETE*",
        "The hotfix has been rolled back: Errors rose",
        "System is now stable on the previous version, v1.2.3 (4f2c9e1).",
        "Production was asked, and works: Health: ok",
        "We are investigating the issue and will say more by 15:05 UTC.",
    ]


def test_a_rollback_is_called_stable_only_when_production_was_seen_to_work() -> None:
    bad, unasked = rolled_back("Health: 503", good=False), rolled_back(good=False)

    assert bad[0] == "🔄 *ROLLBACK COMPLETE, but production does not look well*"
    assert bad[2:4] == ["Production runs the previous version, v1.2.3 (4f2c9e1).", "• Health: 503"]
    assert unasked[3] == "Nothing has asked production whether it works. Look at it yourselves."
    assert not any("stable" in line for line in (*bad, *unasked))


def test_the_all_clear_says_that_nobody_needs_to_act() -> None:
    assert lines(say("preview", "all_clear", OutputFormat.PLAIN, incident=OVER)) == [
        "✅ *All clear:* INC-2026-014 is over and has stayed so.",
        "“Checkout is down” lasted 20 min. Nobody needs to do anything.",
    ]


@pytest.mark.parametrize(
    ("status", "doing"),
    [
        (Status.INVESTIGATING, "The team is still looking for the cause."),
        (Status.FIXING, "The team is working on a fix."),
        (Status.MONITORING, "We are watching whether the fix holds."),
    ],
)
def test_the_holding_word_says_what_is_known_and_when_the_next_comes(
    status: Status, doing: str
) -> None:
    incident = replace(INCIDENT, status=status)
    late = timedelta(minutes=7)

    said = say(
        "preview", "holding", OutputFormat.PLAIN, incident=incident, last_at=NOW, late_by=late
    )

    assert lines(said) == [
        f"No new facts since 14:50 UTC. {doing}",
        "This word comes 7 min late.",
        "Next word by 15:05 UTC.",
    ]


def test_the_first_holding_word_says_whom_it_hits() -> None:
    incident = replace(INCIDENT, impact="Some customers cannot pay.")

    said = say(
        "preview", "holding", OutputFormat.PLAIN, incident=incident, last_at=None, late_by=None
    )

    assert lines(said)[:2] == ["Some customers cannot pay.", "The team is looking for the cause."]


@pytest.mark.parametrize(
    ("minutes", "last"),
    [
        (15, "Next word by 15:05 UTC."),
        (-5, "The word promised for 14:45 UTC is late; it is being asked for."),
        (None, "The next word comes when it is over."),
    ],
)
def test_the_announcement_ends_with_the_promise(minutes: int | None, last: str) -> None:
    due = None if minutes is None else NOW + timedelta(minutes=minutes)

    said = say(
        "preview",
        "announcement",
        OutputFormat.PLAIN,
        incident=replace(INCIDENT, next_update_at=due),
    )

    assert lines(said)[-1] == last


GIT = {
    "ticketed": (
        "ET-1234: put the null check back",
        "Bump version for hotfix ET-1234",
        "Hotfix: put the null check back",
        "ET-1234: [HOTFIX] put the null check back",
        "ET-1234: Backport hotfix to develop",
    ),
    "versioned": (
        "Hotfix v1.2.4: put the null check back",
        "Bump version to 1.2.4",
        "Hotfix: put the null check back",
        "[HOTFIX] put the null check back",
        "Backport to develop: put the null check back",
    ),
    "preview": (
        "put the null check back",
        "Bump version to 1.2.4",
        "Hotfix: put the null check back",
        "[HOTFIX] put the null check back",
        "Backport to develop: put the null check back",
    ),
    "increment": (
        "put the null check back",
        "Bump version to 1.2.4",
        "Hotfix: put the null check back",
        "[HOTFIX] put the null check back",
        "Backport to develop: put the null check back",
    ),
    "priority": (
        "fix(payment): put the null check back",
        "chore: bump version to 1.2.4",
        "Hotfix: put the null check back",
        "HOTFIX: put the null check back",
        "Backport to develop: put the null check back",
    ),
}


@pytest.mark.parametrize("name", NAMES)
def test_git_and_the_forge_get_the_documents_words(name: str) -> None:
    texts = ("commit_fix", "commit_bump", "tag_message", "pr_title", "backport_title")

    assert tuple(say(name, text, OutputFormat.PLAIN, hotfix=HOTFIX) for text in texts) == GIT[name]


def test_a_commit_without_a_scope_has_no_empty_brackets() -> None:
    hotfix = replace(HOTFIX, scope="")

    assert say("priority", "commit_fix", OutputFormat.PLAIN, hotfix=hotfix).startswith("fix: put")


def test_a_hotfix_pull_request_has_its_documents_parts() -> None:
    assert lines(say("ticketed", "pr_body", OutputFormat.MARKDOWN, hotfix=HOTFIX)) == [
        "## HOTFIX - Production Issue",
        "**Issue:** Payments answer 500",
        "**Impact:** All customers; revenue is lost",
        "**Root cause:** v1.2.3 dropped a null check",
        "## Fix",
        "- The null check in pay() is back",
        "## Testing",
        "- [ ] Existing tests pass",
        "- [ ] Manual verification of fix",
        "- [ ] A payment without an amount answers 400",
        "## Post-Deploy",
        "- [ ] Backport to develop",
        "- [ ] Monitor for 24 hours",
    ]


def test_a_backport_pull_request_has_its_documents_parts() -> None:
    assert lines(say("ticketed", "backport_body", OutputFormat.MARKDOWN, hotfix=HOTFIX)) == [
        "## Backport from Hotfix",
        "**Original hotfix:** <https://forge.example/shop/pull/12>",
        "**Production deploy:** 2026-11-21 14:50 UTC",
        "Backporting hotfix changes to develop to keep branches aligned.",
        "## Changes",
        "- The null check in pay() is back",
        "## Verification",
        "- [ ] Tests passing",
        "- [ ] No conflicts with develop",
        "- [ ] Same logic as production hotfix",
    ]


def test_the_tech_lead_reads_the_impact_first() -> None:
    assert lines(say("preview", "pr_body", OutputFormat.MARKDOWN, hotfix=HOTFIX))[:3] == [
        "## Impact assessment",
        "All customers; revenue is lost",
        "**Severity:** Critical",
    ]


def test_an_increment_has_its_documents_parts() -> None:
    assert lines(say("increment", "increment", OutputFormat.MARKDOWN, hotfix=HOTFIX)) == [
        "# Increment: 0015-hotfix-null-amount",
        "## Problem",
        "Payments answer 500",
        "## Root Cause (Hypothesis)",
        "v1.2.3 dropped a null check",
        "## Fix",
        "put the null check back",
        "## Tasks",
        "- [ ] T-001: Identify breaking change",
        "- [ ] T-002: Implement fix",
        "- [ ] T-003: Add regression test",
        "- [ ] T-004: Deploy to production",
    ]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        (
            "priority",
            (
                "# Incident Report: Checkout is down",
                "- **Incident ID:** INC-2026-014",
                "- **Severity:** P0",
                "- **Start Time:** 2026-11-21 14:30 UTC",
                "- **End Time:** 2026-11-21 14:50 UTC",
                "- **Duration:** 20 min",
                "- **Impact:** Nobody could pay.",
                "## Root Cause",
                "| Time | Event |",
                "| 2026-11-21 14:50 UTC | Roll back, because Roll back (Roll back) |",
                "## Resolution",
                "- 2026-11-21 14:50 UTC Roll back, because Roll back (Roll back)",
                "### What went well",
                "### What could be improved",
                "## Action Items",
                "## Prevention Measures",
            ),
        ),
        (
            "versioned",
            (
                "## Incident: Checkout is down (2026-11-21 14:30 UTC)",
                "- **Severity:** CRITICAL",
                "- **Duration:** 20 min (2026-11-21 14:30 UTC to 2026-11-21 14:50 UTC)",
                "- **Impact:** Nobody could pay.",
                "**Timeline:**",
                "- 2026-11-21 14:50 UTC - Roll back, because Roll back (Roll back)",
                "**Root Cause:**",
                "**Fix:**",
                "The check is back (v1.2.4)",
                "**Follow-Up:**",
                "**Prevention:**",
                "What went well:",
                "What could improve:",
                "**Blameless review:**",
                "- What happened? Nobody could pay.",
                "How did we respond?",
            ),
        ),
        (
            "increment",
            (
                "# Post-Mortem: SEV1 Checkout is down 2026-11-21 14:30 UTC",
                "## Summary",
                "Nobody could pay. It lasted 20 min. It began: 2026-11-21 13:50 UTC",
                "- 2026-11-21 14:30 UTC - First alert triggered",
                "- 2026-11-21 14:34 UTC - On-call acknowledged",
                "- 2026-11-21 14:50 UTC - Fix deployed",
                "- 2026-11-21 14:50 UTC - All-clear declared",
                "## Root Cause",
                "Support tickets:",
                "Estimated revenue impact:",
                "## Lessons Learned",
                "1. Roll back",
                "## Action Items",
            ),
        ),
        (
            "ticketed",
            (
                "- **Hotfix:** ET-1234",
                "## Root cause: why did this reach production?",
                "## Prevention: what tests or checks would have caught this?",
                "## Technical debt",
            ),
        ),
        (
            "preview",
            (
                "## Timeline",
                "## Root cause",
                "## Monitoring thresholds",
                "## Learnings for the wiki",
            ),
        ),
    ],
)
def test_a_post_mortem_has_its_documents_form(name: str, parts: tuple[str, ...]) -> None:
    said = lines(say(name, "post_mortem", OutputFormat.MARKDOWN, **record(name, many=1)))

    assert [part for part in parts if part not in said] == []


@pytest.mark.parametrize("name", NAMES)
def test_an_incident_without_a_hotfix_has_a_post_mortem_too(name: str) -> None:
    said = say(name, "post_mortem", OutputFormat.MARKDOWN, **record(name, many=0))

    assert "Checkout is down" in said
    assert "❓" in said
