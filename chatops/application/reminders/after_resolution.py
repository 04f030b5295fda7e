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


def promise_afterwards(turn: IncidentSession) -> datetime | None:
    """Promise what the resolution of this turn entails; returns when the review is offered."""
    held = turn.promises()
    for promise in owed_afterwards(held, turn.incident, turn.playbook, turn.now):
        if promise.key != REPORTER_KEY or not _reporter_was_asked(turn):
            turn.promise(promise)
    settle_root_cause(turn)
    review = turn.work.promises.get(turn.incident.id, REVIEW_KEY)
    return review.due_at if review is not None and review.open else None


def settle_root_cause(turn: IncidentSession) -> None:
    """Keep the promise of a root cause once one is written down."""
    if turn.incident.root_cause:
        keep(turn, ROOT_CAUSE_KEY)


def keep(turn: IncidentSession, key: str) -> Promise | None:
    """Keep a promise that is open; none if it is not."""
    promise = turn.work.promises.get(turn.incident.id, key)
    if promise is None or not promise.open:
        return None
    return turn.promise(promise.kept(turn.now))


def settle_at_close(turn: IncidentSession, reason: str) -> None:
    """Waive what the closing gives up, and promise that the channel goes into the archive."""
    for promise in turn.promises().values():
        if promise.open and promise.kind in WAIVED_AT_CLOSE:
            turn.promise(promise.waived(reason, turn.now))
    keep(turn, CLOSE_KEY)
    made = archiving(turn.incident, turn.playbook, turn.now)
    if made is not None:
        old = turn.work.promises.get(turn.incident.id, made.key)
        turn.promise(remade(old, made, turn.now))


def _reporter_was_asked(turn: IncidentSession) -> bool:
    """Whether they said during a hotfix already that it is gone."""
    return any(_was_verified(turn, each) for each in turn.work.hotfixes.of(turn.incident.id))


def _was_verified(turn: IncidentSession, hotfix: Hotfix) -> bool:
    pipeline, run = turn.playbook.hotfix.pipeline(hotfix.pipeline), hotfix.step(StepKind.VERIFY)
    rule = pipeline.step(StepKind.VERIFY) if pipeline is not None else None
    asked = rule is not None and rule.ask_reporter
    return asked and run is not None and run.state is StepState.DONE


_QUIET = frozenset({PromiseState.KEPT, PromiseState.BROKEN})


def give_all_clear(turn: IncidentSession) -> None:
    """Tell responders and stakeholders once that nobody needs to do anything any more."""
    hotfixes = [each for each in turn.work.hotfixes.of(turn.incident.id) if _is_out(each)]
    over = not turn.incident.status.running and turn.incident.resolved_at is not None
    if not over or not hotfixes or not all(_is_quiet(turn, each) for each in hotfixes):
        return
    key = f"all_clear:{turn.incident.resolved_at:%Y%m%d%H%M%S}"
    post = turn.post("all_clear")
    turn.note(EntryKind.NOTE, "All clear")
    turn.tell_room(key, post)
    if turn.team.channels.stakeholders and not turn.incident.private:
        place = Destination(kind=DestinationKind.STAKEHOLDERS)
        turn.say(f"{key}:public", place, post, under=turn.announcement_key)


def _is_out(hotfix: Hotfix) -> bool:
    given_up = {HotfixState.ABORTED, HotfixState.ROLLED_BACK}
    return hotfix.deployed_at is not None and hotfix.state not in given_up


def _is_quiet(turn: IncidentSession, hotfix: Hotfix) -> bool:
    """Whether its last window was quiet; where none is asked for, whether it was verified."""
    windows = turn.playbook.hotfix.watch
    if windows:
        key = watch_key(hotfix.number, len(windows) - 1)
        promise = turn.work.promises.get(turn.incident.id, key)
        return promise is not None and promise.state in _QUIET
    verify = hotfix.step(StepKind.VERIFY)
    return verify is not None and verify.state is StepState.DONE


#: What the bot writes down because nobody does anything.
_SILENCE = frozenset({EntryKind.HOLDING, EntryKind.ESCALATED, EntryKind.TROUBLE})
#: A day of words to stakeholders that nobody wrote, at the fastest cadence there is.
_MOST = 300


def heard_at(turn: IncidentSession) -> datetime:
    """When the newest sign of life was written down."""
    entries = turn.work.timeline.of(turn.incident.id, limit=_MOST)
    signs = (each.written_at for each in entries if each.kind not in _SILENCE)
    return max(signs, default=turn.incident.declared_at)
