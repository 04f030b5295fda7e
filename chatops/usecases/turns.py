"""Opens turns on incidents, each in a transaction of its own, for those who may."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from chatops.domain.errors import Repeated, UnknownIncident
from chatops.domain.incident.model import Incident
from chatops.domain.messages.posts import Button, Post, Row
from chatops.domain.messages.templates import Surface
from chatops.domain.playbook.policy import Playbook
from chatops.domain.team import Team
from chatops.usecases.permission import Standing
from chatops.usecases.store import Store, Work
from chatops.usecases.turn import Request, Turn
from chatops.usecases.wording import Playbooks, compose


def take_once(work: Work, once: str | None, now: datetime) -> None:
    """Note a delivery in the transaction that acts on it.

    Raises:
        Repeated: it is noted already.
    """
    if once is not None and not work.deliveries.is_first(once, now):
        raise Repeated


class Turns:
    """Opens turns; ``committed`` is called after each commit, to wake the effects loop."""

    def __init__(
        self,
        *,
        store: Store,
        playbooks: Playbooks,
        team: Team,
        committed: Callable[[], None],
        surface: Surface = Surface.SLACK,
    ) -> None:
        self.store = store
        self.surface = surface
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
        rows: tuple[Row, ...] = (),
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
            surface=self.surface,
            rows=rows,
            buttons=buttons,
            footnote=footnote,
        )

    @contextmanager
    def turn(self, request: Request, standing: Standing | None = None) -> Iterator[Turn]:
        """Open a turn on the incident that a person asks about; commit at the end.

        Who asks from the incident's own channel becomes a member: Slack let them in.

        Raises:
            UnknownIncident: there is none, or it is private and the person is outside.
            Repeated: this very request has been taken before.
            NotAllowed: ``standing`` does not suffice.
        """
        with self.writing() as work:
            take_once(work, request.once, request.now)
            was = work.incidents.get(request.incident)
            inside = request.channel is not None and request.channel == was.channel
            if not inside and not was.visible_to(request.user):
                raise UnknownIncident(request.incident)
            here = replace(was, members=was.members | {request.user}) if inside else was
            if standing is not None:
                standing.must_suffice(here)
            turn = self.within(work, here, actor=request.user, now=request.now)
            yield turn
            turn.finish(was=was)

    @contextmanager
    def looking(self, request: Request) -> Iterator[Turn]:
        """Open a turn that changes nothing, for somebody who wants to see.

        Raises:
            UnknownIncident: as for ``turn``.
        """
        with self.store.reading() as work:
            incident = work.incidents.get(request.incident)
            inside = request.channel is not None and request.channel == incident.channel
            if not inside and not incident.visible_to(request.user):
                raise UnknownIncident(request.incident)
            yield self.within(work, incident, actor=request.user, now=request.now)

    @contextmanager
    def writing(self) -> Iterator[Work]:
        """A transaction whose effects are done at once after the commit."""
        with self.store.writing() as work:
            yield work
        self._committed()

    def within(self, work: Work, incident: Incident, *, actor: str | None, now: datetime) -> Turn:
        """A turn inside a transaction that is open already."""
        return Turn(
            work=work,
            playbooks=self.playbooks,
            team=self.team,
            incident=incident,
            snapshot=work.snapshots.get(incident.playbook),
            actor=actor,
            now=now,
            surface=self.surface,
        )
