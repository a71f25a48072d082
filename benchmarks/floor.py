"""The floor of a load: rows that PostgreSQL takes from a ready file of its own binary format."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import Any

from psycopg import Connection

from data_layer.loading.keys import CHARGE_KEY, COST_KEY
from finops_dash.domain.period import next_month

MONTHS = (
    "SELECT DISTINCT date_trunc('month', charge_day)::date FROM finops.slice "
    "WHERE tenant_id = %s ORDER BY 1"
)
PRIMARY_KEY = "PRIMARY KEY (tenant_id, charge_day, charge_key, slice_id, row_no)"


@dataclass(frozen=True, slots=True)
class Floor:
    """A server-side COPY of a tenant's stored charges, in the order of their primary key.

    It includes: one COPY by a superuser from a file in the server's own directory into an empty
    table that stands, in monthly partitions, with the charges' primary key and tenant column; and
    the commit. It leaves out: reading a bill and understanding it, finding what changed, the keys
    and every index on them, all rollups, history, row security, and holding sums against sums.
    """

    admin: Connection[Any]
    name: str
    rows: str

    @classmethod
    def of_charges(cls, admin: Connection[Any], tenant_id: int) -> Floor:
        """The rows of `charge` as they are: keys, moments and numbers, none of the texts."""
        found = cls(admin, "charges", "SELECT c.* FROM finops.charge c")
        found.prepare(tenant_id)
        return found

    @classmethod
    def of_whole_rows(cls, admin: Connection[Any], tenant_id: int) -> Floor:
        """The rows with all they hold, as one plain table without key tables would have them."""
        texts = [f"k.{name}" for name in COST_KEY.columns[1:]]
        texts += [f"h.{name}" for name in CHARGE_KEY.columns[1:] if name != "extras"]
        rows = (
            f"SELECT c.*, s.billing_period_start, s.billing_period_end, {', '.join(texts)} "
            "FROM finops.charge c JOIN finops.cost_key k USING (tenant_id, cost_key) "
            "JOIN finops.charge_key h USING (tenant_id, charge_key) "
            "JOIN finops.slice s USING (tenant_id, slice_id)"
        )
        found = cls(admin, "whole_rows", rows)
        found.prepare(tenant_id)
        return found

    def prepare(self, tenant_id: int) -> None:
        """Make the file, and the empty table with its partitions."""
        run = self.admin.execute
        run("CREATE SCHEMA IF NOT EXISTS floor; SET work_mem = '256MB'; SET enable_nestloop = off")
        run(f"CREATE TABLE floor.model AS {self.rows} LIMIT 0")
        run(
            f"CREATE TABLE floor.{self.name} (LIKE floor.model, {PRIMARY_KEY}) "
            "PARTITION BY RANGE (charge_day)"
        )
        run("DROP TABLE floor.model")
        for (month,) in run(MONTHS, (tenant_id,)).fetchall():
            run(
                f"CREATE TABLE floor.{self.name}_{month:%Y_%m} PARTITION OF floor.{self.name} "
                f"FOR VALUES FROM ('{month}') TO ('{next_month(month)}')"
            )
        run(
            f"COPY ({self.rows} WHERE c.tenant_id = {int(tenant_id)} ORDER BY c.tenant_id, "
            f"c.charge_day, c.charge_key, c.slice_id, c.row_no) TO '{self._file}' (FORMAT binary)"
        )

    @property
    def _file(self) -> str:
        (folder,) = self.admin.execute("SHOW data_directory").fetchone() or ("",)
        return f"{folder}/{self.name}.floor"

    def seconds(self) -> float:
        """How long the COPY takes, from nothing to committed."""
        self.admin.execute(f"TRUNCATE floor.{self.name}")
        self.admin.execute("CHECKPOINT")
        begun = perf_counter()
        self.admin.execute(f"COPY floor.{self.name} FROM '{self._file}' (FORMAT binary)")
        return perf_counter() - begun
