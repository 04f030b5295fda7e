"""The ways back: what is said while production is not back yet, and what once it is."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from chatops.domain.hotfix.model import HotfixState, StepState
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.promises.model import Promise, PromiseState
from chatops.domain.services import Command
from chatops.playground.shop.faults import CodeSwitch
from chatops.playground.shop.servers import ServerPlace, Wish
from tests.acceptance.hotfix_walk import Walk, open_walk
from tests.acceptance.reading import buttons_in, words_in

BOTH = ("lena", "priya")
#: Who may agree to a fix, where a playbook gives going back a time.
APPROVERS = {"priority": BOTH, "preview": ("priya",)}
UNDECIDED = "UTC: decision about the rollback"


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    """A fix in production, under the default playbook."""
    with open_walk(tmp_path) as opened:
        opened.starts()
        opened.goes_to(StepKind.VERIFY, approvers=BOTH)
        yield opened


def rolls_back(walk: Walk, **fields: str) -> None:
    walk.types("rollback it got worse")
    assert walk.sam.submits({"This changes": ["yes"], **fields}).ok


def by_hand_alone(walk: Walk) -> None:
    """Servers that only people deploy to, and that do not say what they run."""
    walk.sets_up(deploy=None, rollback=None, deployed=None)


def test_a_revert_that_nobody_deployed_is_not_called_rolled_back(walk: Walk) -> None:
    by_hand_alone(walk)
    rolls_back(walk)
    walk.stage.advance(minutes=2)
    revert = walk.git("rev-parse", "main")
    assert walk.room.shows(
        f"*Not rolled back yet:* the revert is on `main` (`{revert[:7]}`)",
        "production runs v1.2.4 until that is deployed",
        "“Production is back”, or type `/hotfix back`",
    )
    assert walk.room.never_shows("ROLLBACK COMPLETE")
    assert walk.room.shows("⚠️ *Not rolled back yet:* somebody has to deploy it")
    assert walk.hotfix.state is HotfixState.RUNNING
    assert walk.count(EntryKind.ROLLED_BACK) == 1


@pytest.mark.long
def test_whoever_deployed_the_revert_says_so_and_production_is_asked(walk: Walk) -> None:
    by_hand_alone(walk)
    rolls_back(walk)
    walk.stage.advance(seconds=30)
    wish = Wish(to=ServerPlace.PRODUCTION, sha=walk.git("rev-parse", "main"))
    assert "Started 2 of 2" in list(walk.shop.servers.deploy(wish))
    walk.sam.clicks("Production is back", walk.room)
    walk.stage.advance(minutes=2)
    assert walk.hotfix.state is HotfixState.ROLLED_BACK
    assert walk.room.shows("*ROLLBACK COMPLETE, but production does not look well*")
    assert walk.room.shows("A test payment: ", walk.sam.mention, "start a new hotfix")
    assert walk.room.never_shows("stable")
    assert "Investigating" in walk.room.board


@pytest.mark.long
def test_where_nothing_can_be_asked_the_persons_word_is_told_as_theirs(walk: Walk) -> None:
    by_hand_alone(walk)
    walk.sets_up(verify=())
    walk.types("back")
    assert "V1.2.4 is not being rolled back" in walk.heard()
    rolls_back(walk)
    walk.stage.advance(seconds=30)
    walk.types("back")
    assert "v1.2.4 is rolled back, as you say" in walk.heard()
    assert walk.room.shows(
        "*ROLLBACK COMPLETE*",
        "Nothing has asked production whether it works",
        f"{walk.sam.mention} says that it runs this",
    )


def test_production_that_works_after_a_rollback_is_called_stable(walk: Walk) -> None:
    walk.shop.servers.switch_flag(on=False)
    rolls_back(walk)
    walk.stage.advance(seconds=30)
    assert walk.production == walk.git("rev-parse", "main")
    assert walk.room.shows(
        "🔄 *ROLLBACK COMPLETE*",
        "System is now stable on the previous version, `v1.2.3`",
        "Production was asked, and works: Health: ",
    )


def test_each_step_of_a_rollback_is_recorded_and_told_as_any_other_step(walk: Walk) -> None:
    walk.shop.servers.switch_flag(on=False)
    rolls_back(walk)
    walk.stage.advance(seconds=30)
    back = walk.hotfix.rollback
    assert back is not None
    assert {step.state for step in back.steps} == {StepState.DONE}
    [card] = [each for each in walk.room.messages if "Hotfix 1 · checkout" in words_in(each)]
    told = "\n".join(walk.room.thread(card))
    for step in back.steps:
        assert step.title in told
        assert any(entry.text.startswith(step.title) for entry in walk.timeline)


@pytest.mark.long
def test_a_command_that_changed_nothing_is_no_rollback(walk: Walk) -> None:
    walk.sets_up(deploy=Command(run=("true",)))
    rolls_back(walk)
    walk.stage.advance(minutes=25)
    assert walk.room.shows(
        "🔴 *Not rolled back:* production still runs something else",
        "Production runs it: ",
        "Is production back after all?",
    )
    assert walk.room.shows("⚠️ *The rollback stopped:*")
    walk.types("back")
    assert "is being rolled back" in walk.heard()
    walk.stage.advance(minutes=2)
    assert walk.hotfix.state is HotfixState.ROLLED_BACK


@pytest.mark.long
def test_only_one_rollback_is_under_way_at_a_time(walk: Walk) -> None:
    walk.sets_up(deploy=Command(run=("true",)))
    rolls_back(walk)
    for words in ("back", "rollback once more"):
        walk.types(words)
        walk.agrees()
        assert "“Rolling back” is under way" in walk.heard()


@pytest.mark.long
def test_whoever_wants_another_version_gets_exactly_that(tmp_path: Path) -> None:
    with open_walk(tmp_path, "versioned") as walk:
        walk.starts()
        walk.goes_to(StepKind.MERGE, approvers=("tom",))
        rolls_back(walk, **{"Last good version": "v1.2.2"})
        walk.stage.advance(seconds=30)
        assert walk.production == walk.git("rev-parse", "v1.2.2^{commit}")
        assert walk.room.shows("🔄 *Rolled back to `v1.2.2`")


def deploys_sick(walk: Walk, approvers: tuple[str, ...]) -> None:
    """Bring a fix out with which production answers 503."""
    walk.starts()
    walk.goes_to(StepKind.MERGE, approvers=approvers)
    asked = walk.stage.bot.use_cases.team.services[walk.hotfix_service].deployed
    walk.sets_up(deployed=None)
    walk.shop.faults.throw(CodeSwitch.UNHEALTHY, on=True)
    walk.goes_to(StepKind.VERIFY)
    walk.stage.advance(minutes=2)
    walk.sets_up(deployed=asked)


@pytest.fixture(params=["priority", pytest.param("preview", marks=pytest.mark.long)])
def ill(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Walk]:
    """A fix in production that does not look well, under each playbook that gives it a time."""
    with open_walk(tmp_path, request.param) as opened:
        deploys_sick(opened, APPROVERS[request.param])
        yield opened


def promised(walk: Walk, phase: str) -> Promise:
    """What is promised of a phase of the rollback."""
    with walk.stage.bot.use_cases.sessions.storage.reading() as work:
        found = work.promises.get(1, f"rollback:1:{phase}")
    assert found is not None
    return found


def waits_until(walk: Walk, moment: datetime) -> None:
    walk.stage.advance(seconds=(moment - walk.stage.clock.now()).total_seconds())


def heals(walk: Walk) -> None:
    walk.shop.faults.throw(CodeSwitch.UNHEALTHY, on=False)


def test_whoever_leads_is_asked_to_decide_when_the_playbooks_time_is_over(ill: Walk) -> None:
    asked = promised(ill, "decide")
    assert asked.due_at - asked.made_at == timedelta(minutes=5)
    waits_until(ill, asked.due_at - timedelta(seconds=30))
    assert ill.room.never_shows(UNDECIDED)
    waits_until(ill, asked.due_at + timedelta(seconds=5))
    since = f"{asked.due_at:%H:%M}"
    assert ill.room.shows(
        f"⏰ {ill.sam.mention}, overdue since {since} {UNDECIDED} of {ill.hotfix.name}.",
        f"Production has not looked well since {asked.made_at:%H:%M} UTC:",
        "• Health: 503",
        "*Reason enough to go back:*",
        "Roll back, or snooze this with the reason to wait.",
    )
    message = next(each for each in ill.room.messages if UNDECIDED in words_in(each))
    assert [(each["action_id"], each["value"]) for each in buttons_in(message.blocks)] == [
        ("rollback", "1:1"),
        ("snooze", "1:rollback:1:decide"),
    ]
    ill.stage.sleep(6, minutes=30)
    assert ill.room.count(UNDECIDED) == 1


@pytest.mark.long
def test_somebody_who_goes_back_in_time_has_decided(ill: Walk) -> None:
    heals(ill)
    rolls_back(ill)
    assert promised(ill, "decide").state is PromiseState.KEPT
    ill.stage.advance(minutes=20)
    assert ill.hotfix.state is HotfixState.ROLLED_BACK
    assert ill.room.never_shows(UNDECIDED)


@pytest.mark.long
def test_nothing_is_to_be_decided_once_production_looks_well_again(ill: Walk) -> None:
    heals(ill)
    ill.next()
    ill.stage.advance(minutes=1)
    assert promised(ill, "decide").state is PromiseState.CANCELLED
    ill.stage.advance(minutes=20)
    assert ill.room.never_shows(UNDECIDED)


@pytest.mark.long
def test_a_hotfix_that_is_given_up_leaves_nothing_to_decide(ill: Walk) -> None:
    ill.types("abort the next release has it")
    ill.agrees()
    assert promised(ill, "decide").state is PromiseState.CANCELLED


@pytest.mark.long
def test_after_downtime_the_decision_is_asked_for_once(ill: Walk) -> None:
    ill.stage.sleep(hours=5)
    ill.stage.sleep(6, minutes=10)
    assert ill.room.count(UNDECIDED) == 1


@pytest.mark.long
def test_the_decision_outlives_the_end_of_the_fight_and_goes_to_whoever_leads(ill: Walk) -> None:
    ill.sam.types("/incident role commander @tom", ill.room)
    ill.sam.types("/incident resolve it works for most", ill.room)
    if ill.sam.has_modal:
        ill.sam.submits({"What fixed it?": "v1.2.4", "What was the cause": "A null amount"})
    assert promised(ill, "decide").open
    ill.stage.advance(minutes=6)
    assert ill.room.shows(f"⏰ {ill.stage.actor('tom').mention}, overdue", UNDECIDED)


@pytest.mark.long
def test_the_decision_is_found_by_its_name_and_waived(ill: Walk) -> None:
    ill.sam.types("/incident waive rollback because it heals by itself", ill.room)
    waived = promised(ill, "decide")
    assert (waived.state, waived.reason) == (PromiseState.WAIVED, "it heals by itself")
    ill.stage.advance(minutes=10)
    assert ill.room.never_shows(UNDECIDED)


@pytest.mark.long
def test_a_rollback_that_takes_too_long_is_asked_about_with_what_holds_it(walk: Walk) -> None:
    by_hand_alone(walk)
    rolls_back(walk)
    due = promised(walk, "execute").due_at
    waits_until(walk, due - timedelta(seconds=30))
    assert walk.room.never_shows(": rollback of v1.2.4.")
    waits_until(walk, due + timedelta(seconds=5))
    assert walk.room.shows(
        f"⏰ {walk.sam.mention}, overdue since {due:%H:%M} UTC: rollback of v1.2.4.",
        "It has taken 15 min; the playbook gives it 15 min.",
        "What holds it: somebody has to deploy it.",
    )
    walk.types("back")
    assert promised(walk, "execute").state is PromiseState.MISSED
    seen = promised(walk, "verify")
    assert seen.due_at - seen.made_at == timedelta(minutes=10)
    walk.stage.advance(minutes=2)
    assert promised(walk, "verify").state is PromiseState.KEPT


@pytest.mark.long
def test_a_rollback_in_time_keeps_all_that_was_promised_of_it(walk: Walk) -> None:
    rolls_back(walk)
    walk.stage.advance(minutes=2)
    assert walk.hotfix.state is HotfixState.ROLLED_BACK
    for phase in ("execute", "verify"):
        assert promised(walk, phase).state is PromiseState.KEPT
    walk.stage.sleep(6, minutes=10)
    assert walk.room.never_shows("rollback of v1.2.4.")


@pytest.mark.long
def test_trouble_seen_while_production_is_watched_is_to_be_decided_on_too(walk: Walk) -> None:
    walk.goes_to(StepKind.FOLLOW_UP)
    walk.shop.faults.throw(CodeSwitch.UNHEALTHY, on=True)
    walk.stage.advance(minutes=2)
    assert walk.room.shows("🔴 *Production does not look well* with v1.2.4")
    assert promised(walk, "decide").open
    heals(walk)
    walk.stage.advance(minutes=2)
    assert promised(walk, "decide").state is PromiseState.CANCELLED
