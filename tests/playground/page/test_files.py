"""What messages lead to opens on this machine: files, canvases and other messages."""

from collections.abc import Iterator

import httpx
import pytest

from chatops.clock import FrozenClock, MovableClock
from chatops.playground.page.app import play_app
from chatops.playground.serving import ThreadedServer
from chatops.playground.slack.double import Slack
from chatops.playground.workspace.model import File
from chatops.playground.workspace.seed import seeded
from tests.machine import PATIENCE
from tests.playground.page.world import INSTALLATION, NOW

CALENDAR = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


@pytest.fixture
def slack() -> Slack:
    return Slack(seeded(MovableClock(FrozenClock(NOW))), INSTALLATION, patience=PATIENCE)


@pytest.fixture
def client(slack: Slack) -> Iterator[httpx.Client]:
    with ThreadedServer() as server, httpx.Client(base_url=server.url) as made:
        server.start(play_app(slack, MovableClock(FrozenClock(NOW))))
        yield made


def shared(slack: Slack, name: str, content: bytes) -> File:
    return slack.workspace.files.add(
        name=name, title=name, owner=slack.workspace.bot.id, content=content
    )


def test_a_calendar_file_is_kept_under_its_own_name(client: httpx.Client, slack: Slack) -> None:
    file = shared(slack, "Review für morgen.ics", CALENDAR)

    answer = client.get(f"/files/{file.owner}/{file.id}/{file.name}")

    assert answer.content == CALENDAR
    assert answer.headers["content-type"].startswith("text/calendar")
    assert "Review%20f%C3%BCr%20morgen.ics" in answer.headers["content-disposition"]


def test_a_canvas_is_read_and_runs_nothing(client: httpx.Client, slack: Slack) -> None:
    file = shared(slack, "Post-mortem", b"# What we learned\n\n<script>alert(1)</script>")

    page = client.get(f"/docs/{slack.workspace.team.id}/{file.id}").text

    assert "<h1>What we learned</h1>" in page
    assert "<script>" not in page


def test_a_link_to_a_message_leads_whoever_follows_it_there(
    client: httpx.Client, slack: Slack
) -> None:
    room = slack.workspace.channel_named("general").id
    answer = client.get(
        f"/archives/{room}/p1700000000000100", headers={"Referer": f"{client.base_url}/?as=U2"}
    )

    assert answer.headers["location"] == f"/?as=U2&channel={room}#m1700000000.000100"


@pytest.mark.parametrize("place", ["/files/U1/F1/a.txt", "/docs/T1/F1"])
def test_what_is_not_there_is_said_so(client: httpx.Client, place: str) -> None:
    answer = client.get(place)

    assert (answer.status_code, answer.text.startswith("There is no such")) == (404, True)
