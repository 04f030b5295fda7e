"""Pushing with a lease: what is taken, what is refused, who was quicker, and what nobody knows."""

import stat
from pathlib import Path

import pytest

from chatops.adapters.git.errors import NotAFastForward, RemoteDenied, RemoteGone
from chatops.adapters.git.merge.cherry_pick import Made, pick
from chatops.adapters.git.objects.commits import write_tag
from chatops.adapters.git.objects.mirror import Mirror, Remote, mirror_place
from chatops.adapters.git.objects.push import (
    PushResult,
    RefOutcome,
    create_branch,
    create_tag,
    delete_branch,
    move_branch,
    push,
    read_back,
    settle,
)
from chatops.adapters.git.objects.repository import GitRunner
from chatops.application.ports.git import Credential
from chatops.domain.git.names import BranchName, CommitId, TagName
from chatops.domain.git.redaction import Redactor
from chatops.domain.git.urls import RemoteUrl
from tests.git.conftest import Shop
from tests.git.git_http import SECRET, USER, forge
from tests.git.git_workshop import BOT

MAIN, DEVELOP, HOTFIX = BranchName("main"), BranchName("develop"), BranchName("hotfix/x")


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    """A remote with main, one fix ahead, and develop, one feature ahead; the mirror is fetched."""
    shop.engineer.commit({"a": "1\n2\n3\n", "b": "b\n"}, "start")
    shop.engineer.branch("develop")
    shop.engineer.commit({"b": "developed\n"}, "feature")
    shop.engineer.switch("main")
    shop.engineer.commit({"a": "1\nfixed\n3\n"}, "fix")
    shop.push()
    shop.mirror.fetch()
    return shop


def picked(shop: Shop) -> Made:
    made = pick(
        shop.mirror.repo, source=shop.mirror.tip(MAIN), onto=shop.mirror.tip(DEVELOP), by=BOT
    )
    assert isinstance(made, Made)
    return made


def install_hook(shop: Shop, name: str, script: str) -> None:
    hook = shop.remote / "hooks" / name
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\n{script}\n")
    hook.chmod(stat.S_IRWXU)


def test_a_backport_is_pushed_and_pushed_again_without_doubling(stocked: Shop) -> None:
    made, before = picked(stocked), stocked.mirror.tip(DEVELOP)
    update = move_branch(DEVELOP, expected=before, new=made.tip)

    first, second = push(stocked.mirror, [update]), push(stocked.mirror, [update])

    assert first.done
    assert [outcome.result for outcome in first.outcomes] == [PushResult.DONE]
    assert second.done
    assert [outcome.result for outcome in second.outcomes] == [PushResult.UP_TO_DATE]
    assert stocked.at_remote("refs/heads/develop") == str(made.tip)


def test_who_was_quicker_is_never_overwritten(stocked: Shop) -> None:
    made, before = picked(stocked), stocked.mirror.tip(DEVELOP)
    stocked.engineer.switch("develop")
    theirs = stocked.engineer.commit({"c": "c\n"}, "quicker")
    stocked.push()

    report = push(stocked.mirror, [move_branch(DEVELOP, expected=before, new=made.tip)])
    stocked.mirror.fetch()
    still = push(stocked.mirror, [move_branch(DEVELOP, expected=before, new=made.tip)])

    assert report.any(PushResult.RACED)
    assert still.any(PushResult.RACED)
    assert not report.done
    assert stocked.at_remote("refs/heads/develop") == str(theirs)
    again = picked(stocked)
    assert push(stocked.mirror, [move_branch(DEVELOP, expected=theirs, new=again.tip)]).done


def test_a_push_that_would_take_commits_away_is_not_even_tried(stocked: Shop) -> None:
    main, develop = stocked.mirror.tip(MAIN), stocked.mirror.tip(DEVELOP)
    with pytest.raises(NotAFastForward, match="nothing was done"):
        push(stocked.mirror, [move_branch(DEVELOP, expected=develop, new=main)])


def test_a_branch_and_an_annotated_tag_land_together_or_not_at_all(stocked: Shop) -> None:
    head = stocked.mirror.tip(MAIN)
    tag = write_tag(
        stocked.mirror.repo, name=TagName("v1.2.4"), commit=head, message="Hotfix: webhook", by=BOT
    )
    install_hook(
        stocked, "update", 'case "$1" in refs/heads/*) echo "main is frozen" >&2; exit 1;; esac'
    )
    updates = [create_branch(HOTFIX, at=head), create_tag(TagName("v1.2.4"), at=tag)]

    refused = push(stocked.mirror, updates)

    assert [outcome.result for outcome in refused.outcomes] == [
        PushResult.REFUSED,
        PushResult.HELD_BACK,
    ]
    assert "main is frozen" in refused.words
    assert stocked.at_remote("refs/tags/v1.2.4") == ""
    (stocked.remote / "hooks/update").unlink()
    assert push(stocked.mirror, updates).done
    assert stocked.at_remote("refs/tags/v1.2.4") == str(tag)
    shown = stocked.engineer.git("--git-dir", str(stocked.remote), "cat-file", "tag", "v1.2.4")
    assert shown.endswith("Hotfix: webhook")
    assert "tagger Incident bot <bot@example.com> 1772625600 +0000" in shown


def test_what_exists_already_is_not_created_over(stocked: Shop) -> None:
    head, develop = stocked.mirror.tip(MAIN), stocked.mirror.tip(DEVELOP)
    stocked.engineer.git("push", "-q", "origin", f"{develop}:refs/tags/v1")
    report = push(stocked.mirror, [create_branch(DEVELOP, at=head)])
    tagged = push(stocked.mirror, [create_tag(TagName("v1"), at=head)])
    assert report.any(PushResult.RACED)
    assert tagged.any(PushResult.RACED)
    assert stocked.at_remote("refs/tags/v1") == str(develop)


def test_a_branch_in_the_way_of_another_is_a_refusal_with_its_reason(stocked: Shop) -> None:
    head = stocked.mirror.tip(MAIN)
    report = push(stocked.mirror, [create_branch(BranchName("main/x"), at=head)])
    assert not report.done
    assert report.outcomes[0].reason


def test_a_branch_is_deleted_only_while_it_is_what_we_think(stocked: Shop) -> None:
    head, develop = stocked.mirror.tip(MAIN), stocked.mirror.tip(DEVELOP)
    assert push(stocked.mirror, [create_branch(HOTFIX, at=head)]).done
    wrong = push(stocked.mirror, [delete_branch(HOTFIX, expected=develop)])
    assert wrong.any(PushResult.RACED)
    assert push(stocked.mirror, [delete_branch(HOTFIX, expected=head)]).done
    assert stocked.at_remote(HOTFIX.ref) == ""


def test_a_hook_refuses_in_its_own_words(stocked: Shop) -> None:
    install_hook(
        stocked, "pre-receive", 'echo "GH006: Protected branch update failed." >&2; exit 1'
    )
    made = picked(stocked)
    report = push(
        stocked.mirror, [move_branch(DEVELOP, expected=stocked.mirror.tip(DEVELOP), new=made.tip)]
    )
    assert report.outcomes[0].result is PushResult.REFUSED
    assert report.outcomes[0].reason == "pre-receive hook declined"
    assert report.words == "GH006: Protected branch update failed."


def test_a_reply_that_was_lost_is_settled_by_reading_back(stocked: Shop) -> None:
    install_hook(stocked, "post-receive", "sleep 60")
    hasty = Mirror(
        place=stocked.mirror.place, remote=stocked.mirror.remote, runner=GitRunner(timeout=1.0)
    )
    made, before = picked(stocked), stocked.mirror.tip(DEVELOP)

    report = push(hasty, [move_branch(DEVELOP, expected=before, new=made.tip)])

    assert report.any(PushResult.UNKNOWN)
    assert "stopped after 1 s" in report.words
    settled = read_back(stocked.mirror, report)
    assert settled.done
    assert stocked.at_remote(DEVELOP.ref) == str(made.tip)


def test_a_remote_that_dies_before_it_takes_anything_is_settled_as_not_done(stocked: Shop) -> None:
    install_hook(stocked, "pre-receive", "kill -9 $PPID")
    made, before = picked(stocked), stocked.mirror.tip(DEVELOP)
    report = push(stocked.mirror, [move_branch(DEVELOP, expected=before, new=made.tip)])
    assert report.any(PushResult.UNKNOWN)
    assert read_back(stocked.mirror, report).any(PushResult.NOT_DONE)


def test_what_the_remote_holds_decides_what_an_unknown_push_was() -> None:
    old, new, other = (CommitId(digit * 40) for digit in "abc")
    outcome = RefOutcome(update=move_branch(MAIN, expected=old, new=new), result=PushResult.UNKNOWN)
    assert settle(outcome, {MAIN.ref: new}).result is PushResult.DONE
    assert settle(outcome, {MAIN.ref: old}).result is PushResult.NOT_DONE
    assert settle(outcome, {MAIN.ref: other}).result is PushResult.RACED
    assert settle(outcome, {}).result is PushResult.RACED
    gone = RefOutcome(update=delete_branch(MAIN, expected=old), result=PushResult.UNKNOWN)
    assert settle(gone, {}).result is PushResult.DONE


def test_a_branch_and_a_tag_of_the_same_name_are_kept_apart(stocked: Shop) -> None:
    head, develop = stocked.mirror.tip(MAIN), stocked.mirror.tip(DEVELOP)
    assert push(stocked.mirror, [create_tag(TagName("twin"), at=head)]).done
    assert push(stocked.mirror, [create_branch(BranchName("twin"), at=develop)]).done
    stocked.mirror.fetch()
    assert stocked.mirror.tip(BranchName("twin")) == develop
    assert stocked.mirror.tags()["twin"] == head


def test_a_vanished_remote_is_known_not_to_have_taken_the_push(stocked: Shop) -> None:
    made, before = picked(stocked), stocked.mirror.tip(DEVELOP)
    stocked.remote.rename(stocked.remote.with_name("elsewhere.git"))
    with pytest.raises(RemoteGone):
        push(stocked.mirror, [move_branch(DEVELOP, expected=before, new=made.tip)])


def over_http(shop: Shop, base: str, secret: str) -> Mirror:
    url = RemoteUrl(f"{base}/{shop.remote.name}")
    return Mirror(
        place=mirror_place(shop.mirror.place.parent, url),
        remote=Remote(url=url, credential=Credential(username=USER, secret=secret)),
        runner=GitRunner(redact=Redactor([secret])),
    )


def test_credentials_reach_the_forge_and_stand_nowhere(stocked: Shop) -> None:
    stocked.engineer.git("--git-dir", str(stocked.remote), "config", "http.receivepack", "true")
    with forge(stocked.remote.parent) as base:
        mirror = over_http(stocked, base, SECRET)
        mirror.fetch()
        report = push(mirror, [create_branch(HOTFIX, at=mirror.tip(MAIN))])
        assert report.done
        assert mirror.default_branch() == MAIN
    kept = b"".join(path.read_bytes() for path in mirror.place.rglob("*") if path.is_file())
    assert SECRET.encode() not in kept
    assert SECRET not in repr(mirror)


def test_wrong_credentials_are_denied_and_not_repeated(stocked: Shop) -> None:
    with forge(stocked.remote.parent) as base:
        mirror = over_http(stocked, base, "wr0ng-secret")
        with pytest.raises(RemoteDenied, match="did not let the bot in") as denied:
            mirror.fetch()
    assert "wr0ng-secret" not in str(denied.value)


def test_a_forge_that_sends_us_elsewhere_does_not_get_our_secret_there(stocked: Shop) -> None:
    with forge(stocked.remote.parent) as elsewhere, forge(Path("/"), moved_to=elsewhere) as base:
        mirror = over_http(stocked, base, SECRET)
        with pytest.raises(RemoteDenied):
            mirror.fetch()
