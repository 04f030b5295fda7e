"""Makes documents that earlier versions wrote those of this version, as they are read."""

from collections.abc import Iterator, Mapping
from typing import Any

from chatops.domain.hotfix.model import StepState
from chatops.domain.playbook.pipeline import RollbackStep

#: What the phases of a rollback were called before they were steps.
_PHASES = {
    "revert": RollbackStep.REVERT,
    "tag": RollbackStep.TAG,
    "deploy": RollbackStep.DEPLOY,
    "by_hand": RollbackStep.CHECK,
    "deployed": RollbackStep.CHECK,
    "verify": RollbackStep.VERIFY,
}
_BY_GIT = frozenset({RollbackStep.REVERT, RollbackStep.TAG})


def with_rollback_steps(hotfix: Mapping[str, Any]) -> Mapping[str, Any]:
    """A hotfix whose rollback has steps, where it had a phase, a round and a trouble."""
    back = hotfix.get("rollback")
    if back is None or "phase" not in back:
        return hotfix
    kept = {name: back[name] for name in back.keys() - {"phase", "round", "trouble"}}
    phase, _, index = back["phase"].partition(":")
    kept |= {"steps": list(_steps(back, phase)), "reverted": int(index or 0)}
    return {**hotfix, "rollback": kept}


def _steps(back: Mapping[str, Any], phase: str) -> Iterator[Mapping[str, Any]]:
    """Every step of the rollback: those before its phase are done, those after it have not begun.

    A rollback that is over has no phase, and all its steps are done.
    """
    present = _PHASES.get(phase)
    kinds = [each for each in RollbackStep if each not in _BY_GIT or present in _BY_GIT]
    at = kinds.index(present) if present is not None else len(kinds)
    for index, kind in enumerate(kinds):
        yield {
            "kind": kind,
            "title": kind.spec.label.capitalize(),
            "state": _state(back, phase, index - at),
            "round": back["round"],
            "trouble": back["trouble"] if index == at else "",
        }


def _state(back: Mapping[str, Any], phase: str, distance: int) -> StepState:
    """The state of a step that comes so many steps after the present one."""
    if distance:
        return StepState.DONE if distance < 0 else StepState.PENDING
    if back["trouble"]:
        return StepState.FAILED
    return StepState.WAITING if phase == "by_hand" else StepState.RUNNING
