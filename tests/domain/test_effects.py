from datetime import timedelta

from chatops.domain.messages.effects import Effect, EffectState, OpenChannel, backoff
from tests.domain.samples import MINUTE, NOW

EFFECT = Effect(
    key="7:open", lane="incident:7", act=OpenChannel(incident=7), made_at=NOW, not_before=NOW
)


def test_a_first_attempt_is_in_no_doubt() -> None:
    started = EFFECT.started(until=NOW + MINUTE)
    assert (started.state, started.attempts, started.doubtful) == (EffectState.RUNNING, 1, False)


def test_an_attempt_that_was_interrupted_leaves_a_doubt() -> None:
    interrupted = EFFECT.started(until=NOW + MINUTE)
    assert interrupted.started(until=NOW + 2 * MINUTE).doubtful


def test_a_doubt_stays_until_it_is_known_to_be_done() -> None:
    doubtful = EFFECT.again(at=NOW, error="no answer", doubtful=True).started(until=NOW + MINUTE)
    assert doubtful.doubtful
    assert not doubtful.done({}).doubtful


def test_waits_between_attempts_grow_up_to_five_minutes() -> None:
    waits = [backoff(attempt) for attempt in range(1, 9)]
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(minutes=5)
