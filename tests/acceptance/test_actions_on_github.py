"""Action items on GitHub: they become issues, and what is done on either side is done on both."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from chatops.adapters.storage.engines import open_engine
from chatops.application.git_identity import GitIdentities
from chatops.application.outbox.worker import LEASE
from chatops.application.tasks.export import TaskExportRequest
from chatops.application.tasks.sync import TaskSync
from chatops.application.tasks.tasks import TaskDoneRequest
from chatops.commands.context import RequestFields
from chatops.domain.messages.effects import SyncTask
from tests.acceptance.action_town import NAME, Tracked, open_tracked
from tests.acceptance.stage import Room
from tests.github import deliveries, issue_endpoints

ITEM = {
    "What is to be done": "Alert on a full pool",
    "Until when": "2026-03-05",
    "How do we know": "It fires within a minute",
    "Type": "action",
    "Priority": "high",
}


@pytest.fixture
def tracked(tmp_path: Path) -> Iterator[Tracked]:
    with open_tracked(tmp_path) as opened:
        yield opened


@pytest.fixture
def on_postgres(tmp_path: Path, postgres_url: str) -> Iterator[Tracked]:
    engine = open_engine(postgres_url)
    try:
        with open_tracked(tmp_path, engine=engine) as opened:
            yield opened
    finally:
        engine.dispose()


def adds(tracked: Tracked, room: Room, **more: object) -> None:
    sam = tracked.stage.actor("sam")
    sam.types("/incident task add", room)
    sam.submits({**ITEM, "Who does it": sam.id, **more})


def test_an_action_item_becomes_an_issue_that_says_what_and_until_when(tracked: Tracked) -> None:
    room = tracked.declares()
    adds(tracked, room)
    [issue] = tracked.issues
    assert issue.title == "Alert on a full pool"
    assert "It fires within a minute" in issue.body
    assert "INC-2026-001: Checkout is down" in issue.body
    assert "2026-03-05 18:00 UTC" in issue.body
    assert issue.labels == ["incident", "action item", "priority: high"]
    assert issue.assignees == ["ann"]
    assert tracked.task().url.endswith("/acme/shop/issues/1")
    sam = tracked.stage.actor("sam")
    sam.types("/incident task", room)
    sam.hears("#1", room=room)


def test_a_plain_task_stays_here_until_somebody_wants_it_there(tracked: Tracked) -> None:
    room, sam = tracked.declares(), tracked.stage.actor("sam")
    sam.types("/incident task add look at the graphs", room)
    assert tracked.issues == []
    sam.types("/incident task show 1", room)
    sam.clicks("To the tracker", room)
    [issue] = tracked.issues
    assert issue.title == "look at the graphs"
    sam.types("/incident task export 1", room)
    assert len(tracked.issues) == 1


def test_done_here_is_closed_there_with_who_and_when_and_its_echo_does_nothing(
    tracked: Tracked,
) -> None:
    room, sam = tracked.declares(), tracked.stage.actor("sam")
    adds(tracked, room)
    sam.types("/incident task done 1 the alert is live", room)
    [issue] = tracked.issues
    assert (issue.state, issue.reason) == ("closed", "completed")
    [comment] = issue.comments
    assert "INC-2026-001" in comment.body
    assert "2026-03-02 14:" in comment.body
    asked, lines = list(tracked.github.requests), len(tracked.timeline())
    assert tracked.hears("closed", by="chatops-bot").json() == {"outcome": "heard"}
    assert tracked.github.requests == asked
    assert len(tracked.timeline()) == lines


def test_closed_there_is_done_here_and_nothing_is_sent_back(tracked: Tracked) -> None:
    room = tracked.declares()
    adds(tracked, room)
    tracked.github.set_issue(NAME, 1, "closed", by="bob")
    writes = tracked.writes()
    tracked.hears("closed", by="bob")
    task = tracked.task()
    assert task.done_at is not None
    assert (task.done_by, task.done_in) == (tracked.stage.actor("priya").id, "github")
    assert "done on GitHub by" in tracked.timeline()[-1].text
    assert tracked.writes() == writes
    tracked.stage.advance(hours=3)
    assert tracked.writes() == writes


def test_closed_there_as_not_planned_is_dropped_here(tracked: Tracked) -> None:
    room = tracked.declares()
    adds(tracked, room)
    tracked.github.set_issue(NAME, 1, "closed", by="eve", reason="not_planned")
    tracked.hears("closed", by="eve")
    assert tracked.task().dropped
    assert tracked.task().done_by is None
    assert tracked.timeline()[-1].text == "Task 1 dropped on GitHub by eve"


def test_dropped_here_is_closed_there_as_not_planned(tracked: Tracked) -> None:
    room, sam = tracked.declares(), tracked.stage.actor("sam")
    adds(tracked, room)
    sam.types("/incident task drop 1 the pool is gone", room)
    [issue] = tracked.issues
    assert (issue.state, issue.reason) == ("closed", "not_planned")
    assert "Dropped" in issue.comments[0].body
    assert tracked.timeline()[-1].reason == "the pool is gone"


def test_opened_again_there_is_open_here_and_promised_again(tracked: Tracked) -> None:
    room, sam = tracked.declares(), tracked.stage.actor("sam")
    adds(tracked, room)
    sam.types("/incident task done 1", room)
    tracked.github.set_issue(NAME, 1, "open", by="bob")
    tracked.hears("reopened", by="bob")
    assert tracked.task().done_at is None
    assert "opened again on GitHub" in tracked.timeline()[-1].text
    with tracked.stage.bot.use_cases.sessions.storage.reading() as work:
        promise = work.promises.get(1, "action:1")
    assert promise is not None
    assert promise.open
    sam.types("/incident task done 1", room)
    assert tracked.issues[0].state == "closed"
    assert len(tracked.issues[0].comments) == 2


def test_an_old_echo_of_closing_does_not_end_what_was_opened_again(tracked: Tracked) -> None:
    room, sam = tracked.declares(), tracked.stage.actor("sam")
    adds(tracked, room)
    sam.types("/incident task done 1", room)
    tracked.github.set_issue(NAME, 1, "open", by="bob")
    tracked.hears("reopened", by="bob")
    tracked.github.set_issue(NAME, 1, "closed", by="chatops-bot")
    repository = tracked.github.named(NAME)
    old = issue_endpoints.shape(repository, repository.issues[0], tracked.github.url)
    tracked.github.set_issue(NAME, 1, "open", by="bob")
    tracked.delivers(deliveries.issue_changed("closed", old, url=tracked.github.url))
    assert tracked.task().done_at is None


def test_renamed_and_assigned_there_is_so_here_and_nothing_is_sent_back(tracked: Tracked) -> None:
    room = tracked.declares()
    adds(tracked, room)
    issue = tracked.issues[0]
    writes = tracked.writes()
    issue.title = "Alert on a pool that is  nearly full <@U1>"
    tracked.hears("edited", changes={"title": {"from": "x"}})
    assert tracked.task().text == "Alert on a pool that is nearly full @U1>"
    issue.assignees = ["bob"]
    tracked.hears("assigned")
    assert tracked.task().owner == tracked.stage.actor("priya").id
    issue.assignees = ["bob", "stranger"]
    tracked.hears("assigned")
    assert tracked.task().owner == tracked.stage.actor("priya").id
    assert tracked.writes() == writes
    tracked.stage.advance(hours=2)
    assert tracked.writes() == writes


def test_edited_here_is_changed_there_and_what_people_wrote_there_stays(tracked: Tracked) -> None:
    room, sam = tracked.declares(), tracked.stage.actor("sam")
    adds(tracked, room)
    tracked.issues[0].body += "\n\n- [ ] ask the vendor"
    tracked.issues[0].labels.append("team-pool")
    sam.types("/incident task edit 1", room)
    sam.submits({"What is to be done": "Alert on a full pool, and page", "Priority": "low"})
    [issue] = tracked.issues
    assert issue.title == "Alert on a full pool, and page"
    assert issue.body.endswith("- [ ] ask the vendor")
    assert "| Priority | Low |" in issue.body
    assert set(issue.labels) == {"incident", "action item", "priority: low", "team-pool"}


def test_deleted_there_it_stays_here_without_a_link(tracked: Tracked) -> None:
    room = tracked.declares()
    adds(tracked, room)
    tracked.issues[0].deleted = True
    tracked.hears("deleted")
    assert tracked.task().url == ""
    assert tracked.task().done_at is None
    assert "not on GitHub any more" in tracked.timeline()[-1].text


def test_where_no_webhook_arrives_it_is_looked_at_once_an_hour(tracked: Tracked) -> None:
    room = tracked.declares()
    adds(tracked, room)
    reads = len(tracked.github.requests)
    tracked.stage.advance(minutes=170)
    assert len(tracked.github.requests) - reads == 2 * 2
    tracked.github.set_issue(NAME, 1, "closed", by="ann")
    tracked.stage.advance(hours=1)
    assert tracked.task().done_by == tracked.stage.actor("sam").id
    asked = list(tracked.github.requests)
    tracked.stage.sleep(5, hours=1)
    assert tracked.github.requests == asked


def test_a_private_incident_sends_nothing_unless_somebody_is_sure(tracked: Tracked) -> None:
    stage, sam = tracked.stage, tracked.stage.actor("sam")
    sam.types("/incident A key was stolen")
    sam.submits({"How bad is it?": "P0", "Who may see it": ["yes"]})
    room = stage.incident_room
    adds(tracked, room)
    assert tracked.issues == []
    sam.types("/incident task export 1", room)
    sam.hears("is private", "acme/shop", room=room)
    assert tracked.issues == []
    sam.clicks("To the tracker…", room)
    [issue] = tracked.issues
    assert "stolen" not in issue.body + issue.title
    sam.types("/incident task done 1", room)
    assert tracked.issues[0].state == "closed"


def test_trouble_is_told_to_the_leader_with_what_to_do_and_tried_again(tracked: Tracked) -> None:
    room, sam = tracked.declares(), tracked.stage.actor("sam")
    tracked.github.named(NAME).has_issues = False
    adds(tracked, room)
    assert any(
        "bring task 1 into the tracker" in each and "turned off" in each for each in sam.inbox
    ), sam.inbox
    tracked.github.named(NAME).has_issues = True
    sam.clicks("Try again")
    assert len(tracked.issues) == 1


@pytest.mark.parametrize(
    "path",
    [
        "/issues",
        *(pytest.param(each, marks=pytest.mark.long) for each in ("/issues/1", "/comments")),
    ],
)
@pytest.mark.parametrize("kind", ["reply", "request", "busy", "down"])
def test_nothing_is_lost_or_doubled_when_github_is_unwell(
    tracked: Tracked, path: str, kind: str
) -> None:
    room, sam, github = tracked.declares(), tracked.stage.actor("sam"), tracked.github
    match kind:
        case "reply":
            github.lose_next_reply("", path)
        case "request":
            github.lose_next_request("", path)
        case "busy":
            github.limit_writes(timedelta(seconds=30))
        case _:
            for _ in range(3):
                github.answer_next(502, method="", path=path)
    adds(tracked, room)
    tracked.stage.advance(minutes=10)
    sam.types("/incident task done 1", room)
    tracked.stage.advance(minutes=10)
    [issue] = tracked.issues
    assert issue.state == "closed"
    assert len(issue.comments) == 1
    assert tracked.task().url


def test_a_bot_that_dies_after_it_sent_something_finds_it_again(tracked: Tracked) -> None:
    room, sam, bot = tracked.declares(), tracked.stage.actor("sam"), tracked.stage.bot
    for words in ("add look at the graphs", "export 1", "done 1"):
        sam.types(f"/incident task {words}", room)
        tracked.settle()
    assert len(tracked.issues) == 1
    sam.types("/incident task add look again", room)
    bot.use_cases.export_task(export(tracked, 2))
    _dies_while_sending(tracked)
    assert len(tracked.issues) == 2
    tracked.stage.advance(minutes=5)
    assert len(tracked.issues) == 2
    assert tracked.task(2).url.endswith("/issues/2")
    bot.use_cases.finish_task(TaskDoneRequest(**asked(tracked), number=2))
    _dies_while_sending(tracked)
    tracked.stage.advance(minutes=5)
    assert tracked.issues[1].state == "closed"
    assert len(tracked.issues[1].comments) == 1


def _dies_while_sending(tracked: Tracked) -> None:
    """A bot takes up all that there is to do, sends it to GitHub, and takes nothing down."""
    bot = tracked.stage.bot
    sync = TaskSync(
        bot.use_cases.sessions, bot.outside.trackers, GitIdentities(bot.use_cases.team, bot.people)
    )
    with bot.use_cases.sessions.storage.writing() as work:
        claimed = work.outbox.claim(bot.clock.now(), lease=LEASE, limit=100)
    [effect] = [each for each in claimed if isinstance(each.act, SyncTask)]
    assert isinstance(effect.act, SyncTask)
    sync.do(effect, effect.act, bot.clock)


def export(tracked: Tracked, number: int) -> TaskExportRequest:
    return TaskExportRequest(**asked(tracked), number=number)


def asked(tracked: Tracked) -> RequestFields:
    sam = tracked.stage.actor("sam").id
    now = tracked.stage.clock.now()
    return {"incident": 1, "user": sam, "now": now, "channel": None, "once": None}


def test_it_is_the_same_on_postgresql(on_postgres: Tracked) -> None:
    room, sam = on_postgres.declares(), on_postgres.stage.actor("sam")
    adds(on_postgres, room)
    on_postgres.github.set_issue(NAME, 1, "closed", by="bob")
    writes = on_postgres.writes()
    on_postgres.hears("closed", by="bob")
    assert on_postgres.task().done_in == "github"
    assert on_postgres.writes() == writes
    adds(on_postgres, room)
    sam.types("/incident task done 2", room)
    assert on_postgres.issues[1].state == "closed"


def test_follow_ups_become_issues_once_and_drills_stay_here(tracked: Tracked) -> None:
    room, sam = tracked.declares(), tracked.stage.actor("sam")
    for _ in range(2):
        sam.types("/incident resolve", room)
        sam.submits({"What fixed it": "The check is back"})
        assert [each.title for each in tracked.issues] == [
            "Action plan",
            "Runbook updates",
            "Team training",
            "Automation improvements",
        ]
        sam.types("/incident reopen it is back", room)


def test_a_drill_sends_nothing(tracked: Tracked) -> None:
    room, sam = tracked.declares(), tracked.stage.actor("sam")
    with tracked.stage.bot.use_cases.sessions.storage.writing() as work:
        work.incidents.save(replace(work.incidents.get(1), drill=True))
    adds(tracked, room)
    sam.types("/incident task export 1", room)
    sam.hears("This is a drill", room=room)
    assert tracked.issues == []


def test_an_issue_that_was_moved_away_is_left_alone(tracked: Tracked) -> None:
    room, sam = tracked.declares(), tracked.stage.actor("sam")
    adds(tracked, room)
    tracked.github.repository("acme/elsewhere").issues.append(replace(tracked.issues[0]))
    tracked.issues[0].moved_to = "acme/elsewhere"
    tracked.hears("transferred")
    assert tracked.task().url.endswith("/acme/elsewhere/issues/1")
    writes = tracked.writes()
    sam.types("/incident task done 1", room)
    assert tracked.task().done_at is not None
    assert tracked.writes() == writes
    assert any("stands in another repository" in each for each in sam.inbox)


def test_the_same_delivery_is_taken_once(tracked: Tracked) -> None:
    room = tracked.declares()
    adds(tracked, room)
    tracked.github.set_issue(NAME, 1, "closed", by="bob")
    repository = tracked.github.named(NAME)
    shape = issue_endpoints.shape(repository, repository.issues[0], tracked.github.url)
    told = deliveries.issue_changed("closed", shape, url=tracked.github.url)
    answers = [tracked.delivers(told, guid="one").json() for _ in range(2)]
    assert answers == [{"outcome": "heard"}, {"outcome": "known"}]


def test_an_assignee_whom_github_does_not_take_is_no_reason_not_to_write_it_down(
    tracked: Tracked,
) -> None:
    room = tracked.declares()
    tracked.github.named(NAME).collaborators = ()
    adds(tracked, room)
    [issue] = tracked.issues
    assert issue.assignees == []
    tracked.stage.actor("sam").types("/incident task edit 1 Alert earlier", room)
    assert issue.title == "Alert earlier"
