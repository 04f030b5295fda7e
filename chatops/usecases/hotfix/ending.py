"""Gives a hotfix up, and turns feature flags off."""

from chatops.domain.hotfix.errors import NoSuchWay
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import Post
from chatops.domain.playbook.pipeline import FixWay
from chatops.domain.team import Deed
from chatops.usecases.hotfix.clocks import keep_clocks, lapse_clocks
from chatops.usecases.hotfix.requests import EndRequest, FixRequest, FlagRequest
from chatops.usecases.hotfix.session import HotfixTurns, meant
from chatops.usecases.hotfix.stepping import Stepping
from chatops.usecases.notes import NOTE_LIMIT, written
from chatops.usecases.permission import Directory


class Abort:
    """Give a hotfix up."""

    def __init__(self, turns: HotfixTurns, directory: Directory) -> None:
        self._turns = turns
        self._directory = directory

    def __call__(self, request: EndRequest) -> Post:
        """Stop; what is in production stays there, and its backports stay owed.

        Raises:
            HotfixOver, NothingWritten, TooLong, NotAllowed
        """
        reason = written(request.reason, what="reason", limit=NOTE_LIMIT)
        standing = self._directory.standing(request.user, Deed.HOTFIX)
        with self._turns.turn(request, standing) as hand:
            hand.hotfix = hand.hotfix.aborted(by=request.user, reason=reason, now=hand.now)
            lapse_clocks(hand)
            keep_clocks(hand)
            hand.note(f"Gave up {hand.hotfix.name}", EntryKind.HOTFIX, reason=reason)
            hand.tell_room("aborted", hand.post("hotfix_aborted", reason=reason))
            return hand.answer("hotfix_answer", step=None)


class TurnFlagOff:
    """End the harm by a feature flag, as the fix of a hotfix that allows it."""

    def __init__(self, turns: HotfixTurns, stepping: Stepping) -> None:
        self._turns = turns
        self._stepping = stepping

    def __call__(self, request: FlagRequest) -> Post:
        """Make it the way of the running hotfix whose service has the flag.

        Raises:
            NoSuchWay, NoHotfixYet, WhichHotfix, and what ``Stepping.fix`` raises.
        """
        with self._turns.turns.looking(request) as turn:
            services = turn.team.coded
            known = [
                each
                for each in turn.work.hotfixes.of(turn.incident.id)
                if each.current is not None and each.service in services
            ]
            fitting = [each for each in known if request.flag in services[each.service].flags]
            if not fitting and known:
                flags = sorted({flag for each in known for flag in services[each.service].flags})
                what = f"There is no flag “{request.flag[:40]}” with a command."
                raise NoSuchWay(what, flags)
            number = fitting[0].number if fitting else meant(turn, None).number
        return self._stepping.fix(
            FixRequest(
                incident=request.incident,
                user=request.user,
                now=request.now,
                channel=request.channel,
                once=request.once,
                about=number,
                way=FixWay.FLAG,
                source=request.flag,
            )
        )
