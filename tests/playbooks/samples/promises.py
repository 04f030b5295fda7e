"""Made-up promises of every kind, due and overdue, to try the texts about them on."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from chatops.application.reminders import Reminder
from chatops.domain.incident.model import Incident
from chatops.domain.playbook.hotfix import WatchWindow
from chatops.domain.playbook.policy import Playbook
from chatops.domain.promises.kinds import PromiseKind, kinds_where
from chatops.domain.promises.model import Promise
from chatops.domain.promises.spec import PromiseSpec, ToChannel

_HOUR = timedelta(hours=1)
#: So many things are told in one message.
_MOST = 10


def afterwards_facts(
    playbook: Playbook, incident: Incident, words: str, many: int, now: datetime
) -> Mapping[str, Mapping[str, object]]:
    """What the texts about promises speak of."""
    things = _things(incident, words, now)
    users = ("U0ANA", "U0BEN")[:many]
    role = playbook.roles[0] if playbook.roles and many else None
    window = WatchWindow(title=words[:200], lasts=(_HOUR, 2 * _HOUR), look_at=(words[:300],) * many)
    kinds = list(PromiseKind)
    of_any = _promise(kinds[many % len(kinds)], words, now)
    handed = {"promise": of_any, "before": "U0ANA" if many else None, "reason": words[: many * 300]}
    asked = {"promise": of_any, "role": role, "users": users}
    return {
        "reminders": {
            "things": things[: min(max(many, 1), _MOST)],
            "left_out": max(0, many - _MOST),
        },
        "unled_due": asked,
        "stale_due": asked,
        "hand_over_due": asked,
        "close_answer": {"owed": (words,) * many},
        "archive_soon": {"promise": of_any},
        "watch_window": {"promise": of_any, "window": window},
        "handed_over": handed,
        "handed_over_direct": {**handed, "thing": things[many % len(things)]},
        "handed_over_answer": {"promise": of_any},
        "settled": {"promise": _promise(_SETTLED[many % len(_SETTLED)], words, now)},
        "not_gone": {"promise": of_any, "reason": words[: many * 300]},
        "owner_left": {
            "promises": tuple(each.promise for each in things[: max(many, 1)]),
            "before": "U0ANA",
        },
    }


_SETTLED = (
    PromiseKind.REPORTER,
    PromiseKind.WATCH,
    PromiseKind.INACTIVE,
    PromiseKind.ARCHIVE,
    PromiseKind.ACTION,
)


def _is_reminded_of(spec: PromiseSpec) -> bool:
    """Whether people are told of it directly, in one message with the rest."""
    return spec.follow_up or (isinstance(spec.told, ToChannel) and spec.told.widens)


def _things(incident: Incident, words: str, now: datetime) -> tuple[Reminder, ...]:
    return tuple(
        Reminder(
            incident=incident,
            promise=_promise(kind, words, now),
            overdue=bool(place % 2),
            to_owner=bool(place % 3),
            story=words if place % 2 else "",
        )
        for place, kind in enumerate(sorted(kinds_where(_is_reminded_of)))
    )


def _promise(kind: PromiseKind, words: str, now: datetime) -> Promise:
    return Promise(
        incident=1,
        key=kind.value,
        kind=kind,
        due_at=now + _HOUR,
        wake_at=None,
        made_at=now - 2 * _HOUR,
        owner="U0BEN",
        about=words if kind in {PromiseKind.ACTION, PromiseKind.WATCH} else "",
    )
