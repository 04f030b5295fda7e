"""What stands in the way of a job: other pushers, protected branches, remotes that are gone."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from chatops.adapters.git.jobs.service import GitRepositories
from chatops.adapters.git.objects.mirror import locked, mirror_place
from chatops.adapters.git.objects.repository import GitRunner
from chatops.application.ports.external import (
    ExternalBusy,
    ExternalError,
    ExternalIndeterminate,
    ExternalRefused,
)
from chatops.application.ports.git import (
    BringBack,
    Credential,
    Job,
    Merge,
    Pick,
    RemoveBranch,
    StartBranch,
    Tag,
)
from chatops.domain.git.urls import RemoteUrl
from chatops.domain.playbook.pipeline import BackportMethod, MergeWay
from chatops.domain.services import Service
from chatops.domain.team import GitRules
from tests.git.git_http import SECRET, USER, forge
from tests.git.git_workshop import bare_remote
from tests.git.yard import Yard, hotfix, signed, stocked_yard, with_line

START = StartBranch(branch="hotfix/y", production="main")
_PERFORM = """
import sys
from pathlib import Path
from tests.git.test_workshop_troubles import merging
from tests.git.yard import reopened
yard = reopened(Path(sys.argv[1]))
print(yard.perform(merging(sys.argv[2])).after)
"""


@pytest.fixture
def yard(tmp_path: Path) -> Yard:
    return stocked_yard(tmp_path)


def merging(commit: str) -> Merge:
    return Merge(
        commit=commit, into="main", way=MergeWay.NO_FF, message="Merge", signed=signed("merge")
    )


def picking(yard: Yard) -> Pick:
    """A commit of develop that can be picked."""
    yard.engineer.switch("develop")
    fix = yard.engineer.commit({"other.txt": with_line(3, "fixed")}, "Fix it there")
    yard.push()
    return Pick(commit=str(fix), branch="main", signed=signed("fix"))


def quicker(yard: Yard, times: int) -> None:
    """Let somebody else push to main while the bot's push is on its way, that many times."""
    yard.engineer.switch("main")
    tips = [
        yard.engineer.commit({f"quicker{number}": "x"}, f"Quicker {number}")
        for number in range(times)
    ]
    yard.engineer.git("push", "-q", str(yard.remote), f"{tips[-1]}:refs/quicker/last")
    turns = "\n".join(map(str, tips))
    (yard.place / "turns").write_text(f"{turns}\n")
    yard.install_hook(
        "pre-receive",
        f"""
        next=$(head -n 1 {yard.place}/turns)
        [ -n "$next" ] || exit 0
        sed -i 1d {yard.place}/turns
        unset GIT_QUARANTINE_PATH
        git update-ref refs/heads/main "$next"
        """,
    )


def test_who_was_quicker_is_built_upon(yard: Yard) -> None:
    job = picking(yard)
    quicker(yard, 2)
    result = yard.perform(job)
    subjects = yard.inside("log", "--format=%s", "main").split("\n")
    assert subjects == ["Fix it there", "Quicker 1", "Quicker 0", "Start"]
    assert result.after == str(yard.head("main"))


def test_who_is_quicker_each_time_is_left_in_peace(yard: Yard) -> None:
    job = picking(yard)
    quicker(yard, 3)
    with pytest.raises(ExternalBusy, match="Others pushed to the same place 3 times"):
        yard.perform(job)
    assert yard.inside("log", "-1", "--format=%s", "main") == "Quicker 2"
    assert yard.perform(job).after == str(yard.head("main"))


def test_a_push_between_looking_and_doing_is_kept(yard: Yard) -> None:
    job = picking(yard)
    yard.prepare(job)
    yard.engineer.switch("main")
    theirs = yard.engineer.commit({"theirs.txt": "theirs"}, "Theirs")
    yard.push()
    assert yard.perform(job).before == str(theirs)


@pytest.mark.parametrize("hook", ["pre-receive", "update"])
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("GH006: Protected branch update failed for main.", "it is protected on the remote"),
        ("Not before Monday", "a check on the remote"),
    ],
)
def test_a_branch_that_is_protected_says_so_in_its_own_words(
    yard: Yard, hook: str, words: str, said: str
) -> None:
    job = picking(yard)
    before = yard.refs()
    yard.install_hook(hook, f'echo "{words}" >&2; exit 1')
    with pytest.raises(ExternalRefused, match=f"`main` was not changed: {said}") as refused:
        yard.perform(job)
    assert words in refused.value.words
    assert yard.refs() == before
    (yard.remote / "hooks" / hook).unlink()
    assert not yard.perform(job).already


def test_a_branch_that_may_not_be_deleted_stays(yard: Yard) -> None:
    _, _, head = hotfix(yard)
    yard.perform(merging(head))
    yard.inside("config", "receive.denyDeletes", "true")
    with pytest.raises(ExternalRefused, match="does not let go of this branch"):
        yard.perform(RemoveBranch(branch="hotfix/x", kept_in="main"))


def test_a_branch_that_is_open_in_a_work_tree_is_not_pushed_to(yard: Yard) -> None:
    yard.engineer.switch("main")
    here = replace(yard.service, repository=str(yard.engineer.place))
    fix = yard.engineer.head("develop")
    job = Merge(commit=str(fix), into="main", way=MergeWay.SQUASH, message="x", signed=signed("m"))
    with pytest.raises(ExternalRefused, match="has a work tree in which this branch is open"):
        yard.bot.perform(here, job)


def test_an_answer_that_was_lost_is_settled_by_asking(yard: Yard) -> None:
    job = picking(yard)
    yard.perform(START)
    yard.install_hook("post-receive", "sleep 60")
    hasty = replace(yard.bot, runner=GitRunner(timeout=2.0))
    result = hasty.perform(yard.service, job)
    assert result.after == str(yard.head("main"))
    assert yard.perform(job).already


def test_a_remote_that_breaks_off_has_taken_nothing(yard: Yard) -> None:
    job = picking(yard)
    before = yard.refs()
    yard.install_hook("pre-receive", "kill -9 $PPID")
    with pytest.raises(ExternalBusy, match="has taken nothing"):
        yard.perform(job)
    assert yard.refs() == before


def test_a_remote_that_takes_a_push_and_vanishes_leaves_a_doubt(yard: Yard) -> None:
    job = picking(yard)
    yard.install_hook(
        "reference-transaction",
        f'[ "$1" = committed ] || exit 0; mv {yard.remote} {yard.remote}.gone; kill -9 $PPID',
    )
    with pytest.raises(
        ExternalIndeterminate, match=r"refs/heads/main was sent and no answer came back"
    ):
        yard.perform(job)
    Path(f"{yard.remote}.gone").rename(yard.remote)
    (yard.remote / "hooks/reference-transaction").unlink()
    after = yard.refs()
    result = yard.perform(job)
    assert result.already
    assert result.made[0].sha == after["refs/heads/main"]
    assert yard.refs() == after


def test_a_push_that_was_taken_and_built_upon_is_not_made_again(yard: Yard) -> None:
    job = picking(yard)
    made = yard.perform(job).after
    yard.engineer.switch("main")
    yard.engineer.git("pull", "-q", "origin", "main")
    yard.engineer.commit({"other.txt": with_line(3, "done over")}, "Done over")
    yard.push()
    result = yard.perform(job)
    assert result.already
    assert [line.sha for line in result.made] == [made]


def everything(yard: Yard) -> dict[str, Callable[[Service], object]]:
    bot, commit = yard.bot, str(yard.engineer.head("main"))
    sign = signed("x")
    jobs: list[Job] = [
        START,
        Pick(commit=commit, branch="main", signed=sign),
        merging(commit),
        Tag(tag="v9", commit=commit, message="x", signed=sign),
        RemoveBranch(branch="hotfix/x", kept_in="main"),
        BringBack(
            target="develop",
            method=BackportMethod.MERGE,
            commits=(commit,),
            base=commit,
            head=commit,
            message="x",
            signed=sign,
        ),
    ]
    asked: dict[str, Callable[[Service], object]] = {
        f"perform {type(job).__name__}": partial(bot.perform, job=job) for job in jobs
    }
    return asked | {
        "production": lambda service: bot.production(service, ["main"]),
        "log": lambda service: bot.log(service, "main", limit=3),
        "state": lambda service: bot.state(service, "main", base=commit),
        "prove": lambda service: bot.prove(service, base=commit, fix=[commit], target="main"),
    }


def test_a_remote_that_is_not_there_is_told_whatever_is_asked(yard: Yard) -> None:
    nowhere = replace(yard.service, repository=str(yard.place / "nowhere.git"))
    for asked, ask in everything(yard).items():
        with pytest.raises(ExternalRefused, match="There is no repository at"):
            ask(nowhere)
        assert asked


def test_a_remote_that_cannot_be_reached_is_asked_again_later(yard: Yard) -> None:
    silent = replace(yard.service, repository="http://127.0.0.1:1/shop.git")
    for ask in everything(yard).values():
        with pytest.raises(ExternalBusy, match="could not be reached; nothing was changed"):
            ask(silent)


def test_an_empty_repository_is_told(yard: Yard) -> None:
    empty = replace(yard.service, repository=str(bare_remote(yard.place / "empty.git")))
    asked = everything(yard)
    for name in ("perform StartBranch", "perform Pick", "production", "log", "prove"):
        with pytest.raises(ExternalRefused, match="push a first commit"):
            asked[name](empty)
    assert yard.bot.state(empty, "main", base="main").tip == ""


def test_a_shallow_repository_is_refused(yard: Yard) -> None:
    yard.engineer.switch("main")
    yard.engineer.commit({"a": "a"})
    yard.push()
    shallow = yard.place / "shallow.git"
    yard.engineer.git("clone", "-q", "--bare", "--depth=1", yard.remote.as_uri(), str(shallow))
    with pytest.raises(ExternalRefused, match="unshallow"):
        yard.bot.perform(replace(yard.service, repository=str(shallow)), START)


def test_a_mirror_that_others_work_on_is_waited_for_and_then_left(yard: Yard) -> None:
    hasty = replace(yard.bot, patience=0.1)
    hasty.perform(yard.service, START)
    place = mirror_place(yard.bot.data, RemoteUrl(yard.service.repository))
    with locked(place, patience=1), pytest.raises(ExternalBusy, match="Another process is working"):
        hasty.perform(yard.service, START)


def test_a_remote_that_takes_too_long_is_asked_again_later(yard: Yard) -> None:
    yard.perform(START)
    hasty = replace(yard.bot, runner=GitRunner(timeout=0.001))
    with pytest.raises(ExternalBusy, match="was stopped after"):
        hasty.perform(yard.service, START)


def test_a_folder_that_cannot_be_written_is_told(yard: Yard) -> None:
    (yard.place / "file").write_text("in the way")
    bot = replace(yard.bot, data=yard.place / "file" / "data")
    with pytest.raises(ExternalBusy, match="could not work in its own folder"):
        bot.perform(yard.service, START)


def test_an_address_that_is_no_repository_is_refused(yard: Yard) -> None:
    for address in ("ext::sh -c whoami", "--upload-pack=x", "https://me:pw@example.com/x.git", ""):
        with pytest.raises(ExternalRefused, match="repository address") as refused:
            yard.bot.perform(replace(yard.service, repository=address), START)
        assert "pw" not in str(refused.value)


def test_a_forge_that_asks_who_it_is_gets_the_services_credential(yard: Yard) -> None:
    yard.inside("config", "http.receivepack", "true")
    asked: list[str] = []

    def credential(service: Service) -> Credential:
        asked.append(service.name)
        return Credential(username=USER, secret=SECRET)

    with forge(yard.remote.parent) as base:
        service = replace(yard.service, repository=f"{base}/{yard.remote.name}")
        bot = GitRepositories(data=yard.bot.data, hands=GitRules(), credentials=credential)
        assert not bot.perform(service, START).already
        wrong = replace(bot, credentials=lambda _: Credential(username=USER, secret="wr0ng-one"))
        with pytest.raises(ExternalRefused, match="check its token or key") as denied:
            wrong.perform(service, START)
    assert set(asked) == {"shop"}
    assert "wr0ng-one" not in str(denied.value)


def test_a_submodule_that_both_sides_moved_is_put_before_a_person(yard: Yard) -> None:
    start = yard.engineer.head("main")
    for branch, oid in (("main", "1" * 40), ("develop", "2" * 40)):
        yard.engineer.switch(branch)
        yard.engineer.git("update-index", "--add", "--cacheinfo", f"160000,{oid},lib")
        yard.engineer.git("commit", "-q", "-m", f"Move lib on {branch}")
    assert start
    yard.push()
    job = Pick(commit=str(yard.engineer.head("develop")), branch="main", signed=signed("fix"))
    result = yard.perform(job)
    assert [conflict.path for conflict in result.conflicts] == ["lib"]


def test_threads_that_do_the_same_do_it_once(yard: Yard) -> None:
    job = picking(yard)
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: yard.perform(job), range(4)))
    assert {result.after for result in done} == {str(yard.head("main"))}
    assert yard.inside("rev-list", "--count", "main") == "2"


def test_processes_that_do_the_same_do_it_once(yard: Yard) -> None:
    _, _, head = hotfix(yard)
    root = Path(__file__).parents[2]
    bots = [
        subprocess.Popen(
            [sys.executable, "-c", _PERFORM, str(yard.place), head],
            cwd=root,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    said = {bot.communicate()[0].strip() for bot in bots}
    assert said == {str(yard.head("main"))}
    assert yard.inside("rev-list", "--count", "main") == "4"


def test_every_trouble_is_one_that_the_port_knows(yard: Yard) -> None:
    place = mirror_place(yard.bot.data, RemoteUrl(yard.service.repository))
    yard.perform(START)
    (place / "config").write_text("[broken")
    with pytest.raises(ExternalError, match="bad config"):
        yard.perform(START)
