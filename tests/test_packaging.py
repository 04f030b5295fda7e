"""What is shipped: the wheel, the container, and the commands around them."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import yaml

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")


def plain_environment(**more: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": "", **more}  # noqa: TID251 - for programs we start


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the checkout ships."""
    source = tmp_path_factory.mktemp("source") / "chatops"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in ("chatops", "templates"):
        shutil.copytree(ROOT / name, source / name)
    return source


@pytest.fixture(scope="session")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built offline."""
    target = tmp_path_factory.mktemp("wheel")
    command = "-m pip wheel --quiet --no-deps --no-build-isolation --no-index --wheel-dir"
    subprocess.run([sys.executable, *command.split(), str(target), str(source)], check=True)
    (built,) = target.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run_from(folder: Path, code: str, workplace: Path) -> str:
    """Run ``code`` with the unpacked wheel instead of the checkout."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=workplace,
        env=plain_environment(PYTHONPATH=str(folder)),
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def relative_files(folder: Path) -> set[str]:
    return {
        str(file.relative_to(folder))
        for file in folder.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }


def test_the_wheel_holds_every_template(unpacked: Path) -> None:
    assert relative_files(unpacked / "chatops" / "_templates") == relative_files(ROOT / "templates")


def test_the_wheel_holds_every_module_and_page_and_nothing_else(unpacked: Path) -> None:
    shipped = relative_files(unpacked / "chatops")
    ours = {each for each in shipped if not each.startswith("_templates/")}
    assert ours == relative_files(ROOT / "chatops")
    assert {path.name for path in unpacked.iterdir()} == {"chatops", "chatops-0.1.0.dist-info"}


def test_an_installed_bot_finds_its_templates(unpacked: Path, tmp_path: Path) -> None:
    code = (
        "from chatops.adapters.playbooks.folders import find_templates, shipped;"
        "folder = find_templates(); print(folder, *shipped(folder))"
    )
    folder, *names = run_from(unpacked, code, tmp_path).split()
    assert folder == str(unpacked / "chatops" / "_templates")
    assert names == ["increment", "preview", "priority", "ticketed", "versioned"]


def test_an_installed_bot_finds_its_migrations(unpacked: Path, tmp_path: Path) -> None:
    code = "from chatops.adapters.storage.migrate import head_revision; print(head_revision())"
    assert run_from(unpacked, code, tmp_path).strip() != "None"


def test_an_editable_install_points_at_the_checkout_and_copies_nothing(
    source: Path, tmp_path: Path
) -> None:
    code = f"from hatchling.build import build_editable; build_editable({str(tmp_path)!r})"
    subprocess.run([sys.executable, "-c", code], cwd=source, check=True)
    (built,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        names = [each for each in archive.namelist() if ".dist-info/" not in each]
        assert names == ["_chatops.pth"]
        assert archive.read("_chatops.pth").decode().strip() == str(source)


def test_the_command_is_called_chatops(unpacked: Path) -> None:
    entries = (unpacked / "chatops-0.1.0.dist-info" / "entry_points.txt").read_text()
    assert "chatops = chatops.cli:main" in entries


def instructions(name: str) -> list[str]:
    return re.findall(rf"^{name} (.*)$", DOCKERFILE, re.MULTILINE)


def test_the_container_runs_as_nobody_in_particular() -> None:
    assert instructions("USER") == ["chatops"]
    assert DOCKERFILE.index("\nUSER ") < DOCKERFILE.index("\nENTRYPOINT ")


def test_the_container_serves_keeps_its_data_apart_and_has_git() -> None:
    assert instructions("ENTRYPOINT") + instructions("CMD") == [
        '["python", "-m", "chatops"]',
        '["serve"]',
    ]
    assert instructions("VOLUME") == ["/data"]
    assert "CHATOPS_DATA_DIR=/data" in DOCKERFILE
    assert re.search(r"apt-get install[^&]* git\b", DOCKERFILE)


def test_the_container_installs_only_what_is_pinned_by_hash() -> None:
    installs = re.findall(r"pip install[^&\n]*", DOCKERFILE)
    assert len(installs) == 1
    assert "--require-hashes" in installs[0]
    assert installs[0].split()[-2:] == ["-r", "requirements.txt"]


def test_the_builder_is_given_exactly_what_the_container_copies() -> None:
    copied = {line.split()[0] for line in instructions("COPY")}
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {line.removeprefix("!") for line in ignore if line.startswith("!")} == copied
    assert "*" in ignore
    assert [name for name in copied if not (ROOT / name).exists()] == []


class Health(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/healthz" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def living() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Health)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield str(server.server_address[1])
    server.shutdown()
    server.server_close()
    thread.join()


def health_check(port: str) -> int:
    (words,) = re.findall(r"^HEALTHCHECK .*CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    _python, *arguments = json.loads(words)
    command = [sys.executable, *arguments]
    environment = plain_environment(CHATOPS_PORT=port)
    return subprocess.run(command, env=environment, capture_output=True, check=False).returncode


def test_the_containers_health_check_sees_a_living_bot(living: str) -> None:
    assert health_check(living) == 0


def test_the_containers_health_check_sees_a_dead_bot(unused_port: str) -> None:
    assert health_check(unused_port) == 1


@pytest.fixture
def unused_port() -> str:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Health)
    server.server_close()
    return str(server.server_address[1])


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", *arguments],
        cwd=folder,
        env=plain_environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def test_make_alone_says_what_can_be_made() -> None:
    shown = make(ROOT).stdout.splitlines()
    names = [line.split()[1] for line in shown]
    assert names[:6] == ["help", "play", "test", "test-long", "check", "lint"]


def test_without_a_suitable_python_make_says_what_to_install(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    old = tmp_path / "old-python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    for file in (ROOT / "pyproject.toml", *ROOT.glob("requirements*.txt")):
        shutil.copy(file, tmp_path)
    result = make(tmp_path, "play", f"PYTHON={old}")
    assert result.returncode != 0
    assert "Install Python 3.11 or later with its venv module" in result.stderr
    assert not (tmp_path / ".venv").exists()


def test_the_hooks_before_a_commit_check_what_make_lint_checks() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    hooks = {hook["entry"].split()[0] for repo in config["repos"] for hook in repo["hooks"]}
    recipe = re.search(r"^lint:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert recipe
    programs = {line.split()[0] for line in recipe[1].splitlines()}
    assert {program.replace("$(BIN)", ".venv/bin") for program in programs} == hooks
