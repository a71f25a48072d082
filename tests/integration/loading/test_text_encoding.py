"""Texts encoded for PostgreSQL are the texts it then has, whatever their characters."""

from __future__ import annotations

import json
from typing import Any

import duckdb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_layer.engine import Engines
from data_layer.loading.copying import encoded_rows
from data_layer.loading.keys import JSONB
from data_layer.loading.stage import SETTINGS
from data_layer.loading.texts import encoded_texts

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1)
ROWS = st.dictionaries(
    st.integers(-(2**63), 2**63 - 1),
    st.tuples(
        st.binary(min_size=16, max_size=16),
        st.none() | TEXTS | st.just("x" * 100_000),
        st.none() | st.dictionaries(TEXTS, TEXTS),
    ),
    max_size=40,
)


@given(rows=ROWS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_texts_go_there_and_back(
    engines: Engines, rows: dict[int, tuple[bytes, str | None, dict[str, str] | None]]
) -> None:
    given_rows = [
        (7, key, digest, text, None if found is None else json.dumps(found, ensure_ascii=False))
        for key, (digest, text, found) in rows.items()
    ]
    stored = through_postgres(engines, given_rows)
    assert [row[1] for row in stored] == sorted(rows)
    assert {row[1]: (row[2].bytes, *row[3:]) for row in stored} == rows


def through_postgres(engines: Engines, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows as PostgreSQL has them, in the order in which they came."""
    raw = engines.loader.raw_connection()
    postgres: Any = raw.driver_connection
    columns = "tenant INTEGER, id BIGINT, digest {}, words TEXT, tags {}"
    postgres.execute(f"CREATE TEMP TABLE found ({columns.format('uuid', 'jsonb')}) ON COMMIT DROP")
    with duckdb.connect() as stage:
        for name in ("arrow_output_version", "arrow_large_buffer_size"):
            stage.execute(f"SET {name} = '{SETTINGS[name]}'")
        stage.execute(f"CREATE TABLE given ({columns.format('BLOB', 'VARCHAR')})")
        if rows:
            stage.executemany("INSERT INTO given VALUES (?, ?, ?, ?, ?)", rows)
        query = f"SELECT * REPLACE ({JSONB} || tags AS tags) FROM given"
        with encoded_rows(stage, [query], encoded_texts) as copy_next:
            copy_next(postgres, "found", "tenant, id, digest, words, tags")
    found: list[tuple[Any, ...]] = postgres.execute("SELECT * FROM found").fetchall()
    postgres.rollback()
    raw.close()
    return found
