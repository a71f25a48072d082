"""Cost once more, cut by what pages filter and group by most.

A cut leaves out the dimensions that split cost most finely, so it has hundreds of rows a day where
`daily_cost` has thousands. Its key is any one of those that agree on all that the cut tells apart
(`cut_key` lists them), so the key tables give the values of the cut's own dimensions, and of no
others. In `monthly_cut_resource_cost` a resource keeps one `charge_key` from month to month.

Cuts are not part of a load: a job brings them up behind it. `data_version.cuts_version` says of
which version they are; `cut_day` holds, for each day, the slices they were summed from.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Date, Table, Text
from sqlalchemy.schema import SchemaItem

from data_layer.models.base import key, metadata, numeric, tenant_column
from data_layer.models.base import text as text_column
from data_layer.models.charges import COSTS


@dataclass(frozen=True, slots=True)
class Cut:
    """Columns of `cost_key` that a cut tells apart, beside those of the service if it has them."""

    name: str
    columns: tuple[str, ...]
    by_service: bool = False


OWNER, CURRENCY, ACCOUNT = ("cost_center", "team"), "billing_currency", "sub_account_id"
CUTS = (  # the smallest first
    Cut("ownership", (CURRENCY, *OWNER, "environment")),
    Cut("region ownership", (CURRENCY, "region_id", *OWNER)),
    Cut("environment", ("environment",), by_service=True),
    Cut("account ownership", (CURRENCY, "billing_account_id", ACCOUNT, *OWNER)),
    Cut("owner", OWNER, by_service=True),
    Cut("place", ("billing_account_id", ACCOUNT, "region_id"), by_service=True),
)
RESOURCE = ("resource_id", "resource_name", "resource_type")
RESOURCES = Cut(
    "resource",
    ("billing_account_id", ACCOUNT, "region_id", *OWNER, "project", "environment", *RESOURCE),
    by_service=True,
)


def _sums() -> list[SchemaItem]:
    counts = [Column(name, BigInteger, nullable=False) for name in ("row_count", "unpriced_count")]
    return [*counts, *(numeric(name, required=True) for name in COSTS)]


def _cut() -> Column[str]:
    return Column("cut", Text, primary_key=True)


cut_key = Table("cut_key", metadata, tenant_column(), _cut(), key("cost_key"))

daily_cut_cost = Table(
    "daily_cut_cost",
    metadata,
    tenant_column(),
    _cut(),
    key("cost_key"),
    Column("charge_day", Date, primary_key=True),
    *_sums(),
)

monthly_cut_cost = Table(
    "monthly_cut_cost",
    metadata,
    tenant_column(),
    _cut(),
    key("cost_key"),
    Column("charge_month", Date, primary_key=True),
    *_sums(),
)

monthly_cut_resource_cost = Table(
    "monthly_cut_resource_cost",
    metadata,
    tenant_column(),
    Column("charge_month", Date, primary_key=True),
    key("charge_key"),
    Column("cost_key", BigInteger, nullable=False),
    *_sums(),
)

cut_day = Table(
    "cut_day",
    metadata,
    tenant_column(),
    Column("charge_day", Date, primary_key=True),
    text_column("slices", required=True),
)
