"""Ticks items of checklists off, with who ticked what."""

from chatops.domain.hotfix.errors import NoSuchWay
from chatops.domain.hotfix.model import Tick
from chatops.domain.messages.posts import Post
from chatops.domain.playbook.hotfix import Checklist
from chatops.domain.team import Deed
from chatops.usecases.hotfix.requests import TickRequest
from chatops.usecases.hotfix.session import HotfixTurn, HotfixTurns
from chatops.usecases.permission import Directory


class TickOff:
    """Tick items off, or take ticks back."""

    def __init__(self, turns: HotfixTurns, directory: Directory) -> None:
        self._turns = turns
        self._directory = directory

    def __call__(self, request: TickRequest) -> Post:
        """Tick items of a checklist off, or take ticks back.

        Raises:
            HotfixOver, NoSuchWay, NotAllowed
        """
        standing = self._directory.standing(request.user, Deed.HOTFIX)
        with self._turns.turn(request, standing) as hand:
            hand.hotfix.must_run()
            checklist = hand.policy.checklist(request.checklist)
            if checklist is None:
                what = f"There is no checklist “{request.checklist[:40]}”."
                raise NoSuchWay(what, [each.key for each in hand.policy.checklists])
            for index in range(len(checklist.items)):
                _set(hand, checklist, index, request)
            left = len(checklist.items) - len(request.items)
            return hand.answer("tick_answer", checklist=checklist, left=max(0, left))


def _set(hand: HotfixTurn, checklist: Checklist, index: int, request: TickRequest) -> None:
    ticked = any(
        tick.checklist == checklist.key and tick.item == index for tick in hand.hotfix.ticks
    )
    if ticked != (index in request.items):
        tick = Tick(
            step=checklist.at, checklist=checklist.key, item=index, by=request.user, at=hand.now
        )
        hand.hotfix = hand.hotfix.ticked(tick)
