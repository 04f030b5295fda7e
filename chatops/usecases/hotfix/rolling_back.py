"""Brings production back to what it was, by the playbook's ways, and notes the debt."""

from dataclasses import replace
from datetime import datetime

from chatops.domain.git_names import TagName, fill_pattern
from chatops.domain.hotfix_errors import NoSuchWay, NothingToRollBack, StepBusy
from chatops.domain.hotfix_policy import RollbackWay
from chatops.domain.hotfix_runs import BackportState, Rollback
from chatops.domain.hotfix_steps import FixWay, MergeWay, StepKind
from chatops.domain.posts import Ask, Post, Tone
from chatops.domain.tasks import Task
from chatops.domain.team import Deed
from chatops.domain.timeline import EntryKind
from chatops.domain.versions import Version
from chatops.usecases.hotfix import jobs
from chatops.usecases.hotfix.carrying_out import Done, Refusal, Worked
from chatops.usecases.hotfix.clocks import lapse_clocks
from chatops.usecases.hotfix.drafting import PLAIN_TAG, fix_commits
from chatops.usecases.hotfix.facts import People, signed, values
from chatops.usecases.hotfix.orders import Git, Launch, Nothing, Order
from chatops.usecases.hotfix.ports import Ran, RunState
from chatops.usecases.hotfix.requests import RollbackRequest
from chatops.usecases.hotfix.session import HotfixTurn, HotfixTurns
from chatops.usecases.notes import written
from chatops.usecases.permission import Directory
from chatops.usecases.update import tell_stakeholders

_REASON_LIMIT = 500


class RollBack:
    """Bring production back."""

    def __init__(self, turns: HotfixTurns, directory: Directory) -> None:
        self._turns = turns
        self._directory = directory

    def __call__(self, request: RollbackRequest) -> Post:
        """Start the way back.

        Raises:
            NothingToRollBack, NoSuchWay, StepBusy, NothingWritten, TooLong, NotAllowed
        """
        reason = written(request.reason, what="reason", limit=_REASON_LIMIT)
        standing = self._directory.standing(request.user, Deed.ROLLBACK)
        with self._turns.turn(request, standing) as hand:
            way = request.way or default_way(hand)
            before = hand.hotfix.rollback
            if before is not None and before.running and not before.trouble:
                what = "Rolling back"
                raise StepBusy(what)
            _must_be_possible(hand, way, request.version)
            back = Rollback(
                way=way,
                reason=reason,
                by=request.user,
                at=hand.now,
                phase=_first_phase(hand, way),
                round=before.round + 1 if before is not None else 1,
                release=request.version.removeprefix("v") or hand.hotfix.previous,
                sha=hand.hotfix.base,
            )
            hand.change(rollback=back)
            words = str(way).replace("_", " ")
            hand.note(f"Rolling back ({words})", EntryKind.ROLLED_BACK, reason=reason)
            hand.tell_room(f"rolling_back:{back.round}", hand.post("rolling_back", back=back))
            hand.do_step("rollback", round_=back.round)
            return hand.answer("rollback_answer", back=back)


def ways_open(hand: HotfixTurn) -> tuple[RollbackWay, ...]:
    """The playbook's ways that this service can go, the preferred one first."""
    return tuple(way for way in hand.policy.rollback.ways if _can(hand, way))


def default_way(hand: HotfixTurn) -> RollbackWay:
    """Raises NoSuchWay."""
    found = ways_open(hand)
    if not found:
        what = (
            f"No way back is set up for {hand.service.name}. Give it a `rollback` command in"
            " chatops.yml, or go back by hand and say so: `/incident timeline add`."
        )
        raise NoSuchWay(what, [])
    return found[0]


def _can(hand: HotfixTurn, way: RollbackWay) -> bool:
    service, hotfix = hand.service, hand.hotfix
    match way:
        case RollbackWay.REVERT:
            return bool(hotfix.merged)
        case RollbackWay.REDEPLOY:
            return (service.rollback or service.deploy) is not None
        case RollbackWay.FLAG_OFF:
            return bool(service.flags)
        case _:
            return service.rollback is not None


def _must_be_possible(hand: HotfixTurn, way: RollbackWay, version: str) -> None:
    if not _can(hand, way):
        words = str(way).replace("_", " ")
        what = f"“{words}” is not possible here."
        raise NoSuchWay(what, [str(each).replace("_", " ") for each in ways_open(hand)])
    shipped = hand.hotfix.merged or hand.hotfix.deployed
    if not shipped and not version and way is not RollbackWay.FLAG_OFF:
        raise NothingToRollBack(hand.hotfix.name)


def _first_phase(hand: HotfixTurn, way: RollbackWay) -> str:
    return "revert:0" if way is RollbackWay.REVERT and hand.hotfix.merged else "deploy"


def _to_revert(hand: HotfixTurn) -> tuple[str, ...]:
    """What brought the fix into production's branch, newest first."""
    hotfix = hand.hotfix
    if hotfix.branch and hand.pipeline.merge in {MergeWay.MERGE, MergeWay.NO_FF, MergeWay.SQUASH}:
        return (hotfix.merged,)
    return tuple(reversed(fix_commits(hand)))


def rollback_order(hand: HotfixTurn, people: People, *, at: datetime) -> Order:
    """What the present phase asks for."""
    back = hand.hotfix.rollback
    assert back is not None  # noqa: S101 - only a rollback that was begun is carried out
    phase, _, index = back.phase.partition(":")
    match phase:
        case "revert":
            commit = _to_revert(hand)[int(index)]
            message = (
                f'Revert "{hand.hotfix.title}"\n\nThis reverts commit {commit}.\n{back.reason}'
            )
            sign = signed(hand, people, step=f"rollback-{back.round}-{index}", at=at)
            branch = hand.hotfix.production
            return Git(job=jobs.Revert(commit=commit, branch=branch, message=message, signed=sign))
        case "tag":
            name = fill_pattern(hand.pipeline.tag or PLAIN_TAG, {"version": back.release})
            sign = signed(hand, people, step=f"rollback-{back.round}-tag", at=at)
            message = f"Rollback: {hand.hotfix.title}"
            job = jobs.Tag(tag=str(TagName(name)), commit=back.sha, message=message, signed=sign)
            return Git(job=job)
        case _:
            return _deploy(hand, back, at)


def _deploy(hand: HotfixTurn, back: Rollback, at: datetime) -> Order:
    service = hand.service
    if back.way is RollbackWay.FLAG_OFF:
        flag = hand.hotfix.source if hand.hotfix.way is FixWay.FLAG else next(iter(service.flags))
        return Launch(what=service.flags[flag], values=values(hand), since=at, mark=hand.mark)
    deploy = hand.pipeline.step(StepKind.DEPLOY)
    reverted = back.way is RollbackWay.REVERT and bool(hand.hotfix.merged)
    if reverted and deploy is not None and deploy.automatic:
        return Nothing(why="the push to production's branch deploys it")
    what = service.deploy if reverted else service.rollback or service.deploy
    if what is None:
        return Nothing(why="deploy it by hand: no command is configured")
    facts = values(hand, version=back.release, sha=back.sha, previous=hand.hotfix.release)
    return Launch(what=what, values=facts, since=at, mark=hand.mark)


def take_rollback(hand: HotfixTurn, done: Done) -> None:
    """Go on to the next phase, or say what is in the way."""
    back = hand.hotfix.rollback
    assert back is not None  # noqa: S101 - only a rollback that was begun is carried out
    match done:
        case Refusal():
            _fail(hand, back, done.why, done.words)
        case Worked() if done.result.quarrels:
            paths = ", ".join(each.path for each in done.result.quarrels)
            _fail(hand, back, f"the revert conflicts in {paths}", "\n".join(done.result.commands))
        case Worked():
            _after_git(hand, back, done)
        case Ran() if not done.good:
            why = "it ran too long" if done.code is None else f"it ended with code {done.code}"
            _fail(hand, back, why, done.output[-600:])
        case RunState() if not done.over:
            hand.do_step("rollback", round_=back.round, look=_look(hand))
        case RunState() if not done.good:
            _fail(hand, back, f"the workflow failed: {done.said}", done.url)
        case _:
            _finish(hand, back)


def _look(hand: HotfixTurn) -> int:
    """A number for the next look that no earlier one had."""
    return hand.hotfix.version


def _after_git(hand: HotfixTurn, back: Rollback, done: Worked) -> None:
    phase, _, index = back.phase.partition(":")
    if phase == "tag":
        _enter(hand, replace(back, phase="deploy"))
        return
    following = int(index) + 1
    back = replace(back, sha=done.result.after or back.sha)
    if following < len(_to_revert(hand)):
        _enter(hand, replace(back, phase=f"revert:{following}"))
        return
    if hand.policy.rollback.revert_ships_next_patch and hand.hotfix.release:
        release = str(Version.parse(hand.hotfix.release).next_patch())
        _enter(hand, replace(back, phase="tag", release=release))
    else:
        _enter(hand, replace(back, phase="deploy"))


def _enter(hand: HotfixTurn, back: Rollback) -> None:
    hand.change(rollback=replace(back, round=back.round + 1))
    hand.do_step("rollback", round_=back.round + 1)


def _fail(hand: HotfixTurn, back: Rollback, why: str, words: str) -> None:
    hand.change(rollback=replace(back, trouble=why))
    hand.note("Rolling back: not done", EntryKind.TROUBLE, reason=why)
    again = hand.button(Ask.ROLLBACK, "Roll back…", tone=Tone.DANGER)
    post = hand.post("rollback_failed", again, back=back, why=why, words=words)
    hand.tell_room(f"rollback_failed:{back.round}", post)


def _finish(hand: HotfixTurn, back: Rollback) -> None:
    hand.change(rollback=replace(back, done_at=hand.now, trouble="", phase=""))
    hotfix, turn = hand.hotfix, hand.turn
    if hotfix.merged or hotfix.deployed:
        hand.hotfix = hotfix.rolled_back(by=back.by, reason=back.reason, now=hand.now)
        _settle_backports(hand, back)
        lapse_clocks(hand)
    version = f"v{back.release}" if back.release else "what ran before"
    hand.note(f"Rolled back to {version}", EntryKind.ROLLED_BACK, reason=back.reason)
    post = turn.post("rollback", reason=back.reason, version=version, sha=back.sha)
    hand.tell_room(f"rolled_back:{back.round}", post)
    public = turn.post("rollback_public")
    tell_stakeholders(turn, hand.key(f"rolled_back_public:{back.round}"), public)
    turn.work.tasks.add(
        Task(
            incident=turn.incident.id,
            number=0,
            text=debt_of(hand, back),
            made_by=back.by,
            made_at=hand.now,
            owner=hand.hotfix.author or turn.incident.commander,
        )
    )


def debt_of(hand: HotfixTurn, back: Rollback) -> str:
    """What a rollback leaves to be done."""
    if back.way is RollbackWay.FLAG_OFF:
        return "The flag is off, which is no fix: plan the proper one, and turn it on again"
    if back.way is RollbackWay.REVERT:
        return f"The fix “{hand.hotfix.title}” was taken back: find the cause, and fix it anew"
    where = hand.hotfix.production or "the production branch"
    return f"{where} still has what was rolled back: revert it or fix it before the next deploy"


def _settle_backports(hand: HotfixTurn, back: Rollback) -> None:
    """What was taken back on production's branch need not go to the others."""
    if back.way is not RollbackWay.REVERT:
        return
    for each in hand.hotfix.backports:
        if each.state in {BackportState.OWED, BackportState.CONFLICT}:
            reason = "the fix was rolled back"
            waived = replace(each, state=BackportState.WAIVED, by=back.by, reason=reason)
            hand.hotfix = hand.hotfix.with_backport(waived)
