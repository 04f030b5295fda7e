from dataclasses import dataclass
from urllib.parse import urlencode

import httpx
import pytest

from chatops.playground.slack.call_log import DeliveryKind
from chatops.playground.slack.signing import signed_headers
from tests.acceptance.stage import Actor, Stage


@dataclass
class Stranger:
    """Somebody who knows the bot's address, and maybe its signing secret."""

    stage: Stage
    secret: str = "not-the-signing-secret"
    #: How old the request claims to be, in seconds.
    age: int = 0

    def sends(self, body: str, kind: str = "application/x-www-form-urlencoded") -> httpx.Response:
        url = self.stage.slack.delivery.bot_url
        assert url is not None
        # Signatures are dated by the machine's clock, as the bot checks them.
        now = int(self.stage.slack._transport._clock.now().timestamp())
        headers = signed_headers(self.secret, body, now - self.age)
        with httpx.Client(trust_env=False) as client:
            return client.post(url, content=body, headers={"Content-Type": kind, **headers})

    def commands(self, text: str) -> httpx.Response:
        sam = self.stage.actor("sam")
        fields = {
            "command": "/incident", "text": text, "user_id": sam.id, "trigger_id": "1.2.3",
            "team_id": self.stage.slack.workspace.team.id, "channel_id": "C1",
        }  # fmt: skip
        return self.sends(urlencode(fields))


def nothing_came_of_it(sam: Actor) -> bool:
    sam.types("/incident list")
    return sam.hears("No incident is open")


def test_a_wrong_signature_opens_nothing(stage: Stage, sam: Actor) -> None:
    answer = Stranger(stage).commands("declare P0 forged")
    assert answer.status_code == 401
    assert "Traceback" not in answer.text
    assert nothing_came_of_it(sam)


def test_without_a_signature_there_is_no_way_in(stage: Stage, sam: Actor) -> None:
    url = stage.slack.delivery.bot_url
    assert url is not None
    answer = httpx.post(url, data={"command": "/incident", "text": "declare P0 unsigned"})
    assert answer.status_code == 401
    assert nothing_came_of_it(sam)


def test_a_request_of_six_minutes_ago_is_not_taken(stage: Stage, sam: Actor) -> None:
    secret = stage.slack.installation.signing_secret
    answer = Stranger(stage, secret=secret, age=360).commands("declare P0 recorded")
    assert answer.status_code == 401
    assert nothing_came_of_it(sam)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("", "application/x-www-form-urlencoded"),
        ("payload=%7B", "application/x-www-form-urlencoded"),
        ("payload=[]", "application/x-www-form-urlencoded"),
        ("{", "application/json"),
        ('{"type": "event_callback", "event": {}}', "application/json"),
    ],
)
def test_a_signed_request_that_makes_no_sense_gets_a_short_no(
    stage: Stage, sam: Actor, body: str, kind: str
) -> None:
    answer = Stranger(stage, secret=stage.slack.installation.signing_secret).sends(body, kind)
    assert answer.status_code < 500
    assert len(answer.text) < 200
    assert nothing_came_of_it(sam)


def delivered_again(stage: Stage, name: str) -> None:
    """Bring the last delivery of that name a second time, as networks do."""
    [*_, last] = stage.slack.call_log.deliveries(name)
    assert stage.slack.delivery.redeliver(last).ok
    stage.settle()


def test_a_command_that_is_delivered_again_declares_once(stage: Stage, sam: Actor) -> None:
    sam.types("/incident declare P0 checkout is down")
    delivered_again(stage, DeliveryKind.COMMAND)
    assert stage.incident_room.name == "incident-2026-001"
    sam.types("/incident list")
    assert sam.heard().count("checkout is down") == 1


def test_a_form_that_is_delivered_again_is_taken_once(stage: Stage, sam: Actor) -> None:
    sam.types("/incident declare P0 checkout is down")
    room = stage.incident_room
    sam.clicks("Write update", room)
    sam.submits({"For stakeholders": "We know why."})
    delivered_again(stage, "form_update")
    assert room.count("We know why.") == 2, "the board and the update"
    assert len(stage.room("status-updates").thread(stage.room("status-updates").messages[0])) == 1


def test_an_event_that_is_delivered_again_is_taken_once(stage: Stage, sam: Actor) -> None:
    sam.types("/incident declare P0 checkout is down")
    room = stage.incident_room
    said = sam.types("the pool is at 100 %", room)
    assert said.ts is not None
    sam.reacts("pushpin", room, said.ts)
    delivered_again(stage, "reaction_added")
    sam.types("/incident timeline", room)
    assert sam.heard(room).count("the pool is at 100 %") == 1


def test_a_button_that_is_delivered_again_acts_once(stage: Stage, tom: Actor, ines: Actor) -> None:
    ines.types("/incident declare P0 checkout is down")
    tom.clicks("I am on it")
    delivered_again(stage, "acknowledge")
    assert stage.incident_room.count("is on it") == 1


def test_the_challenge_is_answered(stage: Stage) -> None:
    assert stage.slack.delivery.challenge()
