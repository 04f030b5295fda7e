"""The manifest: what Slack accepts, and exactly what the code needs."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from chatops.adapters.slack.api.scopes import bot_scopes
from chatops.adapters.slack.incoming.listeners import events, shortcuts
from chatops.commands.catalogue import HOTFIX, INCIDENT
from chatops.domain.team import Team
from chatops.manifest import as_yaml, main, manifest, needed_scopes

ROOT = Path(__file__).parents[1]
DATA = Path(__file__).with_name("data")
ADDRESSES = {
    "https://bot.example.com/slack/events",
    "https://bot.example.com/sign-in/callback",
}


@pytest.mark.parametrize("version", ["1.0.0", "2.0.0"])
@pytest.mark.parametrize("socket_mode", [True, False])
def test_slack_accepts_the_manifest(version: str, socket_mode: bool) -> None:
    schema = json.loads((DATA / f"slack_manifest.schema.{version}.json").read_text())
    jsonschema.validate(manifest(socket_mode=socket_mode), schema)


def test_the_schema_refuses_what_slack_refuses() -> None:
    schema = json.loads((DATA / "slack_manifest.schema.2.0.0.json").read_text())
    wrong = manifest(command="incident")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, schema)


def test_the_file_in_the_repository_is_the_generated_one() -> None:
    assert (ROOT / "manifest.yml").read_text(encoding="utf-8") == as_yaml(manifest())


def test_the_file_says_what_the_code_says() -> None:
    assert yaml.safe_load(as_yaml(manifest())) == manifest()


def test_every_method_event_and_command_has_its_scope_and_nothing_else_has_one() -> None:
    beyond_methods = set(needed_scopes()) - set(bot_scopes())
    assert set(bot_scopes()) <= set(needed_scopes())
    assert beyond_methods == {"commands", "links:read", "reactions:read"}


def test_every_event_that_is_asked_for_is_listened_to_and_no_other() -> None:
    asked_for = manifest()["settings"]["event_subscriptions"]["bot_events"]
    assert set(asked_for) == set(events.HANDLERS)


def test_every_shortcut_that_is_offered_is_listened_to_and_no_other() -> None:
    offered = {row["callback_id"] for row in manifest()["features"]["shortcuts"]}
    assert offered == set(shortcuts.HANDLERS)


def test_the_hints_name_commands_of_their_tables() -> None:
    rows = manifest()["features"]["slash_commands"]
    for row, table in zip(rows, (INCIDENT, HOTFIX), strict=True):
        assert row["command"] == table.command.name_in(Team())
        hinted = set(row["usage_hint"].strip("[] …").split(" | ")) - {"title"}
        assert hinted <= {command.words[0] for command in table.actions}


def test_over_http_slack_is_told_one_address() -> None:
    made = manifest(public_url="https://bot.example.com")
    assert addresses(made) == ADDRESSES
    assert made["settings"]["socket_mode_enabled"] is False


def test_over_a_socket_slack_is_told_no_address() -> None:
    made = manifest(socket_mode=True)
    assert addresses(made) == set()
    assert made["settings"]["socket_mode_enabled"] is True


def test_another_slash_command_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--command", "/inc", "--hotfix", "/fix", "--socket"])
    made = yaml.safe_load(capsys.readouterr().out)
    assert [row["command"] for row in made["features"]["slash_commands"]] == ["/inc", "/fix"]


def test_the_bots_address_can_be_put_in(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--url", "https://bot.example.com"])
    assert addresses(yaml.safe_load(capsys.readouterr().out)) == ADDRESSES


def test_people_come_back_from_signing_in_to_where_the_pages_are() -> None:
    made = manifest(public_url="https://bot.example.com", socket_mode=True)
    assert addresses(made) == {"https://bot.example.com/sign-in/callback"}
    assert made["oauth_config"]["scopes"]["user"] == ["openid"]


def addresses(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set().union(*map(addresses, value.values())) if value else set()
    if isinstance(value, list):
        return set().union(*map(addresses, value)) if value else set()
    return {value} if isinstance(value, str) and value.startswith("http") else set()
