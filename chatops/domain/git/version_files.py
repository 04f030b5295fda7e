"""Reads and raises the version in the files that hold it, leaving every other byte as it was."""

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, assert_never

from chatops.domain.errors import UserError
from chatops.domain.git.versions import Version

BUILD_PLACEHOLDER: Final = "{build}"
_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_TABLE = re.compile(r"\s*\[(?P<array>\[)?\s*(?P<name>[^\[\]]+?)\s*\]\]?\s*(?:#.*)?")
_TOML_VERSION = re.compile(r"""(\s*(?:version|"version"|'version')\s*=\s*)(["'])([^"']*)\2""")
_PACKAGE_BLOCK = re.compile(r"(?m)^\[\[package\]\]\s*$(?:\n(?!\[).*)*")
_TOML_VERSION_LINE = re.compile(r'(?m)^version = "([^"]*)"')
_PLAIN = re.compile(r"\ufeff?\s*v?(\S+)\s*")

Span = tuple[int, int]


class VersionedFileKind(StrEnum):
    """The kinds of files that the bot knows how to raise."""

    PACKAGE_JSON = "package.json"
    PACKAGE_LOCK = "package-lock.json"
    PYPROJECT = "pyproject.toml"
    CARGO = "Cargo.toml"
    TOML_LOCK = "Cargo.lock or uv.lock"
    PLAIN = "VERSION"
    BUILD = "build constant"
    CONSTANT = "constant"


_JSON_KEYS: Final[Mapping[VersionedFileKind, Sequence[tuple[str, ...]]]] = {
    VersionedFileKind.PACKAGE_JSON: [("version",)],
    VersionedFileKind.PACKAGE_LOCK: [("version",), ("packages", "", "version")],
}
_TOML_TABLES: Final[Mapping[VersionedFileKind, Sequence[str]]] = {
    VersionedFileKind.PYPROJECT: ["project", "tool.poetry"],
    VersionedFileKind.CARGO: ["package", "workspace.package"],
}
_COUNTERS: Final = frozenset({VersionedFileKind.BUILD, VersionedFileKind.CONSTANT})


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionedFile:
    """A file to raise.

    A build constant names the text around its digits, `build = '{build}'`; a constant is found by
    a regular expression whose one group is the digits. Of a TOML lock, ``pattern`` is the name of
    the package whose own version is meant.
    """

    path: str
    kind: VersionedFileKind
    pattern: str = ""


def unreadable_version_file(path: str, reason: str) -> UserError:
    """A version file that is missing, broken, or says no version where one is looked for."""
    return UserError(f"The version in {path} could not be raised: {reason}.")


def versions_disagree(found: Mapping[str, Version]) -> UserError:
    """The version files do not say the same."""
    said = ", ".join(f"{path} says {version}" for path, version in found.items())
    return UserError(f"The version files disagree: {said}. Settle them, then bump again.")


def current_version(files: Sequence[VersionedFile], contents: Mapping[str, str]) -> Version | None:
    """The version that all the files agree on; None if none of them holds one."""
    found: dict[str, Version] = {}
    for file in files:
        if file.kind not in _COUNTERS:
            text = _content(file, contents)
            found.update(_versions(file, text))
    if len(set(found.values())) > 1:
        raise versions_disagree(found)
    return next(iter(found.values()), None)


def raise_version(
    files: Sequence[VersionedFile], contents: Mapping[str, str], version: Version
) -> dict[str, str]:
    """The files with the version in them, and each build constant one higher."""
    raised: dict[str, str] = {}
    for file in files:
        text = raised.get(file.path) or _content(file, contents)
        if file.kind in _COUNTERS:
            raised[file.path] = _next_build(file, text)
        else:
            raised[file.path] = _replaced(text, _spans(file, text), str(version))
            _check(file, text, raised[file.path], version)
    return raised


def _content(file: VersionedFile, contents: Mapping[str, str]) -> str:
    if file.path not in contents:
        raise unreadable_version_file(file.path, "the file is not there")
    return contents[file.path]


def _versions(file: VersionedFile, text: str) -> Iterator[tuple[str, Version]]:
    for number, (start, end) in enumerate(_spans(file, text)):
        name = f"{file.path} (entry {number + 1})" if number else file.path
        yield name, Version.parse(text[start:end])


def _spans(file: VersionedFile, text: str) -> list[Span]:
    """Where the version stands in the text; at least once."""
    match file.kind:
        case VersionedFileKind.PACKAGE_JSON | VersionedFileKind.PACKAGE_LOCK:
            spans = _json_spans(file, text, _JSON_KEYS[file.kind])
        case VersionedFileKind.PYPROJECT | VersionedFileKind.CARGO:
            spans = _toml_spans(file, text, _TOML_TABLES[file.kind])
        case VersionedFileKind.TOML_LOCK:
            spans = _lock_spans(file, text)
        case VersionedFileKind.PLAIN:
            found = _PLAIN.fullmatch(text)
            spans = [found.span(1)] if found else []
        case VersionedFileKind.BUILD | VersionedFileKind.CONSTANT:
            spans = []
        case _ as never:
            assert_never(never)
    if not spans:
        raise unreadable_version_file(file.path, "it says no version where one is looked for")
    return spans


def _json_spans(file: VersionedFile, text: str, wanted: Sequence[tuple[str, ...]]) -> list[Span]:
    _parsed(file, json.loads, text.removeprefix("\ufeff"))
    return [span for path, span in _json_strings(text) if path in wanted]


def _json_strings(text: str) -> Iterator[tuple[tuple[str | None, ...], Span]]:
    """Each string value of valid JSON: the keys that lead to it (None for a list), and where."""
    keys: list[str | None] = []
    last = ""
    for found in _JSON_TOKEN.finditer(text):
        match found[0]:
            case "{" | "[":
                keys.append(None)
            case "}" | "]":
                keys.pop()
            case ":":
                keys[-1] = json.loads(last)
            case string if string[0] == '"' and last == ":":
                yield tuple(keys), (found.start() + 1, found.end() - 1)
        last = found[0]


def _toml_spans(file: VersionedFile, text: str, tables: Sequence[str]) -> list[Span]:
    """The version lines of the named tables; what only looks like one fails the check later."""
    _parsed(file, tomllib.loads, text.removeprefix("\ufeff"))
    spans = []
    table, at = "", 0
    for line in text.splitlines(keepends=True):
        if header := _TABLE.fullmatch(line.rstrip("\r\n")):
            table = "" if header["array"] else re.sub(r"\s*\.\s*", ".", header["name"])
        elif table in tables and (found := _TOML_VERSION.match(line)):
            spans.append((at + found.start(3), at + found.end(3)))
        at += len(line)
    return spans


def own_package(file: VersionedFile, text: str) -> str:
    """The name under which a TOML lock speaks of the package; empty if the file gives none."""
    parsed = _parsed(file, tomllib.loads, text.removeprefix("\ufeff"))
    tables = (parsed.get(name, {}) for name in ("package", "project"))
    names = [table["name"] for table in tables if isinstance(table.get("version"), str)]
    return str(next(iter(names), ""))


def is_locked(file: VersionedFile, text: str) -> bool:
    """Whether a TOML lock states the version of the package."""
    return bool(_lock_spans(file, text))


def _lock_spans(file: VersionedFile, text: str) -> list[Span]:
    """The version in each `[[package]]` of that name that comes from no registry."""
    _parsed(file, tomllib.loads, text.removeprefix("\ufeff"))
    spans = []
    for block in _PACKAGE_BLOCK.finditer(text):
        (entry,) = tomllib.loads(block[0])["package"]
        version = _TOML_VERSION_LINE.search(block[0])
        if version and _is_own(entry, file.pattern):
            spans.append((block.start() + version.start(1), block.start() + version.end(1)))
    return spans


def _is_own(entry: Mapping[str, Any], name: str) -> bool:
    source = entry.get("source", {})
    local = isinstance(source, dict) and not source.keys() - {"editable", "virtual", "directory"}
    return local and _plain_name(str(entry.get("name"))) == _plain_name(name)


def _plain_name(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _parsed(file: VersionedFile, parse: Callable[[str], Any], text: str) -> Any:
    try:
        return parse(text)
    except ValueError as error:
        raise unreadable_version_file(file.path, f"it is broken ({error})") from error


def _replaced(text: str, spans: Sequence[Span], new: str) -> str:
    for start, end in reversed(spans):
        text = text[:start] + new + text[end:]
    return text


def _check(file: VersionedFile, before: str, after: str, version: Version) -> None:
    """Read the result back: a version that only looked like one must not have been written."""
    if any(found != version for _, found in _versions(file, after)):
        raise unreadable_version_file(file.path, "it did not take the new version")
    if file.kind in {VersionedFileKind.PYPROJECT, VersionedFileKind.CARGO}:
        old, new = tomllib.loads(before), tomllib.loads(after)
        if _toml_version(old) == _toml_version(new):
            raise unreadable_version_file(file.path, "its version stands in a text, not in a table")


def _toml_version(parsed: Mapping[str, Any]) -> list[Any]:
    tables = [
        parsed.get("project", {}),
        parsed.get("tool", {}).get("poetry", {}),
        parsed.get("package", {}),
        parsed.get("workspace", {}).get("package", {}),
    ]
    return [table.get("version") for table in tables]


def _next_build(file: VersionedFile, text: str) -> str:
    found = list(_counter(file).finditer(text))
    if len(found) != 1:
        raise unreadable_version_file(
            file.path, f"“{file.pattern}” is there {len(found)} times, and once is needed"
        )
    start, end = found[0].span(1)
    if not re.fullmatch("[0-9]+", text[start:end]):
        raise unreadable_version_file(file.path, "its pattern does not lead to a number")
    return text[:start] + str(int(text[start:end]) + 1).zfill(end - start) + text[end:]


def _counter(file: VersionedFile) -> re.Pattern[str]:
    if file.kind is VersionedFileKind.CONSTANT:
        return re.compile(file.pattern)
    before, placeholder, after = file.pattern.partition(BUILD_PLACEHOLDER)
    if not placeholder:
        raise unreadable_version_file(file.path, f"its pattern lacks {BUILD_PLACEHOLDER}")
    return re.compile(re.escape(before) + r"(\d+)" + re.escape(after))
