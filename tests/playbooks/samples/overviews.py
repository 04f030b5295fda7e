"""Made-up lists of what is owed and what happened, to try the texts about many incidents on."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from chatops.application.promises.due_list import DueItem, Share
from chatops.domain.analytics.digests import DigestStory, piled
from chatops.domain.analytics.metrics import Kept
from chatops.domain.incident.model import Incident
from chatops.domain.playbook.policy import DigestRule

#: Lists in messages are cut before they are worded; this is the longest.
_LONGEST_LIST = 15
#: So many incidents the card of the status page names.
_NAMED = 5
_HOUR = timedelta(hours=1)
_DIGEST = DigestRule(key="daily", title="The day ahead", cron="0 9 * * mon", channel="alerts")


def overview_facts(
    words: str, many: int, incident: Incident, label: str, now: datetime
) -> Mapping[str, Mapping[str, object]]:
    """What the texts about many incidents speak of, by text."""
    few = min(many, _LONGEST_LIST)
    owed = tuple(_owed(incident, words, share, now) for share in Share)
    digest = {"digest": _DIGEST, "late_by": _HOUR if many else None, "since": now - 24 * _HOUR}
    incidents = {"incidents": (incident,) * few, "left_out": many}
    return {
        "due": {"owed": many, "late": many // 2, "whose": "mine" if many == 1 else "all"},
        "due_line": {"each": owed[many % len(owed)], "first": True},
        "due_more": {"left_out": many},
        "home_head": {"owed": many, "late": many // 2},
        "home_due": {"owed": many},
        "home_drills": incidents,
        "digest_empty": digest,
        "digest_team": {
            **digest,
            **incidents,
            "piles": piled(owed * few),
            "backports": owed[:few],
            "post_mortems": owed[:few],
        },
        "digest_public": {
            **digest,
            "stories": (_story(words, now, over=many > 1),) * few,
            "left_out": many,
            "kept": Kept(kept=many, broken=many // 2, waived=many // 3),
            "running": many,
        },
        "link_incident": {"each": incident, "label": label},
        "link_status": {"incidents": (incident,) * min(few, _NAMED), "left_out": many},
    }


def _owed(incident: Incident, words: str, share: Share, now: datetime) -> DueItem:
    return DueItem(
        incident=incident,
        name=words,
        owner=None if share is Share.NOBODYS else "U0ANA",
        due_at=now,
        overdue=share is Share.MINE,
        share=share,
        put_off_by="U0BEN" if share in {Share.WAIVED, Share.OTHERS} else None,
        reason=words if share in {Share.WAIVED, Share.OTHERS} else "",
    )


def _story(words: str, now: datetime, *, over: bool) -> DigestStory:
    return DigestStory(
        title=words,
        reference="INC-2026-014",
        began_at=now - _HOUR,
        lasted=_HOUR if over else None,
        learned=over,
    )
