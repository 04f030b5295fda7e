"""Who asks, and of which workspace, in the odd shapes that Slack delivers."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from chatops.adapters.slack.payloads import who_handed_in, who_is_in, who_pressed, who_typed

NOW = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)
OURS, THEIRS = "T0OURS", "T0THEIRS"
STRANGER = {"id": "U0ANA", "team_id": THEIRS}


@pytest.mark.parametrize(
    "body",
    [
        {"team": {"id": OURS}, "user": STRANGER},
        {"team": None, "enterprise": {"id": "E1"}, "user": {"id": "U0ANA", "team_id": OURS}},
        {"team": None, "user": STRANGER, "view": {"team_id": OURS, "type": "home"}},
        {"team": {"id": THEIRS}, "user": STRANGER, "view": {"app_installed_team_id": OURS}},
    ],
)
def test_a_press_belongs_to_the_workspace_that_we_are_in(body: Mapping[str, Any]) -> None:
    assert who_pressed(body, NOW).team == OURS
    assert who_handed_in(body, NOW).team == OURS


def test_an_event_in_a_shared_channel_belongs_to_our_workspace() -> None:
    body = {"team_id": THEIRS, "event_id": "Ev1", "authorizations": [{"team_id": OURS}]}
    assert who_is_in(body, "U0ANA", "C0INC", NOW).team == OURS
    assert who_is_in({"team_id": OURS, "event_id": "Ev1"}, "U0ANA", "C0INC", NOW).team == OURS


def test_a_command_names_its_workspace() -> None:
    assert who_typed({"team_id": OURS, "user_id": "U0ANA"}, NOW).team == OURS
