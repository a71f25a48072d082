"""The charge lines behind a cost query, streamed out of one snapshot in constant memory."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Select
from sqlalchemy.dialects.postgresql import psycopg

from data_layer.queries.charge_copy import digits_of, extras_of, lines_of
from finops_dash.domain.cost_query import CostQuery
from finops_dash.domain.focus import COLUMNS, INSTANTS, NUMBERS
from finops_dash.domain.period import DateRange
from finops_dash.domain.scope import Scope
from finops_dash.exports.columns import DIGITS, Column
from finops_dash.exports.focus import LONGEST, ExportError, TenantReads
from finops_dash.exports.table_csv import BOM, FORMULA_STARTS, csv_line

PIECE = 1 << 17
MOST_EXTRAS = 1500  # Postgres takes some more columns than these and FOCUS's
_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
_DIALECT = psycopg.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy's dialects have no types


@dataclass(frozen=True, slots=True)
class Lines:
    """The columns of the lines, and the lines as CSV without a head, in pieces."""

    columns: tuple[Column, ...]
    pieces: Iterator[bytes]


def charges_csv(
    engines: TenantReads, scope: Scope, query: CostQuery, days: DateRange
) -> Generator[bytes]:
    """The lines as a CSV file for a spreadsheet. Closing the iterator stops the database."""
    with opened(engines, scope, query, days, guarded=True) as lines:
        head = f"{BOM}{csv_line([column.name for column in lines.columns])}".encode()
        yield head + next(lines.pieces, b"")  # so what cannot be read fails before anything is sent
        yield from lines.pieces


@contextmanager
def opened(  # noqa: PLR0913 - whose, which, how
    engines: TenantReads,
    scope: Scope,
    query: CostQuery,
    days: DateRange,
    *,
    guarded: bool,
    measured: bool = False,
) -> Iterator[Lines]:
    """The lines, read while they are asked for; texts `guarded` against being formulas.

    With `measured`, the columns know how many decimal places their numbers need; `ExportError`
    where a number is too long for any fixed width.
    """
    starts = FORMULA_STARTS if guarded else ()
    with engines.tenant(scope.tenant_id, LONGEST) as connection:
        connection.exec_driver_sql(_SNAPSHOT)
        found = connection.execute(extras_of(query, days, scope.tenant_id))
        extras = [str(name) for (name,) in found]
        if len(extras) > MOST_EXTRAS:
            message = f"The charges have {len(extras):,} columns unknown to FOCUS: too many."
            raise ExportError(message)
        places = _places(connection, digits_of(query, days, scope.tenant_id)) if measured else {}
        columns = tuple(_column(name, places) for name in (*COLUMNS, *extras))
        statement = lines_of(query, days, scope.tenant_id, extras, starts)
        with closing(_copied(connection, statement)) as pieces:
            yield Lines(columns, pieces)


def _places(connection: Connection, statement: Select[Any]) -> dict[str, int]:
    row = connection.execute(statement).mappings().one()
    for name in NUMBERS:
        check_width(name, row[f"{name}_size"], row[name])
    return {name: row[name] for name in NUMBERS}


def check_width(name: str, size: Decimal, places: int) -> None:
    """`ExportError` where numbers of that size and so many places are too long for Parquet."""
    if len(str(int(size))) + places > DIGITS:
        message = (
            f"{name} has numbers of more than {DIGITS} digits, which Parquet cannot hold: "
            "export to CSV, which holds any."
        )
        raise ExportError(message)


def _column(name: str, places: dict[str, int]) -> Column:
    if name in NUMBERS:
        return Column(name, "number", places.get(name, 0))
    if name in INSTANTS:
        return Column(name, "instant")
    return Column(name, "text" if name in COLUMNS else "any")


def _copied(connection: Connection, statement: Select[Any]) -> Generator[bytes]:
    """What the statement selects, as CSV, some hundred lines at a time."""
    compiled = statement.compile(dialect=_DIALECT)
    raw: Any = connection.connection.driver_connection
    copy_out = f"COPY ({compiled}) TO STDOUT (FORMAT csv)"
    # COPY takes no parameters of the server's, so the driver writes them as literals.
    with raw.cursor() as cursor, cursor.copy(copy_out, compiled.params) as copy:
        held: list[Any] = []
        length = 0
        for line in copy:
            held.append(line)
            length += len(line)
            if length >= PIECE:
                yield b"".join(held)
                held, length = [], 0
        yield b"".join(held)
