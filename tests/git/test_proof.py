"""The proof that a branch contains a fix, against histories of which the truth is known."""

from pathlib import Path

import pytest

from chatops.adapters.git.alignment.prove import prove, prove_range
from chatops.adapters.git.objects.objects import find_commit
from chatops.domain.git.alignment import Containment, ProofResult
from chatops.domain.git.names import CommitId
from tests.git.git_workshop import Workshop
from tests.git.labelled_histories import FIXED_LINE, Case, Story, cases


def verdict_of(place: Path, case: Case) -> ProofResult:
    story = Story(place)
    fix = case.tell(story)
    repo = story.shop.repo
    return prove(repo, CommitId(fix), find_commit(repo, "develop"))


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_the_answer_is_the_truth(tmp_path: Path, case: Case) -> None:
    verdict = verdict_of(tmp_path, case)
    assert verdict.answer is case.truth, "\n".join(verdict.lines)
    assert verdict.lines


def test_evidence_names_who_brought_each_part_and_who_took_it_back(tmp_path: Path) -> None:
    story = Story(tmp_path)
    fix = story.fix()
    story.pick(fix, "-x")
    picked = story.shop.head()
    story.edit("parser.py", FIXED_LINE, "parser_9 = compute_parser(27)\n")
    lost = story.shop.commit(message="Tidy up")
    repo = story.shop.repo

    verdict = prove(repo, CommitId(fix), find_commit(repo, "develop"))

    assert verdict.answer is Containment.ABSENT
    assert verdict.lines == (
        "The fix was brought, but a part of it was taken back.",
        f"{picked.short} names the fix as its origin",
        f"parser.py:10 was brought, and later taken back ({lost.short})",
        "tests/test_totals.py:1 stands in the branch",
        "writer.py:31 stands in the branch",
    )


def test_several_commits_are_proved_as_one_change(tmp_path: Path) -> None:
    story = Story(tmp_path)
    start = story.shop.head()
    story.edit("parser.py", "parser_9 =", "parser_nine =")
    one = story.shop.commit(message="first try")
    story.edit("parser.py", "parser_nine = compute_parser(27)\n", FIXED_LINE)
    two = story.shop.commit(message="second try")
    story.on_develop()
    story.change_line()
    story.silently("Both at once")
    repo, develop = story.shop.repo, find_commit(story.shop.repo, "develop")

    assert prove_range(repo, start, two, develop).answer is Containment.CONTAINED
    assert prove_range(repo, start, one, develop).answer is Containment.ABSENT


def test_a_fix_that_changes_nothing_has_nothing_to_bring(workshop: Workshop) -> None:
    workshop.commit({"a": "a"})
    empty = workshop.commit(message="empty")
    assert prove(workshop.repo, empty, workshop.head("main~1")).answer is Containment.CONTAINED


def test_a_first_commit_can_be_asked_for(workshop: Workshop) -> None:
    first = workshop.commit({"a.py": "first = compute_first(1)\n"})
    second = workshop.commit({"b.py": "b"})
    workshop.git("switch", "-q", "--orphan", "other")
    other = workshop.commit({"c.py": "c"})
    assert prove(workshop.repo, first, second).answer is Containment.CONTAINED
    assert prove(workshop.repo, first, other).answer is Containment.ABSENT


def test_nothing_is_proved_on_a_shallow_clone(workshop: Workshop, tmp_path: Path) -> None:
    workshop.commit({"a": "1"})
    workshop.commit({"a": "2"})
    clone = Workshop(tmp_path / "clone", init=False)
    workshop.git("clone", "-q", "--depth=1", workshop.place.as_uri(), str(clone.place))
    verdict = prove(clone.repo, clone.head(), clone.head())
    assert verdict.answer is Containment.UNSURE
    assert "shallow" in verdict.lines[0]
