"""The nightly proof that what pages read is the sum of what was billed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import Connection, Table, select

from data_layer.models import (
    charge,
    daily_cost,
    daily_cut_cost,
    daily_service_cost,
    data_version,
    monthly_cost,
    monthly_cut_cost,
    monthly_cut_resource_cost,
    monthly_resource_cost,
)
from data_layer.models.cuts import CUTS, Cut
from data_layer.queries.rollup_sums import NUMBERS, months_touched, sums_of
from finops_dash.domain.errors import FinOpsError
from finops_dash.domain.money import exactly, plain
from finops_dash.domain.period import DateRange, next_month
from finops_dash.domain.scope import Scope
from finops_dash.services.cost import TenantReads
from finops_dash.services.ingestion import Report

DAILY = (daily_cost, daily_service_cost)
MONTHLY = (monthly_cost, monthly_resource_cost)
LONGEST_LOAD = timedelta(days=1)  # a load is stamped with its start, and seen at its end
TIMEOUT = 600
SHOWN = 5
Sums = dict[tuple[date, str], dict[str, Decimal]]


class RollupsDifferError(FinOpsError):
    """Rollups that are not the sums of their charges, and by how much."""

    def __init__(self, differences: list[str]) -> None:
        self.differences = differences
        more = f"; and {len(differences) - SHOWN} more" if len(differences) > SHOWN else ""
        said = "; ".join(differences[:SHOWN])
        super().__init__(f"Rollups differ from their charges: {said}{more}.")


class RollupCheck:
    """Holds the rollups against the charges, month by month."""

    def __init__(self, engines: TenantReads) -> None:
        """Reads through transactions of one tenant each."""
        self._engines = engines

    def check(self, scope: Scope, since: datetime | None, report: Report) -> str:
        """Check the months touched since; `RollupsDifferError` names what differs."""
        after = since - LONGEST_LOAD if since else None
        with self._engines.tenant(scope.tenant_id, TIMEOUT) as connection:
            months: list[date] = [
                row[0] for row in connection.execute(months_touched(after, scope.tenant_id))
            ]
        differences: list[str] = []
        for number, month in enumerate(months):
            report(f"checking {month:%B %Y}", number / len(months))
            differences += self._differences(scope, month)
        if differences:
            raise RollupsDifferError(differences)
        some = "1 month agrees" if len(months) == 1 else f"{len(months)} months agree"
        return f"{some} with the charges, to the last digit."

    def _differences(self, scope: Scope, month: date) -> list[str]:
        days = DateRange(month, next_month(month))
        with self._engines.tenant(scope.tenant_id, TIMEOUT) as connection:
            # One snapshot, so that a load in between is seen whole or not at all.
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            billed = _sums(connection, charge, days, scope)
            whole = _by_month(billed, month)
            held: list[tuple[Table, Cut | None, Sums]] = [(table, None, billed) for table in DAILY]
            held += [(table, None, whole) for table in MONTHLY]
            if _has_cuts(connection, scope):
                held += [(daily_cut_cost, cut, billed) for cut in CUTS]
                held += [(monthly_cut_cost, cut, whole) for cut in CUTS]
                held.append((monthly_cut_resource_cost, None, whole))
            found = [
                (_name(table, cut), expected, _sums(connection, table, days, scope, cut))
                for table, cut, expected in held
            ]
        return [words for held_against in found for words in _compare(*held_against)]


def _has_cuts(connection: Connection, scope: Scope) -> bool:
    """Whether the cuts are of the version of the other tables."""
    statement = select(data_version.c.cuts_version == data_version.c.version)
    return bool(connection.scalar(statement.where(data_version.c.tenant_id == scope.tenant_id)))


def _name(table: Table, cut: Cut | None) -> str:
    return f"{table.name} ({cut.name})" if cut else table.name


def _sums(
    connection: Connection,
    table: Table,
    days: DateRange,
    scope: Scope,
    cut: Cut | None = None,
) -> Sums:
    rows = connection.execute(sums_of(table, days, scope.tenant_id, cut)).fetchall()
    return {
        (row[0], str(row[1])): {n: Decimal(v) for n, v in zip(NUMBERS, row[2:], strict=True)}
        for row in rows
    }


def _by_month(daily: Sums, month: date) -> Sums:
    found: Sums = {}
    for (_, currency), sums in daily.items():
        into = found.setdefault((month, currency), dict.fromkeys(NUMBERS, Decimal(0)))
        with exactly():
            for name in NUMBERS:
                into[name] += sums[name]
    return found


def _compare(table: str, expected: Sums, found: Sums) -> list[str]:
    """What differs, in words; where a table has no rows, its sums are zero."""
    nothing = dict.fromkeys(NUMBERS, Decimal(0))
    return [
        f"{table} of {time} in {currency}: {name} is {plain(has)}, charges say {plain(is_)}"
        for time, currency in sorted({*expected, *found})
        for name in NUMBERS
        if (has := found.get((time, currency), nothing)[name])
        != (is_ := expected.get((time, currency), nothing)[name])
    ]
