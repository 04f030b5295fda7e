"""Makes action items, when the fight is over, of what the playbook wants done afterwards."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from chatops.application.session import IncidentSession
from chatops.application.tasks.export import keep_in_step
from chatops.application.tasks.tasks import promise_task
from chatops.domain.hotfix.model import Hotfix, HotfixState, StepRun, StepState
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle
from chatops.domain.playbook.hotfix import FollowUp, SettledBy
from chatops.domain.tasks import Priority, Task, TaskType

_DEBT = "debt"
_LONGEST = 300


def list_follow_ups(session: IncidentSession) -> None:
    """Make an item for each follow-up of the playbook, and for each debt of a hotfix, once ever.

    That is where a post-mortem is owed or a hotfix was made. One message tells of those that are
    new; resolving again adds nothing twice.
    """
    hotfixes = [each for each in session.work.hotfixes.of(session.incident.id) if _was_made(each)]
    if not (session.severity.post_mortem.owed or hotfixes):
        return
    _count_from_the_end(session)
    there = {task.origin for task in session.work.tasks.of(session.incident.id)}
    wanted = [
        *_from_playbook(session),
        *(task for each in hotfixes for task in _debts(session, each)),
    ]
    made = [_made(session, task) for task in wanted if task.origin not in there]
    if made:
        session.note(EntryKind.TASK, f"Follow-ups: {', '.join(task.text for task in made)}"[:2000])
        go = Button(
            ask=ActionId("task"),
            label="Go through them",
            about=str(session.incident.id),
            tone=ButtonStyle.WANTED,
        )
        post = session.post("action_listed", tasks=tuple(made), buttons=(go,))
        session.tell_room(f"follow_ups:{made[-1].number}", post)


def _was_made(hotfix: Hotfix) -> bool:
    return hotfix.state is not HotfixState.ABORTED or hotfix.shipped


def _made(session: IncidentSession, task: Task) -> Task:
    made = session.work.tasks.add(task)
    promise_task(session, made)
    keep_in_step(session, made)
    return made


def _from_playbook(session: IncidentSession) -> Iterator[Task]:
    for follow_up in session.playbook.hotfix.follow_ups:
        if follow_up.settled_by is SettledBy.TASK:
            yield _item_of(session, follow_up)


def _item_of(session: IncidentSession, follow_up: FollowUp) -> Task:
    return Task(
        incident=session.incident.id,
        number=0,
        text=follow_up.title[:_LONGEST],
        made_by=session.actor or session.incident.leader,
        made_at=session.now,
        owner=session.incident.commander,
        type=follow_up.type,
        priority=follow_up.priority,
        due_at=_due(session, follow_up),
        details="\n".join(follow_up.what),
        origin=follow_up.key,
    )


def _due(session: IncidentSession, follow_up: FollowUp) -> datetime | None:
    """When it is due, counted from the end of the fight; none while that goes on."""
    ended, playbook = session.incident.resolved_at, session.playbook
    if follow_up.due is None or ended is None:
        return None
    return follow_up.due.by(ended, zone=playbook.zone, day_ends=playbook.working_hours.end)


def _count_from_the_end(session: IncidentSession) -> None:
    """Give a date to what was listed while the fight still went on."""
    known = {each.key: each for each in session.playbook.hotfix.follow_ups}
    for was in session.work.tasks.of(session.incident.id):
        open_ = was.done_at is None and was.due_at is None
        due = _due(session, known[was.origin]) if open_ and was.origin in known else None
        if due is not None:
            task = replace(was, due_at=due)
            session.work.tasks.put(task)
            promise_task(session, task, was)
            keep_in_step(session, task, was)


def _debts(session: IncidentSession, hotfix: Hotfix) -> Iterator[Task]:
    """What was left out or only patched up in a hotfix, as it was written down then."""
    for step in hotfix.steps:
        for index, words in enumerate(_written(step)):
            yield Task(
                incident=session.incident.id,
                number=0,
                text=f"{words} ({hotfix.name})"[:_LONGEST],
                made_by=session.actor or session.incident.leader,
                made_at=session.now,
                owner=hotfix.author or session.incident.commander,
                type=TaskType.DEBT,
                priority=Priority.HIGH,
                details=f"Written down at “{step.title}” of {hotfix.title}.",
                origin=f"hotfix:{hotfix.number}:{step.kind}:{index}",
            )


def _written(step: StepRun) -> Iterator[str]:
    if step.state is StepState.SKIPPED and step.kind.spec.made_up_for:
        yield f"Make up for “{step.title}”, which was left out: {step.reason}"
    for line in step.evidence:
        if _DEBT in line.casefold():
            yield line
