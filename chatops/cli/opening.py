"""What most verbs begin with: the settings, and the database that they name."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from chatops.adapters.storage.engines import open_engine
from chatops.logs import set_up_logging
from chatops.settings import Settings, read_settings


def open_settings() -> Settings:
    """What the environment says; from here on the log is written as it asks.

    Raises:
        BrokenSettings
    """
    settings = read_settings()
    set_up_logging(level=settings.log_level, style=settings.log_format, secrets=settings.secrets)
    return settings


@contextmanager
def open_database() -> Iterator[Engine]:
    """The database as it is, for as long as the block lasts.

    Raises:
        BrokenSettings, StorageUnavailable
    """
    engine = open_engine(open_settings().database)
    try:
        yield engine
    finally:
        engine.dispose()
