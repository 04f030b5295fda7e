"""What a resolution promises: what, by whom and for when."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from chatops.domain.incident.model import Incident
from chatops.domain.playbook.hotfix import SettledBy
from chatops.domain.playbook.policy import Playbook, PostMortemRule
from chatops.domain.promises.decide import first_look
from chatops.domain.promises.kinds import PromiseKind
from chatops.domain.promises.model import Promise, PromiseState, remade
from chatops.domain.tasks import Task
from chatops.domain.time.business_hours import WorkingTime
from chatops.domain.time.durations import Deadline

POST_MORTEM_KEY = "post_mortem"
ROOT_CAUSE_KEY = "root_cause"
REVIEW_KEY = "review"
REPORTER_KEY = "reporter"
CLOSE_KEY = "close"
ARCHIVE_KEY = "archive"

_ENDED = frozenset({PromiseState.KEPT, PromiseState.MISSED, PromiseState.WAIVED})
#: Nobody is called to a meeting sooner.
_MEETING_NOTICE = timedelta(hours=1)
_DAY = timedelta(days=1)


def resolution_promises(incident: Incident, playbook: Playbook, now: datetime) -> Iterator[Promise]:
    """Yield what an incident promises that is resolved at ``now``."""
    rule = playbook.severity(incident.severity).post_mortem
    due = post_mortem_due(rule, playbook, now)
    if rule.owed and due is not None:
        yield _made(incident, playbook, POST_MORTEM_KEY, PromiseKind.POST_MORTEM, due, now)
    if rule.root_cause_due is not None and not incident.root_cause:
        found = now + rule.root_cause_due
        yield _made(incident, playbook, ROOT_CAUSE_KEY, PromiseKind.ROOT_CAUSE, found, now)
    start = review_start(rule, playbook, now)
    if start is not None:
        yield _made(incident, playbook, REVIEW_KEY, PromiseKind.REVIEW, start, now)
    asked = _reporter_due(playbook, now)
    if asked is not None:
        made = _made(incident, playbook, REPORTER_KEY, PromiseKind.REPORTER, asked, now)
        yield replace(made, owner=incident.reported_by or incident.declared_by)
    if playbook.close_after is not None:
        end = now + playbook.close_after
        yield _made(incident, playbook, CLOSE_KEY, PromiseKind.CLOSE, end, now)


def renewed_at_resolution(
    held: Mapping[str, Promise], incident: Incident, playbook: Playbook, now: datetime
) -> Iterator[Promise]:
    """Yield the promises of a resolution as they are stored; what was done before stays done."""
    for promise in resolution_promises(incident, playbook, now):
        old = held.get(promise.key)
        done = old is not None and old.state in _ENDED and old.spec.for_good
        if not done:
            yield remade(old, promise, now)


def archive_promise(incident: Incident, playbook: Playbook, now: datetime) -> Promise | None:
    """The promise that the channel of an incident closed at ``now`` is archived."""
    if playbook.archive_after is None:
        return None
    due = now + playbook.archive_after
    return _made(incident, playbook, ARCHIVE_KEY, PromiseKind.ARCHIVE, due, now)


def action_promise(
    incident: Incident, task: Task, playbook: Playbook, now: datetime
) -> Promise | None:
    """The promise of an action item; none if it has no date."""
    if task.due_at is None:
        return None
    key = action_key(task.number)
    made = _made(incident, playbook, key, PromiseKind.ACTION, task.due_at, now)
    return replace(made, owner=task.owner, detail=str(task.number), about=task.text)


def action_key(number: int) -> str:
    """The key of the promise that task ``number`` gets done."""
    return f"action:{number}"


def post_mortem_due(rule: PostMortemRule, playbook: Playbook, now: datetime) -> datetime | None:
    """When the post-mortem of what is resolved at ``now`` must be there."""
    if rule.due is not None or not rule.next_day:
        return None if rule.due is None else now + rule.due
    ends = playbook.working_hours.end
    return Deadline(next_day=True).by(now, zone=playbook.zone, day_ends=ends)


def review_start(rule: PostMortemRule, playbook: Playbook, now: datetime) -> datetime | None:
    """When the review of what is resolved at ``now`` is offered; none if there is to be none.

    That is the first working day's slot between the earliest moment and the due one; else any
    day's; else the last moment. Where it is to be the next day, it is the next day's.
    """
    last = post_mortem_due(rule, playbook, now)
    if rule.review_minutes is None or last is None:
        return None
    hours = WorkingTime(zone=playbook.zone, hours=playbook.working_hours)
    today, first = hours.day_of(now), now + max(rule.not_before, _MEETING_NOTICE)
    ahead = range(1, 2) if rule.next_day else range((last - now).days + 2)
    slots = [hours.at(today + n * _DAY, rule.review_at).astimezone(now.tzinfo) for n in ahead]
    fitting = [slot for slot in slots if first <= slot <= last]
    working = (slot for slot in fitting if hours.is_working(slot))
    return next(working, None) or next(iter(fitting), None) or last


def _reporter_due(playbook: Playbook, now: datetime) -> datetime | None:
    """By when whoever reported it is asked, where the playbook has them asked."""
    for each in playbook.hotfix.follow_ups:
        if each.settled_by is SettledBy.REPORTER:
            deadline = each.due or Deadline(same_day=True)
            return deadline.by(now, zone=playbook.zone, day_ends=playbook.working_hours.end)
    return None


def _made(
    incident: Incident,
    playbook: Playbook,
    key: str,
    kind: PromiseKind,
    due: datetime,
    now: datetime,
) -> Promise:
    promise = Promise(
        incident=incident.id,
        key=key,
        kind=kind,
        owner=incident.leader,
        due_at=due,
        wake_at=due,
        made_at=now,
    )
    return replace(promise, wake_at=first_look(promise, incident, playbook, now))
