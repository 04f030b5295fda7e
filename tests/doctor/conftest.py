"""A workspace with the app installed, and a team that fits it."""

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chatops.adapters.storage.engines import open_engine
from chatops.adapters.storage.migrate import upgrade
from chatops.clock import FrozenClock, MovableClock
from chatops.config import read_team
from chatops.doctor.examination import findings_in
from chatops.doctor.files import data_folder, database
from chatops.doctor.finding import Finding, FindingLevel
from chatops.doctor.workspace import workspace
from chatops.manifest import manifest
from chatops.playground.slack.double import Slack, SlackServer
from chatops.playground.slack.installation import from_manifest
from chatops.playground.workspace.seed import seeded
from chatops.settings import read_settings

CLOCK = MovableClock(FrozenClock(datetime(2026, 11, 21, 3, tzinfo=UTC)))
CONFIG = """
channels: {{stakeholders: status-updates, alerts: {alerts}}}
audiences:
  oncall: [{group}]
  engineering_lead: [{lena}]
  on_call_manager: [{lena}]
  product_manager: [{noah}]
  executives: [{priya}]
  engineering_team: [{lena}]
  stakeholders: [{noah}]
"""


@dataclass(slots=True)
class Patient:
    """A bot's environment and its Slack; ``finds`` asks the doctor."""

    slack: Slack
    environ: dict[str, str]
    config: Path

    def finds(self, state: FindingLevel = FindingLevel.WRONG) -> list[str]:
        return said(findings_in(self.environ, clock=CLOCK), state)

    def storage(self, state: FindingLevel = FindingLevel.WRONG) -> list[str]:
        settings = read_settings(self.environ)
        return said([*data_folder(settings), *database(settings)], state)

    def workspace(self, state: FindingLevel = FindingLevel.WRONG) -> list[str]:
        access = read_settings(self.environ).slack()
        return said(workspace(access, read_team(self.config), CLOCK), state)

    def migrate(self) -> str:
        url = read_settings(self.environ).database
        engine = open_engine(url)
        upgrade(engine)
        engine.dispose()
        return url

    def person(self, handle: str) -> str:
        found = self.slack.workspace.people_store.handled(handle)
        assert found is not None
        return found.id

    def change_config(self, old: str, new: str) -> None:
        text = self.config.read_text(encoding="utf-8")
        assert old in text
        self.config.write_text(text.replace(old, new), encoding="utf-8")

    def deactivate(self, handle: str) -> None:
        roster = self.slack.workspace.people_store
        person = roster.person(self.person(handle))
        roster.replace(dataclasses.replace(person, deleted=True))


def said(findings: Iterable[Finding], state: FindingLevel) -> list[str]:
    return [f"{each.name}: {each.words}" for each in findings if each.state is state]


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def patient(tmp_path: Path) -> Iterator[Patient]:
    slack = Slack(seeded(CLOCK), from_manifest(manifest(socket_mode=True)))
    with SlackServer(slack) as server:
        config = tmp_path / "chatops.yml"
        environ = {
            "CHATOPS_CONFIG": str(config),
            "CHATOPS_DATA_DIR": str(tmp_path / "data"),
            "SLACK_API_URL": server.api_url,
            "SLACK_BOT_TOKEN": slack.installation.bot_token,
            "SLACK_SIGNING_SECRET": slack.installation.signing_secret,
        }
        patient = Patient(slack=slack, environ=environ, config=config)
        incidents = slack.workspace.channel_named("incidents").id
        (group, *_) = slack.workspace.people_store.groups
        people = {handle: patient.person(handle) for handle in ("lena", "noah", "priya")}
        config.write_text(CONFIG.format(alerts=incidents, group=group.id, **people))
        yield patient
