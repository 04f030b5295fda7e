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

    def __init__(self, turns: Sessions, directory: PeopleDirectory) -> None:
        self._turns = turns
        self._directory = directory

    def __call__(self, request: FinishRequest) -> Post:
        """Settle what was promised, tell the room once, and others what was learned.

        Raises:
            StillFought, QuestionsOpen, NotAllowed
        """
        reason = request.reason.strip()
        standing = self._directory.standing(request.user, Permission.POST_MORTEM)
        with self._turns.turn(request, standing) as turn:
            must_be_over(turn)
            before = held(turn)
            left = left_open(record_of(turn))
            if before.state is PostMortemState.DONE:
                return answered(turn, before, left)
            if left and not reason:
                raise QuestionsOpen([each.ask for each in left])
            done = turn.work.post_mortems.save(before.done(request.user, reason, request.now))
            keep_promise(turn, POST_MORTEM)
            if turn.incident.root_cause:
                keep_promise(turn, ROOT_CAUSE)
            turn.note(EntryKind.POST_MORTEM, "The post-mortem is done", reason=reason)
            _tell(turn, done, left, reason)
            return answered(turn, done, left)


def _tell(
    turn: IncidentSession, done: PostMortem, left: tuple[AnsweredQuestion, ...], reason: str
) -> None:
    exports = addresses(done)
    post = turn.post(
        "post_mortem_done",
        buttons=export_buttons(turn),
        by=done.done_by,
        left=left,
        reason=reason,
        exports=exports,
    )
    turn.tell_room(f"post_mortem_done:{done.version}", post)
    _tell_learnings(turn, exports)


def _tell_learnings(turn: IncidentSession, exports: tuple[tuple[str, str], ...]) -> None:
    """Tell others what was learned; of a private incident, or of a drill, nobody hears."""
    channel = turn.team.channels.learnings
    if channel is None or turn.incident.private or turn.incident.drill:
        return
    record = record_of(turn)
    lessons = tuple(each for each in questions_of(record) if each.lesson and each.answer)
    tasks = tuple(
        task for task in record.tasks if task.type is not TaskType.TASK and task.done_at is None
    )
    address = exports[0][1] if exports else ""
    post = turn.post("learnings", lessons=lessons, tasks=tasks, address=address)
    turn.say("learnings", Destination(kind=DestinationKind.CHANNEL, id=channel), post)


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


def export_buttons(turn: IncidentSession) -> tuple[Button, ...]:
    """The ways out that the team has."""
    places = [("file", "Share as file"), ("canvas", "Make a canvas")]
    if turn.team.docs is not None and not turn.incident.private:
        places.insert(0, ("docs", "Bring into the docs"))
    return tuple(
        Button(ask=ActionId.POST_MORTEM_EXPORT, label=label, about=f"{turn.incident.id}:{place}")
        for place, label in places
    )


def answered(
    turn: IncidentSession, post_mortem: PostMortem, left: tuple[AnsweredQuestion, ...]
) -> Post:
    """Where it stands, with what can be done next."""
    about = str(turn.incident.id)
    more = export_buttons(turn)
    if post_mortem.state is PostMortemState.DONE:
        buttons = (*more, write_button(turn))
    else:
        done = Button(
            ask=ActionId.POST_MORTEM_DONE,
            label="Mark as done",
            about=about,
            tone=ButtonStyle.PLAIN if left else ButtonStyle.WANTED,
        )
        buttons = (
            write_button(turn, ButtonStyle.WANTED if left else ButtonStyle.PLAIN),
            done,
            *more,
        )
    return turn.answer("post_mortem_answer", buttons=buttons, post_mortem=post_mortem, left=left)


class SkipPostMortem:
    """Say that there will be none."""

    def __init__(self, turns: Sessions, directory: PeopleDirectory) -> None:
        self._turns = turns
        self._directory = directory

    def __call__(self, request: FinishRequest) -> Post:
        """Give it up, for a reason; where the playbook wants one, only with leave.

        Raises:
            StillFought, NoReason, NotAllowed
        """
        reason = request.reason.strip()
        if not reason:
            raise NoReason
        writer = self._directory.standing(request.user, Permission.POST_MORTEM)
        waiver = self._directory.standing(request.user, Permission.WAIVE)
        with self._turns.turn(request) as turn:
            must_be_over(turn)
            owed = turn.severity.post_mortem.owed
            (waiver if owed else writer).must_suffice(turn.incident)
            skipped = held(turn).skipped(request.user, reason, request.now)
            skipped = turn.work.post_mortems.save(skipped)
            promise = turn.work.promises.get(turn.incident.id, POST_MORTEM)
            if promise is not None and promise.open:
                turn.promise(promise.waived(reason, turn.now))
            turn.note(EntryKind.POST_MORTEM, "No post-mortem", reason=reason)
            post = turn.post("post_mortem_skipped", by=request.user, reason=reason)
            turn.tell_room(f"post_mortem_skipped:{skipped.version}", post)
            return answered(turn, skipped, ())
