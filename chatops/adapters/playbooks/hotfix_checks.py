"""What must fit together in the half of a playbook that concerns hotfixes."""

import re
from collections.abc import Iterator

from chatops.adapters.playbooks.pipeline_checks import (
    deadline_findings,
    pipeline_findings,
    span_findings,
)
from chatops.adapters.playbooks.policy_checks import Finding, doubled
from chatops.adapters.playbooks.problems import near
from chatops.adapters.playbooks.yaml_source import Place
from chatops.domain.playbook.gate import GateQuestion, Path
from chatops.domain.playbook.hotfix import HotfixPolicy, SeverityRules
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.playbook.policy import Playbook

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
