"""Ends a post-mortem: done, with what was learned told to others, or skipped for a reason."""

from chatops.application.authorization import PeopleDirectory
from chatops.application.postmortem.draft import (
    held,
    keep_promise,
    left_open,
    must_be_over,
    record_of,
    write_button,
)
from chatops.application.postmortem.requests import FinishRequest
from chatops.application.session import IncidentSession, Sessions
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.effects import Destination, DestinationKind
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle, Post
from chatops.domain.postmortem.facts import ROOT_CAUSE, AnsweredQuestion, questions_of
from chatops.domain.postmortem.model import NoReason, PostMortem, PostMortemState, QuestionsOpen
from chatops.domain.tasks import TaskType
from chatops.domain.team import Permission

#: What is owed, by the names of its promises.
POST_MORTEM = "post_mortem"


class FinishPostMortem:
    """Say that it is done."""

    def __init__(self, sessions: Sessions, directory: PeopleDirectory) -> None:
        self._sessions = sessions
        self._directory = directory

    def __call__(self, request: FinishRequest) -> Post:
        """Settle what was promised, tell the room once, and others what was learned.

        Raises:
            UserError, QuestionsOpen, NotAllowed
        """
        reason = request.reason.strip()
        authorization = self._directory.authorization(request.user, Permission.POST_MORTEM)
        with self._sessions.begin(request, authorization) as session:
            must_be_over(session)
            before = held(session)
            left = left_open(record_of(session))
            if before.state is PostMortemState.DONE:
                return answered(session, before, left)
            if left and not reason:
                raise QuestionsOpen([each.ask for each in left])
            done = session.work.post_mortems.save(before.done(request.user, reason, request.now))
            keep_promise(session, POST_MORTEM)
            if session.incident.root_cause:
                keep_promise(session, ROOT_CAUSE)
            session.note(EntryKind.POST_MORTEM, "The post-mortem is done", reason=reason)
            _tell(session, done, left, reason)
            return answered(session, done, left)


def _tell(
    session: IncidentSession, done: PostMortem, left: tuple[AnsweredQuestion, ...], reason: str
) -> None:
    exports = addresses(done)
    post = session.post(
        "post_mortem_done",
        buttons=export_buttons(session),
        by=done.done_by,
        left=left,
        reason=reason,
        exports=exports,
    )
    session.tell_room(f"post_mortem_done:{done.version}", post)
    _tell_learnings(session, exports)


def _tell_learnings(session: IncidentSession, exports: tuple[tuple[str, str], ...]) -> None:
    """Tell others what was learned; of a private incident, or of a drill, nobody hears."""
    channel = session.team.channels.learnings
    if channel is None or session.incident.private or session.incident.drill:
        return
    record = record_of(session)
    lessons = tuple(each for each in questions_of(record) if each.lesson and each.answer)
    tasks = tuple(
        task for task in record.tasks if task.type is not TaskType.TASK and task.done_at is None
    )
    address = exports[0][1] if exports else ""
    post = session.post("learnings", lessons=lessons, tasks=tasks, address=address)
    session.say("learnings", Destination(kind=DestinationKind.CHANNEL, id=channel), post)


#: What leads to each export, the docs first.
_LEADS = {
    "pull_request": "In the docs repository",
    "canvas": "As a canvas",
    "file": "As a file",
}


def addresses(post_mortem: PostMortem) -> tuple[tuple[str, str], ...]:
    """Where it can be read elsewhere: what to call each, and its address."""
    kept = post_mortem.exports
    return tuple((label, kept[name]) for name, label in _LEADS.items() if kept.get(name))


def export_buttons(session: IncidentSession) -> tuple[Button, ...]:
    """The ways out that the team has."""
    places = [("file", "Share as file"), ("canvas", "Make a canvas")]
    if session.team.docs is not None and not session.incident.private:
        places.insert(0, ("docs", "Bring into the docs"))
    return tuple(
        Button(
            ask=ActionId("post_mortem_export"), label=label, about=f"{session.incident.id}:{place}"
        )
        for place, label in places
    )


def answered(
    session: IncidentSession, post_mortem: PostMortem, left: tuple[AnsweredQuestion, ...]
) -> Post:
    """Where it stands, with what can be done next."""
    about = str(session.incident.id)
    more = export_buttons(session)
    if post_mortem.state is PostMortemState.DONE:
        buttons = (*more, write_button(session))
    else:
        done = Button(
            ask=ActionId("post_mortem_done"),
            label="Mark as done",
            about=about,
            tone=ButtonStyle.PLAIN if left else ButtonStyle.WANTED,
        )
        buttons = (
            write_button(session, ButtonStyle.WANTED if left else ButtonStyle.PLAIN),
            done,
            *more,
        )
    return session.answer("post_mortem_answer", buttons=buttons, post_mortem=post_mortem, left=left)


class SkipPostMortem:
    """Say that there will be none."""

    def __init__(self, sessions: Sessions, directory: PeopleDirectory) -> None:
        self._sessions = sessions
        self._directory = directory

    def __call__(self, request: FinishRequest) -> Post:
        """Give it up, for a reason; where the playbook wants one, only with leave.

        Raises:
            UserError, NoReason, NotAllowed
        """
        reason = request.reason.strip()
        if not reason:
            raise NoReason
        writer = self._directory.authorization(request.user, Permission.POST_MORTEM)
        waiver = self._directory.authorization(request.user, Permission.WAIVE)
        with self._sessions.begin(request) as session:
            must_be_over(session)
            owed = session.severity.post_mortem.owed
            (waiver if owed else writer).require(session.incident)
            skipped = held(session).skipped(request.user, reason, request.now)
            skipped = session.work.post_mortems.save(skipped)
            promise = session.work.promises.get(session.incident.id, POST_MORTEM)
            if promise is not None and promise.open:
                session.promise(promise.waived(reason, session.now))
            session.note(EntryKind.POST_MORTEM, "No post-mortem", reason=reason)
            post = session.post("post_mortem_skipped", by=request.user, reason=reason)
            session.tell_room(f"post_mortem_skipped:{skipped.version}", post)
            return answered(session, skipped, ())
