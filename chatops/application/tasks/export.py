"""Decides which tasks go out into the tracker, and words them as issues there."""

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from chatops.application.ports.tracker import Issue, IssueDraft
from chatops.application.session import IncidentSession, Request, Sessions
from chatops.domain.errors import unknown_task
from chatops.domain.incident.model import Incident
from chatops.domain.messages.effects import SyncTask
from chatops.domain.messages.posts import ActionId, Button, Confirm, Post
from chatops.domain.services import project_of
from chatops.domain.tasks import Priority, Task, TaskType, drill_stays_here, no_tracker, task_over
from chatops.domain.team import Team

_MARK = re.compile(
    r"<!-- chatops:(?P<key>[0-9a-f]{16}) title:(?P<title>[0-9a-f]{8})"
    r" text:(?P<text>[0-9a-f]{8}) for:(?P<owner>[A-Za-z0-9-]{0,60}) -->"
)
_LONGEST_TITLE = 250
REOPENED, EDITED, ASSIGNED = "reopened", "edited", "assigned"
#: What is sent when it was changed here; the rest goes by what the mark says.
TEXT, OWNER = "text", "owner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How a task is to read in the tracker; ``owner`` is a name there, or empty.

    ``kinds`` are all the labels by which we say what sort of thing it is; ``labels`` those of it.
    """

    key: str
    title: str
    text: str
    owner: str = ""
    labels: tuple[str, ...] = ()
    kinds: frozenset[str] = frozenset()

    def draft(self) -> IssueDraft:
        """The issue, when there is none yet."""
        mark = _mark(self.key, digest(self.title), digest(self.text), self.owner)
        return IssueDraft(
            title=self.title,
            body=f"{self.text}\n\n{mark}",
            labels=self.labels,
            assignees=(self.owner,) if self.owner else (),
        )

    def changed(self, issue: Issue, fields: Collection[str]) -> IssueDraft | None:
        """What is to be sent of the ``fields`` that were changed here; none if it is so there.

        What people wrote below the mark stays. Where they took the mark away, the body is theirs.
        """
        mark = _MARK.search(issue.body)
        reworded = mark is not None and mark["text"] != digest(self.text)
        renamed = TEXT in fields and tidy(issue.title) != self.title
        given = OWNER in fields and not self._belongs(issue)
        if not (renamed or reworded or given):
            return None
        labels = issue.labels
        if reworded:
            labels = (*(each for each in labels if each.casefold() not in self.kinds), *self.labels)
        draft = IssueDraft(
            title=self.title if renamed else issue.title,
            body=issue.body,
            labels=tuple(dict.fromkeys(labels)),
            assignees=((self.owner,) if self.owner else ()) if given else issue.assignees,
        )
        return draft if mark is None else replace(draft, body=self._body(issue, mark, draft))

    def _body(self, issue: Issue, mark: re.Match[str], draft: IssueDraft) -> str:
        """The body under a mark that says what is so on both sides now, and no more."""
        title = digest(self.title) if tidy(draft.title) == self.title else mark["title"]
        owner = self.owner if draft.assignees != issue.assignees else mark["owner"]
        text = digest(self.text)
        above = f"{self.text}\n\n" if mark["text"] != text else issue.body[: mark.start()]
        return above + _mark(self.key, title, text, owner) + issue.body[mark.end() :]

    def _belongs(self, issue: Issue) -> bool:
        """Whether it is the owner's there, or nobody's when it has none."""
        names = {each.casefold() for each in issue.assignees}
        return self.owner.casefold() in names if self.owner else not names


def _mark(key: str, title: str, text: str, owner: str) -> str:
    return f"<!-- chatops:{key} title:{title} text:{text} for:{owner} -->"


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What was changed in the tracker; empty where nothing was. ``owner`` is a name there."""

    done: bool = False
    unwanted: bool = False
    reopened: bool = False
    title: str = ""
    owner: str = ""

    def __bool__(self) -> bool:
        return self != News()


def news(task: Task, wanted: Wanted, issue: Issue, *, heard: str) -> News:
    """What became of the issue that is not so here; ``heard`` is what is said to have happened.

    That an ended task's issue is open may only mean that it is still to be closed there, so that
    it was opened again must be heard.
    """
    over = task.done_at is not None
    ended = issue.closed and not over
    return News(
        done=ended and not issue.unwanted,
        unwanted=ended and issue.unwanted,
        reopened=over and not issue.closed and heard == REOPENED,
        title=_new_title(wanted, issue, heard),
        owner=_new_owner(wanted, issue, heard),
    )


def _new_title(wanted: Wanted, issue: Issue, heard: str) -> str:
    """The title there, if it was changed there: it is said to be, or it is not what we sent."""
    title, mark = tidy(issue.title), _MARK.search(issue.body)
    theirs = heard == EDITED or (mark is not None and digest(title) != mark["title"])
    return title if theirs and title != wanted.title else ""


def _new_owner(wanted: Wanted, issue: Issue, heard: str) -> str:
    """The first who has it there, if it was given to them there."""
    names, mark = {each.casefold() for each in issue.assignees}, _MARK.search(issue.body)
    theirs = heard == ASSIGNED or (mark is not None and mark["owner"].casefold() not in names)
    if not names or not theirs or wanted.owner.casefold() in names:
        return ""
    return issue.assignees[0]


def tidy(text: str) -> str:
    r"""A title on one line, without what cannot be seen, that means the same here and there.

    >>> tidy(" Ask\t<@U1>  for\u202e logs ")
    'Ask @U1> for logs'
    """
    seen = "".join(each if each.isprintable() else " " if each.isspace() else "" for each in text)
    words = " ".join(seen.split()).replace("<@", "@")
    return words if len(words) <= _LONGEST_TITLE else f"{words[: _LONGEST_TITLE - 1].rstrip()}…"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def key_of(parts: Iterable[object]) -> str:
    """A name that no other task has, in this bot or another, and that tells nothing of it."""
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskExportRequest(Request):
    """A task, by its number, is to stand in the tracker too; ``sure`` where others can read it."""

    number: int
    sure: bool = False


def may_go_out(incident: Incident, task: Task, *, asked: bool) -> bool:
    """Whether a task may stand in the tracker.

    Nothing of a drill ever does. By themselves action items do, and nothing of what is private;
    what stands there already is kept up to date.
    """
    if incident.drill:
        return False
    return bool(task.url) or asked or (task.is_action and not incident.private)


def keep_in_step(
    session: IncidentSession, task: Task, was: Task | None = None, *, asked: bool = False
) -> None:
    """Have the tracker brought up to date: with what stands there, and with a new item.

    ``was`` is the task before; what of it changed is sent. With ``asked`` all of it is.
    """
    new = task.is_action and (was is None or not was.is_action)
    wanted = bool(task.url) or new or asked
    if session.team.tracker is None or not wanted:
        return
    if may_go_out(session.incident, task, asked=asked):
        changed = tuple(each for each in (TEXT, OWNER) if asked or _differ(each, task, was))
        act = SyncTask(
            incident=session.incident.id, number=task.number, changed=changed, asked=asked
        )
        session.do(f"sync:{task.number}:{session.version}", lane(session.incident.id), act)


def _differ(field: str, task: Task, was: Task | None) -> bool:
    return was is not None and getattr(task, field) != getattr(was, field)


def lane(incident: int) -> str:
    """The queue in which what is sent keeps its order."""
    return f"tracker:{incident}"


class ExportTask:
    """Bring a task into the tracker because somebody wants it there."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def __call__(self, request: TaskExportRequest) -> Post:
        """Have it brought there; of a private incident only what somebody is sure about.

        Raises:
            UserError
        """
        with self._sessions.begin(request) as session:
            task = _exportable(session, request.number)
            if session.incident.private and not request.sure and not task.url:
                return _ask(session, task)
            keep_in_step(session, task, asked=True)
            return session.answer("task_export_answer", task=task)


def _ask(session: IncidentSession, task: Task) -> Post:
    """Say who could read it, and let them say that they are sure."""
    buttons = (ask_first(session, task),)
    return session.answer("task_export_asked", buttons=buttons, task=task, where=where_of(session))


def ask_first(session: IncidentSession, task: Task) -> Button:
    """The button that says who could read it before anything is done."""
    where = where_of(session)
    confirm = Confirm(
        title="Let others read it?",
        text=f"Whoever can read the issues of {where} reads this task, its details and the "
        "incident's number.",
        yes="Bring it there",
    )
    about = f"{session.incident.id}:{task.number}:sure"
    return Button(
        ask=ActionId("task_export"), label="To the tracker…", about=about, confirm=confirm
    )


def where_of(session: IncidentSession) -> str:
    """What people call the tracker: the repository whose issues it has."""
    tracker = session.team.tracker
    service = session.team.services.get(tracker.service) if tracker else None
    return (project_of(service) or service.name) if service else ""


def find_task(session: IncidentSession, number: int) -> Task:
    """Find a task by its number.

    Raises:
        UserError
    """
    for task in session.work.tasks.of(session.incident.id):
        if task.number == number:
            return task
    raise unknown_task(number)


def _exportable(session: IncidentSession, number: int) -> Task:
    task = find_task(session, number)
    if session.team.tracker is None:
        raise no_tracker()
    if session.incident.drill:
        raise drill_stays_here()
    if task.done_at is not None and not task.url:
        raise task_over(task.number, dropped=task.dropped)
    return task


#: The address that GitHub gives people who keep their own to themselves.
_NOREPLY = re.compile(r".*<(?:\d+\+)?(?P<login>[A-Za-z0-9-]+)@users\.noreply\.github\.com>")
_TEAM = "team:"


def login_of(team: Team, user: str | None) -> str:
    """The name of a person in the tracker; empty where nobody wrote it down."""
    return next((login for known, login in _known(team) if known == user), "")


def user_of(team: Team, login: str) -> str | None:
    """The person who has a name in the tracker."""
    name = login.casefold()
    return next((user for user, known in _known(team) if known.casefold() == name), None)


def _known(team: Team) -> Iterator[tuple[str, str]]:
    """Persons and their names: as written, by their addresses, and as an audience's only member."""
    yield from team.git.accounts.items()
    for user, author in team.git.people.items():
        if found := _NOREPLY.fullmatch(author):
            yield user, found["login"]
    for audience, names in team.git.reviewers.items():
        members = team.audiences.get(audience, ())
        alone = len(members) == len(names) == 1 and not names[0].startswith(_TEAM)
        if alone and members[0].startswith(("U", "W")):
            yield members[0], names[0].removeprefix("@")


_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_PRIORITY = "priority: "


def wanted_of(session: IncidentSession, task: Task) -> Wanted:
    """How a task is to read in the tracker; nothing there tells what a private incident is."""
    incident = session.incident
    return Wanted(
        key=key_of((incident.team, incident.reference, task.number, task.made_at.isoformat())),
        title=title_of(session.team, task),
        text=session.markdown("action_body", task=task, where=incident.public_title),
        owner=login_of(session.team, task.owner),
        labels=_labels(session.team, task),
        kinds=_KINDS,
    )


def title_of(team: Team, task: Task) -> str:
    """Its words on one line, in which nobody is called."""
    words = tidy(_PERSON.sub(lambda found: _name(team, found[1]), task.text))
    return words or f"Task {task.number}"


def _name(team: Team, user: str) -> str:
    written = team.git.people.get(user, "").partition("<")[0].strip()
    return written or login_of(team, user) or "a colleague"


def _labels(team: Team, task: Task) -> tuple[str, ...]:
    ours = team.tracker.labels if team.tracker else ()
    priority = (f"{_PRIORITY}{task.priority}",) if task.priority else ()
    return (*ours, task.type.label.lower(), *priority)


_KINDS = frozenset(
    {*(each.label.lower() for each in TaskType), *(f"{_PRIORITY}{each}" for each in Priority)}
)
