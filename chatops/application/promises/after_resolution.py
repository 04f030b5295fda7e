"""Makes the promises of a resolution, and ends those that its closing ends."""

from datetime import datetime

from chatops.application.session import IncidentSession
from chatops.domain.hotfix.model import Hotfix, StepState
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.promises.after_resolution import (
    CLOSE_KEY,
    REPORTER_KEY,
    REVIEW_KEY,
    ROOT_CAUSE_KEY,
    archive_promise,
    renewed_at_resolution,
)
from chatops.domain.promises.model import remade
from chatops.domain.promises.spec import AtClose, Lifetime, Milestone


def end_at_resolution(session: IncidentSession) -> None:
    """Keep what resolving keeps, and cancel what makes sense only while an incident runs."""
    for promise in session.promises().values():
        if promise.open and promise.spec.lifetime is Lifetime.RUNNING:
            kept = Milestone.RESOLVED in promise.spec.kept_by
            now = session.now
            session.promise(promise.fulfilled(now) if kept else promise.cancelled(now))


def promise_at_resolution(session: IncidentSession) -> datetime | None:
    """Promise what the resolution entails; returns when the review is offered."""
    held = session.promises()
    for promise in renewed_at_resolution(held, session.incident, session.playbook, session.now):
        if promise.key != REPORTER_KEY or not _reporter_was_asked(session):
            session.promise(promise)
    if session.incident.root_cause:
        _fulfil(session, ROOT_CAUSE_KEY)
    review = session.work.promises.get(session.incident.id, REVIEW_KEY)
    return review.due_at if review is not None and review.open else None


def cancel_at_reopening(session: IncidentSession) -> None:
    """Cancel what a running incident does not promise until it is resolved again."""
    session.cancel_promises(lambda promise: promise.spec.lifetime is Lifetime.RESOLVED)


def end_at_close(session: IncidentSession, reason: str) -> None:
    """Waive what the closing gives up, and promise that the channel is archived."""
    for promise in session.promises().values():
        if promise.open and promise.spec.at_close is AtClose.WAIVED:
            session.promise(promise.waived(reason, session.now))
    _fulfil(session, CLOSE_KEY)
    made = archive_promise(session.incident, session.playbook, session.now)
    if made is not None:
        old = session.work.promises.get(session.incident.id, made.key)
        session.promise(remade(old, made, session.now))


def _fulfil(session: IncidentSession, key: str) -> None:
    promise = session.work.promises.get(session.incident.id, key)
    if promise is not None and promise.open:
        session.promise(promise.fulfilled(session.now))


def _reporter_was_asked(session: IncidentSession) -> bool:
    """Whether they said during a hotfix already that it is gone."""
    return any(
        _was_verified(session, each) for each in session.work.hotfixes.of(session.incident.id)
    )


def _was_verified(session: IncidentSession, hotfix: Hotfix) -> bool:
    pipeline, run = session.playbook.hotfix.pipeline(hotfix.pipeline), hotfix.step(StepKind.VERIFY)
    rule = pipeline.step(StepKind.VERIFY) if pipeline is not None else None
    asked = rule is not None and rule.ask_reporter
    return asked and run is not None and run.state is StepState.DONE
