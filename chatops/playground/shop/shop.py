"""The whole shop as the page has it: repository, engineer, servers, switches and graph."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from threading import Event, Lock
from typing import assert_never

from chatops.clock import Clock
from chatops.domain.errors import UserError
from chatops.playground.shop import shop_app
from chatops.playground.shop.engineer import Engineer, hotfix_branch
from chatops.playground.shop.faults import CodeFaults, CodeLever
from chatops.playground.shop.graph import ShopGraph, draw
from chatops.playground.shop.repository import MAIN, ShopRepository, make_repository
from chatops.playground.shop.servers import Health, ServerPlace, Servers

#: How long a deploy takes, so that one can follow it.
_PACE = timedelta(seconds=2)


class Push(StrEnum):
    """What an engineer can be asked to push."""

    FIX = "fix"
    BIG = "big"
    BETWEEN = "between"
    REVERT = "revert"


def no_hotfix_branch() -> UserError:
    """There is no branch to push to yet."""
    return UserError(
        "There is no hotfix branch yet, so there is nowhere to push to. "
        "Start a hotfix in the incident's channel: /hotfix"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LongLivedBranch:
    """One of the long-lived branches, and whether it has the fix."""

    name: str
    pays: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopView:
    """Everything that the page shows of the shop."""

    graph: ShopGraph
    lines: tuple[LongLivedBranch, ...]
    #: Where the engineer's next push goes; none while there is no hotfix.
    branch: str | None
    levers: tuple[CodeLever, ...]


@dataclass(slots=True, kw_only=True)
class Shop:
    """The shop, safe to share between threads; ``changed`` hears of everything that is new."""

    repository: ShopRepository
    engineer: Engineer
    servers: Servers
    faults: CodeFaults
    #: Hotfixes are committed to main itself.
    straight: bool = False
    changed: Callable[[], None] = lambda: None
    _marks: object = None
    _seen: tuple[object, ShopView] | None = None
    _lock: Lock = field(default_factory=Lock)

    def look(self) -> None:
        """Notice what was pushed from outside."""
        self.servers.follow()
        marks = (self.repository.marks(), self._settings())
        with self._lock:
            is_new, self._marks = marks != self._marks, marks
        if is_new:
            self.changed()

    def push(self, what: Push) -> None:
        """Have an engineer push something.

        Raises:
            UserError, FixedAlready
        """
        match what:
            case Push.FIX:
                self.engineer.push_fix(self._branch())
            case Push.BIG:
                self.engineer.push_big_change(self._branch())
            case Push.BETWEEN:
                self.engineer.push_between(MAIN)
            case Push.REVERT:
                self.engineer.revert_backport()
            case _:
                assert_never(what)
        self.look()

    def health(self, place: ServerPlace) -> Health:
        return self.servers.health(place)

    def view(self) -> ShopView:
        """What is to be seen; git is asked only when something has changed."""
        served = {place.value: self.servers.serving(place).sha for place in ServerPlace}
        faults = self.servers.faults
        key = (self.repository.marks(), self._settings(), served, repr(faults))
        with self._lock:
            if self._seen is None or self._seen[0] != key:
                self._seen = (key, self._view(served))
            return self._seen[1]

    def _view(self, served: dict[str, str]) -> ShopView:
        lines = (self._line(name) for name in (MAIN, self.repository.develop))
        return ShopView(
            graph=draw(self.repository, served),
            lines=tuple(lines),
            branch=hotfix_branch(self.repository) or (MAIN if self.straight else None),
            levers=self.faults.levers,
        )

    def _line(self, name: str) -> LongLivedBranch:
        return LongLivedBranch(
            name=name, pays=shop_app.can_pay(self.repository.read(name, shop_app.PAYMENT))
        )

    def _branch(self) -> str:
        found = hotfix_branch(self.repository) or (MAIN if self.straight else None)
        if found is None:
            raise no_hotfix_branch()
        return found

    def _settings(self) -> str:
        return (self.repository.remote / "config").read_text(encoding="utf-8")


def open_shop(
    folder: Path,
    clock: Clock,
    *,
    develop: str = "develop",
    on_push: bool = False,
    straight: bool = False,
    stopping: Event | None = None,
    changed: Callable[[], None] = lambda: None,
    pace: timedelta = _PACE,
) -> Shop:
    """Make the shop in ``folder``, or take up what is there.

    ``develop`` is what the branch of the next release is called, ``on_push`` whether servers
    follow main by themselves, ``straight`` whether hotfixes are committed to main itself.

    Raises:
        UserError
    """
    repository = make_repository(folder, now=clock.now(), develop=develop)
    engineer = Engineer(repository=repository, clock=clock)
    servers = Servers(
        repository=repository,
        clock=clock,
        on_push=on_push,
        pace=pace,
        stopping=stopping or Event(),
        changed=changed,
    )
    return Shop(
        repository=repository,
        engineer=engineer,
        servers=servers,
        faults=CodeFaults(repository=repository, engineer=engineer, servers=servers),
        straight=straight,
        changed=changed,
    )
