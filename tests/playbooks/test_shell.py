"""`chatops playbook check` prints a table of problems, or says that all is fine."""

from pathlib import Path
from shutil import copytree

import pytest
from typer.testing import CliRunner

from chatops.adapters.playbooks.folders import find_templates
from chatops.adapters.playbooks.shell import playbook_app


def test_a_shipped_playbook_is_fine() -> None:
    result = CliRunner().invoke(playbook_app, ["check", "priority"])

    said = " ".join(result.output.split())
    assert result.exit_code == 0
    assert "is fine. Severities: P0, P1, P2. Pipelines: git_flow, github_flow, trunk." in said
    assert "chatops.yml should name: engineering_lead, engineering_team, executives" in said


def test_a_broken_copy_is_told_by_file_and_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    copytree(find_templates() / "priority", tmp_path / "ours")
    policy = tmp_path / "ours" / "playbook.yml"
    policy.write_text(policy.read_text().replace("zone: UTC", "zone: Mars [x]"))

    result = CliRunner().invoke(playbook_app, ["check", str(tmp_path / "ours")])

    assert result.exit_code == 1
    assert "1 problem" in result.output
    assert "ours/playbook.yml:6" in result.output
    assert "no time zone is called “Mars [x]”" in result.output


def test_a_playbook_that_is_not_there_is_told_without_a_trace() -> None:
    result = CliRunner().invoke(playbook_app, ["check", "prority"])

    assert result.exit_code == 1
    assert "did you mean priority?" in result.output
    assert "Traceback" not in result.output
