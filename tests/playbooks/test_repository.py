"""A playbook is loaded once, and an incident keeps the one it was declared under."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from shutil import copytree, rmtree
from typing import Any

import pytest

from chatops.adapters.playbooks.filters import ReadableNames
from chatops.adapters.playbooks.folders import find_templates, resolve
from chatops.adapters.playbooks.repository import PlaybookRepository
from chatops.adapters.playbooks.yaml_source import BrokenPlaybook
from chatops.domain.messages.templates import OutputFormat
from tests.playbooks.scene import INCIDENT, NOW


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "ours"
    copytree(find_templates() / "priority", copy)
    return copy


def announce(shelf: PlaybookRepository, **changes: Any) -> str:
    snapshot = shelf.current()
    severity = shelf.revive(snapshot).severity("P0")
    return shelf.say(
        snapshot,
        "announcement",
        output=OutputFormat.SLACK,
        facts={"incident": replace(INCIDENT, **changes), "severity": severity, "now": NOW},
    )


def test_a_shipped_playbook_speaks() -> None:
    assert announce(PlaybookRepository(resolve("priority"))).splitlines() == [
        "🔴 *Checkout is down* · Investigating",
        "We are finding out who is affected.",
        "P0 Critical · INC-2026-014 · since <!date^1795271400^{time}|14:30 UTC> · led by <@U0ANA>",
        "Next word by <!date^1795273500^{time}|15:05 UTC>.",
    ]


def test_a_copied_folder_without_a_text_takes_the_shared_one(folder: Path) -> None:
    assert announce(PlaybookRepository(folder)) == announce(PlaybookRepository(resolve("priority")))


def test_an_old_snapshot_speaks_after_its_folder_is_gone(folder: Path) -> None:
    (folder / "announcement.j2").write_text("Ours: {{ incident.title }}")
    old = PlaybookRepository(folder).current()
    rmtree(folder)
    shelf = PlaybookRepository(resolve("priority"))

    said = shelf.say(old, "announcement", output=OutputFormat.PLAIN, facts={"incident": INCIDENT})

    assert said == "Ours: Checkout is down"
    assert shelf.revive(old).name == "ours"


def test_a_snapshot_keeps_the_form_that_its_texts_extend(folder: Path) -> None:
    (folder / "_ours.j2").write_text("Dear all, {% block news %}{% endblock %}")
    (folder / "announcement.j2").write_text(
        '{% extends "_ours.j2" %}{% block news %}{{ incident.title }}{% endblock %}'
    )
    old = PlaybookRepository(folder).current()
    rmtree(folder)
    shelf = PlaybookRepository(resolve("priority"))

    said = shelf.say(old, "announcement", output=OutputFormat.PLAIN, facts={"incident": INCIDENT})

    assert said == "Dear all, Checkout is down"


def test_what_people_wrote_cannot_call_the_channel() -> None:
    said = announce(PlaybookRepository(resolve("priority")), title='<!channel> it\'s "down" & out')

    assert '*&lt;!channel&gt; it\'s "down" &amp; out*' in said


def test_the_public_word_on_a_private_incident_tells_only_the_next_time() -> None:
    said = announce(
        PlaybookRepository(resolve("priority")), private=True, title="Breach", impact="Keys leaked"
    )

    assert said.splitlines() == [
        "🔒 *The team is working on a restricted incident.*",
        "Next word by <!date^1795273500^{time}|15:05 UTC>.",
    ]


def test_a_snapshot_changes_with_every_word_and_with_nothing_else(folder: Path) -> None:
    first = PlaybookRepository(folder).current()
    again = PlaybookRepository(folder).current()
    (folder / "announcement.j2").write_text("Ours")
    reworded = PlaybookRepository(folder).current()

    assert first == again
    assert reworded.digest != first.digest


def test_two_folders_with_the_same_files_keep_their_own_names(folder: Path) -> None:
    theirs = folder.with_name("theirs")
    copytree(folder, theirs)
    named = [PlaybookRepository(each).current().name for each in (folder, theirs, folder)]
    assert named == ["ours", "theirs", "ours"]


def test_a_change_in_the_shared_texts_is_seen(folder: Path) -> None:
    shared = folder.with_name("_base")
    copytree(find_templates() / "_base", shared)
    before = PlaybookRepository(folder).current()
    (shared / "announcement.j2").write_text("Everybody's")
    after = PlaybookRepository(folder).current()
    assert after.texts["announcement"] == "Everybody's"
    assert after.digest != before.digest


def test_a_folder_is_read_again_only_when_asked(folder: Path) -> None:
    shelf = PlaybookRepository(folder)
    policy = folder / "playbook.yml"
    policy.write_text(policy.read_text().replace("update_every: 15 min", "update_every: 20 min"))

    before = shelf.revive(shelf.current()).severity("P0").update_every
    after = shelf.revive(shelf.reload()).severity("P0").update_every

    assert (before, after) == (timedelta(minutes=15), timedelta(minutes=20))


def test_a_folder_that_breaks_leaves_the_loaded_playbook_in_force(folder: Path) -> None:
    shelf = PlaybookRepository(folder)
    loaded = shelf.current()
    (folder / "playbook.yml").write_text("title: nothing else")

    with pytest.raises(BrokenPlaybook):
        shelf.reload()
    assert shelf.current() is loaded


def test_a_snapshot_with_fields_that_are_no_longer_known_still_revives() -> None:
    shelf = PlaybookRepository(resolve("priority"))
    snapshot = shelf.current()
    document = json.loads(snapshot.document)
    document["severities"][0]["smoke_signals"] = True
    old = replace(snapshot, digest="older", document=json.dumps(document))

    assert shelf.revive(old) == shelf.revive(snapshot)


def test_a_text_that_is_newer_than_the_snapshot_is_spoken_in_todays_words() -> None:
    shelf = PlaybookRepository(resolve("priority"))
    snapshot = shelf.current()
    older = {name: text for name, text in snapshot.texts.items() if name != "announcement"}
    old = replace(snapshot, digest="older", texts=older)

    said = shelf.say(
        old,
        "announcement",
        output=OutputFormat.PLAIN,
        facts={"incident": INCIDENT, "severity": shelf.revive(old).severity("P0"), "now": NOW},
    )

    assert said.startswith("🔴 *Checkout is down*")


def test_many_snapshots_are_revived_without_keeping_them_all() -> None:
    shelf = PlaybookRepository(resolve("priority"))
    first = shelf.current()

    revived = [shelf.revive(replace(first, digest=str(number))) for number in range(200)]

    assert len(set(map(id, revived))) == 200
    assert len(shelf._revived) == 64


def test_outside_slack_people_and_rooms_go_by_their_names() -> None:
    names = ReadableNames(
        person=lambda user: {"U0ANA": "Ana"}[user], room=lambda room: f"#{room.lower()}"
    )
    shelf = PlaybookRepository(resolve("priority"), names=names)
    severity = shelf.revive(shelf.current()).severity("P0")
    facts = {"incident": INCIDENT, "severity": severity, "now": NOW}

    said = shelf.say(shelf.current(), "initial_alert", output=OutputFormat.PLAIN, facts=facts)

    assert "*Incident Commander:* Ana" in said
    assert "*Incident Channel:* #c0inc" in said


def test_a_text_of_the_teams_own_that_fails_at_night_is_said_in_the_shipped_words(
    folder: Path,
) -> None:
    (folder / "announcement.j2").write_text("{{ incident.title.nothing }}")
    ours, shipped = PlaybookRepository(folder), PlaybookRepository(resolve("priority"))
    assert announce(ours) == announce(shipped)


def test_a_text_speaks_of_the_command_by_its_own_name() -> None:
    shelf = PlaybookRepository(resolve("priority"), command="/outage")
    facts = {"incidents": (), "left_out": 0, "now": NOW}
    said = shelf.say(shelf.current(), "open_incidents", output=OutputFormat.SLACK, facts=facts)
    assert "`/outage` and what is broken" in said
