"""One handler for each thing that a button can ask for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from chatops.domain.errors import Mistake
from chatops.domain.posts import Ask, Post
from chatops.slack.asking import Caller
from chatops.slack.front import Front
from chatops.slack.slips import FormName, Slip
from chatops.usecases.declare import DeclareRequest
from chatops.usecases.roles import RoleRequest
from chatops.usecases.todo import TaskDoneRequest
from chatops.usecases.turn import Request

#: Gives the answer; none if the press opened a form or redrew one.
Handler = Callable[[Front, Caller, str], Post | None]


class Outdated(Mistake):
    """A button that we no longer know, or that carries what we cannot read."""

    def __init__(self, command: str) -> None:
        super().__init__(f"This button is outdated; use `{command}`. Nothing was changed.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a button acts on: an incident, and a detail."""

    incident: int
    detail: str = ""


def _target(front: Front, about: str) -> Target:
    number, _, detail = about.partition(":")
    if not number.isdecimal():
        raise Outdated(front.desk.team.incident_command)
    return Target(incident=int(number), detail=detail)


def _opens(form: FormName) -> Handler:
    """Open a form; the button carries the incident, or the slip of a form to open again."""

    def handler(front: Front, caller: Caller, about: str) -> None:
        slip = Slip.unpacked(about)
        if slip is None:
            target = _target(front, about)
            slip = Slip(form=form, incident=target.incident, about=target.detail)
        front.modals.open(caller, slip)

    return handler


def _declare(front: Front, caller: Caller, about: str) -> Post | None:
    """Open the form; or declare at once what was found similar to others, and is not the same."""
    slip = Slip.unpacked(about)
    severity, bar, title = about.partition("|")
    if slip is not None or not bar:
        front.modals.open(caller, slip or Slip(form=FormName.DECLARE))
        return None
    request = DeclareRequest(
        team=caller.team,
        user=caller.user,
        now=caller.now,
        title=title,
        severity=severity,
        answer_url=caller.answer_url,
        similar_seen=True,
        once=f"declare:{caller.place}:{caller.user}",
    )
    return front.desk.declare(request).answer


def _take_role(front: Front, caller: Caller, about: str) -> Post | None:
    target = _target(front, about)
    request = RoleRequest(**caller.about(target.incident), role=target.detail, holder=caller.user)
    answer = front.desk.assign_role(request)
    return None if front.modals.refreshed(caller) else answer


def _join(front: Front, caller: Caller, about: str) -> Post:
    return front.desk.join(Request(**caller.about(_target(front, about).incident)))


def _acknowledge(front: Front, caller: Caller, about: str) -> Post:
    return front.desk.acknowledge(Request(**caller.about(_target(front, about).incident)))


def _timeline(front: Front, caller: Caller, about: str) -> Post | None:
    slip = Slip.unpacked(about)
    if slip is not None or _target(front, about).detail == "add":
        return _opens(FormName.NOTE)(front, caller, about.removesuffix(":add"))
    return front.desk.look.timeline(Request(**caller.about(_target(front, about).incident)))


def _task(front: Front, caller: Caller, about: str) -> Post | None:
    slip = Slip.unpacked(about)
    if slip is not None or _target(front, about).detail == "add":
        return _opens(FormName.TASK)(front, caller, about.removesuffix(":add"))
    return front.desk.look.tasks(Request(**caller.about(_target(front, about).incident)))


def _task_done(front: Front, caller: Caller, about: str) -> Post:
    target = _target(front, about)
    number = int(target.detail) if target.detail.isdecimal() else 0
    return front.desk.finish_task(TaskDoneRequest(**caller.about(target.incident), number=number))


def _status(front: Front, caller: Caller, about: str) -> Post:
    return front.desk.look.status(Request(**caller.about(_target(front, about).incident)))


def _due(front: Front, caller: Caller, about: str) -> Post:
    incident = _target(front, about).incident if about else None
    return front.desk.look.due(
        team=caller.team, user=caller.user, now=caller.now, incident=incident
    )


def _list(front: Front, caller: Caller, about: str) -> Post:
    del about
    return front.desk.look.open(team=caller.team, user=caller.user, now=caller.now)


def _retry(front: Front, caller: Caller, about: str) -> Post:
    incident = _target(front, about).incident
    return front.desk.retry(Request(**caller.about(incident)))


def _more(front: Front, caller: Caller, about: str) -> Post:
    """A menu whose choice we cannot read; those that we can are another ask."""
    del caller, about
    raise Outdated(front.desk.team.incident_command)


HANDLERS: Mapping[Ask, Handler] = MappingProxyType(
    {
        Ask.UPDATE: _opens(FormName.UPDATE),
        Ask.SEVERITY: _opens(FormName.SEVERITY),
        Ask.ROLE: _opens(FormName.ROLES),
        Ask.TAKE_ROLE: _take_role,
        Ask.JOIN: _join,
        Ask.PAGE: _opens(FormName.PAGE),
        Ask.ACKNOWLEDGE: _acknowledge,
        Ask.TIMELINE: _timeline,
        Ask.TASK: _task,
        Ask.TASK_DONE: _task_done,
        Ask.DECIDE: _opens(FormName.DECIDE),
        Ask.RESOLVE: _opens(FormName.RESOLVE),
        Ask.REOPEN: _opens(FormName.REOPEN),
        Ask.CLOSE: _opens(FormName.CLOSE),
        Ask.STATUS: _status,
        Ask.DUE: _due,
        Ask.LIST: _list,
        Ask.SNOOZE: _opens(FormName.SNOOZE),
        Ask.WAIVE: _opens(FormName.WAIVE),
        Ask.DECLARE: _declare,
        Ask.RETRY: _retry,
        Ask.MORE: _more,
    }
)
