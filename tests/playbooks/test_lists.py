"""The shipped playbooks hold every list of their documents, item for item."""

import re
from pathlib import Path

import pytest

from chatops.domain.git.names import fill_pattern
from chatops.domain.playbook.pipeline import FixWay, Increment, SkipPermission, StepKind
from tests.playbooks.scene import NAMES, at, playbook


@pytest.mark.parametrize(
    ("name", "path", "count"),
    [
        ("ticketed", "hotfix.gate.criteria", 4),
        ("ticketed", "hotfix.gate.questions", 3),
        ("ticketed", "hotfix.gate.red_flags", 4),
        ("ticketed", "hotfix.gate.qualifies", 5),
        ("ticketed", "hotfix.gate.not_a_hotfix", 5),
        ("ticketed", "severities.Emergency.examples", 5),
        ("ticketed", "hotfix.review_questions", 2),
        ("ticketed", "hotfix.checklists.testing.items", 3),
        ("ticketed", "hotfix.checklists.post_deploy.items", 2),
        ("ticketed", "hotfix.checklists.backport.items", 3),
        ("ticketed", "hotfix.follow_ups", 3),
        ("ticketed", "hotfix.never", 6),
        ("ticketed", "hotfix.always", 7),
        ("ticketed", "hotfix.links", 3),
        ("versioned", "hotfix.gate.criteria", 5),
        ("versioned", "hotfix.gate.questions", 3),
        ("versioned", "hotfix.gate.qualifies", 5),
        ("versioned", "hotfix.gate.not_a_hotfix", 5),
        ("versioned", "hotfix.gate.prerequisites", 5),
        ("versioned", "severities.HIGH.examples", 4),
        ("versioned", "hotfix.scope.principles", 8),
        ("versioned", "hotfix.tests.otherwise", 4),
        ("versioned", "hotfix.checklists.smoke.items", 5),
        ("versioned", "hotfix.checklists.hotfix.items", 19),
        ("versioned", "hotfix.checklists.hotfix.sections", 4),
        ("versioned", "hotfix.checklists.hotfix.sections.Investigation.items", 4),
        ("versioned", "hotfix.checklists.hotfix.sections.Development.items", 5),
        ("versioned", "hotfix.checklists.hotfix.sections.Deployment.items", 4),
        ("versioned", "hotfix.checklists.hotfix.sections.Post-Deployment.items", 6),
        ("versioned", "hotfix.checklists.complete.items", 7),
        ("versioned", "hotfix.watch.0.look_at", 5),
        ("versioned", "hotfix.follow_ups.tickets.what", 4),
        ("versioned", "hotfix.follow_ups.lessons.what", 3),
        ("versioned", "hotfix.follow_ups.review.what", 4),
        ("versioned", "hotfix.follow_ups.documentation.what", 4),
        ("versioned", "hotfix.follow_ups.work.what", 4),
        ("versioned", "hotfix.lessons", 5),
        ("preview", "hotfix.gate.criteria", 4),
        ("preview", "hotfix.gate.not_a_hotfix", 3),
        ("preview", "hotfix.checklists.during.items", 4),
        ("preview", "hotfix.checklists.after.items", 4),
        ("preview", "hotfix.checklists.post_hotfix.items", 8),
        ("preview", "hotfix.rollback.plan", 4),
        ("preview", "hotfix.scenarios", 3),
        ("preview", "hotfix.scenarios.api_break.mind", 4),
        ("preview", "hotfix.scenarios.security.mind", 5),
        ("preview", "hotfix.lessons", 5),
        ("increment", "hotfix.assessment", 5),
        ("increment", "hotfix.checklists.assessment.items", 3),
        ("increment", "hotfix.checklists.before.items", 4),
        ("increment", "hotfix.checklists.during.items", 4),
        ("increment", "hotfix.checklists.after.items", 4),
        ("increment", "hotfix.increment.tasks", 4),
        ("increment", "hotfix.increment.close", 3),
        ("increment", "hotfix.scope.principles", 4),
        ("increment", "hotfix.tests.run", 3),
        ("increment", "hotfix.tests.leave_out", 3),
        ("increment", "hotfix.rollback.back_when", 3),
        ("increment", "hotfix.rollback.forward_when", 3),
        ("increment", "hotfix.lessons", 4),
        ("increment", "hotfix.compared", 6),
        ("priority", "severities.P0.examples", 5),
        ("priority", "severities.P1.examples", 5),
        ("priority", "severities.P2.examples", 5),
        ("priority", "hotfix.pipelines", 3),
        ("priority", "hotfix.checklists.manual.items", 8),
        ("priority", "hotfix.checklists.staging.items", 5),
        ("priority", "hotfix.phases", 6),
        ("priority", "hotfix.rollback.triggers", 4),
        ("priority", "hotfix.rollback.phases", 4),
        ("priority", "hotfix.watch.0.look_at", 5),
        ("priority", "hotfix.watch.1.look_at", 5),
        ("priority", "hotfix.follow_ups.actions.what", 4),
        ("priority", "hotfix.follow_ups.runbooks.what", 4),
        ("priority", "hotfix.follow_ups.training.what", 4),
        ("priority", "hotfix.follow_ups.automation.what", 4),
        ("priority", "hotfix.lessons", 4),
    ],
)
def test_a_list_is_as_long_as_in_its_document(name: str, path: str, count: int) -> None:
    items = at(playbook(name), path)

    assert len(items) == count
    assert len(set(map(repr, items))) == count


STEPS = {
    ("ticketed", "standard"): "gate branch fix smoke bump pull_request approve merge deploy verify"
    " backport align watch follow_up",
    ("versioned", "standard"): "gate branch reproduce fix stage smoke approve tag deploy verify"
    " watch merge backport align clean_up follow_up",
    ("preview", "standard"): "gate branch fix stage smoke pull_request approve merge deploy verify"
    " backport align follow_up",
    ("increment", "standard"): "gate branch reproduce fix smoke stage approve merge deploy verify"
    " follow_up",
    ("priority", "git_flow"): "gate branch fix bump stage smoke approve merge tag deploy verify"
    " backport align clean_up watch follow_up",
    ("priority", "github_flow"): "gate branch fix pull_request stage smoke approve merge deploy"
    " verify watch follow_up",
    ("priority", "trunk"): "gate approve fix deploy verify watch follow_up",
}


@pytest.mark.parametrize(("name", "key"), STEPS)
def test_the_steps_come_in_the_documents_order(name: str, key: str) -> None:
    pipeline = playbook(name).hotfix.pipeline(key)

    assert pipeline is not None
    assert [str(step.kind) for step in pipeline.steps] == STEPS[name, key].split()


def test_the_first_pipeline_is_the_default_and_an_unknown_one_is_none() -> None:
    policy = playbook("priority").hotfix

    assert policy.pipeline() is policy.pipelines[0]
    assert policy.pipeline("nothing") is None


def test_every_kind_of_step_is_used_by_some_playbook() -> None:
    used = {
        step.kind
        for name in NAMES
        for pipeline in playbook(name).hotfix.pipelines
        for step in pipeline.steps
    }

    assert used == set(StepKind)


@pytest.mark.parametrize(
    ("name", "facts", "branch"),
    [
        (
            "ticketed",
            {"ticket": "ET-1234", "slug": "fix-payment-webhook-null"},
            "hotfix/ET-1234-fix-payment-webhook-null",
        ),
        (
            "versioned",
            {"version": "1.2.4", "slug": "fix-payment-crash"},
            "hotfix/v1.2.4-fix-payment-crash",
        ),
        ("preview", {"slug": "pdf-crash"}, "hotfix/pdf-crash"),
        ("increment", {"increment": "0015-hotfix-auth-token"}, "0015-hotfix-auth-token"),
        ("priority", {"slug": "security-patch"}, "hotfix/security-patch"),
    ],
)
def test_branches_are_called_as_in_the_documents_examples(
    name: str, facts: dict[str, str], branch: str
) -> None:
    assert fill_pattern(at(playbook(name), "hotfix.pipelines.0.branch"), facts) == branch


def test_a_backport_branch_carries_the_ticket() -> None:
    pattern = at(playbook("ticketed"), "hotfix.pipelines.standard.backport.branch")

    assert fill_pattern(pattern, {"ticket": "ET-1234"}) == "backport/ET-1234-from-hotfix"


def test_an_increment_is_numbered_with_four_digits() -> None:
    pattern = at(playbook("increment"), "hotfix.increment.pattern")

    assert pattern.format(number=15, slug="auth-token") == "0015-hotfix-auth-token"


@pytest.mark.parametrize("name", ["versioned", "priority"])
def test_tags_carry_the_version(name: str) -> None:
    pattern = at(playbook(name), "hotfix.pipelines.0.tag")

    assert fill_pattern(pattern, {"version": "1.2.4"}) == "v1.2.4"


@pytest.mark.parametrize("name", ["ticketed", "versioned", "priority"])
def test_a_hotfix_is_a_patch_rarely_a_minor_never_a_major(name: str) -> None:
    assert at(playbook(name), "hotfix.pipelines.0.version.increments") == {
        Increment.PATCH: SkipPermission.ALLOWED,
        Increment.MINOR: SkipPermission.WARNED,
        Increment.MAJOR: SkipPermission.REFUSED,
    }


def test_the_backend_has_a_build_constant_and_the_frontend_has_none() -> None:
    rule = at(playbook("ticketed"), "hotfix.pipelines.standard.version")

    backend = {file.path: file.pattern for file in rule.files_of("enrollment_node")}
    found = re.search(backend["src/utils/constants.ts"] or "", "  public static build = '0183';")

    assert list(backend) == ["package.json", "src/utils/constants.ts"]
    assert found is not None
    assert found[1] == "0183"
    assert [file.path for file in rule.files_of("enrollment_angular")] == ["package.json"]
    assert [file.path for file in rule.files_of("anything_else")] == ["package.json"]


def test_the_next_patch_is_taken_even_if_the_last_is_unreleased() -> None:
    assert at(playbook("versioned"), "hotfix.pipelines.standard.version.even_if_unreleased")


def test_trunk_turns_the_flag_off_first_and_has_neither_branch_nor_backport() -> None:
    trunk = at(playbook("priority"), "hotfix.pipelines.trunk")

    assert trunk.step(StepKind.FIX).ways[0] is FixWay.FLAG
    assert (trunk.branch, trunk.backport, trunk.merge) == (None, None, None)


def test_only_the_flow_with_pull_requests_labels_them() -> None:
    github = at(playbook("priority"), "hotfix.pipelines.github_flow")

    assert github.pull_request.labels == ("hotfix",)
    assert github.pull_request.reviewers == ("engineering_team",)
    assert github.merge == "squash"
    assert at(playbook("priority"), "hotfix.pipelines.git_flow").pull_request is None


def test_a_security_hotfix_is_private_and_a_migration_has_no_way_back() -> None:
    scenarios = playbook("preview").hotfix.scenarios

    assert [each.key for each in scenarios if each.private] == ["security"]
    assert [each.key for each in scenarios if each.no_way_back] == ["migration"]


def test_whoever_reported_it_is_asked_whether_it_is_gone() -> None:
    assert at(playbook("preview"), "hotfix.pipelines.standard.steps.verify").ask_reporter


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ticketed", "bump"),
        ("ticketed", "backport"),
        ("ticketed", "smoke"),
        ("versioned", "stage"),
        ("preview", "stage"),
        ("increment", "smoke"),
    ],
)
def test_what_a_document_forbids_to_skip_cannot_be_skipped(name: str, kind: str) -> None:
    assert at(playbook(name), f"hotfix.pipelines.0.steps.{kind}").skip == "never"


@pytest.mark.parametrize(
    ("reason", "warned"),
    [
        ("Would be great to have this fixed", True),
        ("Important for board meeting tomorrow", True),
        ("A customer is asking about the export", True),
        ("I think we should prioritize this", True),
        ("Payments answer 500 for everybody", False),
    ],
)
def test_red_flags_are_heard_in_a_reason(reason: str, warned: bool) -> None:
    assert bool(playbook("ticketed").hotfix.gate.warns(reason)) is warned


@pytest.mark.parametrize(
    ("name", "answers", "path"),
    [
        ("ticketed", (True, True, True), "hotfix"),
        ("ticketed", (True, True, False), "normal"),
        ("ticketed", (True, False, True), "normal"),
        ("ticketed", (False, True, True), "normal"),
        ("versioned", (False, True, True), "normal"),
        ("versioned", (True, True, False), "hotfix"),
        ("versioned", (True, False, True), "hotfix"),
        ("versioned", (True, False, False), "expedited"),
    ],
)
def test_the_questions_lead_where_the_document_leads(
    name: str, answers: tuple[bool, ...], path: str
) -> None:
    gate = playbook(name).hotfix.gate
    keys = [question.key for question in gate.questions]

    assert gate.path(dict(zip(keys, answers, strict=True))) == path


def test_no_rule_asks_what_a_playbook_is_called() -> None:
    package = Path(__file__).parents[2] / "chatops"
    asked = re.compile(r"(?:playbook|policy|snapshot)\.(?:name|title)\s*(?:==|!=|in\b|not in\b)")

    found = [
        file.name
        for file in package.rglob("*.py")
        if asked.search(file.read_text(encoding="utf-8"))
    ]

    assert found == []
