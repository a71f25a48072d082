"""The card of hours by weekday, and what stands there where a bill holds no hours."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from finops_dash.components.heatmap.cards import card, fifths
from finops_dash.components.heatmap.controls import place_of
from finops_dash.components.heatmap.days import WEEKDAYS
from finops_dash.components.markup import TableCell, linked
from finops_dash.components.money import full
from finops_dash.components.places import EXPLORER, view_link
from finops_dash.domain.cost_query import CostQuery
from finops_dash.domain.heatmap import Map
from finops_dash.domain.money import total
from finops_dash.figures import heat
from finops_dash.figures.cells import Link
from finops_dash.figures.scale import bounds
from finops_dash.services.heatmap import HOURLY_DAYS, Hours

HEIGHT = 250


def hour_card(found: Hours, asked: CostQuery) -> Component:
    """What each hour of each weekday costs on average."""
    if not found.sums:
        return _no_hours(found, asked)
    unit = found.unit or ""
    means = {place: found.mean(*place) for place in found.sums}
    known = {place: cost for place, cost in means.items() if cost is not None}
    links = {day: _link(found, day) for day in range(len(WEEKDAYS))}
    link = Link("{row}", {WEEKDAYS[day][:3]: href for day, href in links.items() if href})
    figure = heat.hours(known, unit, link)
    costs = list(known.values())
    last = f", the last {HOURLY_DAYS} days" if found.days.days == HOURLY_DAYS else ""
    words = (
        f"The average of each hour, {found.days.sentence()}{last}, UTC: "
        f"{full(total(found.sums.values()), unit)} in all, of charges of an hour. "
        "A click opens the days of its weekday hour by hour"
    )
    if found.by_day:
        words += f". Not in it: {full(found.by_day, unit)} billed by the day or longer"
    return card("Hour by weekday", "hour-by-weekday", figure, words, found.query,
                _table(found, links, unit), HEIGHT,
                fifths(costs, bounds(costs), unit, "hour"))  # fmt: skip


def _link(found: Hours, weekday: int) -> str:
    query = found.of_weekday(weekday)
    return "" if query is None else EXPLORER.href(query)


def _table(found: Hours, links: dict[int, str], unit: str) -> list[tuple[TableCell, ...]]:
    """A row per hour; above them, the weekdays' sums as links to their days."""
    days = range(len(WEEKDAYS))
    rows: list[tuple[TableCell, ...]] = [("Hour", *(name[:3] for name in WEEKDAYS))]
    sums = {
        day: total(cost for (weekday, _), cost in found.sums.items() if weekday == day)
        for day in days
    }
    rows.append(("All hours, sum", *(linked(full(sums[day], unit), links[day]) for day in days)))
    for hour in heat.HOURS:
        means = (found.mean(day, hour) for day in days)
        cells = ("–" if mean is None else full(mean, unit) for mean in means)
        rows.append((f"{hour:02}:00, average", *cells))
    return rows


def _no_hours(found: Hours, asked: CostQuery) -> Component:
    """The state of a bill without hours: why there is no picture, and what there is instead."""
    if found.days.days <= 0:
        words = "The period has no day with data yet, so there are no hours to show."
    else:
        words = (
            f"No charge of {found.days.sentence()} is for an hour: this bill is by the day or "
            "longer, so there are no hours to show."
        )
    more = (
        "AWS Data Exports and Google Cloud can bill by the hour: export FOCUS with hourly "
        "granularity, load it, and this picture fills. Microsoft bills by the day."
    )
    instead = view_link(
        "Show weekdays instead", place_of(Map.WEEKDAY).href(asked), className="button"
    )
    return html.Section(
        [html.H2("Hour by weekday"), html.Div([html.P(words), html.P(more), instead],
                                              className="empty")],
        className="card-figure",
    )  # fmt: skip
