from datetime import timedelta

from chatops.adapters.slack.api.ttl_cache import TtlCache
from chatops.clock import MovableClock


def test_a_value_is_kept_for_its_time_and_no_longer(clock: MovableClock) -> None:
    memory: TtlCache[str, int] = TtlCache(clock, keep=timedelta(minutes=1))
    assert memory.put("a", 1) == 1
    clock.advance(timedelta(seconds=59))
    assert memory.get("a") == 1
    clock.advance(timedelta(seconds=1))
    assert memory.get("a") is None


def test_what_was_never_said_is_not_remembered(clock: MovableClock) -> None:
    memory: TtlCache[str, int] = TtlCache(clock, keep=timedelta(minutes=1))
    assert memory.get("a") is None


def test_the_oldest_makes_room_for_the_newest(clock: MovableClock) -> None:
    memory: TtlCache[str, int] = TtlCache(clock, keep=timedelta(minutes=1), most=2)
    memory.put("a", 1)
    memory.put("b", 2)
    memory.put("a", 3)
    memory.put("c", 4)
    assert [memory.get(key) for key in "abc"] == [3, None, 4]
