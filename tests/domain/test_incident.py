import pytest

from chatops.domain.errors import UserError
from chatops.domain.incident.model import COMMANDER, Status, Update
from tests.domain.samples import HOUR, MINUTE, NOW, incident


def resolved() -> object:
    return incident().resolved(root_cause="a bad deploy", fix="rolled back", now=NOW + HOUR)


def test_an_incident_lasts_until_it_is_resolved() -> None:
    over = incident().resolved(root_cause="", fix="rolled back", now=NOW + HOUR)
    assert over.lasted(NOW + 5 * HOUR) == HOUR
    assert incident().lasted(NOW + MINUTE) == MINUTE


def test_it_lasts_from_when_it_was_noticed_however_late_it_was_declared() -> None:
    noticed_before = incident(detected_at=NOW - HOUR)
    assert noticed_before.lasted(NOW + MINUTE) == HOUR + MINUTE


def test_resolving_twice_is_refused_with_the_way_back() -> None:
    over = incident().resolved(root_cause="", fix="x", now=NOW)
    with pytest.raises(UserError, match="/incident reopen"):
        over.resolved(root_cause="", fix="x", now=NOW)


def test_a_running_incident_can_be_neither_closed_nor_reopened() -> None:
    with pytest.raises(UserError, match=r"is not resolved yet\. First: `/incident resolve`\."):
        incident().closed(NOW)
    with pytest.raises(UserError, match=r"is not resolved yet\. First: `/incident resolve`\."):
        incident().reopened()


def test_a_closed_incident_takes_no_updates_but_can_be_reopened() -> None:
    closed = incident().resolved(root_cause="", fix="x", now=NOW).closed(NOW + HOUR)
    update = Update(plain="x", technical="x", author="UOLA", at=NOW)
    with pytest.raises(UserError, match=r"is closed\. To go on with it: `/incident reopen`\."):
        closed.updated(update, next_at=None, status=Status.FIXING)
    assert closed.reopened().status is Status.INVESTIGATING


def test_a_written_update_ends_the_count_of_unwritten_ones() -> None:
    update = Update(plain="We know why.", technical="", author="UOLA", at=NOW)
    changed = incident(holdings=2).updated(update, next_at=NOW + HOUR, status=Status.FIXING)
    assert (changed.holdings, changed.next_update_at) == (0, NOW + HOUR)


def test_the_first_to_take_it_up_is_remembered() -> None:
    taken = incident().acknowledged("UBO", NOW).acknowledged("UMIA", NOW + MINUTE)
    assert (taken.acknowledged_by, taken.acknowledged_at) == ("UBO", NOW)


def test_while_nobody_commands_whoever_declared_it_is_asked() -> None:
    assert incident(roles={}).leader == "UOLA"
    assert incident(roles={}).with_role(COMMANDER, "UBO").leader == "UBO"
    assert incident().with_role(COMMANDER, None).commander is None


def test_a_private_incident_is_seen_by_its_people_alone_and_named_to_nobody_else() -> None:
    private = incident(private=True, members=frozenset({"UBO"}))
    assert private.visible_to("UBO")
    assert private.visible_to("UOLA")
    assert not private.visible_to("UEVE")
    assert not private.visible_to(None)
    assert "Checkout" not in private.public_title


def test_the_harm_ends_once_whether_by_a_deploy_or_by_an_update_and_anew_after_a_relapse() -> None:
    deployed = incident().mitigated(NOW)
    assert (deployed.status, deployed.mitigated_at) == (Status.MONITORING, NOW)
    later = Update(plain="p", technical="t", author="U1", at=NOW + MINUTE)
    told = deployed.updated(later, next_at=None, status=Status.MONITORING)
    assert told.mitigated_at == NOW
    again = told.harmed_again()
    assert (again.status, again.mitigated_at) == (Status.INVESTIGATING, None)
    assert again.mitigated(NOW + HOUR).mitigated_at == NOW + HOUR
