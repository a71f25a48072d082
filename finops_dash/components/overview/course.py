"""Cost over time, the calendar, service by day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from dash.development.base_component import Component

from finops_dash.analytics.anomaly import Episode
from finops_dash.analytics.baseline import Point
from finops_dash.components.figure_card import figure_body, legend
from finops_dash.components.money import full
from finops_dash.components.notes import note_button, with_notes
from finops_dash.components.overview.links import cell_link
from finops_dash.components.places import OVERVIEW
from finops_dash.components.states import nothing_here, say
from finops_dash.domain.cost_query import CostQuery
from finops_dash.domain.notes import Note
from finops_dash.domain.period import ONE_DAY, next_month
from finops_dash.figures import tiles
from finops_dash.figures.notes import noted, noted_rows
from finops_dash.figures.trend import Course, trend
from finops_dash.services.answers import CostAnswer
from finops_dash.services.overview import DAILY_UP_TO, View
from finops_dash.services.sums import beside, day_totals

Card = Sequence[Component] | Component
TREND, CALENDAR, HEAT = 320, 340, 340


def trend_card(  # noqa: PLR0913 - what the picture shows
    view: View,
    answers: tuple[CostAnswer, CostAnswer | None],
    today: dict[str, Decimal],
    ahead: tuple[str, Sequence[Point]],
    episodes: Sequence[Episode],
    notes: Sequence[Note] = (),
    role: str = "viewer",
) -> Card:
    """Cost over time with its comparison, forecast, anomalies and the notes of people.

    Today, when partial, is hatched.
    """
    answer, earlier = answers
    now = day_totals(answer) | today
    if not now:
        return nothing_here(cleared(view))
    model, points = ahead
    before = beside(answer, earlier)
    is_open = next_month(view.through) > view.through + ONE_DAY
    month = view.through.replace(day=1) if is_open else next_month(view.through)
    partial = view.through + ONE_DAY if view.is_daily else month
    figure = trend(Course(now, before, points, episodes, partial, view.currency))
    words = answer.query.sentence()
    if points:
        words += f". Ahead: {model}, with an 80 % band"
    if not view.is_daily:
        words += f". Longer than {DAILY_UP_TO} days, so by month"
    head = ("Time", "Cost", *(("Period before",) if before else ()))
    rows = [
        (day, full(value, view.currency), *([_before(view, before.get(day))] if before else []))
        for day, value in now.items()
    ]
    rows += [(f"{p.day} (forecast)", full(p.mean, view.currency)) for p in points]
    grain = view.grain.value
    table = noted_rows([head, *rows], notes, grain)
    sentence, graph, rest = figure_body(
        "cost-over-time", noted(figure, notes, grain), words, answer.query, table, TREND
    )
    button = note_button(answer.query, view.shown_days, notes, role)
    return [sentence, legend(figure), graph, with_notes(rest, button)]


def _before(view: View, amount: Decimal | None) -> str:
    return "–" if amount is None else full(amount, view.currency)


def calendar_card(view: View, answer: CostAnswer) -> Card:
    """The days of the period as a calendar."""
    now = day_totals(answer)
    if not view.is_daily:
        return say(f"Choose a period of up to {DAILY_UP_TO} days to see its days.")
    if not now:
        return nothing_here(cleared(view))
    rows = [("Day", "Cost"), *((day, full(value, view.currency)) for day, value in now.items())]
    figure = tiles.calendar(now, view.currency)
    query = replace(answer.query, group_by=())
    words = "The total of each day; the stronger, the dearer"
    return figure_body("calendar", figure, words, query, rows, CALENDAR)


def heat_card(view: View, answer: CostAnswer) -> Card:
    """The dearest services by day."""
    if not answer.rows:
        return nothing_here(cleared(view))
    query, bucket = answer.query, answer.query.grain.value
    figure = tiles.service_by_day(list(answer.rows), bucket, query.measure, view.currency)
    figure["layout"]["meta"]["link"] = cell_link(view.query)
    words = "The twelve dearest services; each row is shaded against its own dearest day"
    shown = set(figure["layout"]["meta"]["names"].values())
    rows = [("Time", "Service", "Cost")]
    rows += [
        (row[bucket], row["service"] or "–", full(row[query.measure], view.currency))
        for row in answer.rows
        if (row["service"] or "") in shown
    ]
    return figure_body("service-by-day", figure, words, query, rows, HEAT)


def cleared(view: View) -> str:
    """The link to the same page without its filters."""
    plain = CostQuery(measure=view.asked.measure, compare=view.asked.compare)
    return OVERVIEW.href(plain)
