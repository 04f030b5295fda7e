"""The gate of each playbook, from the form as it is filled in to the hotfix that is stored."""

from collections.abc import Iterator
from typing import Any

import pytest

from chatops.adapters.storage.store import SqlStorage
from chatops.clock import MovableClock
from chatops.domain.hotfix.model import Hotfix
from chatops.domain.incident.model import Incident
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.playbook.hotfix import HotfixPolicy
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.services import Service
from tests.slack.incoming.bench import Bench, shown
from tests.slack.incoming.bench import bench as on_the_bench
from tests.slack.incoming.hotfix_scenes import BOOKS, book

SHOP = Service(name="shop", repository="https://git.test/shop.git")


@pytest.fixture(params=BOOKS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def bench(sqlite_store: SqlStorage, clock: MovableClock, name: str) -> Iterator[Bench]:
    with on_the_bench(sqlite_store, clock, book=name, services={"shop": SHOP}) as made:
        yield made


@pytest.fixture
def incident(bench: Bench, name: str) -> Incident:
    return bench.declared("sam", severity=book(name).severities[0].key)


def hotfixes(bench: Bench, incident: Incident) -> list[Hotfix]:
    with bench.storage.reading() as work:
        return list(work.hotfixes.of(incident.id))


def opens(bench: Bench, incident: Incident) -> str:
    bench.types("sam", "/hotfix", incident.channel_name)
    return shown(bench.sees("sam").blocks)


def filled(policy: HotfixPolicy, **more: Any) -> dict[str, Any]:
    """All that a gate asks for, answered so that it opens."""
    answers = {
        f"answer.{question.key}": "yes" if _leads_on(policy, question.yes) else "no"
        for question in policy.gate.questions
    }
    ticket = {"ticket": policy.ticket.example} if policy.ticket else {}
    return {
        "title": "Charge cards again",
        "reason": "Nobody can pay",
        **_all("criteria", policy.gate.criteria),
        **_all("ready", policy.gate.prerequisites),
        **answers,
        **ticket,
        **more,
    }


def _leads_on(policy: HotfixPolicy, answer: str) -> bool:
    """Whether an answer leads to a hotfix, or to a question that does."""
    following = {question.key: question for question in policy.gate.questions}
    if answer not in following:
        return answer == "hotfix"
    return _leads_on(policy, following[answer].yes) or _leads_on(policy, following[answer].no)


def _all(name: str, items: tuple[str, ...]) -> dict[str, list[str]]:
    return {
        f"{name}#{first}": [f"{index}" for index in range(first, min(first + 10, len(items)))]
        for first in range(0, len(items), 10)
    }


def test_an_honest_answer_opens_it(bench: Bench, incident: Incident, name: str) -> None:
    opens(bench, incident)

    assert bench.submits("sam", **filled(book(name).hotfix)) == {}

    (started,) = hotfixes(bench, incident)
    assert (started.service, started.title) == ("shop", "Charge cards again")
    assert started.is_done(StepKind.GATE)
    assert bench.told("sam", incident.channel_name)


def test_no_answer_opens_it_and_the_refusal_is_counted(
    bench: Bench, incident: Incident, name: str
) -> None:
    gate = book(name).hotfix.gate
    denied = {f"answer.{question.key}": "no" for question in gate.questions}
    nothing: dict[str, list[str]] = {field: [] for field in _all("criteria", gate.criteria)}
    opens(bench, incident)

    assert bench.submits("sam", **filled(book(name).hotfix, **denied, **nothing)) == {}

    words = shown(bench.sees("sam").blocks)
    assert "Not a hotfix: " in words
    assert "Instead: " in words
    assert hotfixes(bench, incident) == []
    kinds = [entry.kind for entry in bench.timeline(incident.id)]
    assert kinds.count(EntryKind.HOTFIX_REFUSED) == 1


@pytest.mark.parametrize("name", [each for each in BOOKS if book(each).hotfix.gate.red_flags])
def test_a_reason_that_speaks_against_it_must_be_meant(
    bench: Bench, incident: Incident, name: str
) -> None:
    policy = book(name).hotfix
    opens(bench, incident)
    flag = policy.gate.red_flags[0].strip(".…")
    assert bench.submits("sam", **filled(policy, reason=f"{flag}!")) == {}
    assert hotfixes(bench, incident) == []
    assert "Is production broken right now?" in shown(bench.sees("sam").blocks)

    assert bench.submits("sam", anyway=["yes"]) == {}

    (started,) = hotfixes(bench, incident)
    assert started.title == "Charge cards again"
