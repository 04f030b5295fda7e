"""Merge, squash and fast-forward in the object store."""

import pytest

from chatops.adapters.git.errors import NotAFastForward, UnrelatedHistories
from chatops.adapters.git.merge.cherry_pick import AlreadyThere, Made, Stopped
from chatops.adapters.git.merge.merge_branch import fast_forward, merge, squash
from chatops.adapters.git.objects.objects import read_commit
from tests.git.git_workshop import BOT, Workshop


@pytest.fixture
def forked(workshop: Workshop) -> Workshop:
    workshop.commit({"a": "1\n", "b": "1\n"}, "start")
    workshop.branch("hotfix")
    workshop.commit({"a": "2\n"}, "fix")
    workshop.switch("main")
    return workshop


def test_a_merge_has_both_parents_even_where_a_fast_forward_would_do(forked: Workshop) -> None:
    main, hotfix = forked.head("main"), forked.head("hotfix")
    made = merge(
        forked.repo, source=hotfix, onto=main, message="Merge hotfix", by=BOT,
        trailers=[("Approved-by", "Lea Lead\nEvil: yes")],
    )  # fmt: skip
    assert isinstance(made, Made)
    commit = read_commit(forked.repo, made.tip)
    assert commit.parents == (main, hotfix)
    assert commit.tree == forked.tree("hotfix")
    assert commit.message == "Merge hotfix\n\nApproved-by: Lea Lead Evil: yes\n"
    again = merge(forked.repo, source=hotfix, onto=made.tip, message="Again", by=BOT)
    assert again == AlreadyThere(tip=made.tip)


def test_a_squash_has_one_parent_and_leaves_nothing_to_squash_again(forked: Workshop) -> None:
    main, hotfix = forked.head("main"), forked.head("hotfix")
    made = squash(forked.repo, source=hotfix, onto=main, message="HOTFIX: a (#1)", by=BOT)
    assert isinstance(made, Made)
    assert read_commit(forked.repo, made.tip).parents == (main,)
    again = squash(forked.repo, source=hotfix, onto=made.tip, message="Again", by=BOT)
    assert again == AlreadyThere(tip=made.tip)


def test_a_merge_with_a_conflict_stops(forked: Workshop) -> None:
    main = forked.commit({"a": "3\n"})
    stopped = merge(forked.repo, source=forked.head("hotfix"), onto=main, message="Merge", by=BOT)
    assert isinstance(stopped, Stopped)
    assert stopped.conflicted.paths == ("a",)


def test_a_fast_forward_moves_only_forward(forked: Workshop) -> None:
    main, hotfix = forked.head("main"), forked.head("hotfix")
    made = fast_forward(forked.repo, source=hotfix, onto=main)
    assert isinstance(made, Made)
    assert made.tip == hotfix
    assert fast_forward(forked.repo, source=main, onto=hotfix) == AlreadyThere(tip=hotfix)
    with pytest.raises(NotAFastForward):
        fast_forward(forked.repo, source=hotfix, onto=forked.commit({"b": "2\n"}))


def test_branches_without_a_common_commit_are_not_merged(forked: Workshop) -> None:
    main = forked.head("main")
    forked.git("switch", "-q", "--orphan", "apart")
    apart = forked.commit({"c": "1"})
    with pytest.raises(UnrelatedHistories):
        merge(forked.repo, source=apart, onto=main, message="Merge", by=BOT)
