"""Makes the promises of a resolution, and settles them when the incident goes on file."""

from datetime import datetime

from chatops.domain.hotfix.model import Hotfix, StepState
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.promises.after_resolution import (
    CLOSE_KEY,
    REPORTER_KEY,
    REVIEW_KEY,
    ROOT_CAUSE_KEY,
    WAIVED_AT_CLOSE,
    archiving,
    owed_afterwards,
)
from chatops.domain.promises.model import Promise, remade
from chatops.usecases.turn import Turn


def promise_afterwards(turn: Turn) -> datetime | None:
    """Promise what the resolution of this turn entails; returns when the review is offered."""
    held = turn.promises()
    for promise in owed_afterwards(held, turn.incident, turn.playbook, turn.now):
        if promise.key != REPORTER_KEY or not _reporter_was_asked(turn):
            turn.promise(promise)
    settle_root_cause(turn)
    review = turn.work.promises.get(turn.incident.id, REVIEW_KEY)
    return review.due_at if review is not None and review.open else None


def settle_root_cause(turn: Turn) -> None:
    """Keep the promise of a root cause once one is written down."""
    if turn.incident.root_cause:
        keep(turn, ROOT_CAUSE_KEY)


def keep(turn: Turn, key: str) -> Promise | None:
    """Keep a promise that is open; none if it is not."""
    promise = turn.work.promises.get(turn.incident.id, key)
    if promise is None or not promise.open:
        return None
    return turn.promise(promise.kept(turn.now))


def settle_at_close(turn: Turn, reason: str) -> None:
    """Waive what the closing gives up, and promise that the channel goes into the archive."""
    for promise in turn.promises().values():
        if promise.open and promise.kind in WAIVED_AT_CLOSE:
            turn.promise(promise.waived(reason, turn.now))
    keep(turn, CLOSE_KEY)
    made = archiving(turn.incident, turn.playbook, turn.now)
    if made is not None:
        old = turn.work.promises.get(turn.incident.id, made.key)
        turn.promise(remade(old, made, turn.now))


def _reporter_was_asked(turn: Turn) -> bool:
    """Whether they said during a hotfix already that it is gone."""
    return any(_was_verified(turn, each) for each in turn.work.hotfixes.of(turn.incident.id))


def _was_verified(turn: Turn, hotfix: Hotfix) -> bool:
    pipeline, run = turn.playbook.hotfix.pipeline(hotfix.pipeline), hotfix.step(StepKind.VERIFY)
    rule = pipeline.step(StepKind.VERIFY) if pipeline is not None else None
    asked = rule is not None and rule.ask_reporter
    return asked and run is not None and run.state is StepState.DONE
