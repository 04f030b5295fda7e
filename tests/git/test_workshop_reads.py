"""What a repository is asked: its log, its versions, a branch's state, whether a fix is there."""

from pathlib import Path

import pytest

from chatops.application.ports.external import ExternalRefused
from chatops.application.ports.git import StartBranch
from chatops.domain.git.alignment import Containment
from chatops.domain.playbook.pipeline import VersionFile, VersionFileKind, VersionRule
from tests.git.yard import LINES, Yard, hotfix, stocked_yard, with_line

RULE = VersionRule(files=(VersionFile(kind=VersionFileKind.VERSION, path="VERSION"),))


@pytest.fixture
def yard(tmp_path: Path) -> Yard:
    return stocked_yard(tmp_path)


def test_the_log_shows_the_newest_commits_first_and_each_files_own(yard: Yard) -> None:
    yard.engineer.commit({"app.txt": with_line(3, "one")}, "One")
    yard.engineer.commit({"other.txt": with_line(3, "two")}, "Two")
    yard.push()
    log = yard.bot.log(
        yard.service,
        "main",
        limit=2,
        files=["app.txt", "./other.txt", "none.txt"],
        per_file=1,
        rule=RULE,
        tag_pattern="v{version}",
    )
    assert [line.subject for line in log.commits] == ["Two", "One"]
    assert log.commits[0].sha == log.tip == str(yard.head("main"))
    assert (log.commits[0].author, log.commits[0].email) == ("Eve Engineer", "eve@example.com")
    assert [(path, [line.subject for line in lines]) for path, lines in log.by_file] == [
        ("app.txt", ["One"]),
        ("./other.txt", ["Two"]),
        ("none.txt", []),
    ]
    assert (log.version, log.following) == ("1.2.3", "1.2.4")


def test_a_version_that_cannot_be_read_leaves_the_log_as_it_is(yard: Yard) -> None:
    yard.engineer.commit({"VERSION": "soon\n"}, "Break the version")
    yard.push()
    log = yard.bot.log(yard.service, "main", limit=1, rule=RULE, tag_pattern="v{version}")
    assert (log.version, log.following) == ("1.2.3", "")
    assert log.commits[0].subject == "Break the version"
    plain = yard.bot.log(yard.service, "main", limit=1)
    assert (plain.version, plain.following) == ("", "")
    by_tag = yard.bot.log(yard.service, "main", limit=1, tag_pattern="v{version}")
    assert (by_tag.version, by_tag.following) == ("1.2.3", "1.2.4")


@pytest.mark.parametrize("path", ["../x", "", "/", "a\0b", "a/../../b"])
def test_a_path_out_of_the_repository_is_refused(yard: Yard, path: str) -> None:
    with pytest.raises(ExternalRefused, match="is no file of the repository"):
        yard.bot.log(yard.service, "main", limit=1, files=[path])


@pytest.mark.parametrize("path", ["-x", "--all", "*", ":(top)app.txt", "a\nb", "\udc80"])
def test_a_path_is_taken_by_the_letter(yard: Yard, path: str) -> None:
    ((_, lines),) = yard.bot.log(yard.service, "main", limit=1, files=[path]).by_file
    assert lines == ()


def test_the_state_of_a_branch_is_what_it_has_above_its_base(yard: Yard) -> None:
    base, fix, bump = hotfix(yard)
    yard.engineer.switch("main")
    yard.engineer.commit({"new.txt": "new\n"}, "Production goes on")
    yard.push()
    for start in ("main", base, base[:10]):
        state = yard.bot.state(yard.service, "hotfix/x", base=start)
        assert state.tip == bump
        assert [line.sha for line in state.commits] == [fix, bump]
        assert state.files == ("VERSION", "app.txt")
        assert (state.added, state.removed) == (2, 2)


def test_a_branch_that_is_not_there_has_no_state(yard: Yard) -> None:
    assert yard.bot.state(yard.service, "hotfix/none", base="main").tip == ""
    with pytest.raises(ExternalRefused, match="names no commit"):
        yard.bot.state(yard.service, "main", base="no-such-base")


def test_the_state_can_be_read_without_asking_the_remote(yard: Yard) -> None:
    first = yard.bot.state(yard.service, "main", base="main", fetch=False)
    yard.engineer.commit({"new.txt": "new\n"}, "Since")
    yard.push()
    assert yard.bot.state(yard.service, "main", base="main", fetch=False) == first
    assert yard.bot.state(yard.service, "main", base="main").tip == str(yard.head("main"))


def test_words_that_are_no_text_can_be_stored_and_shown(yard: Yard) -> None:
    message = yard.place / "message"
    message.write_bytes(b"Gr\xfc\xdfe \xff\n")
    yard.engineer.write({"plain": "x"})
    (yard.engineer.place / "d\udcfc.txt").write_text("x")
    yard.engineer.git("add", "-A")
    yard.engineer.git("commit", "-q", "-F", str(message))
    yard.push()
    base = str(yard.engineer.head("HEAD~1"))
    state = yard.bot.state(yard.service, "main", base=base)
    assert "".join((state.commits[0].subject, *state.files)).encode("utf-8")


def test_a_fix_is_proven_alone_and_as_a_whole(yard: Yard) -> None:
    base, first, bump = hotfix(yard)
    yard.engineer.commit({"app.txt": with_line(3, "fixed better")}, "Fix it better")
    second = str(yard.engineer.head())
    yard.engineer.switch("develop")
    yard.engineer.commit(
        {"app.txt": with_line(3, "fixed better", with_line(18, "developed"))}, "Same by hand"
    )
    yard.push()

    def answer(*fix: str, target: str = "develop") -> Containment:
        tip, verdict = yard.bot.prove(yard.service, base=base, fix=fix, target=target)
        assert tip == str(yard.head(target))
        assert verdict.lines
        return verdict.answer

    assert answer(first, second) is Containment.CONTAINED
    assert answer(first, bump, second) is not Containment.CONTAINED
    assert answer(first, second, target="main") is Containment.ABSENT
    assert answer(first, second, target="hotfix/x") is Containment.CONTAINED
    with pytest.raises(ExternalRefused, match="no branch “none”"):
        answer(first, target="none")
    with pytest.raises(ExternalRefused, match="names no commit"):
        answer("--all")


def test_the_services_own_production_comes_first(yard: Yard) -> None:
    yard.perform(StartBranch(branch="live"))
    own = yard.service.__class__(name="shop", repository=yard.service.repository, production="live")
    assert yard.bot.production(own, ["main"]) == "live"
    gone = yard.service.__class__(
        name="shop", repository=yard.service.repository, production="gone"
    )
    with pytest.raises(ExternalRefused, match="no branch “gone”"):
        yard.bot.production(gone, ["main"])


def test_what_the_log_of_a_branch_starts_from_must_be_there(yard: Yard) -> None:
    assert yard.show("main", "app.txt") == LINES.strip()
    with pytest.raises(ExternalRefused, match="no branch “none”"):
        yard.bot.log(yard.service, "none", limit=1)
