"""Tells the commander what could not be done, why, and what happens next; retries on demand."""

import hashlib
from dataclasses import replace

from chatops.application.session import IncidentSession, Request, Sessions
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.effects import (
    DestinationKind,
    Effect,
    EffectState,
    OpenChannel,
    PostMessage,
    RefreshMessage,
    SyncTask,
)
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle, Post

#: The attempt after which it is told that something is late.
_STUCK = 4
_TOLD = ":trouble:"
#: In the key of what tells that something is late.
LATE = f"{_TOLD}late:"


def is_worth_telling(effect: Effect, *, busy: bool) -> bool:
    """Whether the leader should hear of it.

    That is what was given up, what is stuck for more than a rate limit, and a channel that is
    late, because all else waits for it. What fails while telling of trouble is only logged.
    """
    if effect.incident is None or _TOLD in effect.key:
        return False
    stuck = effect.attempts >= _STUCK and not busy
    return stuck or effect.state is EffectState.FAILED or isinstance(effect.act, OpenChannel)


def tell_trouble(session: IncidentSession, effect: Effect) -> None:
    """Tell the leader, and put on record what was given up."""
    failed = effect.state is EffectState.FAILED
    about = str(session.incident.id)
    retry = Button(ask=ActionId("retry"), label="Try again", about=about, tone=ButtonStyle.WANTED)
    post = session.post(
        "trouble",
        what=what_was_not_done(effect),
        why=effect.error,
        retry_at=None if failed else effect.not_before,
        buttons=(retry,) if failed else (),
    )
    session.tell_person(_key(effect, failed=failed), session.incident.leader, post)
    if failed:
        session.note(EntryKind.TROUBLE, f"Not done: {_in_full(effect)}", reason=effect.error)


def _key(effect: Effect, *, failed: bool) -> str:
    """One for all that has the same cause and was asked for, or tried again, at about one time.

    What is given up has its cause in the channel it was for; what is late waits for the chat as
    a whole.
    """
    channel = "" if _person(effect) else effect.lane
    cause = f"{effect.error}|{channel}" if failed else effect.error
    digest = hashlib.sha256(cause.encode()).hexdigest()[:12]
    time = effect.result.get("tried_again", f"{effect.made_at:%Y%m%d%H}")
    return f"trouble:{'failed' if failed else 'late'}:{digest}:{time}"


def what_was_not_done(effect: Effect) -> str:
    """The act in plain words, to go after “I could not”."""
    if isinstance(effect.act, RefreshMessage):
        return f"show the {effect.act.screen}"
    if isinstance(effect.act, SyncTask):
        if effect.act.heard is None:
            return f"bring task {effect.act.number} into the tracker"
        return f"look what became of task {effect.act.number} in the tracker"
    return _WORDS[effect.act.kind]


def _in_full(effect: Effect) -> str:
    person = _person(effect)
    return what_was_not_done(effect) if person is None else f"write to <@{person}>"


def _person(effect: Effect) -> str | None:
    """Whom it was for alone."""
    act = effect.act
    return (
        act.to.id
        if isinstance(act, PostMessage) and act.to.kind is DestinationKind.PERSON
        else None
    )


_WORDS = {
    "open_channel": "open the incident's channel",
    "invite": "invite people",
    "say": "post a message",
    "reword": "correct a message",
    "pin_board": "pin the board",
    "set_topic": "set the channel's topic",
    "answer": "answer you",
    "do_step": "do a step of the hotfix",
    "look_out": "look at the hotfix's branches",
    "archive_channel": "archive the channel",
    "share_file": "share a file",
    "make_canvas": "make the canvas",
    "publish_docs": "bring the post-mortem into the docs",
}


class Retry:
    """Puts back what was given up of an incident."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def __call__(self, request: Request) -> Post:
        """Try everything again, each thing in its lane.

        Raises:
            UnknownIncident
        """
        with self._sessions.begin(request) as session:
            failed = session.work.outbox.failed(session.incident.id)
            for effect in failed:
                # What fails once more is told once more.
                marked = replace(effect, result={"tried_again": f"v{session.version}"})
                session.work.outbox.complete(
                    marked.again(at=session.now, error="", doubtful=effect.doubtful)
                )
            return session.answer("retry_answer", number=len(failed))
