"""Rows encoded for PostgreSQL are the rows it then has, whatever their numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, localcontext
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection

from data_layer.engine import Engines
from data_layer.loading.copying import encoded_rows

TYPES = {
    "whole": "INTEGER",
    "long": "BIGINT",
    "day": "DATE",
    "moment": "TIMESTAMP",
    "narrow": "DECIMAL(18, 10)",
    "wide": "DECIMAL(38, 20)",
    "summed": "DECIMAL(38, 10)",
    "unscaled": "DECIMAL(18, 0)",
}


def numbers(digits: int, places: int) -> st.SearchStrategy[Decimal]:
    """Decimals of up to so many digits, as often small as large."""
    exponents = st.integers(0, digits)
    whole = exponents.flatmap(lambda n: st.integers(-(10**n) + 1, 10**n - 1))
    return whole.map(lambda number: Decimal(f"{number}E-{places}"))


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "whole": st.integers(-(2**31), 2**31 - 1),
            "long": st.integers(-(2**63), 2**63 - 1),
            "day": st.dates(date(1990, 1, 1), date(2199, 12, 31)).map(str),
            "moment": st.datetimes(datetime(1990, 1, 1), datetime(2199, 12, 31)).map(str),  # noqa: DTZ001 - as on the stage
            "narrow": numbers(18, 10) | st.none(),
            "wide": numbers(38, 20) | st.none(),
            "summed": numbers(36, 10) | st.none(),
            "unscaled": numbers(18, 0) | st.none(),
        }
    ),
    min_size=1,
    max_size=40,
)


@pytest.fixture
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET arrow_output_version = '1.5'")
        connection.execute("SET TimeZone = 'UTC'")
        columns = ", ".join(f"{name} {kind}" for name, kind in TYPES.items())
        connection.execute(f"CREATE TABLE given ({columns})")
        yield connection


@pytest.fixture
def postgres(engines: Engines) -> Iterator[Connection]:
    raw = engines.loader.raw_connection()
    connection: Any = raw.driver_connection
    columns = ", ".join(
        f"{name} {'numeric' if 'DECIMAL' in kind else kind}" for name, kind in TYPES.items()
    )
    connection.execute(f"CREATE TEMP TABLE found ({columns}) ON COMMIT DROP")
    yield connection
    connection.rollback()
    raw.close()


def there_and_back(
    duck: duckdb.DuckDBPyConnection, postgres: Connection, rows: list[dict[str, Any]]
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """The rows as given, and as PostgreSQL has them; in one order."""
    duck.execute("TRUNCATE given")
    values = [[None if row[n] is None else str(row[n]) for n in TYPES] for row in rows]
    duck.executemany(f"INSERT INTO given VALUES ({', '.join('?' * len(TYPES))})", values)
    postgres.execute("TRUNCATE found")
    with encoded_rows(duck, ["FROM given"]) as copy_next:
        copy_next(postgres, "found", ", ".join(TYPES))
    texts = ", ".join(
        f"{name}::text" if kind in {"DATE", "TIMESTAMP"} else name for name, kind in TYPES.items()
    )
    query = f"SELECT {texts} FROM"
    with localcontext(prec=80):
        given = duck.execute(f"{query} given").fetchall()
        return sorted(given, key=by_value), sorted(postgres.execute(f"{query} found"), key=by_value)


def by_value(row: tuple[Any, ...]) -> list[tuple[bool, Any]]:
    """A key for sorting by what values are, however they are written."""
    return [(value is not None, value) for value in row]


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=ROWS)
def test_postgres_has_the_rows_that_were_encoded(
    duck: duckdb.DuckDBPyConnection, postgres: Connection, rows: list[dict[str, Any]]
) -> None:
    given_rows, found = there_and_back(duck, postgres, rows)
    assert found == given_rows


PLAIN = {
    "whole": 1, "long": 2, "day": "2026-09-01", "moment": "2026-09-01 10:00:00.123456",
    "narrow": 1, "wide": 1, "summed": 1, "unscaled": 1,
}  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"narrow": "99999999.9999999999"},
        {"narrow": "-99999999.9999999999"},
        {"narrow": "0.0000000001"},
        {"narrow": "-0.0000000001"},
        {"narrow": "0"},
        {"narrow": "10000"},
        {"wide": "999999999999999999.99999999999999999999"},
        {"wide": "-999999999999999999.99999999999999999999"},
        {"wide": "-0.00000000000000000001"},
        {"summed": "9999999999999999999999999999.9999999999"},
        {"narrow": None, "wide": None, "summed": None, "unscaled": None},
        {"day": "1999-12-31", "moment": "1999-12-31 23:59:59.999999"},
        {"whole": -(2**31), "long": -(2**63)},
    ],
)
def test_the_edges_of_each_type_arrive(
    duck: duckdb.DuckDBPyConnection, postgres: Connection, change: dict[str, Any]
) -> None:
    given_rows, found = there_and_back(duck, postgres, [PLAIN | change, PLAIN])
    assert found == given_rows


def test_a_query_that_fails_fails_where_its_rows_are_wanted(
    duck: duckdb.DuckDBPyConnection, postgres: Connection
) -> None:
    with (
        encoded_rows(duck, ["FROM nothing"]) as copy_next,
        pytest.raises(duckdb.CatalogException),
    ):
        copy_next(postgres, "found", ", ".join(TYPES))


def test_rows_that_nobody_wants_any_more_are_not_waited_for(
    duck: duckdb.DuckDBPyConnection,
) -> None:
    query = "SELECT 1::BIGINT FROM range(3_000_000)"
    with pytest.raises(KeyError), encoded_rows(duck, [query] * 3):
        raise KeyError
