"""Which version a hotfix gets, and that raising it changes nothing else in a file."""

import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops.domain.errors import UserError
from chatops.domain.git.version_files import (
    VersionedFile,
    VersionedFileKind,
    current_version,
    raise_version,
)
from chatops.domain.git.versions import (
    UnreadableVersion,
    Version,
    VersionIncrement,
    asked_version,
    next_version,
    versions_in_tags,
)

PACKAGE = VersionedFile(path="package.json", kind=VersionedFileKind.PACKAGE_JSON)
LOCK = VersionedFile(path="package-lock.json", kind=VersionedFileKind.PACKAGE_LOCK)
PYPROJECT = VersionedFile(path="pyproject.toml", kind=VersionedFileKind.PYPROJECT)
CARGO = VersionedFile(path="Cargo.toml", kind=VersionedFileKind.CARGO)
PLAIN = VersionedFile(path="VERSION", kind=VersionedFileKind.PLAIN)
BUILD = VersionedFile(
    path="src/utils/constants.ts", kind=VersionedFileKind.BUILD, pattern="build: '{build}'"
)
PACKAGE_TEXT = (
    '{\r\n\t"name" : "shop",\r\n\t"dependencies": {"version": "9.9.9", "x": "1.2.3"},\r\n'
    '\t"version":   "1.2.3", "list": [{"version": "0.0.1"}], "é\\"": "1.2.3"\r\n}'
)
LOCK_TEXT = (
    '{"name": "shop", "version": "1.2.3", "lockfileVersion": 3, "packages": {"": {"name": "shop",'
    ' "version": "1.2.3"}, "node_modules/x": {"version": "1.2.3"}}}\n'
)


def v(text: str) -> Version:
    return Version.parse(text)


def versions(*texts: str) -> list[Version]:
    return [v(text) for text in texts]


@pytest.mark.parametrize(
    ("in_files", "shipped", "expected"),
    [
        ("1.2.3", ["1.2.3", "1.2.2"], "1.2.4"),
        ("1.2.4", ["1.2.3"], "1.2.5"),
        ("1.2.3", ["1.2.5"], "1.2.6"),
        ("1.2.3", ["2.0.0", "1.3.0"], "1.2.4"),
        ("1.2.4-rc.1", ["1.2.3"], "1.2.4"),
        ("1.2", [], "1.2.1"),
        (None, ["1.2.3", "1.10.0", "1.9.9", "2.0.0-beta"], "1.10.1"),
    ],
)
def test_the_next_patch_stands_above_files_and_tags(
    in_files: str | None, shipped: list[str], expected: str
) -> None:
    planned = next_version(
        in_files=v(in_files) if in_files else None, shipped=versions(*shipped), taken=[]
    )
    assert str(planned.version) == expected
    assert planned.warnings == ()


def test_a_patch_that_is_tagged_elsewhere_is_passed_over() -> None:
    planned = next_version(in_files=v("1.2.3"), shipped=[], taken=versions("1.2.4", "1.2.5"))
    assert str(planned.version) == "1.2.6"


def test_a_minor_comes_with_a_warning_and_a_major_is_refused() -> None:
    planned = next_version(
        in_files=v("1.2.3"), shipped=[], taken=versions("1.3.0"), step=VersionIncrement.MINOR
    )
    assert str(planned.version) == "1.4.0"
    assert "nearly always takes the next patch" in planned.warnings[0]
    asked = asked_version(v("1.3.0"), in_files=v("1.2.3"), shipped=[], taken=[])
    assert asked.warnings
    with pytest.raises(UserError, match=r"The next patch is 1\.2\.4"):
        asked_version(v("2.0.0"), in_files=v("1.2.3"), shipped=[], taken=[])
    with pytest.raises(UserError, match=r"1\.2\.3 is not above 1\.2\.3"):
        asked_version(v("1.2.3"), in_files=v("1.2.3"), shipped=[], taken=[])
    with pytest.raises(UserError, match=r"is tagged already; a tag is never moved\."):
        asked_version(v("1.2.4"), in_files=v("1.2.3"), shipped=[], taken=versions("1.2.4"))


def test_without_files_and_tags_the_version_has_to_be_named() -> None:
    with pytest.raises(
        UserError, match="No version file and no version tag says what runs now: name"
    ):
        next_version(in_files=None, shipped=[], taken=[])


def test_tags_are_read_by_the_pattern_of_the_team() -> None:
    found = versions_in_tags(["shop-1.2.3-live", "v1.2.3", "shop-x-live"], "shop-{version}-live")
    assert {tag: str(version) for tag, version in found.items()} == {"shop-1.2.3-live": "1.2.3"}


@pytest.mark.parametrize("text", ["", "1", "1.2.3.4", "01.2.3", "v1.2.3", "1.2.x", "1.2.3 4"])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(UnreadableVersion):
        Version.parse(text)


def test_versions_stand_in_order() -> None:
    ordered = versions("1.2.3-rc.1", "1.2.3", "1.2.10", "1.10.0", "2.0.0")
    mixed = [ordered[at] for at in (3, 0, 4, 2, 1)]
    assert sorted(mixed) == ordered


def test_package_json_keeps_its_formatting_and_its_other_versions() -> None:
    raised = raise_version([PACKAGE], {"package.json": PACKAGE_TEXT}, v("1.2.4"))
    assert raised["package.json"] == PACKAGE_TEXT.replace('":   "1.2.3"', '":   "1.2.4"')


def test_a_lock_file_is_raised_at_both_of_its_places_and_nowhere_else() -> None:
    raised = raise_version([LOCK], {"package-lock.json": LOCK_TEXT}, v("1.2.4"))
    lock = json.loads(raised["package-lock.json"])
    assert lock["version"] == lock["packages"][""]["version"] == "1.2.4"
    assert lock["packages"]["node_modules/x"]["version"] == "1.2.3"
    listed = '{"version": "1.2.3", "packages": [{"version": "1.0.0"}]}'
    assert current_version([LOCK], {"package-lock.json": listed}) == v("1.2.3")


def test_pyproject_is_raised_in_its_own_table_only() -> None:
    text = (
        "[tool.x]\nversion = '1.2.3'\n[project] # here\nname = 'shop'\n"
        "version = \"1.2.3\"  # keep\n[[tool.y]]\nversion = '1.2.3'\n"
    )
    raised = raise_version([PYPROJECT], {"pyproject.toml": text}, v("1.2.4"))["pyproject.toml"]
    assert raised == text.replace('version = "1.2.3"  # keep', 'version = "1.2.4"  # keep')


def test_a_version_that_only_looks_like_one_is_not_taken_for_it() -> None:
    text = "[project]\nname = 'x'\ndescription = '''\nversion = \"1.2.3\"\n'''\n"
    with pytest.raises(UserError, match="not in a table"):
        raise_version([PYPROJECT], {"pyproject.toml": text}, v("1.2.4"))
    dynamic = "[project]\nname = 'x'\ndynamic = ['version']\n"
    with pytest.raises(UserError, match="says no version"):
        current_version([PYPROJECT], {"pyproject.toml": dynamic})


def test_cargo_takes_the_package_or_the_workspace() -> None:
    text = "[workspace.package]\nversion = '1.2.3'\n[dependencies]\nx = {version = '1.2.3'}\n"
    raised = raise_version([CARGO], {"Cargo.toml": text}, v("1.2.4"))["Cargo.toml"]
    parsed = tomllib.loads(raised)
    assert parsed["workspace"]["package"]["version"] == "1.2.4"
    assert parsed["dependencies"]["x"]["version"] == "1.2.3"


@pytest.mark.parametrize("text", ["1.2.3", "1.2.3\n", " v1.2.3\r\n", "\ufeff1.2.3\n"])
def test_a_version_file_keeps_what_stands_around_the_version(text: str) -> None:
    raised = raise_version([PLAIN], {"VERSION": text}, v("1.2.4"))
    assert raised["VERSION"] == text.replace("1.2.3", "1.2.4")
    assert current_version([PLAIN], raised) == v("1.2.4")


def test_a_build_constant_goes_up_by_one_and_keeps_its_zeros() -> None:
    text = "export const info = { build: '0183', other: '0183' };\n"
    raised = raise_version([BUILD], {BUILD.path: text}, v("1.2.4"))
    assert raised[BUILD.path] == text.replace("build: '0183'", "build: '0184'")
    over = raise_version([BUILD], {BUILD.path: "build: '99'"}, v("1.2.4"))
    assert over[BUILD.path] == "build: '100'"


@pytest.mark.parametrize(
    ("text", "pattern", "reason"),
    [
        ("nothing", "build: '{build}'", "there 0 times"),
        ("build: '1' build: '2'", "build: '{build}'", "there 2 times"),
        ("build: '1'", "build: 'x'", "lacks {build}"),
    ],
)
def test_a_build_constant_that_is_not_there_once_is_refused(
    text: str, pattern: str, reason: str
) -> None:
    file = VersionedFile(path="c.ts", kind=VersionedFileKind.BUILD, pattern=pattern)
    with pytest.raises(UserError, match=reason):
        raise_version([file], {"c.ts": text}, v("1.2.4"))


def test_several_files_go_up_together_and_a_file_may_hold_two_things() -> None:
    contents = {"package.json": PACKAGE_TEXT, "package-lock.json": LOCK_TEXT, "VERSION": "1.2.3\n"}
    files = [PACKAGE, LOCK, PLAIN]
    assert current_version(files, contents) == v("1.2.3")
    raised = raise_version(files, contents, v("1.2.4"))
    assert current_version(files, raised) == v("1.2.4")
    both = '{"version": "1.2.3", "build": "007"}'
    build = VersionedFile(
        path="package.json", kind=VersionedFileKind.BUILD, pattern='"build": "{build}"'
    )
    raised = raise_version([PACKAGE, build], {"package.json": both}, v("1.2.4"))
    assert raised["package.json"] == '{"version": "1.2.4", "build": "008"}'


def test_files_that_disagree_are_refused_with_what_each_says() -> None:
    with pytest.raises(UserError, match=r"package\.json says 1\.2\.3, VERSION says 1\.2\.9"):
        current_version([PACKAGE, PLAIN], {"package.json": PACKAGE_TEXT, "VERSION": "1.2.9"})
    torn = LOCK_TEXT.replace('"version": "1.2.3", "lock', '"version": "1.2.2", "lock')
    with pytest.raises(UserError, match="entry 2"):
        current_version([LOCK], {"package-lock.json": torn})


@pytest.mark.parametrize(
    ("file", "text", "reason"),
    [
        (PACKAGE, "{", "it is broken"),
        (PACKAGE, '{"name": "x"}', "says no version"),
        (PYPROJECT, "[project", "it is broken"),
        (PLAIN, "", "says no version"),
        (PLAIN, "one two", "says no version"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(file: VersionedFile, text: str, reason: str) -> None:
    with pytest.raises(UserError, match=reason):
        current_version([file], {file.path: text})


def test_a_missing_file_is_named_and_the_tag_alone_needs_none() -> None:
    with pytest.raises(UserError, match=r"package\.json.*not there"):
        current_version([PACKAGE], {})
    assert current_version([], {}) is None
    assert raise_version([], {}, v("1.2.4")) == {}


json_values = st.recursive(
    st.none() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=6) | st.just("version"), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.text(max_size=6), json_values, max_size=4), st.booleans())
def test_whatever_else_a_package_holds_only_its_version_changes(
    package: dict[str, object], indented: bool
) -> None:
    package["version"] = "1.2.3"
    text = json.dumps(package, indent=2 if indented else None)
    raised = raise_version([PACKAGE], {"package.json": text}, v("1.2.4"))["package.json"]
    assert json.loads(raised) == {**package, "version": "1.2.4"}
    assert len(raised) == len(text)
