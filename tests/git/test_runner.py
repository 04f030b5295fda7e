"""The one place that starts git: clean, bounded, and silent about secrets."""

import os
from pathlib import Path

import pytest

from chatops.adapters.git.errors import GitFailed, GitNotFound, GitTimedOut
from chatops.adapters.git.objects.repository import GitRunner
from chatops.domain.git.redaction import Redactor
from tests.git.git_workshop import Workshop


def test_nothing_of_the_machine_reaches_git(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_CONFIG_PARAMETERS", "'alias.env'='!env'")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    seen = workshop.repo.run("-c", "alias.surroundings=!env", "surroundings").text
    assert "SLACK_BOT_TOKEN" not in seen
    assert "/nowhere" not in seen
    assert f"GIT_DIR={workshop.place}/.git" in seen
    assert "GIT_TERMINAL_PROMPT=0" in seen


def test_settings_and_hooks_of_the_machine_have_no_say(
    workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".gitconfig").write_text("[user]\n\tname = Somebody\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    asked = workshop.repo.run("config", "user.name", expect=(0, 1))
    assert asked.text == ""


def test_a_git_that_takes_too_long_is_stopped_with_all_it_has_started(workshop: Workshop) -> None:
    with pytest.raises(GitTimedOut, match=r"stopped after 0\.2 s"):
        workshop.repo.run("-c", "alias.dawdle=!sleep 30; true", "dawdle", timeout=0.2)


def test_a_failure_keeps_the_words_of_git_without_the_secrets(workshop: Workshop) -> None:
    runner = GitRunner(redact=Redactor(["s3cret/value"]))
    with pytest.raises(GitFailed) as failed:
        runner.run(
            ["-c", "alias.leak=!echo s3cret/value https://me:pw@host/x >&2; exit 7", "leak"],
            cwd=workshop.place,
        )
    assert failed.value.code == 7
    assert failed.value.words == "*** https://***@host/x"


def test_a_machine_without_git_says_so(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(GitNotFound, match="install git"):
        workshop.repo.run("version")


def test_a_big_input_and_a_big_output_pass_at_once(workshop: Workshop) -> None:
    content = os.urandom(3_000_000)
    oid = workshop.repo.run("hash-object", "-w", "--stdin", stdin=content).text
    assert workshop.repo.run("cat-file", "blob", oid).out == content
