"""Cherry-pick and revert in the object store."""

import pytest

from chatops.adapters.git.errors import MainlineNeeded, NoSuchParent, UnknownCommit
from chatops.adapters.git.merge.cherry_pick import (
    AlreadyThere,
    Made,
    Stopped,
    pick,
    pick_range,
    revert,
)
from chatops.adapters.git.merge.conflicts import ConflictKind
from chatops.adapters.git.objects.commits import commits_between, signature
from chatops.adapters.git.objects.objects import read_commit
from chatops.domain.git.names import CommitId
from tests.git.git_workshop import BOT, Workshop

LINES = "".join(f"line {number}\n" for number in range(1, 21))


def with_line(number: int, words: str) -> str:
    return LINES.replace(f"line {number}\n", f"{words}\n")


@pytest.fixture
def two_branches(workshop: Workshop) -> Workshop:
    workshop.commit({"a.txt": LINES, "b.txt": LINES}, "start")
    workshop.branch("develop")
    workshop.commit({"a.txt": with_line(18, "developed")}, "develop on")
    workshop.switch("main")
    return workshop


def test_a_picked_commit_keeps_its_author_and_names_bot_origin_and_incident(
    two_branches: Workshop,
) -> None:
    fix = two_branches.commit({"a.txt": with_line(3, "fixed")}, "fix: a\n\nSigned-off-by: E <e@e>")
    develop = two_branches.head("develop")

    made = pick(
        two_branches.repo, source=fix, onto=develop, by=BOT, trailers=[("Incident", "INC-2026-001")]
    )

    assert isinstance(made, Made)
    assert made.pairs == ((fix, made.tip),)
    commit = read_commit(two_branches.repo, made.tip)
    original = read_commit(two_branches.repo, fix)
    assert commit.author == original.author
    assert commit.committer == BOT.signature
    assert commit.parents == (develop,)
    assert commit.message == (
        "fix: a\n\nSigned-off-by: E <e@e>\n"
        f"(cherry picked from commit {fix})\nIncident: INC-2026-001\n"
    )
    assert two_branches.show(str(made.tip), "a.txt") == two_branches_merged()


def two_branches_merged() -> str:
    return with_line(3, "fixed").replace("line 18\n", "developed\n").strip()


def test_an_empty_pick_is_already_there(two_branches: Workshop) -> None:
    fix = two_branches.commit({"a.txt": with_line(3, "fixed")})
    develop = two_branches.head("develop")
    made = pick(two_branches.repo, source=fix, onto=develop, by=BOT)
    assert isinstance(made, Made)

    again = pick(two_branches.repo, source=fix, onto=made.tip, by=BOT)

    assert again == AlreadyThere(tip=made.tip)


def test_a_conflict_names_the_path_the_kind_and_both_sides(two_branches: Workshop) -> None:
    fix = two_branches.commit({"a.txt": with_line(18, "fixed"), "c.txt": "new\n"})

    stopped = pick(two_branches.repo, source=fix, onto=two_branches.head("develop"), by=BOT)

    assert isinstance(stopped, Stopped)
    assert stopped.commit == fix
    (conflict,) = stopped.conflicted.conflicts
    assert (conflict.path, conflict.kind) == ("a.txt", ConflictKind.CONTENT)
    assert conflict.base
    assert conflict.ours
    assert conflict.theirs
    assert two_branches.git("cat-file", "-p", conflict.theirs.oid).split("\n")[17] == "fixed"
    assert two_branches.git("cat-file", "-p", conflict.ours.oid).split("\n")[17] == "developed"
    assert conflict.words == ("CONFLICT (content): Merge conflict in a.txt",)


def test_a_range_brings_all_commits_in_order_and_leaves_out_what_is_there(
    two_branches: Workshop,
) -> None:
    start = two_branches.head()
    first = two_branches.commit({"a.txt": with_line(3, "once")}, "one")
    second = two_branches.commit({"a.txt": with_line(3, "twice")}, "two")
    third = two_branches.commit({"b.txt": with_line(5, "b")}, "three")
    two_branches.switch("develop")
    two_branches.git("cherry-pick", str(third))
    two_branches.switch("main")
    onto = two_branches.head("develop")
    sources = commits_between(two_branches.repo, start, third)
    assert sources == [first, second, third]

    made = pick_range(two_branches.repo, sources=sources, onto=onto, by=BOT)

    assert isinstance(made, Made)
    assert [source for source, _ in made.pairs] == [first, second]
    assert read_commit(two_branches.repo, made.tip).subject == "two"


def test_a_range_with_a_conflict_makes_nothing_of_it(two_branches: Workshop) -> None:
    start = two_branches.head()
    two_branches.commit({"b.txt": with_line(3, "fine")}, "one")
    conflict = two_branches.commit({"a.txt": with_line(18, "conflict")}, "two")
    onto = two_branches.head("develop")

    stopped = pick_range(
        two_branches.repo,
        sources=commits_between(two_branches.repo, start, conflict),
        onto=onto,
        by=BOT,
    )

    assert isinstance(stopped, Stopped)
    assert stopped.commit == conflict
    assert stopped.onto != onto


def test_a_merge_commit_is_picked_and_reverted_only_with_its_mainline(
    two_branches: Workshop,
) -> None:
    two_branches.branch("hotfix")
    two_branches.commit({"a.txt": with_line(2, "fixed")}, "fix")
    two_branches.switch("main")
    two_branches.commit({"b.txt": with_line(9, "other")}, "other")
    two_branches.git("merge", "-q", "--no-ff", "-m", "Merge hotfix", "hotfix")
    merge = two_branches.head()
    develop = two_branches.head("develop")
    repo = two_branches.repo

    with pytest.raises(MainlineNeeded, match="2 parents"):
        pick(repo, source=merge, onto=develop, by=BOT)
    with pytest.raises(NoSuchParent, match="no parent 3"):
        pick(repo, source=merge, onto=develop, by=BOT, mainline=3)
    picked = pick(repo, source=merge, onto=develop, by=BOT, mainline=1)
    undone = revert(repo, source=merge, onto=merge, by=BOT, mainline=1)

    assert isinstance(picked, Made)
    assert isinstance(undone, Made)
    assert two_branches.git("diff", "--name-only", str(develop), str(picked.tip)) == "a.txt"
    two_branches.git("revert", "--no-edit", "-m", "1", str(merge))
    assert two_branches.tree() == two_branches.tree(str(undone.tip))
    assert read_commit(repo, undone.tip).message == read_commit(repo, two_branches.head()).message


def test_a_revert_says_what_git_says_and_may_have_an_author(two_branches: Workshop) -> None:
    fix = two_branches.commit({"a.txt": with_line(3, "broken")}, "feat: broken\n\nwhy")
    eve = signature("Eve <b> \n", "eve@example.com", BOT.at)

    undone = revert(two_branches.repo, source=fix, onto=fix, by=BOT, author=eve)

    assert isinstance(undone, Made)
    two_branches.git("revert", "--no-edit", str(fix))
    mine, theirs = read_commit(two_branches.repo, undone.tip), two_branches.head()
    assert mine.message == read_commit(two_branches.repo, theirs).message
    assert mine.tree == two_branches.tree()
    assert mine.author.name == "Eve b"
    assert revert(two_branches.repo, source=fix, onto=undone.tip, by=BOT) == AlreadyThere(
        tip=undone.tip
    )


def test_a_first_commit_can_be_picked_and_reverted(workshop: Workshop) -> None:
    first = workshop.commit({"a.txt": LINES}, "first")
    second = workshop.commit({"b.txt": "b\n"}, "second")
    workshop.git("switch", "-q", "--orphan", "other")
    other = workshop.commit({"c.txt": "c\n"}, "other")

    made = pick(workshop.repo, source=first, onto=other, by=BOT)
    undone = revert(workshop.repo, source=first, onto=second, by=BOT)

    assert isinstance(made, Made)
    assert workshop.git("ls-tree", "--name-only", str(made.tip)).split() == ["a.txt", "c.txt"]
    assert isinstance(undone, Made)
    assert workshop.git("ls-tree", "--name-only", str(undone.tip)) == "b.txt"


def test_a_commit_that_is_not_there_is_named(workshop: Workshop) -> None:
    head = workshop.commit({"a": "a"})
    with pytest.raises(UnknownCommit, match="dddddddddd"):
        pick(workshop.repo, source=CommitId("d" * 40), onto=head, by=BOT)
    with pytest.raises(UnknownCommit):
        pick(workshop.repo, source=head, onto=CommitId(workshop.tree()), by=BOT)
