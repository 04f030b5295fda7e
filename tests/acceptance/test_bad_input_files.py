import logging
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chatops.adapters.playbooks.folders import find_templates
from chatops.cli import main
from tests.acceptance.stage import Actor, Stage

#: What a command line says: its exit code and its last words.
Says = Callable[..., tuple[int, str]]


@pytest.fixture
def chatops(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Says]:
    """The command line, in an environment that would do; tests spoil one thing each."""
    handlers, level = logging.getLogger().handlers[:], logging.getLogger().level
    environ = {
        "CHATOPS_CONFIG": str(written(tmp_path / "chatops.yml", "playbook: priority\n")),
        "CHATOPS_DATA_DIR": str(tmp_path / "data"),
        "CHATOPS_PORT": "0",
        "COLUMNS": "200",
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": "secret-1",
    }

    def say(*words: str, **spoilt: str) -> tuple[int, str]:
        for name, value in (environ | spoilt).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["chatops", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, said.err + said.out

    yield say
    logging.getLogger().handlers[:] = handlers
    logging.getLogger().setLevel(level)


def written(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def refused(said: tuple[int, str], *words: str) -> bool:
    """Whether the bot did not start, and said why without a trace."""
    code, text = said
    assert code == 2
    assert "Traceback" not in text
    assert all(each in text for each in words), text
    return True


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("playbook: [\n", "chatops.yml:"),
        ("playbok: priority\n", "chatops.yml:1 playbok: is not a setting; did you mean playbook?"),
        (
            "channels:\n  alerts: '#Incidents!'\n",
            "chatops.yml:2 channels.alerts: “Incidents!” is neither a channel's name",
        ),
        (
            "permissions:\n  closse: [anyone]\n",
            "chatops.yml:2 permissions.closse",
        ),
        ("audiences:\n  oncall: sam\n", "chatops.yml:2 audiences.oncall: must be a list"),
        ("playbook: nonsense\n", "There is no playbook “nonsense”"),
    ],
)
def test_what_is_wrong_in_chatops_yml_is_told_by_file_line_and_field(
    chatops: Says, tmp_path: Path, text: str, words: str
) -> None:
    written(tmp_path / "chatops.yml", text)
    assert refused(chatops("serve"), words)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("key: P0", "kee: P0", "playbook.yml:"),
        ("update_every: 15 min", "update_every: fortnightly", "update_every"),
        ("severities:", "severities: [", "playbook.yml:"),
    ],
)
def test_what_is_wrong_in_a_playbook_is_told_by_file_line_and_field(
    chatops: Says, tmp_path: Path, old: str, new: str, words: str
) -> None:
    ours = tmp_path / "ours"
    shutil.copytree(find_templates() / "priority", ours)
    policy = (ours / "playbook.yml").read_text(encoding="utf-8")
    assert old in policy
    written(ours / "playbook.yml", policy.replace(old, new, 1))
    written(tmp_path / "chatops.yml", "playbook: ./ours\n")

    assert refused(chatops("serve"), "The playbook has", f"{ours}/playbook.yml:", words)
    code, text = chatops("playbook", "check", str(ours))
    assert code == 1
    assert words in text
    written(ours / "playbook.yml", policy)
    code, _ = chatops("playbook", "check", str(ours))
    assert code == 0


def test_a_text_that_cannot_be_rendered_is_told_by_file_and_line(
    chatops: Says, tmp_path: Path
) -> None:
    ours = tmp_path / "ours"
    shutil.copytree(find_templates() / "priority", ours)
    written(ours / "update.j2", "fine so far\n{{ update.author|mentoin }}\n")
    code, text = chatops("playbook", "check", str(ours))
    assert code == 1
    assert "update.j2:2" in text
    assert "mentoin" in text


def test_without_a_token_the_page_to_copy_it_from_is_named(chatops: Says) -> None:
    assert refused(chatops("serve", SLACK_BOT_TOKEN=""), "SLACK_BOT_TOKEN is not set", "OAuth")


def test_a_data_folder_that_cannot_be_written_is_named_with_its_mend(
    chatops: Says, tmp_path: Path
) -> None:
    in_the_way = written(tmp_path / "file", "not a folder")
    said = chatops("serve", CHATOPS_DATA_DIR=str(in_the_way / "data"))
    assert refused(said, "I cannot use the database", str(in_the_way), "CHATOPS_DATA_DIR")
    assert in_the_way.read_text(encoding="utf-8") == "not a folder"


def test_a_database_that_does_not_answer_is_named_without_its_password(chatops: Says) -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        port = unheard.getsockname()[1]
        url = f"postgresql://chatops:hunter2@127.0.0.1:{port}/chatops"
        code, text = chatops("serve", CHATOPS_DATABASE_URL=url)
    assert refused((code, text), f"127.0.0.1:{port}/chatops", "See that it runs")
    assert "hunter2" not in text


def test_a_file_that_is_no_database_is_left_as_it_is(chatops: Says, tmp_path: Path) -> None:
    file = written(tmp_path / "data" / "chatops.db", "dear diary " * 1000)
    assert refused(chatops("serve"), str(file), "Restore it from a backup")
    assert file.read_text(encoding="utf-8").startswith("dear diary")


@pytest.mark.usefixtures("logged_errors")
def test_when_the_database_goes_away_people_are_told_and_it_goes_on_when_it_is_back(
    stage: Stage, sam: Actor, tmp_path: Path
) -> None:
    sam.types("/incident declare P0 checkout is down")
    room = stage.incident_room
    sam.clicks("Write update", room)
    database = tmp_path / "chatops.db"
    stage.bot.engine.dispose()
    for suffix in ("", "-wal", "-shm"):
        file = Path(f"{database}{suffix}")
        if file.exists():
            file.rename(f"{file}.away")
    database.mkdir()
    stage.slack.users.submits(sam.id, {"plain": "We know why."})
    stage.listeners.settle()

    assert "My database does not answer, so nothing was changed by this." in sam.reads_modal

    database.rmdir()
    for file in tmp_path.glob("*.away"):
        file.rename(file.with_suffix(""))
    stage.slack.users.closes(sam.id)
    assert sam.submits({"For stakeholders": "We know why."}).ok
    assert stage.room("status-updates").shows("We know why.")
