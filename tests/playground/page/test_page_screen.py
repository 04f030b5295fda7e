from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chatops.clock import FrozenClock, MovableClock
from chatops.playground.page.rendering import ScreenRenderer
from chatops.playground.page.screen import Screen, lines, name_of, screen_of, sidebar
from chatops.playground.page.screen_content import ScreenContent
from chatops.playground.page.switches import Switchboard
from chatops.playground.slack.faults import SlackFaults
from chatops.playground.workspace.model import Message, Person
from chatops.playground.workspace.seed import seeded
from chatops.playground.workspace.state import SLACKBOT, Workspace
from tests.playground.page.world import INSTALLATION, NOW


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(FrozenClock(NOW))


@pytest.fixture
def workspace(clock: MovableClock) -> Workspace:
    return seeded(clock)


@pytest.fixture
def renderer(workspace: Workspace) -> ScreenRenderer:
    scene = ScreenContent(
        workspace=workspace,
        installation=INSTALLATION,
        switchboard=Switchboard(SlackFaults()),
        refused={},
        links={},
    )
    return ScreenRenderer(workspace=workspace, installation=INSTALLATION, content=scene)


def person(workspace: Workspace, handle: str) -> Person:
    found = workspace.people_store.handled(handle)
    assert found is not None
    return found


def standing_in(workspace: Workspace, channel: str, handle: str = "sam") -> Screen:
    there = workspace.channel_named(channel)
    return screen_of(workspace, person(workspace, handle).id, there.id, "")


def post(workspace: Workspace, handle: str, text: str, **more: Any) -> Message:
    draft = Message(
        channel=workspace.channel_named("incidents").id,
        ts="",
        author=person(workspace, handle).id,
        text=text,
    )
    return workspace.message_store.post(replace(draft, **more))


def test_one_stands_at_first_where_the_app_is(workspace: Workspace) -> None:
    at = screen_of(workspace, "", "", "")

    assert at.person == person(workspace, "sam")
    assert at.channel == workspace.channel_named("incidents")


def test_what_one_says_within_minutes_stands_under_one_name(
    workspace: Workspace, clock: MovableClock
) -> None:
    said = [post(workspace, "sam", "one"), post(workspace, "sam", "two")]
    clock.advance(timedelta(minutes=6))
    said += [post(workspace, "sam", "three"), post(workspace, "priya", "four")]

    assert [line.continued for line in lines(workspace, said)] == [False, True, False, False]


def test_a_new_day_is_marked(workspace: Workspace, clock: MovableClock) -> None:
    said = [post(workspace, "sam", "one")]
    clock.advance(timedelta(days=1))
    said.append(post(workspace, "sam", "two"))

    assert [line.new_day for line in lines(workspace, said)] == [True, True]


def test_those_who_join_one_after_another_share_a_line(
    workspace: Workspace, renderer: ScreenRenderer
) -> None:
    picture = renderer.picture(standing_in(workspace, "incidents"))

    (row,) = picture.lists["messages"]
    assert "Sam Okafor, Priya Nair, Tom Becker and 3 others</b> have joined" in row.html


def test_a_deleted_message_leaves_its_place(workspace: Workspace, renderer: ScreenRenderer) -> None:
    parent = post(workspace, "sam", "a secret")
    post(workspace, "priya", "oh", thread_ts=parent.ts)
    found = workspace.message(parent.channel, parent.ts)
    assert found is not None
    workspace.message_store.delete(found)

    row = renderer.picture(standing_in(workspace, "incidents")).lists["messages"][-1]

    assert "This message was deleted." in row.html
    assert "Slackbot" not in row.html


def test_a_reply_that_is_also_sent_to_the_channel_says_so(
    workspace: Workspace, renderer: ScreenRenderer
) -> None:
    parent = post(workspace, "sam", "who?")
    post(workspace, "priya", "me", thread_ts=parent.ts, subtype="thread_broadcast")

    row = renderer.picture(standing_in(workspace, "incidents")).lists["messages"][-1]

    assert "replied to a thread" in row.html
    assert f"thread={parent.ts}" in row.html


def test_a_file_is_shown_with_its_beginning(workspace: Workspace, renderer: ScreenRenderer) -> None:
    file = workspace.files.add(
        name="report.md", title="Report", owner=workspace.bot.id, content=b"# <What> happened"
    )
    post(workspace, "sam", "here", files=(file.id, "F-gone"))

    row = renderer.picture(standing_in(workspace, "incidents")).lists["messages"][-1]

    assert "Report" in row.html
    assert "# &lt;What&gt; happened" in row.html


def test_bookmarks_stand_in_the_header_and_lead_nowhere_unsafe(
    workspace: Workspace, renderer: ScreenRenderer
) -> None:
    channel = workspace.channel_named("incidents")
    workspace.channel_store.bookmark(
        channel.id, title="Runbook", link="https://x.example/", emoji=":book:"
    )
    workspace.channel_store.bookmark(channel.id, title="Trap", link="javascript:alert(1)", emoji="")

    head = renderer.picture(standing_in(workspace, "incidents")).regions["head"]

    assert 'href="https://x.example/"' in head
    assert "Trap" in head
    assert "javascript" not in head


def test_an_archived_channel_can_be_read_but_not_written_in(
    workspace: Workspace, renderer: ScreenRenderer
) -> None:
    channel = workspace.channel_named("incidents")
    at = standing_in(workspace, "incidents")
    workspace.channel_store.archive(channel.id, by=at.person.id)

    at = screen_of(workspace, at.person.id, channel.id, "")
    picture = renderer.picture(at)

    assert "This channel is archived." in picture.regions["composer"]
    assert "<textarea" not in picture.regions["composer"]
    assert "archived" in picture.regions["sidebar"]


def test_a_conversation_between_two_is_called_by_the_other(workspace: Workspace) -> None:
    sam, priya = person(workspace, "sam"), person(workspace, "priya")
    direct = workspace.channel_store.direct([sam.id, priya.id])
    three = workspace.channel_store.direct([sam.id, priya.id, person(workspace, "tom").id])

    shown = sidebar(workspace, screen_of(workspace, sam.id, direct.id, ""))

    assert name_of(workspace, direct, sam) == "Priya Nair"
    assert name_of(workspace, direct, priya) == "Sam Okafor"
    assert {one.channel for one in shown.directs} == {direct, three}
    assert shown.app is None


def test_a_conversation_that_changes_while_it_is_looked_at_stands_once(
    workspace: Workspace,
) -> None:
    before = standing_in(workspace, "incidents")
    channel = workspace.channel_named("incidents")
    workspace.channel_store.set_topic(channel.id, "Something else", by=before.person.id)

    shown = sidebar(workspace, before)

    assert [one.name for one in shown.channels].count("incidents") == 1


def test_slackbot_is_nobody_one_could_choose(
    workspace: Workspace, renderer: ScreenRenderer
) -> None:
    composer = renderer.picture(standing_in(workspace, "incidents")).regions["composer"]

    assert "@priya" in composer
    assert "slackbot" not in composer.lower()
    assert SLACKBOT not in composer


def test_a_message_is_painted_again_only_when_it_changed(
    workspace: Workspace, renderer: ScreenRenderer
) -> None:
    first = post(workspace, "sam", "one")
    at = standing_in(workspace, "incidents")
    before = renderer.picture(at).lists["messages"]

    second = post(workspace, "priya", "two")
    after = renderer.picture(at).lists["messages"]

    assert all(old is new for old, new in zip(before, after, strict=False))
    assert [row.id for row in after[-2:]] == [f"m{first.ts}", f"m{second.ts}"]


def test_a_new_name_is_painted_wherever_it_stands(
    workspace: Workspace, renderer: ScreenRenderer
) -> None:
    tom = person(workspace, "tom")
    post(workspace, "sam", f"ask <@{tom.id}>")
    at = standing_in(workspace, "incidents")
    renderer.picture(at)

    workspace.people_store.replace(replace(tom, real_name="Thomas Becker"))

    assert "@Thomas Becker" in renderer.picture(at).lists["messages"][-1].html


def test_others_unread_messages_are_hinted_at(
    workspace: Workspace, renderer: ScreenRenderer
) -> None:
    post(workspace, "sam", "one")

    bar = renderer.picture(standing_in(workspace, "incidents")).regions["topbar"]

    assert bar.count("1 unread") == 2
