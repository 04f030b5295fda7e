import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from chatops.adapters.playbooks.folders import find_templates
from tests.acceptance.stage import START, Actor, Stage, open_stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a shipped playbook promises and says of its worst severity."""

    playbook: str
    worst: str
    channel: str
    every: int
    less: str
    #: Minutes between updates after the severity went down; none are promised without.
    then: int | None
    alert: tuple[str, ...]
    update: str
    resolved: str


POLICIES = (
    Policy(
        playbook="ticketed",
        worst="Emergency",
        channel="inc-2026-001-checkout-is-down",
        every=30,
        less="Normal",
        then=None,
        alert=("🔴 *Emergency: checkout is down*",),
        update="*Fixing:*",
        resolved="✅ *Resolved after",
    ),
    Policy(
        playbook="versioned",
        worst="CRITICAL",
        channel="inc-2026-001-checkout-is-down",
        every=30,
        less="HIGH",
        then=120,
        alert=(
            "🚨 *PRODUCTION INCIDENT - CRITICAL: checkout is down*",
            "*ETA:* by 2026-03-02 16:00",
        ),
        update="*Fixing:*",
        resolved="✅ *Resolved after",
    ),
    Policy(
        playbook="preview",
        worst="Critical",
        channel="inc-2026-001-checkout-is-down",
        every=15,
        less="High",
        then=30,
        alert=("🔥 *Critical: checkout is down*", "The Tech Lead confirms the severity."),
        update="*Fixing:*",
        resolved="✅ *Resolved after",
    ),
    Policy(
        playbook="increment",
        worst="SEV1",
        channel="inc-2026-001-checkout-is-down",
        every=15,
        less="SEV2",
        then=30,
        alert=("🚨 *SEV1 System down: checkout is down*", "*Hypothesis:* none yet"),
        update="*Fixing:*",
        resolved="✅ *Resolved after",
    ),
    Policy(
        playbook="priority",
        worst="P0",
        channel="incident-2026-001",
        every=15,
        less="P1",
        then=30,
        alert=("🚨 *CRITICAL INCIDENT - Production Down: checkout is down*",),
        update="⚠️ *Issue Update - checkout is down*",
        resolved="✅ *RESOLVED - ",
    ),
)


def clock_at(moment: datetime) -> str:
    return f"{moment:%H:%M} UTC"


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.playbook)
def test_each_shipped_playbook_carries_an_incident_from_declaration_to_resolution(
    tmp_path: Path, policy: Policy
) -> None:
    with open_stage(tmp_path, playbook=policy.playbook) as stage:
        sam, public = stage.actor("sam"), stage.room("status-updates")
        every = timedelta(minutes=policy.every)
        sam.types(f"/incident declare {policy.worst} checkout is down")
        room = stage.incident_room
        assert room.name == policy.channel
        assert stage.room("incidents").shows(*policy.alert)
        assert clock_at(START + every) in room.board

        stage.advance(minutes=policy.every - 5)
        assert room.shows("⏰", f"a word by {clock_at(START + every)}")
        stage.advance(minutes=5)
        assert room.shows("Nobody wrote an update", clock_at(START + 2 * every))
        assert f"Next word by {clock_at(START + 2 * every)}" in public.all[0]

        sam.clicks("Write update", room)
        assert policy.worst in sam.reads_modal
        sam.submits({
            "For stakeholders": "We know why.",
            "For responders": "pool exhausted",
            "Where does it stand?": "fixing",
        })  # fmt: skip
        assert room.shows(policy.update, "pool exhausted")
        assert public.shows("We know why.", f"Next word by {clock_at(START + 2 * every)}")

        sam.types(f"/incident severity {policy.less} only some customers", room)
        assert room.shows("⬇️", policy.less, policy.worst, "only some customers", then(policy))

        sam.types("/incident resolve restarted the pool", room)
        sam.submits({})
        assert room.shows(policy.resolved, f"{policy.every} min", "restarted the pool")
        said = len(room.messages)
        stage.advance(hours=5)
        assert len(room.messages) == said


def then(policy: Policy) -> str:
    if policy.then is None:
        return "No regular updates are promised any more."
    return f"Updates every {policy.then // 60} h" if policy.then >= 60 else f"{policy.then} min"


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """A copy of a shipped playbook with another cadence and a text of its own."""
    folder = tmp_path / "playbooks" / "ours"
    shutil.copytree(find_templates() / "priority", folder)
    policy = folder / "playbook.yml"
    text = policy.read_text(encoding="utf-8")
    policy.write_text(text.replace("update_every: 15 min", "update_every: 20 min", 1), "utf-8")
    (folder / "update.j2").write_text("*Ahoy:* {{ update.technical|passage }}\n", "utf-8")
    return folder


@pytest.fixture
def stage(tmp_path: Path, ours: Path) -> Iterator[Stage]:
    with open_stage(tmp_path, playbook=str(ours)) as opened:
        yield opened


def gives_word(sam: Actor, stage: Stage) -> None:
    sam.clicks("Write update", stage.incident_room)
    assert sam.submits({"For stakeholders": "We know why.", "For responders": "The pool."}).ok


def test_a_copied_and_edited_playbook_is_the_policy(stage: Stage, sam: Actor) -> None:
    sam.types("/incident declare")
    assert "updates every 20 min" in sam.reads_modal
    sam.submits({"What is broken?": "Checkout is down", "How bad is it?": "P0"})
    assert "14:20 UTC" in stage.incident_room.board
    gives_word(sam, stage)
    assert stage.incident_room.shows("*Ahoy:* The pool.")


def test_renaming_the_folder_breaks_no_open_incident(stage: Stage, sam: Actor, ours: Path) -> None:
    sam.types("/incident declare P0 checkout is down")
    ours.rename(ours.with_name("theirs"))

    stage.advance(minutes=20)
    gives_word(sam, stage)
    sam.types("/incident declare P1 search is slow")

    first, second = stage.room("incident-2026-001"), stage.room("incident-2026-002")
    assert first.shows("Nobody wrote an update", "14:40 UTC")
    assert first.shows("*Ahoy:* The pool.")
    assert "P1 High" in second.board


def test_an_incident_goes_on_under_its_own_policy_when_the_bot_starts_with_another(
    tmp_path: Path, ours: Path
) -> None:
    with open_stage(tmp_path, playbook=str(ours)) as before:
        before.actor("sam").types("/incident declare P0 checkout is down")
    shutil.rmtree(ours)
    with open_stage(tmp_path, playbook="increment") as after:
        sam = after.actor("sam")
        sam.types("/incident list")
        sam.hears("INC-2026-001", "P0")
        sam.types("/incident severity INC-2026-001 P1 only some customers")
        sam.hears("INC-2026-001 is P1 High now")
        sam.types("/incident declare SEV1 search is down")
        assert "SEV1 System down" in after.room("inc-2026-002-search-is-down").board
