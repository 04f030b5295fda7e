"""Every test here runs on real databases."""

from tests.databases import (
    database_url,
    empty_postgres_url,
    engine,
    postgres_database,
    postgres_server,
    postgres_store,
    postgres_url,
    sqlite_store,
    sqlite_template,
    sqlite_url,
    store,
)

__all__ = [
    "database_url",
    "empty_postgres_url",
    "engine",
    "postgres_database",
    "postgres_server",
    "postgres_store",
    "postgres_url",
    "sqlite_store",
    "sqlite_template",
    "sqlite_url",
    "store",
]
