"""Everything that can be asked about hotfixes, in one place, for the edges to call."""

from collections.abc import Callable
from dataclasses import dataclass

from chatops.domain.messages.posts import Post
from chatops.usecases.hotfix import requests
from chatops.usecases.hotfix.approving import Approve
from chatops.usecases.hotfix.carrying_out import Carrier
from chatops.usecases.hotfix.ending import Abort, TurnFlagOff
from chatops.usecases.hotfix.looking import KnownHotfix, LookAtHotfixes
from chatops.usecases.hotfix.lookout import Watchman
from chatops.usecases.hotfix.naming import Names, Profiles
from chatops.usecases.hotfix.ports import Outside
from chatops.usecases.hotfix.returning import Returning
from chatops.usecases.hotfix.rolling_back import RollBack
from chatops.usecases.hotfix.session import HotfixTurns
from chatops.usecases.hotfix.skipping import SkipStep
from chatops.usecases.hotfix.start import Start
from chatops.usecases.hotfix.stepping import Plan, Stepping
from chatops.usecases.hotfix.ticking import TickOff
from chatops.usecases.permission import Directory
from chatops.usecases.turns import Turns


@dataclass(frozen=True, slots=True, kw_only=True)
class HotfixDesk:
    """The use cases of hotfixes, ready to be called."""

    known: Callable[[requests.HotfixRequest], KnownHotfix]
    status: Callable[[requests.HotfixRequest], Post]
    log: Callable[[requests.LogRequest], Post]
    knock: Callable[[requests.StartRequest], None]
    start: Callable[[requests.StartRequest], Post]
    plan: Callable[[requests.NextRequest], Plan]
    next: Callable[[requests.NextRequest], Post]
    fix: Callable[[requests.FixRequest], Post]
    approve: Callable[[requests.ApproveRequest], Post]
    skip: Callable[[requests.SkipRequest], Post]
    tick: Callable[[requests.TickRequest], Post]
    rollback: Callable[[requests.RollbackRequest], Post]
    rolled_back: Callable[[requests.HotfixRequest], Post]
    backport: Callable[[requests.BackportRequest], Post]
    align: Callable[[requests.BackportRequest], Post]
    aligned: Callable[[requests.AlignedRequest], Post]
    waive: Callable[[requests.WaiveBackportRequest], Post]
    flag: Callable[[requests.FlagRequest], Post]
    abort: Callable[[requests.EndRequest], Post]


def open_hotfix_desk(
    *, turns: Turns, directory: Directory, people: Profiles, outside: Outside
) -> HotfixDesk:
    """Build the use cases over their ports."""
    ours = HotfixTurns(turns)
    stepping = Stepping(
        ours, directory, Names(turns.team, people), Carrier(outside), Watchman(outside)
    )
    returning = Returning(ours, directory)
    back = RollBack(ours, directory)
    start = Start(turns, directory)
    look = LookAtHotfixes(ours, outside)
    return HotfixDesk(
        known=look.known,
        status=look.status,
        log=look.log,
        knock=start.knock,
        start=start,
        plan=stepping.plan,
        next=stepping.next,
        fix=stepping.fix,
        approve=Approve(ours, directory, people),
        skip=SkipStep(ours, directory, people),
        tick=TickOff(ours, directory),
        rollback=back,
        rolled_back=back.confirm,
        backport=returning.backport,
        align=returning.align,
        aligned=returning.aligned,
        waive=returning.waive,
        flag=TurnFlagOff(ours, stepping),
        abort=Abort(ours, directory),
    )
