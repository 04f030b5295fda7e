"""What the bot takes from what people do without asking it: pins, arrivals, renames; shortcuts."""

import pytest

from chatops.adapters.slack.incoming.listeners import events, shortcuts
from chatops.adapters.slack.incoming.subscriptions import EVENTS, SHORTCUTS
from chatops.domain.incident.model import Incident
from tests.slack.incoming.bench import Bench, shown


@pytest.fixture
def incident(bench: Bench) -> Incident:
    return bench.declared("sam")


def says(bench: Bench, handle: str, channel: str, text: str) -> str:
    ts = bench.slack.users.types(handle, channel, text).ts
    assert ts is not None
    return ts


def notes(bench: Bench, incident: Incident) -> list[str]:
    return [each.text for each in bench.timeline(incident.id) if each.kind == "note"]


def test_every_entrance_has_a_handler() -> None:
    assert set(events.HANDLERS) == set(EVENTS)
    assert set(shortcuts.HANDLERS) == {one.callback for one in SHORTCUTS}


def test_a_pin_puts_a_message_on_the_timeline_once(bench: Bench, incident: Incident) -> None:
    room = incident.channel_name
    bench.slack.users.joins("priya", room)
    ts = says(bench, "priya", room, "The index <!channel> is gone & @tom knows")

    bench.slack.users.reacts("sam", room, ts, "pushpin")
    bench.is_quiet()
    bench.slack.users.reacts("priya", room, ts, "pushpin")
    bench.is_quiet()

    (note,) = [each for each in bench.timeline(incident.id) if each.source]
    tom = bench.id_of("tom")
    assert note.text == (
        f"<@{bench.id_of('priya')}>: The index <!channel> is gone & <@{tom}> knows"
    )
    assert note.actor == bench.id_of("sam")
    assert note.source is not None
    assert note.source.startswith(bench.slack.address)


def test_a_pin_in_a_thread_counts_too(bench: Bench, incident: Incident) -> None:
    room = incident.channel_name
    ts = says(bench, "sam", room, "Which deploy was it?")
    reply = bench.slack.users.types("sam", room, "The one at 14:20", thread_ts=ts).ts
    assert reply is not None

    bench.slack.users.reacts("sam", room, reply, "pushpin")
    bench.is_quiet()

    assert any("The one at 14:20" in text for text in notes(bench, incident))


def test_another_reaction_or_another_channel_is_nothing(bench: Bench, incident: Incident) -> None:
    ts = says(bench, "sam", incident.channel_name, "Hm")
    bench.slack.users.reacts("sam", incident.channel_name, ts, "eyes")
    elsewhere = says(bench, "sam", "incidents", "Lunch?")
    bench.slack.users.reacts("sam", "incidents", elsewhere, "pushpin")
    bench.is_quiet()

    assert notes(bench, incident) == []


def test_an_event_delivered_again_is_taken_once(bench: Bench, incident: Incident) -> None:
    room = incident.channel_name
    ts = says(bench, "sam", room, "It began")
    bench.slack.users.reacts("sam", room, ts, "pushpin")
    bench.is_quiet()
    whispers = len(bench.whispers("sam", room))

    again = bench.slack.delivery.redeliver(bench.slack.call_log.deliveries("reaction_added")[0])
    bench.is_quiet()

    assert again.ok
    assert len(notes(bench, incident)) == 1
    assert len(bench.whispers("sam", room)) == whispers


def test_who_comes_into_the_channel_takes_part_without_a_word(
    bench: Bench, incident: Incident
) -> None:
    room = incident.channel_name
    bench.slack.users.joins("priya", room)
    bench.is_quiet()
    joined = bench.again(incident)
    assert bench.id_of("priya") in joined.members
    assert bench.workspace.bot.id not in joined.members

    bench.slack.users.leaves("priya", room)
    bench.is_quiet()
    assert bench.id_of("priya") not in bench.again(incident).members
    bench.slack.users.joins("priya", room)
    bench.is_quiet()

    assert bench.again(incident).members == joined.members
    assert bench.whispers("priya", room) == []


def test_a_renamed_channel_goes_on_working(bench: Bench, incident: Incident) -> None:
    bench.slack.users.renames_channel("sam", incident.channel_name, "the-great-outage")
    bench.is_quiet()
    assert "The channel is called #the-great-outage now" in notes(bench, incident)

    bench.types("sam", "/incident status", "the-great-outage")

    assert "Nobody has said yet" in bench.told("sam", "the-great-outage")


def test_archiving_goes_on_record(bench: Bench, incident: Incident) -> None:
    bench.slack.users.archives_channel("sam", incident.channel_name)
    bench.is_quiet()
    bench.slack.users.unarchives_channel("sam", incident.channel_name)
    bench.is_quiet()

    assert notes(bench, incident) == [
        "The channel was archived",
        "The channel was taken out of the archive",
    ]


def test_channels_of_no_incident_are_nobodys_business(bench: Bench, incident: Incident) -> None:
    bench.slack.users.renames_channel("sam", "dev-alerts", "alerts")
    bench.slack.users.archives_channel("sam", "alerts")
    bench.is_quiet()

    assert notes(bench, incident) == []


def test_the_shortcut_declares_from_anywhere(bench: Bench) -> None:
    bench.slack.users.shortcut("ines", "declare")
    bench.executor.settle()

    assert bench.submits("ines", title="Checkout is down", severity="P1") == {}

    assert bench.incidents()[0].title == "Checkout is down"


def test_a_message_becomes_an_incident(bench: Bench) -> None:
    ts = says(bench, "priya", "incidents", "Checkout fails for everybody\nsince the deploy")
    bench.slack.users.shortcut("sam", "declare_from_message", channel="incidents", ts=ts)
    bench.executor.settle()
    assert bench.calls() == ["views.open", "chat.getPermalink", "views.update"]

    assert bench.submits("sam", severity="P1") == {}

    (incident,) = bench.incidents()
    assert incident.title == "Checkout fails for everybody since the deploy"
    assert incident.reported_by == bench.id_of("priya")
    source = bench.timeline(incident.id)[0].source
    assert source is not None
    assert source.startswith(bench.slack.address)


def test_a_message_is_added_to_its_channels_timeline(bench: Bench, incident: Incident) -> None:
    room = incident.channel_name
    bench.slack.users.joins("priya", room)
    ts = says(bench, "priya", room, "The index is gone")
    bench.slack.users.shortcut("sam", "add_to_timeline", channel=room, ts=ts)
    bench.is_quiet()

    assert bench.submits("sam") == {}

    assert notes(bench, incident) == [f"<@{bench.id_of('priya')}>: The index is gone"]


def test_a_message_from_elsewhere_is_added_to_the_incident_that_is_chosen(
    bench: Bench, incident: Incident
) -> None:
    ts = says(bench, "priya", "incidents", "The index is gone")
    bench.slack.users.shortcut("sam", "add_to_timeline", channel="incidents", ts=ts)
    bench.executor.settle()
    assert bench.sees("sam").title == "Which incident?"

    assert bench.submits("sam") == {}
    assert "Said by" in shown(bench.sees("sam").blocks)
    assert bench.submits("sam") == {}

    assert notes(bench, incident) == [f"<@{bench.id_of('priya')}>: The index is gone"]
