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


def first_phase(session: HotfixSession, way: RollbackWay) -> str:
    """What a rollback begins with."""
    return "revert:0" if way is RollbackWay.REVERT and session.hotfix.merged else "deploy"


def to_revert(session: HotfixSession) -> tuple[str, ...]:
    """What brought the fix into production's branch, newest first."""
    hotfix = session.hotfix
    if hotfix.branch and session.pipeline.merge in {
        MergeWay.MERGE,
        MergeWay.NO_FF,
        MergeWay.SQUASH,
    }:
        return (hotfix.merged,)
    return tuple(reversed(fix_commits(session)))


def rollback_order(session: HotfixSession, people: People, *, at: datetime) -> Operation:
    """What the present phase asks for."""
    back = session.hotfix.rollback
    assert back is not None  # noqa: S101 - only a rollback that was begun is carried out
    phase, _, index = back.phase.partition(":")
    match phase:
        case "revert":
            commit = to_revert(session)[int(index)]
            message = (
                f'Revert "{session.hotfix.title}"\n\nThis reverts commit {commit}.\n{back.reason}'
            )
            sign = signed(session, people, step=f"rollback-{back.round}-{index}", at=at)
            branch = session.hotfix.production
            return GitOperation(
                job=git.Revert(commit=commit, branch=branch, message=message, signed=sign)
            )
        case "tag":
            name = fill_pattern(session.pipeline.tag or PLAIN_TAG, {"version": back.release})
            sign = signed(session, people, step=f"rollback-{back.round}-tag", at=at)
            message = f"Rollback: {session.hotfix.title}"
            job = git.Tag(tag=str(TagName(name)), commit=back.sha, message=message, signed=sign)
            return GitOperation(job=job)
        case "deploy":
            return _deploy(session, back)
        case _:
            return _look(session, back)


def _deploy(session: HotfixSession, back: Rollback) -> Operation:
    service, mark = session.service, f"{session.mark} rollback {back.at:%H%M%S}"
    if back.way is RollbackWay.FLAG_OFF:
        flag = (
            session.hotfix.source
            if session.hotfix.way is FixWay.FLAG
            else next(iter(service.flags))
        )
        return RunOperation(
            what=service.flags[flag], values=values(session), since=back.at, mark=mark
        )
    deploy = session.pipeline.step(StepKind.DEPLOY)
    reverted = back.way is RollbackWay.REVERT and bool(session.hotfix.merged)
    if reverted and deploy is not None and deploy.automatic:
        return NoOperation(why="the push to production's branch deploys it")
    what = service.deploy if reverted else service.rollback or service.deploy
    if what is None:
        return NoOperation(why="deploy it by hand: no command is configured")
    return RunOperation(what=what, values=_facts(session, back), since=back.at, mark=mark)


def _look(session: HotfixSession, back: Rollback) -> CheckOperation:
    checks = checks_of(session, back)
    firsts = tuple(session.hotfix.before.get(check.title) for check in checks)
    return CheckOperation(checks=checks, values=_facts(session, back), firsts=firsts)


def checks_of(session: HotfixSession, back: Rollback) -> tuple[Check, ...]:
    """What production is asked in the present phase: what it runs, or whether it works."""
    service = session.service
    if back.phase != "deployed":
        return service.verify
    return () if service.deployed is None else (service.deployed,)


def can_tell(session: HotfixSession, back: Rollback) -> bool:
    """Whether production can be asked if it runs what it is to go back to."""
    check = session.service.deployed
    if check is None or back.way is RollbackWay.FLAG_OFF:
        return False
    spoken_of = facts_in(check.url) | facts_in(check.equals or "")
    return spoken_of <= _facts(session, back).keys()


def _facts(session: HotfixSession, back: Rollback) -> dict[str, str]:
    """What commands and checks may speak of: the version that production goes back to."""
    return values(session, version=back.release, sha=back.sha, previous=session.hotfix.release)
