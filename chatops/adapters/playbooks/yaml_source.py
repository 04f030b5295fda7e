"""Reads a playbook file as plain data, and tells what is wrong with it by line and field."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from chatops.domain.errors import UserError
from chatops.domain.text import closest_match


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookProblem:
    """One thing that is wrong, and what would be right."""

    file: Path
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}"
        return f"{place} {self.field}: {self.message}" if self.field else f"{place} {self.message}"


class BrokenPlaybook(UserError):
    """A playbook cannot be used as it is; ``problems`` holds everything that is wrong."""

    def __init__(self, problems: Sequence[PlaybookProblem]) -> None:
        self.problems = tuple(problems)
        lines = "\n".join(str(problem) for problem in self.problems)
        count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        super().__init__(f"The playbook has {count}:\n{lines}")


class UnknownPlaybook(UserError):
    """No playbook of that name is shipped, and no folder is there."""

    def __init__(self, asked: str, known: Sequence[str]) -> None:
        super().__init__(
            f"There is no playbook “{asked[:80]}”{near(asked, known)}. Name one of"
            f" {', '.join(known)}, or give the path of a folder with a playbook.yml in it."
        )


def near(word: str, known: Sequence[str]) -> str:
    """Point to what was probably meant, or to nothing.

    >>> near("severites", ["severities", "roles"])
    '; did you mean severities?'
    >>> near("zebra", ["severities", "roles"])
    ''
    """
    meant = closest_match(word, known)
    return f"; did you mean {meant}?" if meant else ""


#: Where a value stands: keys and indexes from the top of the file.
Place = tuple[str | int, ...]
Data = Mapping[str, "Data"] | tuple["Data", ...] | str | int | float | bool | None

_LARGEST_FILE = 1_000_000
_MOST_VALUES = 20_000
_YAML = "tag:yaml.org,2002:"
_TAGS = {_YAML + kind for kind in ("map", "seq", "str", "bool", "null", "int", "float")}
_ADVICE = "look for a wrong indent, or put texts that contain : # ? [ { or quotes in quotes"


class PlainLoader(yaml.SafeLoader):
    """YAML in which little is guessed: 18:00 and “no” stay words."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own way


for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("null", r"null|~|", "n~"),
    ("int", r"-?(?:0|[1-9][0-9]{0,15})", "-0123456789"),
    ("float", r"-?[0-9]{1,15}\.[0-9]{1,15}", "-0123456789"),
):
    PlainLoader.add_implicit_resolver(
        f"{_YAML}{_tag}", re.compile(f"(?:{_pattern})$"), [*_first, ""]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlDocument:
    """What stands in a file, and on which line."""

    file: Path
    data: Mapping[str, Data]
    lines: Mapping[Place, int]

    def line(self, place: Place) -> int:
        """The line of a place, or of the nearest place around it."""
        while place not in self.lines and place:
            place = place[:-1]
        return self.lines.get(place, 1)

    def problem(self, place: Place, message: str) -> PlaybookProblem:
        return PlaybookProblem(
            file=self.file, line=self.line(place), field=written(place), message=message
        )


def written(place: Place) -> str:
    """Write a place down as people would.

    >>> written(("severities", 0, "key"))
    'severities[0].key'
    """
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    return text.removeprefix(".")


def read(file: Path) -> YamlDocument:
    """Read ``file``.

    Raises:
        BrokenPlaybook: it is not there, not text, not YAML, or not a list of fields.
    """
    try:
        if file.stat().st_size > _LARGEST_FILE:
            raise _broken(file, 1, "is larger than 1 MB; a playbook is a few hundred lines")
        return _Reader(file).document(_compose(file))
    except FileNotFoundError as error:
        raise _broken(file, 1, "is not there; a playbook is a folder with this file") from error
    except (OSError, UnicodeDecodeError) as error:
        raise _broken(file, 1, f"cannot be read: {error}") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise _broken(
            file, line, f"is not YAML: {error.problem or error.context}; {_ADVICE}"
        ) from error
    except yaml.YAMLError as error:
        raise _broken(file, 1, f"is not YAML: {error}") from error
    except RecursionError as error:
        raise _broken(file, 1, "is nested too deeply") from error


def _compose(file: Path) -> yaml.Node | None:
    return yaml.compose(file.read_text(encoding="utf-8"), PlainLoader)


def _broken(file: Path, line: int, message: str) -> BrokenPlaybook:
    return BrokenPlaybook([PlaybookProblem(file=file, line=line, field="", message=message)])


def _scalar(node: yaml.Node) -> Data:
    text = str(node.value)
    match node.tag.removeprefix(_YAML):
        case "bool":
            return text == "true"
        case "null":
            return None
        case "int":
            return int(text)
        case "float":
            return float(text)
        case _:
            return text


class _Reader:
    """Turns YAML's nodes into data, collecting lines and doubled keys on the way."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lines: dict[Place, int] = {}
        self._problems: list[PlaybookProblem] = []

    def document(self, node: yaml.Node | None) -> YamlDocument:
        if not isinstance(node, yaml.MappingNode):
            raise _broken(self._file, 1, "is not a list of fields, such as “title: …”")
        data = self._mapping(node, ())
        if self._problems:
            raise BrokenPlaybook(self._problems)
        return YamlDocument(file=self._file, data=data, lines=self._lines)

    def _value(self, node: yaml.Node, place: Place) -> Data:
        self._note(node, place)
        if node.tag not in _TAGS:
            self._trouble(node.start_mark.line + 1, place, f"the tag {node.tag} is not known here")
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return tuple(
                self._value(item, (*place, index)) for index, item in enumerate(node.value)
            )
        try:
            return _scalar(node)
        except ValueError:
            self._trouble(node.start_mark.line + 1, place, f"must be a number, not “{node.value}”")
            return None

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Data]:
        data: dict[str, Data] = {}
        for key, value in self._pairs(node, place):
            data[key] = self._value(value, (*place, key))
        return data

    def _pairs(self, node: yaml.MappingNode, place: Place) -> Iterator[tuple[str, yaml.Node]]:
        seen: dict[str, int] = {}
        for key_node, value in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self._trouble(line, place, "a field's name must be one word")
                continue
            key = str(key_node.value)
            if key in seen:
                message = f"stands here for the second time; the first is on line {seen[key]}"
                self._trouble(line, (*place, key), message)
                continue
            seen[key] = line
            yield key, value
            self._lines[(*place, key)] = line

    def _note(self, node: yaml.Node, place: Place) -> None:
        self._lines[place] = node.start_mark.line + 1
        if len(self._lines) > _MOST_VALUES:
            raise _broken(self._file, 1, f"holds more than {_MOST_VALUES} values")

    def _trouble(self, line: int, place: Place, message: str) -> None:
        self._problems.append(
            PlaybookProblem(file=self._file, line=line, field=written(place), message=message)
        )
