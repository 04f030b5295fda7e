"""Makes the promises of a resolution, and settles them when the incident goes on file."""

from datetime import datetime

from chatops.application.session import IncidentSession
from chatops.domain.hotfix.deadlines import watch_key
from chatops.domain.hotfix.model import Hotfix, HotfixState, StepState
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.effects import Destination, DestinationKind
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
from chatops.domain.promises.model import Promise, PromiseState, remade


def promise_afterwards(session: IncidentSession) -> datetime | None:
    """Promise what the resolution entails; returns when the review is offered."""
    held = session.promises()
    for promise in owed_afterwards(held, session.incident, session.playbook, session.now):
        if promise.key != REPORTER_KEY or not _reporter_was_asked(session):
            session.promise(promise)
    settle_root_cause(session)
    review = session.work.promises.get(session.incident.id, REVIEW_KEY)
    return review.due_at if review is not None and review.open else None


def settle_root_cause(session: IncidentSession) -> None:
    """Keep the promise of a root cause once one is written down."""
    if session.incident.root_cause:
        keep(session, ROOT_CAUSE_KEY)


def keep(session: IncidentSession, key: str) -> Promise | None:
    """Keep a promise that is open; none if it is not."""
    promise = session.work.promises.get(session.incident.id, key)
    if promise is None or not promise.open:
        return None
    return session.promise(promise.kept(session.now))


def settle_at_close(session: IncidentSession, reason: str) -> None:
    """Waive what the closing gives up, and promise that the channel goes into the archive."""
    for promise in session.promises().values():
        if promise.open and promise.kind in WAIVED_AT_CLOSE:
            session.promise(promise.waived(reason, session.now))
    keep(session, CLOSE_KEY)
    made = archiving(session.incident, session.playbook, session.now)
    if made is not None:
        old = session.work.promises.get(session.incident.id, made.key)
        session.promise(remade(old, made, session.now))


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


_QUIET = frozenset({PromiseState.KEPT, PromiseState.BROKEN})


def give_all_clear(session: IncidentSession) -> None:
    """Tell responders and stakeholders once that nobody needs to do anything any more."""
    hotfixes = [each for each in session.work.hotfixes.of(session.incident.id) if _is_out(each)]
    over = not session.incident.status.running and session.incident.resolved_at is not None
    if not over or not hotfixes or not all(_is_quiet(session, each) for each in hotfixes):
        return
    key = f"all_clear:{session.incident.resolved_at:%Y%m%d%H%M%S}"
    post = session.post("all_clear")
    session.note(EntryKind.NOTE, "All clear")
    session.tell_room(key, post)
    if session.team.channels.stakeholders and not session.incident.private:
        place = Destination(kind=DestinationKind.STAKEHOLDERS)
        session.say(f"{key}:public", place, post, under=session.announcement_key)


def _is_out(hotfix: Hotfix) -> bool:
    given_up = {HotfixState.ABORTED, HotfixState.ROLLED_BACK}
    return hotfix.deployed_at is not None and hotfix.state not in given_up


def _is_quiet(session: IncidentSession, hotfix: Hotfix) -> bool:
    """Whether its last window was quiet; where none is asked for, whether it was verified."""
    windows = session.playbook.hotfix.watch
    if windows:
        key = watch_key(hotfix.number, len(windows) - 1)
        promise = session.work.promises.get(session.incident.id, key)
        return promise is not None and promise.state in _QUIET
    verify = hotfix.step(StepKind.VERIFY)
    return verify is not None and verify.state is StepState.DONE


#: What the bot writes down because nobody does anything.
_SILENCE = frozenset({EntryKind.HOLDING, EntryKind.ESCALATED, EntryKind.TROUBLE})
#: A day of words to stakeholders that nobody wrote, at the fastest cadence there is.
_MOST = 300


def heard_at(session: IncidentSession) -> datetime:
    """When the newest sign of life was written down."""
    entries = session.work.timeline.of(session.incident.id, limit=_MOST)
    signs = (each.written_at for each in entries if each.kind not in _SILENCE)
    return max(signs, default=session.incident.declared_at)
