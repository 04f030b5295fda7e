"""Moves everything that is stored to another database of either kind, line by line, as JSON.

The first line says which release and which revision of the tables wrote the file, the last one
how many rows it holds; between them each line is a row, the rows it refers to before it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby, islice
from typing import Any, TextIO

from sqlalchemy import Column, Connection, Engine, func, insert, select
from sqlalchemy import Table as Columns
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import DataError, IntegrityError

from chatops.adapters.storage.engines import reading
from chatops.adapters.storage.errors import shown, translated
from chatops.adapters.storage.migrate import current_revision, head_revision, upgrade
from chatops.adapters.storage.ownership import owned
from chatops.adapters.storage.tables import METADATA
from chatops.adapters.storage.types import EnumText, JsonDocument, UtcMoment
from chatops.domain.errors import UserError

#: Rows that are held in memory at once.
_AT_ONCE = 500

#: Our columns are the same in both; they are asked for one all the same.
_ANY = DefaultDialect()

Row = Mapping[str, Any]


def not_empty(where: str, table: str) -> UserError:
    """The database to fill holds something already."""
    return UserError(
        f"Nothing was imported: {where} is not empty (there are rows in {table}). Name an"
        " empty database with CHATOPS_DATABASE_URL or CHATOPS_DATA_DIR."
    )


def other_revision(theirs: object, release: object, ours: str) -> UserError:
    """The file was written from tables of another release."""
    return UserError(
        f"Nothing was imported: the file was written by release {release}, whose tables are at"
        f" {theirs}, and these are at {ours}. Import it with that release, then"
        " `chatops migrate` with this one."
    )


def not_up_to_date(at: str | None) -> UserError:
    """The tables are of another release."""
    return UserError(
        f"Nothing was done: the tables are at {at or 'nothing'}, not at {head_revision()}."
        " Run `chatops migrate` first."
    )


def broken_file(line: int, why: str) -> UserError:
    """The file is not one of ours, or not the whole of it."""
    return UserError(f"Nothing was imported: line {line} of the file {why}.")


def write_out(engine: Engine, file: TextIO, *, release: str) -> int:
    """Write every row, all as they are at one moment; returns how many there are.

    Raises:
        UserError, StorageUnavailable
    """
    at = current_revision(engine)
    if at != head_revision():
        raise not_up_to_date(at)
    _say(file, {"chatops": release, "revision": at})
    count = 0
    with translated(engine.url), reading(engine).begin() as connection:
        for table in METADATA.sorted_tables:
            rows = select(table).order_by(*table.primary_key)
            streamed = connection.execution_options(yield_per=_AT_ONCE).execute(rows)
            for row in streamed.mappings():
                written = {each.name: _written(each, row[each]) for each in table.columns}
                _say(file, {"table": table.name, "row": written})
                count += 1
    _say(file, {"rows": count})
    return count


def read_in(engine: Engine, file: Iterable[str], now: datetime) -> int:
    """Fill an empty database, wholly or not at all; returns how many rows there were.

    Raises:
        UserError, StorageUnavailable
    """
    lines = _understood(file)
    _must_fit(next(lines, {}))
    at = current_revision(engine)
    if at is None:
        upgrade(engine)
    elif at != head_revision():
        raise not_up_to_date(at)
    with owned(engine, now), translated(engine.url), engine.begin() as connection:
        _must_be_empty(connection)
        count = _filled(connection, lines)
        if connection.dialect.name == "postgresql":
            _count_on(connection)
    return count


def _say(file: TextIO, line: Row) -> None:
    file.write(json.dumps(line) + "\n")


def _understood(file: Iterable[str]) -> Iterator[Row]:
    for number, line in enumerate(file, 1):
        try:
            content = json.loads(line)
        except ValueError as error:
            raise broken_file(number, "is not JSON; it may be cut off") from error
        if not isinstance(content, dict):
            raise broken_file(number, "is not what `chatops export` writes")
        yield content


def _must_fit(header: Row) -> None:
    if "revision" not in header:
        raise broken_file(1, "is not the beginning of what `chatops export` writes")
    if header["revision"] != head_revision():
        raise other_revision(header["revision"], header.get("chatops"), head_revision())


def _must_be_empty(connection: Connection) -> None:
    for table in METADATA.sorted_tables:
        if connection.execute(select(table).limit(1)).first() is not None:
            raise not_empty(shown(connection.engine.url), table.name)


def _filled(connection: Connection, lines: Iterator[Row]) -> int:
    count, promised = 0, None
    for name, rows in groupby(lines, key=lambda line: line.get("table")):
        if name is None:
            promised = next(rows).get("rows")
            continue
        table = METADATA.tables.get(name)
        if table is None:
            raise broken_file(count + 2, f"names a table that is unknown: {name!s:.40}")
        while some := list(islice(rows, _AT_ONCE)):
            made = [_row(table, line, count + 2) for line in some]
            try:
                connection.execute(insert(table), made)
            except (IntegrityError, DataError) as error:
                raise broken_file(
                    count + 2, "or one soon after it does not fit the others"
                ) from error
            count += len(some)
    if promised != count:
        raise broken_file(count + 2, "should be the last one and say how many rows there were")
    return count


def _row(table: Columns, line: Row, number: int) -> Row:
    try:
        return {each.name: _read(each, line["row"][each.name]) for each in table.columns}
    except (KeyError, TypeError, ValueError) as error:
        raise broken_file(number, f"or one soon after it is no row of {table.name}") from error


def _written(column: Column[Any], value: Any) -> Any:
    """A value as JSON knows it."""
    match column.type:
        case UtcMoment():
            return None if value is None else value.isoformat()
        case EnumText() | JsonDocument() as kind:
            return kind.process_bind_param(value, _ANY)
        case _:
            return value


def _read(column: Column[Any], value: Any) -> Any:
    match column.type:
        case UtcMoment():
            return None if value is None else datetime.fromisoformat(value)
        case EnumText() | JsonDocument() as kind:
            return kind.process_result_value(value, _ANY)
        case _:
            return value


def _count_on(connection: Connection) -> None:
    """Let PostgreSQL give new rows the numbers after those that were brought along."""
    for table in METADATA.sorted_tables:
        if "id" in table.columns:
            newest = select(func.max(table.c.id))
            sequence = func.pg_get_serial_sequence(table.name, "id")
            connection.execute(select(func.setval(sequence, newest.scalar_subquery())))
