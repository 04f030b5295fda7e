"""A post-mortem on its way out: files, canvases, the docs repository, learnings."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from subprocess import run
from typing import Any

import pytest

from chatops.adapters.github.client import GithubClientFactory
from chatops.application.lifecycle.declare import DeclareRequest
from chatops.application.lifecycle.end import ResolveRequest
from chatops.application.postmortem.requests import AnswersRequest, ExportRequest, FinishRequest
from chatops.bootstrap import Bot, open_bot, open_playbooks
from chatops.domain.errors import UserError
from chatops.domain.postmortem.model import Export
from chatops.domain.services import ForgeKind, Service
from chatops.domain.team import DocsSettings, GitRules, TeamChannels
from chatops.outside import connected
from chatops.playground.shop.repository import ShopRepository, make_repository
from tests.acceptance.reading import words_in
from tests.acceptance.stage import Actor, Stage, open_stage
from tests.github.double import TOKEN, GithubDouble

NAME = "acme/handbook"
PATH = "postmortems/2026/INC-2026-001-checkout-is-down.md"


@pytest.fixture
def over(stage: Stage, sam: Actor) -> Stage:
    """An outage that is resolved."""
    sam.types("/incident declare P0 checkout is down")
    stage.advance(minutes=5)
    sam.types("/incident resolve", stage.incident_room)
    sam.submits({"What fixed it?": "Restarted the pool"})
    return stage


def files(stage: Stage, ending: str) -> list[str]:
    """The files that stand in a channel."""
    every = stage.slack.workspace.files.all
    return [one.content.decode() for one in every if one.name.endswith(ending) and one.channels]


def canvases(stage: Stage) -> list[str]:
    every = stage.slack.workspace.files.all
    return [one.content.decode() for one in every if one.filetype == "quip"]


def test_a_lost_reply_shares_no_second_file(over: Stage, sam: Actor) -> None:
    over.slack.faults.drop_reply("files.completeUploadExternal")
    sam.types("/incident postmortem export file", over.incident_room)
    over.advance(minutes=2)
    assert len(files(over, ".md")) == 1
    assert "# Incident Report" in files(over, ".md")[0]


def test_a_lost_upload_is_sent_again(over: Stage, sam: Actor) -> None:
    over.slack.faults.drop_reply("upload")
    sam.types("/incident postmortem export file", over.incident_room)
    over.advance(minutes=2)
    assert len(files(over, ".md")) == 1


def test_a_worker_that_dies_before_it_shared_leaves_one_file_all_the_same(
    over: Stage, sam: Actor
) -> None:
    asked: dict[str, Any] = {"incident": 1, "user": sam.id, "now": over.clock.now()}
    over.bot.use_cases.post_mortem.export(ExportRequest(**asked, place=Export.FILE))
    with over.bot.use_cases.sessions.storage.writing() as work:
        claimed = work.outbox.claim(over.clock.now(), lease=timedelta(seconds=90), limit=10)
    assert "share_file" in {effect.act.kind for effect in claimed}
    over.advance(minutes=3)
    assert len(files(over, ".md")) == 1


def test_without_the_right_to_share_files_the_text_stands_in_a_thread(
    over: Stage, sam: Actor
) -> None:
    room = over.incident_room
    over.slack.faults.take_away("files:write")
    sam.types("/incident postmortem export file", room)
    over.advance(minutes=2)
    assert files(over, ".md") == []
    assert room.shows("could not be shared as a file", "files:write", "in the thread")
    [told] = [one for one in room.messages if "could not be shared" in words_in(one)]
    thread = "\n".join(room.thread(told))
    assert "# Incident Report: checkout is down" in thread
    assert "Restarted the pool" in thread


def test_nothing_else_waits_for_a_file_that_cannot_be_shared(over: Stage, sam: Actor) -> None:
    room = over.incident_room
    over.slack.faults.take_away("files:write", "canvases:write")
    sam.types("/incident postmortem show", room)
    sam.types("/incident postmortem export canvas", room)
    sam.types("/incident postmortem done enough is known", room)
    over.advance(minutes=1)
    assert room.shows("The post-mortem is done")
    assert room.shows("The post-mortem is no canvas", "canvases:write")


def test_a_canvas_is_made_once_and_written_anew(over: Stage, sam: Actor) -> None:
    room = over.incident_room
    sam.types("/incident postmortem export canvas", room)
    assert room.shows("The post-mortem is a canvas in this channel")
    sam.types("/incident postmortem answer well paged within a minute", room)
    sam.types("/incident postmortem export canvas", room)
    [canvas] = canvases(over)
    assert "* paged within a minute" in canvas


def test_a_lost_reply_makes_no_second_canvas(over: Stage, sam: Actor) -> None:
    over.slack.faults.drop_reply("conversations.canvases.create")
    sam.types("/incident postmortem export canvas", over.incident_room)
    over.advance(minutes=2)
    assert len(canvases(over)) == 1
    assert over.incident_room.count("is a canvas in this channel") == 1


def test_a_canvas_that_people_made_is_left_alone(over: Stage, sam: Actor) -> None:
    room = over.incident_room
    workspace = over.slack.workspace
    theirs = workspace.files.add(
        name="notes", title="notes", owner=sam.id, content=b"ours", filetype="quip"
    )
    workspace.channel_store.change(room.id, lambda one: replace(one, canvas_id=theirs.id))
    sam.types("/incident postmortem export canvas", room)
    assert canvases(over)[0] == "ours"
    assert "# Incident Report" in canvases(over)[1]


def test_without_a_docs_repository_it_says_how_to_have_one(over: Stage, sam: Actor) -> None:
    sam.types("/incident postmortem export docs", over.incident_room)
    sam.hears("No docs repository is set up", "chatops.yml", room=over.incident_room)


def test_an_unknown_place_is_named(over: Stage, sam: Actor) -> None:
    sam.types("/incident postmortem export wiki", over.incident_room)
    sam.hears("file, canvas, docs", room=over.incident_room)


@dataclass
class Library:
    """A team that keeps its post-mortems in a repository, asked for by sam."""

    stage: Stage
    repository: ShopRepository
    github: GithubDouble

    def asked(self) -> dict[str, Any]:
        sam = self.stage.actor("sam").id
        return {"incident": 1, "user": sam, "now": self.stage.clock.now()}

    def settle(self) -> None:
        for _ in range(5):
            self.stage.bot.worker.drain()
            self.stage.clock.advance(timedelta(seconds=40))
        self.stage.bot.worker.drain()

    def exports(self, place: Export = Export.DOCS) -> None:
        request = ExportRequest(**self.asked(), place=place)
        self.stage.bot.use_cases.post_mortem.export(request)
        self.settle()

    def answers(self, key: str, text: str) -> None:
        request = AnswersRequest(**self.asked(), answers={key: text})
        self.stage.bot.use_cases.post_mortem.answer(request)

    def done(self) -> None:
        request = FinishRequest(**self.asked(), reason="enough is known")
        self.stage.bot.use_cases.post_mortem.finish(request)
        self.settle()

    def read(self, branch: str) -> str:
        return _git(self.repository.remote, "show", f"{branch}:{PATH}")

    def commits(self, branch: str) -> list[str]:
        return _git(self.repository.remote, "log", "--format=%s", branch, "--", PATH).split("\n")


def _git(folder: Path, *words: str) -> str:
    answer = run(["git", "-C", str(folder), *words], capture_output=True, text=True, check=True)
    return answer.stdout.strip()


@pytest.fixture(params=[ForgeKind.GIT, ForgeKind.GITHUB])
def library(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Library]:
    """The docs on a plain git server, and on one that has pull requests."""
    with _opened(tmp_path, request.param) as made:
        yield made


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Library]:
    """The docs where there are pull requests."""
    with _opened(tmp_path, ForgeKind.GITHUB) as made:
        yield made


@contextmanager
def _opened(tmp_path: Path, forge: ForgeKind, *, private: bool = False) -> Iterator[Library]:
    with open_stage(tmp_path) as stage, GithubDouble(tmp_path / "github", stage.clock) as github:
        repository = make_repository(tmp_path / "code", now=stage.clock.now())
        github.repository(NAME, remote=repository.remote)
        stage.bot = _bot(stage, github, repository, tmp_path, forge)
        made = Library(stage=stage, repository=repository, github=github)
        _begin(made, private=private)
        yield made


def _bot(
    stage: Stage, github: GithubDouble, repository: ShopRepository, folder: Path, forge: ForgeKind
) -> Bot:
    service = Service(
        name="handbook", repository=repository.remote.as_uri(), forge=forge, project=NAME
    )
    general = stage.room("general").id
    team = replace(
        stage.bot.use_cases.team,
        services={"handbook": service},
        docs=DocsSettings(service="handbook"),
        channels=TeamChannels(stakeholders="status-updates", learnings=general),
        git=GitRules(),
    )
    clients = GithubClientFactory(url=github.url, key=TOKEN, clock=stage.clock)
    return open_bot(
        engine=stage.bot.engine,
        playbooks=open_playbooks(team, near=Path()),
        team=team,
        access=stage.bot.access,
        outside=connected(team, data=folder / "mirrors", environ={}, github=clients),
        clock=stage.clock,
    )


def _begin(library: Library, *, private: bool = False) -> None:
    stage = library.stage
    sam = stage.actor("sam").id
    stage.bot.use_cases.declare(
        DeclareRequest(
            team=stage.slack.workspace.team.id,
            user=sam,
            now=stage.clock.now(),
            title="checkout is down",
            severity="P0",
            private=private,
        )
    )
    library.settle()
    stage.bot.use_cases.resolve(ResolveRequest(**library.asked(), fix="Restarted the pool"))
    library.settle()


def _branch(library: Library) -> str:
    is_github = library.stage.bot.use_cases.team.services["handbook"].forge is ForgeKind.GITHUB
    return "postmortem/INC-2026-001" if is_github else "main"


def test_it_goes_into_the_docs_repository_and_is_kept_up_to_date(library: Library) -> None:
    library.exports()
    branch, room = _branch(library), library.stage.incident_room
    assert "# Incident Report: checkout is down" in library.read(branch)
    assert room.shows("The post-mortem is in the docs repository")

    library.answers("well", "paged within a minute")
    library.exports()
    library.exports()

    assert "* paged within a minute" in library.read(branch)
    assert library.commits(branch) == ["Post-mortem of INC-2026-001: checkout is down"] * 2


def test_it_is_offered_as_one_pull_request(hub: Library) -> None:
    hub.exports()
    hub.answers("well", "paged within a minute")
    hub.exports()
    [pull] = hub.github.pulls(NAME)
    assert (pull.head, pull.base) == ("postmortem/INC-2026-001", "main")
    assert pull.title == "Post-mortem of INC-2026-001: checkout is down"


def test_a_merged_one_gets_a_pull_request_without_conflict_for_the_newer_text(
    hub: Library,
) -> None:
    hub.exports()
    remote, branch = hub.repository.remote, "postmortem/INC-2026-001"
    tree = _git(remote, "rev-parse", f"{branch}^{{tree}}")
    squashed = _git(
        remote, "-c", "user.name=x", "-c", "user.email=x@y", "commit-tree", tree, "-p", "main",
        "-m", "Squashed",
    )  # fmt: skip
    _git(remote, "update-ref", "refs/heads/main", squashed)

    hub.answers("well", "paged within a minute")
    hub.exports()

    assert "* paged within a minute" in hub.read(branch)
    merged = run(
        ["git", "-C", str(remote), "merge-tree", "--write-tree", "main", branch],
        check=False, capture_output=True,
    )  # fmt: skip
    assert merged.returncode == 0


def test_what_others_wrote_in_the_branch_is_not_written_over(hub: Library) -> None:
    hub.exports()
    engineer = hub.repository.remote.parent / "reviewer"
    run(["git", "clone", "-q", str(hub.repository.remote), str(engineer)], check=True)
    _git(engineer, "switch", "-q", "postmortem/INC-2026-001")
    (engineer / PATH).write_text("Better words\n")
    _git(engineer, "-c", "user.name=Lena", "-c", "user.email=l@x", "commit", "-qam", "Better words")
    _git(engineer, "push", "-q", "origin", "HEAD")

    hub.answers("well", "paged within a minute")
    hub.exports()

    assert hub.read("postmortem/INC-2026-001") == "Better words"
    room = hub.stage.incident_room
    assert room.shows("not in the docs repository", "Lena has edited", "Try again")


def test_a_repository_that_refuses_is_told_in_words(library: Library) -> None:
    hook = library.repository.remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'docs are frozen until Monday'\nexit 1\n")
    hook.chmod(0o755)
    library.exports()
    room = library.stage.incident_room
    assert room.shows("not in the docs repository", "docs are frozen until Monday")


def test_learnings_are_told_once_with_the_link(library: Library) -> None:
    library.exports()
    library.answers("well", "paged within a minute")
    library.done()
    library.answers("improve", "a second pager")
    library.done()
    general = library.stage.room("general")
    assert general.count("What we learned from INC-2026-001") == 1
    assert general.shows("paged within a minute", "Restarted the pool")


def test_a_private_one_stays_inside(tmp_path: Path) -> None:
    with _opened(tmp_path, ForgeKind.GIT, private=True) as library:
        library.answers("well", "paged within a minute")
        with pytest.raises(
            UserError, match=r"is restricted, and the docs repository is read by others\."
        ):
            library.exports()
        library.done()
        assert library.stage.room("general").count("INC-2026-001") == 0
