"""A hotfix's life, as people take it on: each looks where it stands, and does what comes next."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chatops.adapters.storage.store import SqlStorage
from chatops.application.hotfix.session import (
    ApproveRequest,
    FixRequest,
    HotfixRequest,
    NextRequest,
    RollbackRequest,
    StartRequest,
    TickRequest,
)
from chatops.application.lifecycle.declare import DeclareRequest
from chatops.application.ports.storage import Search
from chatops.bootstrap import Bot
from chatops.domain.errors import Repeated, UserError
from chatops.domain.hotfix.model import Hotfix, HotfixState, StepRun, StepState
from chatops.domain.playbook.hotfix import HotfixPolicy
from chatops.domain.playbook.pipeline import FixWay, StepKind
from chatops.playground.shop.engineer import FixedAlready
from tests.faults.hotfix_crew import SERVICE, HotfixCrew

#: The worst that each playbook knows.
SEVERITIES = {
    "priority": "P0",
    "versioned": "CRITICAL",
    "preview": "Critical",
    "increment": "SEV1",
}
#: People look again so long after the last turn; the bot looks for pushes in between.
BREATH = timedelta(seconds=40)
#: How long people wait for what the bot does by itself.
_A_WHILE = timedelta(minutes=5)
#: Turns after which a story that does not end will never do so.
MOST_TURNS = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One thing that somebody does, at its own moment however often it is told."""

    name: str
    does: Callable[[Bot, datetime], object]
    at: datetime

    def tell(self, bot: Bot) -> None:
        """Do it; done before, it changes nothing."""
        with suppress(Repeated, FixedAlready):
            self.does(bot, self.at)


def tell_all(crew: HotfixCrew) -> None:
    """Tell the story to its end, by one bot that lives through it."""
    with crew.bot() as bot:
        for turn in turns(crew, bot):
            turn.tell(bot)
            crew.work_off(bot)


def turns(crew: HotfixCrew, bot: Bot) -> Iterator[Turn]:
    """What people do, one after the other, from wherever the story stands."""
    for _ in range(MOST_TURNS):
        turn = next_turn(crew, bot)
        if turn is None:
            return
        yield turn
    message = f"it does not end: {crew.hotfix.steps}"
    raise AssertionError(message)


def next_turn(crew: HotfixCrew, bot: Bot) -> Turn | None:
    """What somebody does next; none when all is over."""
    with SqlStorage(crew.engine).reading() as work:
        if not work.incidents.find(Search(team=crew.workspace.team.id, everything=True)):
            return Turn(name="declare", does=_declares(crew), at=crew.clock.now())
    crew.clock.advance(BREATH)
    crew.work_off(bot)
    with SqlStorage(crew.engine).reading() as work:
        known = work.hotfixes.of(1)
    if not known and crew.way is not FixWay.PUSH and not crew.source:
        return Turn(name="push elsewhere", does=_pushes_elsewhere(crew), at=crew.clock.now())
    if not known:
        return Turn(name="start", does=_starts(crew, bot), at=crew.clock.now())
    return _next_of(crew, bot)


def _next_of(crew: HotfixCrew, bot: Bot) -> Turn | None:
    """What somebody does for the hotfix, once it needs somebody."""
    for _ in range(MOST_TURNS):
        hotfix = crew.hotfix
        step = hotfix.current
        if crew.goes_back and hotfix.deployed:
            return _way_back(crew, hotfix)
        if hotfix.state is not HotfixState.RUNNING:
            return None
        if step is not None and step.state is not StepState.RUNNING:
            name, does = _deed(crew, _policy(crew, bot), hotfix, step)
            return Turn(name=name, does=does, at=crew.clock.now())
        crew.clock.advance(_A_WHILE)
        crew.work_off(bot)
    message = f"nothing comes of it: {crew.hotfix.steps}"
    raise AssertionError(message)


def _way_back(crew: HotfixCrew, hotfix: Hotfix) -> Turn | None:
    """Roll back; where nobody knows whether the command went through, look at the servers."""
    back = hotfix.rollback
    if back is not None and not back.running:
        return None
    name, does = "rollback", _asks(crew, "rollback", RollbackRequest, reason="It got worse")
    if back is not None and crew.shipped("production")[-1:] == [back.sha]:
        name, does = "back", _asks(crew, "rolled_back", HotfixRequest)
    return Turn(name=name, does=does, at=crew.clock.now())


Deed = tuple[str, Callable[[Bot, datetime], object]]


def _deed(crew: HotfixCrew, policy: HotfixPolicy, hotfix: Hotfix, step: StepRun) -> Deed:
    """What the step whose turn it is wants of whom."""
    for checklist in policy.checklists:
        ticked = {tick.checklist for tick in hotfix.ticks}
        if checklist.at is step.kind and checklist.key not in ticked:
            facts: dict[str, Any] = {
                "checklist": checklist.key,
                "items": frozenset(range(len(checklist.items))),
            }
            return f"tick {checklist.key}", _asks(crew, "tick", TickRequest, **facts)
    match step.kind:
        case StepKind.FIX if crew.way is FixWay.PUSH and not hotfix.work.commits:
            return "push", lambda _bot, _now: crew.engineer.push_fix(hotfix.branch)
        case StepKind.FIX if crew.way is FixWay.PUSH or hotfix.way is not crew.way:
            return "fix", _asks(crew, "fix", FixRequest, way=crew.way, source=crew.source)
        case StepKind.APPROVE if policy.severities[SEVERITIES[crew.playbook]].approval.required:
            return "approve", _approve(crew)
        case StepKind.STAGE | StepKind.DEPLOY if step.state is StepState.FAILED:
            return _after_failure(crew, step)
    asked = _asks(crew, "next", NextRequest, step=step.kind, once=f"{step.kind}:{step.round}")
    return f"{step.kind}", asked


def _after_failure(crew: HotfixCrew, step: StepRun) -> Deed:
    """Look at the servers; say that it is done, or let the bot try again."""
    where = "production" if step.kind is StepKind.DEPLOY else "staging"
    again = _asks(
        crew,
        "next",
        NextRequest,
        step=step.kind,
        by_hand=bool(crew.shipped(where)),
        once=f"{step.kind}:{step.round}",
    )
    return f"{step.kind} again", again


def _asks(
    crew: HotfixCrew,
    use_case: str,
    request: type[HotfixRequest],
    *,
    user: str = "sam",
    once: str | None = None,
    **facts: Any,
) -> Callable[[Bot, datetime], object]:
    """Somebody asks something of the bot, with an id of its own."""
    name = once or f"{use_case}:{user}:{sorted(map(str, facts.values()))}"

    def ask(bot: Bot, now: datetime) -> object:
        ask_it = getattr(bot.use_cases.hotfix, use_case)
        return ask_it(
            request(incident=1, user=crew.id_of(user), now=now, once=f"{name}:{now}", **facts)
        )

    return ask


def _pushes_elsewhere(crew: HotfixCrew) -> Callable[[Bot, datetime], object]:
    """Push what is to be picked, or what is to be taken back."""

    def push(_bot: Bot, _now: datetime) -> None:
        if crew.source:
            return
        if crew.way is FixWay.PICK:
            pushed = crew.engineer.push_fix(crew.repository.develop)
        else:
            pushed = crew.engineer.push_between("main")
        (crew.folder / "source").write_text(pushed)

    return push


def _approve(crew: HotfixCrew) -> Callable[[Bot, datetime], object]:
    """Whoever may approves, until nobody is asked any more."""
    asks = [_asks(crew, "approve", ApproveRequest, user=user) for user in ("priya", "lena", "noah")]

    def approve(bot: Bot, now: datetime) -> None:
        for ask in asks:
            with suppress(UserError):
                ask(bot, now)

    return approve


def _declares(crew: HotfixCrew) -> Callable[[Bot, datetime], object]:
    def declare(bot: Bot, now: datetime) -> object:
        return bot.use_cases.declare(
            DeclareRequest(
                team=crew.workspace.team.id,
                user=crew.id_of("sam"),
                now=now,
                title="Checkout is down",
                severity=SEVERITIES[crew.playbook],
                answer_url=None,
                once="declare",
            )
        )

    return declare


def _starts(crew: HotfixCrew, bot: Bot) -> Callable[[Bot, datetime], object]:
    gate = _policy(crew, bot).gate

    def start(bot: Bot, now: datetime) -> object:
        return bot.use_cases.hotfix.start(
            StartRequest(
                incident=1,
                user=crew.id_of("sam"),
                now=now,
                once="start",
                service=SERVICE,
                title="Let a null amount pass",
                reason="Nobody can pay",
                criteria=frozenset(range(len(gate.criteria))),
                answers={question.key: True for question in gate.questions},
                prerequisites=frozenset(range(len(gate.prerequisites))),
            )
        )

    return start


def _policy(crew: HotfixCrew, bot: Bot) -> HotfixPolicy:
    request = HotfixRequest(incident=1, user=crew.id_of("sam"), now=crew.clock.now())
    with bot.use_cases.sessions.looking(request) as turn:
        return turn.playbook.hotfix
