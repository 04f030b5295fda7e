"""The locks: pinned by hash, in step with pyproject.toml and each other, and good for any pip."""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from importlib import metadata
from itertools import product
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ("requirements.txt", "requirements-build.txt", "requirements-dev.txt")
#: Every platform and Python that the locks are for, as markers see them.
ENVIRONMENTS = [
    {
        "sys_platform": platform,
        "platform_system": system,
        "os_name": "nt" if platform == "win32" else "posix",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "python_version": python,
        "python_full_version": f"{python}.0",
    }
    for (platform, system), python in product(
        (("linux", "Linux"), ("darwin", "Darwin"), ("win32", "Windows")),
        ("3.11", "3.12", "3.13", "3.14"),
    )
]


def pins(lock: str) -> dict[str, Requirement]:
    """What a lock's text pins, by name."""
    lines = lock.replace("\\\n", " ").splitlines()
    named = (line.split(" --hash=")[0] for line in lines if re.match(r"[a-z0-9]", line))
    found = [Requirement(each) for each in named]
    return {canonicalize_name(each.name): each for each in found}


def locked(name: str) -> dict[str, Requirement]:
    return pins((ROOT / name).read_text(encoding="utf-8"))


def versions(name: str) -> dict[str, str]:
    return {name: str(pin.specifier).removeprefix("==") for name, pin in locked(name).items()}


def holds(asked: Requirement, extras: Iterable[str]) -> bool:
    """Whether anybody who installs a package with ``extras`` gets what it asks for."""
    return asked.marker is None or any(
        asked.marker.evaluate({**environment, "extra": extra})
        for environment in ENVIRONMENTS
        for extra in ("", *extras)
    )


def unnamed_extras(
    lock: dict[str, Requirement], needs: Callable[[str], list[str] | None]
) -> Iterator[str]:
    """The extras that pinned packages ask for and ``lock`` does not name, each with who asks."""
    for name, pin in lock.items():
        if pin.marker is not None and not pin.marker.evaluate():
            continue  # for other machines, so it is not installed here to be looked into
        for asked in map(Requirement, needs(name) or []):
            if asked.extras and holds(asked, pin.extras):
                there = lock.get(canonicalize_name(asked.name))
                if missing := asked.extras - (there.extras if there else set()):
                    yield f"{asked.name}[{','.join(sorted(missing))}] for {name}"


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_is_pinned_by_hash_and_no_registry_is_named(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    pinned = [line for line in lines if line and not line.lstrip().startswith("#")]
    assert pinned
    assert [line for line in pinned if "==" not in line or "--hash=sha256:" not in line] == []
    assert [line for line in lines if "://" in line or "--index" in line] == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_every_extra_that_a_pinned_package_asks_for(name: str) -> None:
    assert list(unnamed_extras(locked(name), metadata.requires)) == []


LOCK = r"""
coverage==7.17.3 ; python_version >= '3.11' \
    --hash=sha256:0241
    # via pytest-cov
pyjwt[crypto]==2.15.1 \
    --hash=sha256:42d5 \
    --hash=sha256:4f25
pytest-cov==7.1.0 --hash=sha256:3068
pygithub[integrations]==2.9.1 --hash=sha256:3068
elsewhere==1.0 ; sys_platform == 'nowhere' --hash=sha256:3068
"""


def test_an_extra_that_the_lock_does_not_name_is_found() -> None:
    needs = {"pytest-cov": ["Coverage[toml] >= 7.10", "pluggy>=1.2"], "coverage": None}
    found = unnamed_extras(pins(LOCK), lambda name: needs.get(name, []))
    assert list(found) == ["Coverage[toml] for pytest-cov"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("pyjwt[crypto]>=2", []),
        ("pyjwt[crypto,tests]>=2", ["pyjwt[tests] for pygithub"]),
        ("coverage[toml]; sys_platform == 'win32'", ["coverage[toml] for pygithub"]),
        ("coverage[toml]; python_version < '3.11'", []),
        ("coverage[toml]; extra == 'integrations'", ["coverage[toml] for pygithub"]),
        ("coverage[toml]; extra == 'docs'", []),
        ("unknown[extra]", ["unknown[extra] for pygithub"]),
    ],
)
def test_an_extra_counts_if_anybody_gets_it(asked: str, found: list[str]) -> None:
    needs = {"pygithub": [asked]}
    assert list(unnamed_extras(pins(LOCK), lambda name: needs.get(name, []))) == found


def test_what_is_pinned_for_other_machines_only_is_not_looked_into() -> None:
    installed: dict[str, list[str]] = {
        "coverage": [],
        "pyjwt": [],
        "pytest-cov": [],
        "pygithub": [],
    }
    assert list(unnamed_extras(pins(LOCK), installed.__getitem__)) == []


def group(name: str) -> Iterator[Requirement]:
    """What a dependency group of pyproject.toml asks for, with the groups that it includes."""
    for each in PROJECT["dependency-groups"][name]:
        if isinstance(each, str):
            yield Requirement(each)
        else:
            yield from group(each["include-group"])


def direct_dependencies(lock: str) -> list[Requirement]:
    """What pyproject.toml asks of ``lock``."""
    shipped = [Requirement(each) for each in PROJECT["project"]["dependencies"]]
    return {
        "requirements.txt": shipped,
        "requirements-build.txt": list(group("build")),
        "requirements-dev.txt": [*shipped, *group("dev")],
    }[lock]


@pytest.mark.parametrize("name", LOCKS)
def test_every_dependency_is_pinned_to_what_it_allows(name: str) -> None:
    pinned, allowed = locked(name), versions(name)
    asked = direct_dependencies(name)
    assert [each.name for each in asked if allowed[each.name] not in each.specifier] == []
    assert [each.name for each in asked if not each.extras <= pinned[each.name].extras] == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_what_was_asked_for_by_name(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    direct = r"(?ms)^([a-z0-9-]+)(?:(?!^[a-z]).)*?chatops \(pyproject"
    pinned = re.findall(direct, text)
    assert sorted(pinned) == sorted({each.name for each in direct_dependencies(name)})


def test_the_build_backend_is_the_one_that_is_pinned() -> None:
    backend = [Requirement(each) for each in PROJECT["build-system"]["requires"]]
    assert backend == list(group("build"))


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-build.txt"])
def test_the_tests_run_with_what_is_shipped_and_built_with(name: str) -> None:
    installed, tested = versions(name), versions("requirements-dev.txt")
    assert {name: tested.get(name) for name in installed} == installed


def test_what_is_installed_together_is_pinned_to_the_same() -> None:
    shipped, build = versions("requirements.txt"), versions("requirements-build.txt")
    assert [name for name in shipped.keys() & build if shipped[name] != build[name]] == []


def test_what_is_shipped_needs_no_build_backend() -> None:
    assert {each.name for each in group("build")} & versions("requirements.txt").keys() == set()
