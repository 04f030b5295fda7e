"""Forms that take longer to carry out than Slack waits."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

import pytest

from chatops.adapters.storage.store import SqlStorage
from chatops.clock import MovableClock
from chatops.domain.incident.model import Incident
from tests.machine import PATIENCE
from tests.slack.incoming.bench import Bench, shown
from tests.slack.incoming.bench import bench as on_the_bench


@pytest.fixture
def bench(sqlite_store: SqlStorage, clock: MovableClock) -> Iterator[Bench]:
    with on_the_bench(sqlite_store, clock, patience=0.01) as made:
        yield made


@pytest.fixture
def incident(bench: Bench) -> Incident:
    return bench.declared("sam")


@contextmanager
def stuck(bench: Bench) -> Iterator[None]:
    """The store does not answer inside the block, and does at its end."""
    released = Event()
    bench.storage.before = lambda: released.wait(PATIENCE)
    yield
    released.set()
    bench.executor.settle()


def test_word_comes_in_time_and_the_answer_in_its_place(bench: Bench, incident: Incident) -> None:
    bench.types("sam", "/incident update some cannot pay", incident.channel_name)
    with stuck(bench):
        assert bench.hands_in("sam") == {}
        assert "takes a little longer" in shown(bench.sees("sam").blocks)

    assert "takes a little longer" not in shown(bench.sees("sam").blocks)
    update = bench.again(incident).last_update
    assert update is not None
    assert update.plain == "some cannot pay"
    bench.slack.users.closes("sam")
    assert bench.sees_no_form("sam")


def test_a_late_mistake_leaves_what_was_typed(bench: Bench, incident: Incident) -> None:
    bench.types("sam", "/incident severity", incident.channel_name)
    with stuck(bench):
        assert bench.hands_in("sam", reason="it spreads") == {}

    assert "P1 High already" in shown(bench.sees("sam").blocks)
    bench.slack.users.closes("sam")
    assert bench.sees("sam").title == "Change severity"
    assert "it spreads" in str(bench.sees("sam").values)


def test_a_late_question_is_asked_where_the_word_was(bench: Bench, incident: Incident) -> None:
    bench.types("priya", "/incident search is slow")
    with stuck(bench):
        assert bench.hands_in("priya", title="checkout fails", severity="P1") == {}

    assert incident.reference in shown(bench.sees("priya").blocks)
    assert len(bench.incidents()) == 1


def test_who_does_not_wait_for_the_answer_loses_nothing(bench: Bench, incident: Incident) -> None:
    bench.types("sam", "/incident update some cannot pay", incident.channel_name)
    with stuck(bench):
        bench.hands_in("sam")
        bench.slack.users.closes("sam", everything=True)

    assert bench.again(incident).last_update is not None
    assert bench.sees_no_form("sam")


def test_handing_in_again_what_is_under_way_does_it_once(bench: Bench, incident: Incident) -> None:
    bench.types("sam", "/incident timeline add", incident.channel_name)
    with stuck(bench):
        bench.hands_in("sam", text="it began")
        delivery = bench.slack.call_log.deliveries("form_note")[0]
        assert bench.slack.delivery.redeliver(delivery).ok

    assert [each.text for each in bench.timeline(incident.id)].count("it began") == 1
