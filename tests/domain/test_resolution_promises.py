"""What a resolution promises: by whom, for when, and what a second one leaves alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chatops.domain.playbook.policy import PostMortemRule
from chatops.domain.promises.after_resolution import (
    action_promise,
    archive_promise,
    renewed_at_resolution,
    resolution_promises,
    review_start,
)
from chatops.domain.promises.model import Promise, PromiseState
from chatops.domain.tasks import Task
from tests.domain.reminder_samples import DAY, MONDAY, PLAYBOOK, RULE, resolved
from tests.domain.samples import HOUR


def made(at: datetime = MONDAY, **changes: object) -> dict[str, Promise]:
    return {each.key: each for each in resolution_promises(resolved(at, **changes), PLAYBOOK, at)}


def test_a_resolution_promises_all_that_its_playbook_asks_for() -> None:
    due = {key: promise.due_at for key, promise in made().items()}
    assert due == {
        "post_mortem": MONDAY + 48 * HOUR,
        "root_cause": MONDAY + 24 * HOUR,
        "review": datetime(2026, 3, 3, 9, 0, tzinfo=UTC),
        "reporter": datetime(2026, 3, 2, 17, 0, tzinfo=UTC),
        "close": MONDAY + 7 * DAY,
    }


def test_the_commander_promises_it_else_whoever_declared_it() -> None:
    assert {each.owner for each in made(roles={"commander": "UCOM"}).values()} == {"UCOM", "UOLA"}
    assert {each.owner for each in made(roles={}).values()} == {"UOLA"}


def test_whoever_reported_it_is_asked_else_whoever_declared_it() -> None:
    assert made(reported_by="UINES")["reporter"].owner == "UINES"
    assert made()["reporter"].owner == "UOLA"


def test_a_root_cause_that_is_known_is_not_promised() -> None:
    incident = replace(resolved(), root_cause="A null amount")
    assert "root_cause" not in {
        each.key for each in resolution_promises(incident, PLAYBOOK, MONDAY)
    }


def test_a_milder_severity_may_promise_nothing_but_its_closing() -> None:
    mild = replace(PLAYBOOK.severities[1], post_mortem=PostMortemRule(owed=False))
    book = replace(PLAYBOOK, severities=(PLAYBOOK.severities[0], mild))
    keys = {each.key for each in resolution_promises(resolved(), book, MONDAY)}
    assert keys == {"reporter", "close"}


def test_what_was_done_stays_done_and_the_rest_begins_anew() -> None:
    first = made()
    held = first | {
        "post_mortem": first["post_mortem"].fulfilled(MONDAY + HOUR),
        "review": first["review"].cancelled(MONDAY + HOUR),
        "reporter": first["reporter"].fulfilled(MONDAY + HOUR),
    }
    later = MONDAY + 3 * DAY
    again = {
        each.key: each for each in renewed_at_resolution(held, resolved(later), PLAYBOOK, later)
    }
    assert "post_mortem" not in again
    assert again["review"].round == 2
    assert again["review"].state is PromiseState.OPEN
    assert again["reporter"].due_at == datetime(2026, 3, 5, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "rule", "expected"),
    [
        # The first working day's slot within the window,
        ("2026-03-02T09:30", RULE, "2026-03-03T09:00"),
        # nobody is called to one at once,
        ("2026-03-02T08:30", RULE, "2026-03-03T09:00"),
        # after a weekend if the window reaches that far,
        ("2026-03-06T12:00", replace(RULE, due=72 * HOUR), "2026-03-09T09:00"),
        # else on the weekend,
        ("2026-03-06T12:00", replace(RULE, due=24 * HOUR), "2026-03-07T09:00"),
        # not before it may be,
        ("2026-03-02T09:30", replace(RULE, not_before=24 * HOUR), "2026-03-04T09:00"),
        # and at the end of a window that has no slot;
        ("2026-03-02T10:00", replace(RULE, due=4 * HOUR), "2026-03-02T14:00"),
        # on the next day where the playbook says so, its end being the last moment.
        ("2026-03-02T03:00", PostMortemRule(owed=True, next_day=True, review_minutes=(60, 60)),
         "2026-03-03T09:00"),
        ("2026-03-06T12:00", PostMortemRule(owed=True, next_day=True, review_minutes=(60, 60)),
         "2026-03-07T09:00"),
        # The clocks of Berlin are put forward on 29 March.
        ("2026-03-27T15:00", replace(RULE, due=72 * HOUR), "2026-03-30T08:00"),
    ],
)  # fmt: skip
def test_a_review_is_offered_when_people_can_come(
    at: str, rule: PostMortemRule, expected: str
) -> None:
    now = datetime.fromisoformat(f"{at}+00:00")
    assert review_start(rule, PLAYBOOK, now) == datetime.fromisoformat(f"{expected}+00:00")


def test_no_review_is_offered_where_the_playbook_wants_none() -> None:
    assert review_start(replace(RULE, review_minutes=None), PLAYBOOK, MONDAY) is None
    assert review_start(PostMortemRule(owed=False), PLAYBOOK, MONDAY) is None


def test_an_action_item_with_a_date_is_a_promise_of_whoever_has_it() -> None:
    task = Task(
        incident=7, number=3, text="Add the alert", made_by="UOLA", made_at=MONDAY, owner="UBEN",
        due_at=MONDAY + 5 * DAY,
    )  # fmt: skip
    promise = action_promise(resolved(), task, PLAYBOOK, MONDAY)
    assert promise is not None
    assert (promise.key, promise.owner, promise.name) == ("action:3", "UBEN", "Add the alert")
    assert promise.personal
    assert action_promise(resolved(), replace(task, due_at=None), PLAYBOOK, MONDAY) is None


def test_a_channel_goes_into_the_archive_only_where_the_playbook_says_so() -> None:
    promise = archive_promise(resolved(), PLAYBOOK, MONDAY)
    assert promise is not None
    assert promise.due_at == MONDAY + timedelta(days=7)
    assert archive_promise(resolved(), replace(PLAYBOOK, archive_after=None), MONDAY) is None
