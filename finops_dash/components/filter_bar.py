"""The controls of a cost page. Each choice is a link, so the URL holds every state."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from dash import dcc, html
from dash.development.base_component import Component

from finops_dash.components.markup import aria, menu
from finops_dash.components.places import Place, view_link
from finops_dash.domain.cost_query import Compare, CostQuery, Filter
from finops_dash.domain.period import Period
from finops_dash.domain.registry import MEASURES

PRESETS = ("last-7-days", "last-30-days", "last-90-days", "mtd", "qtd", "ytd", "last-month")
SHOWN_MEASURES = ("effective_cost", "billed_cost", "list_cost")
COMPARISONS = {
    Compare.PREVIOUS_PERIOD: "Previous period",
    Compare.PREVIOUS_WEEKDAYS: "Same weekdays before",
    Compare.PREVIOUS_YEAR: "Previous year",
    Compare.NONE: "No comparison",
}


def filter_bar(
    place: Place,
    query: CostQuery,
    currencies: tuple[str, ...],
    today: date,
    *,
    compares: bool = True,
) -> list[Component]:
    """Period, measure, comparison (on pages that have one), currency, and the filters in force."""
    days = query.period.resolve(today)
    return [
        _periods(place, query, today),
        _measures(place, query),
        *([_comparisons(place, query)] if compares else []),
        *_currencies(place, query, currencies),
        html.Span(f"{days.sentence()}, UTC", className="bar-words"),
        *(_pill(place, query, item) for item in query.filters),
    ]


def _periods(place: Place, query: CostQuery, today: date) -> Component:
    items = [
        _choice(place, _capital(Period(token)), replace(query, period=Period(token)), query)
        for token in PRESETS
    ]
    span = query.period.resolve(today)
    custom = html.Div(
        [
            html.Div("Custom", className="menu-title"),
            dcc.DatePickerRange(
                id={"kind": "range", "place": place.path},
                start_date=max(span.start, date(1990, 1, 1)).isoformat(),
                end_date=min(span.last, today).isoformat(),
                min_date_allowed="1990-01-01",
                max_date_allowed=today.isoformat(),
                display_format="YYYY-MM-DD",
                first_day_of_week=1,
            ),
        ],
        className="menu-custom",
    )
    label = [html.Span("Period", className="menu-name"), html.Span(_capital(query.period))]
    return menu(label, [*items, custom], f"Period: {query.period.sentence()}")


def _measures(place: Place, query: CostQuery) -> Component:
    items = [
        _choice(place, MEASURES[name].label, replace(query, measure=name), query)
        for name in SHOWN_MEASURES
    ]
    label = MEASURES[query.measure].label
    words = [html.Span("Measure", className="menu-name"), html.Span(label)]
    return menu(words, items, f"Measure: {label}")


def _comparisons(place: Place, query: CostQuery) -> Component:
    items = [
        _choice(place, text, replace(query, compare=compare), query)
        for compare, text in COMPARISONS.items()
    ]
    label = (
        query.compare.sentence()
        if isinstance(query.compare, Period)
        else COMPARISONS[query.compare]
    )
    words = [html.Span("Compare", className="menu-name"), html.Span(label)]
    return menu(words, items, f"Compare: {label}")


def _currencies(place: Place, query: CostQuery, currencies: tuple[str, ...]) -> list[Component]:
    """The choice of currency, and which others are not in the view; nothing for a single one."""
    if len(currencies) <= 1:
        return []
    items = [_choice(place, code, replace(query, currency=code), query) for code in currencies]
    label = query.currency or "All"
    words = [html.Span("Currency", className="menu-name"), html.Span(label)]
    chosen = menu(words, items, f"Currency: {label}")
    others = [code for code in currencies if code != query.currency]
    if query.currency is None or not others:
        return [chosen]
    note = f"without what is billed in {', '.join(others)}"
    return [chosen, html.Span(note, className="bar-words", title="Currencies are never added up.")]


def _choice(place: Place, text: str, query: CostQuery, now: CostQuery) -> Component:
    chosen = aria(current="true") if query == now else {}
    return view_link(text, place.href(query), className="menu-item", **chosen)


def _pill(place: Place, query: CostQuery, item: Filter) -> Component:
    kept = tuple(other for other in query.filters if other != item)
    name = f"Remove the filter: {item.sentence()}"
    href = place.href(replace(query, filters=kept))
    return html.Span(
        [item.sentence(), view_link("×", href, title=name, **aria(label=name))], className="pill"
    )


def _capital(period: Period) -> str:
    text = period.sentence()
    return text[0].upper() + text[1:]
