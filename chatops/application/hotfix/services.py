"""Everything that can be asked about hotfixes, in one place, for the edges to call."""

from collections.abc import Callable
from dataclasses import dataclass

from chatops.application.authorization import Directory
from chatops.application.git_identity import Names, Profiles
from chatops.application.hotfix import session
from chatops.application.hotfix.advance import Plan, Stepping
from chatops.application.hotfix.approvals import Approve
from chatops.application.hotfix.backports import Returning
from chatops.application.hotfix.monitoring import Watchman
from chatops.application.hotfix.operate import Carrier
from chatops.application.hotfix.rollback import RollBack
from chatops.application.hotfix.session import HotfixTurns
from chatops.application.hotfix.start import Start
from chatops.application.hotfix.step_overrides import Abort, SkipStep, TickOff, TurnFlagOff
from chatops.application.hotfix.views import KnownHotfix, LookAtHotfixes
from chatops.application.ports.external import Outside
from chatops.application.session import Turns
from chatops.domain.messages.posts import Post


@dataclass(frozen=True, slots=True, kw_only=True)
class HotfixDesk:
    """The use cases of hotfixes, ready to be called."""

    known: Callable[[session.HotfixRequest], KnownHotfix]
    status: Callable[[session.HotfixRequest], Post]
    log: Callable[[session.LogRequest], Post]
    knock: Callable[[session.StartRequest], None]
    start: Callable[[session.StartRequest], Post]
    plan: Callable[[session.NextRequest], Plan]
    next: Callable[[session.NextRequest], Post]
    fix: Callable[[session.FixRequest], Post]
    approve: Callable[[session.ApproveRequest], Post]
    skip: Callable[[session.SkipRequest], Post]
    tick: Callable[[session.TickRequest], Post]
    rollback: Callable[[session.RollbackRequest], Post]
    rolled_back: Callable[[session.HotfixRequest], Post]
    backport: Callable[[session.BackportRequest], Post]
    align: Callable[[session.BackportRequest], Post]
    aligned: Callable[[session.AlignedRequest], Post]
    waive: Callable[[session.WaiveBackportRequest], Post]
    flag: Callable[[session.FlagRequest], Post]
    abort: Callable[[session.EndRequest], Post]


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
