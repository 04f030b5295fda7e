"""The rules by which evidence becomes an answer: contained, absent, or a person must say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops.domain.git.alignment import (
    BackportCommit,
    CommitLink,
    Containment,
    Evidence,
    Fate,
    PartFate,
    decide,
)

FIX, TIP, PICK, REVERT = "f" * 40, "e" * 40, "a" * 40, "b" * 40
BROUGHT = BackportCommit(commit=PICK, link=CommitLink.TRAILER)


def part(fate: Fate, weight: int = 10, commit: str | None = None) -> PartFate:
    return PartFate(path="a.py", line=3, weight=weight, fate=fate, commit=commit)


def answer(*parts: PartFate, brought: bool = False, reverted: bool = False) -> Containment:
    evidence = Evidence(
        fix=FIX,
        tip=TIP,
        parts=parts,
        backport_commits=[BROUGHT] if brought else [],
        reverted_by=REVERT if reverted else None,
    )
    return decide(evidence).answer


there, gone, missing = part(Fate.THERE), part(Fate.TAKEN_BACK), part(Fate.MISSING)
left_out, rewritten = part(Fate.LEFT_OUT), part(Fate.REWRITTEN)
adapted, unclear = part(Fate.ADAPTED), part(Fate.UNCLEAR)
not_here = part(Fate.NOT_HERE)


def test_content_alone_proves_when_every_part_stands_whatever_was_said() -> None:
    assert answer(there, there) is Containment.CONTAINED
    assert answer(there, brought=True, reverted=True) is Containment.CONTAINED


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((there, rewritten), Containment.CONTAINED),
        ((rewritten, rewritten), Containment.CONTAINED),
        ((there, adapted, not_here), Containment.CONTAINED),
        ((part(Fate.THERE, 90), part(Fate.UNCLEAR, 10)), Containment.CONTAINED),
        ((there, unclear), Containment.UNSURE),
        ((not_here, not_here), Containment.UNSURE),
        ((there, gone), Containment.ABSENT),
        ((there, left_out), Containment.ABSENT),
        ((left_out, left_out), Containment.ABSENT),
        ((unclear, unclear), Containment.UNSURE),
        ((part(Fate.ADAPTED, 100), part(Fate.LEFT_OUT, 5)), Containment.ABSENT),
    ],
)
def test_a_fix_that_somebody_brought_is_there_unless_a_part_is_not(
    parts: tuple[PartFate, ...], expected: Containment
) -> None:
    assert answer(*parts, brought=True) is expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((missing, unclear), Containment.ABSENT),
        ((unclear, unclear), Containment.ABSENT),
        ((gone,), Containment.ABSENT),
        ((part(Fate.THERE, 90), part(Fate.UNCLEAR, 10)), Containment.CONTAINED),
        ((there, unclear), Containment.UNSURE),
        ((there, missing), Containment.UNSURE),
        ((there, missing, missing), Containment.ABSENT),
    ],
)
def test_a_fix_that_nobody_speaks_of_is_judged_by_its_content(
    parts: tuple[PartFate, ...], expected: Containment
) -> None:
    assert answer(*parts) is expected


def test_a_revert_counts_unless_nothing_was_taken_back() -> None:
    assert answer(there, gone, brought=True, reverted=True) is Containment.ABSENT
    assert answer(unclear, brought=True, reverted=True) is Containment.ABSENT
    assert answer(there, rewritten, brought=True, reverted=True) is Containment.UNSURE


def test_words_in_passing_are_no_strong_tie() -> None:
    mention = BackportCommit(commit=PICK, link=CommitLink.MENTION)
    evidence = Evidence(fix=FIX, tip=TIP, parts=[unclear], backport_commits=[mention])
    assert decide(evidence).answer is Containment.ABSENT


def test_a_shallow_clone_proves_nothing_and_an_empty_fix_needs_no_proof() -> None:
    shallow = Evidence(fix=FIX, tip=TIP, parts=[there], shallow=True)
    assert decide(shallow).answer is Containment.UNSURE
    assert answer() is Containment.CONTAINED


def test_every_piece_of_evidence_is_shown() -> None:
    evidence = Evidence(
        fix=FIX,
        tip=TIP,
        parts=[part(Fate.TAKEN_BACK, commit=REVERT)],
        backport_commits=[BROUGHT],
        reverted_by=REVERT,
    )
    assert decide(evidence).lines == (
        "The fix was brought and then reverted.",
        "aaaaaaaaaa names the fix as its origin",
        "bbbbbbbbbb reverts it",
        "a.py:3 was brought, and later taken back (bbbbbbbbbb)",
    )


parts = st.lists(
    st.builds(part, st.sampled_from(Fate), st.integers(1, 100)), min_size=1, max_size=6
)


@given(parts, st.booleans(), st.booleans())
def test_nothing_that_was_taken_back_or_left_out_is_ever_called_contained(
    found: list[PartFate], brought: bool, reverted: bool
) -> None:
    lost = {Fate.TAKEN_BACK, Fate.LEFT_OUT, Fate.MISSING}
    if lost & {one.fate for one in found}:
        assert answer(*found, brought=brought, reverted=reverted) is not Containment.CONTAINED


@given(parts, st.booleans(), st.booleans())
def test_another_part_that_stands_never_turns_contained_into_absent(
    found: list[PartFate], brought: bool, reverted: bool
) -> None:
    if answer(*found, brought=brought, reverted=reverted) is Containment.CONTAINED:
        assert answer(*found, there, brought=brought, reverted=reverted) is Containment.CONTAINED
