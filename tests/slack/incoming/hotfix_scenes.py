"""Hotfixes to fill forms from, of every playbook, with texts as odd and as long as a test wants."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from chatops.adapters.playbooks.repository import PlaybookRepository
from chatops.adapters.slack.forms.hotfix import HotfixFormContext
from chatops.application.hotfix.views import HotfixView
from chatops.commands.form_state import FormState
from chatops.domain.hotfix.model import (
    ApprovalGiven,
    Backport,
    BackportState,
    Commits,
    FixCommit,
    Hotfix,
    PullRequestLink,
    StepRun,
    StepState,
)
from chatops.domain.incident.model import Incident
from chatops.domain.playbook.hotfix import (
    Checklist,
    Gate,
    GateQuestion,
    HotfixPolicy,
    Path,
    RollbackRule,
    RollbackWay,
    Section,
    SpecialCase,
    Ticket,
)
from chatops.domain.playbook.pipeline import FixWay, StepKind
from chatops.domain.playbook.policy import Playbook
from chatops.domain.services import Service
from tests.slack.incoming.bench import TEMPLATES

SAM, LENA = "U012AB3CD", "U012LENA0"
NOW = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)
HEAD = "9b1d7aa" + "0" * 33
BOOKS = ("ticketed", "versioned", "preview", "increment", "priority")


@cache
def book(name: str) -> Playbook:
    shelf = PlaybookRepository(TEMPLATES / name, templates=TEMPLATES)
    return shelf.revive(shelf.current())


def reworded(playbook: Playbook, words: str, many: int = 12) -> Playbook:
    """A playbook whose every text is ``words``, and which has many of everything."""
    if not words:
        return playbook
    policy, lines = playbook.hotfix, (words,) * many
    pipelines = tuple(
        replace(
            each,
            title=words,
            steps=tuple(replace(step, title=words, mind=lines) for step in each.steps),
        )
        for each in policy.pipelines
    )
    checklists = tuple(
        Checklist(
            key=f"list{index}",
            title=words,
            at=kind,
            sections=tuple(Section(title=words, items=lines) for _ in range(3)),
        )
        for index, kind in enumerate(StepKind)
    )
    hostile = HotfixPolicy(
        gate=_gate(words, lines),
        severities=policy.severities,
        pipelines=pipelines,
        ticket=Ticket(name=words, pattern=".*", example=words),
        review_questions=lines,
        checklists=checklists,
        scope=replace(policy.scope, principles=lines),
        rollback=RollbackRule(
            triggers=lines, back_when=lines, forward_when=lines, ways=tuple(RollbackWay)
        ),
        scenarios=tuple(
            SpecialCase(key=f"case{index}", title=words, mind=lines, no_way_back=True)
            for index in range(many)
        ),
    )
    return replace(playbook, hotfix=hostile)


def _gate(words: str, lines: tuple[str, ...]) -> Gate:
    questions = tuple(
        GateQuestion(key=f"q{index}", ask=words, yes=f"q{index + 1}", no="normal")
        for index in range(len(lines))
    )
    return Gate(
        rule=words,
        criteria=lines,
        questions=questions,
        red_flags=lines,
        qualifies=lines,
        not_a_hotfix=lines,
        prerequisites=lines,
        instead={Path.NORMAL: words},
    )


def hotfix(
    playbook: Playbook,
    current: StepKind = StepKind.FIX,
    *,
    words: str = "",
    pipeline: str = "",
    **changes: Any,
) -> Hotfix:
    """A hotfix that has come as far as ``current``, with much of everything."""
    way = playbook.hotfix.pipeline(pipeline or None)
    assert way is not None
    kinds = [step.kind for step in way.steps]
    place = kinds.index(current) if current in kinds else 0
    steps = tuple(
        _run(step.kind, step.title, index - place) for index, step in enumerate(way.steps)
    )
    commits = tuple(FixCommit(sha=HEAD, subject=words or "Put it back") for _ in range(12))
    work = Commits(
        commits=commits, files=(words or "src/pay.py",) * 30, authors=("Sam",), added=6, removed=1
    )
    facts: dict[str, Any] = {
        "id": 3,
        "incident": 7,
        "number": 1,
        "service": words or "checkout",
        "pipeline": way.key,
        "title": words or "Put the null check back",
        "started_by": SAM,
        "started_at": NOW,
        "steps": steps,
        "way": FixWay.PUSH,
        "source": words,
        "branch": words or "hotfix/null-check",
        "head": HEAD,
        "previous": words or "1.2.3",
        "scenario": "case0",
        "pull_request": PullRequestLink(number=12, url="https://git.test/shop/pull/12"),
        "work": work,
        "approvals": (ApprovalGiven(by=LENA, sha=HEAD, at=NOW),),
        "backports": tuple(
            Backport(
                target=f"{(words or 'develop')[:150]}{index}",
                state=state,
                tip=HEAD,
                paths=(words or "src/pay.py",) * 30,
                commands=(words or "git fetch",) * 30,
                evidence=(words or "Every part of the fix stands in the branch.",) * 30,
            )
            for index, state in enumerate(BackportState)
        ),
    }
    return Hotfix(**(facts | changes))


def _run(kind: StepKind, title: str, place: int) -> StepRun:
    """A step before, at or after the current one."""
    state = StepState.DONE if place < 0 else StepState.PENDING if place else StepState.WAITING
    return StepRun(kind=kind, title=title, state=state, since=NOW if place <= 0 else None)


def known(
    name: str, current: StepKind = StepKind.FIX, *, words: str = "", services: int = 3
) -> HotfixView:
    playbook = reworded(book(name), words)
    severity = playbook.severities[0]
    one = hotfix(playbook, current, words=words)
    return HotfixView(
        incident=incident(severity.key, words),
        playbook=playbook,
        severity=severity,
        services=tuple(Service(name=f"{words or 'shop'}{number}") for number in range(services)),
        hotfixes=(one, replace(one, number=2)),
        hotfix=one,
        rules=playbook.hotfix.severities.get(severity.key),
        engineer=SAM,
        needed=("engineering_lead", "any"),
        ways=playbook.hotfix.rollback.ways or tuple(RollbackWay),
    )


def incident(severity: str, words: str = "") -> Incident:
    return Incident(
        id=7,
        team="T1",
        year=2026,
        number=7,
        reference="INC-2026-007",
        title=words or "Checkout is down",
        severity=severity,
        severity_since=NOW,
        playbook="digest",
        declared_by=SAM,
        declared_at=NOW,
        detected_at=NOW,
        impact=words,
    )


def scene(
    form: str,
    name: str,
    current: StepKind = StepKind.FIX,
    *,
    words: str = "",
    about: str = "1:",
    **form_state: Any,
) -> HotfixFormContext:
    given = FormState(form=form, incident=7, about=about, reason=words, text=words, **form_state)
    return HotfixFormContext(known=known(name, current, words=words), form_state=given, user=SAM)
