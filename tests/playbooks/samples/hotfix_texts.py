"""What the texts about hotfixes may speak of at each chapter of a made-up story."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from chatops.application.hotfix.views import StepLine
from chatops.application.ports.external import Pull, PullState
from chatops.application.ports.git import CommitLine, FileConflict, Log
from chatops.domain.hotfix.deadlines import RollbackPhase, rollback_key
from chatops.domain.hotfix.model import StepRun, StepState, missing
from chatops.domain.messages.templates import HOTFIX_TEXTS
from chatops.domain.playbook.hotfix import Checklist, Section
from chatops.domain.playbook.pipeline import ConflictSide, Step, StepKind
from chatops.domain.promises.kinds import PromiseKind
from chatops.domain.promises.model import Promise
from chatops.domain.services import Service
from tests.playbooks.samples.hotfixes import BASE, HEAD, PULL, Chapter, SampleHotfix

_MINUTE = timedelta(minutes=1)
#: Use cases cut lists to these lengths before they are worded.
_DONE, _COMMITS, _LINES, _QUARRELS, _LOG = 3, 5, 40, 20, 10
_KINDS = ("content", "modify/delete", "binary")


def hotfix_facts(story: SampleHotfix) -> Mapping[str, Mapping[str, object]]:
    """The facts of each text about hotfixes, by its name."""
    known = {**_of_steps(story), **_of_people(story), **_of_code(story), **_of_outcome(story)}
    own = _own(story)
    return {
        text: {name: own.get(text, {}).get(name, known.get(name)) for name in names}
        for text, names in HOTFIX_TEXTS.items()
    }


def _own(story: SampleHotfix) -> Mapping[str, Mapping[str, object]]:
    """Where a fact's name means something of another sort."""
    policy = story.playbook.hotfix
    fix = story.pipeline.step(StepKind.FIX) or Step(kind=StepKind.FIX, title="Fix it")
    step = replace(story.fix.steps[0], by="U0BEN", reason=story.words, trouble=story.words)
    skipped = replace(step, state=StepState.SKIPPED, leave="U0ANA" if story.many else None)
    worked = replace(step, state=StepState.WAITING, worked=True)
    return {
        "step_done": {"step": worked if story.many > 1 else step},
        "step_skipped": {"step": skipped},
        "leave_direct": {"step": skipped},
        "fix_wanted": {"step": fix},
        "scope_warning": {"rule": policy.scope},
        "watch_bad": {"rule": policy.rollback},
        "rollback_overdue": _of_late_rollback(story),
    }


def _of_late_rollback(story: SampleHotfix) -> Mapping[str, object]:
    phase = list(RollbackPhase)[story.many % len(RollbackPhase)]
    promise = Promise(
        incident=1,
        key=rollback_key(story.fix.number, phase),
        kind=PromiseKind.ROLLBACK,
        due_at=story.now - _MINUTE,
        wake_at=None,
        made_at=story.now - 6 * _MINUTE,
        owner="U0BEN",
        detail=f"{story.fix.number}:{phase}",
        about=f"decision about the rollback of {story.name}",
    )
    takes = 5 * _MINUTE if story.many else None
    rule = story.playbook.hotfix.rollback
    return {"promise": promise, "phase": phase, "takes": takes, "rule": rule}


def _of_steps(story: SampleHotfix) -> Mapping[str, object]:
    fix, policy = story.fix, story.playbook.hotfix
    lines = [_line(story, step) for step in fix.steps]
    done = [line for line in lines if line.run.state.over]
    checklist = Checklist(
        key="long",
        title=story.name,
        at=StepKind.SMOKE,
        sections=(Section(title=story.name, items=(story.words,) * max(1, story.many)),),
    )
    return {
        "fix": fix,
        "step": fix.current or fix.steps[-1],
        "scenario": story.scenario,
        "increment": "0015-hotfix-null-amount" if policy.increment else "",
        "done": tuple(done[-_DONE:]),
        "earlier": max(0, len(done) - _DONE),
        "rest": tuple(line for line in lines if not line.run.state.over),
        "elapsed": story.elapsed,
        "took": story.elapsed if story.many else None,
        "target": story.pipeline.target,
        "engineer": fix.author or fix.started_by,
        "checklists": (*policy.checklists[:2], checklist),
        "checklist": checklist,
        "left": story.many,
        "questions": policy.review_questions,
        "service": Service(name=story.name),
    }


def _line(story: SampleHotfix, run: StepRun) -> StepLine:
    policy = story.pipeline.step(run.kind)
    budget = policy.takes[1] if policy is not None and policy.takes else None
    took = run.lasted(story.now) if run.since is not None else None
    return StepLine(run=run, took=took, budget=budget)


def _of_people(story: SampleHotfix) -> Mapping[str, object]:
    return {
        "needed": missing(story.approval, story.fix.standing),
        "required": story.approval.required,
        "author": "U0BEN",
        "given": story.given(story.many, "engineering_lead" if story.many else ""),
        "by": "U0ANA",
        "bound": story.fix.comes_after_fix(StepKind.APPROVE),
    }


def _of_code(story: SampleHotfix) -> Mapping[str, object]:
    commit = _commit(story)
    sides = (commit,) * min(3, story.many)
    quarrels = tuple(
        FileConflict(path=story.words, kind=_KINDS[index % 3], ours=sides, theirs=sides)
        for index in range(min(_QUARRELS, max(1, story.many)))
    )
    commits = (commit,) * min(_LOG, story.many)
    log = Log(
        branch="main",
        tip=BASE,
        commits=commits,
        version="1.2.3" if commits else "",
        following="1.2.4" if commits else "",
        by_file=((story.words, commits[:_COMMITS]),) * min(8, story.many),
    )
    pull = Pull(
        number=PULL.number,
        url=PULL.url,
        title=story.words,
        state=PullState.CLOSED,
        head=HEAD,
        head_branch=story.branch,
        base="main",
        merged=HEAD,
    )
    return {
        "commits": commits[:_COMMITS],
        "more_commits": max(0, story.many - _COMMITS),
        "expired": story.many > 1,
        "log": log,
        "pull": pull,
        "backport": story.backport,
        "quarrels": quarrels,
        "prefer": (None, *ConflictSide)[story.many % 3],
    }


def _commit(story: SampleHotfix) -> CommitLine:
    return CommitLine(
        sha=HEAD, author=story.name, email="ben@shop.example", at=story.now, subject=story.words
    )


def _of_outcome(story: SampleHotfix) -> Mapping[str, object]:
    lines = (story.words, "Approved by <@U0ANA>")[: story.many] * min(_LINES, story.many)
    full = story.many > 0
    return {
        "lines": lines,
        "notes": lines,
        "why": story.words,
        "words": story.words if full else "",
        "reason": story.words,
        "back": story.rollback,
        "version": f"v{story.rollback.release}" if story.rollback.release else "what ran before",
        "sha": story.rollback.sha if full else "",
        "good": story.many > 1,
        "already": not full,
        "test": full,
        "contained": story.chapter is Chapter.THROUGH,
        "targets": tuple(each.target for each in story.fix.backports),
    }
