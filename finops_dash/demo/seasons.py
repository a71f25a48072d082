"""How cost moves: weekdays, the year, growth, launches, noise, and five labelled anomalies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from finops_dash.demo.catalogue import SERVICES
from finops_dash.demo.company import Shape

YEAR = 365.25
ROOM = 200  # days that hold all anomalies where they are planned
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Anomaly:
    """What went wrong with a service, from the first to the last day, both included."""

    kind: str
    service: str
    first: date
    last: date
    factor: float


def days_of(shape: Shape) -> list[date]:
    """Every day of the demo: whole months but for the last one."""
    year, month = divmod(shape.until.year * 12 + shape.until.month - shape.months, 12)
    first = date(year, month + 1, 1)
    return [first + timedelta(n) for n in range((shape.until - first).days + 1)]


def anomalies(shape: Shape) -> tuple[Anomaly, ...]:
    """The five anomalies, the last of them within the last ten days.

    A demo of fewer than 200 days has them closer together, and none that began before it.
    """
    days = days_of(shape)
    nearer = min(1.0, len(days) / ROOM)

    def at(back: int, length: int) -> tuple[date, date]:
        last = shape.until - timedelta(round(back * nearer))
        return last - timedelta(length - 1), last

    planned = (
        Anomaly("step", "Amazon CloudWatch", *at(150, 24), 2.1),
        Anomaly("ramp", "BigQuery", *at(96, 14), 2.4),
        Anomaly("drop", "Amazon CloudFront", *at(60, 4), 0.35),
        Anomaly("leak", "Amazon Bedrock", *at(31, 9), 2.6),
        Anomaly("spike", "Azure OpenAI Service", *at(4, 2), 3.4),
    )
    return tuple(anomaly for anomaly in planned if anomaly.first >= days[0])


def factors(shape: Shape, days: list[date]) -> np.ndarray:
    """Service × day: how much more or less than its base a service is used."""
    random = np.random.default_rng([shape.seed, 2])
    number = np.arange(len(days))
    weekend = np.array([day.weekday() >= SATURDAY for day in days])
    day_of_year = np.array([day.timetuple().tm_yday for day in days])
    year = 1 + 0.06 * np.sin(2 * np.pi * (day_of_year - 80) / YEAR)
    growth = 0.86 + 0.28 * number / YEAR
    month_end = 1 + 0.10 * np.array([(day + timedelta(2)).month != day.month for day in days])
    found = np.empty((len(SERVICES), len(days)))
    for row, service in enumerate(SERVICES):
        week = np.where(weekend, service.weekend, 1.0)
        found[row] = year * growth * week * _noise(random, len(days))
        if service.category == "Analytics":
            found[row] *= month_end
        if service.name in {"Amazon Bedrock", "Vertex AI"}:
            found[row] *= np.where(number > len(days) * 0.6, 1.5, 0.8)  # a product launch
    for anomaly in anomalies(shape):
        _apply(found, anomaly, days)
    return found


def _noise(random: np.random.Generator, count: int) -> np.ndarray:
    shocks, level, found = random.normal(0, 0.018, count), 0.0, np.empty(count)
    for number in range(count):
        level = 0.55 * level + shocks[number]
        found[number] = level
    return np.exp(found)


def _apply(found: np.ndarray, anomaly: Anomaly, days: list[date]) -> None:
    row = next(n for n, service in enumerate(SERVICES) if service.name == anomaly.service)
    inside = [n for n, day in enumerate(days) if anomaly.first <= day <= anomaly.last]
    for place, number in enumerate(inside):
        share = (place + 1) / len(inside) if anomaly.kind == "ramp" else 1.0
        found[row, number] *= 1 + (anomaly.factor - 1) * share
