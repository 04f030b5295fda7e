"""Takes in what came of a file, a canvas or a pull request, and tells those who wait for it."""

from datetime import datetime

from chatops.application.ports.storage import UnitOfWork
from chatops.application.postmortem.draft import held
from chatops.application.postmortem.export import Paper, Shared, Unshared
from chatops.application.rendering import compose
from chatops.application.session import IncidentSession, Sessions
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.effects import (
    Destination,
    Effect,
    MakeCanvas,
    PostMessage,
    PublishDocs,
    ShareFile,
)
from chatops.domain.messages.posts import ActionId, Button, Post
from chatops.domain.postmortem.model import Export

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
