"""What is made in the object store is what git makes in a work tree."""

import re
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatops.adapters.git.merge.cherry_pick import AlreadyThere, Made, Stopped, pick, revert
from chatops.adapters.git.merge.conflicts import Conflict
from chatops.adapters.git.merge.merge_branch import merge, squash
from chatops.adapters.git.objects.objects import read_commit
from chatops.domain.git.names import CommitId
from tests.git import generated_histories as made_up
from tests.git.git_workshop import BOT, Workshop

#: A conflict within a conflict: its markers are longer by one, and name a commit and a file.
_NAMED = re.compile(r"^(<{8,}|>{8,}|\|{8,}) .*:", re.MULTILINE)

Stages = frozenset[tuple[str, str, str, str]]


@dataclass(frozen=True)
class Result:
    """A tree, or the unmerged entries by path, stage, mode and object."""

    tree: str = ""
    unmerged: Stages = frozenset()
    conflict: bool = False


def by_work_tree(workshop: Workshop, onto: CommitId, *command: str) -> Result:
    """What the command leaves in a work tree at ``onto``."""
    workshop.detach(str(onto))
    workshop.git("clean", "-q", "-ffdx")
    said = workshop.try_git(*command).stdout
    if unmerged := workshop.git("ls-files", "-u", "-z"):
        workshop.git("reset", "-q", "--hard")
        entries = (_entry(workshop, line) for line in unmerged.rstrip("\0").split("\0"))
        return Result(unmerged=frozenset(entries))
    tree = workshop.git("write-tree")
    workshop.git("reset", "-q", "--hard")
    if "CONFLICT" in said:  # some colliding renames: git commits the markers, the engine does not
        return Result(conflict=True)
    return Result(tree=tree)


def _entry(workshop: Workshop, line: str) -> tuple[str, str, str, str]:
    head, _, path = line.partition("\t")
    mode, oid, stage = head.split(" ")
    name_in_the_way = path.partition("~")[0]
    return name_in_the_way, stage, mode, _unnamed(workshop, oid)


def _unnamed(workshop: Workshop, oid: str) -> str:
    """What an entry holds, without what its two sides are called.

    Where a file was renamed to where another one stands, git merges twice: one side of the
    conflict is itself a merge, with markers. They carry the names of commits, such as “HEAD” and
    “parent of 32ff508”; the engine merges commits that stand in for these, by their ids. Both are
    right: the conflict is the same, and the blob is shown to nobody.
    """
    if workshop.try_git("cat-file", "-e", f"{oid}^{{blob}}").returncode:
        return oid
    held = workshop.git("cat-file", "blob", oid)
    plain = _NAMED.sub(r"\1", held)
    return oid if plain == held else plain


def by_engine(workshop: Workshop, outcome: Made | AlreadyThere | Stopped) -> Result:
    if isinstance(outcome, Stopped):
        conflicts = outcome.conflicted.conflicts
        unmerged = frozenset(
            entry for conflict in conflicts for entry in _stages(workshop, conflict)
        )
        return Result(unmerged=unmerged, conflict=not unmerged)
    return Result(tree=read_commit(workshop.repo, outcome.tip).tree)


def _stages(workshop: Workshop, conflict: Conflict) -> Stages:
    sides = {"1": conflict.base, "2": conflict.ours, "3": conflict.theirs}
    return frozenset(
        (conflict.path, stage, entry.mode, _unnamed(workshop, entry.oid))
        for stage, entry in sides.items()
        if entry
    )


def build(
    place: str, attributes: bytes | None, nested: bytes | None, sides: list[list[made_up.Step]]
) -> tuple[Workshop, list[CommitId]]:
    """A history that forks after the first commit; one branch for each side."""
    workshop = Workshop(Path(place))
    made_up.start(workshop, attributes, nested)
    tips = []
    for number, side in enumerate(sides):
        workshop.detach("main")
        workshop.git("clean", "-q", "-ffdx")
        for step in side:
            step(workshop)
        made_up.record(workshop, f"side {number}")
        tips.append(workshop.head())
    return workshop, tips


histories = given(
    attributes=st.sampled_from(made_up.ATTRIBUTES),
    nested=st.sampled_from(made_up.NESTED),
    ours=made_up.sides,
    theirs=made_up.sides,
)


def is_the_same(
    attributes: bytes | None,
    nested: bytes | None,
    ours: list[made_up.Step],
    theirs: list[made_up.Step],
) -> None:
    with TemporaryDirectory() as place:
        workshop, (onto, source) = build(place, attributes, nested, [ours, theirs])
        repo = workshop.repo
        picked = by_engine(workshop, pick(repo, source=source, onto=onto, by=BOT))
        merged = by_engine(workshop, merge(repo, source=source, onto=onto, message="Merge", by=BOT))
        squashed = by_engine(
            workshop, squash(repo, source=source, onto=onto, message="Squash", by=BOT)
        )
        undone = by_engine(workshop, revert(repo, source=source, onto=onto, by=BOT))
        assert picked == by_work_tree(workshop, onto, "cherry-pick", str(source))
        assert merged == by_work_tree(workshop, onto, "merge", "--no-ff", "--no-edit", str(source))
        assert squashed == merged
        assert undone == by_work_tree(workshop, onto, "revert", "--no-edit", str(source))


test_pick_merge_and_revert_give_the_tree_or_the_conflicts_of_git = settings(max_examples=8)(
    histories(is_the_same)
)
test_it_is_so_however_often_one_tries = pytest.mark.long(
    settings(max_examples=25)(histories(is_the_same))
)


@settings(max_examples=5)
@histories
def test_picking_and_reverting_a_merge_by_its_mainline_is_the_same_too(
    attributes: bytes | None,
    nested: bytes | None,
    ours: list[made_up.Step],
    theirs: list[made_up.Step],
) -> None:
    with TemporaryDirectory() as place:
        workshop, (onto, source) = build(place, attributes, nested, [ours, theirs])
        workshop.detach("main")
        workshop.commit({"apart.txt": "apart\n"}, "apart")
        workshop.git("merge", "-q", "--no-ff", "-m", "Merge", str(source))
        join, repo = workshop.head(), workshop.repo
        picked = by_engine(workshop, pick(repo, source=join, onto=onto, by=BOT, mainline=1))
        undone = by_engine(workshop, revert(repo, source=join, onto=onto, by=BOT, mainline=1))
        assert picked == by_work_tree(workshop, onto, "cherry-pick", "-m", "1", str(join))
        assert undone == by_work_tree(workshop, onto, "revert", "--no-edit", "-m", "1", str(join))


def test_a_conflict_within_a_conflict_is_that_of_git_but_for_the_names_of_its_sides(
    tmp_path: Path,
) -> None:
    workshop, (onto, source) = build(
        str(tmp_path),
        None,
        None,
        [
            [made_up.remove("doze.txt"), made_up.move_folder("src")],
            [made_up.edit("doze.txt", 0, "alpha"), made_up.remove("lib/one.c")],
        ],
    )
    undone = by_engine(workshop, revert(workshop.repo, source=source, onto=onto, by=BOT))

    assert undone == by_work_tree(workshop, onto, "revert", "--no-edit", str(source))
    within = {(path, stage): held for path, stage, _, held in undone.unmerged}["src/one.c", "2"]
    assert within.startswith("<<<<<<<<src/one.c\nline 1\n")
    assert within.endswith("doze\n>>>>>>>>doze.txt")


@pytest.mark.parametrize("attributes", [b"* text=auto\n", b"*.txt text eol=crlf\n"])
def test_line_ends_are_renormalized_as_git_does_with_the_setting(
    tmp_path: Path, attributes: bytes
) -> None:
    workshop, (onto, source) = build(
        str(tmp_path),
        None,
        None,
        [[made_up.unix_ends("doze.txt")], [made_up.append("doze.txt", "x\r")]],
    )
    workshop.detach(str(onto))
    onto = workshop.commit({".gitattributes": attributes}, "normalize")

    plain = by_engine(workshop, pick(workshop.repo, source=source, onto=onto, by=BOT))
    renormalized = by_engine(
        workshop, pick(workshop.repo, source=source, onto=onto, by=BOT, renormalize=True)
    )

    assert plain.unmerged
    assert plain == by_work_tree(workshop, onto, "cherry-pick", str(source))
    assert renormalized == by_work_tree(
        workshop, onto, "-c", "merge.renormalize=true", "cherry-pick", str(source)
    )
    assert renormalized.tree
