from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from chatops.clock import FrozenClock, MovableClock
from chatops.playground.workspace.channels import UnknownChannelError
from chatops.playground.workspace.model import ChannelKind, Message, Persona, moment_of
from chatops.playground.workspace.seed import seeded
from chatops.playground.workspace.state import SLACKBOT, UnknownPersonError, Workspace

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(FrozenClock(NOON))


@pytest.fixture
def workspace(clock: MovableClock) -> Workspace:
    return seeded(clock)


def says(workspace: Workspace, channel: str, author: str, text: str = "x") -> Message:
    room, person = workspace.channel_named(channel), workspace.people_store.handled(author)
    assert person is not None
    return workspace.message_store.post(
        Message(channel=room.id, ts="", author=person.id, text=text)
    )


def test_the_seeded_workspace_has_its_people_groups_and_channels(workspace: Workspace) -> None:
    assert [one.persona for one in workspace.personas] == list(Persona)
    assert {one.handle for one in workspace.groups} == {"oncall", "eng-leads", "product"}
    names = [one.name for one in workspace.channels]
    assert names == ["general", "incidents", "status-updates", "dev-alerts"]
    assert workspace.channel_named("general").is_general
    assert workspace.person(SLACKBOT).handle == "slackbot"
    assert all(
        workspace.unread(person.id, room.id) == 0
        for person in workspace.personas
        for room in workspace.channels
    )


def test_ids_look_like_slacks_and_are_the_same_every_time(clock: MovableClock) -> None:
    one, other = seeded(clock), seeded(clock)

    ids = [one.team.id, *(p.id for p in one.people), *(c.id for c in one.channels)]
    assert ids == [other.team.id, *(p.id for p in other.people), *(c.id for c in other.channels)]
    assert len(set(ids)) == len(ids)
    assert all(len(each) == 11 and each.isupper() for each in ids if each != SLACKBOT)
    assert [each[0] for each in ids] == ["T", *"U" * len(one.people), *"CCCC"]


def test_time_stamps_follow_the_clock_and_never_stand_still(
    workspace: Workspace, clock: MovableClock
) -> None:
    first, second = says(workspace, "general", "sam"), says(workspace, "general", "sam")
    clock.advance(timedelta(minutes=15))
    third = says(workspace, "general", "sam")

    assert first.ts < second.ts < third.ts
    assert timedelta() <= first.at - NOON < timedelta(milliseconds=1)
    assert third.at == NOON + timedelta(minutes=15)
    assert moment_of(third.ts) == third.at


def test_people_see_their_channels_and_those_they_could_join(workspace: Workspace) -> None:
    sam, _, ines = workspace.personas
    secret = workspace.channel_store.create(name="secret", creator=sam.id, private=True)
    direct = workspace.channel_store.direct([sam.id, workspace.bot.id])
    workspace.channel_store.archive(workspace.channel_named("dev-alerts").id, by=sam.id)

    mine = [one.id for one in workspace.channels_for(sam.id)]
    assert mine[-1] == direct.id
    assert [workspace.channel(one).name for one in mine[:-1]] == [
        "general",
        "incidents",
        "secret",
        "status-updates",
    ]
    assert [one.name for one in workspace.channels_to_join(ines.id)] == ["incidents"]
    assert secret.kind is ChannelKind.PRIVATE


def test_unread_counts_what_others_said_since_one_looked(workspace: Workspace) -> None:
    sam, priya, ines = workspace.personas
    room = workspace.channel_named("incidents")

    says(workspace, "incidents", "priya")
    says(workspace, "incidents", "priya")
    assert workspace.unread(sam.id, room.id) == 2
    assert workspace.unread(priya.id, room.id) == 0
    assert workspace.unread(ines.id, room.id) == 0

    workspace.mark_read(sam.id, room.id)
    assert workspace.unread(sam.id, room.id) == 0
    says(workspace, "incidents", "priya")
    says(workspace, "incidents", "sam")
    assert workspace.unread(sam.id, room.id) == 0


def test_a_deleted_reply_is_no_longer_counted(workspace: Workspace) -> None:
    parent = says(workspace, "incidents", "sam")
    draft = Message(
        channel=parent.channel, ts="", author=parent.author, text="r", thread_ts=parent.ts
    )
    first, second = workspace.message_store.post(draft), workspace.message_store.post(draft)

    workspace.message_store.delete(first)
    shown = workspace.message(parent.channel, parent.ts)
    assert shown is not None
    assert (shown.reply_count, shown.latest_reply) == (1, second.ts)

    workspace.message_store.delete(second)
    shown = workspace.message(parent.channel, parent.ts)
    assert shown is not None
    assert (shown.reply_count, shown.thread_ts) == (0, None)


def test_who_waits_for_a_change_is_woken_by_it(workspace: Workspace) -> None:
    since = workspace.revision
    assert workspace.wait_for_change(since, timeout=0) == since

    seen: list[int] = []
    waiting = Thread(target=lambda: seen.append(workspace.wait_for_change(since, timeout=30)))
    waiting.start()
    says(workspace, "general", "sam")
    waiting.join()

    assert seen[0] > since


def test_an_old_snapshot_does_not_undo_what_happened_since(workspace: Workspace) -> None:
    sam, priya, _ = workspace.personas
    old = says(workspace, "incidents", "sam")

    workspace.message_store.react(old, "eyes", sam.id)
    workspace.message_store.react(old, "eyes", priya.id)
    workspace.message_store.react(old, "eyes", priya.id)
    workspace.message_store.pin(old, sam.id)
    workspace.message_store.unreact(old, "fire", sam.id)

    now = workspace.message(old.channel, old.ts)
    assert now is not None
    assert now.is_pinned
    assert [(one.name, one.people) for one in now.reactions] == [("eyes", (sam.id, priya.id))]


def test_values_stay_in_a_view_for_blocks_that_stay(workspace: Workspace) -> None:
    sam = workspace.personas[0].id
    before = {"type": "modal", "blocks": [{"block_id": "a"}, {"block_id": "b"}]}
    view = workspace.view_store.open(sam, before)
    workspace.view_store.enter(view, {"a": {"x": 1}, "b": {"y": 2}})

    current = workspace.modal(sam)
    assert current is not None
    redrawn = workspace.view_store.update(current, {"type": "modal", "blocks": [{"block_id": "b"}]})

    assert redrawn.values == {"b": {"y": 2}}


def test_nobody_and_nowhere_are_errors(workspace: Workspace) -> None:
    with pytest.raises(UnknownPersonError, match="U0"):
        workspace.person("U0")
    with pytest.raises(UnknownChannelError, match="C0"):
        workspace.channel("C0")
    with pytest.raises(UnknownChannelError, match="nowhere"):
        workspace.channel_named("#nowhere")


def test_many_threads_may_talk_at_once(workspace: Workspace) -> None:
    def talk() -> None:
        for _ in range(50):
            says(workspace, "incidents", "sam")

    threads = [Thread(target=talk) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    said = [one.ts for one in workspace.messages(workspace.channel_named("incidents").id)]
    assert len(said) == len(set(said))
    assert len([one for one in said if one]) >= 200
