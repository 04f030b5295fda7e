"""A stage whose bot keeps its action items as issues on the double of GitHub."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from sqlalchemy import Engine
from starlette.routing import Mount

from chatops.adapters.github.client import GithubClientFactory
from chatops.bootstrap import open_bot, open_playbooks
from chatops.domain.incident.timeline import Entry
from chatops.domain.services import ForgeKind, Service
from chatops.domain.tasks import Task
from chatops.domain.team import GitRules, TrackerSettings
from chatops.outside import connected
from chatops.playground.slack.double import SlackServer
from chatops.serving import slack_app, web_app
from tests.acceptance.stage import Room, Stage, open_stage
from tests.github import deliveries, issue_endpoints
from tests.github.double import TOKEN, GithubDouble
from tests.github.issue_records import Issue
from tests.web.asking import ask

NAME = "acme/shop"
SECRET = "a webhook's secret"
#: Far more than a story can lead to: who never comes to rest echoes.
_RESTLESS = 200


@dataclass
class Tracked:
    """A workspace, and the issues of its team."""

    stage: Stage
    github: GithubDouble
    app: Any
    guids: "count[int]"

    def declares(self, words: str = "declare P0 Checkout is down") -> Room:
        self.stage.actor("sam").types(f"/incident {words}")
        return self.stage.incident_room

    def tasks(self, incident: int = 1) -> list[Task]:
        with self.stage.bot.use_cases.sessions.storage.reading() as work:
            return list(work.tasks.of(incident))

    def task(self, number: int = 1) -> Task:
        return next(each for each in self.tasks() if each.number == number)

    def timeline(self, incident: int = 1) -> list[Entry]:
        with self.stage.bot.use_cases.sessions.storage.reading() as work:
            return list(work.timeline.of(incident))

    @property
    def issues(self) -> list[Issue]:
        return self.github.issues(NAME)

    def writes(self) -> list[str]:
        """What was sent to GitHub that changes something there."""
        return [each for each in self.github.requests if not each.startswith("GET ")]

    def settle(self) -> None:
        for _ in range(_RESTLESS):
            if not self.stage.bot.worker.drain():
                return
        message = "it never comes to rest"
        raise AssertionError(message)

    def hears(
        self, action: str, number: int = 1, *, by: str = "ann", **more: Any
    ) -> httpx.Response:
        """GitHub tells what happened to an issue as it is now."""
        repository = self.github.named(NAME)
        issue = issue_endpoints.shape(repository, self.github.issue(NAME, number), self.github.url)
        told = deliveries.issue_changed(action, issue, by=by, url=self.github.url, **more)
        return self.delivers(told)

    def delivers(self, told: Any, *, guid: str = "") -> httpx.Response:
        guid = guid or f"guid-{next(self.guids)}"
        sent = deliveries.delivered("issues", told, secret=SECRET, guid=guid)
        answer = ask(
            self.app,
            "/webhooks/github",
            method="POST",
            content=sent.body,
            headers=dict(sent.headers),
        )
        self.settle()
        return answer


@contextmanager
def open_tracked(
    folder: Path, *, playbook: str = "priority", engine: Engine | None = None, **team: Any
) -> Iterator[Tracked]:
    """Open a stage on which ann is Sam's account on GitHub."""
    with (
        open_stage(folder, playbook=playbook) as stage,
        GithubDouble(folder / "github", stage.clock) as github,
    ):
        github.repository(NAME, collaborators=("ann", "bob"))
        _move_in(stage, github, folder, engine, team)
        app = web_app(
            stage.bot,
            slack_app(stage.bot, stage.listeners),
            clock=stage.clock,
            github_secret=SecretStr(SECRET),
        )
        with SlackServer(stage.slack, routes=[Mount("/bot", app)]) as server:
            stage.slack.bot_is_at(f"{server.url}/bot/slack/events")
            yield Tracked(stage=stage, github=github, app=app, guids=count(1))


def _move_in(
    stage: Stage, github: GithubDouble, folder: Path, engine: Engine | None, team: Any
) -> None:
    service = Service(
        name="shop", repository=f"https://github.com/{NAME}.git", forge=ForgeKind.GITHUB
    )
    people = {stage.actor("sam").id: "ann", stage.actor("priya").id: "bob"}
    ours = replace(
        stage.bot.use_cases.team,
        services={"shop": service},
        git=GitRules(accounts=people),
        tracker=TrackerSettings(service="shop"),
    )
    ours = replace(ours, **team)
    clients = GithubClientFactory(url=github.url, key=TOKEN, clock=stage.clock, timeout=5)
    stage.bot = open_bot(
        engine=engine or stage.bot.engine,
        playbooks=open_playbooks(ours, near=Path()),
        team=ours,
        access=stage.bot.access,
        outside=connected(ours, data=folder / "mirrors", environ={}, github=clients),
        clock=stage.clock,
    )
