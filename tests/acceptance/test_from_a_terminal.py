"""Slack is down, or just not at hand: the terminal does it, and Slack shows it afterwards."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from chatops.cli.shell.command import (
    AGAIN,
    LATER,
    CommandResult,
    IncidentInvocation,
    IncidentOptions,
    obey,
)
from chatops.cli.shell.words import told
from chatops.domain.errors import UserError
from chatops.settings import Settings, read_settings
from tests.acceptance.stage import Actor, Stage

Shell = Callable[..., CommandResult]


@pytest.fixture
def settings(stage: Stage, tmp_path: Path) -> Settings:
    """What the bot on the stage was started with."""
    team = stage.bot.use_cases.team
    config = tmp_path / "chatops.yml"
    written = {
        "playbook": team.playbook,
        "channels": {"stakeholders": "status-updates", "alerts": "incidents"},
        "audiences": {name: list(ids) for name, ids in team.audiences.items()},
    }
    config.write_text(yaml.safe_dump(written), encoding="utf-8")
    return read_settings({"CHATOPS_DATA_DIR": str(tmp_path), "CHATOPS_CONFIG": str(config)})


@pytest.fixture
def shell(stage: Stage, settings: Settings, sam: Actor) -> Shell:
    """Types a command at a terminal, as Sam, and lets the bot catch up."""

    def type_(
        *words: str, by: str = sam.id, reference: str = "", **given: str | bool
    ) -> CommandResult:
        team = stage.slack.workspace.team.id
        asked = IncidentInvocation(
            words=words,
            by=by,
            reference=reference,
            team=team,
            given=IncidentOptions(**given),  # type: ignore[arg-type]  # each test names fields of it
        )
        outcome = obey(settings, asked, stage.clock)
        stage.settle()
        return outcome

    return type_


@pytest.fixture
def declared(shell: Shell) -> str:
    """The reference of an incident that was declared from the terminal."""
    shell("declare", "P0", "checkout is down", impact="Nobody can pay.")
    return "INC-2026-001"


def test_what_is_declared_there_has_a_channel_people_and_an_announcement(
    stage: Stage, shell: Shell
) -> None:
    outcome = shell("declare", "P0", "checkout is down", impact="Nobody can pay.")

    assert "INC-2026-001 is declared: checkout is down" in outcome.text
    assert outcome.text.endswith(LATER)
    room = stage.incident_room
    assert {"sam", "tom"} <= room.members
    assert "Nobody can pay." in room.board
    assert stage.room("status-updates").shows("Nobody can pay.")


def test_while_slack_is_down_nothing_is_lost(stage: Stage, shell: Shell) -> None:
    stage.slack.faults.go_down()
    shell("declare", "P0", "checkout is down")
    assert "checkout is down" in shell("list").text

    stage.slack.faults.come_back()
    stage.advance(minutes=5)
    assert stage.room("status-updates").shows("P0 Critical")


def test_an_update_promises_the_next_one_at_the_severitys_own_pace(
    stage: Stage, shell: Shell, declared: str
) -> None:
    outcome = shell("update", "We know why.", reference=declared, technical="Pool exhausted.")

    assert "14:15 UTC" in outcome.text
    assert stage.room("status-updates").shows("We know why.", "Next word by 14:15 UTC")
    assert stage.incident_room.shows("Pool exhausted.")


def test_an_update_may_say_when_the_next_one_comes_and_where_it_stands(
    stage: Stage, shell: Shell, declared: str
) -> None:
    shell("update", declared, "We are testing.", next="20 min", status="fixing")

    assert stage.room("status-updates").shows("Next word by 14:20 UTC")
    assert "Fixing" in stage.incident_room.board


def test_it_ends_with_a_fix_its_cause_and_a_last_word(
    stage: Stage, shell: Shell, declared: str
) -> None:
    shell("resolve", "Rolled back", reference=declared, cause="A dropped index", plain="Pay again.")

    assert stage.room("status-updates").shows("Pay again.")
    assert "A dropped index" in stage.incident_room.board
    shell("close", "done", reference=declared)
    assert "Closed" in stage.incident_room.board


def test_closing_without_a_reason_says_what_is_owed(shell: Shell, declared: str) -> None:
    shell("task", "add", "ask the vendor", reference=declared)
    shell("resolve", "Rolled back", reference=declared)
    with pytest.raises(UserError) as refused:
        shell("close", reference=declared)
    assert "Task 1: ask the vendor" in told(refused.value)
    assert "\n" not in told(refused.value)


def test_one_that_looks_like_another_is_shown_first(shell: Shell, declared: str) -> None:
    outcome = shell("declare", "P1", "checkout is down again")
    assert not outcome.done
    assert declared in outcome.text
    assert outcome.text.endswith(AGAIN)

    repeated = shell("declare", "P1", "checkout is down again", anyway=True)
    assert "INC-2026-002 is declared" in repeated.text


def test_a_private_one_stays_private(stage: Stage, shell: Shell, ines: Actor) -> None:
    shell("declare", "P2", "keys were stolen", private=True)

    assert "keys" not in shell("list", by=ines.id).text
    assert "keys" not in shell("list", by="").text
    with pytest.raises(UserError):
        shell("status", "INC-2026-001", by=ines.id)
    assert stage.room("status-updates").never_shows("keys")


def test_who_leads_and_who_is_paged_can_be_named_by_id(
    stage: Stage, shell: Shell, declared: str, priya: Actor
) -> None:
    shell("role", "commander", f"@{priya.id}", reference=declared)
    shell("page", f"<@{priya.id}>", "the database is full", reference=declared)

    assert priya.mention in stage.incident_room.board
    assert any("the database is full" in each for each in priya.inbox)


def test_the_team_table_holds_there_too(shell: Shell, declared: str, ines: Actor) -> None:
    with pytest.raises(UserError, match="Only"):
        shell("update", "All is well.", reference=declared, by=ines.id)


def test_a_terminal_stands_in_no_channel(shell: Shell, declared: str) -> None:
    with pytest.raises(
        UserError, match=r"Say which incident, with --in INC-2026-001\. See what is"
    ):
        shell("status")
    assert "checkout is down" in shell("status", declared).text


def test_a_drill_is_played_and_debriefed_from_there(stage: Stage, shell: Shell) -> None:
    outcome = shell("drill", "failed-payments", "4x")
    assert "DRILL-2026-001 begins now: Payments fail since the last deploy" in outcome.text
    assert "four times as fast" in outcome.text
    stage.advance(minutes=12)

    debrief = shell("drill", "debrief", "DRILL-2026-001").text
    assert "# DRILL-2026-001 (drill): Payments fail since the last deploy" in debrief
    assert "## To talk about" in debrief
    assert "No incident is open" in shell("list").text
    assert "full-database" in shell("drill", "list").text
    assert not stage.room("status-updates").messages
