"""The names that the record has are those that git has, however a playbook wants them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatops.adapters.playbooks.folders import find_templates
from chatops.domain.hotfix.model import HotfixState
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.postmortem.facts import story_of
from tests.acceptance.hotfix_walk import Walk, open_walk
from tests.acceptance.reading import words_in

TAG = "release-1.2.4"


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    """The night of a playbook whose tags are not called after their version alone."""
    ours = tmp_path / "ours" / "priority"
    shutil.copytree(find_templates() / "priority", ours)
    file = ours / "playbook.yml"
    text = file.read_text("utf-8")
    assert 'tag: "v{version}"' in text
    file.write_text(text.replace('tag: "v{version}"', 'tag: "release-{version}"'), "utf-8")
    with open_walk(tmp_path, playbook=str(ours)) as walk:
        walk.shop.repository.bare.run("tag", "release-1.2.3", "main")
        assert walk.starts().ok
        yield walk


def test_the_tag_on_record_is_the_tag_that_git_has(walk: Walk) -> None:
    walk.goes_to(StepKind.MERGE, approvers=("lena", "priya"))
    assert walk.git("rev-parse", walk.hotfix.branch) == walk.hotfix.head
    walk.goes_to(None)
    walk.watches()
    assert walk.hotfix.state is HotfixState.DONE
    assert walk.git("rev-list", "-n", "1", TAG) == walk.hotfix.merged
    assert "v1.2.4" not in walk.git("tag").split()
    assert walk.hotfix.tag == TAG
    assert story_of(walk.hotfix, {}).tag == TAG
    said = [entry.text for entry in walk.timeline if "Tag the release" in entry.text]
    assert said == [f"Tag the release: {TAG} at {walk.hotfix.merged[:10]}"]
    [card] = [each for each in walk.room.messages if "Hotfix 1 · checkout" in words_in(each)]
    assert "v1.2.3 → v1.2.4" in words_in(card)
    assert any(f"{TAG} at {walk.hotfix.merged[:10]}" in said for said in walk.room.thread(card))
