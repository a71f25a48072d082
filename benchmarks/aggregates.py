"""The same eight aggregates from the rollups and from the raw charges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from time import perf_counter
from typing import Any

from served import company
from sqlalchemy import Connection, text
from support import Row, percentile

from finops_dash.bootstrap import Services, start
from finops_dash.domain.cost_query import CostQuery
from finops_dash.domain.period import DateRange
from finops_dash.domain.scope import Scope
from finops_dash.domain.url import from_url
from finops_dash.services.cost import CostReader
from finops_dash.settings import Settings

TIMES_FASTER = 20.0
READS = 7
CURRENCY = "USD"
Sums = dict[tuple[Any, ...], Decimal]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One question, as a `CostQuery` and as plain SQL: its groups and conditions."""

    what: str
    query: str
    groups: str
    where: str = "true"

    def sql(self) -> str:
        """The question on the charges joined to their keys."""
        by = f"GROUP BY {self.groups}" if self.groups else ""
        return (
            f"SELECT {', '.join(filter(None, (self.groups, 'sum(c.effective_cost)')))} "
            "FROM finops.charge c "
            "JOIN finops.cost_key k USING (tenant_id, cost_key) "
            "WHERE c.tenant_id = :tenant AND c.charge_day >= :first AND c.charge_day < :end "
            f"AND k.billing_currency = '{CURRENCY}' AND {self.where} {by}"
        )


def measure() -> list[Row]:
    """Both answers of each question, held against each other, and how much faster one is."""
    services = start(Settings(data_dir=company()))
    try:
        return _measured(services, services.tenancy.scope("demo"))
    finally:
        services.engines.dispose()


def _measured(services: Services, scope: Scope) -> list[Row]:
    rows, of_reader, of_sql = [], 0.0, 0.0
    for item in _aggregates(services, scope):
        ours, reader = _by_reader(services, scope, _parsed(item.query))
        theirs, plain = _by_sql(services, scope, item)
        of_reader, of_sql = of_reader + reader, of_sql + plain
        rows.append(_row(item.what, ours == theirs, reader, plain))
    return [_row("All eight together", all(row.holds for row in rows), of_reader, of_sql), *rows]


def _row(what: str, same: bool, reader: float, plain: float) -> Row:  # noqa: FBT001 - one flag
    measured = (
        f"{'identical' if same else 'DIFFERENT'} sums, {plain / reader:.0f} times faster "
        f"({reader:.1f} against {plain:,.0f} ms)"
    )
    wanted = f"identical sums, ≥ {TIMES_FASTER:.0f} times faster"
    return Row(what, wanted, measured, same and plain >= TIMES_FASTER * reader)


def _aggregates(services: Services, scope: Scope) -> tuple[Aggregate, ...]:
    account = services.cost.values(scope, "sub_account")[0]
    year = f"period={_year().start}..{_year().last}"
    return (
        Aggregate("Total per day, 90 days", "period=last-90-days&grain=day", "c.charge_day"),
        Aggregate("By service, 13 months", f"{year}&group_by=service", "k.service_name"),
        Aggregate(
            "By provider and month, 13 months", f"{year}&group_by=provider&grain=month",
            "to_char(c.charge_day, 'YYYY-MM'), k.provider_name",
        ),
        Aggregate("By account, 30 days", "group_by=sub_account", "k.sub_account_id"),
        Aggregate("By region, 90 days", "period=last-90-days&group_by=region", "k.region_id"),
        Aggregate("By team, 13 months", f"{year}&group_by=team", "k.team"),
        Aggregate(
            "Where tag:environment is production, per month",
            f"{year}&filter=tag:environment:production&grain=month",
            "to_char(c.charge_day, 'YYYY-MM')", "k.tags->>'environment' = 'production'",
        ),
        Aggregate(
            "Services of one account, 90 days",
            f"period=last-90-days&filter=sub_account:{account}&group_by=service",
            "k.service_name", f"k.sub_account_id = '{account}'",
        ),
    )  # fmt: skip


def _year() -> DateRange:
    """Twelve whole months and the present one up to yesterday."""
    today = date.today()  # noqa: DTZ011 - the machine's day will do
    return DateRange(today.replace(day=1, year=today.year - 1), today)


def _parsed(query: str) -> CostQuery:
    return from_url(f"{query}&currency={CURRENCY}")[0]


def _by_reader(services: Services, scope: Scope, query: CostQuery) -> tuple[Sums, float]:
    """The answer, and the median milliseconds of readers that remember nothing."""
    times: list[float] = []
    for _ in range(READS):
        reader = CostReader(services.engines)
        reader.currencies(scope)
        begun = perf_counter()
        answer = reader.answer(scope, query, services.now().date())
        times.append((perf_counter() - begun) * 1000)
    names = [name for name in answer.rows[0] if name != query.measure]
    sums = {tuple(row[name] for name in names): row[query.measure] for row in answer.rows}
    return sums, percentile(times, 0.5)


def _by_sql(services: Services, scope: Scope, item: Aggregate) -> tuple[Sums, float]:
    """The answer, and the milliseconds of the second time, when all is in memory that will be."""
    days = _parsed(item.query).period.resolve(services.now().date())
    values = {"tenant": scope.tenant_id, "first": days.start, "end": days.end}
    with services.engines.tenant(scope.tenant_id, timeout_seconds=300) as connection:
        _plain(connection, item, values)
        begun = perf_counter()
        rows = _plain(connection, item, values)
        took = (perf_counter() - begun) * 1000
    return {tuple(map(_readable, row[:-1])): row[-1] for row in rows}, took


def _plain(connection: Connection, item: Aggregate, values: dict[str, Any]) -> list[Any]:
    return list(connection.execute(text(item.sql()), values).fetchall())


def _readable(value: object) -> object:
    """A day as the reader writes it."""
    return value.isoformat() if isinstance(value, date) else value
