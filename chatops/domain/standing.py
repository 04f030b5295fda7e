"""What is owed for as long as an incident runs: that somebody leads, that nobody wears out."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from chatops.domain.incident import Incident
from chatops.domain.policy import Playbook
from chatops.domain.promise_rules import remade
from chatops.domain.promises import Promise, PromiseKind

UNLED_KEY = "unled"
STALE_KEY = "stale"


def hand_over_key(role: str) -> str:
    """The key of the promise that whoever plays ``role`` is relieved in time."""
    return f"hand_over:{role}"


def standing(
    held: Mapping[str, Promise], incident: Incident, playbook: Playbook, now: datetime
) -> Iterator[Promise]:
    """Yield what must change of these promises, for they depend on who plays which part.

    One that stands and still holds is left as it is; nothing is begun for what does not run.
    """
    wanted = (
        {each.key: each for each in _wanted(incident, playbook, now)}
        if incident.status.running
        else {}
    )
    for key, promise in held.items():
        if promise.open and promise.kind in _KINDS and key not in wanted:
            led = promise.kind is PromiseKind.UNLED and incident.commander is not None
            yield promise.kept(now) if led else promise.lapsed(now)
    for key, new in wanted.items():
        old = held.get(key)
        if old is None or not old.open or (old.owner != new.owner and old.personal):
            yield remade(old, new, now)


_KINDS = frozenset({PromiseKind.UNLED, PromiseKind.STALE, PromiseKind.HAND_OVER})


def _wanted(incident: Incident, playbook: Playbook, now: datetime) -> Iterator[Promise]:
    if playbook.lead_within is not None and incident.commander is None:
        yield _made(incident, UNLED_KEY, PromiseKind.UNLED, playbook.lead_within, now)
    if playbook.stale_after is not None:
        after, owner = playbook.stale_after, incident.commander
        yield _made(incident, STALE_KEY, PromiseKind.STALE, after, now, owner=owner)
    if playbook.hand_over_after is not None:
        for role, holder in incident.roles.items():
            yield _made(
                incident,
                hand_over_key(role),
                PromiseKind.HAND_OVER,
                playbook.hand_over_after,
                now,
                owner=holder,
                detail=role,
            )


def _made(
    incident: Incident,
    key: str,
    kind: PromiseKind,
    after: timedelta,
    now: datetime,
    *,
    owner: str | None = None,
    detail: str = "",
) -> Promise:
    return Promise(
        incident=incident.id,
        key=key,
        kind=kind,
        owner=owner,
        due_at=now + after,
        wake_at=now + after,
        made_at=now,
        detail=detail,
    )
