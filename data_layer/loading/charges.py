"""The charges of the changed slices, copied into their months."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date

import duckdb
import pyarrow as pa
from psycopg import Connection

from data_layer.loading.copying import copy_rows, encoded_rows
from data_layer.loading.partitions import partition
from data_layer.loading.plan import Place, Plan
from data_layer.loading.reconcile import Holdings, Sums, added
from data_layer.loading.stage import NUMBER_COLUMNS, Report, one
from finops_dash.domain.period import next_month

CHARGE = (
    "tenant_id",
    "charge_day",
    "charge_key",
    "slice_id",
    "row_no",
    "cost_key",
    "charge_period_start",
    "charge_period_end",
    *NUMBER_COLUMNS,
)


def register_slices(
    staged: duckdb.DuckDBPyConnection, plan: Plan, slices: dict[Place, int]
) -> None:
    """Make `placed`: the rows with their slices, and whether slice and month are written anew."""
    places, changed, touched = list(plan.staged), set(plan.changed), set(plan.months)
    months = [place[3].replace(day=1) for place in places]
    starts = [place[1].replace(tzinfo=None) for place in places]
    ends = [place[2].replace(tzinfo=None) for place in places]
    table = pa.table(
        [
            pa.array([place[0] for place in places], pa.string()),
            pa.array(starts, pa.timestamp("us")),
            pa.array(ends, pa.timestamp("us")),
            pa.array([place[3] for place in places], pa.date32()),
            pa.array(months, pa.date32()),
            pa.array([slices[place] for place in places], pa.int64()),
            pa.array([place in changed for place in places], pa.bool_()),
            pa.array([month in touched for month in months], pa.bool_()),
        ],
        ["source", "billing_period_start", "billing_period_end", "charge_day", "charge_month",
         "slice_id", "changed", "touched"],
    )  # fmt: skip
    staged.register("slices_read", table)
    staged.execute("CREATE TABLE staged_slice AS SELECT * FROM slices_read")
    staged.unregister("slices_read")
    staged.execute(
        "CREATE VIEW placed AS SELECT * FROM keyed JOIN staged_slice "
        "USING (source, billing_period_start, billing_period_end, charge_day)"
    )


def store_charges(  # noqa: PLR0913 - the parts of one transaction
    connection: Connection,
    tenant_id: int,
    staged: duckdb.DuckDBPyConnection,
    plan: Plan,
    slices: dict[Place, int],
    report: Report,
    then: Callable[[], object],
) -> Sums:
    """COPY the changed slices' rows by month, in the order of the primary key.

    Returns the costs that the store then holds of them. `then` is called when the first month
    is in, for what can go on beside the others.
    """
    by_month = defaultdict[date, list[Place]](list)
    for place in plan.changed:
        by_month[place[3].replace(day=1)].append(place)
    # Texts of numbers, and extras that differ from row to row, have no place in a binary row.
    some_long = one(
        staged, "SELECT EXISTS (FROM keyed WHERE exact IS NOT NULL OR row_extras IS NOT NULL)"
    )
    new: list[str] = []
    added_to: dict[int, date] = {}
    with encoded_rows(staged, [_charges(tenant_id, month) for month in by_month]) as copy_next:
        for number, (month, places) in enumerate(by_month.items()):
            report(f"storing {month:%B %Y}", number / len(by_month))
            with partition(connection, month) as (table, is_new):
                copy_next(connection, table, ", ".join(CHARGE))
                if some_long:
                    query, columns = _long_charges(tenant_id, month), ", ".join((*CHARGE, "extras"))
                    copy_rows(staged, query, connection, table, columns)
                if is_new:
                    new.append(table)
                else:
                    added_to |= {slices[place]: place[3] for place in places}
            then()
    held = Holdings(connection, tenant_id)
    return added(held.of(new), held.of_slices("finops.charge", added_to))


def _charges(tenant_id: int, month: date) -> str:
    """The month's rows that are all numbers, moments and keys."""
    return (
        f"SELECT {int(tenant_id)}::INTEGER, charge_day, charge_key, slice_id, "
        "(row_number() OVER ())::INTEGER, cost_key, charge_period_start, charge_period_end, "
        f"{', '.join(NUMBER_COLUMNS)} FROM placed WHERE {_changed_in(month)} "
        "AND exact IS NULL AND row_extras IS NULL ORDER BY charge_day, charge_key"
    )


def _long_charges(tenant_id: int, month: date) -> str:
    """The month's other rows, as text."""
    numbers = ", ".join(
        f"CASE WHEN exact IS NULL THEN {name}::VARCHAR ELSE exact[{number}] END"
        for number, name in enumerate(NUMBER_COLUMNS, 1)
    )
    return (
        f"SELECT {int(tenant_id)}, charge_day, charge_key, slice_id, -(row_number() OVER ()), "
        "cost_key, charge_period_start || '+00', charge_period_end || '+00', "
        f"{numbers}, row_extras FROM placed WHERE {_changed_in(month)} "
        "AND (exact IS NOT NULL OR row_extras IS NOT NULL) ORDER BY charge_day, charge_key"
    )


def _changed_in(month: date) -> str:
    return (
        f"changed AND charge_period_start >= DATE '{month}' "
        f"AND charge_period_start < DATE '{next_month(month)}'"
    )
