"""The post-mortem from a terminal, where the text is a file that one edits."""

from pathlib import Path

import pytest

from chatops.cli.shell.command import CommandResult
from chatops.domain.errors import UserError
from tests.acceptance.stage import Actor, Stage
from tests.acceptance.test_from_a_terminal import Shell, settings, shell

__all__ = ["settings", "shell"]

REFERENCE = "INC-2026-001"


@pytest.fixture
def over(stage: Stage, shell: Shell) -> Stage:
    """An outage that is resolved."""
    shell("declare", "P0", "checkout is down", impact="Nobody can pay.")
    stage.advance(minutes=5)
    shell("resolve", "restarted", "the", "pool", reference=REFERENCE)
    return stage


def show(shell: Shell) -> str:
    outcome: CommandResult = shell("postmortem", "show", reference=REFERENCE)
    return outcome.text


@pytest.mark.usefixtures("over")
def test_it_asks_the_same_questions_and_takes_their_answers(shell: Shell) -> None:
    assert "well: What went well?" in shell("postmortem", reference=REFERENCE).text
    shell("postmortem", "answer", REFERENCE, "well", "paged within a minute")
    assert "paged within a minute" in shell("postmortem", reference=REFERENCE).text
    assert "* paged within a minute" in show(shell)


@pytest.mark.usefixtures("over")
def test_the_text_is_edited_as_markdown_and_kept_as_it_is(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "post-mortem.md"
    file.write_text(show(shell).replace("### What went well", "### What *helped*"))
    outcome = shell("postmortem", "edit", reference=REFERENCE, file=str(file))
    assert "Saved" in outcome.text
    assert "### What *helped*" in show(shell)


def test_an_answer_given_later_takes_the_place_of_its_question(
    over: Stage, shell: Shell, tmp_path: Path, sam: Actor
) -> None:
    file = tmp_path / "post-mortem.md"
    file.write_text(show(shell).replace("# Incident Report", "# Our report"))
    shell("postmortem", "edit", reference=REFERENCE, file=str(file))
    sam.types("/incident postmortem answer well paged within a minute", over.incident_room)
    text = show(shell)
    assert "# Our report" in text
    assert "* paged within a minute" in text
    assert "❓ **What went well?**" not in text


@pytest.mark.usefixtures("over")
def test_what_somebody_else_saved_meanwhile_is_not_written_over(
    shell: Shell, tmp_path: Path
) -> None:
    mine, theirs = tmp_path / "mine.md", tmp_path / "theirs.md"
    mine.write_text(f"{show(shell)}\nMy words")
    theirs.write_text(f"{show(shell)}\nTheir words")
    shell("postmortem", "edit", reference=REFERENCE, file=str(theirs))
    with pytest.raises(UserError, match="Nothing is lost"):
        shell("postmortem", "edit", reference=REFERENCE, file=str(mine))
    assert "Their words" in show(shell)
    assert "My words" in mine.read_text()


@pytest.mark.usefixtures("over")
def test_sharing_it_in_between_makes_no_conflict(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "post-mortem.md"
    file.write_text(f"{show(shell)}\nMy words")
    shell("postmortem", "export", "file", reference=REFERENCE)
    shell("review", "2026-03-03 10:00", reference=REFERENCE)
    shell("postmortem", "edit", reference=REFERENCE, file=str(file))
    assert "My words" in show(shell)


def test_it_is_done_from_there(over: Stage, shell: Shell) -> None:
    outcome = shell("postmortem", "done", "enough is known", reference=REFERENCE)
    assert "is done" in outcome.text
    assert over.incident_room.shows("The post-mortem is done", "enough is known")


@pytest.mark.usefixtures("over")
def test_when_it_began_is_said_there(shell: Shell) -> None:
    shell("postmortem", "began", "13:20", reference=REFERENCE)
    assert "2026-03-02 13:20 UTC" in show(shell)


@pytest.mark.parametrize("file", ["", "/nowhere/at-all.md"])
@pytest.mark.usefixtures("over")
def test_no_text_says_how_to_get_it(shell: Shell, file: str) -> None:
    with pytest.raises(UserError, match="postmortem show"):
        shell("postmortem", "edit", reference=REFERENCE, file=file)
