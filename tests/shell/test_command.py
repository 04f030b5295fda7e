"""The command on a database of its own, where no bot runs; and as a program."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from chatops.adapters.storage.engines import open_engine
from chatops.adapters.storage.errors import StorageUnavailable
from chatops.adapters.storage.store import SqlStorage
from chatops.application.ports.chat import UnknownWorkspace
from chatops.application.ports.storage import Search
from chatops.cli.shell.command import (
    LATER,
    CommandResult,
    IncidentInvocation,
    IncidentOptions,
    obey,
)
from chatops.cli.shell.words import needed, told, usage
from chatops.clock import FrozenClock
from chatops.commands import postmortem
from chatops.commands.action import Action
from chatops.commands.catalogue import INCIDENT
from chatops.commands.usage import DidYouMean
from chatops.domain.errors import UserError
from chatops.domain.time.parse import InvalidTime
from chatops.settings import Settings, read_settings
from tests.acceptance.stage import START
from tests.databases import empty_database

SAM, PRIYA = "U0SAMSAM", "U0PRIYA"
REFERENCE = "INC-2026-001"
CONFIG = """
audiences: {oncall: [S0ONCALL]}
services: {shop: {repository: "https://github.com/acme/shop.git", forge: github}}
tracker: {service: shop}
"""
Shell = Callable[..., CommandResult]


def settings_of(folder: Path, **more: str) -> Settings:
    return read_settings(
        {"CHATOPS_DATA_DIR": str(folder), "CHATOPS_CONFIG": str(folder / "chatops.yml"), **more}
    )


def set_up(folder: Path) -> Settings:
    (folder / "chatops.yml").write_text(CONFIG, encoding="utf-8")
    (folder / "chatops.db").write_bytes(empty_database())
    return settings_of(folder)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return set_up(tmp_path)


def shell_on(settings: Settings) -> Shell:
    def type_(
        *words: str, by: str = SAM, reference: str = "", team: str = "", **given: str | bool
    ) -> CommandResult:
        asked = IncidentInvocation(
            words=words,
            by=by,
            reference=reference,
            team=team,
            given=IncidentOptions(**given),  # type: ignore[arg-type]  # each test names fields of it
        )
        return obey(settings, asked, FrozenClock(START))

    return type_


@pytest.fixture
def shell(settings: Settings) -> Shell:
    return shell_on(settings)


@pytest.fixture
def declared(shell: Shell) -> str:
    shell("declare", "P0", "checkout is down", team="T0TEAM")
    return REFERENCE


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Where an incident stands that nobody changes."""
    settings = set_up(tmp_path_factory.mktemp("standing"))
    shell = shell_on(settings)
    shell("declare", "P0", "checkout is down", team="T0TEAM")
    shell("task", "add", "ask the vendor", reference=REFERENCE)
    shell("timeline", "add", "first alert", reference=REFERENCE)
    return settings


@pytest.fixture
def in_hand(standing: Settings, settings: Settings) -> None:
    """The shell begins with a copy of that incident."""
    shutil.copy(standing.data_dir / "chatops.db", settings.data_dir)


def stored(settings: Settings) -> tuple[object, ...]:
    engine = open_engine(settings.database)
    try:
        with SqlStorage(engine).reading() as work:
            found = work.incidents.find(Search(team=None, everything=True))
            tasks = (task for incident in found for task in work.tasks.of(incident.id))
            return (*found, *tasks)
    finally:
        engine.dispose()


_SAMPLES = {
    "known_severity": "P1",
    "severity": "P1",
    "role": "commander",
    "holder": f"@{PRIYA}",
    "people": f"@{PRIYA}",
    "owner": f"@{PRIYA}",
    "number": "1",
    "until": "20 min",
    "what": "update",
    "clock": "13:30",
    "text": "search is slow",
    "note": "search is slow",
    "decision": "roll back because it is quicker",
    "reason": "it is worse",
    "period": "2026-03 by service",
    "digest": "weekly",
    "question": "well",
    "day": "13:30",
    "export": "file",
    "scenario": "full-database",
    "pace": "2x",
    "begin": "20 min",
}
#: What is owed of what each can be done with.
_OWED = {"settle": "sign of life", "hand_over": "post-mortem"}
_OF_ONE = {"edit", "done", "assign", "drop", "export"}
_RESOLVED_FIRST = {
    "reopen",
    "close",
    "hand_over",
    *(row.name for row in postmortem.ACTIONS),
}
#: What stands there in Markdown, or needs a file, or a promise that only another playbook makes.
_AS_WRITTEN = {"post_mortem_show", "post_mortem_edit", "still_there"}
_ENOUGH = {"export": ("file",), "began": ("13:30",), "answer": ("well", "yes")}


def drilled(shell: Shell, row: Action) -> str:
    """The reference of a drill that an order about one makes sense in."""
    shell("resolve", "Rolled back", reference=REFERENCE)
    shell("drill", "full-database", team="T0TEAM")
    if row.name == "drill_continue":
        shell("drill", "pause", reference="DRILL-2026-001")
    return "DRILL-2026-001"


@pytest.mark.usefixtures("in_hand")
@pytest.mark.parametrize(
    "row",
    [row for row in INCIDENT.actions if row.name not in _AS_WRITTEN],
    ids=lambda row: row.pattern,
)
def test_every_command_of_slack_works_there(settings: Settings, shell: Shell, row: Action) -> None:
    reference = REFERENCE
    if row.name in _RESOLVED_FIRST:
        shell("resolve", "Rolled back", reference=reference)
    samples = {**_SAMPLES, "what": _OWED.get(row.name, _SAMPLES["what"])}
    if row.name == "correct":
        samples["number"] = shell("timeline", reference).text.partition("no. ")[2].split()[0]
    words = (*row.words, *(samples[each.kind.name] for each in row.arguments))
    if row.words[0] == "drill":
        reference = drilled(shell, row)

    before = stored(settings)
    outcome = shell(*words, reference=reference)
    after = stored(settings)

    assert outcome.done
    assert outcome.text
    assert "*" not in outcome.text
    assert "`" not in outcome.text
    assert "/incident" not in outcome.text
    changes = not row.looks
    assert (before != after) is changes
    assert outcome.text.endswith(LATER) is changes


@pytest.mark.parametrize(
    "row", [row for row in INCIDENT.actions if needed(row)], ids=lambda row: row.pattern
)
def test_what_opens_a_form_in_slack_ends_in_its_usage(standing: Settings, row: Action) -> None:
    number = ("1",) if row.name in {"correct", "task_drop"} else ()
    with pytest.raises(UserError, match="Write it like this: `") as refused:
        shell_on(standing)(*row.words, *number, reference=REFERENCE)
    assert told(refused.value) == f"Write it like this: {usage(row)}"


@pytest.mark.parametrize(
    "words", [row.words for row in INCIDENT.actions if not row.looks], ids=" ".join
)
def test_whoever_changes_something_says_who_they_are(
    standing: Settings, words: tuple[str, ...]
) -> None:
    more: tuple[str, ...] = ("1", f"@{PRIYA}") if words[-1] in _OF_ONE else ()
    more = more[: 2 if words[-1] == "assign" else 1]
    if words[0] == "postmortem":
        more = _ENOUGH.get(words[-1], ())
    with pytest.raises(UserError, match="Say who you are, with --by and your Slack member ID"):
        shell_on(standing)(*words, *more, reference=REFERENCE, by="")


def test_looking_needs_no_name(shell: Shell, declared: str) -> None:
    assert declared in shell("list", by="").text


def test_an_option_of_another_command_is_not_overheard(
    settings: Settings, shell: Shell, declared: str
) -> None:
    before = stored(settings)
    with pytest.raises(UserError, match="--cause goes with"):
        shell("update", "We know why.", reference=declared, cause="a bug")
    with pytest.raises(UserError, match="fixing"):
        shell("update", "We know why.", reference=declared, status="done")
    assert stored(settings) == before


def test_an_update_without_a_pace_of_its_own_asks_when_the_next_one_comes(shell: Shell) -> None:
    shell("declare", "P2", "a typo", team="T0TEAM")
    with pytest.raises(UserError, match="--next"):
        shell("update", "We know why.", reference="INC-2026-001")


def test_times_of_options_are_read_as_everywhere(shell: Shell, declared: str) -> None:
    with pytest.raises(InvalidTime, match="15:30 Asia/Kolkata"):
        shell("update", "We know why.", reference=declared, next="15:30 IST")
    shell("update", "We know why.", reference=declared, next="tomorrow 10:00")
    shell("task", "add", "write it up", reference=declared)
    with pytest.raises(InvalidTime, match="tomorrow 10:00"):
        shell("task", "edit", "1", reference=declared, due="3")
    assert shell("task", "edit", "1", reference=declared, due="monday").done


def test_a_slip_is_asked_back_in_words(shell: Shell, declared: str) -> None:
    with pytest.raises(DidYouMean, match="Did you mean `chatops incident severity P1`"):
        shell("sevrity", "P1", reference=declared)


def test_a_new_workspace_must_be_named_where_slack_cannot_be_asked(shell: Shell) -> None:
    with pytest.raises(UnknownWorkspace, match="--team"):
        shell("list")


def test_a_group_that_nobody_can_look_up_is_paged_as_one(shell: Shell, declared: str) -> None:
    assert "S0ONCALL" in shell("page", "oncall", "it is worse", reference=declared).text


def test_tables_of_another_release_are_left_to_its_bot(settings: Settings, shell: Shell) -> None:
    shell("list", team="T0TEAM")
    engine = open_engine(settings.database)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'older'")
    engine.dispose()
    with pytest.raises(StorageUnavailable, match="chatops migrate"):
        shell("list", team="T0TEAM")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],  # noqa: TID251 - for a program that we start
        "CHATOPS_DATA_DIR": str(folder),
    }
    return subprocess.run(
        [sys.executable, "-m", "chatops", "incident", *arguments],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )


def test_as_a_program_it_answers_on_standard_output(tmp_path: Path) -> None:
    declare = ("declare", "P0", "checkout is down", "--by", SAM, "--team", "T0TEAM")
    done = run(tmp_path, *declare, "--impact", "Nobody can pay.")
    assert (done.returncode, done.stderr) == (0, "")
    assert "checkout is down" in done.stdout
    assert done.stdout.endswith(f"{LATER}\n")

    again = run(tmp_path, *declare)
    assert again.returncode == 1
    assert "--anyway" in again.stdout


def test_as_a_program_it_tells_a_mistake_in_one_line(tmp_path: Path) -> None:
    refused = run(tmp_path, "list")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.count("\n") == 1
    assert "--team" in refused.stderr


def test_a_task_is_edited_by_options(shell: Shell, declared: str) -> None:
    shell("task", "add", "ask the vendor", reference=declared)
    shell(
        "task",
        "edit",
        "1",
        reference=declared,
        due="2 days",
        criterion="they answered",
        type="bug",
        priority="high",
    )
    shown = shell("task", "show", "1", reference=declared, by="").text
    assert "Bug 1 of INC-2026-001: ask the vendor" in shown
    assert "high priority" in shown
    assert "they answered" in shown
    with pytest.raises(UserError, match="Pick one of high, medium, low"):
        shell("task", "edit", "1", reference=declared, priority="urgent")
    with pytest.raises(UserError, match=r"` and the new words, or use the form in Slack\."):
        shell("task", "edit", "1", reference=declared)
