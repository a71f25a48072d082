"""What a load checks of itself: should one of its own steps go wrong, nothing is stored."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from support.focus import on, row, write_csv
from support.stored import Stored

from data_layer.loading import charges as charging
from data_layer.loading import keys, rollups
from data_layer.loading.contents import KeyCollisionError
from data_layer.loading.copying import copy_rows
from data_layer.loading.explain import LoadFailedError
from data_layer.loading.reconcile import ReconciliationError
from finops_dash.bootstrap import Services
from finops_dash.domain.scope import Scope

DAYS = [on(f"2026-09-{n:02}", ResourceId=f"i-{n}") for n in range(1, 6)]


@pytest.fixture
def load(services: Services, scope: Scope, tmp_path: Path) -> Callable[..., Any]:
    def loaded(rows: list[dict[str, str]]) -> Any:
        bill = write_csv(tmp_path / "bill.csv", rows)
        return services.ingestion.ingest(scope, [str(bill)])

    return loaded


def test_a_row_lost_on_the_way_fails_the_load(
    load: Callable[..., Any], stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    charges = charging._charges  # noqa: SLF001 - the step that is to go wrong
    monkeypatch.setattr(charging, "_charges", lambda *given: f"{charges(*given)} LIMIT 4")
    with pytest.raises(ReconciliationError, match="so nothing was stored"):
        load(DAYS)
    assert stored.charges() == []


def test_a_row_written_for_another_tenant_fails_the_load(
    load: Callable[..., Any], stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    charges = charging._charges  # noqa: SLF001 - the step that is to go wrong
    monkeypatch.setattr(charging, "_charges", lambda tenant, month: charges(tenant + 1, month))
    with pytest.raises(ReconciliationError):
        load(DAYS)
    assert stored.charges() == []


def test_a_rollup_that_is_not_the_sum_of_its_charges_fails_the_load(
    load: Callable[..., Any], stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = rollups.copy_from_stage

    def copied_wrong(connection: psycopg.Connection, tenant_id: int, *given: Any) -> None:
        copy(connection, tenant_id, *given)
        connection.execute(
            "UPDATE finops.daily_cost SET list_cost = list_cost + 1E-20 "
            "WHERE tenant_id = %s AND charge_day = '2026-09-03'",
            (tenant_id,),
        )

    monkeypatch.setattr(rollups, "copy_from_stage", copied_wrong)
    with pytest.raises(ReconciliationError, match="daily costs are not the sums"):
        load(DAYS)
    assert stored.charges() == []


def test_two_contents_of_one_key_are_never_merged(
    load: Callable[..., Any], stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "_id", lambda _digest: "42::BIGINT")
    load([row(ResourceName="one")])
    before = stored.fingerprint()
    with pytest.raises(KeyCollisionError, match="Two different contents have one charge_key"):
        load([row(ResourceName="another")])
    assert stored.fingerprint() == before


def test_two_contents_of_one_key_in_one_delivery_are_never_merged(
    load: Callable[..., Any], stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "_id", lambda _digest: "42::BIGINT")
    with pytest.raises(LoadFailedError, match="duplicate key"):
        load([row(ResourceName="one"), row(ResourceName="another")])
    assert stored.charges() == []


@pytest.fixture
def target(services: Services) -> Iterator[psycopg.Connection]:
    """A connection with a table to copy into."""
    raw = services.engines.loader.raw_connection()
    connection: Any = raw.driver_connection
    connection.execute("CREATE TEMP TABLE numbers (n integer CHECK (n < 900000))")
    connection.commit()
    yield connection
    connection.rollback()
    connection.execute("DROP TABLE numbers")
    connection.commit()
    raw.close()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM nowhere",
        "SELECT error('at once')",
        "SELECT CASE WHEN range = 500000 THEN error('late') ELSE range END FROM range(600000)",
    ],
)
def test_a_query_that_fails_ends_the_copy_with_its_error(
    query: str, target: psycopg.Connection
) -> None:
    with duckdb.connect() as stage, pytest.raises(duckdb.Error):
        copy_rows(stage, query, target, "numbers", "n")
    target.rollback()
    assert target.execute("SELECT count(*) FROM numbers").fetchone() == (0,)


@pytest.mark.parametrize("table", ["numbers", "nowhere"])
def test_a_copy_that_the_database_refuses_ends_the_query(
    table: str, target: psycopg.Connection
) -> None:
    with duckdb.connect() as stage, pytest.raises(psycopg.Error):
        copy_rows(stage, "SELECT range FROM range(1000000)", target, table, "n")
    assert [thread for thread in threading.enumerate() if "Writer" in type(thread).__name__] == []
    target.rollback()
    assert target.execute("SELECT count(*) FROM numbers").fetchone() == (0,)
