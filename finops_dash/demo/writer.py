"""The demo's files: one Parquet file a billing period, in constant memory."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from finops_dash.demo.charges import NONE, Charges
from finops_dash.demo.closing import Closing, closing_charges
from finops_dash.demo.company import Shape, resources
from finops_dash.demo.seasons import anomalies, days_of, factors
from finops_dash.demo.usage import Company, usage_of_day
from finops_dash.domain.focus import COLUMNS, INSTANTS, NUMBERS
from finops_dash.domain.period import next_month

SCALES = {"CommitmentDiscountQuantity": 10, "Quantity": 4, "Price": 6, "Cost": 10}


def write_demo(shape: Shape, folder: Path) -> list[Path]:
    """Write the demo's bills under `BILLING_PERIOD=…/`; the same shape gives the same bytes.

    `anomalies.json` beside them labels what went wrong, where and when.
    """
    days = days_of(shape)
    company = Company(shape, resources(shape, len(days)))
    moves = factors(shape, days)
    folder.mkdir(parents=True, exist_ok=True)
    labels = folder / "anomalies.json"
    labels.write_text(json.dumps([asdict(label) for label in anomalies(shape)], default=str))
    written = [labels]
    for month in sorted({day.replace(day=1) for day in days}):
        numbers = [n for n, day in enumerate(days) if day.replace(day=1) == month]
        charges = _month(shape, company, moves, month, numbers, days[-1])
        path = folder / f"BILLING_PERIOD={month:%Y-%m}" / "focus.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(_table(company, charges, days[0], month), path, compression="zstd")
        written.append(path)
    return written


def _month(  # noqa: PLR0913 - one step of one loop
    shape: Shape, company: Company, moves: np.ndarray, month: date, numbers: list[int], until: date
) -> Charges:
    random = np.random.default_rng([shape.seed, month.year, month.month])
    parts = [usage_of_day(company, moves, number, random) for number in numbers]
    if next_month(month) <= until:  # a month still open has no tax and no credits yet
        billed = _billed(company, Charges.joined(parts))
        parts += closing_charges(company.kinds, Closing(month, numbers[-1], billed), random)
    return Charges.joined(parts)


def _billed(company: Company, charges: Charges) -> dict[str, int]:
    accounts = [str(row["BillingAccountId"]) for row in company.kinds.rows]
    names, number_of = np.unique(accounts, return_inverse=True)
    sums = np.zeros(len(names))
    np.add.at(sums, number_of[charges.kind], charges.billed.astype(float))
    return {str(name): int(total) for name, total in zip(names, sums, strict=True)}


def _table(company: Company, charges: Charges, first: date, month: date) -> pa.Table:
    used, kind = np.unique(charges.kind, return_inverse=True)
    rows = [company.kinds.rows[n] for n in used]
    begin = (
        np.datetime64(first, "us")
        + charges.day.astype("timedelta64[D]")
        + charges.hour.astype("timedelta64[h]")
    )
    numbers = _numbers(charges)
    times = {
        "ChargePeriodStart": begin,
        "ChargePeriodEnd": begin + charges.hours.astype("timedelta64[h]"),
        "BillingPeriodStart": np.full(len(kind), np.datetime64(month, "us")),
        "BillingPeriodEnd": np.full(len(kind), np.datetime64(next_month(month), "us")),
    }
    columns: dict[str, Any] = {}
    for name in COLUMNS:
        if name in INSTANTS:
            columns[name] = pa.array(times[name], pa.timestamp("us", tz="UTC"))
        elif name in NUMBERS:
            columns[name] = _decimals(numbers.get(name), _scale(name), len(kind))
        else:
            columns[name] = _texts(name, rows, kind, month)
    return pa.table(columns)


def _numbers(charges: Charges) -> dict[str, np.ndarray]:
    return {
        "BilledCost": charges.billed,
        "EffectiveCost": charges.effective,
        "ListCost": charges.listed,
        "ContractedCost": charges.contracted,
        "PricingCurrencyEffectiveCost": charges.effective,
        "PricingQuantity": charges.quantity,
        "ConsumedQuantity": charges.consumed,
        "CommitmentDiscountQuantity": charges.committed,
        "ListUnitPrice": charges.list_price,
        "ContractedUnitPrice": charges.contracted_price,
        "PricingCurrencyListUnitPrice": charges.list_price,
        "PricingCurrencyContractedUnitPrice": charges.contracted_price,
    }


def _scale(name: str) -> int:
    return next(scale for part, scale in SCALES.items() if name.endswith(part))


def _decimals(values: np.ndarray | None, scale: int, count: int) -> pa.Array:
    """Scaled integers as exact decimals of sixteen bytes, the sign carried into the upper half."""
    kind = pa.decimal128(38, scale)
    if values is None:
        return pa.nulls(count, kind)
    missing = values == NONE
    plain = np.where(missing, 0, values)
    wide = np.stack([plain, plain >> 63], axis=1)
    there = np.packbits(~missing, bitorder="little")
    return pa.Array.from_buffers(
        kind, count, [pa.py_buffer(there.tobytes()), pa.py_buffer(wide.tobytes())]
    )


def _texts(name: str, rows: list[dict[str, str | None]], kind: np.ndarray, month: date) -> pa.Array:
    if name == "InvoiceId":
        values: list[str | None] = [
            f"INV-{month:%Y%m}-{str(row['BillingAccountId'])[-6:]}" for row in rows
        ]
    else:
        values = [row.get(name) for row in rows]
    distinct: dict[str | None, int] = {}
    number = np.array([distinct.setdefault(value, len(distinct)) for value in values], np.int32)
    indices = pa.array(number[kind], pa.int32())
    dictionary = pa.array(list(distinct), pa.string())
    return pa.DictionaryArray.from_arrays(indices, dictionary).cast(pa.string())
