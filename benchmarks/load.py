"""Loading bills, from the file to rollups that can be asked."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any, cast

import duckdb
from bills import as_csv, believable, unrepeated
from floor import Floor
from psycopg import Connection
from served import ROWS, environment
from sqlalchemy import NullPool, create_engine
from support import PROGRAM, ROOT, WORK, Row

from data_layer.loading import Outcome
from finops_dash.bootstrap import Services, start
from finops_dash.domain.focus import COSTS
from finops_dash.settings import Settings

BELIEVABLE, UNREPEATED = 2_000_000, 500_000
TIMES = 3
MOST_MEMORY = 1.5e9
OTHERS = ("source", "load", "slice")  # the tables of a load that the loader does not own
EMPTIED = (
    "SELECT relname FROM pg_class WHERE relnamespace = 'finops'::regnamespace AND relkind IN "
    "('r', 'p') AND NOT relispartition AND pg_get_userbyid(relowner) = 'finops_loader'"
)


@dataclass(slots=True)
class Store:
    """A store of its own, emptied before every load."""

    data_dir: Path
    services: Services
    admin: Connection[Any]
    tenants: int = field(default=0)

    def loaded(self, bills: Path, *, empty: bool = True) -> tuple[str, Outcome, float]:
        """Load the bills for a new tenant: its slug, what the load did, and the seconds."""
        if empty:
            self.empty()
        self.tenants += 1
        slug = f"bench-{os.getpid()}-{self.tenants}"
        self.services.tenancy.create(slug)
        return slug, *self.delivered(slug, bills)

    def delivered(self, slug: str, bills: Path) -> tuple[Outcome, float]:
        """Load the bills for a tenant: what the load did, and the seconds."""
        self.admin.execute("CHECKPOINT")
        scope = self.services.tenancy.scope(slug)
        begun = perf_counter()
        outcome = self.services.ingestion.ingest(scope, [str(bills)])
        return outcome, perf_counter() - begun

    def empty(self) -> None:
        """Leave no row and no month of any tenant."""
        months = "SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = %s::regclass"
        for (month,) in self.admin.execute(months, ("finops.charge",)).fetchall():
            self.admin.execute(f"DROP TABLE {month}")
        names = [*OTHERS, *(row[0] for row in self.admin.execute(EMPTIED).fetchall())]
        self.admin.execute(f"TRUNCATE {', '.join(f'finops.{name}' for name in names)}")

    def tenant_id(self, slug: str) -> int:
        """The number of a tenant."""
        return self.services.tenancy.scope(slug).tenant_id


def measure() -> list[Row]:
    """Each kind of bill beside its floor in turns, and then what comes after a first load."""
    parquet = believable(BELIEVABLE)
    with _store() as store:
        rows = [
            *_against_floor(store, "Believable rows, Parquet", parquet, 0.8),
            *_against_floor(store, "Believable rows, CSV.gz", as_csv(parquet), 0.6),
            *_against_floor(store, "Nothing repeats, Parquet", unrepeated(UNREPEATED), 0.45),
            _beside_another(store, parquet),
        ]
        store.empty()
        return [*rows, *_large(store)]


@contextmanager
def _store() -> Iterator[Store]:
    data_dir = WORK / "loads"
    services = start(Settings(data_dir=data_dir))
    engine = create_engine(
        services.engines.admin_url, isolation_level="AUTOCOMMIT", poolclass=NullPool
    )
    raw = engine.raw_connection()
    admin = cast("Connection[Any]", raw.driver_connection)
    admin.autocommit = True
    try:
        yield Store(data_dir, services, admin)
    finally:
        raw.close()
        services.engines.dispose()


def _against_floor(store: Store, what: str, bills: Path, wanted: float) -> list[Row]:
    slug, outcome, seconds = store.loaded(bills)
    count, loads = outcome.row_count, [seconds]
    store.admin.execute("DROP SCHEMA IF EXISTS floor CASCADE")
    floor = Floor.of_charges(store.admin, store.tenant_id(slug))
    whole = Floor.of_whole_rows(store.admin, store.tenant_id(slug))
    floors, wholes = [], []
    for _ in range(TIMES):
        floors.append(floor.seconds())
        wholes.append(whole.seconds())
        loads.append(store.loaded(bills)[2])
    store.admin.execute("DROP SCHEMA floor CASCADE")
    ratio, of_whole = min(floors) / min(loads), min(wholes) / min(loads)
    took = f"{count / min(loads):,.0f} rows/s ({count:,} in {min(loads):.1f} s)"
    return [
        Row(
            f"{what}: rate against a COPY of the stored charges",
            f"≥ {wanted} of the floor",
            f"{ratio:.2f}: {took} against {count / min(floors):,.0f} rows/s",
            ratio >= wanted,
        ),
        Row(
            f"{what}: the same against a COPY of the rows with all their texts",
            f"≥ {wanted} of that floor",
            f"{of_whole:.2f}: {took} against {count / min(wholes):,.0f} rows/s",
            of_whole >= wanted,
        ),
    ]


def _beside_another(store: Store, bills: Path) -> Row:
    store.loaded(bills)
    _, outcome, seconds = store.loaded(bills, empty=False)
    rate = outcome.row_count / seconds
    return Row("Believable rows, Parquet, for a second tenant", "", f"{rate:,.0f} rows/s")


def _large(store: Store) -> list[Row]:
    """A bill five times as large: its memory, the same again, and one day of it restated."""
    bills, slug = believable(ROWS), f"large-{os.getpid()}"
    store.services.tenancy.create(slug)
    seconds, memory = _ingested(store.data_dir, slug, bills)
    again, unchanged = store.delivered(slug, bills)
    day = _restated_day(bills)
    restated, took = store.delivered(slug, day)
    return [
        Row(
            f"Memory of a load of {again.row_count:,} rows",
            f"< {MOST_MEMORY / 1e9} GB",
            f"{memory / 1e9:.2f} GB ({again.row_count / seconds:,.0f} rows/s, the program and all)",
            memory < MOST_MEMORY,
        ),
        Row(
            "The same bills again, nothing changed",
            "",
            f"{unchanged:.1f} s, {again.row_count / unchanged:,.0f} rows/s",
            again.changed_nothing,
        ),
        Row(
            f"One day of them restated: the month's bill of {restated.row_count:,} rows again",
            "",
            f"{took:.1f} s, {restated.replaced_slices} slices replaced",
            None,
        ),
    ]


def _ingested(data_dir: Path, slug: str, bills: Path) -> tuple[float, float]:
    """The seconds and the largest memory of `finops-dash ingest`."""
    begun = perf_counter()
    process = subprocess.Popen(
        [PROGRAM, "ingest", bills, "--tenant", slug],
        env=environment(data_dir),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        message = f"the load of {bills} failed"
        raise RuntimeError(message)
    return perf_counter() - begun, used.ru_maxrss * 1024.0


def _restated_day(bills: Path) -> Path:
    """The last billing period again, with the costs of its tenth day doubled."""
    path = max(bills.rglob("*.parquet"))
    out = WORK / "bills" / "restated.parquet"
    costs = ", ".join(
        f"CASE WHEN day(ChargePeriodStart) = 10 THEN {name} * 2 ELSE {name} END AS {name}"
        for name in COSTS
    )
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        rows = f"SELECT * REPLACE ({costs}) FROM read_parquet('{path}', hive_partitioning = false)"
        connection.execute(f"COPY ({rows}) TO '{out}' (FORMAT parquet)")
    return out


if __name__ == "__main__":
    for row in measure():
        print(f"{row.what} | {row.wanted} | {row.measured} | {row.holds}")
