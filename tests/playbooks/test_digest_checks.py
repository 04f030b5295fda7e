"""A digest that would never come, or on another day than is thought, is told when it is loaded."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chatops.adapters.playbooks.policy_checks import digest_findings
from chatops.domain.playbook.policy import DigestRule
from tests.playbooks.scene import NAMES, playbook

DAILY = DigestRule(key="daily", title="The day ahead", cron="0 9 * * mon-fri", channel="alerts")


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_digests_are_right(name: str) -> None:
    digests = playbook(name).digests
    assert [digest.key for digest in digests] == ["daily", "weekly"]
    assert list(digest_findings(digests)) == []


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("0 9 * * 1-5", "name it: mon, tue-fri, sun"),
        ("0 9 * *", "has 4 fields"),
        ("0 0 9 * * mon", "has 6 fields"),
        ("0 25 * * mon", "is not understood"),
        ("soon or later on mon", "is not understood"),
        ("0 9 30 feb *", "never comes"),
    ],
)
def test_a_cron_expression_is_told_with_what_would_be_right(cron: str, words: str) -> None:
    [(place, told)] = digest_findings((replace(DAILY, cron=cron),))
    assert place == ("digests", 0, "cron")
    assert words in told


@pytest.mark.parametrize(
    ("field", "digest"),
    [
        ("key", replace(DAILY, key=" ")),
        ("channel", replace(DAILY, channel="")),
        ("covers", replace(DAILY, covers=timedelta())),
    ],
)
def test_what_is_empty_is_told_at_its_field(field: str, digest: DigestRule) -> None:
    [(place, _)] = digest_findings((digest,))
    assert place == ("digests", 0, field)
