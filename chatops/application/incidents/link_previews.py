"""What is shown under a link to one of our pages: an incident, or how things stand."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from chatops.application.ports.storage import Search, UnitOfWork
from chatops.application.rendering import compose
from chatops.application.session import Sessions, take_once
from chatops.domain.incident.model import Incident
from chatops.domain.messages.posts import ActionId, Button, Post

_INCIDENTS, _STATUS = "incidents", "status"
#: How many incidents a card of the status page names.
_NAMED = 5
_MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class LinksShared:
    """Somebody posted links into a channel; ``once`` is Slack's own id of that."""

    team: str
    channel: str
    now: datetime
    once: str
    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What goes under one link: ``url`` as it was posted, ``page`` as we write it.

    ``post`` has all of it in words. A card of an incident has the ``incident`` besides, and how
    its severity is called.
    """

    url: str
    page: str
    post: Post
    incident: Incident | None = None
    severity: str = ""


class ShowLinks:
    """Finds out what links to our pages are about, for everybody who reads along in a channel."""

    def __init__(self, sessions: Sessions, *, site: str) -> None:
        self._sessions = sessions
        self._site = site.rstrip("/")

    def __call__(self, shared: LinksShared) -> tuple[Card, ...]:
        """The cards for these links; those that are none of ours, or tell too much, stay plain.

        Raises:
            Repeated: they were shown already.
        """
        with self._sessions.writing() as work:
            take_once(work, shared.once, shared.now)
            return tuple(self._cards(work, shared))

    def details(self, *, team: str, user: str, url: str, now: datetime) -> Card | None:
        """The card of a link for one person alone; none if there is nothing for them."""
        with self._sessions.storage.reading() as work:
            incident = self._incident(work, team, url)
            if incident is None or not incident.visible_to(user):
                return None
            return self._about(work, incident, url, now)

    def _cards(self, work: UnitOfWork, shared: LinksShared) -> Iterator[Card]:
        for url in dict.fromkeys(shared.urls):
            if self._parts(url) == (_STATUS,):
                yield self._status(work, shared, url)
                continue
            incident = self._incident(work, shared.team, url)
            if incident is not None and (
                incident.visible_to(None) or incident.channel == shared.channel
            ):
                yield self._about(work, incident, url, shared.now)

    def _parts(self, url: str) -> tuple[str, ...]:
        """The path of a page of ours; nothing for any other address."""
        site, given = urlsplit(self._site), urlsplit(url)
        if not self._site or (given.scheme, given.netloc.casefold()) != (
            site.scheme,
            site.netloc.casefold(),
        ):
            return ()
        if not given.path.startswith(f"{site.path}/"):
            return ()
        return tuple(part for part in given.path[len(site.path) :].split("/") if part)

    def _incident(self, work: UnitOfWork, team: str, url: str) -> Incident | None:
        match self._parts(url):
            case (folder, reference) if folder == _INCIDENTS:
                search = Search(team=team, everything=True, reference=reference.upper(), limit=1)
                return next(iter(work.incidents.find(search)), None)
        return None

    def _about(self, work: UnitOfWork, incident: Incident, url: str, now: datetime) -> Card:
        session = self._sessions.within(work, incident, actor=None, now=now)
        about = f"{incident.id}"
        buttons = (
            Button(ask=ActionId("status"), label="Show", about=about),
            *(
                [Button(ask=ActionId("join"), label="Join", about=about)]
                if _can_join(incident)
                else []
            ),
        )
        label = session.severity.label
        return Card(
            url=url,
            page=f"{self._site}/{_INCIDENTS}/{incident.reference}",
            post=session.post("link_incident", buttons=buttons, each=incident, label=label),
            incident=incident,
            severity=label,
        )

    def _status(self, work: UnitOfWork, shared: LinksShared, url: str) -> Card:
        search = Search(team=shared.team, viewer=None, running_only=True, limit=_MOST)
        running = [each for each in work.incidents.find(search) if not each.drill]
        playbooks = self._sessions.playbooks
        facts = {
            "now": shared.now,
            "incidents": tuple(running[:_NAMED]),
            "left_out": max(0, len(running) - _NAMED),
        }
        post = compose(playbooks, playbooks.current(), "link_status", facts)
        return Card(url=url, page=f"{self._site}/{_STATUS}", post=post)


def _can_join(incident: Incident) -> bool:
    return incident.status.running and not incident.private
