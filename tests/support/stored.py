"""What the store holds for a tenant, as tests look at it: rows, bytes, sums."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import text

from data_layer.engine import Engines
from data_layer.models.charges import COSTS, QUANTITIES
from data_layer.queries.charges import charges_between
from finops_dash.domain.focus import COLUMNS, snake
from finops_dash.domain.money import plain, total
from finops_dash.domain.period import DateRange
from finops_dash.domain.scope import Scope

EVERYTHING = DateRange(date(1970, 1, 1), date(2200, 1, 1))
FACTS = ("charge", "slice", "daily_cost", "daily_service_cost", "monthly_cost",
         "monthly_resource_cost", "charge_key", "cost_key", "service_key")  # fmt: skip
EVERY_TABLE = (*FACTS, "load", "source", "reject", "daily_cost_history", "data_version")
MONTH = "date_trunc('month', charge_day)::date"
# Per rollup: its time and key, and the same of a charge.
ROLLUPS = {
    "daily_cost": ("charge_day, cost_key", "charge_day, cost_key"),
    "daily_service_cost": ("charge_day, service_key", "charge_day, service_key"),
    "monthly_cost": ("charge_month, cost_key", f"{MONTH}, cost_key"),
    "monthly_resource_cost": ("charge_month, charge_key", f"{MONTH}, charge_key"),
}


@dataclass(frozen=True)
class Stored:
    """The store seen through one tenant's session."""

    engines: Engines
    scope: Scope

    def asked(self, query: str) -> list[dict[str, Any]]:
        """The rows of a query of the tenant's session."""
        with self.engines.tenant(self.scope.tenant_id) as connection:
            return [dict(row) for row in connection.execute(text(query)).mappings()]

    def one(self, query: str) -> Any:
        """The one value a query gives."""
        (row,) = self.asked(query)
        (value,) = row.values()
        return value

    def charges(self) -> list[dict[str, Any]]:
        """Every charge by FOCUS column, with its extras; in an order of its contents."""
        statement = charges_between(EVERYTHING, self.scope.tenant_id)
        with self.engines.tenant(self.scope.tenant_id) as connection:
            found = connection.execute(statement).mappings().all()
        names = [(name, snake(name)) for name in COLUMNS]
        rows = [
            {name: row[own] for name, own in names}
            | {"extras": {**(row["extras"] or {}), **(row["own_extras"] or {})}}
            for row in found
        ]
        return sorted(rows, key=lambda row: [_text(value) for value in row.values()])

    def column(self, name: str) -> list[Any]:
        """One FOCUS column of every charge, in the order of `charges`."""
        return [row[name] for row in self.charges()]

    def fingerprint(self, *tables: str) -> dict[str, str | None]:
        """The rows of the tables (those of the facts when none is named), byte by byte."""
        return {
            table: self.one(
                f"SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM finops.{table} t"
            )
            for table in tables or FACTS
        }

    def total(self, measure: str = "billed_cost") -> Decimal:
        """The exact sum of a measure over the stored charges."""
        rows = self.asked(f"SELECT {measure} AS value FROM finops.charge")
        return total(row["value"] for row in rows)

    def per_day(self, measure: str = "billed_cost") -> dict[str, Decimal]:
        """A measure by charge day."""
        rows = self.asked(
            f"SELECT charge_day::text AS day, sum({measure}) AS value FROM finops.charge GROUP BY 1"
        )
        return {row["day"]: row["value"] for row in rows}

    def wrong_rollups(self) -> dict[str, int]:
        """How many rows of each rollup differ from the sums of their charges; none is right."""
        found = {table: self.one(_differences(table)) for table in ROLLUPS}
        return {table: count for table, count in found.items() if count}


def _text(value: object) -> str:
    """One text for equal values: of a decimal without the zeros it may end with."""
    return plain(value) if isinstance(value, Decimal) else str(value)


def _differences(table: str) -> str:
    held_keys, charge_keys = ROLLUPS[table]
    names = ("row_count", "unpriced_count", *COSTS, *QUANTITIES)
    held = (
        f"SELECT {held_keys}, {', '.join(f'sum({name})' for name in names)} "
        f"FROM finops.{table} GROUP BY 1, 2"
    )
    costs = ", ".join(f"coalesce(sum({name}), 0)" for name in COSTS)
    quantities = ", ".join(f"sum({name})" for name in QUANTITIES)
    summed = (
        f"SELECT {charge_keys}, count(*), count(*) FILTER (WHERE list_unit_price IS NULL), "
        f"{costs}, {quantities} FROM finops.charge "
        "JOIN finops.cost_key k USING (tenant_id, cost_key) GROUP BY 1, 2"
    )
    return (
        f"SELECT count(*) FROM ((({held}) EXCEPT ({summed})) "
        f"UNION ALL (({summed}) EXCEPT ({held}))) d"
    )
