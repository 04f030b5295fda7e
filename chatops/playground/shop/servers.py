"""The shop's servers: they run what was deployed, and are as well as the code that they run."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from secrets import token_urlsafe
from threading import Event, Lock
from typing import Final

from chatops.clock import Clock
from chatops.domain.errors import UserError
from chatops.playground.shop import shop_app
from chatops.playground.shop.repository import MAIN, ShopRepository

#: The one flag of the shop: without it, the old checkout takes the money.
FLAG: Final = "new-checkout"
#: Errors in per cent: while payments fail, and in the first minutes after they work again.
_BROKEN: Final = 38.0
_FALLING: Final = ((timedelta(minutes=1), 3.1), (timedelta(minutes=3), 0.9))
_CALM: Final = 0.3
#: How long a slow deploy takes, and how long others do.
_SLOW: Final = timedelta(seconds=40)
_STEPS: Final = 4


class ServerPlace(StrEnum):
    """Where a version can run."""

    PRODUCTION = "production"
    STAGING = "staging"


class NotDeployed(UserError):
    """A deploy came to nothing; what ran before goes on running."""


class UnknownVersion(NotDeployed):
    """Nothing of that name can be deployed."""

    def __init__(self, what: str) -> None:
        super().__init__(f"There is no commit or release “{what:.60}” in shop.git.")


class NothingBefore(NotDeployed):
    """There is no release to go back to."""

    def __init__(self, place: ServerPlace) -> None:
        super().__init__(f"Nothing ran on {place} before what runs there now.")


class DidNotStart(NotDeployed):
    """The new version did not come up."""

    def __init__(self, new: "Release", place: ServerPlace, old: "Release") -> None:
        super().__init__(
            f"{new.name} did not start: 2 of 2 instances ended with code 1. "
            f"{place.capitalize()} still serves {old.name}."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A version that runs, and since when."""

    version: str
    sha: str
    since: datetime
    #: Whether payments work, by the code itself.
    pays: bool
    #: When they began to work again, where the release before could not.
    healed: datetime | None = None

    @property
    def name(self) -> str:
        return f"v{self.version} ({self.sha[:7]})" if self.version else self.sha[:7]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be deployed: a commit, else a release by its version, else what ran before."""

    to: ServerPlace
    sha: str = ""
    version: str = ""
    back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What a place says of itself."""

    place: ServerPlace
    release: Release
    status: str
    errors: float
    pays: bool

    @property
    def is_up(self) -> bool:
        return self.status != "failing"


@dataclass(slots=True)
class Faults:
    """What was switched to go wrong."""

    unhealthy: bool = False
    slow: bool = False
    failing: bool = False


@dataclass(slots=True, kw_only=True)
class Servers:
    """Production and staging; safe to share between threads.

    A deploy takes ``pace`` from its beginning to its end, and is cut short by ``stopping``.
    ``changed`` is called when something else is served than before.
    """

    repository: ShopRepository
    clock: Clock
    #: Every push to main is deployed by itself.
    on_push: bool = False
    pace: timedelta = timedelta()
    stopping: Event = field(default_factory=Event)
    changed: Callable[[], None] = lambda: None
    faults: Faults = field(default_factory=Faults)
    #: Who shows it may deploy.
    token: str = field(default_factory=token_urlsafe)
    _flag_on: bool = True
    _flag_since: datetime | None = None
    _running: dict[ServerPlace, tuple[Release, ...]] = field(default_factory=dict)
    _seen: str | None = None
    _noticed: datetime | None = None
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        kept = json.loads(_read(self._memory) or "{}")
        newest = self._newest()
        found: dict[str, Release] = {}
        for place in ServerPlace:
            sha = kept.get(place, "")
            if sha not in found:
                found[sha] = self._found(Wish(to=place, sha=sha, version="" if sha else newest))
            self._running[place] = (found[sha],)
        self._seen = self.repository.tip(MAIN)

    def serving(self, place: ServerPlace) -> Release:
        """What runs there now."""
        return self._running[place][-1]

    @property
    def flags(self) -> Mapping[str, bool]:
        return {FLAG: self._flag_on}

    def health(self, place: ServerPlace) -> Health:
        """How a place is, at this moment."""
        release = self.serving(place)
        pays = release.pays or not self._flag_on
        status = "ok" if pays else "degraded"
        if self.faults.unhealthy and place is ServerPlace.PRODUCTION:
            status = "failing"
        errors = self._errors(release) if status == "ok" else _BROKEN
        return Health(place=place, release=release, status=status, errors=errors, pays=pays)

    def switch_flag(self, *, on: bool) -> None:
        """Turn the new checkout on or off."""
        with self._lock:
            self._flag_on = on
            self._flag_since = self.clock.now()
        self.changed()

    def deploy(self, wish: Wish) -> Iterator[str]:
        """Deploy, a line for each step.

        Raises:
            UnknownVersion, NothingBefore, DidNotStart
        """
        new = self._found(wish)
        yield f"Deploying {new.name} to {wish.to}"
        steps = (f"Fetched {new.sha[:7]} from shop.git", "Built checkout", "Started 1 of 2",
                 "Started 2 of 2")  # fmt: skip
        for step in steps[: 2 if self.faults.failing else _STEPS]:
            self.stopping.wait(self._takes.total_seconds() / _STEPS)
            yield step
        if self.faults.failing:
            raise DidNotStart(new, wish.to, self.serving(wish.to))
        self._run(wish, new)

    def follow(self) -> None:
        """Where every push to main is deployed: notice one, and deploy it when it is due."""
        if not self.on_push or self.faults.failing:
            return
        tip = self.repository.tip(MAIN)
        with self._lock:
            if tip is None or tip == self._seen:
                return
            now = self.clock.now()
            self._noticed = self._noticed or now
            if self.faults.slow and now < self._noticed + _SLOW:
                return
            self._seen, self._noticed = tip, None
        wish = Wish(to=ServerPlace.PRODUCTION, sha=tip)
        self._run(wish, self._found(wish))

    @property
    def _memory(self) -> Path:
        """Where it is kept what runs, for the next time that the playground is opened."""
        return self.repository.folder / "running.json"

    @property
    def _takes(self) -> timedelta:
        return _SLOW if self.faults.slow else self.pace

    def _run(self, wish: Wish, new: Release) -> None:
        with self._lock:
            history = self._running[wish.to]
            old = history[-1]
            healed = new.since if new.pays and not old.pays else old.healed if new.pays else None
            kept = history[:-2] if wish.back else history
            self._running[wish.to] = (*kept, replace(new, healed=healed))
            now = {place: self.serving(place).sha for place in ServerPlace}
            self._memory.write_text(json.dumps(now), encoding="utf-8")
        self.changed()

    def _found(self, wish: Wish) -> Release:
        if wish.back:
            return self._before(wish.to)
        sha = self._commit(wish)
        return Release(
            version=wish.version.removeprefix("v") or self._version(sha),
            sha=sha,
            since=self.clock.now(),
            pays=shop_app.can_pay(self.repository.read(sha, shop_app.PAYMENT)),
        )

    def _version(self, sha: str) -> str:
        """What a commit was released as, or else says that it is."""
        tag = self.repository.bare.run("tag", "--points-at", sha).partition("\n")[0]
        stated = self.repository.read(sha, shop_app.VERSION) or ""
        return tag.removeprefix("v") or stated.strip()

    def _before(self, place: ServerPlace) -> Release:
        history = self._running[place]
        if len(history) == 1:
            older = self._released_before(history[0].sha)
            if older is None:
                raise NothingBefore(place)
            return self._found(Wish(to=place, sha=older))
        return self._found(Wish(to=place, sha=history[-2].sha))

    def _commit(self, wish: Wish) -> str:
        version = wish.version.removeprefix("v")
        found = (
            self.repository.commit(wish.sha) if wish.sha else self.repository.tagged(f"v{version}")
        )
        if found is None:
            raise UnknownVersion(wish.sha or wish.version)
        return found

    def _newest(self) -> str:
        """The newest release that main holds."""
        named = self.repository.bare.ask("describe", "--tags", "--abbrev=0", MAIN) or ""
        return named.removeprefix("v")

    def _released_before(self, sha: str) -> str | None:
        named = self.repository.bare.ask("describe", "--tags", "--abbrev=0", f"{sha}^")
        return self.repository.tagged(named) if named else None

    def _errors(self, release: Release) -> float:
        healed = release.healed if release.pays else self._flag_since
        age = self.clock.now() - healed if healed else None
        if age is None:
            return _CALM
        return next((errors for until, errors in _FALLING if age < until), _CALM)


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""
