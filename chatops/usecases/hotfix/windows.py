"""Has production watched after a deploy: each window of the playbook is somebody's promise."""

from dataclasses import replace

from chatops.domain.hotfix.deadlines import subject_of, watch_key, watch_promise
from chatops.domain.hotfix.model import HotfixState, StepState
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import Ask, Tone
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.promises.model import Promise, remade
from chatops.domain.promises.reminder_policy import Manners
from chatops.usecases.afterwards.clear import give_all_clear
from chatops.usecases.hotfix.session import HotfixTurn, meant
from chatops.usecases.turn import Turn

_GIVEN_UP = frozenset({HotfixState.ABORTED, HotfixState.ROLLED_BACK})
#: So many of the newest readings are evidence enough.
_READINGS = 3


def keep_windows(hand: HotfixTurn) -> None:
    """Begin the first window with the deploy, and end it where the bot itself saw that all is well.

    Of a hotfix that is given up nothing is left to watch.
    """
    if hand.hotfix.state in _GIVEN_UP:
        ours = f"watch:{hand.hotfix.number}:"
        hand.turn.lapse(lambda promise: promise.key.startswith(ours))
        return
    deployed = hand.hotfix.deployed_at
    if deployed is None or not hand.policy.watch:
        return
    held = _held(hand, 0)
    if held is None or held.made_at < deployed:
        _begin(hand, 0)
    step = hand.hotfix.step(StepKind.WATCH)
    held = _held(hand, 0)
    if held is not None and held.open and step is not None and step.state is StepState.DONE:
        _is_quiet(hand, held)


def _held(hand: HotfixTurn, index: int) -> Promise | None:
    key = watch_key(hand.hotfix.number, index)
    return hand.turn.work.promises.get(hand.turn.incident.id, key)


def _begin(hand: HotfixTurn, index: int, after: Promise | None = None) -> None:
    """Begin a window: now, or when the one before it was over."""
    windows = hand.policy.watch
    if index >= len(windows):
        return
    turn, manners = hand.turn, Manners.of(hand.turn.playbook)
    since = min(hand.now, after.due_at) if after is not None else hand.hotfix.deployed_at
    made = watch_promise(
        hand.hotfix,
        index,
        windows[index],
        incident=turn.incident,
        manners=manners,
        since=since or hand.now,
    )
    promise = turn.promise(remade(_held(hand, index), made, made.made_at))
    if not manners.is_quiet(turn.incident, hand.now):
        wrong = hand.button(Ask.ROLLBACK, "Something is wrong…", tone=Tone.DANGER)
        post = hand.post("watch_window", wrong, promise=promise, window=windows[index])
        turn.tell_room(f"{promise.key}:{promise.round}", post)


def go_on_watching(turn: Turn, promise: Promise) -> None:
    """A window is over: the next one begins.

    If nobody said that all was quiet, it stays overdue, and it is of the next one that they hear.
    """
    number, index = subject_of(promise)
    hand = HotfixTurn(turn, meant(turn, number))
    if int(index) + 1 >= len(hand.policy.watch):
        return
    following = _held(hand, int(index) + 1)
    if following is None or following.made_at < promise.made_at:
        _begin(hand, int(index) + 1, promise)
    if promise.open:
        turn.promise(replace(promise, wake_at=None))


def say_quiet(turn: Turn, promise: Promise) -> Promise:
    """Somebody looked, and all was quiet."""
    number, _ = subject_of(promise)
    return _is_quiet(HotfixTurn(turn, meant(turn, number)), promise)


def _is_quiet(hand: HotfixTurn, promise: Promise) -> Promise:
    kept = hand.turn.promise(promise.kept(hand.now))
    step = hand.hotfix.step(StepKind.WATCH)
    readings = step.evidence[-_READINGS:] if step is not None else ()
    hand.note(f"All quiet: {promise.name}", EntryKind.READING, reason="; ".join(readings))
    _, index = subject_of(promise)
    for before in filter(None, (_held(hand, each) for each in range(int(index)))):
        if before.open:
            hand.turn.promise(before.kept(hand.now))
    go_on_watching(hand.turn, kept)
    give_all_clear(hand.turn)
    return kept
