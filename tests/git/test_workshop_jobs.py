"""Each job of a hotfix: what it makes, that it can be done by hand, and that twice is once."""

from pathlib import Path

import pytest

from chatops.application.ports.external import ExternalRefused
from chatops.application.ports.git import (
    BumpVersion,
    Job,
    Merge,
    Pick,
    RemoveBranch,
    Result,
    Revert,
    StartBranch,
    Tag,
)
from chatops.domain.playbook.pipeline import (
    Increment,
    MergeWay,
    SkipPermission,
    VersionFile,
    VersionFileKind,
    VersionRule,
)
from tests.git.yard import LINES, Yard, hotfix, signed, stocked_yard, with_line

VERSION_FILE = VersionRule(files=(VersionFile(kind=VersionFileKind.VERSION, path="VERSION"),))


@pytest.fixture
def yard(tmp_path: Path) -> Yard:
    return stocked_yard(tmp_path)


def done_once(
    yard: Yard, job: Job, branch: str = "", edits: dict[str, str] | None = None
) -> Result:
    """Prepare, do it by hand on a copy, do it twice, and compare."""
    before = yard.refs()
    prepared = yard.prepare(job)
    assert yard.refs() == before
    copy = yard.by_hand(prepared, edits)
    first = yard.perform(job)
    after = yard.refs()
    second = yard.perform(job)
    assert first == prepared
    assert not first.already
    assert second.already
    assert second.plan == ()
    assert yard.refs() == after
    assert set(yard.refs(copy)) == set(after)
    if branch:
        by_hand = yard.inside("log", "-1", "--format=%T %an %ae %B", branch, remote=copy)
        assert by_hand == yard.inside("log", "-1", "--format=%T %an %ae %B", branch)
    assert all(line.startswith(("git ", "# ")) for line in first.plan)
    return first


def bump(branch: str = "main", rule: VersionRule = VERSION_FILE, **more: Increment) -> BumpVersion:
    return BumpVersion(
        branch=branch,
        rule=rule,
        tag_pattern="v{version}",
        message="chore: bump version to {version}",
        signed=signed("bump"),
        **more,
    )


def merge(commit: object, way: MergeWay, into: str = "main") -> Merge:
    return Merge(
        commit=str(commit), into=into, way=way, message="Merge the hotfix", signed=signed("merge")
    )


def tag(commit: object, name: str = "v1.2.4") -> Tag:
    return Tag(tag=name, commit=str(commit), message="Hotfix: webhook", signed=signed("tag"))


def revert(commit: object, branch: str = "main", message: str = "") -> Revert:
    return Revert(commit=str(commit), branch=branch, message=message, signed=signed("fix"))


def pick(commit: object, branch: str = "main") -> Pick:
    return Pick(commit=str(commit), branch=branch, signed=signed("fix"))


def test_a_branch_starts_at_the_tip_that_production_has_now(yard: Yard) -> None:
    yard.perform(StartBranch(branch="hotfix/warm-up"))
    head = yard.engineer.commit({"new.txt": "new\n"}, "Somebody pushed since")
    yard.push()
    result = done_once(yard, StartBranch(branch="hotfix/x", production="main"))
    assert (result.before, result.after) == ("", str(head))
    assert str(yard.head("hotfix/x")) == str(head)


def test_a_branch_that_was_there_is_taken_over_and_told(yard: Yard) -> None:
    _, _, tip = hotfix(yard)
    yard.engineer.switch("main")
    yard.engineer.commit({"new.txt": "new\n"}, "Production goes on")
    yard.push()
    result = yard.perform(StartBranch(branch="hotfix/x"))
    assert result.already
    assert result.after == tip
    assert result.notes[1:] == (
        "It holds 2 commits of its own.",
        "`main` has moved on by 1 commit since.",
    )


def test_a_branch_that_came_from_develop_is_not_taken_over(yard: Yard) -> None:
    yard.engineer.branch("hotfix/x", "develop")
    yard.engineer.commit({"b": "b"}, "On top of develop")
    yard.push()
    with pytest.raises(ExternalRefused, match="holds commits of `develop`"):
        yard.perform(StartBranch(branch="hotfix/x"))


def test_a_branch_that_was_merged_into_develop_since_is_still_a_hotfix(yard: Yard) -> None:
    hotfix(yard)
    yard.engineer.switch("develop")
    yard.engineer.try_git("merge", "-q", "--no-ff", "-m", "Merge", "-X", "ours", "hotfix/x")
    yard.push()
    assert yard.perform(StartBranch(branch="hotfix/x")).already


def test_a_branch_of_another_history_is_not_taken_over(yard: Yard) -> None:
    yard.engineer.git("switch", "-q", "--orphan", "hotfix/x")
    yard.engineer.commit({"b": "b"}, "Apart")
    yard.push()
    with pytest.raises(ExternalRefused, match="never came from it"):
        yard.perform(StartBranch(branch="hotfix/x"))


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("develop/x", "`develop` is in the way"),
        ("Develop", "upper and lower case"),
        ("main", "the production branch itself"),
    ],
)
def test_a_branch_that_cannot_stand_beside_the_others_is_refused(
    yard: Yard, name: str, why: str
) -> None:
    with pytest.raises(ExternalRefused, match=why):
        yard.prepare(StartBranch(branch=name))


def test_production_is_the_services_own_or_the_first_candidate_that_exists(yard: Yard) -> None:
    assert yard.bot.production(yard.service, ["master", "main"]) == "main"
    with pytest.raises(ExternalRefused, match=r"no branch `master` or `trunk`; it has `develop`"):
        yard.bot.production(yard.service, ["master", "trunk"])


def test_a_commit_is_taken_back_in_the_engineers_name(yard: Yard) -> None:
    broken = yard.engineer.commit({"app.txt": with_line(3, "broken")}, "Break it")
    yard.engineer.commit({"other.txt": with_line(1, "later")}, "Later")
    yard.push()

    result = done_once(yard, revert(str(broken)[:9]), "main")

    assert yard.show("main", "app.txt") == LINES.strip()
    assert yard.message("main") == (
        f'Revert "Break it"\n\nThis reverts commit {broken}.\n\n'
        "Incident: INC-2026-014\nHotfix-Step: INC-2026-014/1 fix"
    )
    (made,) = result.made
    assert (made.author, made.email) == ("Eve Engineer", "eve@example.com")
    assert made.sha == result.after
    assert yard.inside("log", "-1", "--format=%cn", "main") == "Incident bot"


def test_a_merge_is_taken_back_by_the_number_of_its_pull_request(yard: Yard) -> None:
    yard.engineer.branch("feature", "main")
    yard.engineer.commit({"app.txt": with_line(3, "broken")}, "Break it (#120)")
    yard.engineer.switch("main")
    yard.engineer.commit({"other.txt": with_line(1, "later")}, "Later")
    words = "Merge pull request #12 from team/feature"
    yard.engineer.git("merge", "-q", "--no-ff", "-m", words, "feature")
    yard.push()

    result = done_once(yard, revert("#12", message="Take the new checkout back"), "main")

    assert yard.show("main", "app.txt") == LINES.strip()
    assert "reversing\nchanges made to" in yard.message("main")
    assert result.made[0].subject == "Take the new checkout back"
    assert any("revert --no-commit -m 1" in line for line in result.plan)


def test_a_pull_request_that_nobody_or_several_speak_of_is_refused(yard: Yard) -> None:
    yard.engineer.commit({"app.txt": with_line(3, "one")}, "One (#7)")
    yard.engineer.commit({"app.txt": with_line(3, "two")}, "Two (#7)")
    yard.engineer.commit({"app.txt": with_line(3, "three")}, 'Revert "One (#8)" (#9)')
    yard.push()
    with pytest.raises(ExternalRefused, match=r"can mean 2 commits(.|\n)*Two \(#7\)"):
        yard.prepare(revert("#7"))
    with pytest.raises(ExternalRefused, match="says that it brought #8 in"):
        yard.prepare(revert("#8"))


def test_what_was_taken_back_by_somebody_else_is_taken_back_already(yard: Yard) -> None:
    broken = yard.engineer.commit({"app.txt": with_line(3, "broken")}, "Break it")
    yard.engineer.git("revert", "--no-edit", str(broken))
    yard.push()
    result = yard.perform(revert(broken))
    assert result.already
    assert "was taken back before" in result.notes[0]


def test_a_commit_of_another_branch_is_not_taken_back(yard: Yard) -> None:
    with pytest.raises(ExternalRefused, match="not in the history of `main`"):
        yard.prepare(revert(yard.engineer.head("develop")))


def test_one_step_that_takes_back_two_commits_does_both(yard: Yard) -> None:
    one = yard.engineer.commit({"app.txt": with_line(3, "broken")}, "One")
    two = yard.engineer.commit({"other.txt": with_line(3, "broken")}, "Two")
    yard.push()
    assert not yard.perform(revert(one)).already
    assert not yard.perform(revert(two)).already
    assert yard.perform(revert(one)).already
    assert yard.show("main", "other.txt") == LINES.strip()


def test_a_commit_is_picked_from_another_branch_with_its_author(yard: Yard) -> None:
    yard.engineer.switch("develop")
    fix = yard.engineer.commit({"other.txt": with_line(3, "fixed")}, "Fix it there")
    yard.push()
    done_once(yard, pick(fix), "main")
    assert yard.show("main", "other.txt") == with_line(3, "fixed").strip()
    assert f"(cherry picked from commit {fix})\nIncident:" in yard.message("main")


def test_a_merge_is_picked_from_another_branch(yard: Yard) -> None:
    yard.engineer.branch("feature", "develop")
    yard.engineer.commit({"other.txt": with_line(3, "fixed")}, "Fix it there")
    yard.engineer.switch("develop")
    yard.engineer.git("merge", "-q", "--no-ff", "-m", "Merge pull request #3 from x", "feature")
    yard.push()
    done_once(yard, pick("#3"), "main")
    assert yard.show("main", "other.txt") == with_line(3, "fixed").strip()
    assert yard.show("main", "VERSION") == "1.2.3"


def test_what_is_there_is_not_picked(yard: Yard) -> None:
    start = yard.engineer.head("main")
    assert "holds all of" in yard.perform(pick(start)).notes[0]
    yard.engineer.commit({"other.txt": with_line(3, "fixed")}, "Fix")
    yard.engineer.branch("same", str(start))
    same = yard.engineer.commit({"other.txt": with_line(3, "fixed")}, "The same fix")
    yard.push()
    result = yard.perform(pick(same))
    assert result.already
    assert "holds all of" in result.notes[0]


def test_a_pick_that_conflicts_names_both_sides_and_how_to_finish(yard: Yard) -> None:
    yard.engineer.commit({"app.txt": with_line(18, "production's own")}, "Production's own")
    yard.push()
    before = yard.refs()
    result = yard.perform(pick(yard.engineer.head("develop")))
    assert not result.already
    assert yard.refs() == before
    assert {conflict.path for conflict in result.conflicts} == {"app.txt"}
    assert [line.subject for line in result.conflicts[0].ours] == ["Production's own"]
    assert [line.subject for line in result.conflicts[0].theirs] == ["Develop on"]
    assert any("cherry-pick --continue" in line for line in result.commands)
    assert result.commands[-1].endswith("HEAD:refs/heads/main")


@pytest.mark.parametrize("way", [MergeWay.MERGE, MergeWay.NO_FF])
def test_a_hotfix_is_merged_with_a_commit_of_two_parents(yard: Yard, way: MergeWay) -> None:
    base, _, head = hotfix(yard)
    done_once(yard, merge(head, way), "main")
    assert yard.inside("log", "-1", "--format=%P", "main") == f"{base} {head}"
    assert yard.message("main").startswith("Merge the hotfix\n\nIncident: INC-2026-014")


def test_a_hotfix_is_squashed_into_one_commit(yard: Yard) -> None:
    base, _, head = hotfix(yard)
    done_once(yard, merge(head, MergeWay.SQUASH), "main")
    assert yard.inside("log", "-1", "--format=%P", "main") == base
    assert yard.show("main", "VERSION") == "1.2.4"


def test_a_squash_is_found_again_when_the_branch_has_gone_over_it(yard: Yard) -> None:
    _, _, head = hotfix(yard)
    made = yard.perform(merge(head, MergeWay.SQUASH)).after
    yard.engineer.switch("main")
    yard.engineer.git("pull", "-q", "origin", "main")
    yard.engineer.commit({"app.txt": with_line(3, "better")}, "Go over it")
    yard.push()
    result = yard.perform(merge(head, MergeWay.SQUASH))
    assert result.already
    assert [line.sha for line in result.made] == [made]


def test_exactly_the_head_that_was_approved_is_merged(yard: Yard) -> None:
    _, fix, _ = hotfix(yard)
    yard.perform(merge(fix, MergeWay.NO_FF))
    assert yard.show("main", "app.txt") == with_line(3, "fixed").strip()
    assert yard.show("main", "VERSION") == "1.2.3"


def test_a_merge_that_conflicts_pushes_nothing(yard: Yard) -> None:
    _, _, head = hotfix(yard)
    yard.engineer.switch("main")
    yard.engineer.commit({"app.txt": with_line(3, "otherwise")}, "Otherwise")
    yard.push()
    before = yard.refs()
    result = yard.perform(merge(head, MergeWay.SQUASH))
    assert [conflict.path for conflict in result.conflicts] == ["app.txt"]
    assert yard.refs() == before


def test_a_tag_is_annotated_in_the_engineers_name(yard: Yard) -> None:
    head = yard.engineer.head("main")
    result = done_once(yard, tag(head))
    assert (result.before, result.after) == ("", str(head))
    shown = yard.inside("cat-file", "tag", "v1.2.4")
    assert "tagger Eve Engineer <eve@example.com> 1772625600 +0000" in shown
    assert "Hotfix: webhook" in shown
    assert yard.inside("rev-parse", "v1.2.4^{commit}") == str(head)


def test_a_tag_is_never_moved(yard: Yard) -> None:
    with pytest.raises(
        ExternalRefused, match=r"points to .* \(Start\)(.|\n)*take the next version"
    ):
        yard.perform(tag(yard.engineer.head("develop"), "v1.2.3"))
    with pytest.raises(ExternalRefused, match="upper and lower case"):
        yard.perform(tag(yard.engineer.head("main"), "V1.2.3"))


def test_a_version_is_raised_in_its_file(yard: Yard) -> None:
    result = done_once(yard, bump(), "main", {"VERSION": "1.2.4\n"})
    assert (result.previous, result.version) == ("1.2.3", "1.2.4")
    assert yard.show("main", "VERSION") == "1.2.4"
    assert yard.message("main").startswith("chore: bump version to 1.2.4\n\nIncident")
    again = yard.perform(bump())
    assert (again.previous, again.version) == ("1.2.3", "1.2.4")
    assert again.made == result.made


def test_a_bump_that_was_reverted_is_made_anew(yard: Yard) -> None:
    first = yard.perform(bump()).after
    yard.engineer.git("pull", "-q", "origin", "main")
    yard.engineer.git("revert", "--no-edit", first)
    yard.push()
    assert not yard.perform(bump()).already
    assert yard.show("main", "VERSION") == "1.2.4"
    assert yard.perform(bump()).already


def test_the_lock_file_and_the_build_constant_go_along(yard: Yard) -> None:
    yard.engineer.commit(
        {
            "web/package.json": '{"version": "1.2.3"}\n',
            "web/package-lock.json": '{"version": "1.2.3", "packages": {"": {"version": "1.2.3"}}}',
            "web/constants.ts": "public static build = '0099';\n",
        }
    )
    yard.push()
    rule = VersionRule(
        repositories={
            "shop": (
                VersionFile(kind=VersionFileKind.PACKAGE_JSON, path="web/package.json"),
                VersionFile(
                    kind=VersionFileKind.CONSTANT,
                    path="web/constants.ts",
                    pattern="public static build = '([0-9]+)'",
                ),
            )
        }
    )
    result = yard.perform(bump(rule=rule))
    assert result.version == "1.2.4"
    assert yard.show("main", "web/package.json") == '{"version": "1.2.4"}'
    assert yard.show("main", "web/package-lock.json").count("1.2.4") == 2
    assert yard.show("main", "web/constants.ts") == "public static build = '0100';"


CARGO = """[package]
name = "shop"
version = "1.2.3"
"""
CARGO_LOCK = """# made by cargo
version = 3

[[package]]
name = "shop"
version = "1.2.3"
dependencies = [
 "other",
]

[[package]]
name = "other"
version = "1.2.3"

[[package]]
name = "shop"
version = "1.2.3"
source = "registry+https://example.com/index"
"""
PYPROJECT = """[project]
name = "The_Shop"
version = "1.2.3"
"""
UV_LOCK = """version = 1

[[package]]
name = "the-shop"
version = "1.2.3"
source = { editable = "." }

[[package]]
name = "other"
version = "1.2.3"
source = { registry = "https://example.com/simple" }
"""


def test_the_lock_files_of_cargo_and_uv_go_along(yard: Yard) -> None:
    yard.engineer.commit(
        {
            "core/Cargo.toml": CARGO,
            "core/Cargo.lock": CARGO_LOCK,
            "pyproject.toml": PYPROJECT,
            "uv.lock": UV_LOCK,
        }
    )
    yard.push()
    files = (
        VersionFile(kind=VersionFileKind.CARGO, path="core/Cargo.toml"),
        VersionFile(kind=VersionFileKind.PYPROJECT, path="pyproject.toml"),
    )
    yard.perform(bump(rule=VersionRule(files=files)))
    for path, text in (
        ("core/Cargo.toml", CARGO),
        ("core/Cargo.lock", CARGO_LOCK),
        ("pyproject.toml", PYPROJECT),
        ("uv.lock", UV_LOCK),
    ):
        assert yard.show("main", path) == text.replace("1.2.3", "1.2.4", 1).strip()


def test_a_lock_file_that_states_no_version_stays_as_it_is(yard: Yard) -> None:
    lock = UV_LOCK.replace('name = "the-shop"\nversion = "1.2.3"', 'name = "the-shop"')
    yard.engineer.commit({"pyproject.toml": PYPROJECT, "uv.lock": lock})
    yard.push()
    files = (VersionFile(kind=VersionFileKind.PYPROJECT, path="pyproject.toml"),)
    yard.perform(bump(rule=VersionRule(files=files)))
    assert yard.show("main", "uv.lock") == lock.strip()


def test_the_tag_alone_can_carry_the_version(yard: Yard) -> None:
    result = yard.perform(bump(rule=VersionRule()))
    assert result.already
    assert (result.previous, result.version) == ("1.2.3", "1.2.4")


def test_a_minor_is_warned_about_and_a_major_refused(yard: Yard) -> None:
    result = yard.prepare(bump(step=Increment.MINOR))
    assert result.version == "1.3.0"
    assert "is a minor version" in result.notes[0]
    with pytest.raises(ExternalRefused, match="never raises the major"):
        yard.prepare(bump(step=Increment.MAJOR))
    strict = VersionRule(
        files=VERSION_FILE.files, increments={Increment.PATCH: SkipPermission.ALLOWED}
    )
    with pytest.raises(ExternalRefused, match="does not let a hotfix raise the minor"):
        yard.prepare(bump(rule=strict, step=Increment.MINOR))


def test_a_version_that_was_never_tagged_is_spoken_of_unless_the_rule_says_so(yard: Yard) -> None:
    yard.engineer.commit({"VERSION": "1.2.7\n"})
    yard.push()
    assert "may never have been released" in yard.prepare(bump()).notes[0]
    careless = VersionRule(files=VERSION_FILE.files, even_if_unreleased=True)
    assert yard.prepare(bump(rule=careless)).notes == ()


def test_a_version_file_that_is_missing_is_named(yard: Yard) -> None:
    rule = VersionRule(files=(VersionFile(kind=VersionFileKind.PYPROJECT, path="a/b.toml"),))
    with pytest.raises(
        ExternalRefused, match=r"a/b\.toml could not be raised: the file is not there"
    ):
        yard.prepare(bump(rule=rule))


def test_a_branch_goes_once_everything_of_it_is_kept(yard: Yard) -> None:
    _, _, head = hotfix(yard)
    with pytest.raises(ExternalRefused, match=r"`hotfix/x` stays(.|\n)*Bump the version"):
        yard.perform(RemoveBranch(branch="hotfix/x", kept_in="main"))
    yard.perform(merge(head, MergeWay.NO_FF))
    done = yard.prepare(RemoveBranch(branch="hotfix/x", kept_in="main"))
    copy = yard.by_hand(done)
    assert yard.perform(RemoveBranch(branch="hotfix/x", kept_in="main")) == done
    assert "refs/heads/hotfix/x" not in yard.refs()
    assert yard.refs(copy) == yard.refs()
    assert yard.perform(RemoveBranch(branch="hotfix/x", kept_in="main")).already


def test_a_branch_that_was_squashed_may_go(yard: Yard) -> None:
    _, _, head = hotfix(yard)
    kept = yard.perform(merge(head, MergeWay.SQUASH)).after
    yard.perform(RemoveBranch(branch="hotfix/x", kept_in=kept))
    assert "refs/heads/hotfix/x" not in yard.refs()


@pytest.mark.parametrize("branch", ["main", "develop"])
def test_a_branch_that_releases_come_from_never_goes(yard: Yard, branch: str) -> None:
    yard.engineer.branch("later", branch)
    later = yard.engineer.commit({"later.txt": "later"}, "Later")
    yard.push()
    for kept_in in (branch, "later", str(later)):
        with pytest.raises(ExternalRefused, match="It stays"):
            yard.perform(RemoveBranch(branch=branch, kept_in=kept_in))


def test_a_commit_that_was_taken_back_can_be_picked_again(yard: Yard) -> None:
    fix = yard.engineer.commit({"other.txt": with_line(3, "fixed")}, "Fix")
    yard.engineer.git("revert", "--no-edit", str(fix))
    yard.push()
    done_once(yard, pick(fix), "main")
    assert yard.show("main", "other.txt") == with_line(3, "fixed").strip()


def test_a_commit_that_was_done_over_since_is_not_picked_again(yard: Yard) -> None:
    fix = yard.engineer.commit({"other.txt": with_line(3, "fixed")}, "Fix")
    yard.engineer.commit({"other.txt": with_line(3, "fixed better")}, "Better")
    yard.push()
    result = yard.perform(pick(fix))
    assert result.already
    assert "in a form of its own" in result.notes[0]
