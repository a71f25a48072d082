"""FOCUS rows for tests, made here and nowhere copied."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from finops_dash.domain.focus import COLUMNS
from finops_dash.domain.period import next_month

PLAIN: dict[str, str] = {
    "BilledCost": "1.5",
    "BillingAccountId": "1000",
    "BillingAccountName": "Main",
    "BillingCurrency": "USD",
    "BillingPeriodEnd": "2026-10-01T00:00:00Z",
    "BillingPeriodStart": "2026-09-01T00:00:00Z",
    "ChargeCategory": "Usage",
    "ChargeDescription": "Use of a machine",
    "ChargeFrequency": "Usage-Based",
    "ChargePeriodEnd": "2026-09-02T00:00:00Z",
    "ChargePeriodStart": "2026-09-01T00:00:00Z",
    "ConsumedQuantity": "24",
    "ConsumedUnit": "Hours",
    "ContractedCost": "1.75",
    "ContractedUnitPrice": "0.0729166",
    "EffectiveCost": "1.5",
    "InvoiceIssuerName": "AWS",
    "ListCost": "2",
    "ListUnitPrice": "0.0833333",
    "PricingCategory": "Standard",
    "PricingQuantity": "24",
    "PricingUnit": "Hours",
    "ProviderName": "AWS",
    "PublisherName": "AWS",
    "RegionId": "eu-west-1",
    "RegionName": "Europe (Ireland)",
    "ResourceId": "i-1",
    "ResourceName": "machine one",
    "ResourceType": "Instance",
    "ServiceCategory": "Compute",
    "ServiceName": "Amazon EC2",
    "SkuId": "SKU-1",
    "SkuPriceId": "SKU-1-P",
    "SubAccountId": "2000",
    "SubAccountName": "Team account",
    "Tags": '{"team": "Core", "env": "prod"}',
}


def row(**changes: str) -> dict[str, str]:
    """A plain usage row with some columns changed; `x_…` columns may be added."""
    return {**PLAIN, **changes}


def on(day: str, **changes: str) -> dict[str, str]:
    """A plain usage row of one day (`2026-09-03`) in the billing period of its month."""
    start = date.fromisoformat(day)
    month = start.replace(day=1)
    return row(
        ChargePeriodStart=f"{start}T00:00:00Z",
        ChargePeriodEnd=f"{start + timedelta(days=1)}T00:00:00Z",
        BillingPeriodStart=f"{month}T00:00:00Z",
        BillingPeriodEnd=f"{next_month(month)}T00:00:00Z",
        **changes,
    )


def write_csv(path: Path, rows: Iterable[Mapping[str, Any]], columns: Iterable[str] = ()) -> Path:
    """The rows as a CSV file with the FOCUS columns, and any others the rows have."""
    found = list(rows)
    others = dict.fromkeys(name for item in found for name in item if name not in COLUMNS)
    names = [*(columns or COLUMNS), *others]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(found)
    return path
