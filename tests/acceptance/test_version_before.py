"""What the version before this one began goes on: its database, its dump, its buttons and forms."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from chatops.domain.hotfix.model import BackportState, HotfixState
from chatops.domain.incident.model import Incident, Status
from chatops.domain.incident.timeline import EntryKind
from chatops.playground.shop.servers import ServerPlace, Wish
from tests.acceptance.hotfix_walk import SOON, Walk
from tests.acceptance.kept import DATABASE, DUMP, gone_on_with, tables_of
from tests.acceptance.stage import Room

KEPT = Path(__file__).parents[1] / "data" / "version_before"


@pytest.fixture(params=[DATABASE, DUMP])
def walk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Walk]:
    """The night that a test is marked with, out of the database itself and out of its dump."""
    night = request.node.get_closest_marker("night").args[0]
    with gone_on_with(KEPT / f"{night}.zip", tmp_path, out_of=request.param) as stage:
        assert stage.shop is not None
        stage.soon, stage.shop.servers.pace = SOON, timedelta()
        yield Walk(stage=stage)


def incident(walk: Walk, number: int) -> Incident:
    with walk.stage.bot.use_cases.sessions.storage.reading() as work:
        found = work.incidents.get(number)
    assert found is not None
    return found


def room(walk: Walk, number: int) -> Room:
    return Room(walk.stage, incident(walk, number).channel or "")


def production_follows_main(walk: Walk) -> None:
    wish = Wish(to=ServerPlace.PRODUCTION, sha=walk.git("rev-parse", "main"))
    assert "Started 2 of 2" in list(walk.shop.servers.deploy(wish))


@pytest.mark.night("approval")
def test_its_hotfix_is_approved_shipped_backported_and_its_incident_closed(walk: Walk) -> None:
    lena, priya = walk.stage.actor("lena"), walk.stage.actor("priya")
    assert lena.submits().ok
    priya.clicks("Approve…", walk.room)
    assert priya.submits().ok
    walk.goes_to(None)
    walk.watches()
    assert walk.hotfix.state is HotfixState.DONE
    assert {each.state for each in walk.hotfix.backports} == {BackportState.PROVEN}
    priya.clicks("Resolve", walk.room)
    assert priya.submits({"What fixed it?": "The voucher pays it all"}).ok
    priya.clicks("Close", walk.room)
    assert priya.submits({"because": "the provider wrote to us"}).ok
    assert incident(walk, 1).status is Status.CLOSED


@pytest.mark.night("approval")
def test_its_open_form_and_its_reminder_take_an_update(walk: Walk) -> None:
    tom, priya = walk.stage.actor("tom"), walk.stage.actor("priya")
    assert tom.submits({"For stakeholders": "We know why"}).ok
    assert walk.stage.room("status-updates").shows("Checkout is down")
    priya.clicks("Write update", walk.room)
    assert priya.submits({"For stakeholders": "The fix is being tested"}).ok
    assert walk.stage.room("status-updates").shows("The fix is being tested")


@pytest.mark.night("approval")
def test_its_resolved_incident_gets_its_post_mortem_and_is_closed(walk: Walk) -> None:
    slow = room(walk, 2)
    walk.sam.clicks("Close", slow)
    assert walk.sam.submits({"because": "the vendor knows"}).ok
    assert incident(walk, 2).status is Status.CLOSED


@pytest.mark.night("rollback_asked")
def test_its_rollback_goes_on_where_production_was_being_asked(walk: Walk) -> None:
    walk.stage.advance(seconds=30)
    assert walk.count(EntryKind.ROLLED_BACK) == 1  # begun, not ended
    production_follows_main(walk)
    walk.stage.advance(minutes=4)
    assert walk.hotfix.state is HotfixState.ROLLED_BACK


@pytest.mark.night("rollback_by_hand")
def test_its_rollback_is_ended_by_whoever_deployed_it(walk: Walk) -> None:
    production_follows_main(walk)
    walk.sam.clicks("Production is back", walk.room)
    walk.stage.advance(minutes=2)
    assert walk.hotfix.state is HotfixState.ROLLED_BACK


def test_its_dump_holds_every_row_of_its_database(tmp_path: Path) -> None:
    for out_of in (DATABASE, DUMP):
        with gone_on_with(KEPT / "approval.zip", tmp_path / out_of, out_of=out_of):
            pass
    kept = {out_of: tables_of(tmp_path / out_of / DATABASE) for out_of in (DATABASE, DUMP)}
    assert kept[DUMP] == kept[DATABASE]
    assert kept[DUMP]["incidents"] == 2
