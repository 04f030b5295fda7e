"""Whose consent is still needed before the fix may leave its branch, and how they are asked."""

from chatops.application.hotfix.session import HotfixSession
from chatops.domain.hotfix.errors import NotTheTurn, nothing_to_approve
from chatops.domain.hotfix.model import Hotfix, StepRun, StepState, missing
from chatops.domain.messages.posts import ActionId, ButtonStyle, Post
from chatops.domain.playbook.pipeline import StepForm, StepKind


def must_be_approvable(hotfix: Hotfix) -> None:
    """See that there is something to agree to: the fix, or the plan of one.

    Raises:
        HotfixOver, NotTheTurn, UserError
    """
    hotfix.must_run()
    step, current = hotfix.step(StepKind.APPROVE), hotfix.current
    if step is None:
        raise NotTheTurn(StepKind.APPROVE.spec.label, current.title if current else None)
    if step.state.over:
        why = "it is approved already, or was left out. See `/hotfix status`."
        raise nothing_to_approve(why)
    is_made = hotfix.is_over(StepKind.FIX) or not hotfix.comes_after_fix(StepKind.APPROVE)
    if current is not None and not is_made:
        raise nothing_to_approve(_first(hotfix, current))


def _first(hotfix: Hotfix, step: StepRun) -> str:
    """What comes before there is a fix to look at, and how it is done."""
    pushed = hotfix.form_of(step.kind) is StepForm.FIX
    press, order = ("The fix…", "ready") if pushed else (f"{step.title}…", "next")
    how = f"press “{press}” on the hotfix's card, or type `/hotfix {order}`"
    does = "is under way" if step.state is StepState.RUNNING else f"comes first: {how}"
    return f"“{step.title}” {does}. You will be asked when the fix is there."


def still_needed(session: HotfixSession) -> tuple[str, ...]:
    """The roles that have not agreed yet to what would be shipped; ``any`` for anybody else."""
    return missing(session.rules.approval, session.hotfix.standing)


def ask_for_approval(session: HotfixSession) -> None:
    """Ask for what is missing, in the channel, with the commit that is meant."""
    needed = still_needed(session)
    head = session.hotfix.head if session.hotfix.comes_after_fix(StepKind.APPROVE) else ""
    approve = session.button(ActionId("approve"), "Approve…", head, ButtonStyle.WANTED)
    post = session.post(
        "approval_asked",
        approve,
        session.button(ActionId("hotfix_status"), "Show the hotfix"),
        needed=needed,
        required=session.rules.approval.required,
        author=session.engineer,
        questions=session.policy.review_questions,
        bound=bool(head),
    )
    key = f"approve:{head or 'plan'}:{session.hotfix.version}"
    session.tell_room(key, post)
    if session.rules.approval.required and not session.incident.private:
        _call(session, needed, key, post)


def _call(session: HotfixSession, roles: tuple[str, ...], key: str, post: Post) -> None:
    """Bring those who may agree into the channel, and ask each of them."""
    audiences = session.incident_session.team.audiences
    users = dict.fromkeys(user for role in roles for user in audiences.get(role, ()))
    asked = [user for user in users if user != session.engineer]
    session.incident_session.invite(*asked)
    for user in asked:
        session.incident_session.tell_person(session.key(key), user, post)
