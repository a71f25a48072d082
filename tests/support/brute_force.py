"""Answers to a `CostQuery` worked out from the bills themselves, row by row, in DuckDB."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa

from finops_dash.domain.cost_query import CostQuery, Filter
from finops_dash.domain.period import DateRange

TEXTS = {
    "provider": "ProviderName",
    "billing_account": "BillingAccountId",
    "sub_account": "SubAccountId",
    "service_category": "ServiceCategory",
    "service_subcategory": "ServiceSubcategory",
    "service": "ServiceName",
    "region": "RegionId",
    "charge_category": "ChargeCategory",
    "charge_class": "ChargeClass",
    "charge_frequency": "ChargeFrequency",
    "pricing_category": "PricingCategory",
    "pricing_unit": "PricingUnit",
    "billing_currency": "BillingCurrency",
    "publisher": "PublisherName",
    "invoice_issuer": "InvoiceIssuerName",
    "invoice": "InvoiceId",
    "commitment": "CommitmentDiscountId",
    "commitment_status": "CommitmentDiscountStatus",
    "resource": "ResourceId",
    "resource_name": "ResourceName",
    "resource_type": "ResourceType",
    "sku": "SkuId",
}
MEASURES = {
    "effective_cost": ("EffectiveCost", "BillingCurrency"),
    "billed_cost": ("BilledCost", "BillingCurrency"),
    "list_cost": ("ListCost", "BillingCurrency"),
    "contracted_cost": ("ContractedCost", "BillingCurrency"),
    "consumed_quantity": ("ConsumedQuantity", "ConsumedUnit"),
    "pricing_quantity": ("PricingQuantity", "PricingUnit"),
}
OWNERS = {
    "cost_center": ("costcenter", "costcentre", "costcentercode", "costcentrecode"),
    "team": ("team", "owner", "ownerteam", "teamname", "squad"),
    "project": ("project", "projectname", "application", "app"),
    "environment": ("environment", "env", "stage"),
}
TIMES = {
    "hour": "hour",
    "day": "day",
    "week": "date_trunc('week', day)::DATE",
    "month": "date_trunc('month', day)::DATE",
    "quarter": "date_trunc('quarter', day)::DATE",
}


@dataclass(frozen=True)
class Expected:
    """What an answer must say: its rows in any order, or the units it would have mixed."""

    rows: list[dict[str, Any]]
    totals: dict[str, Decimal]
    row_count: int
    unpriced: int


class Bills:
    """The charges of some files, to be asked."""

    def __init__(self, files: str) -> None:
        """Read the files, each a DuckDB relation such as `read_parquet('…')`."""
        self._duck = duckdb.connect()
        self._duck.execute("SET TimeZone = 'UTC'")
        self._duck.execute(f"CREATE TABLE bills AS SELECT * FROM {files}")
        self._name_owners()
        sums = ", ".join(
            f"nullif(\"{column}\"::VARCHAR, '')::DECIMAL(38, 20) AS {name}"
            for name, (column, _) in MEASURES.items()
        )
        units = '"BillingCurrency" AS money, "ConsumedUnit" AS consumed, "PricingUnit" AS priced'
        texts = ", ".join(f"nullif(\"{column}\", '') AS {name}" for name, column in TEXTS.items())
        begun = "(CAST(\"ChargePeriodStart\" AS TIMESTAMPTZ) AT TIME ZONE 'UTC')"
        self._duck.execute(
            f"CREATE TABLE facts AS SELECT {begun}::DATE AS day, "
            f"date_trunc('hour', {begun}) AS hour, "
            f"{texts}, {', '.join(OWNERS)}, named, {sums}, {units}, "
            "nullif(\"ListUnitPrice\"::VARCHAR, '') IS NULL AS unpriced "
            'FROM bills LEFT JOIN owners ON "Tags" = text'
        )

    def _name_owners(self) -> None:
        texts = [
            row[0] for row in self._duck.execute('SELECT DISTINCT "Tags" FROM bills').fetchall()
        ]
        found = [
            {"text": text, "named": list(_pairs(text)), **_owners(text)} for text in texts if text
        ]
        kinds = [(name, pa.string()) for name in ("text", *OWNERS)]
        named = ("named", pa.map_(pa.string(), pa.string()))
        owners = pa.Table.from_pylist(found, pa.schema([*kinds, named]))
        self._duck.register("owners_read", owners)
        self._duck.execute("CREATE TABLE owners AS SELECT * FROM owners_read")

    def values(self, dimension: str) -> list[str]:
        """Every value of a dimension."""
        column = _column(dimension)
        rows = self._duck.execute(f"SELECT DISTINCT {column} FROM facts ORDER BY 1").fetchall()
        return [row[0] for row in rows if row[0] is not None]

    def days(self) -> DateRange:
        """From the first day to the last."""
        rows = self._duck.execute("SELECT min(day), max(day) FROM facts").fetchall()
        return DateRange(rows[0][0], rows[0][1] + timedelta(days=1))

    def answer(self, query: CostQuery, days: DateRange) -> Expected:
        """What the query must find in the days."""
        column, unit = query.measure, _unit(query.measure)
        where, values = self._where(query, days)
        times = dict.fromkeys(
            name for name in (query.grain.value, *query.group_by) if name in TIMES
        )
        groups = [name for name in query.group_by if name not in TIMES]
        named = [*(f"{TIMES[n]} AS {n}" for n in times), *(_column(n) for n in groups)]
        listed = "".join(f"{item}, " for item in named)
        grouped = "GROUP BY ALL" if named else ""
        cursor = self._duck.execute(
            f"SELECT {listed}sum({column}) AS total FROM facts WHERE {where} {grouped}", values
        )
        names = [*times, *groups, column]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        totals, counts = self._totals_and_counts(where, unit, column, values)
        money = column.endswith("cost")
        for row in rows:
            row[column] = row[column] or Decimal(0) if money else row[column]
            row.update({name: _shown(name, row[name]) for name in times})
        return Expected(rows, totals, *counts)

    def _totals_and_counts(
        self, where: str, unit: str, column: str, values: list[str]
    ) -> tuple[dict[str, Decimal], tuple[int, int]]:
        found = self._duck.execute(
            f"SELECT coalesce({unit}, ''), count(*), count(*) FILTER (unpriced), "
            f"coalesce(sum({column}), 0) FROM facts "
            f"WHERE {where} GROUP BY 1 ORDER BY 1",
            values,
        ).fetchall()
        counts = (sum(row[1] for row in found), sum(row[2] for row in found))
        return {row[0]: row[3] for row in found}, counts

    def _where(self, query: CostQuery, days: DateRange) -> tuple[str, list[str]]:
        tests = [f"day >= DATE '{days.start}' AND day < DATE '{days.end}'"]
        values: list[str] = []
        if not query.measure.endswith("cost"):
            tests.append(f"{query.measure} IS NOT NULL")
        if query.currency is not None:
            tests.append(f"billing_currency = '{query.currency}'")
        for item in query.filters:
            kept = " OR ".join(_matches(item, value, values) for value in item.values)
            tests.append(f"{'NOT ' if item.negated else ''}coalesce(({kept}), false)")
        return " AND ".join(tests), values


def _matches(item: Filter, value: str, values: list[str]) -> str:
    if item.dimension in {"day", "month"}:
        return _in_time(value)
    column = _column(item.dimension)
    if value == "":
        return f"{column} IS NULL"
    values.append(value)
    return f"contains(lower({column}), lower(?))" if item.contains else f"{column} = ?"


def _in_time(value: str) -> str:
    if re.fullmatch(r"\d{4}-\d{2}", value):
        return f"strftime(day, '%Y-%m') = '{value}'"
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return f"day = DATE '{value}'"
    return "false"


def _column(dimension: str) -> str:
    if dimension in TIMES:
        return TIMES[dimension]
    key = dimension.removeprefix("tag:")
    if key == dimension:
        return dimension
    literal = key.replace("'", "''")
    return f"nullif(named['{literal}'], '')"


def _unit(measure: str) -> str:
    return {"consumed_quantity": "consumed", "pricing_quantity": "priced"}.get(measure, "money")


def _shown(name: str, day: date) -> str:
    if name in {"hour", "month"}:
        return f"{day:%Y-%m-%dT%H:00}" if name == "hour" else f"{day:%Y-%m}"
    return f"{day:%Y}-Q{(day.month + 2) // 3}" if name == "quarter" else day.isoformat()


def _owners(text: str) -> dict[str, str | None]:
    tags = {re.sub(r"[\s_\-.:/]", "", key).lower(): (v or "").strip() for key, v in _pairs(text)}
    return {
        name: next((tags[key] for key in keys if tags.get(key)), None)
        for name, keys in OWNERS.items()
    }


def _pairs(text: str) -> Iterator[tuple[str, str | None]]:
    for key, value in json.loads(text).items():
        yield key, value if value is None or isinstance(value, str) else json.dumps(value)
