"""Looks at where the bot keeps things: the data folder and the database."""

import os
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.engine import make_url

from chatops.adapters.storage.engines import open_engine
from chatops.adapters.storage.errors import StorageUnavailable
from chatops.adapters.storage.migrate import current_revision, head_revision
from chatops.doctor.finding import Finding, fine, look, wrong
from chatops.settings import Settings

_FOLDER, _DATABASE = "data folder", "database"
_MIGRATE = "Run `chatops migrate`."
_CHOOSE = "Mend it there, or name another one in CHATOPS_DATABASE_URL."


def data_folder(settings: Settings) -> Iterator[Finding]:
    """Whether the folder can be written, or made."""
    folder = settings.data_dir.absolute()
    there = next(each for each in (folder, *folder.parents) if each.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        mend = "Let the bot's user write there, or name another folder in CHATOPS_DATA_DIR."
        yield wrong(_FOLDER, f"{there} cannot be written", mend)
    elif there == folder:
        yield fine(_FOLDER, f"{folder} can be written")
    else:
        yield fine(_FOLDER, f"{folder} is not there yet and can be made")


def database(settings: Settings) -> Iterator[Finding]:
    """Whether the database answers, and has the tables of this release."""
    url = make_url(settings.database)
    where = url.render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        yield look(_DATABASE, f"{where} is not there yet", _MIGRATE)
        return
    try:
        engine = open_engine(settings.database)
        try:
            revision = current_revision(engine)
        finally:
            engine.dispose()
    except StorageUnavailable as error:
        yield wrong(_DATABASE, str(error), _CHOOSE)
        return
    if revision == head_revision():
        yield fine(_DATABASE, f"{where} answers and is up to date")
    elif revision is None:
        yield look(_DATABASE, f"{where} has no tables yet", _MIGRATE)
    else:
        words = f"{where} is at revision {revision}, and this release needs {head_revision()}"
        yield wrong(_DATABASE, words, _MIGRATE)
