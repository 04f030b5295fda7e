"""What people ask of a rollback: to begin it, and to hear that production is back."""

from dataclasses import replace

from chatops.domain.hotfix.errors import NoSuchWay, NothingRollsBack, NothingToRollBack, StepBusy
from chatops.domain.hotfix.model import Rollback
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import Post
from chatops.domain.playbook.hotfix import RollbackWay
from chatops.domain.team import Deed
from chatops.usecases.hotfix.going_back import begin_going_back
from chatops.usecases.hotfix.requests import HotfixRequest, RollbackRequest
from chatops.usecases.hotfix.session import HotfixTurn, HotfixTurns
from chatops.usecases.hotfix.taken_back import look_whether_it_works
from chatops.usecases.hotfix.way_back import first_phase
from chatops.usecases.notes import written
from chatops.usecases.permission import Directory

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
            _must_not_be_busy(before)
            _must_be_possible(hand, way, request.version)
            back = Rollback(
                way=way,
                reason=reason,
                by=request.user,
                at=hand.now,
                phase=first_phase(hand, way),
                round=before.round + 1 if before is not None else 1,
                release=_wanted(hand, request),
                sha=hand.hotfix.base if _wanted(hand, request) == hand.hotfix.previous else "",
            )
            hand.change(rollback=back)
            begin_going_back(hand)
            words = str(way).replace("_", " ")
            hand.note(f"Rolling back ({words})", EntryKind.ROLLED_BACK, reason=reason)
            hand.tell_room(f"rolling_back:{back.round}", hand.post("rolling_back", back=back))
            hand.do_step("rollback", round_=back.round)
            return hand.answer("rollback_answer", back=back)

    def confirm(self, request: HotfixRequest) -> Post:
        """A person says that production is back, where the bot cannot see it.

        Raises:
            NothingRollsBack, StepBusy, NotAllowed
        """
        standing = self._directory.standing(request.user, Deed.ROLLBACK)
        with self._turns.turn(request, standing) as hand:
            back = hand.hotfix.rollback
            if back is None or not back.running:
                raise NothingRollsBack(hand.hotfix.name)
            _must_not_be_busy(back)
            hand.note("Production is back, deployed by hand")
            look_whether_it_works(hand, replace(back, said_by=request.user, trouble=""))
            return hand.answer("rollback_answer", back=hand.hotfix.rollback)


def _must_not_be_busy(back: Rollback | None) -> None:
    """Raises StepBusy."""
    if back is not None and back.running and not back.waits:
        what = "Rolling back"
        raise StepBusy(what)


def _wanted(hand: HotfixTurn, request: RollbackRequest) -> str:
    """The version that production is to run again."""
    return request.version.removeprefix("v") or hand.hotfix.previous


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
