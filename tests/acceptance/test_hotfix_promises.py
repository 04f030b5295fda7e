"""What a hotfix promised is spoken of in time and by name until it is settled."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest

from chatops.application.lifecycle.end import ReasonRequest
from chatops.application.promises.snooze import SnoozeRequest
from chatops.domain.hotfix.deadlines import backport_promise, step_promise
from chatops.domain.hotfix.errors import BackportOwed, WaivedByBranch
from chatops.domain.hotfix.model import (
    Backport,
    BackportState,
    Hotfix,
    HotfixState,
    StepRun,
    StepState,
)
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.playbook.pipeline import BackportMethod, BackportRule, Step, StepKind
from chatops.domain.promises.model import Promise, PromiseState
from chatops.domain.time.durations import Deadline
from tests.acceptance.reading import buttons_in, words_in
from tests.acceptance.stage import START, Actor, Room, Stage, open_stage

MINUTE = timedelta(minutes=1)
KEY = "backport:1:develop"
RULE = BackportRule(method=BackportMethod.MERGE, due=Deadline(within=timedelta(hours=2)))
OVERDUE = "the backport of v1.2.4 to develop is overdue"
#: The same, to one person alone.
DIRECT = "Backport of v1.2.4 to develop* of INC-2026-001 is overdue"
STORY = "What is on main alone is gone with the next release from develop"
REPRODUCE = Step(kind=StepKind.REPRODUCE, title="", takes=(15 * MINUTE, 30 * MINUTE))


@pytest.fixture
def room(stage: Stage, sam: Actor) -> Room:
    """The channel of an outage that sam commands, where tom has shipped a fix."""
    sam.types("/incident declare P0 checkout is down")
    sam.clicks("I am on it", stage.incident_room)
    return stage.incident_room


def shipped(stage: Stage, by: Actor, *backports: Backport, **changes: Any) -> Hotfix:
    """A fix that is in production, and promised to each of these branches, or to develop."""
    now = stage.clock.now()
    values: dict[str, Any] = {
        "id": 0,
        "incident": 1,
        "number": 0,
        "service": "shop",
        "pipeline": "git_flow",
        "title": "Put the null check back",
        "started_by": by.id,
        "started_at": now,
        "steps": (),
        "state": HotfixState.DONE,
        "release": "1.2.4",
        "deployed": "4f2c9e1",
        "backports": backports or (Backport(target="develop"),),
    }
    with stage.bot.use_cases.sessions.storage.writing() as work:
        incident = work.incidents.get(1)
        work.incidents.save(replace(incident, members=incident.members | {by.id}))
        hotfix = work.hotfixes.add(Hotfix(**(values | changes)))
        for backport in hotfix.backports:
            promise = backport_promise(
                hotfix, backport, RULE, zone="UTC", day_ends=time(18), since=now, now=now
            )
            work.promises.put(promise)
    return hotfix


def save(stage: Stage, hotfix: Hotfix) -> None:
    with stage.bot.use_cases.sessions.storage.writing() as work:
        work.hotfixes.save(hotfix)


def promise(stage: Stage, key: str = KEY) -> Promise:
    with stage.bot.use_cases.sessions.storage.reading() as work:
        found = work.promises.get(1, key)
    assert found is not None
    return found


def resolve(stage: Stage, sam: Actor) -> None:
    sam.clicks("Resolve", stage.incident_room)
    sam.submits({"What fixed it?": "v1.2.4", "What was the cause": "A null amount"})


def buttons(room: Room, fragment: str) -> list[str]:
    """The buttons of the newest message with that in it: what each asks for, and about what."""
    message = next(each for each in reversed(room.messages) if fragment in words_in(each))
    return [f"{each['action_id']} {each['value']}" for each in buttons_in(message.blocks)]


def test_the_engineer_is_reminded_before_a_backport_is_due(
    stage: Stage, tom: Actor, room: Room
) -> None:
    shipped(stage, tom)
    stage.advance(minutes=59)
    room.never_shows("backport of v1.2.4")
    stage.advance(minutes=1)
    assert room.shows(f"{tom.mention}, the backport of v1.2.4 to develop is due 16:00 UTC", STORY)
    assert buttons(room, "develop is due") == [
        "backport 1:1:develop",
        "hotfix_status 1:1",
        "waive_backport 1:1:develop",
    ]


def test_an_overdue_backport_is_told_to_the_channel_and_to_its_owner(
    stage: Stage, tom: Actor, sam: Actor, room: Room
) -> None:
    shipped(stage, tom)
    stage.advance(hours=3)
    assert room.shows(f"{tom.mention}, {OVERDUE} since 16:00 UTC", STORY)
    assert room.count(OVERDUE) == 1
    assert any(DIRECT in each for each in tom.inbox)
    assert not any(DIRECT in each for each in sam.inbox)
    assert "backport of v1.2.4 to develop, due 16:00 UTC" in room.board


@pytest.mark.long
def test_one_that_stays_overdue_is_told_to_whoever_leads_and_who_approves_fixes(
    stage: Stage, tom: Actor, sam: Actor, priya: Actor, room: Room
) -> None:
    shipped(stage, tom)
    stage.advance(hours=5, minutes=59)
    assert room.count(OVERDUE) == 1
    stage.advance(minutes=1)
    assert room.count(OVERDUE) == 2
    lead = stage.actor("lena")
    for each in (sam, priya, lead):
        assert room.shows(OVERDUE, "please see to it", each.mention)
        assert any(DIRECT in word for word in each.inbox)
        assert any("owes it; please see to it" in word for word in each.inbox)
    stage.advance(hours=4)
    assert room.count(OVERDUE) == 3
    with stage.bot.use_cases.sessions.storage.reading() as work:
        kinds = [each.kind for each in work.timeline.of(1)]
    assert (kinds.count(EntryKind.BACKPORT), kinds.count(EntryKind.ESCALATED) > 1) == (1, True)


def test_a_resolution_ends_no_backport_and_reopening_renews_none(
    stage: Stage, tom: Actor, sam: Actor, room: Room
) -> None:
    shipped(stage, tom)
    before = promise(stage)
    resolve(stage, sam)
    assert promise(stage) == before
    stage.advance(hours=2)
    assert any(DIRECT in each for each in tom.inbox)
    room.never_shows(OVERDUE)
    told = promise(stage)
    sam.types("/incident reopen the errors are back", room)
    assert promise(stage) == told


def test_neither_a_new_commander_nor_another_severity_takes_a_backport_from_the_engineer(
    stage: Stage, tom: Actor, sam: Actor, priya: Actor, room: Room
) -> None:
    shipped(stage, tom)
    before = promise(stage)
    sam.types(f"/incident role commander {priya.mention}", room)
    sam.types("/incident severity P2 a workaround is out", room)
    assert promise(stage) == before


def test_an_incident_is_not_closed_while_develop_lacks_the_fix_whatever_the_reason(
    stage: Stage, tom: Actor, sam: Actor, room: Room
) -> None:
    shipped(stage, tom, Backport(target="develop"), Backport(target="next"))
    resolve(stage, sam)
    sam.clicks("Close", room)
    assert "Backport of v1.2.4 to develop" in sam.reads_modal
    refused = sam.submits({"because": "we will do it on Monday"})
    assert "v1.2.4 is not in develop yet; v1.2.4 is not in next yet" in f"{refused.errors}"
    sam.closes()
    close = ReasonRequest(incident=1, user=sam.id, now=stage.clock.now(), reason="no time")
    with pytest.raises(BackportOwed, match="/hotfix backport"):
        stage.bot.use_cases.close(close)
    room.never_shows("Closed")


def test_what_is_waived_or_proven_holds_no_incident_open(
    stage: Stage, tom: Actor, sam: Actor, room: Room
) -> None:
    hotfix = shipped(stage, tom, Backport(target="develop"), Backport(target="next"))
    save(
        stage,
        replace(
            hotfix,
            backports=(
                Backport(target="develop", state=BackportState.PROVEN, proven_at=START),
                Backport(target="next", state=BackportState.WAIVED, reason="it is cut already"),
            ),
        ),
    )
    resolve(stage, sam)
    stage.advance(hours=2)
    room.never_shows(OVERDUE)
    assert promise(stage).state is PromiseState.KEPT
    waived = promise(stage, "backport:1:next")
    assert (waived.state, waived.reason) == (PromiseState.WAIVED, "it is cut already")
    sam.types("/incident close done", room)
    assert room.shows("Closed")


def test_a_hotfix_that_is_still_under_way_is_closed_only_for_a_reason(
    stage: Stage, tom: Actor, sam: Actor, room: Room
) -> None:
    waits = StepRun(kind=StepKind.FIX, title="Fix it", state=StepState.WAITING)
    running = HotfixState.RUNNING
    shipped(stage, tom, steps=(waits,), deployed="", backports=(), state=running)
    resolve(stage, sam)
    sam.types("/incident close", room)
    assert "Hotfix 1 of shop is at “Fix it”" in sam.reads_modal
    sam.closes()
    room.never_shows("Closed")
    sam.types("/incident close it was given up", room)
    assert room.shows("Closed", "Hotfix 1 of shop is at “Fix it”")


def test_a_backport_is_waived_with_its_hotfix_and_not_as_a_reminder(
    stage: Stage, tom: Actor, sam: Actor, room: Room
) -> None:
    shipped(stage, tom)
    put_off = SnoozeRequest(
        incident=1, user=sam.id, now=stage.clock.now(), promise=KEY, until=None, reason="later"
    )
    with pytest.raises(WaivedByBranch, match="/hotfix waive develop"):
        stage.bot.use_cases.snooze(put_off)
    assert promise(stage).open
    stage.bot.use_cases.snooze(replace(put_off, until=START + timedelta(hours=4)))
    stage.advance(hours=2, minutes=59)
    room.never_shows("develop is due")
    stage.advance(minutes=1)
    assert room.shows("the backport of v1.2.4 to develop is due 18:00 UTC")


def test_what_is_owed_is_listed_by_its_release_and_branch(
    stage: Stage, tom: Actor, room: Room
) -> None:
    shipped(stage, tom)
    tom.types("/incident due", room)
    tom.hears("backport of v1.2.4 to develop", room=room)
    assert "backport of v1.2.4 to develop" in tom.opens_home()


@pytest.mark.parametrize(
    ("state", "says", "button"),
    [
        (BackportState.CONFLICT, "a conflict in `src/pay.py`, `src/tax.py`", "backport"),
        (BackportState.UNSURE, "a person must say", "align"),
        (BackportState.BROUGHT, "not proven yet", "align"),
    ],
)
def test_a_reminder_says_what_a_backport_stops_at(
    stage: Stage, tom: Actor, room: Room, state: BackportState, says: str, button: str
) -> None:
    shipped(stage, tom, Backport(target="develop", state=state, paths=("src/pay.py", "src/tax.py")))
    stage.advance(hours=1)
    assert room.shows("develop is due", says)
    assert buttons(room, "develop is due")[0] == f"{button} 1:1:develop"


@pytest.mark.usefixtures("room")
def test_after_a_night_of_downtime_an_overdue_backport_is_told_once(
    stage: Stage, tom: Actor, sam: Actor
) -> None:
    shipped(stage, tom)
    resolve(stage, sam)
    stage.sleep(hours=14)
    assert not any(DIRECT in each for each in tom.inbox)
    stage.advance(hours=6)
    assert sum(DIRECT in each for each in tom.inbox) == 1


def test_of_a_private_incident_only_those_inside_hear(
    stage: Stage, tom: Actor, priya: Actor, room: Room
) -> None:
    shipped(stage, tom)
    with stage.bot.use_cases.sessions.storage.writing() as work:
        incident = work.incidents.get(1)
        inside = frozenset({tom.id})
        work.incidents.save(replace(incident, private=True, members=inside))
    stage.advance(hours=6)
    assert room.count(OVERDUE) == 2
    assert any(DIRECT in each for each in tom.inbox)
    assert not any(DIRECT in each for each in priya.inbox)


@pytest.fixture
def versioned(tmp_path: Path) -> Iterator[Stage]:
    """A team whose playbook gives the search for the cause half an hour."""
    with open_stage(tmp_path, playbook="versioned") as stage:
        stage.actor("sam").types("/incident declare CRITICAL checkout is down")
        yield stage


def searching(stage: Stage) -> Hotfix:
    """A hotfix whose cause somebody has begun to look for."""
    now = stage.clock.now()
    step = StepRun(
        kind=StepKind.REPRODUCE, title="Reproduce it", state=StepState.WAITING, since=now
    )
    changes = {"steps": (step,), "state": HotfixState.RUNNING, "pipeline": "standard"}
    sam = stage.actor("sam")
    hotfix = shipped(stage, sam, backports=(), deployed="", release="", **changes)
    made = step_promise(hotfix, REPRODUCE, now)
    assert made is not None
    with stage.bot.use_cases.sessions.storage.writing() as work:
        work.promises.put(made)
    return hotfix


@pytest.mark.long
def test_the_search_for_the_cause_is_spoken_of_at_both_ends_of_its_time(versioned: Stage) -> None:
    searching(versioned)
    room, sam = versioned.incident_room, versioned.actor("sam")
    named = "“Reproduce it” of the hotfix of shop"
    versioned.advance(minutes=15)
    assert room.shows(f"{sam.mention}, 15 min on {named}; it is due 14:30 UTC", "Then: Consider")
    versioned.advance(minutes=15)
    assert room.shows(f"overdue since 14:30 UTC: {named}", "Consider a rollback")
    assert buttons(room, "overdue since 14:30") == ["hotfix_status 1:1", "rollback 1:1"]
    versioned.advance(hours=8)
    assert room.count(f"overdue since 14:30 UTC: {named}") == 1
    assert f"{named}, due 14:30 UTC" in room.board


@pytest.mark.parametrize("ended", ["the step", "the hotfix", "the incident"])
def test_nothing_is_said_of_a_step_whose_time_matters_no_more(versioned: Stage, ended: str) -> None:
    hotfix = searching(versioned)
    now, sam = versioned.clock.now(), versioned.actor("sam")
    if ended == "the step":
        save(versioned, hotfix.done(StepKind.REPRODUCE, now=now))
    elif ended == "the hotfix":
        save(versioned, hotfix.aborted(by=sam.id, reason="no need", now=now))
    else:
        resolve(versioned, sam)
    versioned.advance(hours=1)
    versioned.incident_room.never_shows("“Reproduce it”")
    assert promise(versioned, "step:1:reproduce").state is PromiseState.CANCELLED
