"""A hotfix and the pipeline it goes through, unremarkable unless a test says otherwise."""

from datetime import timedelta
from typing import Any

from chatops.domain.hotfix.model import Backport, Hotfix, StepRun, StepState
from chatops.domain.playbook.pipeline import BackportMethod, BackportRule, StepKind
from chatops.domain.time.durations import Deadline
from tests.domain.samples import NOW

RULE = BackportRule(method=BackportMethod.CHERRY_PICK, due=Deadline(same_day=True))
SOON = BackportRule(method=BackportMethod.MERGE, due=Deadline(within=timedelta(minutes=5)))
AT_ONCE = BackportRule(method=BackportMethod.MERGE, due=Deadline(within=timedelta()))
DEVELOP = Backport(target="develop")


def step_run(kind: StepKind, title: str = "", **changes: Any) -> StepRun:
    return StepRun(kind=kind, title=title or str(kind).capitalize(), **changes)


def hotfix(**changes: Any) -> Hotfix:
    """One that is being fixed, of v1.2.4."""
    values: dict[str, Any] = {
        "id": 3,
        "incident": 7,
        "number": 1,
        "service": "shop",
        "pipeline": "git_flow",
        "title": "Put the null check back",
        "started_by": "UOLA",
        "started_at": NOW,
        "steps": (
            step_run(StepKind.REPRODUCE, state=StepState.DONE, since=NOW, ended_at=NOW),
            step_run(StepKind.FIX, state=StepState.WAITING, since=NOW),
            step_run(StepKind.DEPLOY, "Deploy to production"),
        ),
        "release": "1.2.4",
        "backports": (DEVELOP,),
    }
    return Hotfix(**(values | changes))
