"""A playbook file is read without guessing, and every value's line is known."""

from pathlib import Path

import pytest

from chatops.adapters.playbooks.yaml_source import BrokenPlaybook, YamlDocument, read


def document(folder: Path, text: str) -> YamlDocument:
    file = folder / "playbook.yml"
    file.write_text(text, encoding="utf-8")
    return read(file)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("18:00", "18:00"),
        ("1:30", "1:30"),
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("15 min", "15 min"),
        ("0183", "0183"),
        ("1_000", "1_000"),
        ("0x1f", "0x1f"),
        ("2026-11-21", "2026-11-21"),
        ("1e3", "1e3"),
        (".inf", ".inf"),
        ("'7'", "7"),
        ("7", 7),
        ("-7", -7),
        ("1.5", 1.5),
        ("9" * 5000, "9" * 5000),
        ("true", True),
        ("false", False),
        ("null", None),
        ("", None),
    ],
)
def test_a_value_is_what_it_looks_like(tmp_path: Path, written: str, value: object) -> None:
    found = document(tmp_path, f"field: {written}").data["field"]

    assert found == value
    assert type(found) is type(value)


def test_the_line_of_every_value_is_known(tmp_path: Path) -> None:
    text = "title: A\nlist:\n  - key: one\n    more: 1\n  - {key: two}\n"

    found = document(tmp_path, text)

    assert found.line(("title",)) == 1
    assert found.line(("list", 0, "more")) == 4
    assert found.line(("list", 1, "key")) == 5
    assert found.line(("list", 1, "missing", "deeper")) == 5
    assert found.line(("nowhere",)) == 1


def test_a_value_may_be_named_and_used_again(tmp_path: Path) -> None:
    found = document(tmp_path, "a: &who [oncall]\nb: *who\n")

    assert found.data["b"] == ("oncall",)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "for the second time; the first is on line 1"),
        ("a:\n  b: 1\n  b: 2\n", 3, "for the second time; the first is on line 2"),
        ("a: 1\n b: 2\n", 2, "is not YAML"),
        ("a: [1, 2\nb: 3\n", 2, "is not YAML"),
        ("a: {ask: What?}\n", 1, "put texts that contain : # ? [ { or quotes in quotes"),
        ("a: 1\nq: 'x\n", 3, "is not YAML"),
        ("a: !!int x\n", 1, "must be a number"),
        ("- a\n- b\n", 1, "is not a list of fields"),
        ("just words", 1, "is not a list of fields"),
        ("", 1, "is not a list of fields"),
        ("a: !!python/object/apply:os.system [ls]\n", 1, "is not known here"),
        ("a: !secret x\n", 1, "is not known here"),
        ("? [a, b]\n: c\n", 1, "must be one word"),
        ("a: &a [*a]\n", 1, "is nested too deeply"),
        ("[" * 5000, 1, "is n"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    with pytest.raises(BrokenPlaybook) as broken:
        document(tmp_path, text)
    problem = broken.value.problems[0]
    assert (problem.line, message in problem.message) == (line, True), problem.message


def test_a_file_that_multiplies_itself_is_refused(tmp_path: Path) -> None:
    layers = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    layers += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]

    with pytest.raises(BrokenPlaybook, match="more than 20000 values"):
        document(tmp_path, "\n".join(layers))


def test_a_missing_file_says_what_a_playbook_is(tmp_path: Path) -> None:
    with pytest.raises(BrokenPlaybook, match="a playbook is a folder with this file"):
        read(tmp_path / "playbook.yml")


def test_a_folder_in_the_files_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "playbook.yml").mkdir()

    with pytest.raises(BrokenPlaybook, match="cannot be read"):
        read(tmp_path / "playbook.yml")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "playbook.yml"
    file.write_bytes(b"title: \xff\xfe")

    with pytest.raises(BrokenPlaybook, match="cannot be read"):
        read(file)


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenPlaybook, match="larger than 1 MB"):
        document(tmp_path, "# " + "x" * 1_000_001)
