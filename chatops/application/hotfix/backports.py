"""Brings the fix back to the branches that the next releases come from, and proves it there."""

from dataclasses import replace

from chatops.application.authorization import PeopleDirectory
from chatops.application.hotfix.deadlines import keep_clocks, settle_backport
from chatops.application.hotfix.operate import OperationRefused, Proof, Worked
from chatops.application.hotfix.session import (
    AlignedRequest,
    BackportRequest,
    HotfixSession,
    HotfixSessions,
    WaiveBackportRequest,
)
from chatops.application.hotfix.state_machine import end_alignment, end_backports, fail, see_plan
from chatops.application.incidents.timeline_notes import NOTE_LIMIT, written
from chatops.application.ports.external import Pull, PullState
from chatops.domain.git.alignment import Containment, ProofResult
from chatops.domain.hotfix.errors import NothingToBring, SkipReasonMissing, UnknownTarget
from chatops.domain.hotfix.model import (
    Backport,
    BackportState,
    Hotfix,
    HotfixState,
    PullRequestLink,
)
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import ActionId, ButtonStyle, Post
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.team import Permission

#: A message shows so many lines of evidence; the rest is in the step.
_SHOWN = 6


def take_backport(session: HotfixSession, target: str, worked: Worked) -> None:
    """What came of bringing the fix to one target."""
    backport = session.hotfix.backport(target)
    if backport is None or backport.state.settled:
        return
    if worked.result.quarrels:
        _conflict(session, backport, worked)
    elif worked.pull is not None and worked.pull.state is PullState.OPEN:
        _opened(session, backport, worked)
    else:
        _brought(session, backport, worked)
    end_backports(session)


def _conflict(session: HotfixSession, backport: Backport, worked: Worked) -> None:
    """Name the files, show both sides, say how to finish, and give it to somebody."""
    owner = backport.owner or session.engineer
    changed = replace(
        backport,
        state=BackportState.CONFLICT,
        owner=owner,
        paths=tuple(each.path for each in worked.result.quarrels),
        commands=worked.result.commands,
        pull_request=_link(worked.pull) or backport.pull_request,
    )
    _keep(session, changed)
    session.note(
        f"The backport to {backport.target} is in conflict",
        EntryKind.BACKPORT,
        reason=", ".join(changed.paths),
    )
    again = session.button(ActionId.BACKPORT, "Try again…", backport.target)
    done = session.button(
        ActionId.ALIGN, "It is done: prove it", backport.target, ButtonStyle.WANTED
    )
    waive = session.button(ActionId.WAIVE_BACKPORT, "Waive…", backport.target)
    post = session.post(
        "backport_conflict",
        done,
        again,
        waive,
        backport=changed,
        quarrels=worked.result.quarrels,
        prefer=session.pipeline.backport.prefer if session.pipeline.backport else None,
    )
    session.tell_room(f"conflict:{backport.target}:{session.hotfix.version}", post)
    step = session.hotfix.step(StepKind.BACKPORT)
    if step is not None and not step.state.over:
        why = f"{backport.target} is in conflict in {', '.join(changed.paths[:3])}"
        session.hotfix = session.hotfix.failed(StepKind.BACKPORT, why, now=session.now)


def _opened(session: HotfixSession, backport: Backport, worked: Worked) -> None:
    link = _link(worked.pull)
    changed = replace(
        backport,
        state=BackportState.OPENED,
        pull_request=link,
        branch=worked.pull.head_branch if worked.pull else None,
        sha=worked.result.after,
    )
    _keep(session, changed)
    session.note(
        f"Backport to {backport.target} opened: {link.url if link else ''}", EntryKind.BACKPORT
    )
    post = session.post("backport_opened", backport=changed, notes=worked.result.notes)
    session.tell_room(f"opened:{backport.target}:{session.hotfix.version}", post)


def _brought(session: HotfixSession, backport: Backport, worked: Worked) -> None:
    changed = replace(backport, state=BackportState.BROUGHT, sha=worked.result.after, paths=())
    _keep(session, changed)
    # What an earlier attempt of ours brought was not there without us.
    already = worked.result.already and not worked.result.made
    text = "was there already in" if already else "is in"
    session.note(f"The fix {text} {backport.target}", EntryKind.BACKPORT)
    post = session.post(
        "backport_brought",
        backport=changed,
        already=already,
        notes=worked.result.notes,
        test=session.pipeline.backport.test_after if session.pipeline.backport else False,
    )
    session.tell_thread(f"brought:{backport.target}:{session.hotfix.version}", post)


def refuse_backport(session: HotfixSession, target: str, refusal: OperationRefused) -> None:
    """The remote or the forge said no."""
    why = f"{target}: {refusal.why}"
    fail(session, StepKind.BACKPORT, why, *filter(None, [refusal.words]))


def take_proof(session: HotfixSession, proof: Proof) -> None:
    """What the code says about one target: it has the fix, has lost it, or a person must look."""
    backport = session.hotfix.backport(proof.target)
    if backport is None or backport.state is BackportState.WAIVED:
        return
    verdict = proof.verdict
    seen = replace(backport, tip=proof.tip, evidence=verdict.lines[:_SHOWN])
    match verdict.answer:
        case Containment.CONTAINED:
            _proven(session, seen, verdict)
        case Containment.ABSENT:
            _absent(session, backport, seen)
        case Containment.UNSURE:
            _unsure(session, backport, seen)
    end_alignment(session)


def _proven(session: HotfixSession, backport: Backport, verdict: ProofResult) -> None:
    was = backport.state
    proven = replace(
        backport, state=BackportState.PROVEN, proven_at=session.now, paths=(), commands=()
    )
    _keep(session, proven)
    if was is BackportState.PROVEN:
        return
    settle_backport(session, proven)
    session.note(f"{backport.target} contains the fix", EntryKind.BACKPORT, reason=verdict.lines[0])
    post = session.post("backport_proven", backport=proven)
    session.tell_room(f"proven:{backport.target}:{session.hotfix.version}", post)
    end_backports(session)


def _absent(session: HotfixSession, before: Backport, seen: Backport) -> None:
    """It is not there: nothing new where it is owed, a debt again where it was proven."""
    if before.state in {BackportState.PROVEN, BackportState.BROUGHT}:
        _lost(session, seen)
    elif before.state is BackportState.UNSURE:
        _keep(session, replace(seen, state=BackportState.OWED))
    else:
        _keep(session, seen)


def _lost(session: HotfixSession, seen: Backport) -> None:
    owed = replace(seen, state=BackportState.OWED, proven_at=None)
    _keep(session, owed)
    _reopen_steps(session)
    keep_clocks(session, again=owed.target)
    session.note(
        f"{seen.target} does not contain the fix any more",
        EntryKind.BACKPORT,
        reason=seen.evidence[0] if seen.evidence else "",
    )
    bring = session.button(ActionId.BACKPORT, "Bring it back…", seen.target, ButtonStyle.WANTED)
    settle = session.button(ActionId.ALIGNED, "It is there…", seen.target)
    waive = session.button(ActionId.WAIVE_BACKPORT, "Waive…", seen.target)
    post = session.post("backport_lost", bring, settle, waive, backport=owed)
    session.tell_room(f"lost:{seen.target}:{session.hotfix.version}", post)


def _reopen_steps(session: HotfixSession) -> None:
    """A hotfix that was done is not: the debt is back."""
    if session.hotfix.state is HotfixState.DONE:
        session.change(state=HotfixState.RUNNING, ended_at=None)
    for kind in (StepKind.BACKPORT, StepKind.ALIGN):
        step = session.hotfix.step(kind)
        if step is not None and step.state.over:
            session.hotfix = session.hotfix.failed(kind, "the fix is gone again", now=session.now)


def _unsure(session: HotfixSession, before: Backport, seen: Backport) -> None:
    """The code leaves it open: ask a person, with the evidence."""
    if before.state is BackportState.PROVEN and before.by is not None:
        _keep(session, replace(seen, state=BackportState.PROVEN))
        return
    if before.state in {BackportState.OWED, BackportState.CONFLICT, BackportState.OPENED}:
        _keep(session, seen)
        return
    unsure = replace(seen, state=BackportState.UNSURE)
    _keep(session, unsure)
    if before.state is BackportState.UNSURE and before.tip == seen.tip:
        return
    settle = session.button(ActionId.ALIGNED, "I have looked…", seen.target, ButtonStyle.WANTED)
    post = session.post("backport_unsure", settle, backport=unsure)
    session.tell_room(f"unsure:{seen.target}:{seen.tip}", post)


def refuse_proof(session: HotfixSession, target: str, refusal: OperationRefused) -> None:
    """Nothing can be proven now, for instance because the clone is shallow or the branch gone."""
    fail(session, StepKind.ALIGN, f"{target}: {refusal.why}", *filter(None, [refusal.words]))


def take_pull(session: HotfixSession, target: str, pull: Pull | None) -> None:
    """What became of the pull request into a target."""
    backport = session.hotfix.backport(target)
    if backport is None or pull is None or backport.state is not BackportState.OPENED:
        return
    if pull.state is PullState.MERGED:
        _keep(session, replace(backport, state=BackportState.BROUGHT, sha=pull.merged))
    elif pull.state is PullState.CLOSED:
        owed = replace(backport, state=BackportState.OWED, pull_request=None)
        _keep(session, owed)
        again = session.button(ActionId.BACKPORT, "Open it again…", target, ButtonStyle.WANTED)
        waive = session.button(ActionId.WAIVE_BACKPORT, "Waive…", target)
        post = session.post("backport_closed", again, waive, backport=backport)
        session.tell_room(f"closed:{target}:{pull.number}", post)


def _keep(session: HotfixSession, changed: Backport) -> None:
    session.hotfix = session.hotfix.with_backport(changed)


def _link(pull: Pull | None) -> PullRequestLink | None:
    return None if pull is None else PullRequestLink(number=pull.number, url=pull.url)


class BackportFix:
    """Brings fixes back to the branches that the next releases come from."""

    def __init__(self, sessions: HotfixSessions, directory: PeopleDirectory) -> None:
        self._sessions = sessions
        self._directory = directory

    def backport(self, request: BackportRequest) -> Post:
        """Bring the fix to a target, or to every one that lacks it.

        Raises:
            NothingToBring, UnknownTarget, NotAllowed
        """
        authorization = self._directory.authorization(request.user, Permission.HOTFIX)
        with self._sessions.begin(request, authorization) as session:
            wanted = _meant(session, request.target)
            if not (session.hotfix.merged or session.hotfix.deployed):
                raise NothingToBring(session.hotfix.name)
            lacking = [each for each in wanted if not each.state.settled]
            for each in lacking:
                owner = request.owner or each.owner
                again = replace(each, owner=owner, state=BackportState.OWED)
                session.hotfix = session.hotfix.with_backport(again)
            current = session.hotfix.current
            keep_clocks(session)
            if current is not None and current.kind is StepKind.BACKPORT and lacking:
                return session.answer(
                    "hotfix_answer", see_plan(session, current.kind), step=current
                )
            _bring_now(session, lacking)
            names = tuple(each.target for each in lacking)
            return session.answer("backport_answer", targets=names)

    def align(self, request: BackportRequest) -> Post:
        """Prove again from the code, now.

        Raises:
            UnknownTarget, NothingToBring
        """
        with self._sessions.begin(request) as session:
            for each in _meant(session, request.target):
                forgotten = replace(each, tip=None)
                session.hotfix = session.hotfix.with_backport(forgotten)
            session.look_out()
            names = tuple(each.target for each in _meant(session, request.target))
            return session.answer("align_answer", targets=names)

    def aligned(self, request: AlignedRequest) -> Post:
        """A person says whether a target contains the fix, where the code leaves it open.

        Raises:
            UnknownTarget, NothingWritten, TooLong, NotAllowed
        """
        reason = written(request.reason, what="reason", limit=NOTE_LIMIT)
        authorization = self._directory.authorization(request.user, Permission.HOTFIX)
        with self._sessions.begin(request, authorization) as session:
            [backport] = _meant(session, request.target)
            said = "contains" if request.contained else "does not contain"
            changed = replace(
                backport,
                state=BackportState.PROVEN if request.contained else BackportState.OWED,
                by=request.user,
                reason=reason,
                proven_at=session.now if request.contained else None,
                evidence=(f"<@{request.user}> looked: {reason}", *backport.evidence[:5]),
            )
            session.hotfix = session.hotfix.with_backport(changed)
            session.note(f"{backport.target} {said} the fix", EntryKind.BACKPORT, reason=reason)
            session.tell_room(
                f"said:{backport.target}:{session.hotfix.version}",
                session.post("backport_said", backport=changed, contained=request.contained),
            )
            if request.contained:
                settle_backport(session, changed)
                end_backports(session)
                end_alignment(session)
            else:
                keep_clocks(session)
            return session.answer("hotfix_answer", step=session.hotfix.current)

    def waive(self, request: WaiveBackportRequest) -> Post:
        """Let a target go without the fix, for a reason that goes on record.

        Raises:
            UnknownTarget, SkipReasonMissing, NotAllowed
        """
        reason = request.reason.strip()
        if not reason:
            what = "waiving a backport"
            raise SkipReasonMissing(what)
        authorization = self._directory.authorization(request.user, Permission.WAIVE)
        with self._sessions.begin(request, authorization) as session:
            for each in _meant(session, request.target):
                if each.state.settled:
                    continue
                waived = replace(each, state=BackportState.WAIVED, by=request.user, reason=reason)
                session.hotfix = session.hotfix.with_backport(waived)
                settle_backport(session, waived)
                session.note(f"{each.target} goes without the fix", EntryKind.WAIVED, reason=reason)
                post = session.post("backport_waived", backport=waived)
                session.tell_room(f"waived:{each.target}", post)
            end_backports(session)
            end_alignment(session)
            return session.answer("hotfix_answer", step=session.hotfix.current)


def _meant(session: HotfixSession, target: str | None) -> tuple[Backport, ...]:
    """The target that is meant, or all of them; a new one is added.

    Raises:
        UnknownTarget, NothingToBring
    """
    hotfix = session.hotfix
    if target is None:
        if not hotfix.backports:
            raise NothingToBring(hotfix.name)
        return hotfix.backports
    found = hotfix.backport(target)
    if found is not None:
        return (found,)
    if target in _more_targets(session, hotfix):
        return (Backport(target=target),)
    raise UnknownTarget(target, [each.target for each in hotfix.backports])


def _more_targets(session: HotfixSession, hotfix: Hotfix) -> tuple[str, ...]:
    """Targets that were added to chatops.yml after the hotfix began."""
    known = {each.target for each in hotfix.backports}
    return tuple(target for target in session.targets if target not in known)


def _bring_now(session: HotfixSession, lacking: list[Backport]) -> None:
    """Bring it although it is not the turn of the step, for instance after it was lost again."""
    step = session.hotfix.step(StepKind.BACKPORT)
    if step is None or not lacking:
        return
    begun = step.begun(by=session.incident_session.actor, now=session.now)
    session.hotfix = session.hotfix.with_step(begun)
    for each in lacking:
        session.do_step(StepKind.BACKPORT, round_=begun.round, target=each.target)
