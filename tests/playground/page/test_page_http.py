from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from chatops.clock import FrozenClock, MovableClock
from chatops.playground.page.app import play_app
from chatops.playground.serving import ThreadedServer
from chatops.playground.slack.double import Slack
from chatops.playground.workspace.model import Message
from chatops.playground.workspace.seed import seeded
from tests.machine import PATIENCE
from tests.playground.page.world import INSTALLATION, NOW


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(FrozenClock(NOW))


@pytest.fixture
def slack(clock: MovableClock) -> Iterator[Slack]:
    made = Slack(seeded(clock), INSTALLATION, patience=PATIENCE)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def client(slack: Slack, clock: MovableClock) -> Iterator[httpx.Client]:
    with ThreadedServer() as server, httpx.Client(base_url=server.url) as made:
        server.start(play_app(slack, clock))
        yield made


def id_of(slack: Slack, handle: str) -> str:
    found = slack.workspace.people_store.handled(handle)
    assert found is not None
    return found.id


def types(client: httpx.Client, slack: Slack, text: str, **headers: str) -> Any:
    channel = slack.workspace.channel_named("incidents").id
    body = {"as": id_of(slack, "sam"), "channel": channel, "text": text}
    return client.post("/play/type", json=body, headers=headers)


def said(slack: Slack) -> list[str]:
    channel = slack.workspace.channel_named("incidents").id
    return [one.text for one in slack.workspace.messages(channel) if one.subtype is None]


def test_the_page_takes_deeds_from_itself(client: httpx.Client, slack: Slack) -> None:
    headers = {"Origin": str(client.base_url), "Sec-Fetch-Site": "same-origin"}

    assert types(client, slack, "hello", **headers).status_code == 200
    assert said(slack) == ["hello"]


def test_a_deed_that_is_sent_again_is_done_once(client: httpx.Client, slack: Slack) -> None:
    first, again = (types(client, slack, "hello", **{"Idempotency-Key": "1"}) for _ in range(2))
    types(client, slack, "hello", **{"Idempotency-Key": "2"})

    assert first.content == again.content
    assert said(slack) == ["hello", "hello"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9000"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
    ],
    ids=str,
)
def test_another_page_cannot_drive_it(
    client: httpx.Client, slack: Slack, headers: dict[str, str]
) -> None:
    assert types(client, slack, "hello", **headers).status_code == 403
    assert said(slack) == []


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "[::2]"])
def test_it_answers_under_the_names_of_this_machine_alone(client: httpx.Client, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 403


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000"])
def test_it_answers_under_each_name_of_this_machine(client: httpx.Client, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


def test_nothing_but_its_own_scripts_and_styles_is_allowed(client: httpx.Client) -> None:
    answer = client.get("/")

    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert " style=" not in answer.text


def test_everything_the_page_names_is_there(client: httpx.Client) -> None:
    page = client.get("/").text
    named = {part.split('"')[0].split("#")[0] for part in page.split('"/play/static/')[1:]}

    assert len(named) > 8
    for name in named:
        assert client.get(f"/play/static/{name}").status_code == 200, name


def test_an_unknown_deed_is_not_found(client: httpx.Client) -> None:
    assert client.post("/play/conquer", json={"as": "U1"}).status_code == 404


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"as": 1}', b'{"as": "U1"}', b"\xff"])
def test_a_deed_that_makes_no_sense_is_refused(client: httpx.Client, body: bytes) -> None:
    answer = client.post("/play/type", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 400
    assert answer.json() == {"problem": "The page sent something that makes no sense."}


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("react", {"channel": "C0", "ts": "1.000000", "name": "eyes"}),
        ("submit", {"view": "V0"}),
        ("close", {"view": "V0"}),
        ("shortcut", {"callback": "nothing"}),
        ("act", {"surface": "view", "view": "V0", "block": "b", "action": "a", "kind": "button"}),
    ],
)
def test_what_is_no_longer_there_is_said_politely(
    client: httpx.Client, slack: Slack, action: str, body: dict[str, str]
) -> None:
    answer = client.post(f"/play/{action}", json={"as": id_of(slack, "sam"), **body})

    assert answer.status_code == 409
    assert answer.json()["problem"]


@pytest.mark.parametrize("seconds", [0, -60, 86_401, 10**12, "soon"])
def test_the_clock_moves_in_sensible_steps(
    client: httpx.Client, slack: Slack, clock: MovableClock, seconds: object
) -> None:
    body = {"as": id_of(slack, "sam"), "seconds": seconds}

    assert client.post("/play/clock", json=body).status_code == 400
    assert clock.now() == NOW


@pytest.mark.parametrize(
    ("seconds", "looks"), [(60, 1), (90, 1), (900, 1), (3600, 4), (86_400, 96)]
)
def test_while_nothing_is_due_time_passes_by_the_quarter_of_an_hour(
    client: httpx.Client, slack: Slack, clock: MovableClock, seconds: int, looks: int
) -> None:
    seen: list[datetime] = []
    clock.on_advance(lambda: seen.append(clock.now()))

    client.post("/play/clock", json={"as": id_of(slack, "sam"), "seconds": seconds})

    assert len(seen) == looks
    assert seen[-1] == NOW + timedelta(seconds=seconds)


def test_time_stops_at_each_moment_when_something_is_due(slack: Slack, clock: MovableClock) -> None:
    due = [NOW + timedelta(seconds=each) for each in (20, 3, 4000)]
    seen: list[datetime] = []
    clock.on_advance(lambda: seen.append(clock.now()))
    app = play_app(
        slack, clock, next_due=lambda: min((at for at in due if at not in seen), default=None)
    )
    with ThreadedServer() as server:
        server.start(app)
        with httpx.Client(base_url=server.url) as client:
            body = {"as": id_of(slack, "sam"), "seconds": 86_400}
            client.post("/play/clock", json=body, timeout=60)

    assert set(due) <= set(seen)
    assert seen[-1] == NOW + timedelta(days=1)


def test_a_button_of_a_message_that_was_edited_meanwhile_still_works(
    client: httpx.Client, slack: Slack
) -> None:
    button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
    actions = {"type": "actions", "block_id": "since then", "elements": [button]}
    channel = slack.workspace.channel_named("incidents").id
    said_there = slack.workspace.message_store.post(
        Message(
            channel=channel, ts="", author=slack.workspace.bot.id, text="Go?", blocks=(actions,)
        )
    )
    press = {
        "as": id_of(slack, "sam"),
        "surface": "message",
        "channel": channel,
        "ts": said_there.ts,
        "block": "before",
        "action": "go",
        "kind": "button",
    }

    assert client.post("/play/act", json=press).status_code == 200
    assert client.post("/play/act", json=press | {"action": "gone"}).status_code == 409


def screen(client: httpx.Client, query: str, **body: Any) -> Any:
    return client.post(f"/play/screen{query}", json=body).json()


def test_only_what_is_new_is_sent(client: httpx.Client, slack: Slack) -> None:
    query = f"?as={id_of(slack, 'sam')}&channel={slack.workspace.channel_named('incidents').id}"
    known = screen(client, query)["digests"]
    unchanged = screen(client, query, known=known)

    types(client, slack, "hello")
    changed = screen(client, query, known=known)

    assert unchanged["regions"] == {}
    assert unchanged["lists"] == {}
    assert list(changed["lists"]) == ["messages"]
    assert [id_ for id_, html in changed["lists"]["messages"] if html] == [
        changed["lists"]["messages"][-1][0]
    ]


def test_seeing_a_channel_reads_it(client: httpx.Client, slack: Slack) -> None:
    types(client, slack, "hello")
    priya = id_of(slack, "priya")
    incidents = slack.workspace.channel_named("incidents").id
    query = f"?as={priya}&channel={incidents}"

    hidden = screen(client, query, seen=False)
    assert slack.workspace.unread(priya, incidents) == 1
    seen = screen(client, query, seen=True)

    assert hidden["unread_from"] == seen["unread_from"] != ""
    assert slack.workspace.unread(priya, incidents) == 0
    assert screen(client, query, seen=True)["unread_from"] == ""


def test_a_private_channel_is_shown_to_its_members_alone(
    client: httpx.Client, slack: Slack
) -> None:
    secret = slack.users.creates_channel("priya", "secret-breach", private=True)
    slack.users.types("priya", secret.id, "the keys are out")
    public = slack.workspace.channel_named("incidents").id
    slack.users.types("priya", public, "see #secret-breach")

    priya = client.get(f"/?as={id_of(slack, 'priya')}&channel={secret.id}").text
    sam = client.get(f"/?as={id_of(slack, 'sam')}&channel={secret.id}").text
    sam_in_public = client.get(f"/?as={id_of(slack, 'sam')}&channel={public}").text

    assert "the keys are out" in priya
    assert "the keys are out" not in sam
    assert "secret-breach" not in sam
    assert "secret-breach" not in sam_in_public
    assert "private channel" in sam_in_public


@pytest.mark.parametrize(
    "query",
    ["?as=nobody", "?channel=nothing", "?as=%00&channel=%ff&thread=x", "?thread=1.0&channel=home"],
)
def test_an_address_that_leads_nowhere_shows_the_nearest_thing(
    client: httpx.Client, query: str
) -> None:
    answer = client.get(f"/{query}")

    assert answer.status_code == 200
    assert "Sam Okafor" in answer.text


def test_the_stream_tells_of_revisions_until_the_server_stops(
    slack: Slack, clock: MovableClock
) -> None:
    rounds = iter([False, False, True])

    with ThreadedServer() as server:
        server.start(play_app(slack, clock, stopping=lambda: next(rounds)))
        answer = httpx.get(f"{server.url}/play/live?since=0")

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert f'"revision": {slack.workspace.revision}' in answer.text
    assert '"now": "2026-11-21T14:32:00Z"' in answer.text


def test_a_channel_without_a_bot_home_says_so(client: httpx.Client, slack: Slack) -> None:
    page = client.get(f"/?as={id_of(slack, 'sam')}&channel=home").text

    assert "has not drawn its Home yet" in page
