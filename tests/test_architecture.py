"""The house keeps its shape: layers, a domain of its own, modules that say what they are for."""

import ast
import builtins
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
#: The errors that a docstring says are raised, after each other.
RAISES = re.compile(r"\bRaises(?: everywhere)?:?\s+([A-Z]\w+(?:,\s+[A-Z]\w+)*)")
PACKAGE = ROOT / "chatops"
#: Packages in packages are shown; what lies deeper is theirs.
_DEEPEST = len(PACKAGE.parts) + 3
MODULES = sorted(
    file for file in PACKAGE.rglob("*.py") if "versions" not in file.parts and file.stat().st_size
)


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    program = str(Path(sys.executable).with_name("lint-imports"))
    return subprocess.run(
        [program, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(PACKAGE, tmp_path / "chatops", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def told(file: Path) -> str:
    return str(file.relative_to(ROOT))


def source(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def opening(file: Path) -> str:
    """The sentence that a module begins with."""
    return (ast.get_docstring(ast.parse(source(file))) or "").partition("\n\n")[0]


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(source(file))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield str(node.module)


def test_the_contracts_between_layers_are_kept() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("chatops/domain/incident/model.py", "import chatops.adapters.storage"),
        ("chatops/domain/incident/model.py", "import chatops.clock"),
        ("chatops/application/ports/chat.py", "import chatops.adapters.playbooks.yaml_source"),
        ("chatops/adapters/web/health.py", "import chatops.adapters.storage"),
        ("chatops/adapters/web/health.py", "import chatops.settings"),
        ("chatops/domain/errors.py", "import chatops.domain.incident.model"),
        ("chatops/elsewhere.py", "import chatops.clock"),
    ],
)
def test_an_import_that_breaks_a_contract_is_found(copy: Path, file: str, line: str) -> None:
    with (copy / file).open("a", encoding="utf-8") as source:
        source.write(f"\n{line}\n")
    result = lint_imports(copy)
    assert result.returncode == 1, result.stdout
    assert "BROKEN" in result.stdout


def test_the_domain_knows_only_the_standard_library() -> None:
    foreign = {
        (told(file), name)
        for file in (PACKAGE / "domain").rglob("*.py")
        for name in imported(file)
        if name.partition(".")[0] not in sys.stdlib_module_names
        and not name.startswith("chatops.domain")
    }
    assert foreign == set()


def test_a_module_opens_with_a_sentence_that_says_what_it_is_for() -> None:
    silent = [told(file) for file in MODULES if not opening(file).endswith(".")]
    assert silent == []


def test_an_error_that_a_docstring_names_exists() -> None:
    trees = [(told(file), ast.parse(source(file))) for file in MODULES]
    nodes = [(where, node) for where, tree in trees for node in ast.walk(tree)]
    known = set(dir(builtins))
    for _where, node in nodes:
        if isinstance(node, ast.ClassDef):
            known.add(node.name)
        if isinstance(node, ast.ImportFrom):
            known.update(alias.name for alias in node.names)
    named = {
        (where, name)
        for where, node in nodes
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        for listed in RAISES.findall(ast.get_docstring(node) or "")
        for name in re.split(r",\s+", listed)
    }
    assert named
    assert {(where, name) for where, name in named if name not in known} == set()


def test_the_architecture_page_maps_the_house() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    shown = page.partition("<!-- house -->\n")[2].partition("<!-- /house -->")[0]
    assert shown.strip() == house()


def house() -> str:
    """Where things live, in the words with which each package and module opens."""
    packages = [file for file in PACKAGE.rglob("__init__.py") if len(file.parts) <= _DEEPEST]
    modules = [file for file in PACKAGE.glob("*.py") if file.name != "__init__.py"]
    rows = ["| where | what it is for |", "|---|---|"]
    for file in [*sorted(packages)[1:], *sorted(modules)]:
        name = str(file.relative_to(PACKAGE)).removesuffix("__init__.py")
        rows.append(f"| `{name}` | {' '.join(opening(file).split())} |")
    return "\n".join(rows)
