"""The table of figures names every benchmark, and its commands exist."""

import re
from pathlib import Path

from tests.bench.options import Options

ROOT = Path(__file__).parents[1]
BENCH = ROOT / "tests" / "bench"
README = (BENCH / "README.md").read_text(encoding="utf-8")
TARGETS = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def test_every_benchmark_is_in_the_table() -> None:
    benches = {file.stem for file in BENCH.glob("bench_*.py")}
    assert benches == set(re.findall(r"tests\.bench\.(bench_\w+)", README))


def test_every_target_that_a_command_names_exists() -> None:
    assert set(re.findall(r"`make ([a-z-]+)", README)) <= set(TARGETS)


def test_every_file_that_a_command_names_exists() -> None:
    modules = re.findall(r"python -m (tests[\w.]+)", README)
    files = [f"{module.replace('.', '/')}.py" for module in modules]
    files += re.findall(r"tests/[\w/]+\.py", README)
    assert [file for file in files if not (ROOT / file).is_file()] == []


def test_a_size_is_small_large_or_ones_own() -> None:
    options = Options("Measures something.")
    options.size("slow-rounds", 5, full=100)
    options.size("seconds", 0.5, full=60.0)

    def read(*words: str) -> tuple[int, float]:
        asked = options.read(words)
        return asked.slow_rounds, asked.seconds

    assert read() == (5, 0.5)
    assert read("--full") == (100, 60.0)
    assert read("--full", "--slow-rounds", "7") == (7, 60.0)
