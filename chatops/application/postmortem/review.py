"""Plans the review of an incident, offers it as a calendar file, and notes that it was held."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from chatops.application.authorization import PeopleDirectory
from chatops.application.git_identity import Profiles
from chatops.application.ports.chat import ChatError
from chatops.application.postmortem.draft import Drawer, held, must_be_over, record_of, write_button
from chatops.application.postmortem.finish import addresses
from chatops.application.postmortem.requests import ReviewRequest
from chatops.application.session import IncidentSession, Request, Sessions
from chatops.domain.incident.timeline import EntryKind, current
from chatops.domain.messages.effects import ShareFile
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle, Post
from chatops.domain.postmortem.facts import Called, StoryLine, named
from chatops.domain.postmortem.model import BadReviewTime, Review, no_review_yet, review_ahead
from chatops.domain.promises.after_resolution import REVIEW_KEY, review_start
from chatops.domain.promises.decide import first_look
from chatops.domain.promises.kinds import PromiseKind
from chatops.domain.promises.model import Promise, PromiseState
from chatops.domain.team import Permission

_PRODUCT = "-//ChatOps//Incident reviews//EN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Somebody who comes; ``email`` is empty where the chat does not tell it."""

    name: str
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A review as calendars see it; ``uid`` stays the same when it is moved."""

    uid: str
    title: str
    about: str
    review: Review
    guests: Sequence[Guest]
    organizer: Guest
    now: datetime


def calendar_file(meeting: Meeting) -> str:
    """The file's text: one event, in UTC."""
    from icalendar import Calendar, Event, vCalAddress, vText  # noqa: PLC0415 - large, and rare

    def address(guest: Guest) -> vCalAddress:
        return vCalAddress(f"mailto:{guest.email}", params={"cn": vText(guest.name)})

    event = Event()
    review = meeting.review
    event.add("uid", meeting.uid)
    event.add("sequence", review.sequence)
    event.add("dtstamp", meeting.now.astimezone(UTC))
    event.add("dtstart", review.at.astimezone(UTC))
    event.add("dtend", review.at.astimezone(UTC) + timedelta(minutes=review.minutes))
    event.add("summary", meeting.title)
    event.add("description", _described(meeting))
    event.add("status", "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("organizer", address(meeting.organizer))
    for guest in meeting.guests:
        if guest.email:
            event.add("attendee", address(guest))
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    text: bytes = calendar.to_ical()
    return text.decode()


def _described(meeting: Meeting) -> str:
    """What it is about, and who comes: a name without an address has no other place."""
    names = ", ".join(guest.name for guest in meeting.guests)
    return f"{meeting.about}\n\nWith: {names}" if names else meeting.about


#: The shortest, the longest and the usual review, in minutes.
SHORTEST, LONGEST, USUAL = 15, 480, 60
_FARTHEST = timedelta(days=90)
_DAY = timedelta(days=1)
_MOST_PEOPLE, _LINES = 40, 25


def proposed(session: IncidentSession) -> Review:
    """The review that the playbook would have: when, how long, and with everybody who acted."""
    rule = session.severity.post_mortem
    promise = session.work.promises.get(session.incident.id, REVIEW_KEY)
    ended = session.incident.resolved_at or session.now
    start = promise.due_at if promise else review_start(rule, session.playbook, ended)
    if start is None or start <= session.now:
        start = (session.now + _DAY).replace(minute=0, second=0, microsecond=0)
    minutes = rule.review_minutes[0] if rule.review_minutes else USUAL
    return Review(at=start, minutes=minutes, people=record_of(session).actors[:_MOST_PEOPLE])


class PlanReview:
    """Set the time of the review, or move it."""

    def __init__(
        self, sessions: Sessions, directory: PeopleDirectory, drawer: Drawer, people: Profiles
    ) -> None:
        self._sessions = sessions
        self._directory = directory
        self._drawer = drawer
        self._people = people

    def __call__(self, request: ReviewRequest) -> Post:
        """Share the calendar file, and remind people of it.

        Raises:
            UserError, BadReviewTime, NotAllowed
        """
        if not request.now < request.at <= request.now + _FARTHEST:
            raise BadReviewTime
        authorization = self._directory.authorization(request.user, Permission.POST_MORTEM)
        with self._sessions.looking(request) as session:
            usual, users = _proposed_or_held(session), record_of(session).users
        people = request.people or usual.people
        called = self._drawer.called(sorted({*users, *people}))
        guests = tuple(_guest(self._people, user, called[user]) for user in people)
        with self._sessions.begin(request, authorization) as session:
            must_be_over(session)
            stored = held(session)
            minutes = min(max(request.minutes or usual.minutes, SHORTEST), LONGEST)
            review = Review(at=request.at, minutes=minutes, people=people)
            moved = stored.review is not None
            review = stored.review.moved(review) if stored.review is not None else review
            session.work.post_mortems.save(replace(stored, review=review))
            _promise_again(session, review)
            session.note(
                EntryKind.REVIEW,
                f"Review {'moved to' if moved else 'set for'} {review.at:%Y-%m-%d %H:%M} UTC",
            )
            meeting = _meeting(session, review, guests, called)
            _share(session, meeting, review, moved=moved)
            return session.answer("review_answer", buttons=_buttons(session), review=review)


def _proposed_or_held(session: IncidentSession) -> Review:
    return held(session).review or proposed(session)


def _guest(people: Profiles, user: str, name: str) -> Guest:
    try:
        profile = people.profile(user)
    except ChatError:
        profile = None
    return Guest(name=name, email=profile.email if profile is not None else "")


def _promise_again(session: IncidentSession, review: Review) -> None:
    """Whoever leads owes it for then; a review that nobody promised is promised now."""
    old = session.work.promises.get(session.incident.id, REVIEW_KEY)
    fresh = old or Promise(
        incident=session.incident.id,
        key=REVIEW_KEY,
        kind=PromiseKind.REVIEW,
        owner=session.incident.leader,
        due_at=review.at,
        wake_at=None,
        made_at=session.now,
    )
    made = fresh.renewed(due_at=review.at, wake_at=None, now=session.now)
    wake = first_look(made, session.incident, session.playbook, session.now)
    session.promise(replace(made, wake_at=wake))


def _meeting(
    session: IncidentSession, review: Review, guests: Sequence[Guest], called: Called
) -> Meeting:
    entries = tuple(
        StoryLine(at=entry.at, text=named(entry.text, called))
        for entry in current(session.work.timeline.of(session.incident.id))
        if entry.kind not in {EntryKind.JOINED, EntryKind.REVIEW, EntryKind.POST_MORTEM}
    )[-_LINES:]
    about = session.plain("review_description", entries=entries, exports=addresses(held(session)))
    return Meeting(
        uid=f"{session.incident.reference}-{session.incident.id}-review@{session.incident.team}".lower(),
        title=session.plain("review_title"),
        about=about,
        review=review,
        guests=tuple(guests),
        organizer=Guest(name=session.team.git.name, email=session.team.git.email),
        now=session.now,
    )


def _share(session: IncidentSession, meeting: Meeting, review: Review, *, moved: bool) -> None:
    post = session.post("review_set", review=review, moved=moved, by=session.actor)
    act = ShareFile(
        to=session.room,
        name=f"{session.incident.reference}-review-{review.sequence + 1}.ics",
        title=meeting.title,
        content=calendar_file(meeting),
        post=post,
    )
    session.do(f"review:{review.sequence}:{session.version}", session.room.lane, act)


def _buttons(session: IncidentSession) -> tuple[Button, ...]:
    about = str(session.incident.id)
    return (
        Button(ask=ActionId("review"), label="Move it", about=about),
        Button(ask=ActionId("review_held"), label="It was held", about=about),
    )


class HoldReview:
    """Note that the review was held."""

    def __init__(self, sessions: Sessions, directory: PeopleDirectory) -> None:
        self._sessions = sessions
        self._directory = directory

    def __call__(self, request: Request) -> Post:
        """Settle what was promised, and ask for what was learned.

        Raises:
            UserError, NotAllowed
        """
        authorization = self._directory.authorization(request.user, Permission.POST_MORTEM)
        with self._sessions.begin(request, authorization) as session:
            review = held(session).review or _promised(session)
            if review is None:
                raise no_review_yet()
            if session.now < review.at:
                raise review_ahead(review.at)
            if not review.held:
                _note_held(session, review)
            return session.answer(
                "review_held_answer", buttons=(write_button(session, ButtonStyle.WANTED),)
            )


def _promised(session: IncidentSession) -> Review | None:
    """The review that nobody set a time for: they met all the same."""
    promise = session.work.promises.get(session.incident.id, REVIEW_KEY)
    if promise is None:
        return None
    at = min(promise.due_at, session.now)
    return Review(at=at, minutes=USUAL, people=record_of(session).actors)


def _note_held(session: IncidentSession, review: Review) -> None:
    session.work.post_mortems.save(replace(held(session), review=replace(review, held=True)))
    promise = session.work.promises.get(session.incident.id, REVIEW_KEY)
    if promise is not None and promise.open:
        # It was kept when it was held; that somebody says so is always later.
        session.promise(replace(promise.fulfilled(session.now), state=PromiseState.KEPT))
    session.note(EntryKind.REVIEW, "The review was held")
    session.tell_thread("review_held", session.post("review_held", by=session.actor))
