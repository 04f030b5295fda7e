"""A broken playbook is told where it is broken, and what would be right."""

# ruff: noqa: E501 - one mistake a row

from pathlib import Path
from shutil import copy, copytree

import pytest

from chatops.adapters.playbooks.check import check
from chatops.adapters.playbooks.folders import find_templates
from chatops.adapters.playbooks.repository import PlaybookRepository
from chatops.adapters.playbooks.yaml_source import BrokenPlaybook, PlaybookProblem


def copied(tmp_path: Path, name: str) -> Path:
    copytree(find_templates() / name, tmp_path / "ours")
    return tmp_path / "ours"


def only_policy(tmp_path: Path, name: str) -> Path:
    folder = tmp_path / "ours"
    folder.mkdir()
    copy(find_templates() / name / "playbook.yml", folder)
    return folder


def spoilt(folder: Path, old: str, new: str) -> int:
    """Replace the first ``old`` in the policy by ``new``; returns the line it stands on."""
    policy = folder / "playbook.yml"
    text = policy.read_text(encoding="utf-8")
    assert old in text
    policy.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text.partition(old)[0].count("\n") + 1


def told(problems: list[PlaybookProblem]) -> list[tuple[str, str]]:
    return [(problem.field, problem.message) for problem in problems]


def test_a_copy_is_a_playbook_of_its_own(tmp_path: Path) -> None:
    folder = copied(tmp_path, "ticketed")
    spoilt(folder, "update_every: 30 min", "update_every: 45 min")
    shelf = PlaybookRepository(folder)

    assert check(folder) == []
    assert shelf.current().name == "ours"
    assert "update_every: 45 min" in (folder / "playbook.yml").read_text()


FIELDS = [
    ("priority", "severities:", "severites:", "severites", "did you mean severities?"),
    ("priority", "title: P", "name: x\ntitle: P", "name", "the folder's name is it"),
    (
        "priority",
        "nudge_before: 5 min",
        "nudge_befor: 5 min",
        "severities[0].nudge_befor",
        "did you mean nudge_before?",
    ),
    ("priority", "fix_within: 2 h", "fix_within: 2", "severities[0].fix_within", "such as 15 min"),
    (
        "priority",
        "fix_within: 2 h",
        "fix_within: soon",
        "severities[0].fix_within",
        "such as 15 min",
    ),
    (
        "priority",
        "fix_within: 2 h",
        "fix_within: [2 h]",
        "severities[0].fix_within",
        "such as 15 min",
    ),
    ("priority", "path: hotfix", "path: hotfixx", "severities[0].path", "did you mean hotfix?"),
    (
        "priority",
        "when: unresolved",
        "when: unresolvd",
        "severities[0].escalation[1].when",
        "did you mean unresolved?",
    ),
    (
        "priority",
        "kind: gate",
        "kind: gaet",
        "hotfix.pipelines[0].steps[0].kind",
        "did you mean gate?",
    ),
    ("priority", "key: P0", "key: 0", "severities[0].key", "in quotes"),
    ("priority", "title: Priorities P0 to P2", "title:", "title", "must be a text"),
    ("priority", 'end: "18:00"', 'end: "25:00"', "working_hours.end", "time"),
    (
        "priority",
        "takes: [30 min, 2 h]",
        "takes: [30 min]",
        "hotfix.pipelines[0].takes[1]",
        "is missing",
    ),
    ("priority", "source: Hotfix Procedures\n", "", "source", "is missing"),
]

FIT = [
    ("priority", "key: P1", "key: p0", "severities[1].key", "for the second time"),
    ("priority", "key: P0", 'key: ""', "severities[0].key", "need 1 to 75 characters"),
    ("priority", "    update_every: 15 min\n", "", "severities[0].escalation[2].when", "no update is promised"),
    ("priority", "why: Nobody", f"why: {'x' * 300} Nobody", "severities[0].escalation[0].why", "longer than 300"),
    ("priority", "incident-{year}-{number:03d}", f"{'x' * 60}-{{number}}", "channel", "60 is the most"),
    ("increment", 'items: ["Posted in #incidents", Status page updated, On-call notified]', "items: []", "hotfix.checklists[0].sections", "nothing to tick off"),
    ("increment", "kind: follow_up", "kind: watch", "hotfix.watch", "say for how long"),
    ("priority", "nudge_before: 5 min", "nudge_before: 15 min", "severities[0].nudge_before", "shorter than update_every"),
    ("priority", "update_every: 15 min", "update_every: 0 min", "severities[0].update_every", "longer than nothing"),
    ("priority", "due: 24 h, review", "review", "severities[0].post_mortem.due", "needs a due time"),
    ("priority", "due: 48 h, not_before: 24 h", "due: 12 h, not_before: 24 h", "severities[1].post_mortem.not_before", "later than due"),
    ("priority", "[60, 90]", "[90, 60]", "severities[0].post_mortem.review_minutes", "such as [60, 90]"),
    ("priority", "tell: [commander]", "tell: [comander]", "severities[1].escalation[2].tell[0]", "did you mean commander?"),
    ("priority", "tell: [executives]", "tell: []", "severities[0].escalation[4].tell", "at least one"),
    ("priority", "key: commander", "key: leader", "roles", "commander"),
    ("priority", "key: fixer", "key: commander", "roles[1].key", "for the second time"),
    ("priority", "zone: UTC", "zone: Europe/Berln", "zone", "did you mean Europe/Berlin?"),
    ("priority", 'start: "09:00"', 'start: "19:00"', "working_hours", "ends before it starts"),
    ("priority", "days: [0, 1, 2, 3, 4]", "days: [1, 7]", "working_hours.days", "from 0 (Monday) to 6"),
    ("priority", "incident-{year}-{number:03d}", "incident-{yaer}-{number}", "channel", "did you mean year?"),
    ("priority", "incident-{year}-{number:03d}", "incident-{year}", "channel", "needs {number}"),
    ("priority", "INC-{year}-{number:03d}", "INC-{number:03q}", "reference", "cannot be filled in"),
    ("priority", "INC-{year}-{number:03d}", "INC-{number", "reference", "is not a pattern"),
    ("priority", "INC-{year}-{number:03d}", "INC-{number.real.real}", "reference", "not known here"),
    ("priority", "    P1:\n      approval", "    P9:\n      approval", "hotfix.severities", "P1 allows a hotfix"),
    ("priority", "    P1:\n      approval", "    P9:\n      approval", "hotfix.severities.P9", "no severity has the key"),
    ("priority", "    path: normal\n", "    path: hotfix\n", "hotfix.severities", "P2 allows a hotfix"),
    ("priority", "    path: hotfix\n", "    path: normal\n", "hotfix.severities.P0", "allows no hotfix"),
    ("increment", "approval: {others: 1}", "approval: {}", "hotfix.severities.SEV1.approval", "nobody would have to approve"),
    ("increment", "approval: {others: 1}", "approval: {others: -1}", "hotfix.severities.SEV1.approval.others", "less than 0"),
    ("ticketed", "yes: workflows", "yes: workflow", "hotfix.gate.questions[0].yes", "did you mean workflows?"),
    ("ticketed", "yes: at_risk", "yes: broken_now", "hotfix.gate.questions[1].yes", "leads back"),
    ("ticketed", "yes: at_risk", "yes: normal", "hotfix.gate.questions[2].key", "no answer before it leads"),
    ("ticketed", "key: at_risk", "key: workflows", "hotfix.gate.questions[2].key", "for the second time"),
    ("ticketed", "- Would be great to have...", '- "..."', "hotfix.gate.red_flags[0]", "no words"),
    ("ticketed", "example: ET-1234", "example: ET-0", "hotfix.ticket.example", "does not fit"),
    ("ticketed", '"ET-[1-9][0-9]*"', '"ET-[1-9"', "hotfix.ticket.pattern", "regular expression"),
    ("ticketed", "hotfix/{ticket}-{slug}", "hotfix/{tiket}-{slug}", "hotfix.pipelines[0].branch", "{tiket} is not known"),
    ("preview", "hotfix/{slug}", "hotfix/{ticket}-{slug}", "hotfix.pipelines[0].branch", "{ticket} is not known"),
    ("preview", "hotfix/{slug}", "-{slug}", "hotfix.pipelines[0].branch", "begins with a dash"),
    ("priority", "v{version}", "v{version}..", "hotfix.pipelines[0].tag", "range"),
    ("ticketed", "'([0-9]+)'", "'[0-9]+'", "hotfix.pipelines[0].version.repositories.enrollment_node[1].pattern", "exactly one group"),
    ("ticketed", "'([0-9]+)'", "'([0-9]+'", "hotfix.pipelines[0].version.repositories.enrollment_node[1].pattern", "regular expression"),
    ("ticketed", "kind: constant", "kind: version", "hotfix.pipelines[0].version.repositories.enrollment_node[1].pattern", "a constant"),
    ("priority", "path: VERSION", "path: ../VERSION", "hotfix.pipelines[0].version.files[0].path", "inside the repository"),
    ("preview", "kind: smoke, title", "kind: fix, ways: [push], title", "hotfix.pipelines[0].steps[4].kind", "for the second time"),
    ("preview", "          ways: [push, revert, pick]\n", "", "hotfix.pipelines[0].steps[2].ways", "in which ways"),
    ("preview", "{kind: merge, title", "{kind: merge, ways: [flag], title", "hotfix.pipelines[0].steps[7].ways", "only a fix has ways"),
    ("preview", "{kind: merge, title", "{kind: merge, ask_reporter: true, title", "hotfix.pipelines[0].steps[7].ask_reporter", "only verify"),
    ("preview", "kind: verify", "kind: watch", "hotfix.pipelines[0].steps", "“verify” is missing"),
    ("preview", "kind: verify", "kind: watch", "hotfix.pipelines[0].steps[9].ask_reporter", "only verify"),
    ("preview", "kind: pull_request", "kind: bump", "hotfix.pipelines[0].version", "the step “bump” needs it"),
    ("preview", "kind: pull_request", "kind: bump", "hotfix.pipelines[0].pull_request", "no step of kind"),
    ("preview", "kind: approve", "kind: reproduce", "hotfix.pipelines[0].steps", "needs approval"),
    ("preview", "kind: stage", "kind: reproduce", "hotfix.pipelines[0].steps", "must be seen before production"),
    ("preview", "kind: stage", "kind: tag", "hotfix.pipelines[0].tag", "the step “tag” needs it"),
    ("preview", "kind: branch", "kind: watch", "hotfix.pipelines[0].steps[1].kind", "“watch” must come after “deploy”"),
    ("preview", "takes: [10 min, 30 min]", "takes: [30 min, 10 min]", "hotfix.pipelines[0].steps[2].takes", "the shortest time first"),
    ("preview", "by: 25 min", "by: 15 min", "hotfix.pipelines[0].steps[3].by", "earlier than the step before"),
    ("preview", "production: [main]", "production: []", "hotfix.pipelines[0].production", "name the production branch"),
    ("preview", "targets: [develop]", "targets: []", "hotfix.pipelines[0].backport.targets", "at least one branch"),
    ("preview", "since: deploy", "since: tag", "hotfix.pipelines[0].backport.since", "no step “tag”"),
    ("preview", "due: {within: 5 min}", "due: {}", "hotfix.pipelines[0].backport.due", "within: 48 h"),
    ("preview", "due: {within: 5 min}", "due: {within: 5 min, same_day: true}", "hotfix.pipelines[0].backport.due", "same_day: true"),
    ("ticketed", '        branch: "backport/{ticket}-from-hotfix"\n', "", "hotfix.pipelines[0].backport.branch", "a branch of its own"),
    ("increment", "kind: follow_up", "kind: align", "hotfix.pipelines[0].steps", "and there is none"),
    ("increment", "at: smoke", "at: bump", "hotfix.checklists[2].at", "no pipeline has the step"),
    ("increment", "key: before", "key: assessment", "hotfix.checklists[1].key", "for the second time"),
    ("versioned", "lasts: [30 min, 60 min]", "lasts: [60 min, 30 min]", "hotfix.watch[0].lasts", "shortest time first"),
    ("versioned", "key: lessons", "key: tickets", "hotfix.follow_ups[2].key", "for the second time"),
    ("priority", "takes: [2 min, 5 min]", "takes: [5 min, 2 min]", "hotfix.rollback.phases[0].takes", "shortest time first"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "field", "message"), [*FIELDS, *FIT])
def test_what_is_wrong_is_told_by_field_with_what_would_be_right(
    tmp_path: Path, name: str, old: str, new: str, field: str, message: str
) -> None:
    folder = only_policy(tmp_path, name)
    spoilt(folder, old, new)

    assert [each for each in told(check(folder)) if each[0] == field and message in each[1]], told(
        check(folder)
    )


def test_the_line_is_where_the_mistake_stands(tmp_path: Path) -> None:
    folder = copied(tmp_path, "priority")
    line = spoilt(folder, "kind: bump", "kind: bmp")

    (problem,) = check(folder)

    assert (problem.file, problem.line) == (folder / "playbook.yml", line)


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    folder = copied(tmp_path, "priority")
    lines = [
        spoilt(folder, "fix_within: 2 h", "fix_within: 2"),
        spoilt(folder, "path: normal", "path: nromal"),
        spoilt(folder, "needs: any", "needs: some"),
        spoilt(folder, "kind: tag", "kind: tagg"),
    ]
    (folder / "update.j2").write_text("{{ updat.technical }}")

    problems = check(folder)

    assert [each.line for each in problems if each.file.name == "playbook.yml"] == lines
    assert [each.line for each in problems if each.file.name == "update.j2"] == [1]


TEXTS = [
    ("anouncement.j2", "Hello", 1, "did you mean announcement?"),
    ("update.j2", "one\n{{ updat.technical }}", 2, "“updat” is not known in this text; did you mean update?"),
    ("announcement.j2", "{{ promise.name }}", 1, "it may speak of incident, severity, playbook, now"),
    ("update.j2", "{% if %}", 1, "Expected an expression"),
    ("update.j2", "\n\n{{ update.technical|upercase }}", 3, "No filter named 'upercase'"),
    ("update.j2", "{{ update.technical|safe }}", 1, "No filter named 'safe'"),
    ("update.j2", "a\n{{ incident.titel }}", 2, "no attribute 'titel'"),
    ("update.j2", "a\n{{ incident.commander.name }}", 2, "no attribute 'name'"),
    ("update.j2", "{% include '_lines' %}", 1, "there is no text “_lines”"),
    ("update.j2", "{{ update.technical }}{{ incident.impact }}", 1, "and 3,000 is the most"),
    ("pr_title.j2", "{{ hotfix.title }}", 1, "and 120 is the most"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "text", "line", "message"), TEXTS)
def test_a_text_is_told_by_file_and_line(
    tmp_path: Path, file: str, text: str, line: int, message: str
) -> None:
    folder = copied(tmp_path, "priority")
    (folder / file).write_text(text, encoding="utf-8")

    problems = check(folder)

    assert [
        each
        for each in problems
        if each.file == folder / file and each.line == line and message in each.message
    ], problems


def test_a_part_that_texts_share_needs_no_row_and_is_told_itself(tmp_path: Path) -> None:
    folder = copied(tmp_path, "priority")
    (folder / "update.j2").write_text("{% include '_who' %}")
    part = folder / "_who.j2"
    part.write_text("Written by {{ update.author|mention }}")
    fine = check(folder)
    part.write_text("Written by\n{{ update.nobody|mention }}")

    assert fine == []
    assert [(each.file, each.line) for each in check(folder)] == [(part, 2)]


def test_a_text_that_is_no_text_is_told(tmp_path: Path) -> None:
    folder = copied(tmp_path, "priority")
    (folder / "update.j2").write_bytes(b"\xff\xfe")

    (problem,) = check(folder)

    assert problem.file == folder / "update.j2"
    assert "cannot be read" in problem.message


def test_a_broken_playbook_is_not_loaded_and_tells_everything(tmp_path: Path) -> None:
    folder = copied(tmp_path, "priority")
    spoilt(folder, "zone: UTC", "zone: Mars")
    spoilt(folder, "[60, 90]", "[90, 60]")

    with pytest.raises(BrokenPlaybook) as broken:
        PlaybookRepository(folder)

    assert str(broken.value).startswith("The playbook has 2 problems:\n")
    assert f"{folder}/playbook.yml:6 zone: no time zone is called “Mars”" in str(broken.value)


def test_a_playbook_needs_a_severity(tmp_path: Path) -> None:
    (tmp_path / "playbook.yml").write_text(
        "title: Ours\nsource: Us\nhotfix: {}\nseverities: []\n"
        "roles: [{key: commander, name: Lead, duty: Leads.}]\n"
    )

    assert told(check(tmp_path)) == [("severities", "name at least one severity, the worst first")]


def test_a_team_without_hotfixes_needs_no_pipeline(tmp_path: Path) -> None:
    folder = copied(tmp_path, "increment")
    policy = folder / "playbook.yml"
    incidents, _, _ = policy.read_text(encoding="utf-8").partition("\nhotfix:\n")
    policy.write_text(f"{incidents}\nhotfix: {{}}\n", encoding="utf-8")
    (folder / "increment.j2").unlink()

    assert check(folder) == []
