"""The scheduler's forecast: a Prophet fit. It imports pandas, so never where pages are drawn."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from finops_dash.analytics.baseline import CENT, Point

MODEL = "Prophet"
FEWEST_DAYS = 28
TWO_YEARS = 2 * 365
INTERVAL = 0.8


def fit(history: Sequence[tuple[date, Decimal]], days: int) -> tuple[Point, ...]:
    """The `days` after a gapless daily history, each with its 80 % interval.

    Nothing for less than four weeks or for a series that is always zero. The year's season is
    fitted from two years of history on. The same history gives the same numbers.
    """
    if len(history) < FEWEST_DAYS or not any(value for _, value in history):
        return ()
    floor = min(0.0, *(float(value) for _, value in history))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Prophet uses what its pandas is about to drop
        rows = _predicted(history, days)
    return tuple(_point(*row, floor if floor == 0 else None) for row in rows)


def _predicted(
    history: Sequence[tuple[date, Decimal]], days: int
) -> list[tuple[date, float, float, float]]:
    import numpy as np
    import pandas as pd
    from prophet import Prophet

    logging.getLogger("cmdstanpy").addHandler(logging.NullHandler())  # else it prints each fit
    np.random.seed(1)  # noqa: NPY002 - Prophet draws its interval from the global generator
    model = Prophet(
        interval_width=INTERVAL,
        daily_seasonality=False,
        weekly_seasonality=True,
        yearly_seasonality=len(history) >= TWO_YEARS,
    )
    model.fit(
        pd.DataFrame(
            {
                "ds": pd.to_datetime([day for day, _ in history]),
                "y": [float(value) for _, value in history],
            }
        )
    )
    ahead = model.predict(model.make_future_dataframe(days, include_history=False))
    columns = (ahead["yhat"], ahead["yhat_lower"], ahead["yhat_upper"])
    return list(zip((moment.date() for moment in ahead["ds"]), *columns, strict=True))


def _point(day: date, mean: float, low: float, high: float, floor: float | None) -> Point:
    """The day to the cent, in order, and not below the floor of its series."""
    low, high = min(low, mean), max(high, mean)
    kept = (value if floor is None else max(floor, value) for value in (mean, low, high))
    return Point(day, *(Decimal(f"{value:.6f}").quantize(CENT) for value in kept))
