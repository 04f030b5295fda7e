"""Asks production whether the fix is there and works, and goes on asking while it is watched."""

from datetime import datetime, timedelta

from chatops.domain.hotfix.model import StepRun, StepState
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.effects import DoStep
from chatops.domain.messages.posts import Ask, Tone
from chatops.domain.playbook.hotfix import WatchWindow
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.services import Check
from chatops.usecases.hotfix.carrying_out import Readings
from chatops.usecases.hotfix.facts import values
from chatops.usecases.hotfix.going_back import ask_to_decide, looks_well
from chatops.usecases.hotfix.moves import end, end_or_rest, fail, watching
from chatops.usecases.hotfix.orders import Look
from chatops.usecases.hotfix.session import HotfixTurn

#: How soon production is asked again what it runs, or whether it works by now.
_AGAIN = timedelta(seconds=15)
#: So many looks until a deploy has arrived, and until it works.
_LOOKS_FOR_DEPLOY, _LOOKS_FOR_HEALTH = 40, 4
#: From this look on production has little time left to show what it runs.
LAST_LOOKS_FOR_DEPLOY = _LOOKS_FOR_DEPLOY - 4
#: A step keeps so many readings; the first and the newest tell the story.
_MOST_READINGS = 240
#: How long is watched where neither step nor playbook says.
_DEFAULT_WATCH = timedelta(minutes=30)


def checks_of(hand: HotfixTurn, step: str) -> tuple[Check, ...]:
    """What is asked at a step."""
    service = hand.service
    if step == "deployed":
        return () if service.deployed is None else (service.deployed,)
    return service.watch if step == StepKind.WATCH else service.verify


def looks_at(hand: HotfixTurn, step: str) -> Look:
    """The order to look. Raises ServiceGone."""
    checks = checks_of(hand, step)
    firsts = tuple(hand.hotfix.before.get(check.title) for check in checks)
    return Look(checks=checks, values=values(hand), firsts=firsts)


def baseline_of(hand: HotfixTurn) -> Look | None:
    """What must be measured before the fix goes out, since it has to fall; none if it was."""
    asked = (*hand.service.verify, *hand.service.watch)
    checks = tuple({check.title: check for check in asked if check.falls}.values())
    if not checks or hand.hotfix.before:
        return None
    return Look(checks=checks, values=values(hand), firsts=tuple(None for _ in checks))


def take_readings(hand: HotfixTurn, act: DoStep, readings: Readings) -> None:
    """Take what production answered, and decide whether to ask again."""
    checks = checks_of(hand, act.step)
    _keep_first(hand, checks, readings)
    lines = tuple(
        f"{check.title}: {reading.said}"
        for check, reading in zip(checks, readings.readings, strict=False)
    )
    match act.step:
        case "deployed":
            _take_deployed(hand, act, lines, good=readings.good)
        case StepKind.VERIFY:
            _take_health(hand, act, lines, good=readings.good)
        case _:
            pairs = zip(lines, readings.readings, strict=False)
            bad = tuple(line for line, reading in pairs if not reading.good)
            _take_watch(hand, act, lines, bad)


def _keep_first(hand: HotfixTurn, checks: tuple[Check, ...], readings: Readings) -> None:
    """What must fall and could not be measured before is compared with its first reading."""
    first = {
        check.title: reading.value
        for check, reading in zip(checks, readings.readings, strict=False)
        if check.falls and reading.value is not None and check.title not in hand.hotfix.before
    }
    if first:
        hand.change(before={**hand.hotfix.before, **first})


def _take_deployed(hand: HotfixTurn, act: DoStep, lines: tuple[str, ...], *, good: bool) -> None:
    if good:
        is_deployed(hand, *lines)
    elif act.look < _LOOKS_FOR_DEPLOY:
        hand.do_step("deployed", round_=act.round, look=act.look + 1, after=_AGAIN)
    else:
        fail(hand, StepKind.DEPLOY, "production still runs something else", *lines)


def is_deployed(hand: HotfixTurn, *evidence: str) -> None:
    """Production runs the fix."""
    tell_deployed(hand, *evidence)
    end(hand, StepKind.DEPLOY, *evidence)


def tell_deployed(hand: HotfixTurn, *evidence: str) -> None:
    """Note what production runs, and say so."""
    what = hand.hotfix.merged or hand.hotfix.head
    hand.change(deployed=what, deployed_at=hand.now)
    watching(hand)
    ran = f"v{hand.hotfix.release} ({what[:7]})" if hand.hotfix.release else what[:7]
    hand.note(f"Deployed to production: {ran}", EntryKind.DEPLOYED)
    hand.tell_room(f"deployed:{what}", hand.post("deployed", lines=evidence))


def _take_health(hand: HotfixTurn, act: DoStep, lines: tuple[str, ...], *, good: bool) -> None:
    if good:
        looks_well(hand)
        end_or_rest(hand, StepKind.VERIFY, *lines)
    elif act.look < _LOOKS_FOR_HEALTH:
        hand.do_step(StepKind.VERIFY, round_=act.round, look=act.look + 1, after=_AGAIN)
    else:
        fail(hand, StepKind.VERIFY, "production does not work as it should", *lines)
        ask_to_decide(hand)


def _take_watch(
    hand: HotfixTurn, act: DoStep, lines: tuple[str, ...], bad: tuple[str, ...]
) -> None:
    good = not bad
    step = hand.hotfix.step(StepKind.WATCH)
    assert step is not None  # noqa: S101 - only a pipeline with this step is watched
    was_good = not step.trouble
    step = _with_readings(step, hand.now, lines, bad)
    hand.hotfix = hand.hotfix.with_step(step)
    if not good and was_good:
        _tell_bad(hand, act, bad)
    elif good and not was_good:
        looks_well(hand)
        hand.note("Production works again", EntryKind.READING, reason="; ".join(lines))
        hand.tell_thread(f"watch_good:{act.look}", hand.post("watch_good", lines=lines))
    if good and hand.now >= watched_until(hand, step):
        end(hand, StepKind.WATCH, *lines)
    else:
        hand.do_step(
            StepKind.WATCH,
            round_=act.round,
            look=act.look + 1,
            after=max(hand.service.look_every, timedelta(seconds=5)),
        )


def _with_readings(
    step: StepRun, now: datetime, lines: tuple[str, ...], bad: tuple[str, ...]
) -> StepRun:
    read = tuple(f"{now:%H:%M:%S} {line}" for line in lines)
    kept = (*step.evidence, *read)
    if len(kept) > _MOST_READINGS:
        kept = (*kept[:1], *kept[1 - _MOST_READINGS :])
    trouble = "; ".join(bad)
    return StepRun(
        kind=step.kind,
        title=step.title,
        state=StepState.RUNNING,
        since=step.since,
        started_at=step.started_at,
        by=step.by,
        round=step.round,
        evidence=kept,
        trouble=trouble,
    )


def _tell_bad(hand: HotfixTurn, act: DoStep, lines: tuple[str, ...]) -> None:
    """Offer to go back at once, with what the playbook says to weigh."""
    hand.note("Production does not look well", EntryKind.READING, reason="; ".join(lines))
    rollback = hand.button(Ask.ROLLBACK, "Roll back…", tone=Tone.DANGER)
    status = hand.button(Ask.HOTFIX_STATUS, "Show the hotfix")
    post = hand.post("watch_bad", rollback, status, lines=lines, rule=hand.policy.rollback)
    hand.tell_room(f"watch_bad:{act.round}:{act.look}", post)
    ask_to_decide(hand)


def watch_window(hand: HotfixTurn) -> WatchWindow | None:
    """The first window of the playbook: the one in which somebody looks all the time."""
    return next(iter(hand.policy.watch), None)


def watched_until(hand: HotfixTurn, step: StepRun) -> datetime:
    """When the watch is over, if all stays well."""
    policy, window = hand.step(StepKind.WATCH), watch_window(hand)
    lasts = policy.takes or (window.lasts if window is not None else None)
    start = step.started_at or step.since or hand.now
    return start + (lasts[0] if lasts is not None else _DEFAULT_WATCH)
