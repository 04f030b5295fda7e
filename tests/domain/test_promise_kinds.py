"""Each kind of promise has one record, and each way that a record names is there."""

from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from chatops.application.promises import execute, fulfil, reassign
from chatops.domain.promises.decide import RULES
from chatops.domain.promises.kinds import KINDS, PromiseKind, kinds_where
from chatops.domain.promises.spec import (
    ByPress,
    InItsOwnWay,
    Lifetime,
    PromiseSpec,
    PromiseSubject,
    Rule,
    ToChannel,
    ToNobody,
    ToOwner,
)

TEMPLATES = Path(__file__).parents[2] / "templates"


def test_every_kind_has_a_record() -> None:
    assert set(KINDS) == set(PromiseKind)


def test_a_record_leaves_nothing_out() -> None:
    optional = {each.name for each in fields(PromiseSpec) if each.default is not MISSING}
    assert optional == {"personal_name"}


def test_every_rule_has_its_decision() -> None:
    assert set(RULES) == set(Rule) == {spec.rule for spec in KINDS.values()}


def test_every_subject_can_be_given_away() -> None:
    assert set(reassign.GIVE_SUBJECT) == set(PromiseSubject)


def test_every_kind_that_goes_its_own_way_has_one() -> None:
    told = kinds_where(lambda spec: isinstance(spec.told, InItsOwnWay))
    fulfilled = kinds_where(lambda spec: isinstance(spec.fulfilled, InItsOwnWay))
    assert set(execute.OWN_WAYS) == told
    assert set(fulfil.OWN_WAYS) == fulfilled


@pytest.mark.parametrize("kind", PromiseKind)
def test_people_can_do_what_is_theirs(kind: PromiseKind) -> None:
    spec = KINDS[kind]
    assert bool(spec.buttons) is not spec.by_bot
    assert (spec.counted_as is None) is spec.by_bot
    assert not isinstance(spec.told, ToNobody) or spec.by_bot


@pytest.mark.parametrize("kind", PromiseKind)
def test_a_follow_up_outlives_the_incident_and_is_told_to_its_owner(kind: PromiseKind) -> None:
    spec = KINDS[kind]
    assert not spec.follow_up or spec.lifetime is not Lifetime.RUNNING
    assert not spec.follow_up or not isinstance(spec.told, ToChannel)
    assert spec.follow_up or spec.lifetime is not Lifetime.RESOLVED


def test_whoever_is_reminded_reads_why_it_matters() -> None:
    reasons = (TEMPLATES / "_base" / "_why.j2").read_text(encoding="utf-8")
    reminded = [kind for kind, spec in KINDS.items() if isinstance(spec.told, ToOwner)]
    assert [kind for kind in reminded if f'kind == "{kind}"' not in reasons] == []


@pytest.mark.parametrize("kind", PromiseKind)
def test_what_a_press_fulfils_offers_the_press(kind: PromiseKind) -> None:
    spec = KINDS[kind]
    assert not isinstance(spec.fulfilled, ByPress) or spec.buttons
