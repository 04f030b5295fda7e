"""What a running incident needs of people: a commander, activity, and shifts that end."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from chatops.domain.incident.model import Incident
from chatops.domain.playbook.policy import Playbook
from chatops.domain.promises.kinds import PromiseKind
from chatops.domain.promises.model import Promise, remade
from chatops.domain.promises.spec import Cause

NO_COMMANDER_KEY = "unled"
INACTIVE_KEY = "stale"


def shift_change_key(role: str) -> str:
    """The key of the promise that whoever plays ``role`` is relieved in time."""
    return f"hand_over:{role}"


def role_promises(
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
        if promise.open and promise.spec.cause is Cause.ROLES and key not in wanted:
            led = key == NO_COMMANDER_KEY and incident.commander is not None
            yield promise.fulfilled(now) if led else promise.cancelled(now)
    for key, new in wanted.items():
        old = held.get(key)
        if old is None or not old.open or (old.owner != new.owner and old.personal):
            yield remade(old, new, now)


def _wanted(incident: Incident, playbook: Playbook, now: datetime) -> Iterator[Promise]:
    if playbook.lead_within is not None and incident.commander is None:
        yield _made(incident, NO_COMMANDER_KEY, PromiseKind.NO_COMMANDER, playbook.lead_within, now)
    if playbook.stale_after is not None:
        after, owner = playbook.stale_after, incident.commander
        yield _made(incident, INACTIVE_KEY, PromiseKind.INACTIVE, after, now, owner=owner)
    if playbook.hand_over_after is not None:
        for role, holder in incident.roles.items():
            yield _made(
                incident,
                shift_change_key(role),
                PromiseKind.SHIFT_CHANGE,
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
