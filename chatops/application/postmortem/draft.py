"""Writes a post-mortem: answers, the text as Markdown, and when the trouble began."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from zlib import crc32

from chatops.application.authorization import PeopleDirectory
from chatops.application.git_identity import GitIdentities
from chatops.application.postmortem.requests import AnswersRequest, EditRequest
from chatops.application.session import IncidentSession, Request, Sessions
from chatops.domain.errors import TooLong
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle, Post
from chatops.domain.postmortem.facts import (
    ROOT_CAUSE,
    AnsweredQuestion,
    Called,
    Record,
    facts_of,
    questions_of,
)
from chatops.domain.postmortem.model import (
    AnsweredMeanwhile,
    BeganLater,
    EditedMeanwhile,
    PostMortem,
    nothing_to_tell,
    still_fought,
    unknown_question,
)
from chatops.domain.team import Permission

#: In the text a question that nobody answered begins with it.
MARK = "❓"


def held(session: IncidentSession) -> PostMortem:
    """The post-mortem as it is stored, or the draft that it begins as."""
    found = session.work.post_mortems.get(session.incident.id)
    return found or PostMortem(
        incident=session.incident.id, made_at=session.now, owner=session.incident.leader
    )


def record_of(session: IncidentSession) -> Record:
    """Everything that is on record about an incident."""
    incident = session.incident.id
    return Record(
        incident=session.incident,
        playbook=session.playbook,
        entries=session.work.timeline.of(incident),
        hotfixes=session.work.hotfixes.of(incident),
        tasks=session.work.tasks.of(incident),
        promises=tuple(session.promises().values()),
        post_mortem=held(session),
    )


def text_of(session: IncidentSession, called: Called) -> str:
    """The whole in Markdown: as somebody edited it, else drawn up from the record."""
    record = record_of(session)
    if record.post_mortem is not None and record.post_mortem.body:
        return record.post_mortem.body
    return session.markdown("post_mortem", **facts_of(record, called, session.now))


def left_open(record: Record) -> tuple[AnsweredQuestion, ...]:
    """The questions that nobody answered; in an edited text, those that stand in it."""
    questions = questions_of(record)
    body = record.post_mortem.body if record.post_mortem else ""
    if body:
        return tuple(each for each in questions if stands_open(body, each))
    return tuple(each for each in questions if not each.answer)


def stands_open(body: str, asked: AnsweredQuestion) -> bool:
    """Whether an edited text still asks a question."""
    return any(asked.ask in line for line in body.splitlines() if MARK in line)


def revision_of(record: Record) -> int:
    """A number that tells what people wrote from anything else that they might have written.

    Where the post-mortem was taken to, or when its review is, makes no other text of it.
    """
    stored = record.post_mortem
    words = [stored.body, dict(sorted(stored.answers.items()))] if stored else []
    return crc32(json.dumps([*words, record.incident.root_cause]).encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The text, and the revision that it shows."""

    text: str
    version: int


class Drawer:
    """Draws the text up with people's names; no transaction is open while the chat is asked."""

    def __init__(self, sessions: Sessions, names: GitIdentities) -> None:
        self._sessions = sessions
        self._names = names

    def drawn(self, request: Request) -> Drawn:
        """Raises UnknownIncident."""
        with self._sessions.looking(request) as session:
            users = sorted(record_of(session).users)
        called = self.called(users)
        with self._sessions.looking(request) as session:
            return Drawn(text=text_of(session, called), version=revision_of(record_of(session)))

    def called(self, users: Sequence[str]) -> Called:
        """What people are called, by id; where nobody says, the id stands for the name."""
        return {user: person.name for user, person in self._names.of(users).items()}


#: What fits into a field of a form, and what a text may weigh.
ANSWER_LIMIT, BODY_LIMIT = 3000, 100_000


def draft_post_mortem(session: IncidentSession) -> tuple[Button, ...]:
    """Begin the post-mortem of what is resolved, unless there is one; the button that opens it."""
    if session.incident.drill:
        return ()
    if session.work.post_mortems.get(session.incident.id) is None:
        session.work.post_mortems.save(held(session))
    return (write_button(session, ButtonStyle.WANTED),)


def write_button(session: IncidentSession, tone: ButtonStyle = ButtonStyle.PLAIN) -> Button:
    return Button(
        ask=ActionId("post_mortem"),
        label="Write post-mortem",
        about=str(session.incident.id),
        tone=tone,
    )


def must_be_over(session: IncidentSession) -> None:
    """Raises UserError."""
    if session.incident.status.running:
        raise still_fought(session.incident.reference)


def keep_promise(session: IncidentSession, key: str) -> None:
    """Settle what was promised, if it is still owed."""
    promise = session.work.promises.get(session.incident.id, key)
    if promise is not None and promise.open:
        session.promise(promise.fulfilled(session.now))


class AnswerQuestions:
    """Take answers in, and when it began."""

    def __init__(self, sessions: Sessions, directory: PeopleDirectory) -> None:
        self._sessions = sessions
        self._directory = directory

    def __call__(self, request: AnswersRequest) -> Post:
        """Save them; what is known of the incident itself is kept there.

        Raises:
            UserError, AnsweredMeanwhile, TooLong, BeganLater, NotAllowed
        """
        for text in request.answers.values():
            if len(text.strip()) > ANSWER_LIMIT:
                raise TooLong(what="answer", limit=ANSWER_LIMIT, length=len(text.strip()))
        authorization = self._directory.authorization(request.user, Permission.POST_MORTEM)
        with self._sessions.begin(request, authorization) as session:
            must_be_over(session)
            before = {each.key: each for each in questions_of(record_of(session))}
            answers = _meant(request, before)
            _take_beginning(session, request)
            _take_root_cause(session, answers)
            others = {key: text for key, text in answers.items() if key != ROOT_CAUSE}
            changed = held(session).taken_up().answered(others, request.user, request.now)
            changed, placeless = _put_into_text(session, changed, before, anew=request.anew)
            session.work.post_mortems.save(changed)
            return _saved(session, placeless)


def _meant(request: AnswersRequest, known: Mapping[str, AnsweredQuestion]) -> Mapping[str, str]:
    """The answers that the person changed. Raises UserError, AnsweredMeanwhile."""
    changed = {}
    for key, text in request.answers.items():
        if key not in known:
            raise unknown_question(key, tuple(known))
        seen, now = request.seen.get(key), known[key]
        if replace(now, answer=text).mark in {seen, now.mark}:
            continue
        if seen is not None and seen != now.mark:
            raise AnsweredMeanwhile(key, now.answer)
        changed[key] = text
    return changed


def _take_beginning(session: IncidentSession, request: AnswersRequest) -> None:
    began, incident = request.began_at, session.incident
    if began is None or began == incident.began_at:
        return
    if began > incident.detected_at:
        raise BeganLater(incident.detected_at)
    session.incident = replace(incident, began_at=began)
    session.note(EntryKind.POST_MORTEM, "The trouble began", at=began)


def _take_root_cause(session: IncidentSession, answers: Mapping[str, str]) -> None:
    """The root cause is the incident's own: every screen that speaks of it has it from there."""
    if ROOT_CAUSE not in answers:
        return
    cause = answers[ROOT_CAUSE].strip()
    if cause and cause != session.incident.root_cause:
        session.note(EntryKind.POST_MORTEM, "Root cause written down", reason=cause[:500])
    session.incident = replace(session.incident, root_cause=cause)
    if cause:
        keep_promise(session, ROOT_CAUSE)


def _put_into_text(
    session: IncidentSession,
    post_mortem: PostMortem,
    before: Mapping[str, AnsweredQuestion],
    *,
    anew: bool,
) -> tuple[PostMortem, tuple[AnsweredQuestion, ...]]:
    """Put new answers into a text edited by hand, where it asks; and those that find no place."""
    if anew or not post_mortem.body:
        return replace(post_mortem, body=""), ()
    record = replace(record_of(session), incident=session.incident, post_mortem=post_mortem)
    body, placeless = post_mortem.body, []
    for asked in questions_of(record):
        if asked.answer and asked.answer != before[asked.key].answer:
            filled = _filled(body, asked)
            if filled == body:
                placeless.append(asked)
            body = filled
    return replace(post_mortem, body=body), tuple(placeless)


def _filled(body: str, asked: AnsweredQuestion) -> str:
    """The text with the answer in the place of its question."""
    lines = body.splitlines()
    for at, line in enumerate(lines):
        if MARK in line and asked.ask in line:
            lead = line[: line.index(MARK)]
            lines[at : at + 1] = [f"{lead}{point}" for point in asked.points]
            return "\n".join(lines)
    return body


def _saved(session: IncidentSession, placeless: tuple[AnsweredQuestion, ...]) -> Post:
    left = left_open(record_of(session))
    about = str(session.incident.id)
    show = Button(ask=ActionId("post_mortem_show"), label="Show it", about=about)
    done = Button(
        ask=ActionId("post_mortem_done"),
        label="Mark as done",
        about=about,
        tone=ButtonStyle.PLAIN if left else ButtonStyle.WANTED,
    )
    write = write_button(session, ButtonStyle.WANTED if left else ButtonStyle.PLAIN)
    return session.answer(
        "post_mortem_saved",
        buttons=(write, done, show) if left else (done, show, write),
        left=left,
        placeless=placeless,
    )


class EditPostMortem:
    """Take the whole text in, as Markdown."""

    def __init__(self, sessions: Sessions, directory: PeopleDirectory, drawer: Drawer) -> None:
        self._sessions = sessions
        self._directory = directory
        self._drawer = drawer

    def __call__(self, request: EditRequest) -> Post:
        """Save it, if nobody else has changed it since it was read.

        Raises:
            UserError, TooLong, EditedMeanwhile, NotAllowed
        """
        body = request.body.replace("\r\n", "\n").strip()
        if not body:
            raise nothing_to_tell()
        if len(body) > BODY_LIMIT:
            raise TooLong(what="text", limit=BODY_LIMIT, length=len(body))
        authorization = self._directory.authorization(request.user, Permission.POST_MORTEM)
        theirs = self._drawer.drawn(request)
        with self._sessions.begin(request, authorization) as session:
            must_be_over(session)
            revision = revision_of(record_of(session))
            if revision != request.version:
                raise EditedMeanwhile(theirs.text, body, revision)
            edited = held(session).taken_up().edited(body, request.user, request.now)
            session.work.post_mortems.save(edited)
            return _saved(session, ())
