"""The PostgreSQL server that the tests use, for benchmarks that measure on it as well."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from tests.databases import _LOCAL, _VARIABLE

#: Seconds in which a server that is there answers.
_PATIENCE = 5


def find_server() -> str | None:
    """The URL of a server on which databases may be made; prints one line if there is none."""
    url = os.environ.get(_VARIABLE, _LOCAL)  # noqa: TID251 - where the tests look for it
    try:
        psycopg.connect(url, connect_timeout=_PATIENCE).close()
    except psycopg.OperationalError:
        print(f"PostgreSQL was left out: no server answers (name one in {_VARIABLE}).")
        return None
    return url


@contextmanager
def new_database(server: str) -> Iterator[str]:
    """The URL of an empty database, which is dropped at the end whatever happens."""
    name = f"chatops_bench_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield make_url(server).set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )
