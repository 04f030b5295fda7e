"""The team's commands, run for real: what reaches them, what is heard of them, how they end."""

import os
import select
import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from chatops.adapters.operations.adapter import Commands
from chatops.adapters.operations.run_command import Patience
from chatops.application.ports.external import (
    ExternalBusy,
    ExternalIndeterminate,
    ExternalRefused,
    Ran,
)
from chatops.domain.services import Command

SHA = "4f2c9e1b7d3a5c8e9f0a1b2c3d4e5f6a7b8c9d0e"
VALUES = {
    "version": "1.2.4",
    "previous": "1.2.3",
    "branch": "hotfix/v1.2.4-null-webhook",
    "sha": SHA,
    "service": "checkout",
    "reference": "INC-2026-014",
}
ENVIRON = {
    "PATH": os.defpath,
    "DEPLOY_TOKEN": "s3cr3t-token-0123456789",
    "SLACK_BOT_TOKEN": "xoxb-not-for-others",
    "LD_PRELOAD": "evil.so",
}
PATIENT = Patience(grace=timedelta(seconds=30), last_words=timedelta(seconds=30))
SOON = timedelta(milliseconds=50)
HASTY = Patience(grace=SOON, farewell=SOON, last_words=SOON)


def shell(script: str, *arguments: str) -> Command:
    return Command(run=("sh", "-c", script, "sh", *arguments))


def python(program: str) -> Command:
    return Command(run=(sys.executable, "-c", program.replace("{", "{{").replace("}", "}}")))


class Bench:
    """Runs commands and hears what is told."""

    def __init__(self, environ: Mapping[str, str] = ENVIRON, patience: Patience = PATIENT) -> None:
        self.heard: list[str] = []
        self.commands = Commands(environ, secrets=["bot-secret-1"], patience=patience)

    def run(self, command: Command, **values: str) -> Ran:
        return self.commands.run(command, VALUES | values, tell=self.heard.append)

    def refusal(self, command: Command, **values: str) -> str:
        with pytest.raises(ExternalRefused) as refused:
            self.run(command, **values)
        assert self.heard == []
        return str(refused.value)


@pytest.fixture
def bench() -> Bench:
    return Bench()


@contextmanager
def watched(fifo: Path) -> Iterator[int]:
    """A pipe by name, which is at its end once everybody who opened it for writing is gone."""
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    try:
        yield reader
    finally:
        os.close(reader)


def read_to_the_end(reader: int) -> bytes:
    found = b""
    while True:
        ready, _, _ = select.select([reader], [], [], 20)
        assert ready, "somebody still holds the pipe"
        part = os.read(reader, 1000)
        if not part:
            return found
        found += part


def test_each_argument_arrives_as_it_is_written(bench: Bench) -> None:
    ran = bench.run(
        Command(run=("printf", "%s|", "v{version}", "a b", "$HOME; echo *", "{{}}", "", "{branch}"))
    )
    assert ran.good
    assert ran.output == "v1.2.4|a b|$HOME; echo *|{}||hotfix/v1.2.4-null-webhook|"
    assert bench.heard == [ran.output]


def test_a_command_that_fails_says_how(bench: Bench) -> None:
    ran = bench.run(shell("echo building; echo no room left >&2; exit 3"))
    assert (ran.code, ran.output) == (3, "building\nno room left")
    assert not ran.good


def test_a_command_gets_an_empty_folder_and_a_clean_environment(bench: Bench) -> None:
    ran = bench.run(shell('ls -A . "$HOME"; echo "$PWD"; env'))
    names = {line.partition("=")[0] for line in ran.output.splitlines() if "=" in line}
    assert names - {"PWD", "OLDPWD", "SHLVL", "_"} == {"PATH", "HOME", "LANG"}
    assert "LANG=C.UTF-8" in ran.output
    folder = next(line for line in ran.output.splitlines() if line.startswith("PWD="))
    assert not Path(folder.removeprefix("PWD=")).exists()


def test_a_command_runs_in_its_folder(bench: Bench, tmp_path: Path) -> None:
    program = tmp_path / "deploy"
    program.write_text("#!/bin/sh\npwd\n")
    program.chmod(0o700)
    ran = bench.run(Command(run=("./deploy",), folder=str(tmp_path)))
    assert ran.output == str(tmp_path)


def test_a_secret_reaches_the_command_and_nobody_else(bench: Bench) -> None:
    script = 'test "$DEPLOY_TOKEN" = "s3cr3t-token-$1" && echo "token: $DEPLOY_TOKEN, bot-secret-1"'
    command = replace(shell(script, "0123456789"), secrets=("DEPLOY_TOKEN",))
    ran = bench.run(command)
    assert ran.output == "token: ***, ***"
    assert bench.heard == ["token: ***, ***"]


def test_a_secret_cannot_take_the_place_of_what_every_command_gets(bench: Bench) -> None:
    ran = bench.run(replace(shell('echo "$PATH"'), secrets=("PATH",)))
    assert ran.output in {ENVIRON["PATH"], "***"}


def test_a_secret_written_in_two_parts_is_not_told(bench: Bench) -> None:
    program = (
        "import os, sys\n"
        "secret = os.environ['DEPLOY_TOKEN']\n"
        "for part in (secret[:9], secret[9:]):\n"
        "    sys.stdout.write(part); sys.stdout.flush(); os.write(2, b'')\n"
        "print()"
    )
    ran = bench.run(replace(python(program), secrets=("DEPLOY_TOKEN",)))
    assert (ran.output, bench.heard) == ("***", ["***"])


def test_a_command_that_asks_gets_no_answer(bench: Bench) -> None:
    ran = bench.run(shell("if read answer; then echo went on; else echo nobody there; fi"))
    assert ran.output == "nobody there"


def test_output_that_has_not_ended_in_a_line_is_heard(bench: Bench) -> None:
    assert bench.run(shell("printf 'Password: '")).output == "Password:"
    assert bench.heard == ["Password:"]


def test_a_flood_of_output_is_bounded(bench: Bench) -> None:
    ran = bench.run(shell("yes 'all is well' | head -c 20000000; echo; echo done"))
    assert ran.good
    assert len(ran.output) <= 8000
    assert ran.output.endswith("done")
    assert len(bench.heard) <= 40
    assert max(map(len, bench.heard)) <= 2900


def test_output_that_is_no_text_is_heard_as_far_as_it_can_be(bench: Bench) -> None:
    ran = bench.run(shell(r"printf 'a\377\376\000\033[31mb\033[0m\n'"))
    assert ran.output == "a\ufffdb"


def test_a_command_that_takes_too_long_is_stopped(bench: Bench) -> None:
    ran = bench.run(replace(shell("echo starting; exec sleep 600"), timeout=SOON))
    assert ran.code is None
    assert not ran.good
    assert ran.took < timedelta(seconds=300)


@pytest.mark.long
def test_a_command_that_is_stopped_may_clean_up(bench: Bench) -> None:
    script = "trap 'echo cleaned up; exit 0' TERM; echo ready; while :; do sleep 0.05; done"
    ran = bench.run(replace(shell(script), timeout=timedelta(seconds=3)))
    assert ran.code is None
    assert ran.output.endswith("cleaned up")


@pytest.mark.long
def test_children_that_ignore_the_request_to_stop_are_killed(tmp_path: Path) -> None:
    fifo = tmp_path / "alive"
    script = "trap '' TERM; exec 9>\"$1\"; sh -c 'sleep 600' & echo started >&9; sleep 600"
    with watched(fifo) as reader:
        command = replace(shell(script, str(fifo)), timeout=timedelta(seconds=3))
        ran = Bench(patience=HASTY).run(command)
        assert ran.code is None
        assert read_to_the_end(reader) == b"started\n"


def test_what_a_command_leaves_in_the_background_ends_with_it(tmp_path: Path) -> None:
    fifo = tmp_path / "alive"
    with watched(fifo) as reader:
        command = shell('exec 9>"$1"; sleep 600 & echo started >&9; echo ok', str(fifo))
        ran = Bench(patience=HASTY).run(command)
        assert (ran.code, ran.output) == (0, "ok")
        assert read_to_the_end(reader) == b"started\n"


def test_a_command_that_closes_its_output_is_waited_for(bench: Bench) -> None:
    assert bench.run(shell("exec >&- 2>&-; sleep 0.3; exit 5")).code == 5


def test_the_last_words_of_a_child_are_heard(bench: Bench) -> None:
    ran = bench.run(shell("(sleep 0.1; echo last words) & exit 0"))
    assert (ran.code, ran.output) == (0, "last words")


def test_a_listener_that_breaks_off_leaves_nothing_running(tmp_path: Path) -> None:
    def interrupted(_: str) -> None:
        raise KeyboardInterrupt

    fifo = tmp_path / "alive"
    script = 'exec 9>"$1"; echo hello; sleep 3; echo again; sleep 600'
    with watched(fifo) as reader:
        with pytest.raises(KeyboardInterrupt):
            Commands(ENVIRON).run(shell(script, str(fifo)), VALUES, tell=interrupted)
        assert read_to_the_end(reader) == b""


@pytest.mark.parametrize(
    "value", ["-rf", "--help", "1.2.4 --force", "1.2.4\n--force", "$(reboot)", "1.2.4;reboot", ""]
)
def test_a_hostile_version_starts_nothing(bench: Bench, value: str) -> None:
    told = bench.refusal(Command(run=("echo", "{version}")), version=value)
    assert told.startswith("the command was not started: ")


def test_a_placeholder_that_nobody_knows_starts_nothing(bench: Bench) -> None:
    assert "{verison} is not known" in bench.refusal(Command(run=("echo", "{verison}")))


def test_the_program_itself_is_never_filled_in(bench: Bench) -> None:
    assert bench.refusal(Command(run=("{branch}",))).startswith("the command was not started")


def test_a_program_that_is_not_there_is_named(bench: Bench) -> None:
    told = bench.refusal(Command(run=("kubectll", "rollout")))
    assert "there is no program kubectll on the bot's PATH: install it, or write it in" in told


def test_a_script_that_cannot_be_run_says_how_to_mend_it(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "deploy.sh").write_text("#!/bin/sh\n")
    command = Command(run=("./deploy.sh",), folder=str(tmp_path))
    assert "make it executable (chmod +x)" in bench.refusal(command)
    assert "there is no program" in bench.refusal(replace(command, run=("./other.sh",)))


def test_a_script_that_could_be_anywhere_is_refused(bench: Bench) -> None:
    told = bench.refusal(Command(run=("./deploy.sh",)))
    assert "./deploy.sh is looked for in an empty folder: name its `folder`" in told


def test_a_script_without_its_interpreter_is_refused_in_words(bench: Bench, tmp_path: Path) -> None:
    script = tmp_path / "deploy.sh"
    script.write_text("#!/nowhere/sh\n")
    script.chmod(0o700)
    assert "could not be started: " in bench.refusal(Command(run=(str(script),)))


def test_a_folder_that_is_not_there_is_named(bench: Bench, tmp_path: Path) -> None:
    command = Command(run=("true",), folder=str(tmp_path / "gone"))
    assert f"there is no folder {tmp_path / 'gone'}: make it" in bench.refusal(command)


def test_a_secret_that_is_not_set_is_named(bench: Bench) -> None:
    command = Command(run=("true",), secrets=("DEPLOY_TOKEN", "KUBE_TOKEN"))
    assert "KUBE_TOKEN is not set: set it where the bot runs" in bench.refusal(command)


def test_a_command_without_a_program_is_refused(bench: Bench) -> None:
    assert "names no program" in bench.refusal(Command(run=()))


def test_an_argument_that_no_program_can_take_is_refused(bench: Bench) -> None:
    assert "could not be started" in bench.refusal(Command(run=("echo", "a\0b")))


def test_a_command_is_shown_as_it_would_be_typed(bench: Bench) -> None:
    command = Command(run=("deploy", "--tag=v{version}", "a b", "$(id)"), folder="/srv/de ploy")
    shown = bench.commands.show(command, VALUES)
    assert shown == "cd '/srv/de ploy' && deploy --tag=v1.2.4 'a b' '$(id)'"
    assert shlex.split(shown)[3:] == ["deploy", "--tag=v1.2.4", "a b", "$(id)"]


def test_a_secret_in_an_argument_is_not_shown(bench: Bench) -> None:
    assert bench.commands.show(Command(run=("curl", "bot-secret-1")), {}) == "curl ***"


def test_a_command_that_cannot_be_filled_in_is_not_shown(bench: Bench) -> None:
    with pytest.raises(ExternalRefused, match="the version before it is not known yet"):
        bench.commands.show(Command(run=("deploy", "{previous}")), {"version": "1.2.4"})


def test_a_bot_that_stops_ends_what_runs_with_all_that_it_started(tmp_path: Path) -> None:
    fifo, commands = tmp_path / "alive", Commands(ENVIRON, patience=HASTY)
    script = "trap '' TERM; exec 9>\"$1\"; sh -c 'sleep 600' & echo started; sleep 600"
    with watched(fifo) as reader:
        with pytest.raises(ExternalIndeterminate, match="was stopped while the command ran"):
            commands.run(shell(script, str(fifo)), VALUES, tell=lambda _: commands.stop())
        assert read_to_the_end(reader) == b""


def test_a_bot_that_stops_starts_nothing_more(bench: Bench, tmp_path: Path) -> None:
    bench.commands.stop()
    with pytest.raises(ExternalBusy, match="the bot is stopping"):
        bench.run(shell('touch "$1/begun"', str(tmp_path)))
    assert not (tmp_path / "begun").exists()
