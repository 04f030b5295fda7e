"""Whose consent is still needed before the fix may leave its branch, and how they are asked."""

from chatops.domain.hotfix_approval import missing
from chatops.domain.hotfix_steps import StepKind
from chatops.domain.posts import Ask, Post, Tone
from chatops.usecases.hotfix.session import HotfixTurn


def still_needed(hand: HotfixTurn) -> tuple[str, ...]:
    """The roles that have not agreed yet to what would be shipped; ``any`` for anybody else."""
    return missing(hand.rules.approval, hand.hotfix.standing)


def ask_for_approval(hand: HotfixTurn) -> None:
    """Ask for what is missing, in the channel, with the commit that is meant."""
    needed = still_needed(hand)
    head = hand.hotfix.head if hand.hotfix.comes_after_fix(StepKind.APPROVE) else ""
    approve = hand.button(Ask.APPROVE, "Approve…", head, Tone.WANTED)
    post = hand.post(
        "approval_asked",
        approve,
        hand.button(Ask.HOTFIX_STATUS, "Show the hotfix"),
        needed=needed,
        required=hand.rules.approval.required,
        author=hand.engineer,
        questions=hand.policy.review_questions,
        bound=bool(head),
    )
    key = f"approve:{head or 'plan'}:{hand.hotfix.version}"
    hand.tell_room(key, post)
    if hand.rules.approval.required and not hand.turn.incident.private:
        _call(hand, needed, key, post)


def _call(hand: HotfixTurn, roles: tuple[str, ...], key: str, post: Post) -> None:
    """Bring those who may agree into the channel, and ask each of them."""
    audiences = hand.turn.team.audiences
    users = dict.fromkeys(user for role in roles for user in audiences.get(role, ()))
    asked = [user for user in users if user != hand.engineer]
    hand.turn.invite(*asked)
    for user in asked:
        hand.turn.tell_person(hand.key(key), user, post)
