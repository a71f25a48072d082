"""Four figures above the picture: the total, a day of it, its change, the charges behind it."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from finops_dash.components.markup import aria
from finops_dash.components.money import amount, change_of
from finops_dash.components.why import why_button
from finops_dash.domain.cost_query import Compare, CostQuery
from finops_dash.domain.registry import find_measure
from finops_dash.services.exploration import Headline


def strip(query: CostQuery, found: Headline) -> Component:
    """The key figures of the question."""
    measure = find_measure(query.measure)
    cards = [
        _card("Total", amount(found.total, query.measure, found.unit), query.period.sentence())
    ]
    if measure.kind != "price":
        cards.append(_per_day(query, found))
    cards += [_change(query, found), _charges(found)]
    why = html.Div(why_button(query), className="strip-why")
    return html.Section([*cards, why], className="strip", **aria(label="Key figures"))


def _per_day(query: CostQuery, found: Headline) -> Component:
    days = found.days.days
    each = found.now / days if days > 0 else None
    said = f"{days} whole days with data" if days > 0 else "no whole day with data"
    return _card("Average per day", amount(each, query.measure, found.unit), said)


def _change(query: CostQuery, found: Headline) -> Component:
    if found.before is None or found.before_days is None:
        return _card("Change", "–", "nothing before to compare with")
    text, direction = change_of(query.measure, found.now, found.before, found.unit)
    words = f"{found.days.sentence()} against {found.before_days.sentence()}"
    if query.compare is Compare.NONE:
        words += ", the period before"
    mood = {1: " bad", -1: " good"}.get(direction, "")
    return _card("Change", text, words, f"kpi-change{mood}")


def _charges(found: Headline) -> Component:
    return _card("Charges", f"{found.charges:,}", "rows of the bills that are summed")


def _card(name: str, value: str, said: str, mood: str = "") -> Component:
    return html.Div(
        [
            html.Span(name, className="kpi-label"),
            html.Span(value, className=f"strip-value {mood}".strip()),
            html.Span(said, className="kpi-sentence"),
        ],
        className="strip-card",
    )
