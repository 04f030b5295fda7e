"""What each part of a rollback asks for: of git, of the servers, of production itself."""

from datetime import datetime

from chatops.application.git_identity import People
from chatops.application.hotfix.plan import (
    PLAIN_TAG,
    CheckOperation,
    GitOperation,
    NoOperation,
    Operation,
    RunOperation,
    fix_commits,
    signed,
    values,
)
from chatops.application.hotfix.session import HotfixSession
from chatops.application.ports import git
from chatops.domain.git.names import TagName, fill_pattern
from chatops.domain.hotfix.model import Rollback
from chatops.domain.playbook.hotfix import RollbackWay
from chatops.domain.playbook.pipeline import FixWay, MergeWay, StepKind
from chatops.domain.services import Check, facts_in


def first_phase(hand: HotfixSession, way: RollbackWay) -> str:
    """What a rollback begins with."""
    return "revert:0" if way is RollbackWay.REVERT and hand.hotfix.merged else "deploy"


def to_revert(hand: HotfixSession) -> tuple[str, ...]:
    """What brought the fix into production's branch, newest first."""
    hotfix = hand.hotfix
    if hotfix.branch and hand.pipeline.merge in {MergeWay.MERGE, MergeWay.NO_FF, MergeWay.SQUASH}:
        return (hotfix.merged,)
    return tuple(reversed(fix_commits(hand)))


def rollback_order(hand: HotfixSession, people: People, *, at: datetime) -> Operation:
    """What the present phase asks for."""
    back = hand.hotfix.rollback
    assert back is not None  # noqa: S101 - only a rollback that was begun is carried out
    phase, _, index = back.phase.partition(":")
    match phase:
        case "revert":
            commit = to_revert(hand)[int(index)]
            message = (
                f'Revert "{hand.hotfix.title}"\n\nThis reverts commit {commit}.\n{back.reason}'
            )
            sign = signed(hand, people, step=f"rollback-{back.round}-{index}", at=at)
            branch = hand.hotfix.production
            return GitOperation(
                job=git.Revert(commit=commit, branch=branch, message=message, signed=sign)
            )
        case "tag":
            name = fill_pattern(hand.pipeline.tag or PLAIN_TAG, {"version": back.release})
            sign = signed(hand, people, step=f"rollback-{back.round}-tag", at=at)
            message = f"Rollback: {hand.hotfix.title}"
            job = git.Tag(tag=str(TagName(name)), commit=back.sha, message=message, signed=sign)
            return GitOperation(job=job)
        case "deploy":
            return _deploy(hand, back)
        case _:
            return _look(hand, back)


def _deploy(hand: HotfixSession, back: Rollback) -> Operation:
    service, mark = hand.service, f"{hand.mark} rollback {back.at:%H%M%S}"
    if back.way is RollbackWay.FLAG_OFF:
        flag = hand.hotfix.source if hand.hotfix.way is FixWay.FLAG else next(iter(service.flags))
        return RunOperation(what=service.flags[flag], values=values(hand), since=back.at, mark=mark)
    deploy = hand.pipeline.step(StepKind.DEPLOY)
    reverted = back.way is RollbackWay.REVERT and bool(hand.hotfix.merged)
    if reverted and deploy is not None and deploy.automatic:
        return NoOperation(why="the push to production's branch deploys it")
    what = service.deploy if reverted else service.rollback or service.deploy
    if what is None:
        return NoOperation(why="deploy it by hand: no command is configured")
    return RunOperation(what=what, values=_facts(hand, back), since=back.at, mark=mark)


def _look(hand: HotfixSession, back: Rollback) -> CheckOperation:
    checks = checks_of(hand, back)
    firsts = tuple(hand.hotfix.before.get(check.title) for check in checks)
    return CheckOperation(checks=checks, values=_facts(hand, back), firsts=firsts)


def checks_of(hand: HotfixSession, back: Rollback) -> tuple[Check, ...]:
    """What production is asked in the present phase: what it runs, or whether it works."""
    service = hand.service
    if back.phase != "deployed":
        return service.verify
    return () if service.deployed is None else (service.deployed,)


def can_tell(hand: HotfixSession, back: Rollback) -> bool:
    """Whether production can be asked if it runs what it is to go back to."""
    check = hand.service.deployed
    if check is None or back.way is RollbackWay.FLAG_OFF:
        return False
    spoken_of = facts_in(check.url) | facts_in(check.equals or "")
    return spoken_of <= _facts(hand, back).keys()


def _facts(hand: HotfixSession, back: Rollback) -> dict[str, str]:
    """What commands and checks may speak of: the version that production goes back to."""
    return values(hand, version=back.release, sha=back.sha, previous=hand.hotfix.release)
