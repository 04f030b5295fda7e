"""The doctor on Slack: tokens, scopes, channels and people, asked of a real double."""

import shutil

import pytest

from chatops.adapters.playbooks.folders import find_templates
from chatops.adapters.slack.api.people import Account
from chatops.doctor.finding import FindingLevel
from chatops.doctor.workspace import scopes
from chatops.playground.slack.faults import Outage
from tests.doctor.conftest import Patient


def test_a_wrong_token_is_found(patient: Patient) -> None:
    patient.environ["SLACK_BOT_TOKEN"] = "xoxp-somebody"
    (found,) = patient.workspace()
    assert found.startswith("token: Slack does not accept the bot's token; check SLACK_BOT_TOKEN")
    assert any("does not start with xoxb-" in each for each in patient.workspace(FindingLevel.LOOK))


@pytest.mark.parametrize("outage", Outage)
def test_a_slack_that_is_down_is_one_finding(patient: Patient, outage: Outage) -> None:
    patient.slack.faults.go_down(outage)
    (found,) = patient.workspace()
    assert found.startswith("token: Slack ")


def test_a_token_for_sockets_is_tried(patient: Patient) -> None:
    patient.environ["SLACK_APP_TOKEN"] = patient.slack.installation.app_token
    assert "socket: Slack offers a socket" in patient.workspace(FindingLevel.FINE)
    patient.environ["SLACK_APP_TOKEN"] = "xapp-other"
    (found,) = patient.workspace()
    assert found.startswith("socket: SLACK_APP_TOKEN opens no socket")


def test_a_missing_and_a_needless_scope_are_found(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    granted = patient.slack.installation.scopes - {"pins:write"} | {"dnd:read"}
    changed = type(patient.slack.installation)(scopes=granted)
    monkeypatch.setattr(patient.slack.api, "_installation", changed)
    assert patient.workspace() == ["scopes: not granted: pins:write"]
    assert "scopes: granted and not needed: dnd:read" in patient.workspace(FindingLevel.LOOK)


def test_a_channel_that_the_bot_is_not_in_is_found(patient: Patient) -> None:
    patient.change_config("status-updates", "general")
    assert patient.workspace() == [
        "channels: the bot is not in general (stakeholders), or there is no such channel"
    ]


def test_a_digests_channel_that_the_bot_is_not_in_is_found(patient: Patient) -> None:
    folder = patient.config.parent / "ours"
    shutil.copytree(find_templates() / "priority", folder)
    policy = (folder / "playbook.yml").read_text(encoding="utf-8")
    policy = policy.replace("channel: alerts, covers", "channel: morning, covers")
    (folder / "playbook.yml").write_text(policy, encoding="utf-8")
    patient.change_config("channels:", "playbook: ./ours\nchannels:")
    assert (
        "channels: the bot is not in morning (daily digest), or there is no such channel"
        in patient.finds()
    )


def test_somebody_who_has_left_is_found(patient: Patient) -> None:
    patient.deactivate("noah")
    assert patient.workspace() == [
        f"people: {patient.person('noah')} (product_manager) is deactivated"
    ]


def test_somebody_who_never_was_is_found(patient: Patient) -> None:
    patient.change_config(f"executives: [{patient.person('priya')}]", "executives: [U0NOBODY]")
    assert patient.workspace() == ["people: U0NOBODY (executives) is nobody in this workspace"]


def test_a_group_that_is_not_there_is_found(patient: Patient) -> None:
    (group, *_) = patient.slack.workspace.people_store.groups
    patient.change_config(group.id, "S0NOBODY")
    (found,) = patient.workspace()
    assert found.startswith("people: S0NOBODY (oncall) is refused")


def test_a_token_of_the_wrong_kind_for_sockets_is_worth_a_look(patient: Patient) -> None:
    patient.environ["SLACK_APP_TOKEN"] = "xoxb-again"
    looks = patient.workspace(FindingLevel.LOOK)
    assert "token: SLACK_APP_TOKEN does not start with xapp-, as an app-level token does" in looks


@pytest.mark.parametrize(
    ("method", "finding"),
    [
        ("apps.connections.open", "socket: Slack did not answer"),
        ("users.conversations", "channels: Slack did not answer"),
        ("users.info", "people: "),
    ],
)
def test_an_answer_that_never_comes_is_a_finding(
    patient: Patient, method: str, finding: str
) -> None:
    patient.environ["SLACK_APP_TOKEN"] = patient.slack.installation.app_token
    patient.slack.faults.drop_reply(method)
    (found,) = patient.workspace()
    assert found.startswith(finding)
    assert "Slack did not answer" in found


def test_a_slack_that_does_not_tell_its_scopes_is_worth_a_look() -> None:
    account = Account(user="U1", team="T1", scopes=frozenset())
    assert [each.words for each in scopes(account)] == ["Slack did not say what it granted"]


def test_an_empty_group_is_found(patient: Patient) -> None:
    empty = patient.slack.workspace.people_store.add_group(handle="none", name="None", members=())
    (group, *_) = patient.slack.workspace.people_store.groups
    patient.change_config(group.id, empty.id)
    assert patient.workspace() == [f"people: {empty.id} (oncall) is an empty user group"]
