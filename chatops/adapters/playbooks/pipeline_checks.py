"""What must fit together in a pipeline: its steps, their order, and the rules they need."""

import re
from collections.abc import Iterator

from chatops.adapters.playbooks.policy_checks import Finding
from chatops.adapters.playbooks.yaml_source import Place
from chatops.domain.git.names import BranchName, RefusedName, TagName, fill_pattern
from chatops.domain.playbook.hotfix import HotfixPolicy, Staging
from chatops.domain.playbook.pipeline import (
    BackportRule,
    Pipeline,
    Span,
    StepKind,
    VersionFile,
    VersionFileKind,
)
from chatops.domain.time.deadlines import Deadline

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
