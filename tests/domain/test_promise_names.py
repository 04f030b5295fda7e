"""People name promises in their words; what is not clear is asked back, with what there is."""

from dataclasses import replace

import pytest

from chatops.domain.errors import UserError
from chatops.domain.promises.kinds import PromiseKind
from chatops.domain.promises.model import Promise
from chatops.domain.promises.resolve_name import meant, take_what
from tests.domain.samples import HOUR, NOW


def promise(kind: PromiseKind, key: str = "", detail: str = "", about: str = "") -> Promise:
    return Promise(
        incident=7, key=key or kind.value, kind=kind, due_at=NOW + HOUR, wake_at=None,
        made_at=NOW, detail=detail, about=about,
    )  # fmt: skip


UPDATE = promise(PromiseKind.STATUS_UPDATE)
POST_MORTEM = promise(PromiseKind.POST_MORTEM)
REVIEW = promise(PromiseKind.REVIEW)
THIRD = promise(PromiseKind.ACTION, "action:3", "3", "Add the alert")
FOURTH = promise(PromiseKind.ACTION, "action:4", "4", "Write the runbook")
DEVELOP = promise(PromiseKind.BACKPORT, "backport:1:develop", "1:develop", "backport to develop")
NEXT = promise(PromiseKind.BACKPORT, "backport:1:next", "1:next", "backport to next")
PAGE = promise(PromiseKind.NOTICE, "notice:oncall")
ALL = (POST_MORTEM, REVIEW, THIRD, FOURTH, DEVELOP, NEXT, PAGE)


@pytest.mark.parametrize(
    ("typed", "what", "rest"),
    [
        ("post-mortem because legal writes it", "post-mortem", "legal writes it"),
        ("postmortem: no time", "postmortem", "no time"),
        ("the review, nobody can", "the review", "nobody can"),
        ("task 3 2 days waiting", "task 3", "2 days waiting"),
        ("backport to develop 2 h", "backport to develop", "2 h"),
        ("rollback because it heals", "rollback", "it heals"),
        ("rollback of v1.2.4, it heals", "rollback of v1.2.4", "it heals"),
        ("reviewers are ill", "", "reviewers are ill"),
        ("the vendor is slow", "", "the vendor is slow"),
        ("", "", ""),
    ],
)
def test_what_is_named_is_told_from_what_follows(typed: str, what: str, rest: str) -> None:
    assert take_what(typed) == (what, rest)


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("post-mortem", POST_MORTEM),
        ("The Review", REVIEW),
        ("task 4", FOURTH),
        ("action item #3", THIRD),
        ("backport to next", NEXT),
        ("runbook", FOURTH),
        ("action:3", THIRD),
    ],
)
def test_a_promise_is_found_by_its_words_or_by_its_key(what: str, expected: Promise) -> None:
    assert meant(ALL, what) == expected


@pytest.mark.parametrize("what", ["backport", "elephant", "task 9", ""])
def test_what_could_be_several_or_none_is_asked_back(what: str) -> None:
    with pytest.raises(UserError, match="Write the runbook") as caught:
        meant(ALL, what)
    assert "Page" not in str(caught.value)


def test_without_words_the_next_update_is_meant_or_the_only_open_promise() -> None:
    assert meant((*ALL, UPDATE), "") == UPDATE
    assert meant((UPDATE.fulfilled(NOW), REVIEW), "") == REVIEW


def test_what_is_fulfilled_is_not_found_again() -> None:
    with pytest.raises(
        UserError, match=r"That is settled already; nothing is owed\. See `/incident"
    ):
        meant((*ALL, UPDATE.fulfilled(NOW)), "status_update")
    with pytest.raises(
        UserError, match=r"That is settled already; nothing is owed\. See `/incident"
    ):
        meant((replace(REVIEW).fulfilled(NOW),), "")
