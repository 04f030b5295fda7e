"""The pages of the bot as a program of its own, set up by its environment."""

from urllib.parse import parse_qs, urlsplit

import httpx

from tests.acceptance.conftest import machine
from tests.acceptance.served import Served

__all__ = ["machine"]

SITE = "https://incidents.example.com"


def test_a_program_shows_the_status_and_keeps_a_copy_of_it_and_lets_nobody_in(
    machine: Served,
) -> None:
    with machine.serves() as program:
        program.wait_until_it_is_ready()
        shown = httpx.get(f"{program.url}/status")
        sign_in = httpx.get(f"{program.url}/incidents", follow_redirects=True)
        cookies = {"chatops": "eyJ1c2VyIjogIlUxIn0=.x.y"}
        made_up = httpx.get(f"{program.url}/incidents/INC-2026-001", cookies=cookies)
    assert "All in order." in shown.text
    assert "Signing in is not set up yet" in sign_in.text
    assert "SLACK_CLIENT_ID" in sign_in.text
    assert made_up.status_code == 303
    assert "All in order." in (machine.folder / "data" / "status" / "status.html").read_text()


def test_with_the_apps_secrets_people_are_led_to_slack_and_cookies_are_for_https(
    machine: Served,
) -> None:
    installation = machine.slack.installation
    settings = {
        "SLACK_CLIENT_ID": installation.client_id,
        "SLACK_CLIENT_SECRET": installation.client_secret,
        "CHATOPS_PUBLIC_URL": SITE,
    }
    with machine.serves(**settings) as program:
        answer = httpx.get(f"{program.url}/sign-in")
    address = urlsplit(answer.headers["location"])
    asked = parse_qs(address.query)
    assert f"{address.scheme}://{address.netloc}" == machine.slack.address
    assert asked["redirect_uri"] == [f"{SITE}/sign-in/callback"]
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-chatops=")
    assert "secure" in cookie.lower()
    assert installation.client_secret not in program.log
