"""The bot's mirror of a remote: made, fetched, shared, and honest about what is not there."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from chatops.adapters.git.errors import (
    EmptyRepository,
    GitFailed,
    MirrorBusy,
    NoDefaultBranch,
    RemoteGone,
    RemoteUnreachable,
    ShallowRemote,
    UnknownBranch,
)
from chatops.adapters.git.merge.cherry_pick import Made, pick
from chatops.adapters.git.objects.mirror import Mirror, Remote, locked, mirror_place
from chatops.adapters.git.objects.repository import GitRunner
from chatops.domain.git.names import BranchName, TagName
from chatops.domain.git.urls import RemoteUrl
from tests.git.conftest import Shop, mirror_of
from tests.git.git_workshop import BOT
from tests.machine import PATIENCE

MAIN = BranchName("main")
_FETCH_FOR_EVER = """
import sys
from pathlib import Path
from threading import Thread
from chatops.adapters.git.objects.mirror import locked
from chatops.adapters.git.objects.repository import GitRunner
place, pid = map(Path, sys.argv[1:])
with locked(place, patience=1) as lock:
    dawdle = f"alias.dawdle=!echo $$ > {pid}; exec sleep 60"
    run = lambda: GitRunner().run(["-c", dawdle, "dawdle"], cwd=Path("/"), keep_open=[lock])
    Thread(target=run).start()
    while not pid.exists() or not pid.read_text():
        pass
    print("at work", flush=True)
    sys.stdin.read()
"""
_HOLD_LOCK = """
import fcntl, sys
lock = open(sys.argv[1], "w")
fcntl.flock(lock, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def test_a_mirror_holds_branches_and_tags_and_forgets_what_the_remote_has_deleted(
    shop: Shop,
) -> None:
    head = shop.engineer.commit({"a": "1"})
    shop.engineer.git("tag", "-a", "v1", "-m", "v1")
    shop.engineer.git("tag", "light")
    shop.engineer.git("branch", "release")
    shop.push("main", "release", "v1", "light")

    shop.mirror.fetch()

    assert shop.mirror.branches() == {"main": head, "release": head}
    assert shop.mirror.tags() == {"v1": head, "light": head}
    assert shop.mirror.tag(TagName("v1")) == head
    assert shop.mirror.default_branch() == MAIN
    shop.push(":release", ":light")
    shop.engineer.git("branch", "-m", "release", "release/1.2")
    shop.push("release/1.2")
    later = shop.engineer.commit({"a": "2"})
    shop.push("main")
    shop.mirror.fetch()
    assert shop.mirror.branches() == {"main": later, "release/1.2": head}
    assert shop.mirror.tags() == {"v1": head}


def test_one_branch_can_be_fetched_alone_also_when_it_was_rewritten(shop: Shop) -> None:
    shop.engineer.commit({"a": "1"})
    shop.push()
    shop.mirror.fetch()
    shop.engineer.git("commit", "-q", "--amend", "-m", "rewritten")
    shop.engineer.git("branch", "other")
    shop.push("+main", "other")

    shop.mirror.fetch(MAIN)

    assert shop.mirror.tip(MAIN) == shop.engineer.head()
    with pytest.raises(UnknownBranch, match="“other”"):
        shop.mirror.tip(BranchName("other"))
    with pytest.raises(UnknownBranch, match="“gone”"):
        shop.mirror.fetch(BranchName("gone"))


def test_an_empty_repository_is_mirrored_and_says_that_it_is_empty(shop: Shop) -> None:
    shop.mirror.fetch()
    assert shop.mirror.branches() == {}
    with pytest.raises(EmptyRepository):
        shop.mirror.default_branch()
    head = shop.engineer.commit({"a": "1"})
    shop.push()
    shop.mirror.fetch()
    assert shop.mirror.tip(MAIN) == head


def test_a_default_branch_that_leads_nowhere_is_told(shop: Shop) -> None:
    shop.engineer.commit({"a": "1"})
    shop.engineer.branch("trunk")
    shop.push("trunk")
    shop.mirror.fetch()
    with pytest.raises(NoDefaultBranch):
        shop.mirror.default_branch()


def test_a_vanished_remote_is_told_and_the_mirror_keeps_what_it_has(shop: Shop) -> None:
    head = shop.engineer.commit({"a": "1"})
    shop.push()
    shop.mirror.fetch()
    shop.remote.rename(shop.remote.with_name("elsewhere.git"))

    with pytest.raises(RemoteGone, match="There is no repository at"):
        shop.mirror.fetch()

    assert shop.mirror.tip(MAIN) == head


def test_a_remote_that_was_never_there_leaves_no_half_mirror(tmp_path: Path) -> None:
    mirror = mirror_of(tmp_path / "nothing.git", tmp_path / "data")
    with pytest.raises(RemoteGone):
        mirror.fetch()
    assert not mirror.place.exists()


def test_a_host_that_does_not_answer_is_told(tmp_path: Path) -> None:
    url = RemoteUrl("http://127.0.0.1:1/shop.git")
    mirror = Mirror(place=mirror_place(tmp_path, url), remote=Remote(url=url), runner=GitRunner())
    with pytest.raises(RemoteUnreachable, match="nothing was changed"):
        mirror.fetch()


def test_locks_that_a_killed_git_left_behind_are_swept_away(shop: Shop) -> None:
    shop.engineer.commit({"a": "1"})
    shop.push()
    shop.mirror.fetch()
    (shop.mirror.place / "packed-refs.lock").touch()
    (shop.mirror.place / "refs/remotes/origin/main.lock").touch()
    (shop.mirror.place / "objects/info/commit-graphs/commit-graph-chain.lock").touch()
    head = shop.engineer.commit({"a": "2"})
    shop.push()

    shop.mirror.fetch()

    assert shop.mirror.tip(MAIN) == head


def test_a_half_made_mirror_is_made_again(shop: Shop) -> None:
    head = shop.engineer.commit({"a": "1"})
    shop.push()
    half = shop.mirror.place.with_suffix(".new")
    (half / "objects").mkdir(parents=True)
    shop.mirror.fetch()
    assert shop.mirror.tip(MAIN) == head


def test_a_mirror_in_use_elsewhere_is_waited_for_and_then_reported(shop: Shop) -> None:
    shop.engineer.commit({"a": "1"})
    shop.push()
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            _HOLD_LOCK,
            _lock_of(shop.mirror),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(MirrorBusy), locked(shop.mirror.place, patience=0.1):
            pass
        assert holder.stdin
        holder.stdin.close()
    shop.mirror.fetch()
    assert MAIN.text in shop.mirror.branches()


def _lock_of(mirror: Mirror) -> str:
    mirror.place.parent.mkdir(parents=True, exist_ok=True)
    return f"{mirror.place}.lock"


def test_many_threads_make_one_mirror(shop: Shop) -> None:
    head = shop.engineer.commit({"a": "1"})
    shop.push()
    threads = [Thread(target=shop.mirror.fetch) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shop.mirror.branches() == {"main": head}


def test_a_partial_mirror_fetches_what_a_pick_needs(shop: Shop, tmp_path: Path) -> None:
    for setting in ("uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"):
        shop.engineer.git("--git-dir", str(shop.remote), "config", setting, "true")
    lines = "".join(f"{number}\n" for number in range(20))
    shop.engineer.commit({"a": lines, "b": "b\n"})
    shop.engineer.branch("develop")
    develop = shop.engineer.commit({"a": lines.replace("15\n", "developed\n")})
    shop.engineer.switch("main")
    fix = shop.engineer.commit({"a": lines.replace("3\n", "fixed\n", 1)})
    shop.push("main", "develop")
    mirror = mirror_of(shop.remote, tmp_path / "partial", partial=True)

    mirror.fetch()

    missing = mirror.repo.run("rev-list", "--objects", "--all", "--missing=print").text
    assert "?" in missing
    with mirror.at_work() as repo:
        made = pick(repo, source=fix, onto=develop, by=BOT)
    assert isinstance(made, Made)
    assert "fixed" in mirror.repo.run("show", f"{made.tip}:a").text


def test_a_mirror_is_never_shallow_and_can_be_tidied(shop: Shop) -> None:
    head = shop.engineer.commit({"a": "1"})
    shop.push()
    shop.mirror.fetch()
    shop.mirror.tidy()
    assert (shop.mirror.place / "objects/info/commit-graph").exists()
    assert shop.mirror.tip(MAIN) == head


def test_a_sha256_repository_is_mirrored_too(tmp_path: Path, shop: Shop) -> None:
    remote = tmp_path / "wide.git"
    shop.engineer.git("init", "-q", "--bare", "-b", "main", "--object-format=sha256", str(remote))
    wide = tmp_path / "wide"
    shop.engineer.git("init", "-q", "-b", "main", "--object-format=sha256", str(wide))
    shop.engineer.git("-C", str(wide), "commit", "-q", "--allow-empty", "-m", "first")
    shop.engineer.git("-C", str(wide), "push", "-q", str(remote), "main")
    mirror = mirror_of(remote, tmp_path / "data")
    mirror.fetch()
    assert len(str(mirror.tip(MAIN))) == 64


def test_addresses_that_look_alike_have_mirrors_of_their_own(tmp_path: Path) -> None:
    one = mirror_place(tmp_path, RemoteUrl("https://one.example/team/shop.git"))
    other = mirror_place(tmp_path, RemoteUrl("https://other.example/team/shop.git"))
    assert one != other
    assert one.name.startswith("shop-")


def test_a_mirror_whose_words_are_not_understood_keeps_them(shop: Shop) -> None:
    shop.mirror.fetch()
    (shop.mirror.place / "config").write_text("[broken")
    with pytest.raises(GitFailed, match="bad config"):
        shop.mirror.fetch()


def test_a_remote_whose_history_is_cut_off_is_not_mirrored(shop: Shop, tmp_path: Path) -> None:
    shop.engineer.commit({"a": "1"})
    shop.engineer.commit({"a": "2"})
    shop.push()
    shallow = tmp_path / "shallow.git"
    shop.engineer.git("clone", "-q", "--bare", "--depth=1", shop.remote.as_uri(), str(shallow))
    with pytest.raises(ShallowRemote, match="unshallow"):
        mirror_of(shallow, tmp_path / "data").fetch()


def test_the_lock_outlives_a_killed_bot_while_its_git_still_works(tmp_path: Path) -> None:
    place, pid = tmp_path / "mirror.git", tmp_path / "pid"
    bot = subprocess.Popen(
        [sys.executable, "-c", _FETCH_FOR_EVER, str(place), str(pid)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    with bot:
        assert bot.stdout
        assert bot.stdout.readline() == "at work\n"
        bot.kill()
    with pytest.raises(MirrorBusy), locked(place, patience=0.1):
        pass
    os.kill(int(pid.read_text()), signal.SIGKILL)
    with locked(place, patience=PATIENCE):
        pass
