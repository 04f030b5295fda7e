"""What must fit together in a pipeline: its steps, their order, and the rules they need."""

import re
from collections.abc import Iterator

from chatops.adapters.playbooks.policy_checks import Finding, doubled
from chatops.adapters.playbooks.yaml_source import Place, near
from chatops.domain.git.names import BranchName, RefusedName, TagName, fill_pattern
from chatops.domain.playbook.hotfix import GateQuestion, HotfixPolicy, Path, SeverityRules, Staging
from chatops.domain.playbook.pipeline import (
    BackportRule,
    Pipeline,
    Span,
    StepKind,
    VersionFile,
    VersionFileKind,
)
from chatops.domain.playbook.policy import Playbook
from chatops.domain.time.durations import Deadline

#: What must come before what, wherever a pipeline has both.
_ORDER = (
    (StepKind.GATE, StepKind.FIX),
    (StepKind.GATE, StepKind.BRANCH),
    (StepKind.BRANCH, StepKind.FIX),
    (StepKind.REPRODUCE, StepKind.FIX),
    (StepKind.FIX, StepKind.BUMP),
    (StepKind.FIX, StepKind.PULL_REQUEST),
    (StepKind.FIX, StepKind.STAGE),
    (StepKind.FIX, StepKind.MERGE),
    (StepKind.FIX, StepKind.TAG),
    (StepKind.FIX, StepKind.DEPLOY),
    (StepKind.BUMP, StepKind.MERGE),
    (StepKind.BUMP, StepKind.TAG),
    (StepKind.PULL_REQUEST, StepKind.MERGE),
    (StepKind.APPROVE, StepKind.MERGE),
    (StepKind.APPROVE, StepKind.DEPLOY),
    (StepKind.STAGE, StepKind.DEPLOY),
    (StepKind.DEPLOY, StepKind.VERIFY),
    (StepKind.DEPLOY, StepKind.WATCH),
    (StepKind.FIX, StepKind.BACKPORT),
    (StepKind.BACKPORT, StepKind.ALIGN),
    (StepKind.MERGE, StepKind.CLEAN_UP),
    (StepKind.BACKPORT, StepKind.CLEAN_UP),
)
_ESSENTIAL = (StepKind.GATE, StepKind.FIX, StepKind.DEPLOY, StepKind.VERIFY)

#: What names may be made of, with an example of each.
_FACTS = {
    "slug": "fix-null-amount",
    "reference": "INC-2026-014",
    "ticket": "ET-1234",
    "version": "1.2.4",
    "increment": "0015-hotfix-null-amount",
}


def pipeline_findings(place: Place, pipeline: Pipeline, policy: HotfixPolicy) -> Iterator[Finding]:
    """Find everything in one pipeline that does not fit together."""
    yield from _steps(place, pipeline)
    yield from _order(place, pipeline)
    yield from _rules_for_steps(place, pipeline)
    yield from _names(place, pipeline, policy)
    yield from _budgets(place, pipeline)
    yield from _required_by_severities(place, pipeline, policy)
    if pipeline.version is not None:
        yield from _version_files((*place, "version"), pipeline)
    if pipeline.backport is not None:
        yield from _backport((*place, "backport"), pipeline.backport, pipeline)


def span_findings(place: Place, span: Span | None) -> Iterator[Finding]:
    """Find a span whose end comes before its start."""
    if span is not None and span[0] > span[1]:
        yield place, "write the shortest time first, such as [15 min, 30 min]"


def deadline_findings(place: Place, deadline: Deadline) -> Iterator[Finding]:
    """Find a deadline that says nothing, or two things."""
    if [deadline.within is not None, deadline.same_day, deadline.next_day].count(True) != 1:
        yield place, "say one of “within: 48 h”, “same_day: true” and “next_day: true”"


def _steps(place: Place, pipeline: Pipeline) -> Iterator[Finding]:
    seen: set[StepKind] = set()
    for index, step in enumerate(pipeline.steps):
        here = (*place, "steps", index)
        if step.kind in seen:
            yield (*here, "kind"), f"“{step.kind}” stands in this pipeline for the second time"
        seen.add(step.kind)
        if (step.kind is StepKind.FIX) is not bool(step.ways):
            told = "say in which ways" if step.kind is StepKind.FIX else "only a fix has ways"
            yield (*here, "ways"), told
        if step.ask_reporter and step.kind is not StepKind.VERIFY:
            yield (*here, "ask_reporter"), "only verify asks the reporter"
    for kind in _ESSENTIAL:
        if kind not in seen:
            yield (*place, "steps"), f"the step “{kind}” is missing"


def _order(place: Place, pipeline: Pipeline) -> Iterator[Finding]:
    at = {step.kind: index for index, step in enumerate(pipeline.steps)}
    for first, second in _ORDER:
        if first in at and second in at and at[first] > at[second]:
            yield (*place, "steps", at[second], "kind"), f"“{second}” must come after “{first}”"


def _rules_for_steps(place: Place, pipeline: Pipeline) -> Iterator[Finding]:
    """Each step that needs a rule has it, and no rule is there without its step."""
    files = pipeline.version is not None and (
        pipeline.version.files or pipeline.version.repositories
    )
    needs = (
        (StepKind.BRANCH, "branch", pipeline.branch is not None),
        (StepKind.BUMP, "version", bool(files)),
        (StepKind.PULL_REQUEST, "pull_request", pipeline.pull_request is not None),
        (StepKind.MERGE, "merge", pipeline.merge is not None),
        (StepKind.TAG, "tag", pipeline.tag is not None),
        (StepKind.BACKPORT, "backport", pipeline.backport is not None),
    )
    for kind, field, given in needs:
        if pipeline.step(kind) and not given:
            yield (*place, field), f"the step “{kind}” needs it"
        if given and not pipeline.step(kind):
            yield (*place, field), f"no step of kind “{kind}” uses it"
    if pipeline.step(StepKind.ALIGN) and pipeline.backport is None:
        yield (*place, "steps"), "“align” proves a backport, and there is none"
    if not pipeline.production:
        yield (*place, "production"), "name the production branch, such as [main]"


def _names(place: Place, pipeline: Pipeline, policy: HotfixPolicy) -> Iterator[Finding]:
    facts = {
        name: example
        for name, example in _FACTS.items()
        if (name != "ticket" or policy.ticket)
        and (name != "version" or pipeline.version or pipeline.tag)
        and (name != "increment" or policy.increment)
    }
    backport = pipeline.backport.branch if pipeline.backport else None
    for field, pattern in (
        (("branch",), pipeline.branch),
        (("backport", "branch"), backport),
    ):
        if pattern is not None:
            try:
                BranchName(fill_pattern(pattern, facts))
            except RefusedName as error:
                yield (*place, *field), str(error)
    if pipeline.tag is not None:
        try:
            TagName(fill_pattern(pipeline.tag, facts))
        except RefusedName as error:
            yield (*place, "tag"), str(error)


def _budgets(place: Place, pipeline: Pipeline) -> Iterator[Finding]:
    yield from span_findings((*place, "takes"), pipeline.takes)
    last = None
    for index, step in enumerate(pipeline.steps):
        yield from span_findings((*place, "steps", index, "takes"), step.takes)
        if step.by is not None and last is not None and step.by < last:
            yield (*place, "steps", index, "by"), "is earlier than the step before it"
        last = step.by or last


def _required_by_severities(
    place: Place, pipeline: Pipeline, policy: HotfixPolicy
) -> Iterator[Finding]:
    approving = [key for key, rule in policy.severities.items() if rule.approval.required]
    if approving and not pipeline.step(StepKind.APPROVE):
        yield (*place, "steps"), f"{approving[0]} needs approval; add the step “approve”"
    staged = [
        key
        for key, rule in policy.severities.items()
        if rule.staging in {Staging.REQUIRED, Staging.PREVIEW}
    ]
    if staged and pipeline.branch and not pipeline.step(StepKind.STAGE):
        yield (*place, "steps"), f"{staged[0]} must be seen before production; add “stage”"


def _version_files(place: Place, pipeline: Pipeline) -> Iterator[Finding]:
    rule = pipeline.version
    if rule is None:
        return
    for index, file in enumerate(rule.files):
        yield from version_file_findings((*place, "files", index), file)
    for name, files in rule.repositories.items():
        for index, file in enumerate(files):
            yield from version_file_findings((*place, "repositories", name, index), file)


def version_file_findings(place: Place, file: VersionFile) -> Iterator[Finding]:
    if (file.kind is VersionFileKind.CONSTANT) is not (file.pattern is not None):
        yield (*place, "pattern"), "a constant, and nothing else, is found by a pattern"
        return
    if file.path.startswith("/") or ".." in file.path.split("/"):
        yield (*place, "path"), "must lie inside the repository"
    if file.pattern is None:
        return
    try:
        groups = re.compile(file.pattern).groups
    except re.error as error:
        yield (*place, "pattern"), f"is not a regular expression: {error}"
        return
    if groups != 1:
        yield (*place, "pattern"), "needs exactly one group, the number: ([0-9]+)"


def _backport(place: Place, rule: BackportRule, pipeline: Pipeline) -> Iterator[Finding]:
    yield from deadline_findings((*place, "due"), rule.due)
    if not rule.targets:
        yield (*place, "targets"), "name at least one branch, such as [develop]"
    if pipeline.step(rule.since) is None:
        yield (*place, "since"), f"this pipeline has no step “{rule.since}”"
    if rule.pull_request is not None and rule.branch is None:
        yield (*place, "branch"), "a pull request needs a branch of its own"


_TOP: Place = ("hotfix",)


def hotfix_findings(playbook: Playbook) -> Iterator[Finding]:
    """Find everything in the hotfix half that does not fit together."""
    policy = playbook.hotfix
    yield from _gate(policy)
    yield from _severity_rules(playbook)
    yield from _ticket(policy)
    yield from _checklists(policy)
    yield from _lists(policy)
    yield from doubled((*_TOP, "pipelines"), (each.key for each in policy.pipelines))
    for index, pipeline in enumerate(policy.pipelines):
        yield from pipeline_findings((*_TOP, "pipelines", index), pipeline, policy)


def _gate(policy: HotfixPolicy) -> Iterator[Finding]:
    place = (*_TOP, "gate")
    questions = policy.gate.questions
    yield from doubled((*place, "questions"), (question.key for question in questions))
    yield from _questions((*place, "questions"), questions)
    for index, flag in enumerate(policy.gate.red_flags):
        if not re.search(r"\w", flag):
            yield (*place, "red_flags", index), "has no words in it"


def _questions(place: Place, questions: tuple[GateQuestion, ...]) -> Iterator[Finding]:
    """Every answer leads to a later question or to a path, and every question is reached."""
    keys = [question.key for question in questions]
    known = [*keys, *map(str, Path)]
    reached = set(keys[:1])
    for index, question in enumerate(questions):
        if question.key not in reached:
            yield (*place, index, "key"), f"no answer before it leads to “{question.key}”"
        for field, target in (("yes", question.yes), ("no", question.no)):
            reached.add(target)
            if target not in known:
                hint = _or(target, known)
                yield (*place, index, field), f"“{target}” is no question and no path{hint}"
            elif target in keys[: index + 1]:
                yield (*place, index, field), "leads back; an answer may only lead further on"


def _or(word: str, known: list[str]) -> str:
    return near(word, known) or f"; known are {', '.join(known)}"


def _severity_rules(playbook: Playbook) -> Iterator[Finding]:
    place = (*_TOP, "severities")
    rules = playbook.hotfix.severities
    keys = [severity.key for severity in playbook.severities]
    for key in rules:
        if key not in keys:
            yield (*place, key), f"no severity has the key “{key}”{_or(key, keys)}"
    for severity in playbook.severities:
        if not playbook.hotfix.pipelines:
            continue
        if severity.path is Path.HOTFIX and severity.key not in rules:
            yield place, f"{severity.key} allows a hotfix; say who approves it, and what is tested"
        if severity.path is not Path.HOTFIX and severity.key in rules:
            told = f"{severity.key} allows no hotfix, as its path is {severity.path}"
            yield (*place, severity.key), told
    for key, rule in rules.items():
        yield from _approval((*place, key, "approval"), rule)


def _approval(place: Place, rule: SeverityRules) -> Iterator[Finding]:
    approval = rule.approval
    if approval.others < 0:
        yield (*place, "others"), "cannot be less than 0"
    if approval.required and not approval.roles and not approval.others:
        yield place, "nobody would have to approve; name roles or others, or say required: false"


def _ticket(policy: HotfixPolicy) -> Iterator[Finding]:
    if policy.ticket is None:
        return
    place = (*_TOP, "ticket")
    try:
        matches = re.fullmatch(policy.ticket.pattern, policy.ticket.example)
    except re.error as error:
        yield (*place, "pattern"), f"is not a regular expression: {error}"
        return
    if not matches:
        yield (*place, "example"), f"“{policy.ticket.example}” does not fit the pattern"


def _checklists(policy: HotfixPolicy) -> Iterator[Finding]:
    place = (*_TOP, "checklists")
    yield from doubled(place, (checklist.key for checklist in policy.checklists))
    steps = {step.kind for pipeline in policy.pipelines for step in pipeline.steps}
    for index, checklist in enumerate(policy.checklists):
        if not checklist.items:
            yield (*place, index, "sections"), "holds nothing to tick off"
        if checklist.at not in steps:
            yield (*place, index, "at"), f"no pipeline has the step “{checklist.at}”"


def _lists(policy: HotfixPolicy) -> Iterator[Finding]:
    yield from doubled((*_TOP, "follow_ups"), (each.key for each in policy.follow_ups))
    yield from doubled((*_TOP, "scenarios"), (each.key for each in policy.scenarios))
    for index, follow_up in enumerate(policy.follow_ups):
        if follow_up.due is not None:
            yield from deadline_findings((*_TOP, "follow_ups", index, "due"), follow_up.due)
    for index, window in enumerate(policy.watch):
        yield from span_findings((*_TOP, "watch", index, "lasts"), window.lasts)
    for index, phase in enumerate(policy.phases):
        yield from span_findings((*_TOP, "phases", index, "takes"), phase.takes)
    for index, phase in enumerate(policy.rollback.phases):
        yield from span_findings((*_TOP, "rollback", "phases", index, "takes"), phase.takes)
    watches = any(pipeline.step(StepKind.WATCH) for pipeline in policy.pipelines)
    if watches and not policy.watch:
        yield (*_TOP, "watch"), "a pipeline watches; say for how long, and what to look at"
