"""The bot as a program of its own, started from its environment alone, beside Slack's double."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

import httpx
import yaml

from chatops.adapters.playbooks.folders import find_templates
from chatops.clock import SystemClock
from chatops.manifest import manifest
from chatops.playground.slack.double import Slack, SlackServer
from chatops.playground.slack.installation import from_manifest
from chatops.playground.workspace.seed import seeded
from tests.acceptance.town import Town
from tests.machine import PATIENCE

_GLANCE = 0.05
_LISTENING = re.compile(r"running on (http://127\.0\.0\.1:\d+)")


@dataclass
class Program:
    """One ``chatops serve`` at work."""

    process: subprocess.Popen[str]
    url: str = ""
    lines: list[str] = field(default_factory=list)
    _listening: Event = field(default_factory=Event)
    _ended: Event = field(default_factory=Event)

    def read(self) -> None:
        """Keep what it logs, until it ends."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line)
            if found := _LISTENING.search(line):
                self.url = found[1]
                self._listening.set()
        self._ended.set()
        self._listening.set()

    def wait_until_it_listens(self) -> None:
        assert self._listening.wait(PATIENCE)
        assert self.url, "".join(self.lines)

    def wait_until_it_is_ready(self) -> None:
        """The promises are first looked at within a second."""
        for _ in range(int(PATIENCE / _GLANCE)):
            if httpx.get(f"{self.url}/readyz").is_success:
                return
            assert not self._ended.wait(_GLANCE), self.log
        raise AssertionError(self.log)

    @property
    def log(self) -> str:
        return "".join(self.lines)

    def stop(self, by: signal.Signals = signal.SIGTERM) -> int:
        """Tell it to end; returns its exit code."""
        self.process.send_signal(by)
        return self.process.wait(PATIENCE)


@dataclass
class Served(Town):
    """A workspace, and a folder on a machine on which the bot can be started."""

    folder: Path
    api_url: str

    def until(self, condition: Callable[[], object], what: str) -> None:
        """Wait until the bot has brought something about."""
        came = self.slack.call_log.wait_until(lambda: bool(condition()), timeout=PATIENCE)
        assert came, f"never: {what}\n" + "\n".join(
            f"{one.method} {one.outcome}" for one in self.slack.call_log.calls()
        )

    @property
    def names(self) -> list[str]:
        return [each.name for each in self.slack.workspace.channels]

    def configure(self, **settings: object) -> None:
        """Write ``chatops.yml``."""
        workspace = self.slack.workspace
        groups = {group.handle: group.id for group in workspace.groups}
        people = {person.handle: person.id for person in workspace.people}
        given = {
            "playbook": "priority",
            "channels": {"stakeholders": "status-updates", "alerts": "incidents"},
            "audiences": {
                "oncall": [groups["oncall"]],
                "engineering_lead": [groups["eng-leads"]],
                "engineering_team": [groups["eng-leads"]],
                "on_call_manager": [people["priya"]],
                "product_manager": [groups["product"]],
                "stakeholders": [groups["product"]],
                "executives": [people["lena"]],
            },
        }
        text = yaml.safe_dump(given | settings)
        (self.folder / "chatops.yml").write_text(text, encoding="utf-8")

    def hurry(self) -> None:
        """Have word promised every few seconds, so that nobody need wait for a holding update."""
        ours = self.folder / "hurried"
        shutil.copytree(find_templates() / "priority", ours)
        file = ours / "playbook.yml"
        policy = file.read_text(encoding="utf-8")
        policy = policy.replace("update_every: 15 min", "update_every: 3 s")
        file.write_text(policy.replace("nudge_before: 5 min", "nudge_before: 1 s"), "utf-8")
        self.configure(playbook="./hurried")

    def environ(self, **more: str) -> Mapping[str, str]:
        """Nothing of the machine's own but what starts Python."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}  # noqa: TID251 - a program must be found
        return {
            **kept,
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "COLUMNS": "200",
            "CHATOPS_PORT": "0",
            "SLACK_API_URL": self.api_url,
            "SLACK_BOT_TOKEN": self.slack.installation.bot_token,
            "SLACK_SIGNING_SECRET": self.slack.installation.signing_secret,
            **more,
        }

    def run(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run ``chatops`` to its end."""
        return subprocess.run(
            [sys.executable, "-m", "chatops", *words],
            cwd=self.folder,
            env={name: value for name, value in self.environ(**more).items() if value},
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )

    @contextmanager
    def serves(self, **more: str) -> Iterator[Program]:
        """Start the bot, and lead Slack to it."""
        with subprocess.Popen(
            [sys.executable, "-m", "chatops", "serve"],
            cwd=self.folder,
            env={name: value for name, value in self.environ(**more).items() if value},
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            program = Program(process)
            reader = Thread(target=program.read)
            reader.start()
            try:
                program.wait_until_it_listens()
                self.slack.bot_is_at(f"{program.url}/slack/events")
                yield program
            finally:
                if process.poll() is None:
                    process.kill()
                process.wait(PATIENCE)
                reader.join()


@contextmanager
def open_machine(folder: Path) -> Iterator[Served]:
    slack = Slack(seeded(SystemClock()), from_manifest(manifest()), patience=PATIENCE)
    with SlackServer(slack) as server:
        machine = Served(slack=slack, folder=folder, api_url=server.api_url)
        machine.configure()
        yield machine


def declares(machine: Served, *, between: Callable[[], None] = lambda: None) -> None:
    """Sam declares with the form, and comes into the channel that opens.

    ``between`` happens while the form is being filled in.
    """
    sam = machine.actor("sam")
    assert sam.types("/incident checkout is down").ok
    machine.until(lambda: sam.has_modal and "checkout is down" in sam.reads_modal, "the form")
    between()
    assert sam.submits({"How bad is it?": "P0", "In plain words": "Some cannot pay"}).ok
    machine.until(lambda: incident_is_open(machine), "Sam in the channel")


def incident_is_open(machine: Served) -> bool:
    opened = any(name.startswith("incident-") for name in machine.names)
    return opened and "sam" in machine.incident_room.members


def most_often_said(machine: Served) -> int:
    """How often the bot posted what it posted most often, by the keys that messages carry."""
    workspace = machine.slack.workspace
    keys = Counter(
        str(message.metadata["event_payload"]["key"])
        for channel in workspace.channels
        for message in workspace.message_store.everything(channel.id)
        if message.metadata is not None
    )
    return max(keys.values())
