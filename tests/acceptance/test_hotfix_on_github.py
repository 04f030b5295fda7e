"""A hotfix of a service on GitHub: pull requests are opened, merged and found by themselves."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from chatops.adapters.github.client import GithubClientFactory
from chatops.application.hotfix import session
from chatops.bootstrap import Bot, open_bot, open_playbooks
from chatops.domain.hotfix.model import BackportState, Hotfix, StepState
from chatops.domain.playbook.pipeline import FixWay, StepKind
from chatops.domain.services import ForgeKind, Service, Workflow
from chatops.domain.team import GitRules
from chatops.outside import connected
from chatops.playground.shop.engineer import Engineer
from chatops.playground.shop.repository import ShopRepository, make_repository
from chatops.serving import slack_app, web_app
from tests.acceptance.stage import Stage, open_stage
from tests.github import deliveries
from tests.github.double import TOKEN, GithubDouble
from tests.web.asking import ask

NAME = "acme/shop"
SECRET = "a webhook's secret"


@dataclass
class Walk:
    """A hotfix on its way, asked for by sam."""

    stage: Stage
    github: GithubDouble
    repository: ShopRepository
    engineer: Engineer
    incident: int

    def person(self, handle: str) -> str:
        return self.stage.actor(handle).id

    @property
    def hotfix(self) -> Hotfix:
        with self.stage.bot.use_cases.sessions.storage.reading() as work:
            return work.hotfixes.of(self.incident)[0]

    def state(self, kind: StepKind) -> StepState:
        step = self.hotfix.step(kind)
        assert step is not None
        return step.state

    def settle(self) -> None:
        while self.stage.bot.worker.drain():
            pass

    def looks(self) -> None:
        """Let half a minute pass, after which the bot looks by itself."""
        self.stage.clock.advance(timedelta(seconds=31))
        self.settle()

    def asked(self, user: str = "sam") -> dict[str, Any]:
        now = self.stage.clock.now()
        return {"incident": self.incident, "user": self.person(user), "now": now}

    def next(self) -> None:
        self.stage.bot.use_cases.hotfix.next(session.NextRequest(**self.asked()))
        self.settle()

    def ticks_off(self) -> None:
        current = self.hotfix.current
        known = self.stage.bot.use_cases.hotfix.known(session.HotfixRequest(**self.asked()))
        for each in known.playbook.hotfix.checklists:
            if current is not None and each.at is current.kind:
                items = frozenset(range(len(each.items)))
                ticks = session.TickRequest(**self.asked(), checklist=each.key, items=items)
                self.stage.bot.use_cases.hotfix.tick(ticks)

    def goes_to(self, kind: StepKind) -> None:
        """Take every step before one, as people would."""
        for _ in range(20):
            current = self.hotfix.current
            assert current is not None
            if current.kind is kind:
                return
            assert current.state is StepState.WAITING, current
            match current.kind:
                case StepKind.FIX:
                    self.engineer.push_fix(self.hotfix.branch)
                    self.looks()
                    ready = session.FixRequest(**self.asked(), way=FixWay.PUSH)
                    self.stage.bot.use_cases.hotfix.fix(ready)
                    self.settle()
                case StepKind.APPROVE:
                    self.approved_by("priya")
                case _:
                    self.ticks_off()
                    self.next()
        message = f"{kind} was never reached"
        raise AssertionError(message)

    def approved_by(self, handle: str) -> None:
        given = session.ApproveRequest(**self.asked(handle))
        self.stage.bot.use_cases.hotfix.approve(given)
        self.settle()


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    """A ``ticketed`` hotfix whose gate is passed; backports are pull requests there."""
    with open_stage(tmp_path, playbook="ticketed") as stage:
        repository = make_repository(tmp_path / "code", now=stage.clock.now())
        with GithubDouble(tmp_path / "github", stage.clock) as github:
            github.repository(NAME, remote=repository.remote)
            stage.bot = _bot(stage, github, repository, tmp_path)
            engineer = Engineer(repository=repository, clock=stage.clock)
            walk = Walk(stage, github, repository, engineer, 1)
            _begin(walk)
            yield walk


def _bot(stage: Stage, github: GithubDouble, repository: ShopRepository, folder: Path) -> Bot:
    service = Service(
        name="checkout",
        repository=repository.remote.as_uri(),
        forge=ForgeKind.GITHUB,
        project=NAME,
    )
    team = replace(stage.bot.use_cases.team, services={"checkout": service}, git=GitRules())
    clients = GithubClientFactory(url=github.url, key=TOKEN, clock=stage.clock)
    return open_bot(
        engine=stage.bot.engine,
        playbooks=open_playbooks(team, near=Path()),
        team=team,
        access=stage.bot.access,
        outside=connected(team, data=folder / "mirrors", environ={}, github=clients),
        clock=stage.clock,
    )


def _begin(walk: Walk) -> None:
    walk.stage.actor("sam").types("/incident declare Emergency Nobody can pay")
    use_cases = walk.stage.bot.use_cases
    walk.settle()
    gate = use_cases.look.policy().hotfix.gate
    use_cases.hotfix.start(
        session.StartRequest(
            **walk.asked(),
            service="checkout",
            title="Let a null amount pass",
            reason="Every payment fails",
            criteria=frozenset(range(len(gate.criteria))),
            answers={each.key: True for each in gate.questions},
            prerequisites=frozenset(range(len(gate.prerequisites))),
            ticket="ET-1234",
        )
    )
    walk.settle()


def test_the_pull_request_is_opened_in_the_playbooks_words_and_merged_as_it_says(
    walk: Walk,
) -> None:
    walk.goes_to(StepKind.APPROVE)
    [pull] = walk.github.pulls(NAME)
    assert pull.title == "ET-1234: [HOTFIX] Let a null amount pass"
    assert "## HOTFIX - Production Issue" in pull.body
    assert (pull.head, pull.base) == (walk.hotfix.branch, "main")
    walk.approved_by("priya")
    walk.goes_to(StepKind.DEPLOY)
    assert walk.github.pull(NAME).state == "closed"
    assert walk.repository.tip("main") == walk.hotfix.merged


def test_a_second_start_finds_the_pull_request_that_the_first_one_opened(walk: Walk) -> None:
    walk.goes_to(StepKind.PULL_REQUEST)
    opened = walk.github.open(NAME, head=walk.hotfix.branch, base="main")
    walk.next()
    assert [each.number for each in walk.github.pulls(NAME)] == [opened.number]
    link = walk.hotfix.pull_request
    assert link is not None
    assert link.number == opened.number


def test_a_merge_on_the_forge_is_heard_by_webhook_and_taken_for_the_step(walk: Walk) -> None:
    walk.goes_to(StepKind.MERGE)
    walk.github.merge(NAME, 1)
    tip = walk.repository.tip("main") or ""
    bot = walk.stage.bot
    app = web_app(
        bot,
        slack_app(bot, walk.stage.listeners),
        clock=walk.stage.clock,
        github_secret=SecretStr(SECRET),
    )
    told = deliveries.delivered("push", deliveries.pushed("main", tip), secret=SECRET)
    answers = [_deliver(app, told) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    walk.settle()
    assert walk.state(StepKind.MERGE) is StepState.DONE
    assert walk.hotfix.merged == tip


def _deliver(app: Any, told: deliveries.Delivery) -> httpx.Response:
    return ask(
        app,
        "/webhooks/github",
        method="POST",
        content=told.body,
        headers=dict(told.headers),
    )


def test_a_protected_branch_is_explained_and_the_merge_tried_again(walk: Walk) -> None:
    walk.github.protect(NAME, "main", reviews=1)
    walk.goes_to(StepKind.MERGE)
    walk.next()
    step = walk.hotfix.step(StepKind.MERGE)
    assert step is not None
    assert step.state is StepState.FAILED
    assert "review" in step.trouble
    walk.github.review(NAME, 1, by="bob")
    walk.next()
    assert walk.state(StepKind.MERGE) is StepState.DONE


def test_a_backport_is_a_pull_request_and_proven_once_it_is_merged(walk: Walk) -> None:
    walk.goes_to(StepKind.BACKPORT)
    walk.next()
    backport = walk.hotfix.backport("develop")
    assert backport is not None
    assert backport.state is BackportState.OPENED
    pull = walk.github.pull(NAME, 2)
    assert pull.title == "ET-1234: Backport hotfix to develop"
    assert (pull.head, pull.base) == ("backport/ET-1234-from-hotfix", "develop")
    walk.github.merge(NAME, 2)
    walk.looks()
    proven = walk.hotfix.backport("develop")
    assert proven is not None
    assert proven.state is BackportState.PROVEN
    assert walk.state(StepKind.ALIGN) is StepState.DONE


def test_a_conflict_leaves_a_draft_that_says_what_is_left_to_do(walk: Walk) -> None:
    walk.engineer.push_to_develop()
    walk.goes_to(StepKind.BACKPORT)
    walk.next()
    backport = walk.hotfix.backport("develop")
    assert backport is not None
    assert backport.state is BackportState.CONFLICT
    assert backport.paths
    assert backport.commands
    assert walk.github.pull(NAME, 2).draft
    assert walk.state(StepKind.BACKPORT) is StepState.FAILED


@pytest.mark.long
def test_a_backport_that_is_closed_unmerged_is_owed_again(walk: Walk) -> None:
    walk.goes_to(StepKind.BACKPORT)
    walk.next()
    walk.github.close_pull(NAME, 2)
    walk.looks()
    backport = walk.hotfix.backport("develop")
    assert backport is not None
    assert backport.state is BackportState.OWED


def planned(walk: Walk) -> tuple[tuple[str, ...], tuple[str, ...]]:
    plan = walk.stage.bot.use_cases.hotfix.plan(session.NextRequest(**walk.asked()))
    return plan.lines, plan.notes


def test_the_plan_names_the_pull_requests_and_what_stands_in_their_way(walk: Walk) -> None:
    walk.goes_to(StepKind.PULL_REQUEST)
    [opens], _ = planned(walk)
    assert opens.startswith(f"Open a pull request from {walk.hotfix.branch} into main: “ET-1234")
    walk.goes_to(StepKind.MERGE)
    walk.github.check(NAME, walk.hotfix.head, "tests", "failure")
    [merges], notes = planned(walk)
    assert merges.startswith(f"Merge #1 at {walk.hotfix.head[:10]}")
    assert notes == ("What does not pass: tests failed.",)


@pytest.mark.long
def test_a_workflow_of_the_forge_deploys_and_is_followed_to_its_end(walk: Walk) -> None:
    services = walk.stage.bot.use_cases.team.services
    assert isinstance(services, dict)
    deploy = Workflow(workflow="deploy.yml", inputs={"version": "{version}"})
    services["checkout"] = replace(services["checkout"], deploy=deploy)
    walk.github.workflow(NAME, "deploy.yml", inputs=["version"])
    walk.goes_to(StepKind.DEPLOY)
    [starts], _ = planned(walk)
    assert starts.startswith("Start the workflow deploy.yml on {branch} (version={version}")
    walk.next()
    [run] = walk.github.runs(NAME)
    assert run.inputs == {"version": walk.hotfix.release}
    walk.looks()
    walk.looks()
    assert walk.state(StepKind.DEPLOY) is StepState.RUNNING
    assert walk.github.runs(NAME) == [run]
    run.status, run.conclusion = "completed", "failure"
    walk.looks()
    assert walk.state(StepKind.DEPLOY) is StepState.FAILED
    walk.next()
    *_, again = walk.github.runs(NAME)
    again.status, again.conclusion = "completed", "success"
    walk.looks()
    assert walk.state(StepKind.DEPLOY) is StepState.DONE
