"""Others push at the same moment, and remotes refuse, vanish and come back: all is seen or said."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Engine

from chatops.adapters.storage.store import SqlStorage
from chatops.bootstrap import Bot
from chatops.domain.hotfix.model import BackportState, HotfixState, StepRun, StepState
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.playbook.pipeline import StepKind
from chatops.playground.shop.repository import PROTECTED
from tests.faults.crossings import Point
from tests.faults.hotfix_crew import HotfixCrew, crew_with_a_shop
from tests.faults.hotfix_ending import hotfix_wrongs
from tests.faults.hotfix_story import Turn, turns
from tests.faults.mishaps import Killed

pytestmark = pytest.mark.faults

DOCS = "docs: what to do before a refund"
FIX = "fix(payment): nothing is due when a voucher paid it all"


class Meanwhile:
    """Something happens when a point is crossed for the so-manieth time from now."""

    def __init__(self) -> None:
        self._at: tuple[Point, str] | None = None
        self._times = 0
        self._deed: Callable[[], object] = lambda: None

    def does(self, point: Point, what: str, deed: Callable[[], object], *, times: int = 1) -> None:
        self._at, self._deed, self._times = (point, what), deed, times

    def cross(self, point: Point, what: str) -> None:
        if (point, what) == self._at:
            self._times -= 1
            if not self._times:
                self._at = None
                self._deed()

    @property
    def is_done(self) -> bool:
        return self._at is None


@pytest.fixture
def meanwhile() -> Meanwhile:
    return Meanwhile()


@pytest.fixture
def crew(engine: Engine, tmp_path: Path, meanwhile: Meanwhile) -> Iterator[HotfixCrew]:
    with crew_with_a_shop(engine, tmp_path / "shop", "priority", meanwhile.cross) as crew:
        yield crew


@pytest.fixture
def bot(crew: HotfixCrew) -> Iterator[Bot]:
    with crew.bot() as bot:
        yield bot


def come_to(crew: HotfixCrew, bot: Bot, name: str) -> Turn:
    """Tell the story up to a turn, which is yet to be taken."""
    for turn in turns(crew, bot):
        if turn.name == name:
            return turn
        take(crew, bot, turn)
    message = f"the story has no turn {name}"
    raise AssertionError(message)


def take(crew: HotfixCrew, bot: Bot, turn: Turn) -> None:
    turn.tell(bot)
    crew.work_off(bot)


def tell_on(crew: HotfixCrew, bot: Bot) -> None:
    """Tell the story on to its end, which is good."""
    for turn in turns(crew, bot):
        take(crew, bot, turn)
    assert crew.hotfix.state is HotfixState.DONE
    assert hotfix_wrongs(crew) == []


def subjects(crew: HotfixCrew, branch: str) -> list[str]:
    return crew.repository.bare.run("log", "--format=%s", branch).splitlines()


def step(crew: HotfixCrew, kind: StepKind) -> StepRun:
    found = crew.hotfix.step(kind)
    assert found is not None
    return found


def notes(crew: HotfixCrew, kind: EntryKind) -> list[str]:
    with SqlStorage(crew.engine).reading() as work:
        return [f"{one.text} {one.reason}" for one in work.timeline.of(1) if one.kind is kind]


@pytest.mark.parametrize(
    ("turn", "branch", "made"),
    [
        ("merge", "main", "Merge branch 'hotfix/let-a-null-amount-pass' into main"),
        pytest.param(
            "backport",
            "develop",
            "Backport to develop: Let a null amount pass",
            marks=pytest.mark.long,
        ),
    ],
)
def test_somebody_is_quicker_at_a_branch_that_the_fix_goes_to(
    crew: HotfixCrew, bot: Bot, meanwhile: Meanwhile, turn: str, branch: str, made: str
) -> None:
    coming = come_to(crew, bot, turn)
    meanwhile.does(Point.LEAVES, "git push", lambda: crew.engineer.push_between(branch))
    take(crew, bot, coming)
    assert meanwhile.is_done
    tell_on(crew, bot)
    assert subjects(crew, branch)[:2] == [made, DOCS]
    assert subjects(crew, branch).count(made) == 1


@pytest.mark.long
def test_what_somebody_pushed_just_before_the_bump_is_seen_approved_and_brought_back(
    crew: HotfixCrew, bot: Bot, meanwhile: Meanwhile
) -> None:
    bump = come_to(crew, bot, "bump")
    branch = crew.hotfix.branch
    meanwhile.does(Point.LEAVES, "git push", lambda: crew.engineer.push_between(branch))
    take(crew, bot, bump)
    assert meanwhile.is_done
    bumped = "chore: bump version to 1.2.4"
    assert [each.subject for each in crew.hotfix.work.commits] == [FIX, DOCS, bumped]
    assert crew.hotfix.head == crew.repository.tip(branch)
    assert [one.partition(":")[0] for one in notes(crew, EntryKind.PUSHED)] == [
        "Sam Okafor pushed 1 commit",
        "Tom Becker pushed 1 commit",
    ]
    tell_on(crew, bot)
    assert {FIX, DOCS} <= {*subjects(crew, "develop")}


def test_a_fix_that_was_pushed_while_the_bot_was_dead_is_seen(
    crew: HotfixCrew, meanwhile: Meanwhile
) -> None:
    with suppress(Killed), crew.bot() as bot:
        branch = come_to(crew, bot, "branch")
        meanwhile.does(Point.ACCEPTED, "git push", _die)
        take(crew, bot, branch)
    assert meanwhile.is_done
    crew.engineer.push_fix("hotfix/let-a-null-amount-pass")
    with crew.bot() as bot:
        crew.work_off(bot)
        assert [each.subject for each in crew.hotfix.work.commits] == [FIX]
        tell_on(crew, bot)
    assert len(notes(crew, EntryKind.PUSHED)) == 1


@pytest.mark.long
def test_what_came_after_the_approval_is_neither_merged_nor_deleted(
    crew: HotfixCrew, bot: Bot, meanwhile: Meanwhile
) -> None:
    merge = come_to(crew, bot, "merge")
    branch, approved = crew.hotfix.branch, crew.hotfix.head
    meanwhile.does(Point.LEAVES, "git fetch", lambda: crew.engineer.push_between(branch))
    take(crew, bot, merge)
    assert crew.repository.bare.run("rev-parse", "main^2") == approved
    take(crew, bot, come_to(crew, bot, "clean_up"))
    assert step(crew, StepKind.CLEAN_UP).state is StepState.FAILED
    assert DOCS in step(crew, StepKind.CLEAN_UP).trouble
    assert subjects(crew, branch)[0] == DOCS


@pytest.mark.long
def test_a_look_that_began_before_the_bump_takes_nothing_back(
    crew: HotfixCrew, bot: Bot, meanwhile: Meanwhile
) -> None:
    bump = come_to(crew, bot, "bump")
    _work_while_a_look_is_under_way(crew, bot, meanwhile, bump, fetches=1)
    assert step(crew, StepKind.BUMP).state is StepState.DONE
    assert crew.hotfix.head == crew.repository.tip(crew.hotfix.branch)
    tell_on(crew, bot)
    assert len(notes(crew, EntryKind.PUSHED)) == 1


@pytest.mark.long
def test_a_look_that_began_before_the_backport_does_not_say_that_it_is_lost(
    crew: HotfixCrew, bot: Bot, meanwhile: Meanwhile
) -> None:
    backport = come_to(crew, bot, "backport")
    crew.engineer.push_between("develop")
    _work_while_a_look_is_under_way(crew, bot, meanwhile, backport, fetches=2)
    assert [each.state for each in crew.hotfix.backports] == [BackportState.PROVEN]
    assert not [one for one in notes(crew, EntryKind.BACKPORT) if "any more" in one]
    tell_on(crew, bot)


def _work_while_a_look_is_under_way(
    crew: HotfixCrew, bot: Bot, meanwhile: Meanwhile, turn: Turn, *, fetches: int
) -> None:
    """The bot looks; before it has taken in what it saw, another one does what is asked."""
    other = crew.replica(mirrors="more mirrors")

    def work() -> None:
        turn.tell(other)
        crew.work_beside(other)

    meanwhile.does(Point.ACCEPTED, "git fetch", work, times=fetches)
    looks = crew.hotfix.looks
    crew.try_for(bot, seconds=40)
    assert meanwhile.is_done
    assert crew.hotfix.looks > looks
    crew.work_off(bot)


@pytest.mark.long
def test_a_protected_branch_is_told_of_in_its_own_words_and_pushed_to_once_it_is_open(
    crew: HotfixCrew, bot: Bot
) -> None:
    merge = come_to(crew, bot, "merge")
    crew.repository.bare.run("config", PROTECTED, "true")
    take(crew, bot, merge)
    failed = step(crew, StepKind.MERGE)
    assert failed.state is StepState.FAILED
    assert "protected on the remote" in failed.trouble
    assert any("GH006" in line for line in failed.evidence)
    crew.repository.bare.run("config", PROTECTED, "false")
    tell_on(crew, bot)
    assert len([push for push in crew.pushes if push[2] == "refs/heads/main"]) == 1


@pytest.mark.parametrize(
    ("turn", "moment"),
    [
        ("bump", "git fetch"),
        pytest.param("tag", "git push", marks=pytest.mark.long),
        pytest.param("backport", "git push", marks=pytest.mark.long),
    ],
)
def test_a_remote_that_vanishes_is_waited_for_or_asked_about(
    crew: HotfixCrew, bot: Bot, meanwhile: Meanwhile, turn: str, moment: str
) -> None:
    coming = come_to(crew, bot, turn)
    remote, away = crew.repository.remote, crew.folder / "away.git"
    meanwhile.does(Point.LEAVES, moment, lambda: remote.rename(away))
    coming.tell(bot)
    crew.try_for(bot, minutes=3)
    assert meanwhile.is_done
    assert step(crew, StepKind(turn)).state in {StepState.RUNNING, StepState.FAILED}
    away.rename(remote)
    crew.work_off(bot)
    tell_on(crew, bot)


@pytest.mark.long
def test_who_approved_is_named_in_the_merge_though_slack_does_not_say_at_once(
    crew: HotfixCrew,
) -> None:
    with crew.bot() as bot:
        merge = come_to(crew, bot, "merge")
    with crew.bot() as bot:
        crew.slack.faults.fail("users.info", "internal_error", times=2)
        take(crew, bot, merge)
    words = crew.repository.bare.run("log", "-1", "--format=%B", "main")
    assert "Approved-by: Priya Nair <" in words
    assert "Approved-by: Lena Fischer <" in words


def _die() -> None:
    raise Killed
