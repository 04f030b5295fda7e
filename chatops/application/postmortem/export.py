"""Takes a post-mortem to where others read it, a file, a canvas, a repository, and says so."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from chatops.application.delivery import Destinations, Speaker, only_in_time
from chatops.application.ports.chat import (
    ChannelArchived,
    ChannelGone,
    ChatRefused,
    Files,
    NotInChannel,
)
from chatops.application.ports.external import (
    ExternalBusy,
    ExternalIndeterminate,
    ExternalRefused,
    ExternalSystems,
    PullRequestDraft,
)
from chatops.application.ports.git import PutFile, Signed
from chatops.application.ports.storage import UnitOfWork
from chatops.application.postmortem.draft import Drawer, Drawn, held, record_of, text_of
from chatops.application.postmortem.requests import ExportRequest
from chatops.application.rendering import compose
from chatops.application.session import IncidentSession, Request, Sessions
from chatops.clock import Clock
from chatops.domain.incident.model import slug
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.effects import (
    Destination,
    DestinationKind,
    Effect,
    MakeCanvas,
    PostMessage,
    PublishDocs,
    ShareFile,
)
from chatops.domain.messages.posts import ActionId, Button, Post
from chatops.domain.postmortem.facts import Called
from chatops.domain.postmortem.model import Export, no_docs, restricted
from chatops.domain.services import Service


class ExportPostMortem:
    """Have it taken out; what comes of it is told in the incident's channel."""

    def __init__(self, sessions: Sessions, drawer: Drawer) -> None:
        self._sessions = sessions
        self._drawer = drawer

    def __call__(self, request: ExportRequest) -> Post:
        """Ask for it.

        Raises:
            UnknownIncident, UserError
        """
        drawn = self._drawer.drawn(request)
        with self._sessions.begin(request) as session:
            match request.place:
                case Export.FILE:
                    share_text(session, drawn)
                case Export.CANVAS:
                    act = MakeCanvas(incident=session.incident.id)
                    session.do(f"canvas:{session.version}", session.room.lane, act)
                case Export.DOCS:
                    _publish(session)
                case _ as never:
                    assert_never(never)
            return session.answer("post_mortem_export_answer", place=request.place.value)


class ShowPostMortem:
    """Show it where it was asked for: in the incident's channel, as a file."""

    def __init__(self, sessions: Sessions, drawer: Drawer) -> None:
        self._sessions = sessions
        self._drawer = drawer

    def __call__(self, request: Request) -> Post:
        """Share the text as it is now. Raises UnknownIncident."""
        drawn = self._drawer.drawn(request)
        with self._sessions.begin(request) as session:
            share_text(session, drawn)
            return session.answer("post_mortem_export_answer", place=Export.FILE.value)


def share_text(session: IncidentSession, drawn: Drawn) -> None:
    """Share the text in the incident's channel, below the board."""
    act = ShareFile(
        to=session.room,
        name=f"{session.incident.reference}-post-mortem-{session.version}.md",
        title=f"Post-mortem {session.incident.reference}",
        content=drawn.text,
        post=session.post("post_mortem_file", by=session.actor),
    )
    session.do(f"post_mortem_file:{session.version}", session.room.lane, act)


def _publish(session: IncidentSession) -> None:
    docs = session.team.docs
    if docs is None:
        raise no_docs()
    if session.incident.private:
        raise restricted(session.incident.reference)
    act = PublishDocs(incident=session.incident.id, version=held(session).version)
    session.do(f"docs:{session.version}", f"repo:{docs.service}", act)


#: The trailer that tells the bot's own commits of a post-mortem from other people's.
TRAILER = "Post-Mortem"
_NOWHERE = "users.invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A post-mortem on its way into a repository; ``before`` is where it stands already."""

    service: Service
    base: str
    branch: str
    path: str
    content: str
    message: str
    title: str
    body: str
    signed: Signed
    before: str


def publication_of(session: IncidentSession, called: Called, *, at: datetime) -> Publication | None:
    """What is to be brought there; none if the team has no such place any more."""
    docs = session.team.docs
    service = session.team.services.get(docs.service) if docs is not None else None
    if docs is None or service is None or not service.has_code:
        return None
    incident, stored = session.incident, held(session)
    writer = stored.changed_by or stored.owner or incident.leader
    return Publication(
        service=service,
        base=docs.branch,
        branch=f"postmortem/{incident.reference}",
        path=docs.path.format(
            year=incident.year, reference=incident.reference, slug=slug(incident.title)
        ),
        content=f"{text_of(session, called)}\n",
        message=session.plain("post_mortem_commit"),
        title=session.plain("post_mortem_pull_title"),
        body=session.markdown("post_mortem_pull_body"),
        signed=Signed(
            name=called.get(writer, session.team.git.name),
            email=_address(session, writer),
            at=at,
            trailers=(
                ("Incident", incident.reference),
                (TRAILER, f"{incident.reference} version {stored.version}"),
            ),
        ),
        before=stored.exports.get("pull_request", ""),
    )


def _address(session: IncidentSession, user: str) -> str:
    """As chatops.yml has it, else one that reaches nobody."""
    _, found, rest = session.team.git.people.get(user, "").partition("<")
    return rest.strip(" >") if found else f"{user}@{_NOWHERE}"


#: So often something is tried by itself before people are told.
_PATIENCE = 6
#: What a way in, or a look at the channel's state, may mend.
_ABOUT_THE_ROOM = (ChannelArchived, ChannelGone, NotInChannel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """It stands somewhere: ``place`` is what the export is called, with notes for people.

    ``ref`` is what the place itself calls it.
    """

    place: str
    address: str
    ref: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unshared:
    """It stands nowhere, and trying again alone will not help."""

    place: str
    why: str
    words: str = ""


Paper = Shared | Unshared


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A channel, and the message in whose thread something is to stand."""

    channel: str
    thread: str | None = None


class ExportPostMortems:
    """Does one such effect. No transaction is open while others are asked."""

    def __init__(
        self,
        sessions: Sessions,
        files: Files,
        speaker: Speaker,
        where: Destinations,
        outside: ExternalSystems,
        drawer: Drawer,
    ) -> None:
        self._sessions = sessions
        self._files = files
        self._speaker = speaker
        self._where = where
        self._outside = outside
        self._drawer = drawer

    def do(self, effect: Effect, act: ShareFile | MakeCanvas | PublishDocs, clock: Clock) -> Paper:
        """Do it, or find that it is done, or what stands in the way.

        Raises:
            ChatError, ExternalBusy, ExternalIndeterminate
        """
        match act:
            case PublishDocs():
                return self._published(act, effect, clock)
            case ShareFile():
                return self._refusable("file", lambda: self._share(act, effect, clock))
            case MakeCanvas():
                return self._refusable("canvas", lambda: self._make_canvas(act, effect, clock))
            case _ as never:
                assert_never(never)

    def _refusable(self, place: str, deed: Callable[[], Paper]) -> Paper:
        """What the chat does not let the app do stands in the way; a lost channel is another."""
        try:
            return deed()
        except _ABOUT_THE_ROOM:
            raise
        except ChatRefused as refusal:
            return Unshared(place=place, why=str(refusal))

    def _share(self, act: ShareFile, effect: Effect, clock: Clock) -> Paper:
        channel = self._where.channel(act.to)
        parent = self._where.sent(act.under) if act.under is not None else None
        thread = parent.ts if parent is not None and parent.channel == channel else None
        return self._speaker.inside(
            channel, lambda: self._shared(act, effect, clock, Spot(channel=channel, thread=thread))
        )

    def _shared(self, act: ShareFile, effect: Effect, clock: Clock, spot: Spot) -> Paper:
        found = None
        if effect.doubtful:
            since = effect.made_at
            found = self._files.find(spot.channel, act.name, since=since, thread=spot.thread)
        if found is None:
            only_in_time(effect, clock)
            found = self._files.share(
                spot.channel,
                name=act.name,
                title=act.title,
                content=act.content,
                comment=act.post.text,
                thread=spot.thread,
            )
        return Shared(place="file", address=found.link, ref=found.id)

    def _make_canvas(self, act: MakeCanvas, effect: Effect, clock: Clock) -> Paper:
        """Make the channel's canvas, or write the one that was made before anew."""
        room = Destination(kind=DestinationKind.INCIDENT, id=str(act.incident))
        channel, called = self._where.channel(room), self._called(act.incident, clock)
        with self._sessions.storage.reading() as work:
            session = self._turn(work, act.incident, clock)
            text, known = text_of(session, called), held(session).exports.get("canvas_id", "")
            title = session.plain("post_mortem_pull_title")
        file = self._speaker.inside(
            channel,
            lambda: self._files.canvas(
                channel, title=title, text=text, known=known, doubtful=effect.doubtful
            ),
        )
        return Shared(place="canvas", address=file.link, ref=file.id)

    def _called(self, incident: int, clock: Clock) -> Called:
        with self._sessions.storage.reading() as work:
            users = sorted(record_of(self._turn(work, incident, clock)).users)
        return self._drawer.called(users)

    def _published(self, act: PublishDocs, effect: Effect, clock: Clock) -> Paper:
        """Bring the text into the docs repository, and open the pull request for it.

        Raises:
            ExternalBusy, ExternalIndeterminate
        """
        try:
            return self._publish(act, effect, clock)
        except ExternalRefused as trouble:
            return Unshared(place="docs", why=str(trouble), words=trouble.words)
        except (ExternalBusy, ExternalIndeterminate) as trouble:
            if effect.attempts < _PATIENCE:
                raise
            why = f"{trouble}, and I tried {effect.attempts} times"
            return Unshared(place="docs", why=why)

    def _publish(self, act: PublishDocs, effect: Effect, clock: Clock) -> Paper:
        called = self._called(act.incident, clock)
        with self._sessions.storage.reading() as work:
            session = self._turn(work, act.incident, clock)
            paper = publication_of(session, called, at=effect.made_at)
        if paper is None:
            why = "no docs repository is set up any more; name a service under docs in chatops.yml"
            return Unshared(place="docs", why=why)
        return self._bring(paper)

    def _bring(self, paper: Publication) -> Paper:
        forge = self._outside.forges.of(paper.service)
        head = paper.branch if forge is not None else paper.base
        job = PutFile(
            branch=head,
            base=paper.base,
            path=paper.path,
            content=paper.content,
            message=paper.message,
            signed=paper.signed,
        )
        result = self._outside.repositories.perform(paper.service, job)
        if forge is None:
            note = f"{paper.path} on {paper.base}"
            return Shared(place="docs", address="", notes=(note, *result.notes))
        if result.already and not result.after:
            return Shared(place="docs", address=paper.before, notes=result.notes)
        draft = PullRequestDraft(head=head, base=paper.base, title=paper.title, body=paper.body)
        pull = forge.open(paper.service, draft)
        return Shared(place="docs", address=pull.url, notes=(*result.notes, *pull.notes))

    def _turn(self, work: UnitOfWork, incident: int, clock: Clock) -> IncidentSession:
        return self._sessions.within(
            work, work.incidents.get(incident), actor=None, now=clock.now()
        )


#: What fits into one message, in a frame.
_CHUNK = 2800
#: The name under which the address of each export is kept.
_KEPT_AS = {"docs": "pull_request", "canvas": "canvas", "file": "file"}


def take_paper_in(session: IncidentSession, effect: Effect, paper: Paper) -> None:
    """Keep where it stands; or say what stands in the way, and what is open."""
    match effect.act, paper:
        case ShareFile() as act, Unshared():
            _say_instead(session, effect, act, paper)
        case ShareFile() as act, Shared():
            if act.name.endswith(".md"):
                _keep(session, paper)
        case ((MakeCanvas() | PublishDocs()), Shared()):
            _keep(session, paper)
            _tell(session, effect, paper)
        case ((MakeCanvas() | PublishDocs()), Unshared()):
            _tell_trouble(session, effect, paper)
        case _:
            pass


def tell_whoever_asked(
    sessions: Sessions, work: UnitOfWork, effect: Effect, paper: Paper, now: datetime
) -> None:
    """Tell a person that a file for them alone, about no one incident, could not be shared."""
    act = effect.act
    if not isinstance(paper, Unshared) or not isinstance(act, ShareFile):
        return
    playbooks = sessions.playbooks
    facts = {"now": now, "why": paper.why}
    post = compose(playbooks, playbooks.current(), "spreadsheet_refused", facts)
    said = PostMessage(to=act.to, post=post)
    key = f"{effect.key}:unshared"
    work.outbox.add(Effect(key=key, lane=act.to.lane, act=said, made_at=now, not_before=now))


def _keep(session: IncidentSession, paper: Shared) -> None:
    stored = held(session)
    if paper.address:
        stored = stored.taken_to(_KEPT_AS[paper.place], paper.address)
    if paper.place == "canvas" and paper.ref:
        stored = stored.taken_to("canvas_id", paper.ref)
    if stored != held(session):
        session.work.post_mortems.save(stored)


def _tell(session: IncidentSession, effect: Effect, paper: Shared) -> None:
    post = session.post(
        "post_mortem_exported", place=paper.place, address=paper.address, notes=paper.notes
    )
    session.tell_room(f"exported:{effect.id}", post)
    where = "docs repository" if paper.place == "docs" else paper.place
    session.note(
        EntryKind.POST_MORTEM, f"Post-mortem taken to the {where}", source=paper.address or None
    )


def _tell_trouble(session: IncidentSession, effect: Effect, paper: Unshared) -> None:
    about = session.incident.id
    buttons = tuple(
        Button(ask=ActionId("post_mortem_export"), label=label, about=f"{about}:{place}")
        for place, label in ((paper.place, "Try again"), (Export.FILE.value, "Share as file"))
    )
    post = session.post(
        "post_mortem_not_exported",
        buttons=buttons,
        place=paper.place,
        why=paper.why,
        words=paper.words,
    )
    session.tell_room(f"not_exported:{effect.id}", post)
    session.note(EntryKind.TROUBLE, f"Post-mortem: no {paper.place}", reason=paper.why)


def _say_instead(session: IncidentSession, effect: Effect, act: ShareFile, paper: Unshared) -> None:
    """Nothing is blocked for want of a right to share files: the text goes into a thread."""
    told = f"unshared:{effect.id}"
    refused = session.post("file_refused", name=act.name, why=paper.why)
    first = Post(headline=act.post.headline, text=f"{act.post.text}\n\n{refused.text}")
    _say(session, told, act.to, first, under=act.under)
    for number, part in enumerate(_parts(act.content), start=1):
        framed = Post(headline=act.title, text=f"```\n{part}\n```")
        _say(session, f"{told}:{number}", act.to, framed, under=f"{session.incident.id}:{told}")


def _say(
    session: IncidentSession, key: str, to: Destination, post: Post, *, under: str | None
) -> None:
    session.do(key, to.lane, PostMessage(to=to, post=post, under=under))


def _parts(content: str) -> list[str]:
    """The text in pieces that fit, broken between lines, in which nothing is markup."""
    quoted = content.replace("```", "'''").replace("&", "&amp;")
    quoted = quoted.replace("<", "&lt;").replace(">", "&gt;")
    parts, room = [""], _CHUNK
    for line in quoted.splitlines():
        for start in range(0, max(len(line), 1), _CHUNK):
            piece = line[start : start + _CHUNK]
            if len(piece) + 1 > room:
                parts.append("")
                room = _CHUNK
            parts[-1] += f"{piece}\n"
            room -= len(piece) + 1
    return [part.strip("\n") for part in parts if part.strip()]
