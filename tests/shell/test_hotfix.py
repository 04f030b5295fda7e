"""`chatops hotfix …` on a database of its own, where no bot runs, with a repository beside it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chatops.application.ports.external import ExternalError
from chatops.cli.shell import command
from chatops.cli.shell.command import LATER, CommandResult
from chatops.cli.shell.hotfix import HotfixInvocation, HotfixOptions, answers_of, gate_of, obey
from chatops.clock import FrozenClock
from chatops.commands.usage import DidYouMean
from chatops.domain.errors import UserError
from chatops.settings import Settings, read_settings
from tests.acceptance.stage import START
from tests.slack.incoming.hotfix_scenes import BOOKS, book

SAM = "U0SAMSAM"
REFERENCE = "INC-2026-001"
Shell = Callable[..., CommandResult]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    repository = tmp_path / "nowhere.git"
    (tmp_path / "chatops.yml").write_text(
        f"services: {{shop: {{repository: '{repository}'}}}}", encoding="utf-8"
    )
    return read_settings(
        {"CHATOPS_DATA_DIR": str(tmp_path), "CHATOPS_CONFIG": str(tmp_path / "chatops.yml")}
    )


@pytest.fixture
def shell(settings: Settings) -> Shell:
    words = ("declare", "P0", "checkout is down")
    declare = command.IncidentInvocation(words=words, by=SAM, team="T0TEAM")
    command.obey(settings, declare, FrozenClock(START))

    def type_(
        *words: str, by: str = SAM, reference: str = REFERENCE, **given: object
    ) -> CommandResult:
        options = HotfixOptions(**given)  # type: ignore[arg-type]  # each test names fields of it
        asked = HotfixInvocation(words=words, by=by, reference=reference, given=options)
        return obey(settings, asked, FrozenClock(START))

    return type_


def starts(shell: Shell) -> CommandResult:
    return shell("start", holds=True, title="Charge again", reason="Nobody can pay")


def test_the_gate_is_shown_before_anything_starts(shell: Shell) -> None:
    shown = shell()

    assert not shown.done
    assert gate_of(book("priority").hotfix.gate) == shown.text
    assert "--holds" in shown.text


def test_who_says_that_it_holds_starts_it_and_sees_it(shell: Shell) -> None:
    started = starts(shell)

    assert started.done
    assert started.text.endswith(LATER)
    status = shell("status", by="").text
    assert "Charge again" in status
    assert "*" not in status
    assert "`" not in status
    assert "/hotfix" not in status


def test_a_hotfix_without_words_is_not_started(shell: Shell) -> None:
    with pytest.raises(
        UserError, match='Say what the fix does, with --title "Charge cards again",'
    ):
        shell("start", holds=True)


def test_a_commit_goes_through_the_gate_first(shell: Shell) -> None:
    assert "--holds" in shell("revert", "#12").text

    begun = shell("revert", "#12", holds=True, title="Take it back", reason="Nobody can pay")

    assert begun.done
    assert "Take it back" in shell("status").text


def test_a_rollback_is_weighed_before_it_is_begun(shell: Shell) -> None:
    starts(shell)

    weighed = shell("rollback", "errors", version="1.2.3")

    assert not weighed.done
    assert "Production would go back to 1.2.3." in weighed.text
    assert "--go" in weighed.text


def test_it_is_given_up_with_a_reason(shell: Shell) -> None:
    starts(shell)
    with pytest.raises(UserError, match=r"chatops hotfix abort \[reason\]"):
        shell("abort")

    assert shell("abort", "it", "was", "the", "network").done

    with pytest.raises(UserError, match="is aborted"):
        shell("next")


def test_a_repository_that_is_not_there_is_told(shell: Shell) -> None:
    with pytest.raises(ExternalError, match="nowhere"):
        shell("log", by="")


def test_whoever_changes_something_says_who_they_are(shell: Shell) -> None:
    for words in (("start",), ("next",), ("approve",), ("abort", "why")):
        with pytest.raises(UserError, match="Say who you are, with --by and your Slack member ID"):
            shell(*words, by="")


def test_a_terminal_stands_in_no_incident(shell: Shell) -> None:
    with pytest.raises(
        UserError, match=r"Say which incident, with --in INC-2026-001\. See what is"
    ):
        shell("status", reference="")


def test_a_slip_of_the_finger_is_answered_in_the_words_of_the_terminal(shell: Shell) -> None:
    with pytest.raises(DidYouMean, match="Did you mean `chatops hotfix next`"):
        shell("nxet")
    assert "chatops hotfix flag <name> off" in shell("help").text


@pytest.mark.parametrize("name", BOOKS)
def test_the_answers_of_every_gate_lead_through_it(name: str) -> None:
    gate = book(name).hotfix.gate

    assert gate.path(answers_of(gate)) == "hotfix"
    for each in (*gate.criteria, *gate.prerequisites):
        assert each in gate_of(gate)
