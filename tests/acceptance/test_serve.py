import httpx
import pytest

from tests.acceptance.served import Served, declares, most_often_said


def test_the_bot_opens_a_channel_posts_pins_and_announces_and_stops_when_told(
    machine: Served,
) -> None:
    with machine.serves() as program:
        assert machine.slack.delivery.challenge()
        declares(machine)
        room, public = machine.incident_room, machine.room("status-updates")
        machine.until(lambda: machine.slack.workspace.pinned(room.id), "the board, pinned")
        machine.until(lambda: "Some cannot pay" in str(public.all), "the announcement")
        assert "Some cannot pay" in room.board
        program.wait_until_it_is_ready()
        assert "chatops_" in httpx.get(f"{program.url}/metrics").text
        forged = httpx.post(f"{program.url}/slack/events", data={"command": "/incident"})
        assert forged.status_code == 401

        second = machine.run("serve")
        assert second.returncode == 2
        assert second.stderr.count("\n") == 1
        assert "another bot is running on it" in second.stderr

        assert program.stop() == 0
        assert "ERROR" not in program.log
        assert "slack.bolt" not in program.log
        assert machine.slack.installation.bot_token not in program.log


@pytest.mark.long
def test_by_socket_mode_it_does_the_same(machine: Served) -> None:
    slack = machine.slack
    with machine.serves(
        SLACK_APP_TOKEN=slack.installation.app_token, SLACK_SIGNING_SECRET=""
    ) as program:
        slack.delivery.bot_url = None
        assert slack.sockets.connected == 1
        declares(machine)
        brought = [one for one in slack.call_log.deliveries() if one.ended]
        assert brought
        assert all(one.over_socket for one in brought)
        assert program.stop() == 0
        assert "Traceback" not in program.log


@pytest.mark.long
def test_a_restart_in_the_middle_loses_nothing_and_doubles_nothing(machine: Served) -> None:
    machine.hurry()
    public = machine.room("status-updates")
    with machine.serves() as program:
        declares(machine)
        machine.until(lambda: public.messages, "the announcement")
        machine.slack.faults.slow(0.2)
        room = machine.incident_room
        machine.actor("sam").types("/incident decide roll back because it hurts", room)
        assert program.stop() == 0
        machine.slack.faults.slow(0)
    [announcement] = public.messages
    before = len(public.thread(announcement))
    with machine.serves() as program:
        machine.until(lambda: room.count("roll back"), "the decision")
        machine.until(lambda: len(public.thread(announcement)) > before, "a holding update")
        assert program.stop() == 0
    assert most_often_said(machine) == 1


@pytest.mark.long
def test_the_doctor_finds_what_is_wrong_and_is_content_once_it_is_mended(machine: Served) -> None:
    ill = machine.run("doctor", SLACK_BOT_TOKEN="xoxb-of-another-app")
    assert ill.returncode == 1
    assert "Slack does not accept the bot's token" in ill.stdout
    assert "how to mend it" in ill.stdout

    migrated = machine.run("migrate")
    assert migrated.returncode == 0
    assert "brought from nothing" in migrated.stdout

    well = machine.run("doctor")
    assert well.returncode == 0, well.stdout
    assert "0 wrong, 0 to look at" in well.stdout
