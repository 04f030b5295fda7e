"""Looks at the incidents on record: are their timelines whole, can their playbooks be spoken."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from chatops.adapters.playbooks.repository import revived
from chatops.adapters.playbooks.text_checks import trial_problems
from chatops.adapters.storage.engines import open_engine
from chatops.adapters.storage.errors import StorageUnavailable
from chatops.adapters.storage.migrate import current_revision, head_revision
from chatops.adapters.storage.records import broken_chains, snapshots_in_use
from chatops.doctor.finding import Finding, fine, look, wrong
from chatops.domain.playbook.policy import Snapshot
from chatops.settings import Settings

_TIMELINES, _WORDING = "timelines", "open incidents"
#: How many of the newest incidents are verified.
_NEWEST = 200
_RESTORE = (
    "Compare with a backup: somebody changed the database by hand. What the channel says is as"
    " it was posted."
)
_SHIPPED = "The shipped words are used there instead; the playbook of new incidents is unaffected."
_CLOSE = "Resolve and close them with the release that they were declared under."


def incidents(settings: Settings) -> Iterator[Finding]:
    """Look at what is on record; nothing is said of a database that cannot be read yet."""
    with _readable(settings) as engine:
        if engine is not None:
            yield from timelines(engine)
            yield from wordings(engine)


def timelines(engine: Engine) -> Iterator[Finding]:
    """Whether the newest timelines are as they were written."""
    broken = tuple(broken_chains(engine, newest=_NEWEST))
    for each in broken:
        words = (
            f"{each.incident.reference} was changed after it was written: the seal of entry"
            f" {each.entry.id} ({each.entry.written_at:%Y-%m-%d %H:%M} UTC) does not fit"
        )
        yield wrong(_TIMELINES, words, _RESTORE)
    if not broken:
        yield fine(_TIMELINES, f"the newest {_NEWEST} are as they were written")


def wordings(engine: Engine) -> Iterator[Finding]:
    """Whether this release can say what open incidents brought along from when they began."""
    in_use: dict[str, list[str]] = defaultdict(list)
    snapshots: dict[str, Snapshot] = {}
    for incident, snapshot in snapshots_in_use(engine):
        in_use[snapshot.digest].append(incident.reference)
        snapshots[snapshot.digest] = snapshot
    found = [
        each
        for digest, references in in_use.items()
        for each in _unspeakable(snapshots[digest], references)
    ]
    yield from found
    if in_use and not found:
        yield fine(_WORDING, "their playbooks can be followed, whatever has been changed since")


def _unspeakable(snapshot: Snapshot, references: Sequence[str]) -> Iterable[Finding]:
    whose = ", ".join(references)
    try:
        playbook = revived(snapshot)
    except ValueError:
        words = f"{whose}: this release cannot read the playbook {snapshot.name} as it was then"
        return [wrong(_WORDING, words, _CLOSE)]
    files = {name: Path(f"{name}.j2") for name in snapshot.texts}
    return [
        look(_WORDING, f"{whose}: {each.file}, line {each.line}: {each.message}", _SHIPPED)
        for each in trial_problems(playbook, files, snapshot.texts)
    ]


@contextmanager
def _readable(settings: Settings) -> Iterator[Engine | None]:
    """The database, if it has the tables of this release; it is not made here."""
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        yield None
        return
    try:
        engine = open_engine(settings.database)
    except StorageUnavailable:
        yield None
        return
    try:
        yield engine if _is_ours(engine) else None
    finally:
        engine.dispose()


def _is_ours(engine: Engine) -> bool:
    try:
        return current_revision(engine) == head_revision()
    except StorageUnavailable:
        return False
