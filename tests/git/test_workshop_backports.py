"""Bringing a fix back: by pick or merge, to the target or a branch for it, never with its bump."""

from dataclasses import replace
from pathlib import Path

import pytest

from chatops.application.ports.external import ExternalRefused
from chatops.application.ports.git import BringBack, Merge, Result, Revert
from chatops.domain.git.alignment import Containment
from chatops.domain.playbook.pipeline import BackportMethod, MergeWay
from tests.git.yard import Yard, hotfix, signed, stocked_yard, with_line

PULL_BRANCH = "backport/x"
MERGES = [
    BackportMethod.MERGE,
    pytest.param(BackportMethod.MERGE_NO_FF, marks=pytest.mark.long),
]
METHODS = [BackportMethod.CHERRY_PICK, *MERGES]


@pytest.fixture
def yard(tmp_path: Path) -> Yard:
    return stocked_yard(tmp_path)


def backport(yard: Yard, method: BackportMethod, *commits: str, **more: str) -> BringBack:
    base, fix, bump = hotfix(yard, **more)
    return BringBack(
        target="develop",
        method=method,
        commits=commits or (fix,),
        base=base,
        head=bump,
        bump=bump,
        message="Merge the hotfix into develop",
        signed=signed("backport develop"),
    )


def done_once(yard: Yard, job: BringBack) -> Result:
    """Prepare, do it by hand on a copy, do it twice, and compare."""
    before = yard.refs()
    prepared = yard.prepare(job)
    assert yard.refs() == before
    copy = yard.by_hand(prepared)
    first = yard.perform(job)
    after = yard.refs()
    second = yard.perform(job)
    assert first == prepared
    assert not first.already
    assert second.already
    assert second.made == first.made
    assert yard.refs() == after
    branch = job.pull_branch or job.target
    told = "--format=%T %an %ae %B"
    span = [f"{first.before or before['refs/heads/develop']}..{branch}"]
    assert yard.inside("log", told, *span, remote=copy) == yard.inside("log", told, *span)
    return first


def holds_the_fix_and_its_own_version(yard: Yard, branch: str) -> bool:
    app = with_line(3, "fixed", with_line(18, "developed")).strip()
    return (yard.show(branch, "app.txt"), yard.show(branch, "VERSION")) == (app, "1.3.0-dev")


@pytest.mark.parametrize("method", BackportMethod)
def test_the_fix_is_pushed_to_develop_without_the_bump(yard: Yard, method: BackportMethod) -> None:
    job = backport(yard, method)
    result = done_once(yard, job)
    assert holds_the_fix_and_its_own_version(yard, "develop")
    assert result.after == str(yard.head("develop"))
    assert "Hotfix-Step: INC-2026-014/1 backport develop" in yard.message("develop")
    _, verdict = yard.bot.prove(yard.service, base=job.base, fix=job.commits, target="develop")
    assert verdict.answer is Containment.CONTAINED


@pytest.mark.parametrize("method", METHODS)
def test_the_fix_is_carried_by_a_branch_of_its_own(yard: Yard, method: BackportMethod) -> None:
    before = yard.head("develop")
    result = done_once(yard, replace(backport(yard, method), pull_branch=PULL_BRANCH))
    assert holds_the_fix_and_its_own_version(yard, PULL_BRANCH)
    assert yard.head("develop") == before
    assert (result.before, result.after) == ("", str(yard.head(PULL_BRANCH)))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.long
def test_a_branch_for_it_that_is_there_is_taken_over(yard: Yard, method: BackportMethod) -> None:
    job = replace(backport(yard, method), pull_branch=PULL_BRANCH)
    yard.engineer.branch(PULL_BRANCH, "develop")
    started = yard.engineer.commit({"note.txt": "started by hand\n"}, "Start by hand")
    yard.push()
    result = done_once(yard, job)
    assert result.before == str(started)
    assert holds_the_fix_and_its_own_version(yard, PULL_BRANCH)
    assert yard.show(PULL_BRANCH, "note.txt") == "started by hand"


def test_a_stale_branch_for_it_begins_again_at_the_target(yard: Yard) -> None:
    job = replace(backport(yard, BackportMethod.CHERRY_PICK), pull_branch=PULL_BRANCH)
    yard.engineer.branch(PULL_BRANCH, "develop")
    yard.engineer.switch("develop")
    tip = yard.engineer.commit({"more.txt": "more\n"}, "Develop goes on")
    yard.push()
    result = yard.perform(job)
    assert yard.inside("log", "-1", "--format=%P", PULL_BRANCH) == str(tip)
    assert result.before != str(tip)


def test_what_is_in_the_target_needs_no_branch(yard: Yard) -> None:
    job = backport(yard, BackportMethod.CHERRY_PICK)
    yard.perform(job)
    before = yard.refs()
    result = yard.perform(replace(job, pull_branch=PULL_BRANCH))
    assert result.already
    assert result.notes == ("It was brought to `develop` before.",)
    assert result.made == ()
    assert yard.refs() == before


@pytest.mark.parametrize("method", METHODS)
def test_a_branch_that_was_squashed_into_the_target_has_nothing_left_to_bring(
    yard: Yard, method: BackportMethod
) -> None:
    job = replace(backport(yard, method), pull_branch=PULL_BRANCH)
    yard.perform(job)
    yard.fetch()
    yard.engineer.switch("develop")
    yard.engineer.git("merge", "-q", "--squash", f"origin/{PULL_BRANCH}")
    yard.engineer.commit(message="Backport (#21)")
    yard.push()
    before = yard.refs()
    result = yard.perform(job)
    assert (result.after, result.made) == (before["refs/heads/develop"], ())
    assert result.already
    assert yard.refs() == before


@pytest.mark.parametrize("method", [BackportMethod.CHERRY_PICK])
def test_a_fix_that_somebody_else_has_brought_is_there_already(
    yard: Yard, method: BackportMethod
) -> None:
    job = backport(yard, method)
    yard.engineer.switch("develop")
    yard.engineer.git("cherry-pick", job.commits[0])
    yard.push()
    result = yard.perform(job)
    assert result.already
    assert "`develop` holds all of" in result.notes[0]


@pytest.mark.long
def test_several_commits_come_over_in_order(yard: Yard) -> None:
    base, first, _ = hotfix(yard)
    second = yard.engineer.commit({"app.txt": with_line(3, "fixed better")}, "Fix it better")
    third = yard.engineer.commit({"other.txt": with_line(9, "other")}, "Fix the other")
    bump = yard.engineer.head("hotfix/x~2")
    yard.push()
    job = BringBack(
        target="develop",
        method=BackportMethod.CHERRY_PICK,
        commits=(first, str(bump), str(second), str(third)),
        base=base,
        head=str(third),
        bump=str(bump),
        message="",
        signed=signed("backport develop"),
    )
    result = done_once(yard, job)
    subjects = [line.subject for line in result.made]
    assert subjects == ["Fix the app", "Fix it better", "Fix the other"]
    assert yard.show("develop", "VERSION") == "1.3.0-dev"
    fix = (first, str(second), str(third))
    _, verdict = yard.bot.prove(yard.service, base=base, fix=fix, target="develop")
    assert verdict.answer is Containment.CONTAINED
    _, verdict = yard.bot.prove(yard.service, base=base, fix=fix, target="main")
    assert verdict.answer is Containment.ABSENT


def test_a_merge_brings_its_whole_change(yard: Yard) -> None:
    base, _, head = hotfix(yard)
    merged = yard.perform(
        Merge(commit=head, into="main", way=MergeWay.NO_FF, message="Merge", signed=signed("merge"))
    ).after
    job = BringBack(
        target="develop",
        method=BackportMethod.CHERRY_PICK,
        commits=(merged,),
        base=base,
        head=merged,
        message="",
        signed=signed("backport develop"),
    )
    conflicts = yard.perform(job).conflicts
    assert [conflict.path for conflict in conflicts] == ["VERSION"]


@pytest.mark.parametrize("method", MERGES)
def test_a_fix_in_a_version_file_comes_over_and_the_bump_stays_behind(
    yard: Yard, method: BackportMethod
) -> None:
    package = (
        '{\n "name": "shop",\n "a": 1,\n "version": "1.2.3",\n "b": 1,\n "c": 1,\n "x": "1.0"\n}\n'
    )
    yard.engineer.commit({"package.json": package}, "Package")
    base = yard.engineer.head()
    yard.engineer.switch("develop")
    yard.engineer.git("merge", "-q", "-m", "Merge main", "main")
    yard.engineer.commit({"package.json": package.replace("1.2.3", "1.3.0-dev")}, "Go on")
    yard.engineer.branch("hotfix/x", "main")
    safe = package.replace('"x": "1.0"', '"x": "1.1"')
    fix = yard.engineer.commit({"package.json": safe}, "Take the safe x")
    bump = yard.engineer.commit({"package.json": safe.replace("1.2.3", "1.2.4")}, "Bump")
    yard.push()
    job = BringBack(
        target="develop", method=method, commits=(str(fix),), base=str(base), head=str(bump),
        bump=str(bump), message="Merge the hotfix", signed=signed("backport develop"),
    )  # fmt: skip
    result = done_once(yard, job)
    want = package.replace("1.2.3", "1.3.0-dev").replace('"x": "1.0"', '"x": "1.1"')
    assert yard.show("develop", "package.json") == want.strip()
    assert result.notes == ("The version bump is left out of `package.json`.",)


@pytest.mark.parametrize("method", MERGES)
def test_a_version_file_that_develop_has_given_up_stays_away(
    yard: Yard, method: BackportMethod
) -> None:
    yard.engineer.switch("develop")
    yard.engineer.commit({"VERSION": None}, "The tag says the version now")
    yard.push()
    done_once(yard, backport(yard, method))
    assert yard.inside("ls-tree", "--name-only", "develop").split() == ["app.txt", "other.txt"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("pull_branch", [None, PULL_BRANCH])
def test_a_conflict_names_both_sides_pushes_nothing_and_says_how_to_finish(
    yard: Yard, method: BackportMethod, pull_branch: str | None
) -> None:
    job = replace(conflicting(yard, method), pull_branch=pull_branch)
    before = yard.refs()
    result = yard.perform(job)
    assert not result.already
    assert yard.refs() == before
    (conflict,) = result.conflicts
    assert (conflict.path, conflict.kind) == ("app.txt", "both sides changed the same lines")
    assert conflict.ours[0].subject == "Otherwise"
    assert [line.subject for line in conflict.theirs] == ["Fix the app"]
    finish_by_hand(yard, result)
    finished = yard.refs()
    done = yard.perform(job)
    assert done.already
    assert done.made or not pull_branch
    assert yard.refs() == finished
    assert yard.show(pull_branch or "develop", "VERSION") == "1.3.0-dev"


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.long
def test_a_conflict_can_leave_a_draft_that_says_what_is_left_to_do(
    yard: Yard, method: BackportMethod
) -> None:
    job = replace(conflicting(yard, method), pull_branch=PULL_BRANCH, draft=True)
    prepared = yard.prepare(job)
    copy = yard.by_hand(prepared)
    tip = yard.head("develop")

    result = yard.perform(job)

    assert result == prepared
    assert result.conflicts
    assert (result.before, result.after) == ("", str(yard.head(PULL_BRANCH)))
    assert yard.inside("log", "-1", "--format=%P %T", PULL_BRANCH).split() == [
        str(tip),
        yard.inside("rev-parse", "develop^{tree}"),
    ]
    assert yard.message(PULL_BRANCH).startswith("Left to do: bring the hotfix to develop")
    assert "- app.txt" in yard.message(PULL_BRANCH)
    told = yard.inside("log", "-1", "--format=%T %B", PULL_BRANCH)
    assert told == yard.inside("log", "-1", "--format=%T %B", PULL_BRANCH, remote=copy)
    after = yard.refs()
    again = yard.perform(job)
    assert yard.refs() == after
    assert again.made == result.made
    assert (again.before, again.after, again.conflicts) == (
        result.after, result.after, result.conflicts,
    )  # fmt: skip
    finish_by_hand(yard, again)
    assert yard.perform(job).already


def conflicting(yard: Yard, method: BackportMethod) -> BringBack:
    yard.engineer.switch("develop")
    yard.engineer.commit({"app.txt": with_line(3, "otherwise")}, "Otherwise")
    yard.push()
    return backport(yard, method)


def finish_by_hand(yard: Yard, result: Result) -> None:
    """Type the commands, and settle the files where they say so."""
    for line in result.commands:
        if line.startswith("git status"):
            yard.engineer.write({"app.txt": with_line(3, "fixed, otherwise")})
            yard.engineer.git("add", "app.txt")
        else:
            yard.types(line)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.long
def test_a_backport_that_was_reverted_can_be_brought_again(
    yard: Yard, method: BackportMethod
) -> None:
    job = backport(yard, method)
    brought = yard.perform(job).after
    yard.perform(
        Revert(commit=brought, branch="develop", message="", signed=signed("somebody else"))
    )
    assert not holds_the_fix_and_its_own_version(yard, "develop")
    assert not yard.perform(job).already
    assert holds_the_fix_and_its_own_version(yard, "develop")
    assert yard.perform(job).already


def test_a_merge_of_production_into_the_hotfix_is_not_picked(yard: Yard) -> None:
    base, fix, _ = hotfix(yard)
    yard.engineer.switch("main")
    other = yard.engineer.commit({"other.txt": with_line(2, "other")}, "Another hotfix")
    yard.engineer.switch("hotfix/x")
    yard.engineer.git("merge", "-q", "-m", "Merge main", "main")
    merged = yard.engineer.head()
    yard.push()
    job = BringBack(
        target="develop", method=BackportMethod.CHERRY_PICK,
        commits=(fix, str(other), str(merged)), base=base, head=str(merged), message="",
        signed=signed("backport develop"),
    )  # fmt: skip
    result = done_once(yard, job)
    assert [line.subject for line in result.made] == ["Fix the app", "Another hotfix"]


@pytest.mark.parametrize("method", METHODS)
def test_a_fix_whose_branch_is_deleted_is_asked_for_by_its_ids(
    yard: Yard, method: BackportMethod
) -> None:
    job = backport(yard, method)
    squashed = Merge(
        commit=job.head, into="main", way=MergeWay.SQUASH, message="x", signed=signed("merge")
    )
    yard.perform(squashed)
    yard.push(":hotfix/x")
    elsewhere = replace(yard.bot, data=yard.place / "elsewhere")
    _, verdict = elsewhere.prove(yard.service, base=job.base, fix=job.commits, target="main")
    assert verdict.answer is Containment.CONTAINED
    elsewhere = replace(yard.bot, data=yard.place / "elsewhere still")
    assert not elsewhere.perform(yard.service, job).already
    assert holds_the_fix_and_its_own_version(yard, "develop")


def test_a_fix_that_the_remote_has_forgotten_is_named(yard: Yard) -> None:
    job = backport(yard, BackportMethod.CHERRY_PICK)
    yard.push(":hotfix/x")
    yard.inside("gc", "--quiet", "--prune=now")
    elsewhere = replace(yard.bot, data=yard.place / "elsewhere")
    with pytest.raises(ExternalRefused, match="The repository has no commit"):
        elsewhere.perform(yard.service, job)


def test_a_target_that_is_no_more_is_named(yard: Yard) -> None:
    job = replace(backport(yard, BackportMethod.MERGE), target="development")
    with pytest.raises(ExternalRefused, match="no branch “development”"):
        yard.perform(job)
