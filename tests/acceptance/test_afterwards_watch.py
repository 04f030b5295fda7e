"""Production is watched window by window after a deploy, and the all-clear is given once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chatops.application.hotfix.deadlines import end_promises
from chatops.application.hotfix.session import HotfixSession
from chatops.application.incidents.departed_owners import FindDepartedOwners
from chatops.application.ports.chat import Profile
from chatops.application.promises.fulfil import FulfilRequest
from chatops.domain.hotfix.model import HotfixState
from chatops.domain.promises.model import Promise, PromiseState
from tests.acceptance.diary import heard
from tests.acceptance.weeks import Weeks, open_weeks

MONDAY = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)


def promise(weeks: Weeks, key: str) -> Promise:
    with weeks.bot.use_cases.sessions.storage.reading() as work:
        found = work.promises.get(1, key)
    assert found is not None
    return found


def quiet(weeks: Weeks, key: str, by: str = "tom") -> None:
    request = FulfilRequest(incident=1, user=weeks.person(by), now=weeks.clock.now(), promise=key)
    weeks.bot.use_cases.fulfil(request)
    weeks.work()


def test_the_first_window_begins_with_the_deploy_and_the_next_when_it_is_over(
    tmp_path: Path,
) -> None:
    with open_weeks(tmp_path, "priority") as weeks:
        weeks.outage("P1")
        weeks.since = MONDAY
        first = "#incident: 👀 @tom, watch production until 14:50 UTC: Immediate monitoring"
        assert f"Mon 02 14:20 {first}" in weeks.diary
        [said] = [
            each.words
            for each in heard(weeks.slack.workspace, MONDAY)
            if "Immediate monitoring" in each.words
        ]
        assert "Database connection counts" in said
        assert "Something is wrong…" in said
        weeks.until(MONDAY + timedelta(minutes=40))
        quiet(weeks, "watch:1:0")
        assert promise(weeks, "watch:1:0").state is PromiseState.KEPT
        following = promise(weeks, "watch:1:1")
        assert following.due_at == MONDAY + timedelta(hours=24, minutes=40)
        assert following.owner == weeks.person("tom")


def test_the_all_clear_is_given_when_the_last_window_was_quiet_and_only_once(
    tmp_path: Path,
) -> None:
    with open_weeks(tmp_path, "priority") as weeks:
        weeks.outage("P1")
        quiet(weeks, "watch:1:0")
        assert not any("All clear" in line for line in weeks.diary)
        weeks.until(MONDAY + timedelta(hours=25))
        quiet(weeks, "watch:1:1")
        clear = [line for line in weeks.diary if "All clear" in line]
        assert [line[:29] for line in clear] == ["Tue 03 15:00 #incident: ✅ All"]
        public = weeks.slack.workspace.channel_named("status-updates")
        announced = weeks.slack.workspace.messages(public.id)[-1]
        thread = weeks.slack.workspace.thread(public.id, announced.ts)
        assert sum("All clear" in one.text for one in thread) == 1


def test_a_quiet_later_window_settles_those_before_it(tmp_path: Path) -> None:
    with open_weeks(tmp_path, "priority") as weeks:
        weeks.outage("P1")
        weeks.until(MONDAY + timedelta(hours=25))
        assert promise(weeks, "watch:1:0").open
        quiet(weeks, "watch:1:1")
        assert promise(weeks, "watch:1:0").state is PromiseState.MISSED
        weeks.until(MONDAY + timedelta(days=4))
        assert not any("monitoring of v1.2.4 overdue" in line for line in weeks.diary[3:])


def test_nothing_is_watched_once_it_is_rolled_back(tmp_path: Path) -> None:
    with open_weeks(tmp_path, "priority") as weeks:
        weeks.outage("P1")
        turns = weeks.bot.use_cases.sessions
        with turns.writing() as work:
            was = work.incidents.get(1)
            turn = turns.within(work, was, actor=None, now=weeks.clock.now())
            [hotfix] = work.hotfixes.of(1)
            hand = HotfixSession(turn, hotfix)
            hand.change(state=HotfixState.ROLLED_BACK)
            end_promises(hand)
        assert promise(weeks, "watch:1:0").state is PromiseState.CANCELLED


class Leaving:
    """Somebody whose account is deactivated, among people of whom nothing else is known."""

    def __init__(self, user: str) -> None:
        self._user = user

    def profile(self, user: str) -> Profile | None:
        gone = user == self._user
        return Profile(user=user, name="tom", zone="UTC", active=False) if gone else None

    def group(self, group: str) -> tuple[str, ...]:
        del group
        return ()

    def show_home(self, user: str, posts: object) -> None:
        raise NotImplementedError


def test_what_somebody_owed_who_has_left_is_asked_of_the_channel(tmp_path: Path) -> None:
    with open_weeks(tmp_path, "priority") as weeks:
        weeks.outage("P1")
        weeks.until(MONDAY + timedelta(minutes=30))
        team = weeks.slack.workspace.team.id
        find = FindDepartedOwners(
            weeks.bot.use_cases.sessions, Leaving(weeks.person("tom")), team=lambda: team
        )
        find(weeks.clock.now())
        find(weeks.clock.now())
        weeks.work()
        left = [line for line in weeks.diary if "has left this workspace and owed" in line]
        assert len(left) == 1
        assert promise(weeks, "watch:1:0").owner is None
        weeks.until(MONDAY + timedelta(hours=1))
        assert "Mon 02 14:50 #incident: Immediate monitoring of v1.2.4 overdue" in weeks.diary
        assert not any("@tom:" in line for line in weeks.diary)


@pytest.mark.parametrize("private", [True, False])
def test_of_a_private_incident_nobody_outside_is_told_that_something_is_overdue(
    tmp_path: Path, private: bool
) -> None:
    with open_weeks(tmp_path, "preview") as weeks:
        weeks.outage("High", private=private)
        weeks.until(MONDAY + timedelta(days=5))
        outside = [line for line in weeks.diary if "@lena:" in line or "@priya:" in line]
        assert bool(outside) is not private
        assert any("Post-mortem overdue" in line for line in weeks.diary)
