"""The app as a whole: over a socket as over HTTP, at once, and for whoever it knows nothing of."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from chatops.adapters.slack.incoming.app import SocketLine, SocketRefused, socket_mode
from chatops.commands.catalogue import ACTIONS
from chatops.domain.team import Permission
from tests.slack.incoming.bench import Bench, shown


@contextmanager
def by_socket(bench: Bench) -> Iterator[SocketLine]:
    token = bench.slack.installation.app_token
    line = socket_mode(bench.app, token, base_url=f"{bench.slack.address}/api/", at_once=4)
    with line:
        assert bench.slack.sockets.wait_until_connected(1)
        session = line._handler.client.current_session
        assert session is not None
        assert session.sock is not None
        session.sock.settimeout(0.05)  # closing waits for it
        yield line


def test_nothing_is_asked_of_slack_before_somebody_asks_something(bench: Bench) -> None:
    assert bench.calls() == []


def test_the_first_command_asks_slack_for_nothing_but_the_form(bench: Bench) -> None:
    bench.types("sam", "/incident checkout is down")

    assert bench.calls() == ["views.open", "views.update"]


def test_bolt_leaves_the_level_of_our_own_log_alone(bench: Bench) -> None:
    bench.types("sam", "/incident help")

    assert logging.getLogger("chatops").level == logging.NOTSET


def test_a_socket_carries_commands_forms_buttons_and_events(bench: Bench) -> None:
    incident = bench.declared("priya")
    with by_socket(bench) as line:
        assert line.is_connected
        bench.types("sam", "/incident checkout broken")
        assert "INC-2026-001" in shown(bench.sees("sam").blocks)
        bench.presses_in_form("sam", "Join")
        bench.slack.users.joins("tom", incident.channel_name)
        bench.is_quiet()

    assert bench.slack.sockets.wait_until_connected(0)
    assert {bench.id_of("sam"), bench.id_of("tom")} <= bench.again(incident).members
    carried = [one for one in bench.slack.call_log.deliveries() if one.over_socket]
    assert {one.kind.value for one in carried} == {"command", "interaction", "event"}


def test_errors_at_fields_travel_by_socket(bench: Bench) -> None:
    with by_socket(bench):
        bench.types("sam", "/incident checkout is down")

        errors = bench.submits("sam", severity="P1", title="🔥")

    assert "Say in a few words" in errors["title"]


def test_a_socket_with_a_wrong_token_says_what_is_wrong(
    bench: Bench, logged_errors: list[object]
) -> None:
    line = socket_mode(bench.app, "xapp-wrong", base_url=f"{bench.slack.address}/api/")
    try:
        with pytest.raises(SocketRefused, match=r"invalid_auth.*SLACK_APP_TOKEN"):
            line.start()
        assert logged_errors
    finally:
        line.stop()


def test_fifty_people_at_once_are_all_answered(bench: Bench) -> None:
    bench.declared("sam")
    handles = ["sam", "priya", "tom", "aiko", "lena"] * 10

    def asks(handle: str) -> bool:
        return bench.slack.users.types(handle, "incidents", "/incident list").ok

    with ThreadPoolExecutor(10) as crowd:
        assert all(crowd.map(asks, handles))
    bench.executor.settle()

    assert sum(len(bench.whispers(handle)) for handle in set(handles)) == len(handles)


def test_every_deed_that_a_team_restricts_has_a_command_or_a_role() -> None:
    deeds = {action.permission for action in ACTIONS.values()} - {None}

    assert deeds | {Permission.ASSIGN} == set(Permission)
