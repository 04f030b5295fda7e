"""What it took, month by month: asked for in Slack and from a terminal, by those who may know."""

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml

from chatops.cli.shell.command import CommandResult, IncidentInvocation, IncidentOptions, obey
from chatops.domain.errors import UserError
from chatops.domain.hotfix.model import Backport, BackportState, Hotfix
from chatops.domain.incident.timeline import Entry, EntryKind
from chatops.playground.workspace.model import Message
from chatops.settings import read_settings
from tests.acceptance.stage import Actor, Room, Stage

Blocks = list[dict[str, Any]]
Shell = Callable[..., CommandResult]


def shown_to(person: Actor, room: str = "general") -> Message:
    """The newest line that only this person sees."""
    said = person.stage.slack.workspace.messages(person.stage.room(room).id, person.id)
    return [one for one in said if one.ephemeral_for == person.id][-1]


def blocks_of(message: Message, kind: str) -> Blocks:
    return [dict(block) for block in message.blocks if block["type"] == kind]


def cells(message: Message) -> list[list[str]]:
    [table] = blocks_of(message, "data_table")
    return [[cell["text"] for cell in row] for row in table["rows"]]


def live_through(stage: Stage, person: Actor, declared: str, *, minutes: int) -> Room:
    """Declare an incident, and be done with it after some minutes."""
    person.types(f"/incident declare {declared}")
    room = stage.incident_room
    stage.advance(minutes=minutes)
    person.types("/incident resolve Rolled back", room)
    person.submits()
    return room


@pytest.fixture
def months(stage: Stage, sam: Actor) -> None:
    """One incident in March, two on the same day of April."""
    live_through(stage, sam, "P1 search is slow", minutes=90)
    stage.sleep(days=31)
    live_through(stage, sam, "P0 checkout is down", minutes=30)
    live_through(stage, sam, "P0 nobody can log in", minutes=10)


@pytest.mark.usefixtures("months")
def test_the_first_line_says_what_changed_and_the_rest_how_long_it_took(sam: Actor) -> None:
    sam.types("/incident stats 2026-04")
    sam.hears(
        "2 incidents in April 2026, 1 more than in the same days of March 2026",
        "half were over within 20 min (before: 1 h 30 min)",
        "acknowledged",
        "Promises",
    )


@pytest.mark.usefixtures("months")
def test_a_chart_comes_with_a_table_for_those_who_cannot_see_it(sam: Actor) -> None:
    sam.types("/incident stats")
    answer = shown_to(sam)
    [lasted] = blocks_of(answer, "data_visualization")
    assert lasted["title"] == "Median time to resolve, in minutes"
    assert lasted["chart"]["axis_config"]["categories"] == ["Mar 2026", "Apr 2026"]
    assert [point["value"] for point in lasted["chart"]["series"][0]["data"]] == [90, 20]
    assert [row[:3] for row in cells(answer)] == [
        ["Month", "Incidents", "Over in"],
        ["Apr 2026", "2", "20 min"],
        ["Mar 2026", "1", "1 h 30 min"],
        ["All", "3", "30 min"],
    ]


@pytest.mark.usefixtures("months")
def test_buttons_lead_to_other_groups_and_other_times(sam: Actor) -> None:
    sam.types("/incident stats 2026-04")
    sam.clicks("By severity", "general")
    assert [row[0] for row in cells(shown_to(sam))] == ["Severity", "P0", "All"]
    sam.clicks("The time before", "general")
    assert sam.hears("1 incident in March 2026")
    assert [row[0] for row in cells(shown_to(sam))] == ["Severity", "P1", "All"]
    sam.clicks("This year", "general")
    assert [row[0] for row in cells(shown_to(sam))] == ["Severity", "P0", "P1", "All"]


def test_app_home_leads_to_the_numbers(stage: Stage, sam: Actor) -> None:
    live_through(stage, sam, "P1 search is slow", minutes=90)
    assert "Numbers" in sam.opens_home()


@pytest.mark.usefixtures("months")
def test_a_workspace_without_the_newer_blocks_is_shown_letters_and_the_buttons(
    stage: Stage, sam: Actor
) -> None:
    stage.slack.faults.refuse_newer_blocks()
    sam.types("/incident stats")
    sam.hears(
        "3 incidents in the last 90 days", "Month     Incidents     Over in", "Apr 2026          2"
    )
    sam.clicks("By severity", "general")
    sam.hears("Severity  Incidents")


def test_nothing_to_count_is_said_in_one_sentence(sam: Actor) -> None:
    sam.types("/incident stats 2025")
    sam.hears("No incident was declared in 2025.")


def test_a_time_that_is_none_is_told_with_examples(sam: Actor) -> None:
    sam.types("/incident stats the other day")
    sam.hears("I do not know the period “the other day”", "2026-03", "by severity")


def test_a_private_incident_counts_for_those_who_take_part_and_for_nobody_else(
    stage: Stage, sam: Actor, ines: Actor, shell: Shell
) -> None:
    live_through(stage, sam, "P1 search is slow", minutes=90)
    shell("declare", "P0", "keys were stolen", by=sam.id, private=True)

    sam.types("/incident stats by severity")
    assert [row[:2] for row in cells(shown_to(sam))][1:] == [["P0", "1"], ["P1", "1"], ["All", "2"]]
    ines.types("/incident stats by severity")
    assert [row[:2] for row in cells(shown_to(ines))][1:] == [["P1", "1"], ["All", "1"]]
    assert "keys" not in shell("stats", by=ines.id, csv="-").text
    assert "keys" not in shell("stats", by="", csv="-").text
    assert "keys" in shell("stats", by=sam.id, csv="-").text


def test_hotfixes_are_counted_with_what_became_of_them(stage: Stage, sam: Actor) -> None:
    room = live_through(stage, sam, "P0 checkout is down", minutes=90)
    _ship(stage, room)
    sam.types("/incident stats")
    sam.hears(
        "fixed 30 min",
        "backported 45 min",
        "1 of 2 deployed had to be taken back or looked bad",
        "1 of 3 refused at the gate",
    )


def _ship(stage: Stage, room: Room) -> None:
    """Two hotfixes in production, of which one came back, and one that the gate refused."""
    with stage.bot.use_cases.sessions.writing() as work:
        incident = work.incidents.in_channel(room.id)
        assert incident is not None
        noticed = incident.detected_at
        proven = Backport(
            target="develop",
            state=BackportState.PROVEN,
            proven_at=noticed + timedelta(minutes=75),
        )
        good = Hotfix(
            id=0,
            incident=incident.id,
            number=1,
            service="shop",
            pipeline="git_flow",
            title="Put the check back",
            started_by="U1",
            started_at=noticed,
            steps=(),
            deployed="4f2c9e1",
            deployed_at=noticed + timedelta(minutes=30),
            backports=(proven,),
        )
        work.hotfixes.add(good)
        bad = work.hotfixes.add(replace(good, backports=()))
        work.hotfixes.save(bad.rolled_back(by=None, reason="worse", now=stage.clock.now()))
        work.timeline.add(
            Entry(
                incident=incident.id,
                at=noticed,
                written_at=noticed,
                kind=EntryKind.HOTFIX_REFUSED,
                actor="U1",
                text="Not a hotfix",
            )
        )


@pytest.fixture
def shell(stage: Stage, sam: Actor, tmp_path: Path) -> Shell:
    """Types a command at a terminal beside the bot, as Sam."""
    config = tmp_path / "chatops.yml"
    config.write_text(
        yaml.safe_dump({"playbook": stage.bot.use_cases.team.playbook}), encoding="utf-8"
    )
    settings = read_settings({"CHATOPS_DATA_DIR": str(tmp_path), "CHATOPS_CONFIG": str(config)})

    def type_(*words: str, by: str = sam.id, **given: Any) -> CommandResult:
        team = stage.slack.workspace.team.id
        asked = IncidentInvocation(words=words, by=by, team=team, given=IncidentOptions(**given))
        outcome = obey(settings, asked, stage.clock)
        stage.settle()
        return outcome

    return type_


@pytest.mark.usefixtures("months")
def test_a_terminal_prints_every_table(shell: Shell) -> None:
    printed = shell("stats", "by", "severity").text
    assert "3 incidents in the last 90 days" in printed
    assert "Severity  Incidents" in printed
    assert "resolve" in printed
    assert "Fix in production" in printed
    assert "Hotfixes refused at the gate" in printed


@pytest.mark.usefixtures("months")
def test_a_terminal_writes_a_spreadsheet_or_hands_it_on(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "numbers.csv"
    assert shell("stats", "2026-04", csv=str(file)).text.endswith(
        "holds 2 incidents of April 2026."
    )
    written = list(csv.DictReader(StringIO(file.read_text(encoding="utf-8"))))
    assert [row["title"] for row in written] == ["checkout is down", "nobody can log in"]
    assert [row["minutes_to_resolve"] for row in written] == ["30.0", "10.0"]
    handed_on = shell("stats", "2026-04", csv="-").text
    assert handed_on == file.read_text(encoding="utf-8").rstrip("\n")


def test_a_spreadsheet_that_cannot_be_written_is_told_so(shell: Shell, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="was not written"):
        shell("stats", csv=str(tmp_path / "nowhere" / "numbers.csv"))


@pytest.mark.usefixtures("months")
@pytest.mark.parametrize("way", ["a button", "a command"])
def test_the_spreadsheet_comes_as_a_file_to_whoever_asks_and_to_nobody_else(
    stage: Stage, sam: Actor, way: str
) -> None:
    if way == "a button":
        sam.types("/incident stats 2026-04")
        sam.clicks("As CSV file", "general")
    else:
        sam.types("/incident stats 2026-04 csv")
    sam.hears("The numbers of 2 incidents in April 2026 are on their way to you")

    workspace = stage.slack.workspace
    [file] = [each for each in workspace.files.all if each.name == "incidents-2026-04.csv"]
    assert file.channels == (workspace.channel_store.direct([sam.id, workspace.bot.id]).id,)
    rows = csv.DictReader(StringIO(file.content.decode("utf-8")))
    assert [row["title"] for row in rows] == ["checkout is down", "nobody can log in"]


def test_where_nothing_is_counted_no_file_comes(stage: Stage, sam: Actor) -> None:
    sam.types("/incident stats 2025 csv")
    sam.hears("No incident was declared in 2025, so there is no file.")
    assert not [each for each in stage.slack.workspace.files.all if each.name.endswith(".csv")]


@pytest.mark.usefixtures("months")
def test_whoever_waits_for_a_file_that_may_not_be_shared_is_told_where_else_it_is(
    stage: Stage, sam: Actor
) -> None:
    stage.slack.faults.take_away("files:write")
    sam.types("/incident stats 2026-04 csv")
    stage.settle()
    assert any(
        "could not be shared as a file" in each and "files:write" in each for each in sam.inbox
    )
