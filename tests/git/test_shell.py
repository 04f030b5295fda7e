"""`chatops git` in a shell: the public contract word for word, and a repository left as it was."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from chatops.adapters.git.shell import git_app
from tests.git.git_workshop import Workshop

LINES = "".join(f"line {number}\n" for number in range(1, 31))


def run(*words: str) -> Result:
    return CliRunner().invoke(git_app, words)


@pytest.fixture
def shop(workshop: Workshop) -> Workshop:
    """Main with a fix, develop with work of its own, `done` with the fix picked."""
    workshop.commit({"a.txt": LINES}, "start")
    workshop.branch("develop")
    workshop.commit({"a.txt": LINES.replace("line 25\n", "developed\n")}, "feature")
    workshop.switch("main")
    workshop.commit({"a.txt": LINES.replace("line 9\n", "fixed\n")}, "fix")
    workshop.git("switch", "-q", "-c", "done", "develop")
    workshop.git("cherry-pick", "main")
    workshop.switch("main")
    return workshop


def fingerprint(place: Path) -> str:
    """Every byte below ``place``."""
    digest = hashlib.sha256()
    for path in sorted(place.rglob("*")):
        digest.update(str(path.relative_to(place)).encode())
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()


def test_aligned_answers_on_the_first_line_with_evidence_below_and_by_its_exit_code(
    shop: Workshop,
) -> None:
    place = str(shop.place)
    contained, absent = (
        run("aligned", place, "main", "done"),
        run("aligned", place, "main", "develop"),
    )
    assert contained.exit_code == 0
    assert contained.stdout.splitlines()[0] == "contained"
    assert "a.txt:9 stands in the branch" in contained.stdout.splitlines()
    assert absent.exit_code == 1
    assert absent.stdout.splitlines()[0] == "absent"
    assert "a.txt:9 is missing: the old lines are in place" in absent.stdout.splitlines()


def test_aligned_is_unsure_on_a_shallow_clone(shop: Workshop, tmp_path: Path) -> None:
    clone = tmp_path / "shallow"
    shop.git("clone", "-q", "--depth=1", "--branch=done", shop.place.as_uri(), str(clone))
    answer = run("aligned", str(clone), "HEAD", "HEAD")
    assert answer.exit_code == 2
    assert answer.stdout.splitlines()[0] == "unsure"
    assert "shallow" in answer.stdout


def test_aligned_takes_several_commits_as_a_range(shop: Workshop) -> None:
    assert run("aligned", str(shop.place), "main~1..main", "done").exit_code == 0
    assert run("aligned", str(shop.place), "main~1..main", "develop").exit_code == 1


def test_pick_prints_the_tree_that_git_would_commit(shop: Workshop) -> None:
    picked = run("pick", str(shop.place), "main", "develop")
    assert picked.exit_code == 0
    assert picked.stdout == shop.tree("done") + "\n"


def test_an_empty_pick_prints_the_tree_that_is_there(shop: Workshop) -> None:
    assert run("pick", str(shop.place), "main", "done").stdout == shop.tree("done") + "\n"


def test_pick_prints_conflict_and_a_path_a_line(shop: Workshop) -> None:
    shop.switch("develop")
    shop.commit({"a.txt": LINES.replace("line 9\n", "other\n"), "strange\nname": "x"}, "conflict")
    shop.switch("main")
    shop.commit({"a.txt": LINES.replace("line 9\n", "again\n"), "strange\nname": "y"}, "again")
    picked = run("pick", str(shop.place), "main", "develop")
    assert picked.exit_code == 1
    assert picked.stdout.splitlines() == ["conflict", "a.txt", "strange\\u000aname"]


def test_pick_needs_a_mainline_for_a_merge(shop: Workshop) -> None:
    shop.branch("joined", "develop")
    shop.git("merge", "-q", "--no-ff", "-m", "Merge", "main")
    refused = run("pick", str(shop.place), "joined", "develop")
    assert refused.exit_code == 3
    assert "say which parent is the mainline" in refused.stderr
    picked = run("pick", "--mainline", "1", str(shop.place), "joined", "develop")
    assert picked.stdout == shop.tree("done") + "\n"


@pytest.mark.parametrize("inner", ["", ".git", "folder"])
def test_the_repository_is_left_as_it_was(shop: Workshop, inner: str) -> None:
    (shop.place / "folder").mkdir()
    before = fingerprint(shop.place)
    place = str(shop.place / inner)
    for words in (["aligned", place, "main", "done"], ["pick", place, "main", "develop"]):
        assert run(*words).exit_code == 0
    assert fingerprint(shop.place) == before


def test_a_partial_clone_is_completed_elsewhere_and_left_as_it_was(
    shop: Workshop, tmp_path: Path
) -> None:
    for setting in ("uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"):
        shop.git("config", setting, "true")
    clone = tmp_path / "partial.git"
    shop.git("clone", "-q", "--bare", "--filter=blob:none", shop.place.as_uri(), str(clone))
    before = fingerprint(clone)
    assert run("pick", str(clone), "main", "develop").stdout == shop.tree("done") + "\n"
    assert run("aligned", str(clone), "main", "done").exit_code == 0
    assert fingerprint(clone) == before


def test_a_partial_clone_without_its_remote_is_refused(shop: Workshop, tmp_path: Path) -> None:
    for setting in ("uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"):
        shop.git("config", setting, "true")
    clone = tmp_path / "partial.git"
    shop.git("clone", "-q", "--bare", "--filter=blob:none", shop.place.as_uri(), str(clone))
    shop.git("--git-dir", str(clone), "config", "remote.origin.url", "ext::sh -c evil")
    refused = run("pick", str(clone), "main", "develop")
    assert refused.exit_code == 3
    assert "lacks objects" in refused.stderr


def test_settings_of_the_repository_run_nothing(shop: Workshop, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    shop.switch("develop")
    shop.commit({"a.txt": LINES.replace("line 20\n", "other\n")}, "other")
    for setting in ("core.fsmonitor", "diff.external", "merge.evil.driver", "diff.evil.textconv"):
        shop.git("config", setting, f"touch {trace}; true")
    (shop.place / ".git/info").mkdir()
    (shop.place / ".git/info/attributes").write_text("* merge=evil diff=evil\n")
    assert run("pick", str(shop.place), "main", "develop").exit_code == 0
    assert run("aligned", str(shop.place), "main", "develop").exit_code == 1
    assert not trace.exists()


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["aligned"],
        ["aligned", "{}", "main"],
        ["aligned", "{}", "main", "done", "more"],
        ["aligned", "{}", "nope", "done"],
        ["aligned", "{}", "", "done"],
        ["aligned", "{}", "main..", "done"],
        ["aligned", "{}", "--upload-pack=x", "done"],
        ["aligned", "--", "{}", "--all", "-x"],
        ["aligned", "{}", "main", "x" * 3000],
        ["aligned", "{}", "main", "a\nb"],
        ["aligned", "{}", "main", "main^{tree}"],
        ["aligned", "/nowhere", "main", "done"],
        ["pick", "/", "main", "done"],
        ["pick", "{}", "main:a.txt", "done"],
        ["pick", "{}", "main", "\u202emain"],
        ["pick", "--mainline", "one", "{}", "main", "done"],
        ["pick", "--mainline", "2", "{}", "main", "done"],
    ],
)
def test_bad_input_ends_in_words_on_stderr_and_a_code_that_no_answer_has(
    shop: Workshop, words: list[str]
) -> None:
    answer = run(*(word.format(shop.place) if word == "{}" else word for word in words))
    assert answer.exit_code >= 3
    assert answer.stderr.strip()
    assert answer.stdout == ""


def test_it_runs_as_a_module(shop: Workshop) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "chatops.adapters.git.shell",
            "aligned",
            str(shop.place),
            "main",
            "develop",
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert (done.returncode, done.stdout.splitlines()[0], done.stderr) == (1, "absent", "")
