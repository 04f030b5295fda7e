"""Names that people type, meant badly or not: none is an option, a range, or another name."""

from dataclasses import replace
from pathlib import Path

import pytest

from chatops.application.ports.external import ExternalRefused
from chatops.application.ports.git import (
    BringBack,
    BumpVersion,
    Job,
    Merge,
    Pick,
    RemoveBranch,
    Revert,
    StartBranch,
    Tag,
)
from chatops.domain.playbook.pipeline import (
    BackportMethod,
    MergeWay,
    VersionFile,
    VersionFileKind,
    VersionRule,
)
from tests.git.yard import Yard, make_yard, signed, stocked_yard

#: One of each kind that is meant to do harm.
WORST_NAMES = [
    "-f",
    "--upload-pack=x",
    "main..develop",
    "a\nb",
    "a\0b",
    "refs/heads/x",
    "HEAD",
    "@{-1}",
    "a'; touch pwned; '\n",
    "a\ud800b",
    "4" * 40,
    "",
]
OTHER_NAMES = [
    "--force",
    "a..b",
    "a b",
    "@",
    "a@{1}",
    "x^",
    "x~1",
    "x:y",
    'a"b c',
    "\u202egnp.exe",
    "a\u200fb",
    "x" * 300,
    "a/.hidden",
    "a.lock",
    "a//b",
    "/a",
    "a/",
    "*",
]
NO_COMMITS = [
    "main",
    "develop",
    "v1.2.3",
    "HEAD~1",
    "abc",
    "#",
    "#0",
    "#12; rm -rf /",
    "--all",
    "^4f2c9e1",
    ":/Start",
    "4f2c9e1^{tree}",
    "\uff14f2c9e1",
]

LATER = [pytest.param(name, marks=pytest.mark.long) for name in OTHER_NAMES]
HOSTILE_NAMES = [*WORST_NAMES, *LATER]
HOSTILE_COMMITS = [*HOSTILE_NAMES, *NO_COMMITS]


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory) -> Yard:
    return stocked_yard(tmp_path_factory.mktemp("names"))


def refuses(yard: Yard, *jobs: Job) -> str:
    """Each of the jobs is refused, and together they changed nothing; what the last one heard."""
    before = yard.refs()
    for job in jobs:
        with pytest.raises(ExternalRefused) as refused:
            yard.perform(job)
        said = str(refused.value)
        assert said.splitlines()
        assert all(c.isprintable() or c == "\n" for c in said)
    assert yard.refs() == before
    return said


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=ascii)
def test_no_branch_or_tag_gets_such_a_name(yard: Yard, name: str) -> None:
    head = str(yard.engineer.head("main"))
    sign = signed("x")
    back = BringBack(
        target="develop", method=BackportMethod.MERGE, commits=(head,), base=head, head=head,
        message="x", signed=sign, pull_branch=name,
    )  # fmt: skip
    refuses(
        yard,
        StartBranch(branch=name),
        StartBranch(branch="fine", production=name or "\n"),
        Tag(tag=name, commit=head, message="x", signed=sign),
        Merge(commit=head, into=name, way=MergeWay.NO_FF, message="x", signed=sign),
        Pick(commit=head, branch=name, signed=sign),
        RemoveBranch(branch=name, kept_in="main"),
        back,
        replace(back, pull_branch=None, target=name),
    )
    assert not list(yard.place.rglob("pwned"))


@pytest.mark.parametrize("text", HOSTILE_COMMITS, ids=ascii)
def test_no_commit_is_named_like_this(yard: Yard, text: str) -> None:
    head = str(yard.engineer.head("main"))
    sign = signed("x")
    back = BringBack(
        target="develop", method=BackportMethod.CHERRY_PICK, commits=(text,), base=head,
        head=head, message="x", signed=sign,
    )  # fmt: skip
    refuses(
        yard,
        Revert(commit=text, branch="main", message="", signed=sign),
        Pick(commit=text, branch="main", signed=sign),
        Merge(commit=text, into="main", way=MergeWay.NO_FF, message="x", signed=sign),
        Tag(tag="v9", commit=text, message="x", signed=sign),
        back,
    )
    assert not list(yard.place.rglob("pwned"))


def test_part_of_an_id_is_enough_while_it_fits_one_commit_alone(yard: Yard) -> None:
    head = str(yard.engineer.head("develop"))
    for text in (head[:7], head[:12].upper(), f" {head[:10]} ", head):
        job = Pick(commit=text, branch="develop", signed=signed("x"))
        assert yard.prepare(job).already
    assert "has no commit" in refuses(
        yard, Pick(commit="0" * 40, branch="main", signed=signed("x"))
    )
    tree = yard.engineer.tree("main")
    assert "has no commit" in refuses(yard, Pick(commit=tree, branch="main", signed=signed("x")))


def test_an_id_that_fits_several_commits_is_refused_with_all_of_them(tmp_path: Path) -> None:
    yard = make_yard(tmp_path)
    stream = "".join(
        f"commit refs/heads/main\ncommitter Eve <eve@example.com> {second} +0000\ndata 1\nx\n"
        for second in range(2000)
    )
    yard.engineer.git("fast-import", "--quiet", stdin=stream)
    seen: set[str] = set()
    for commit in yard.engineer.git("rev-list", "--reverse", "main").splitlines():
        if commit[:4] in seen:
            break
        seen.add(commit[:4])
    yard.push(f"{commit}:refs/heads/main")
    job = Revert(commit=commit[:4], branch="main", message="", signed=signed("x"))
    assert "can mean 2 commits" in refuses(yard, job)


def test_what_the_bot_has_only_prepared_is_no_commit_that_people_can_mean(tmp_path: Path) -> None:
    yard = stocked_yard(tmp_path)
    only_prepared = yard.prepare(
        Revert(
            commit=str(yard.engineer.head("main")), branch="main", message="", signed=signed("x")
        )
    ).after
    assert "has no commit" in refuses(
        yard, Pick(commit=only_prepared, branch="develop", signed=signed("x"))
    )


@pytest.mark.parametrize(
    ("name", "email", "written"),
    [
        ("Eve <root@x>", "eve@example.com", "Eve root@x <eve@example.com>"),
        ("Eve\nCommitter: Mallory", "a@b\n", "Eve Committer: Mallory <a@b>"),
        ("\u202eevE", "a@b", "evE <a@b>"),
        ("-x --amend", "--exec=x", "-x --amend <--exec=x>"),
        ('O\'Neil "Q" $(touch pwned) `id`', "o@n", 'O\'Neil "Q" $(touch pwned) `id` <o@n>'),
        ("...", "eve@example.com", "eve <eve@example.com>"),
        ("", "", "unknown <>"),
        ("\ud800\0", "a@b", "a@b <a@b>"),
        ("É" * 300, "a@b", "É" * 300 + " <a@b>"),
    ],
)
def test_an_author_is_who_they_are_and_nothing_else(
    tmp_path: Path, name: str, email: str, written: str
) -> None:
    yard = stocked_yard(tmp_path)
    broken = yard.engineer.commit({"app.txt": "broken\n"}, "Break it")
    yard.push()
    who = signed("fix", name=name, email=email)
    job = Revert(commit=str(broken), branch="main", message="", signed=who)
    prepared = yard.prepare(job)
    copy = yard.by_hand(prepared)
    yard.perform(job)
    assert yard.inside("log", "-1", "--format=%an <%ae>", "main") == written
    by_hand = yard.inside("log", "-1", "--format=%an <%ae> %T %B", "main", remote=copy)
    assert by_hand == yard.inside("log", "-1", "--format=%an <%ae> %T %B", "main")
    assert not list(yard.place.rglob("pwned"))
    head = str(yard.head("main"))
    assert yard.perform(Tag(tag="v9", commit=head, message="x", signed=who)).after == head
    assert f"tagger {written} 17" in yard.inside("cat-file", "tag", "v9")


@pytest.mark.parametrize("trailer", ["INC-1\nHotfix-Step: other", 'a\'b "c" $(x)', "\u202e x"])
def test_what_a_trailer_says_stays_in_its_line(tmp_path: Path, trailer: str) -> None:
    yard = stocked_yard(tmp_path)
    broken = yard.engineer.commit({"app.txt": "broken\n"}, "Break it")
    yard.push()
    who = replace(signed("fix"), trailers=(("Incident", trailer), ("Hotfix-Step", trailer)))
    job = Revert(commit=str(broken), branch="main", message="", signed=who)
    yard.perform(job)
    assert len(yard.message("main").split("\n\n")[-1].splitlines()) == 2
    assert yard.perform(job).already


def test_a_tag_pattern_or_version_that_is_no_name_makes_no_tag(yard: Yard) -> None:
    rule = VersionRule(files=(VersionFile(kind=VersionFileKind.VERSION, path="VERSION"),))
    for pattern in ("--delete", "{version} ..", "x\n{version}"):
        job = BumpVersion(
            branch="main", rule=rule, tag_pattern=pattern, message="{version}", signed=signed("x")
        )
        assert yard.prepare(job).version == "1.2.4"
    for path in ("../VERSION", "/etc/passwd", "-x", "", "a\nb", ".git/config"):
        rule = VersionRule(files=(VersionFile(kind=VersionFileKind.VERSION, path=path),))
        job = BumpVersion(
            branch="main", rule=rule, tag_pattern="v", message="x", signed=signed("x")
        )
        said = refuses(yard, job)
        assert "could not be raised" in said or "not a path inside the repository" in said


def test_names_that_differ_in_case_or_stand_in_each_others_way_are_refused(yard: Yard) -> None:
    yard.perform(StartBranch(branch="release"))
    head, sign = str(yard.engineer.head("main")), signed("x")
    for name in ("Release", "release/1.2", "RELEASE/1.2", "develop/x", "MAIN"):
        assert "Choose another name" in refuses(yard, StartBranch(branch=name))
    for name in ("V1.2.3", "v1.2.3/x"):
        refuses(yard, Tag(tag=name, commit=head, message="x", signed=sign))
