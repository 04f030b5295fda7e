"""One change to one incident: its new state, its timeline, promises and effects, in one commit."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import assert_never

from chatops.application.authorization import Authorization
from chatops.application.ports.storage import Storage, UnitOfWork
from chatops.application.rendering import Playbooks, compose
from chatops.domain.drills.scenario import marked, stays_inside
from chatops.domain.errors import Repeated, UnknownIncident, no_such_promise
from chatops.domain.incident.model import Incident, Status
from chatops.domain.incident.timeline import Entry, EntryKind
from chatops.domain.messages.effects import (
    ArchiveChannel,
    Destination,
    DestinationKind,
    Effect,
    EffectPayload,
    Invite,
    LiveMessage,
    PostMessage,
    RefreshMessage,
    SetTopic,
)
from chatops.domain.messages.posts import BoardButtons, Button, ListItem, Post
from chatops.domain.messages.templates import OutputFormat
from chatops.domain.playbook.policy import Playbook, Severity, Snapshot
from chatops.domain.promises.after_resolution import ARCHIVE_KEY
from chatops.domain.promises.model import Promise, PromiseState
from chatops.domain.promises.while_running import role_promises
from chatops.domain.team import Team


def room_of(incident: Incident) -> Destination:
    """The incident's own channel."""
    return Destination(kind=DestinationKind.INCIDENT, id=str(incident.id))


def place_of(screen: LiveMessage, incident: Incident, team: Team) -> Destination | None:
    """Where a screen stands; none if the team has no place for it, or it would say too much.

    A drill has a board alone.
    """
    if incident.drill and screen in {LiveMessage.ANNOUNCEMENT, LiveMessage.ALERT}:
        return None
    match screen:
        case LiveMessage.BOARD | LiveMessage.HOTFIX:
            return room_of(incident)
        case LiveMessage.ANNOUNCEMENT:
            return (
                Destination(kind=DestinationKind.STAKEHOLDERS)
                if team.channels.stakeholders
                else None
            )
        case LiveMessage.ALERT:
            shown = team.channels.alerts is not None and not incident.private
            return Destination(kind=DestinationKind.ALERTS) if shown else None
        case _ as never:
            assert_never(never)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A person asks something about an incident.

    ``channel`` is where they asked. ``once`` is Slack's own id of what they did, where it has
    one: the same doing is taken once.
    """

    incident: int
    user: str
    now: datetime
    channel: str | None = None
    once: str | None = None


class IncidentSession:
    """What one use case does to one incident, inside one transaction.

    ``actor`` is the person who asked, or none for the bot. Whatever a session notes, says or
    promises is stored when it ends, together with the incident; then the board, the
    announcement and the topic are brought up to date.
    """

    def __init__(
        self,
        *,
        work: UnitOfWork,
        playbooks: Playbooks,
        team: Team,
        incident: Incident,
        snapshot: Snapshot,
        actor: str | None,
        now: datetime,
        output: OutputFormat = OutputFormat.SLACK,
        board: BoardButtons = MappingProxyType({}),
    ) -> None:
        self.work = work
        self.board = board
        self.team = team
        self.incident = incident
        self.actor = actor
        self.now = now
        self._surface = output
        self._playbooks = playbooks
        self._snapshot = snapshot
        self.playbook: Playbook = playbooks.revive(snapshot)

    @property
    def severity(self) -> Severity:
        return self.playbook.severity(self.incident.severity)

    @property
    def version(self) -> int:
        return self.incident.version

    @property
    def room(self) -> Destination:
        """The incident's own channel."""
        return room_of(self.incident)

    def note(
        self,
        kind: EntryKind,
        text: str,
        *,
        reason: str = "",
        at: datetime | None = None,
        source: str | None = None,
        replaces: int | None = None,
    ) -> Entry | None:
        """Put it on the timeline; none if its source stands there already."""
        entry = Entry(
            incident=self.incident.id,
            at=at or self.now,
            written_at=self.now,
            kind=kind,
            actor=self.actor,
            text=text,
            reason=reason,
            source=source,
            replaces=replaces,
        )
        return self.work.timeline.add(entry)

    def facts(self, **extras: object) -> Mapping[str, object]:
        """What a text about this incident may speak of."""
        return {
            "incident": self.incident,
            "severity": self.severity,
            "playbook": self.playbook,
            "now": self.now,
            **extras,
        }

    def post(
        self,
        text: str,
        *,
        buttons: tuple[Button, ...] = (),
        more: tuple[Button, ...] = (),
        **extras: object,
    ) -> Post:
        """Word a message about the incident as it is at this point of the session."""
        facts = self.facts(**extras)
        post = compose(self._playbooks, self._snapshot, text, facts, buttons=buttons, more=more)
        return self._as_it_is(post)

    def plain(self, text: str, **extras: object) -> str:
        """Word something for where nothing is formatted."""
        facts = self.facts(**extras)
        said = self._playbooks.say(self._snapshot, text, output=OutputFormat.PLAIN, facts=facts)
        return marked(said) if self.incident.drill else said

    def markdown(self, text: str, **extras: object) -> str:
        """Word a document: the body of a pull request."""
        facts = self.facts(**extras)
        return self._playbooks.say(self._snapshot, text, output=OutputFormat.MARKDOWN, facts=facts)

    def answer(
        self,
        text: str,
        *,
        heading: str = "",
        buttons: tuple[Button, ...] = (),
        more: tuple[Button, ...] = (),
        **extras: object,
    ) -> Post:
        """Word what the person who asked gets back, for the surface they read."""
        facts = self.facts(**extras)
        post = compose(
            self._playbooks,
            self._snapshot,
            text,
            facts,
            output=self._surface,
            title=heading,
            buttons=buttons,
            more=more,
        )
        return self._as_it_is(post)

    def _as_it_is(self, post: Post) -> Post:
        """A message, which in a drill says so in its first line."""
        if not self.incident.drill:
            return post
        return replace(post, headline=marked(post.headline), text=marked(post.text))

    def say(self, key: str, to: Destination, post: Post, *, under: str | None = None) -> None:
        """Have a message posted once; the key is unique within the incident."""
        self.do(key, to.lane, PostMessage(to=to, post=post, under=under))

    def tell_room(self, key: str, post: Post) -> None:
        self.say(key, self.room, post)

    def tell_thread(self, key: str, post: Post) -> None:
        """Say it in the board's thread: worth keeping, not worth interrupting for."""
        self.say(key, self.room, post, under=self.board_key)

    def tell_person(self, key: str, user: str, post: Post) -> None:
        self.say(f"{key}:{user}", Destination(kind=DestinationKind.PERSON, id=user), post)

    def do(self, key: str, lane: str, act: EffectPayload, *, at: datetime | None = None) -> None:
        """Have something done once, not before ``at``; in a drill nothing outside its room."""
        if self.incident.drill and not stays_inside(self.incident, act):
            return
        if self.is_put_away and lane == self.room.lane and not isinstance(act, ArchiveChannel):
            return
        effect = Effect(
            key=f"{self.incident.id}:{key}",
            lane=lane,
            act=act,
            made_at=self.now,
            not_before=at or self.now,
            incident=self.incident.id,
        )
        self.work.outbox.add(effect)

    def invite(self, *users: str) -> None:
        """Make people members, and bring them into the channel."""
        new = tuple(sorted(set(users) - self.incident.members))
        if not new:
            return
        self.incident = replace(self.incident, members=self.incident.members | set(new))
        key = f"invite:{self.incident.version + 1}:{','.join(new)}"
        self.do(key, self.room.lane, Invite(incident=self.incident.id, users=new))

    def promise(self, promise: Promise) -> Promise:
        """Store a promise; what no drill makes is cancelled at once in one."""
        if self.incident.drill and promise.open and not promise.spec.in_drills:
            promise = promise.cancelled(self.now)
        return self.work.promises.put(promise)

    def promises(self) -> Mapping[str, Promise]:
        """The incident's promises by key."""
        return {each.key: each for each in self.work.promises.of(self.incident.id)}

    def open_promise(self, key: str) -> Promise:
        """The incident's open promise of that key.

        Raises:
            UserError
        """
        promise = self.work.promises.get(self.incident.id, key)
        if promise is None or not promise.open:
            raise no_such_promise()
        return promise

    def cancel_promises(self, moot: Callable[[Promise], bool]) -> None:
        """Cancel the open promises that are ``moot``."""
        for promise in self.promises().values():
            if promise.open and moot(promise):
                self.promise(promise.cancelled(self.now))

    @property
    def is_put_away(self) -> bool:
        """Whether the channel went into the archive when nobody needed it any more."""
        if self.incident.status is not Status.CLOSED:
            return False
        promise = self.work.promises.get(self.incident.id, ARCHIVE_KEY)
        return promise is not None and promise.state is PromiseState.KEPT

    def keep_role_promises(self) -> None:
        """Keep what a running incident promises in step with who plays which part."""
        for promise in role_promises(self.promises(), self.incident, self.playbook, self.now):
            self.promise(promise)

    @property
    def board_key(self) -> str:
        return f"{self.incident.id}:board"

    @property
    def announcement_key(self) -> str:
        return f"{self.incident.id}:announcement"

    def finish(self, *, was: Incident) -> None:
        """Save the incident and bring what shows it up to date."""
        if (was.roles, was.status.running) != (self.incident.roles, self.incident.status.running):
            self.keep_role_promises()
        self.incident = self.work.incidents.save(self.incident)
        self.show(LiveMessage.BOARD)
        if _reads_differently(was, self.incident):
            self.show(LiveMessage.ANNOUNCEMENT)
            self.show(LiveMessage.ALERT)
        if _topic(was) != _topic(self.incident):
            act = SetTopic(incident=self.incident.id, version=self.version)
            self.do(f"topic:{self.version}", self.room.lane, act)

    def show(self, screen: LiveMessage) -> None:
        """Bring a screen up to date, where the team has a place for it."""
        place = place_of(screen, self.incident, self.team)
        if place is not None:
            act = RefreshMessage(incident=self.incident.id, screen=screen, version=self.version)
            self.do(f"{screen}:{self.version}", place.lane, act)


def _topic(incident: Incident) -> tuple[object, ...]:
    return (incident.severity, incident.status, incident.commander, incident.title)


def _reads_differently(was: Incident, now: Incident) -> bool:
    """Whether stakeholders would read something new."""
    shown = ("severity", "status", "impact", "title", "last_update", "next_update_at", "holdings")
    return any(getattr(was, name) != getattr(now, name) for name in shown) or (
        was.commander != now.commander
    )


def take_once(work: UnitOfWork, once: str | None, now: datetime) -> None:
    """Note a delivery in the transaction that acts on it.

    Raises:
        Repeated: it is noted already.
    """
    if once is not None and not work.deliveries.is_first(once, now):
        raise Repeated


class Sessions:
    """Opens sessions; ``committed`` is called after each commit, to wake the effects loop."""

    def __init__(
        self,
        *,
        storage: Storage,
        playbooks: Playbooks,
        team: Team,
        committed: Callable[[], None],
        output: OutputFormat = OutputFormat.SLACK,
        board: BoardButtons = MappingProxyType({}),
    ) -> None:
        self.storage = storage
        self._board = board
        self.output = output
        self.playbooks = playbooks
        self.team = team
        self._committed = committed

    @property
    def playbook(self) -> Playbook:
        """The playbook that an incident declared now would live under."""
        return self.playbooks.revive(self.playbooks.current())

    def word(
        self,
        text: str,
        now: datetime,
        *,
        rows: tuple[ListItem, ...] = (),
        buttons: tuple[Button, ...] = (),
        footnote: str = "",
        **facts: object,
    ) -> Post:
        """Word what a person gets to read that is about no one incident."""
        return compose(
            self.playbooks,
            self.playbooks.current(),
            text,
            {"now": now, **facts},
            output=self.output,
            rows=rows,
            buttons=buttons,
            footnote=footnote,
        )

    @contextmanager
    def begin(
        self, request: Request, authorization: Authorization | None = None
    ) -> Iterator[IncidentSession]:
        """Open a session on the incident that a person asks about; commit at the end.

        Who asks from the incident's own channel becomes a member: Slack let them in.

        Raises:
            UnknownIncident: there is none, or it is private and the person is outside.
            Repeated: this very request has been taken before.
            NotAllowed: ``authorization`` does not suffice.
        """
        with self.writing() as work:
            take_once(work, request.once, request.now)
            was = work.incidents.get(request.incident)
            inside = request.channel is not None and request.channel == was.channel
            if not inside and not was.visible_to(request.user):
                raise UnknownIncident(request.incident)
            here = replace(was, members=was.members | {request.user}) if inside else was
            if authorization is not None:
                authorization.require(here)
            session = self.within(work, here, actor=request.user, now=request.now)
            yield session
            session.finish(was=was)

    @contextmanager
    def looking(self, request: Request) -> Iterator[IncidentSession]:
        """Open a session that changes nothing, for somebody who wants to see.

        Raises:
            UnknownIncident: as for ``begin``.
        """
        with self.storage.reading() as work:
            incident = work.incidents.get(request.incident)
            inside = request.channel is not None and request.channel == incident.channel
            if not inside and not incident.visible_to(request.user):
                raise UnknownIncident(request.incident)
            yield self.within(work, incident, actor=request.user, now=request.now)

    @contextmanager
    def writing(self) -> Iterator[UnitOfWork]:
        """A transaction whose effects are done at once after the commit."""
        with self.storage.writing() as work:
            yield work
        self._committed()

    def within(
        self, work: UnitOfWork, incident: Incident, *, actor: str | None, now: datetime
    ) -> IncidentSession:
        """A session inside a transaction that is open already."""
        return IncidentSession(
            work=work,
            playbooks=self.playbooks,
            team=self.team,
            incident=incident,
            snapshot=work.snapshots.get(incident.playbook),
            actor=actor,
            now=now,
            output=self.output,
            board=self._board,
        )
