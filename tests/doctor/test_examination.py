"""The doctor: each thing that can be wrong is found, told in words, and can be mended."""

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from chatops.adapters.playbooks.folders import find_templates
from chatops.doctor.examination import _safely, examine
from chatops.doctor.finding import Finding, FindingLevel, fine
from tests.doctor.conftest import CLOCK, Patient


def examined(patient: Patient) -> tuple[int, str]:
    page = io.StringIO()
    console = Console(file=page, width=200)
    return examine(patient.environ, clock=CLOCK, console=console), page.getvalue()


def test_a_healthy_bot_has_nothing_wrong_and_nothing_to_look_at(patient: Patient) -> None:
    patient.migrate()
    code, page = examined(patient)
    assert patient.finds(FindingLevel.WRONG) == []
    assert patient.finds(FindingLevel.LOOK) == []
    assert code == 0
    assert "0 wrong, 0 to look at" in page


def test_something_wrong_is_shown_with_its_mend_and_makes_the_exit_code_1(
    patient: Patient,
) -> None:
    patient.change_config("oncall:", "offcall:")
    code, page = examined(patient)
    assert code == 1
    assert "nobody is behind oncall" in page
    assert "Put oncall: [ids of people or user groups] under audiences." in page


def test_a_broken_variable_is_found_and_nothing_is_guessed_after_it(patient: Patient) -> None:
    patient.environ["CHATOPS_PORT"] = "http"
    (found,) = patient.finds()
    assert found.startswith("environment: CHATOPS_PORT is “http”: it must be a port")


def test_a_misspelt_variable_is_worth_a_look(patient: Patient) -> None:
    patient.environ["CHATOPS_DATABSE_URL"] = "x"
    assert "environment: CHATOPS_DATABSE_URL does nothing; meant CHATOPS_DATABASE_URL?" in (
        patient.finds(FindingLevel.LOOK)
    )


def test_without_a_configuration_the_defaults_hold(
    patient: Patient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    patient.config.unlink()
    del patient.environ["CHATOPS_CONFIG"]
    assert "configuration: there is no chatops.yml; the defaults hold" in patient.finds(
        FindingLevel.LOOK
    )


def test_a_configuration_that_was_asked_for_must_be_there(patient: Patient) -> None:
    patient.config.unlink()
    (found,) = patient.finds()
    assert found.startswith(f"configuration: {patient.config} is not there")


def test_a_broken_configuration_is_told_by_line(patient: Patient) -> None:
    patient.change_config("channels:", "chanels:")
    (found,) = patient.finds()
    assert "chatops.yml:2 chanels: is not a setting; did you mean channels?" in found


def test_an_unknown_playbook_is_found(patient: Patient) -> None:
    patient.change_config("channels:", "playbook: priorty\nchannels:")
    (found,) = patient.finds()
    assert found.startswith("playbook: There is no playbook “priorty”; did you mean priority?")


def test_a_broken_playbook_is_told_by_line(patient: Patient) -> None:
    folder = patient.config.parent / "ours"
    folder.mkdir()
    (folder / "playbook.yml").write_text("titel: Ours\n")
    patient.change_config("channels:", "playbook: ./ours\nchannels:")
    found = patient.finds()
    assert any("playbook.yml:1 titel: is not a field here" in each for each in found)


def test_a_text_that_cannot_be_read_is_found(patient: Patient) -> None:
    folder = patient.config.parent / "ours"
    shutil.copytree(find_templates() / "priority", folder)
    (folder / "resolved.j2").write_bytes(b"\xff")
    patient.change_config("channels:", "playbook: ./ours\nchannels:")
    (found,) = patient.finds()
    assert "resolved.j2" in found


def broken() -> Iterator[Finding]:
    yield fine("disk", "it turns")
    raise OSError("it stopped")  # noqa: EM101, TRY003 - as a driver would


def test_a_check_that_breaks_off_is_a_finding_and_no_stack_trace() -> None:
    assert [each.words for each in _safely("disk", broken)] == [
        "it turns",
        "could not be looked at (OSError: it stopped)",
    ]


def test_a_permission_for_nobody_is_found(patient: Patient) -> None:
    patient.change_config("channels:", "permissions: {close: [comander]}\nchannels:")
    assert patient.finds() == ["permissions: close is given to comander, which is nobody"]


def test_a_name_that_is_only_told_is_worth_a_look(patient: Patient) -> None:
    patient.change_config("stakeholders: [", "holders: [")
    patient.change_config("stakeholders: status-updates, ", "")
    looks = patient.finds(FindingLevel.LOOK)
    assert "audiences: nobody is behind stakeholders, whom the playbook names" in looks
    assert "channels: none is named for stakeholders" in looks
    assert patient.finds() == []


@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"])
def test_a_missing_secret_is_found(patient: Patient, name: str) -> None:
    del patient.environ[name]
    (found,) = patient.finds()
    assert found.startswith(f"token: {name} is not set: copy it from the app's page")
