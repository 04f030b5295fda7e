"""The shipped playbooks hold every figure of their five documents, and where these differ."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chatops.domain.playbook.policy import Playbook
from chatops.domain.time.durations import Deadline
from tests.playbooks.scene import NAMES, at, playbook

MIN = timedelta(minutes=1)
HOUR = timedelta(hours=1)
NOW_AT_ONCE = timedelta()


@pytest.mark.parametrize(
    ("name", "path", "expected"),
    [
        ("priority", "severities.P0.notify.oncall.within", NOW_AT_ONCE),
        ("priority", "severities.P0.notify.oncall.page", True),
        ("priority", "severities.P0.notify.stakeholders.within", NOW_AT_ONCE),
        ("priority", "severities.P1.notify.oncall.within", 30 * MIN),
        ("priority", "severities.P1.notify.stakeholders.within", HOUR),
        ("priority", "severities.P0.update_every", 15 * MIN),
        ("priority", "severities.P1.update_every", 30 * MIN),
        ("priority", "severities.P1.business_update_every", 24 * HOUR),
        ("priority", "severities.P0.fix_within", 2 * HOUR),
        ("priority", "severities.P1.fix_within", 24 * HOUR),
        ("preview", "severities.High.respond_within", HOUR),
        ("preview", "hotfix.pipelines.standard.steps.gate.by", 5 * MIN),
        ("preview", "hotfix.pipelines.standard.steps.fix.by", 20 * MIN),
        ("preview", "hotfix.pipelines.standard.steps.stage.by", 25 * MIN),
        ("preview", "hotfix.pipelines.standard.steps.approve.by", 27 * MIN),
        ("preview", "hotfix.pipelines.standard.steps.deploy.by", 32 * MIN),
        ("preview", "hotfix.pipelines.standard.steps.backport.by", 37 * MIN),
        ("preview", "hotfix.pipelines.standard.target", 30 * MIN),
        ("preview", "hotfix.pipelines.standard.steps.gate.takes", (2 * MIN, 5 * MIN)),
        ("preview", "hotfix.pipelines.standard.steps.branch.takes", (MIN, MIN)),
        ("preview", "hotfix.pipelines.standard.steps.fix.takes", (10 * MIN, 30 * MIN)),
        ("preview", "hotfix.pipelines.standard.steps.stage.takes", (5 * MIN, 10 * MIN)),
        ("preview", "hotfix.pipelines.standard.steps.approve.takes", (2 * MIN, 5 * MIN)),
        ("preview", "hotfix.pipelines.standard.steps.deploy.takes", (5 * MIN, 5 * MIN)),
        ("preview", "hotfix.pipelines.standard.steps.backport.takes", (5 * MIN, 5 * MIN)),
        ("preview", "hotfix.rollback.notice_within", 5 * MIN),
        ("priority", "hotfix.rollback.phases.Assess.takes", (2 * MIN, 5 * MIN)),
        ("priority", "hotfix.rollback.phases.Execute.takes", (5 * MIN, 15 * MIN)),
        ("priority", "hotfix.rollback.phases.Verify.takes", (5 * MIN, 10 * MIN)),
        ("versioned", "hotfix.pipelines.standard.steps.reproduce.takes", (15 * MIN, 30 * MIN)),
        ("versioned", "hotfix.pipelines.standard.takes", (30 * MIN, 2 * HOUR)),
        ("versioned", "hotfix.watch.0.lasts", (30 * MIN, HOUR)),
        ("priority", "hotfix.watch.0.lasts", (30 * MIN, 30 * MIN)),
        ("priority", "hotfix.watch.1.lasts", (24 * HOUR, 24 * HOUR)),
        ("ticketed", "hotfix.watch.0.lasts", (24 * HOUR, 48 * HOUR)),
        ("ticketed", "hotfix.checklists.post_deploy.items.1", "Monitor for 24 hours"),
        ("ticketed", "hotfix.pipelines.standard.backport.due", Deadline(same_day=True)),
        ("ticketed", "hotfix.pipelines.standard.backport.since", "deploy"),
        ("preview", "hotfix.pipelines.standard.backport.due", Deadline(within=5 * MIN)),
        ("preview", "hotfix.pipelines.standard.backport.since", "deploy"),
        ("versioned", "hotfix.pipelines.standard.backport.since", "merge"),
        ("priority", "hotfix.pipelines.git_flow.backport.since", "merge"),
        ("priority", "severities.P0.post_mortem.due", 24 * HOUR),
        ("priority", "severities.P1.post_mortem.root_cause_due", 48 * HOUR),
        ("priority", "severities.P1.post_mortem.not_before", 24 * HOUR),
        ("priority", "severities.P1.post_mortem.due", 48 * HOUR),
        ("priority", "severities.P0.post_mortem.review_minutes", (60, 90)),
        ("preview", "severities.Critical.post_mortem.due", 24 * HOUR),
        ("preview", "severities.Critical.post_mortem.next_day", True),
        ("increment", "severities.SEV1.post_mortem.next_day", True),
        ("versioned", "severities.CRITICAL.post_mortem.not_before", 24 * HOUR),
        ("versioned", "severities.CRITICAL.post_mortem.due", 48 * HOUR),
        ("ticketed", "severities.Emergency.post_mortem.root_cause_due", 48 * HOUR),
        ("ticketed", "hotfix.follow_ups.root_cause.due", Deadline(within=48 * HOUR)),
        ("ticketed", "hotfix.follow_ups.prevention.due", Deadline(within=48 * HOUR)),
        ("ticketed", "hotfix.follow_ups.debt.due", Deadline(within=48 * HOUR)),
        ("ticketed", "hotfix.tests.add_within", 15 * MIN),
        ("versioned", "hotfix.show_commits", 10),
        ("versioned", "hotfix.show_commits_per_file", 5),
        ("priority", "hotfix.phases.Detection and assessment.takes", (NOW_AT_ONCE, 5 * MIN)),
        ("priority", "hotfix.phases.Team assembly.takes", (5 * MIN, 10 * MIN)),
        ("priority", "hotfix.phases.Initial response.takes", (10 * MIN, 30 * MIN)),
        ("priority", "hotfix.phases.Hotfix development.takes", (30 * MIN, 2 * HOUR)),
        ("priority", "hotfix.phases.Deployment.takes", (15 * MIN, 30 * MIN)),
        ("priority", "hotfix.phases.Verification.takes", (15 * MIN, 30 * MIN)),
    ],
)
def test_a_figure_is_as_its_document_states_it(name: str, path: str, expected: object) -> None:
    assert at(playbook(name), path) == expected


@pytest.mark.parametrize(
    ("severity", "after", "told"),
    [
        ("P0", 15 * MIN, {"engineering_lead"}),
        ("P0", 4 * HOUR, {"executives"}),
        ("P1", 30 * MIN, {"oncall"}),
        ("P1", 2 * HOUR, {"engineering_lead"}),
    ],
)
def test_a_ladder_reaches_people_when_the_document_says(
    severity: str, after: timedelta, told: set[str]
) -> None:
    rungs = playbook("priority").severity(severity).escalation

    assert any(rung.after == after and told <= set(rung.tell) for rung in rungs)


def test_a_p2_is_never_escalated_and_promises_nothing() -> None:
    mild = playbook("priority").severity("P2")

    assert (mild.escalation, mild.notify, mild.update_every, mild.fix_within) == (
        (),
        (),
        None,
        None,
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_severity_that_allows_a_hotfix_pages_somebody_at_once_or_soon(name: str) -> None:
    for severity in playbook(name).severities:
        if severity.path == "hotfix":
            assert any(notice.page for notice in severity.notify)


DISAGREEMENTS: dict[str, dict[str, Any]] = {
    "severity names": {
        "ticketed": ("Emergency", "Normal"),
        "versioned": ("CRITICAL", "HIGH", "MEDIUM", "LOW"),
        "preview": ("Critical", "High", "Medium"),
        "increment": ("SEV1", "SEV2", "SEV3", "SEV4"),
        "priority": ("P0", "P1", "P2"),
    },
    "paths": {
        "ticketed": ("hotfix", "normal"),
        "versioned": ("hotfix", "expedited", "normal", "normal"),
        "preview": ("hotfix", "hotfix", "normal"),
        "increment": ("hotfix", "hotfix", "normal", "normal"),
        "priority": ("hotfix", "hotfix", "normal"),
    },
    "staging": {
        "ticketed": ("optional",),
        "versioned": ("required",),
        "preview": ("preview", "preview"),
        "increment": ("optional", "with_leave"),
        "priority": ("required", "required"),
    },
    "test extent": {
        "ticketed": ("existing",),
        "versioned": ("minimal",),
        "preview": ("preview_and_smoke", "preview_and_affected"),
        "increment": ("critical_paths", "critical_paths"),
        "priority": ("full_suite", "full_suite"),
    },
    "approval": {
        "ticketed": (((), 1, False, True),),
        "versioned": (((), 1, False, False),),
        "preview": ((("tech_lead",), 0, False, True), (("tech_lead",), 1, False, True)),
        "increment": (((), 1, False, True), ((), 1, False, True)),
        "priority": (
            (("engineering_lead", "on_call_manager"), 0, True, True),
            (("engineering_lead", "product_manager"), 0, False, True),
        ),
    },
    "branch name": {
        "ticketed": ("hotfix/{ticket}-{slug}",),
        "versioned": ("hotfix/v{version}-{slug}",),
        "preview": ("hotfix/{slug}",),
        "increment": ("{increment}",),
        "priority": ("hotfix/{slug}", "hotfix/{slug}", None),
    },
    "develop branch": {
        "ticketed": (("develop",),),
        "versioned": (("development",),),
        "preview": (("develop",),),
        "increment": (None,),
        "priority": (("develop",), None, None),
    },
    "order": {
        "ticketed": ("merge", "deploy"),
        "versioned": ("tag", "deploy", "merge"),
        "preview": ("merge", "deploy"),
        "increment": ("merge", "deploy"),
        "priority": ("merge", "tag", "deploy"),
    },
    "backport": {
        "ticketed": ("cherry_pick", "merge", True),
        "versioned": ("merge", None, False),
        "preview": ("merge", None, False),
        "increment": None,
        "priority": ("merge_no_ff", None, False),
    },
    "version": {
        "ticketed": ["package_json"],
        "versioned": [],
        "preview": None,
        "increment": None,
        "priority": ["version"],
    },
    "rollback": {
        "ticketed": (("redeploy", "revert"), False),
        "versioned": (("redeploy", "revert"), True),
        "preview": (("undo_deployment", "revert"), False),
        "increment": (("redeploy",), False),
        "priority": (("revert", "undo_deployment", "switch_traffic", "flag_off"), False),
    },
    "post-mortem": {
        "ticketed": (NOW_AT_ONCE, 48 * HOUR, False),
        "versioned": (24 * HOUR, 48 * HOUR, False),
        "preview": (NOW_AT_ONCE, 24 * HOUR, True),
        "increment": (NOW_AT_ONCE, None, True),
        "priority": (NOW_AT_ONCE, 24 * HOUR, False),
    },
}


def approvals(policy: Playbook) -> Any:
    given = [rule.approval for rule in policy.hotfix.severities.values()]
    return tuple((each.roles, each.others, each.verbal, each.required) for each in given)


def order(policy: Playbook) -> Any:
    told = ("merge", "tag", "deploy")
    return tuple(step.kind for step in policy.hotfix.pipelines[0].steps if step.kind in told)


def backport(policy: Playbook) -> Any:
    rule = policy.hotfix.pipelines[0].backport
    return rule and (rule.method, rule.several, rule.pull_request is not None)


def version_files(policy: Playbook) -> Any:
    rule = policy.hotfix.pipelines[0].version
    return rule and [file.kind for file in rule.files]


def targets(policy: Playbook) -> Any:
    rules = [pipeline.backport for pipeline in policy.hotfix.pipelines]
    return tuple(rule.targets if rule else None for rule in rules)


LOOKS: dict[str, Callable[[Playbook], Any]] = {
    "severity names": lambda policy: tuple(each.key for each in policy.severities),
    "paths": lambda policy: tuple(each.path for each in policy.severities),
    "staging": lambda policy: tuple(each.staging for each in policy.hotfix.severities.values()),
    "test extent": lambda policy: tuple(each.tests for each in policy.hotfix.severities.values()),
    "approval": approvals,
    "branch name": lambda policy: tuple(each.branch for each in policy.hotfix.pipelines),
    "develop branch": targets,
    "order": order,
    "backport": backport,
    "version": version_files,
    "rollback": lambda policy: (
        policy.hotfix.rollback.ways,
        policy.hotfix.rollback.revert_ships_next_patch,
    ),
    "post-mortem": lambda policy: (
        policy.severities[0].post_mortem.not_before,
        policy.severities[0].post_mortem.due,
        policy.severities[0].post_mortem.next_day,
    ),
}


@pytest.mark.parametrize("matter", DISAGREEMENTS)
def test_what_the_documents_disagree_on_is_data(matter: str) -> None:
    assert {name: LOOKS[matter](playbook(name)) for name in NAMES} == DISAGREEMENTS[matter]


def test_when_unsure_the_incident_is_taken_seriously_and_the_hotfix_is_not() -> None:
    for name in NAMES:
        assert "Pick " in playbook(name).when_unsure
        assert playbook(name).hotfix.gate.when_unsure == "normal"
