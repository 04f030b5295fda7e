"""A playbook is found by name among the shipped ones, or by the path of a copy."""

from pathlib import Path
from shutil import copytree

import pytest

from chatops.adapters.playbooks.folders import find_templates, resolve, shipped, templates_of
from chatops.adapters.playbooks.repository import PlaybookRepository
from chatops.adapters.playbooks.yaml_source import UnknownPlaybook
from tests.playbooks.scene import NAMES


def test_five_playbooks_are_shipped() -> None:
    assert shipped(find_templates()) == NAMES


def test_a_name_finds_a_shipped_playbook() -> None:
    assert resolve("ticketed") == find_templates() / "ticketed"


def test_a_relative_path_is_looked_for_beside_the_file_that_names_it(tmp_path: Path) -> None:
    copytree(find_templates() / "priority", tmp_path / "playbooks" / "ours")

    found = resolve("playbooks/ours", near=tmp_path / "chatops.yml")

    assert found == (tmp_path / "playbooks" / "ours").resolve()


def test_a_copy_wins_over_a_shipped_playbook_of_its_name(tmp_path: Path) -> None:
    copytree(find_templates() / "priority", tmp_path / "priority")

    assert resolve("priority", near=tmp_path / "chatops.yml").is_relative_to(tmp_path)


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("prority", "did you mean priority?"),
        ("/nowhere/at/all", "or give the path of a folder with a playbook.yml"),
        ("_base", "Name one of increment, preview, priority, ticketed, versioned"),
        ("", "Name one of"),
        ("x" * 5000, "Name one of"),
        ("\0", "Name one of"),
        ("~nobody-of-that-name", "Name one of"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(asked: str, hint: str, tmp_path: Path) -> None:
    with pytest.raises(UnknownPlaybook) as unknown:
        resolve(asked, near=tmp_path / "chatops.yml")
    assert hint in str(unknown.value)
    assert len(str(unknown.value)) < 400


def test_the_installed_package_brings_its_templates_and_a_checkout_has_them_beside_it(
    tmp_path: Path,
) -> None:
    package = tmp_path / "chatops"
    (package / "_templates").mkdir(parents=True)

    assert templates_of(package) == package / "_templates"
    assert templates_of(tmp_path / "checkout" / "chatops") == tmp_path / "checkout" / "templates"


def test_a_copied_shelf_may_bring_its_own_shared_texts(tmp_path: Path) -> None:
    copytree(find_templates() / "preview", tmp_path / "ours")
    (tmp_path / "_base").mkdir()
    (tmp_path / "_base" / "update.j2").write_text("Shared by us")

    texts = PlaybookRepository(tmp_path / "ours").current().texts

    assert texts["update"] == "Shared by us"
    assert "holding" in texts
