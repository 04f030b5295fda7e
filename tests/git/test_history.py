"""Questions to a repository's history."""

from datetime import UTC, datetime

from chatops.adapters.git.jobs.finish_by_hand import commands_to_finish, explain
from chatops.adapters.git.merge.cherry_pick import Stopped, pick
from chatops.adapters.git.objects.commits import (
    FileChange,
    commits_between,
    file_changes,
    is_ancestor,
    log,
    merge_base,
)
from chatops.domain.git.names import BranchName
from tests.git.git_workshop import BOT, Workshop


def test_the_log_shows_the_latest_commits_overall_and_of_one_file(workshop: Workshop) -> None:
    first = workshop.commit({"a": "1"}, "first")
    second = workshop.commit({"b*": "1"}, "second\n\nbody")
    third = workshop.commit({"a": "2"}, "third: größer")
    repo = workshop.repo

    assert [line.id for line in log(repo, third, most=2)] == [third, second]
    assert [line.id for line in log(repo, third, paths=["a"])] == [third, first]
    assert [line.id for line in log(repo, third, paths=["b*"])] == [second]
    assert [line.id for line in log(repo, third, since=second)] == [third]
    assert log(repo, third, since=third) == []
    latest = log(repo, third, most=1)[0]
    assert (latest.author, latest.email, latest.subject) == (
        "Eve Engineer",
        "eve@example.com",
        "third: größer",
    )
    assert latest.authored.tzinfo is UTC
    assert latest.committed > datetime(2023, 1, 1, tzinfo=UTC)
    assert commits_between(repo, first, third) == [second, third]


def test_ancestors_and_forks(workshop: Workshop) -> None:
    start = workshop.commit({"a": "1"})
    main = workshop.commit({"a": "2"})
    workshop.branch("side", str(start))
    side = workshop.commit({"b": "1"})
    workshop.git("switch", "-q", "--orphan", "apart")
    apart = workshop.commit({"c": "1"})
    repo = workshop.repo
    assert is_ancestor(repo, start, main)
    assert not is_ancestor(repo, main, side)
    assert merge_base(repo, main, side) == start
    assert merge_base(repo, main, apart) is None


def test_changed_files_come_with_their_lines_and_renames_and_binaries(workshop: Workshop) -> None:
    lines = "".join(f"{number}\n" for number in range(20))
    before = workshop.commit({"a": lines, "old name": lines + "x\n", "bin": b"\0"})
    workshop.git("mv", "old name", "new\tname")
    after = workshop.commit({"a": lines + "more\n", "bin": b"\0\1", "added": "1\n2\n"})
    assert file_changes(workshop.repo, before, after) == [
        FileChange(path="a", added=1, removed=0),
        FileChange(path="added", added=2, removed=0),
        FileChange(path="bin", added=None, removed=None),
        FileChange(path="new\tname", added=0, removed=0),
    ]


def test_a_conflict_shows_the_commits_of_both_sides(workshop: Workshop) -> None:
    workshop.commit({"a": "1\n"}, "start")
    workshop.branch("develop")
    develop = workshop.commit({"a": "2\n"}, "develop changes it")
    workshop.switch("main")
    fix = workshop.commit({"a": "3\n"}, "fix changes it")
    stopped = pick(workshop.repo, source=fix, onto=develop, by=BOT)
    assert isinstance(stopped, Stopped)

    (conflict,) = explain(workshop.repo, stopped)

    assert conflict.conflict.path == "a"
    assert [line.subject for line in conflict.ours] == ["develop changes it"]
    assert [line.subject for line in conflict.theirs] == ["fix changes it"]


def test_the_commands_to_finish_by_hand_can_be_pasted_whatever_the_names_hold(
    workshop: Workshop,
) -> None:
    head = workshop.commit({"a": "1"})
    commands = commands_to_finish(
        source=head, target=BranchName("develop"), work=BranchName("backport/$(x)'"), mainline=1
    )
    assert commands[1] == "git switch -c 'backport/$(x)'\"'\"'' origin/develop"
    assert f"git cherry-pick -x -m 1 {head}" in commands
