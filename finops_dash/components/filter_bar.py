"""The controls of a cost page. Each choice is a link, so the URL holds every state."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from finops_dash.domain.cost_query import Compare, CostQuery
from finops_dash.domain.period import Period
from finops_dash.domain.registry import MEASURES
from finops_dash.domain.url import to_url

PRESETS = ("last-7-days", "last-30-days", "last-90-days", "mtd", "qtd", "ytd", "last-month")
SHOWN_MEASURES = ("effective_cost", "billed_cost", "list_cost")
COMPARISONS = {
    Compare.NONE: "No comparison",
    Compare.PREVIOUS_PERIOD: "Previous period",
    Compare.PREVIOUS_YEAR: "Previous year",
}


def filter_bar(path: str, query: CostQuery, currencies: tuple[str, ...], today: date) -> Component:
    """Date range, measure, comparison, currency, and the filters in force."""
    days = query.period.resolve(today)
    return html.Div(
        [
            _dates(path, query, today),
            _menu(
                "Measure",
                MEASURES[query.measure].label,
                [
                    (MEASURES[m].label, _href(path, replace(query, measure=m)))
                    for m in SHOWN_MEASURES
                ],
            ),
            _menu(
                "Compare",
                COMPARISONS[query.compare],
                [(text, _href(path, replace(query, compare=c))) for c, text in COMPARISONS.items()],
            ),
            _currency(path, query, currencies),
            html.Span(f"{days.sentence()} · UTC", className="range-words"),
            *_pills(path, query),
        ],
        className="filter-bar",
        role="group",
        **{"aria-label": "What is shown"},
    )


def _dates(path: str, query: CostQuery, today: date) -> Component:
    span = query.period.resolve(today)
    presets = [
        (Period(token).sentence().capitalize(), _href(path, replace(query, period=Period(token))))
        for token in PRESETS
    ]
    custom = html.Div(
        [
            html.Span("From – to", className="menu-title"),
            dcc.DatePickerRange(
                id="custom-range",
                start_date=span.start.isoformat(),
                end_date=span.last.isoformat(),
                max_date_allowed=today.isoformat(),
                display_format="YYYY-MM-DD",
            ),
        ],
        className="menu-custom",
    )
    return _menu("Period", query.period.sentence().capitalize(), presets, custom)


def _menu(
    name: str, chosen: str, links: list[tuple[str, str]], more: Component | None = None
) -> Component:
    items: list[Component] = [
        dcc.Link(text, href=href, className="dropdown-item") for text, href in links
    ]
    if more is not None:
        items += [dbc.DropdownMenuItem(divider=True), more]
    label = html.Span([html.Span(f"{name} ", className="menu-name"), chosen])
    return dbc.DropdownMenu(items, label=label, className="menu", color="light")


def _currency(path: str, query: CostQuery, currencies: tuple[str, ...]) -> Component | None:
    if len(currencies) <= 1:
        return None
    links = [(code, _href(path, replace(query, currency=code))) for code in currencies]
    return _menu("Currency", query.currency or "USD", links)


def _pills(path: str, query: CostQuery) -> list[Component]:
    return [
        html.Span(
            [
                item.sentence(),
                dcc.Link(
                    "×",
                    href=_href(
                        path, replace(query, filters=tuple(f for f in query.filters if f != item))
                    ),
                    title=f"Remove: {item.sentence()}",
                ),
            ],
            className="pill",
        )
        for item in query.filters
    ]


def _href(path: str, query: CostQuery) -> str:
    text = to_url(query)
    return f"{path}?{text}" if text else path
