import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.acceptance.served import Program, Served, declares, most_often_said

pytestmark = pytest.mark.postgres


@pytest.fixture
def replicas(machine: Served, postgres_url: str) -> Iterator[tuple[Program, Program]]:
    """Two bots on one database, in a hurry."""
    machine.hurry()
    with ExitStack() as opened:
        first, second = (
            opened.enter_context(machine.serves(CHATOPS_DATABASE_URL=postgres_url))
            for _ in range(2)
        )
        yield first, second


@pytest.mark.long
def test_any_replica_serves_any_click_and_nothing_is_done_twice(
    machine: Served, replicas: tuple[Program, Program]
) -> None:
    sam, slack = machine.actor("sam"), machine.slack
    public = machine.room("status-updates")

    def leads_to(program: Program) -> None:
        slack.bot_is_at(f"{program.url}/slack/events")

    first, second = replicas
    declares(machine, between=lambda: leads_to(first))
    room = machine.incident_room
    machine.until(lambda: slack.workspace.pinned(room.id), "the board, pinned")

    leads_to(second)
    sam.clicks("Write update", room)
    machine.until(lambda: sam.has_modal and "Write update" in sam.reads_modal, "the form")
    leads_to(first)
    assert sam.submits({"For stakeholders": "We know why.", "Or at another time": "4 s"}).ok
    [*_, form] = slack.call_log.deliveries("form_update")
    leads_to(second)
    assert slack.delivery.redeliver(form).ok
    machine.until(lambda: room.count("We know why."), "the update")

    [announcement] = public.messages
    machine.until(lambda: len(public.thread(announcement)) >= 3, "two holding updates")

    assert most_often_said(machine) == 1
    thread = slack.workspace.thread(public.id, announcement.ts)
    promised = [re.findall(r"by <!date\^(\d+)", str(one.blocks)) for one in thread[1:]]
    assert len({str(one) for one in promised}) == len(promised), "each word promises another time"
    assert sum("We know why." in words for words in public.thread(announcement)) == 1
    assert [program.stop() for program in replicas] == [0, 0]
