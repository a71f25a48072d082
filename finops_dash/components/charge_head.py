"""What stands above and below a grid of charges: their number, their sums, their order."""

from __future__ import annotations

from datetime import date
from typing import Any

from dash import html
from dash.development.base_component import Component

from finops_dash.components.markup import aria
from finops_dash.components.money import full
from finops_dash.components.places import view_link
from finops_dash.domain.cost_query import CostQuery, Order
from finops_dash.domain.money import plain
from finops_dash.domain.registry import find_measure
from finops_dash.services.charge_lines import LineSum, too_many

ORDERS = {
    Order.NAME: "Newest first",
    Order.DEAREST: "Dearest first",
    Order.CHEAPEST: "Cheapest first",
}


def notices(*texts: str) -> list[Component]:
    """What could not be done as asked, a line each."""
    return [html.Div(text, className="notice", role="status") for text in texts]


def sentence(summed: LineSum, query: CostQuery, today: date) -> str:
    """How many charges there are, and what they cost together."""
    if not summed.count:
        return "No charges for this filter and period."
    measure = find_measure(query.measure)
    count = f"{summed.count:,} charge{'' if summed.count == 1 else 's'}"
    sums = [
        full(amounts[measure.focus_column], unit)
        if measure.kind == "money"
        else f"{plain(amounts[measure.focus_column])} {unit}"
        for unit, amounts in summed.totals.items()
    ]
    partial = ". Today is not over: its charges are partial" if today in summed.days else ""
    return f"{count}. {measure.label} {' and '.join(sums) or 'of several units'}{partial}"


def totals(summed: LineSum) -> list[dict[str, str]]:
    """A row below all others for each unit, with the exact sums."""
    if not summed.count:
        return []
    return [
        {
            "id": f"total {unit}",
            "ChargePeriodStart": f"Total {unit}",
            **{column: plain(amount) for column, amount in amounts.items()},
        }
        for unit, amounts in summed.totals.items()
    ]


def order_choice(query: CostQuery, summed: LineSum, hrefs: dict[str, Any]) -> Component:
    """The orders to choose from; by cost only where the charges are few enough."""
    chosen = query.order if summed.can_be_sorted else Order.NAME
    offered = list(ORDERS) if summed.can_be_sorted else [Order.NAME]
    links = [
        view_link(
            ORDERS[order],
            str(hrefs.get(order) or ""),
            className="chip chosen" if order is chosen else "chip",
            **(aria(current="true") if order is chosen else {}),
        )
        for order in offered
    ]
    reason = [] if summed.can_be_sorted else [f"{too_many(summed.count)}."]
    words = [html.Span(text, className="bar-words") for text in reason]
    name = html.Span("Order", className="menu-name")
    return html.Div([name, *links, *words], className="cuts")
