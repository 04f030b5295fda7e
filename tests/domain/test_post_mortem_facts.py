from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chatops.adapters.playbooks.folders import resolve
from chatops.adapters.playbooks.repository import PlaybookRepository
from chatops.domain.incident.timeline import Entry, EntryKind
from chatops.domain.postmortem.facts import (
    MOST_LINES,
    PostMortemFacts,
    Record,
    facts_of,
    questions_of,
)
from chatops.domain.postmortem.model import PostMortem, Review
from chatops.domain.promises.kinds import PromiseKind
from chatops.domain.promises.model import Promise
from tests.domain.hotfix_samples import hotfix
from tests.playbooks.scene import INCIDENT

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
SHELF = PlaybookRepository(resolve("priority"))
CALLED = {"U0ANA": "Ana Ruiz", "U0BEN": "Ben Okafor"}


def record(entries: list[Entry], **changes: object) -> Record:
    made = Record(
        incident=replace(INCIDENT, root_cause="<@U0BEN> found it", detected_at=NOW),
        playbook=SHELF.revive(SHELF.current()),
        entries=entries,
        hotfixes=(),
        tasks=(),
        promises=(),
        post_mortem=PostMortem(incident=1, made_at=NOW, answers={"well": "one voice"}),
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # each test names fields of it


def entry(number: int, kind: EntryKind, text: str = "it happened") -> Entry:
    return Entry(
        incident=1,
        at=NOW + timedelta(minutes=number),
        written_at=NOW,
        kind=kind,
        actor="U0BEN",
        text=text,
        id=number,
    )


def told(made: Record) -> PostMortemFacts:
    found = facts_of(made, CALLED, NOW)["told"]
    assert isinstance(found, PostMortemFacts)
    return found


def test_people_stand_in_it_by_name_wherever_they_are_spoken_of() -> None:
    made = record([entry(1, EntryKind.NOTE, "<@U0ANA> asked")])
    facts: Any = facts_of(made, CALLED, NOW)
    [line] = facts["entries"]
    assert (line.text, line.who) == ("Ana Ruiz asked", "Ben Okafor")
    assert facts["incident"].root_cause == "Ben Okafor found it"
    assert {"U0ANA", "U0BEN"} <= made.users


def test_of_a_long_story_the_main_turns_are_told() -> None:
    many = [entry(number, EntryKind.NOTE) for number in range(200)]
    main = [entry(number, EntryKind.DECISION) for number in range(200, 210)]
    made = record([*many, *main])
    lines: Any = facts_of(made, CALLED, NOW)["entries"]
    assert len(lines) == MOST_LINES
    assert [line.at for line in lines][-10:] == [each.at for each in main]
    assert told(made).left_out == 210 - MOST_LINES


def test_of_a_very_long_story_the_beginning_and_the_end_are_told() -> None:
    made = record([entry(number, EntryKind.DECISION) for number in range(200)])
    entries: Any = facts_of(made, CALLED, NOW)["entries"]
    lines = [line.at for line in entries]
    assert (lines[0], lines[-1]) == (NOW, NOW + timedelta(minutes=199))
    assert len(lines) == MOST_LINES


def test_a_missed_promise_is_told_without_a_name() -> None:
    promise = Promise(
        incident=1,
        key="status_update",
        kind=PromiseKind.STATUS_UPDATE,
        due_at=NOW,
        wake_at=None,
        made_at=NOW,
        owner="U0BEN",
    ).fulfilled(NOW + timedelta(minutes=7))
    [late] = told(record([], promises=(promise,))).late
    assert late.late_by == timedelta(minutes=7)
    assert "Ben" not in late.what


def test_the_root_cause_of_the_incident_answers_its_question() -> None:
    asked = {each.key: each.answer for each in questions_of(record([]))}
    assert asked["root_cause"] == "<@U0BEN> found it"
    assert asked["well"] == "one voice"
    assert asked["improve"] == ""


def test_a_review_that_is_moved_counts_up() -> None:
    review = Review(at=NOW, minutes=60)
    assert review.moved(Review(at=NOW, minutes=30)).sequence == 1


def test_a_fix_that_was_rolled_back_is_not_the_one_that_reached_production() -> None:
    gone = hotfix(deployed="a" * 40, deployed_at=NOW + timedelta(hours=1))
    gone = gone.rolled_back(by=None, reason="worse", now=NOW + timedelta(hours=2))
    stayed = hotfix(deployed="b" * 40, deployed_at=NOW + timedelta(hours=3))
    spans = told(record([], hotfixes=(gone, stayed))).spans
    assert {each.label: each.took for each in spans}["To the fix in production"] == timedelta(
        hours=3
    )
