"""Setting up: what make installs and when, and the lines in the README that do the same."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
CI = (ROOT / ".ci/run").read_text(encoding="utf-8")
SHIPPED = "install --require-hashes -r requirements.txt -r requirements-build.txt"
TESTED = "install --require-hashes -r requirements-dev.txt"
COMMAND = "install --no-deps --no-build-isolation -e ."
#: Writes down what it is called with, and makes what the real one would make.
PYTHON = """#!/bin/sh
case "$*" in -c*) exit ;; --version) echo "Python 3.11"; exit ;; esac
echo "$*" | sed 's/-m pip .*-qq //' >> '{log}'
case "$*" in
*venv*)
    rm -rf .venv
    mkdir -p .venv/bin
    ln -s '{python}' .venv/bin/python
    echo "command = python3 $*" | sed "s|.venv$|$(pwd -P)/.venv|" > .venv/pyvenv.cfg ;;
*"-e .") touch .venv/bin/chatops ;;
esac
"""


class Checkout:
    """A checkout with nothing but what make reads, and a Python that only takes notes."""

    def __init__(self, parent: Path) -> None:
        self.folder = parent / "checkout"
        self.folder.mkdir()
        self._log = parent / "log"
        self._python = parent / "python"
        self._python.write_text(PYTHON.format(log=self._log, python=self._python))
        self._python.chmod(0o755)
        for file in (ROOT / "Makefile", ROOT / "pyproject.toml", *ROOT.glob("requirements*.txt")):
            shutil.copy(file, self.folder)

    def make(self, target: str) -> list[str]:
        """What Python was called with for ``target``."""
        self._log.write_text("")
        subprocess.run(
            ["make", target, f"PYTHON={self._python}"],
            cwd=self.folder,
            env={"PATH": os.environ["PATH"]},  # noqa: TID251 - for a program we start
            stdout=subprocess.DEVNULL,
            check=True,
        )
        return re.sub(r"-n \d+", "-n WORKERS", self._log.read_text()).splitlines()

    def move(self) -> None:
        self.folder = self.folder.rename(self.folder.with_name("moved here"))


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


ANEW = "-m venv --clear .venv"
PLAY = "-m chatops play"
TEST = "-m pytest -n WORKERS --dist worksteal -m not long"


def test_the_first_time_make_installs_what_is_needed(checkout: Checkout) -> None:
    assert checkout.make("play") == [ANEW, SHIPPED, COMMAND, PLAY]
    assert checkout.make("test") == [TESTED, TEST]


def test_the_tests_have_the_command_too(checkout: Checkout) -> None:
    assert checkout.make("test") == [ANEW, SHIPPED, COMMAND, TESTED, TEST]


def test_what_is_installed_is_not_installed_again(checkout: Checkout) -> None:
    checkout.make("test")
    assert checkout.make("play") == [PLAY]
    assert checkout.make("test") == [TEST]


def lose_the_command(checkout: Checkout) -> None:
    (checkout.folder / ".venv/bin/chatops").unlink()


def pin_anew(checkout: Checkout) -> None:
    (checkout.folder / "requirements.txt").touch()


def leave_what_an_older_makefile_left(checkout: Checkout) -> None:
    lose_the_command(checkout)
    (checkout.folder / ".venv/.installed").touch()


@pytest.mark.parametrize("change", [lose_the_command, pin_anew, leave_what_an_older_makefile_left])
def test_what_is_missing_or_old_is_installed_again(
    checkout: Checkout, change: Callable[[Checkout], None]
) -> None:
    checkout.make("test")
    change(checkout)
    assert checkout.make("test") == [SHIPPED, COMMAND, TESTED, TEST]
    assert checkout.make("play") == [PLAY]


def lose_the_python(checkout: Checkout) -> None:
    python = checkout.folder / ".venv/bin/python"
    python.unlink()
    python.symlink_to("/nowhere/python3")


def lose_pip(checkout: Checkout) -> None:
    python = checkout.folder / ".venv/bin/python"
    python.unlink()
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)


@pytest.mark.parametrize("change", [Checkout.move, lose_the_python, lose_pip])
def test_an_environment_that_no_longer_works_is_made_anew(
    checkout: Checkout, change: Callable[[Checkout], None]
) -> None:
    checkout.make("test")
    change(checkout)
    assert checkout.make("test") == [ANEW, SHIPPED, COMMAND, TESTED, TEST]
    assert checkout.make("play") == [PLAY]


def test_an_environment_that_is_linked_to_is_left_alone(checkout: Checkout) -> None:
    checkout.make("play")
    other = checkout.folder.with_name("other")
    shutil.copytree(checkout.folder, other, ignore=shutil.ignore_patterns(".venv"))
    (other / ".venv").symlink_to(checkout.folder / ".venv")
    checkout.folder = other
    assert checkout.make("play") == [PLAY]


def installs(text: str) -> list[str]:
    return re.findall(r"\.venv/bin/pip (install [^`\n&]+)", text)


def test_without_make_the_readme_installs_the_same() -> None:
    assert installs(README) == [SHIPPED, COMMAND]
    assert installs(CONTRIBUTING) == [TESTED]
    assert "\npython3 -m venv .venv && .venv/bin/pip install" in README


def test_an_older_pip_is_tried_on_the_same() -> None:
    tried = re.search(r"^set_up_with_an_older_pip\(\) \{\n(.*?)^\}", CI, re.MULTILINE | re.DOTALL)
    assert tried
    assert re.findall(r"\$pip (install .*)", tried[1])[1:] == [SHIPPED, COMMAND, TESTED]
    assert 'pip==23.0.1 ; python_version < "3.12" --hash=sha256:' in CI


def test_the_readme_says_how_to_call_the_command_by_name() -> None:
    assert "\n. .venv/bin/activate\n" in README
