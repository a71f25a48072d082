"""The cards of days: the calendar, and weekdays by week."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from dash.development.base_component import Component

from finops_dash.components.heatmap.cards import (
    card,
    fifths,
    filled,
    mark,
    not_over,
    outlined,
    per_day,
)
from finops_dash.components.markup import TableCell, linked
from finops_dash.components.money import full, short
from finops_dash.domain.money import total
from finops_dash.domain.period import DateRange
from finops_dash.figures.calendars import USUAL, Shown, limits_of, weeks, year
from finops_dash.figures.cells import Link
from finops_dash.services.heatmap import Days
from finops_dash.services.overview import View

YEAR, WEEKS = 196, 250
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def calendar_cards(view: View, years: tuple[Days, ...]) -> list[Component]:
    """A card per year, the newest first, all shaded alike."""
    every = {day: cost for days in years for day, cost in days.costs.items()}
    partial = next((days.partial for days in years if days.partial), None)
    limits = limits_of(every, partial)
    return [_calendar(view, days, limits) for days in years]


def _calendar(view: View, days: Days, limits: tuple[Decimal, ...]) -> Component:
    span, unit = days.span, days.unit or ""
    period = DateRange(max(view.days.start, span.start), min(view.days.end, span.end))
    is_part = period.days > 0 and period != span
    line = (period.start, period.last) if is_part else None
    shown = Shown((span.start, span.last), days.costs, limits, unit, line, days.partial)
    address = per_day(days.query)
    figure = year(shown, Link(address))
    meaning = fifths(list(days.costs.values()), limits, unit, "day")
    meaning += [outlined(period.sentence())] if is_part else []
    meaning += [not_over()] if days.partial else []
    rows: list[tuple[TableCell, ...]] = [("Day", "Weekday", "Cost")]
    rows += [
        (linked(_short(day), filled(address, cell=day.isoformat())), f"{day:%A}", full(cost, unit))
        for day, cost in days.costs.items()
    ]
    name = str(span.start.year) if span.days > 364 and span.start.day == 1 else "twelve months"  # noqa: PLR2004 - a year
    words = f"{_total(days)}. {_dearest(days)}"
    return card(f"Calendar, {name}", f"calendar-{span.start.year}", figure, words, days.query,
                rows, YEAR, meaning, ends_now=True)  # fmt: skip


def weekday_card(days: Days) -> Component:
    """Weekdays by week, and what each weekday costs on average."""
    unit, usual = days.unit or "", days.usual()
    limits = limits_of(days.costs, days.partial)
    span = (min(days.costs), max(days.costs))
    shown = Shown(span, days.costs, limits, unit, None, days.partial)
    written = {weekday: (cost, short(cost, unit)) for weekday, cost in usual.items()}
    address = per_day(days.query)
    figure = weeks(shown, written, Link(address))
    meaning = fifths(list(days.costs.values()), limits, unit, "day")
    meaning += [mark("What the weekday costs on average", USUAL)]
    meaning += [not_over()] if days.partial else []
    words = _total(days)
    if len(usual) > 1:
        low, high = min(usual, key=usual.__getitem__), max(usual, key=usual.__getitem__)
        words += (
            f". On average {WEEKDAYS[high]} is dearest, {full(usual[high], unit)}, and "
            f"{WEEKDAYS[low]} cheapest, {full(usual[low], unit)}"
        )
    return card("Weekday by week", "weekday-by-week", figure, words, days.query,
                _weeks_table(days, address), WEEKS, meaning, ends_now=True)  # fmt: skip


def _weeks_table(days: Days, address: str) -> list[tuple[TableCell, ...]]:
    """A row per week, each day a link; the averages last."""
    unit = days.unit
    rows: list[tuple[TableCell, ...]] = [("Week of", *(name[:3] for name in WEEKDAYS), "Week")]
    weeks: dict[date, dict[int, date]] = {}
    for day in days.costs:
        monday = date.fromordinal(day.toordinal() - day.weekday())
        weeks.setdefault(monday, {})[day.weekday()] = day
    for monday, found in weeks.items():
        cells = (_cell(days, found.get(n), address) for n in range(len(WEEKDAYS)))
        whole = total(days.costs[day] for day in found.values())
        rows.append((_short(monday), *cells, full(whole, unit)))
    usual = days.usual()
    averages = (full(usual[n], unit) if n in usual else "–" for n in range(len(WEEKDAYS)))
    return [*rows, ("Average", *averages, "")]


def _cell(days: Days, day: date | None, address: str) -> TableCell:
    if day is None:
        return "–"
    return linked(full(days.costs[day], days.unit), filled(address, cell=day.isoformat()))


def _total(days: Days) -> str:
    whole = full(total(days.costs.values()), days.unit)
    return f"{days.query.sentence()}: {whole} in all"


def _dearest(days: Days) -> str:
    day = max(days.costs, key=days.costs.__getitem__)
    return f"The dearest day is {_short(day)}, {full(days.costs[day], days.unit)}"


def _short(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
