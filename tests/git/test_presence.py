"""How a file stands to a piece of a change, whatever else has happened to the file."""

import pytest

from chatops.adapters.git.alignment.hunk_state import stand
from chatops.adapters.git.alignment.patches import FilePatch, read_patch
from chatops.adapters.git.alignment.presence import HunkState
from chatops.adapters.git.alignment.snapshots import BlobCache
from tests.git.git_workshop import Workshop

BEFORE = [f"value_{number} = compute({number})" for number in range(30)]
AFTER = [
    *BEFORE[:10],
    "value_10 = compute_exactly(10)",
    *BEFORE[11:20],
    "check(value_19)",
    *BEFORE[20:],
]


def lines(text: list[str]) -> str:
    return "\n".join(text) + "\n"


def replaced(text: list[str], old: str, new: str) -> list[str]:
    assert old in text
    return [new if line == old else line for line in text]


def states(workshop: Workshop, text: list[str]) -> list[HunkState]:
    """How ``text`` stands to the two pieces that make AFTER of BEFORE."""
    before = workshop.commit({"a.py": lines(BEFORE)})
    after = workshop.commit({"a.py": lines(AFTER)})
    now = workshop.commit({"a.py": lines(text)})
    repo = workshop.repo
    patch = read_patch(repo, str(before), str(after))
    return list(stand(BlobCache(repo), patch, str(now)).states.values())


P, M, GONE = HunkState.PRESENT, HunkState.MISSING, HunkState.OVERTAKEN


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (AFTER, [P, P]),
        (BEFORE, [M, M]),
        (replaced(AFTER, "check(value_19)", "check_all(value_19, value_18)"), [P, GONE]),
        (replaced(AFTER, "value_10 = compute_exactly(10)", BEFORE[10]), [M, P]),
        ([line for line in AFTER if line != "check(value_19)"], [P, M]),
        (["import it", *[f"    {line}" for line in AFTER]], [P, P]),
        ([f"{line}  " for line in AFTER], [P, P]),
        (replaced(replaced(AFTER, BEFORE[9], "nine()"), BEFORE[11], "eleven()"), [P, P]),
        (replaced(replaced(BEFORE, BEFORE[9], "nine()"), BEFORE[11], "eleven()"), [M, M]),
        (replaced(BEFORE, BEFORE[19], "nineteen()"), [M, GONE]),
        (replaced(BEFORE, BEFORE[10], "value_10 = guess(10)"), [GONE, M]),
        (["rewritten()"], [GONE, GONE]),
        ([*BEFORE[:10], *BEFORE[11:], "value_10 = compute_exactly(10)", "check(value_19)"], [P, M]),
    ],
)
def test_each_piece_is_present_missing_or_overtaken(
    workshop: Workshop, text: list[str], expected: list[HunkState]
) -> None:
    assert states(workshop, text) == expected


def test_a_patch_is_read_with_renames_modes_binaries_and_odd_names(workshop: Workshop) -> None:
    workshop.write({"old.py": lines(BEFORE), "run": "x\n", "bin": b"\0", "-odd\nname": "1\n"})
    before = workshop.commit()
    workshop.git("mv", "old.py", "new.py")
    workshop.write({"new.py": lines(AFTER), "bin": b"\0\1", "-odd\nname": "2\n", "added": "a"})
    (workshop.place / "run").chmod(0o755)
    after = workshop.commit()

    patch = {file.path: file for file in read_patch(workshop.repo, str(before), str(after))}

    assert set(patch) == {"-odd\nname", "added", "bin", "new.py", "run"}
    assert patch["new.py"].old_path == "old.py"
    assert [piece.line for piece in patch["new.py"].pieces] == [11, 21]
    assert patch["bin"].pieces == patch["run"].pieces == ()
    assert (patch["run"].old_mode, patch["run"].new_mode) == ("100644", "100755")
    assert _only_piece(patch["-odd\nname"]) == (("1",), ("2",))
    assert patch["added"].is_new
    assert _only_piece(patch["added"]) == ((), ("a",))
    assert read_patch(workshop.repo, str(after), str(after)) == []


def _only_piece(file: FilePatch) -> tuple[tuple[str, ...], tuple[str, ...]]:
    (piece,) = file.pieces
    return piece.removed, piece.added


def test_a_file_that_became_a_link_has_no_pieces(workshop: Workshop) -> None:
    before = workshop.commit({"a": "text\n", "b": "text\n"})
    (workshop.place / "a").unlink()
    (workshop.place / "a").symlink_to("b")
    after = workshop.commit({"b": "other\n"})
    first, second = read_patch(workshop.repo, str(before), str(after))
    assert first.pieces == ()
    assert _only_piece(second) == (("text",), ("other",))
