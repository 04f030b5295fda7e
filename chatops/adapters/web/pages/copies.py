"""Keeps a copy of the public status as files, which are still there when the database is not."""

import logging
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile

from chatops.adapters.web.pages.painting import ASSETS

_log = logging.getLogger(__name__)
#: Everybody may read what everybody may know: a web server of the team's own, too.
_FOR_EVERYBODY = 0o644


class Copies:
    """Files in one folder: ``status.html``, ``status.atom``, ``status.json`` and what they load.

    A team may serve the folder from anywhere: its files refer to nothing outside.
    """

    def __init__(self, folder: Path, *, assets: Path) -> None:
        self._folder = folder
        self._assets = assets
        self._dressed = False

    def keep(self, files: Mapping[str, bytes]) -> None:
        """Put each file in its place at once, so that nobody reads half of one."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._dress()
            for name, content in files.items():
                _put(self._folder / name, content)
        except OSError as error:
            facts = {"action": "status_copy", "folder": str(self._folder), "reason": str(error)}
            _log.warning("The copy of the status page could not be written", extra=facts)

    def read(self, name: str) -> bytes | None:
        """A file as it was last kept, by this process or by one before."""
        try:
            return (self._folder / name).read_bytes()
        except OSError:
            return None

    def _dress(self) -> None:
        """Put style sheet and script beside the pages, once for each process."""
        if not self._dressed:
            shutil.copytree(self._assets, self._folder / ASSETS, dirs_exist_ok=True)
            self._dressed = True


def _put(file: Path, content: bytes) -> None:
    with NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as draft:
        draft.write(content)
    try:
        os.chmod(draft.name, _FOR_EVERYBODY)  # noqa: PTH101 - the draft has a name, not a path
        os.replace(draft.name, file)  # noqa: PTH105 - same
    except OSError:
        Path(draft.name).unlink(missing_ok=True)
        raise
