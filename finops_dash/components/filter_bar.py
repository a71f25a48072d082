"""The controls of a cost page. Each choice is a link, so the URL holds every state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from dash import dcc, html
from dash.development.base_component import Component

from finops_dash.components.markup import aria, icon, menu
from finops_dash.components.places import Place, view_link
from finops_dash.domain.cost_query import Compare, CostQuery, Filter
from finops_dash.domain.period import DateRange, Period
from finops_dash.domain.registry import MEASURES

PRESETS = ("last-7-days", "last-30-days", "last-90-days", "mtd", "qtd", "ytd", "last-month")
SHOWN_MEASURES = ("effective_cost", "billed_cost", "list_cost")
COMPARISONS = {
    Compare.PREVIOUS_PERIOD: "Previous period",
    Compare.PREVIOUS_WEEKDAYS: "Same weekdays before",
    Compare.PREVIOUS_YEAR: "Previous year",
    Compare.NONE: "No comparison",
}


@dataclass(frozen=True, slots=True)
class Offered:
    """What a bar lets people choose: which measures, whether and with which days to compare."""

    measures: Sequence[str] = SHOWN_MEASURES
    compares: bool = True
    with_any_days: bool = False


USUAL = Offered()


def filter_bar(
    place: Place,
    query: CostQuery,
    currencies: tuple[str, ...],
    today: date,
    offered: Offered = USUAL,
) -> list[Component]:
    """Period, measure, comparison, currency, and the filters in force."""
    return [
        *controls(place, query, currencies, today, offered),
        *(pill(place, query, item) for item in query.filters),
    ]


def controls(
    place: Place,
    query: CostQuery,
    currencies: tuple[str, ...],
    today: date,
    offered: Offered = USUAL,
) -> list[Component]:
    """Period, measure, comparison and currency, and the days in words."""
    days = query.period.resolve(today)
    any_day = today if offered.with_any_days else None
    return [
        _periods(place, query, today),
        *_steps(place, query, today),
        _measures(place, query, offered.measures),
        *([_comparisons(place, query, any_day)] if offered.compares else []),
        *currency_menu(place, query, currencies),
        html.Span(f"{days.sentence()}, UTC", className="bar-words"),
    ]


def _periods(place: Place, query: CostQuery, today: date) -> Component:
    items = [
        choice(place, capitalised(Period(token)), replace(query, period=Period(token)), query)
        for token in PRESETS
    ]
    custom = day_picker(place, "period", query.period.resolve(today), today)
    label = [html.Span("Period", className="menu-name"), html.Span(capitalised(query.period))]
    return menu(label, [*items, custom], f"Period: {query.period.sentence()}")


def _steps(place: Place, query: CostQuery, today: date) -> list[Component]:
    """Links to the period before and after, which the keys `[` and `]` press (`keys.js`)."""
    steps = (
        ("[", "Period before", "chevron-left", query.period.previous(today)),
        ("]", "Period after", "chevron-right", query.period.following(today)),
    )
    return [
        view_link(
            icon(symbol),
            place.href(replace(query, period=Period.between(days.start, days.last))),
            className="step",
            title=f"{name} ({key})",
            **aria(label=name, keyshortcuts=key),
        )
        for key, name, symbol, days in steps
        if days is not None and days.days > 0
    ]


def day_picker(place: Place, key: str, span: DateRange, today: date) -> Component:
    """Two days to pick for a key of the link (`view.js`)."""
    return html.Div(
        [
            html.Div("Custom", className="menu-title"),
            dcc.DatePickerRange(
                id={"kind": "range", "place": place.path, "key": key},
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


def _measures(place: Place, query: CostQuery, measures: Sequence[str]) -> Component:
    items = [
        choice(place, MEASURES[name].label, replace(query, measure=name), query)
        for name in measures
    ]
    label = MEASURES[query.measure].label
    words = [html.Span("Measure", className="menu-name"), html.Span(label)]
    return menu(words, items, f"Measure: {label}")


def _comparisons(place: Place, query: CostQuery, today: date | None) -> Component:
    items = [
        choice(place, text, replace(query, compare=compare), query)
        for compare, text in COMPARISONS.items()
    ]
    label = (
        query.compare.sentence()
        if isinstance(query.compare, Period)
        else COMPARISONS[query.compare]
    )
    words = [html.Span("Compare", className="menu-name"), html.Span(label)]
    if today is not None:
        against = query.compare if isinstance(query.compare, Period) else query.period
        items.append(day_picker(place, "compare", against.resolve(today), today))
    return menu(words, items, f"Compare: {label}")


def currency_menu(place: Place, query: CostQuery, currencies: tuple[str, ...]) -> list[Component]:
    """The choice of currency, and which others are not in the view; nothing for a single one."""
    if len(currencies) <= 1:
        return []
    items = [choice(place, code, replace(query, currency=code), query) for code in currencies]
    label = query.currency or "All"
    words = [html.Span("Currency", className="menu-name"), html.Span(label)]
    chosen = menu(words, items, f"Currency: {label}")
    others = [code for code in currencies if code != query.currency]
    if query.currency is None or not others:
        return [chosen]
    note = f"without what is billed in {', '.join(others)}"
    return [chosen, html.Span(note, className="bar-words", title="Currencies are never added up.")]


def choice(place: Place, text: str, query: CostQuery, now: CostQuery) -> Component:
    """An item of a menu: the link to the query, marked where that is the one in force."""
    chosen = aria(current="true") if query == now else {}
    return view_link(text, place.href(query), className="menu-item", **chosen)


def pill(place: Place, query: CostQuery, item: Filter) -> Component:
    """A filter in force, and the link that takes it away."""
    kept = tuple(other for other in query.filters if other != item)
    name = f"Remove the filter: {item.sentence()}"
    href = place.href(replace(query, filters=kept))
    return html.Span(
        [item.sentence(), view_link("×", href, title=name, **aria(label=name))], className="pill"
    )


def capitalised(period: Period) -> str:
    """The period in words, as a heading has them."""
    text = period.sentence()
    return text[0].upper() + text[1:]
