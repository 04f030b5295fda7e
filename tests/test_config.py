"""`chatops.yml`: what it may say, and the words for what it may not."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops.adapters.playbooks.check import examine
from chatops.config import BrokenConfig, MissingConfig, read_team
from chatops.domain.team import Permission, Team, audiences

EXAMPLE = Path(__file__).parents[1] / "templates" / "chatops.example.yml"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "chatops.yml"


def refusal(file: Path, text: str) -> str:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BrokenConfig) as caught:
        read_team(file)
    return str(caught.value).removeprefix(f"{file}:")


def test_the_example_loads_and_shows_the_default_permissions() -> None:
    team = read_team(EXAMPLE)
    assert team.permissions == {each: each.default for each in Permission}
    assert team.channels.stakeholders == "status-updates"
    assert team.audiences["executives"] == ("U0CEO", "U0CTO")
    assert team.alerts.severity == {"critical": "P0", "error": "P1", "warning": "P2"}
    assert (team.incident_command, team.hotfix_command) == ("/incident", "/hotfix")


def test_the_example_names_everybody_whom_its_playbook_counts_on() -> None:
    team = read_team(EXAMPLE)
    plan = examine(EXAMPLE.parent / team.playbook).playbook
    assert plan
    assert audiences(plan) - set(team.audiences) == {"stakeholders"}
    assert team.channels.stakeholders


def test_the_example_maps_alerts_to_severities_that_its_playbook_has() -> None:
    team = read_team(EXAMPLE)
    plan = examine(EXAMPLE.parent / team.playbook).playbook
    assert plan
    known = {severity.key for severity in plan.severities}
    assert {*team.alerts.severity.values(), team.alerts.otherwise} <= known


def test_a_missing_file_means_the_defaults_where_it_is_optional(file: Path) -> None:
    assert read_team(file, optional=True) == Team()


def test_a_missing_file_that_was_asked_for_is_a_mistake(file: Path) -> None:
    with pytest.raises(MissingConfig, match=r"chatops\.example\.yml"):
        read_team(file)


@pytest.mark.parametrize("text", ["", "\n\n", "# playbook: priority\n  # more\n"])
def test_a_file_of_comments_means_the_defaults(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    assert read_team(file) == Team()


def test_a_channel_may_be_written_with_its_hash(file: Path) -> None:
    file.write_text('channels: {stakeholders: "#status-updates", alerts: C0123}', encoding="utf-8")
    channels = read_team(file).channels
    assert (channels.stakeholders, channels.alerts) == ("status-updates", "C0123")


def test_a_restricted_deed_leaves_the_others_as_they_are(file: Path) -> None:
    file.write_text("permissions:\n  close: [commander]\n", encoding="utf-8")
    team = read_team(file)
    assert team.allowed(Permission.CLOSE) == ("commander",)
    assert team.allowed(Permission.DECLARE) == ("anyone",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("playbok: priority", "1 playbok: is not a setting; did you mean playbook?"),
        ("channels:\n  stakeholder: x", "2 channels.stakeholder: is not a setting; did you mean"),
        ("channels:\n  alerts: Dev Alerts", "2 channels.alerts: “Dev Alerts” is neither"),
        ("channels:\n  alerts: #alerts", "2 channels.alerts: is empty: what follows a # is a comm"),
        ("channels: status", "1 channels: must be a list of fields"),
        ("audiences:\n  on_call:\n    - '@anna'", "3 audiences.on_call[0]: “@anna” is not an id"),
        ("audiences:\n  on_call: U1", "2 audiences.on_call: must be a list, also for one: [U1]"),
        ("audiences:\n  on_call: [5]", "2 audiences.on_call[0]: must be a text; write “5” in qu"),
        ("audiences: [U1]", "1 audiences: must be a list of fields"),
        ("permissions:\n  clsoe: [anyone]", "2 permissions.clsoe: is none of declare, update"),
        ("alerts:\n  severty: {}", "2 alerts.severty: is not a setting; did you mean severity?"),
        ("alerts:\n  severity: P0", "2 alerts.severity: must be a list of fields"),
        ("playbook: 5", "1 playbook: must be a text"),
        ("incident_command: incident", "1 incident_command: “incident” is not a slash command"),
        ("playbook: a\nplaybook: b", "2 playbook: stands here for the second time"),
        ("- playbook", "1 is not a list of fields"),
        ("playbook: [", "1 is not YAML"),
    ],
)
def test_a_refusal_names_line_and_field_and_what_would_be_right(
    file: Path, text: str, words: str
) -> None:
    assert refusal(file, text).startswith(words)


def test_everything_that_is_wrong_is_told_at_once_in_the_order_of_the_file(file: Path) -> None:
    text = refusal(file, "incident_command: x\nchannels: {alerts: A B}\naudiences: {a: [b]}")
    assert [line.rpartition("chatops.yml:")[2][0] for line in text.splitlines()] == ["1", "2", "3"]


def test_a_file_that_is_no_text_is_a_mistake_in_words(file: Path) -> None:
    file.write_bytes(b"\xff\xfe\x00playbook")
    with pytest.raises(BrokenConfig, match="cannot be read"):
        read_team(file)


def test_a_folder_in_place_of_the_file_is_a_mistake_in_words(tmp_path: Path) -> None:
    with pytest.raises(BrokenConfig, match="cannot be read"):
        read_team(tmp_path)


@given(
    st.dictionaries(
        st.sampled_from(["playbook", "channels", "audiences", "permissions", "services"]),
        st.sampled_from(["~", "x", "[]", "{}", "[{}]", "{x: y}", "{x: [~]}", "{close: {}}", "1"]),
    )
)
def test_any_shape_is_taken_or_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, content: dict[str, str]
) -> None:
    file = tmp_path_factory.mktemp("config") / "chatops.yml"
    file.write_text("\n".join(f"{key}: {value}" for key, value in content.items()))
    try:
        read_team(file)
    except BrokenConfig as error:
        told = str(error)
    else:
        told = "chatops.yml:1"
    assert "chatops.yml:" in told


def test_a_folder_of_drills_is_seen_from_the_file_that_names_it(tmp_path: Path) -> None:
    config = tmp_path / "chatops.yml"
    config.write_text("drills: {folder: ./drills}\n", encoding="utf-8")
    with pytest.raises(BrokenConfig, match="is no folder with scenarios"):
        read_team(config)
    (tmp_path / "drills").mkdir()
    assert read_team(config).drills.folder == str(tmp_path / "drills")


_SHOP = "services: {shop: {repository: https://github.com/acme/shop.git, forge: github}}\n"


def test_a_tracker_and_accounts_are_taken(file: Path) -> None:
    text = "git: {accounts: {U0ANA: ana-b}}\ntracker: {service: shop, labels: [incident]}\n"
    file.write_text(_SHOP + text, encoding="utf-8")
    team = read_team(file)
    assert team.tracker is not None
    assert (team.tracker.service, team.tracker.labels) == ("shop", ("incident",))
    assert team.git.accounts == {"U0ANA": "ana-b"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{_SHOP}tracker: {{service: shpo}}", "there is no service “shpo”; did you mean shop?"),
        ("services: [shop]\ntracker: {service: shop}", "shop is not on GitHub"),
        (f"{_SHOP}tracker: {{service: shop, labels: ['']}}", "a label has 1 to 50 characters"),
        ("git: {accounts: {ana: ana-b}}", "“ana” is not a person's id"),
        ("git: {accounts: {U0ANA: '@ana b'}}", "is no name on the forge"),
    ],
)
def test_a_tracker_that_cannot_be_used_is_refused(file: Path, text: str, words: str) -> None:
    assert words in refusal(file, text)
