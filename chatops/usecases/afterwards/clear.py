"""Gives the all-clear: it is over, the fix is in production, and all is quiet there."""

from chatops.domain.hotfix.deadlines import watch_key
from chatops.domain.hotfix.model import Hotfix, HotfixState, StepState
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.effects import Place, PlaceKind
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.promises.model import PromiseState
from chatops.usecases.turn import Turn

_QUIET = frozenset({PromiseState.KEPT, PromiseState.BROKEN})


def give_all_clear(turn: Turn) -> None:
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
        place = Place(kind=PlaceKind.STAKEHOLDERS)
        turn.say(f"{key}:public", place, post, under=turn.announcement_key)


def _is_out(hotfix: Hotfix) -> bool:
    given_up = {HotfixState.ABORTED, HotfixState.ROLLED_BACK}
    return hotfix.deployed_at is not None and hotfix.state not in given_up


def _is_quiet(turn: Turn, hotfix: Hotfix) -> bool:
    """Whether its last window was quiet; where none is asked for, whether it was verified."""
    windows = turn.playbook.hotfix.watch
    if windows:
        key = watch_key(hotfix.number, len(windows) - 1)
        promise = turn.work.promises.get(turn.incident.id, key)
        return promise is not None and promise.state in _QUIET
    verify = hotfix.step(StepKind.VERIFY)
    return verify is not None and verify.state is StepState.DONE
