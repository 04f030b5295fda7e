"""One worker at a time on a mirror, across threads and processes."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Final

from chatops.adapters.gitops.errors import MirrorBusy

_PAUSE: Final = 0.05


@contextmanager
def locked(place: Path, *, patience: float) -> Iterator[int]:
    """Hold the lock of ``place``; the descriptor that is given holds it as well.

    Git is started with that descriptor: if our process dies, the lock lasts until git has ended,
    so that nobody cleans up under a git that is still working.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(f"{place}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _acquire(descriptor, place.name, tries=max(1, round(patience / _PAUSE)))
        yield descriptor
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, name: str, *, tries: int) -> None:
    never = Event()
    for _ in range(tries):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            never.wait(_PAUSE)
        else:
            return
    raise MirrorBusy(name)
