"""The things that a step of a bridge is made of."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from dash import html
from dash.development.base_component import Component

from finops_dash.analytics.bridge import Contribution, Part, Thing
from finops_dash.components.bridge.words import arrowed, name_of, place_of, way_of
from finops_dash.components.markup import aria
from finops_dash.components.places import EXPLORER
from finops_dash.domain.bridge_steps import Step
from finops_dash.domain.cost_query import CostQuery, Grain, can_be_asked_for
from finops_dash.services.bridge import BridgeAnswer


def things(answer: BridgeAnswer, part: Part) -> Component:
    """The things that make a step, dearest first; with the others they sum to it."""
    currency = answer.currency
    rows = [_thing(answer, item) for item in part.dearest]
    if part.others:
        cells = [f"{part.others:,} others together", "–", arrowed(part.rest, currency)]
        rows.append(html.Tr([html.Td(text) for text in cells]))
    total = [html.Th("Together", scope="row"), html.Td("")]
    rows.append(html.Tr([*total, html.Td(arrowed(part.amount, currency))], className="total"))
    heads = ("What", "A → B", "Amount")
    table = html.Table(
        [
            html.Caption(f"What moves {part.step.label.lower()} most, in {currency}"),
            html.Thead(html.Tr([head_cell(text) for text in heads])),
            html.Tbody(rows),
        ],
        className="plain-table",
    )
    words = f"{part.step.meaning} {arrowed(part.amount, currency)} in all."
    return html.Section(
        [
            html.H2(f"{part.step.label}: what it is made of", id="bridge-step"),
            html.P(words, className="card-sentence"),
            html.Div(
                table,
                className="table-wide",
                tabIndex=0,
                role="region",
                **aria(labelledby="bridge-step"),
            ),
        ],
        className="card-figure contributors",
    )


def _thing(answer: BridgeAnswer, item: Contribution) -> Component:
    query = answer.start if item.step is Step.REMOVED else answer.end
    name = html.A(name_of(item.thing), href=explored(_narrowed(query, item.thing)))
    place = place_of(item.thing)
    where = [html.Span(place, className="where")] if place else []
    cells = [
        html.Td([name, *where]),
        html.Td(way_of(item, answer.currency)),
        html.Td(arrowed(item.amount, answer.currency), className=mood(item.amount)),
    ]
    return html.Tr(cells)


def _narrowed(query: CostQuery, thing: Thing) -> CostQuery:
    """The question about the thing alone, as far as filters can say it."""
    values = {
        "provider": thing.provider,
        "service": thing.service,
        "region": thing.region,
        "sub_account": thing.account,
        "commitment": thing.commitment,
        "sku": thing.sku,
    }
    for dimension, value in values.items():
        if value and can_be_asked_for(value):
            query = query.where(dimension, value)
    return query


def explored(query: CostQuery) -> str:
    """The link to the question in the explorer, cut one level down."""
    by_sku = any(item.dimension == "sku" for item in query.filters)
    grain = Grain.NONE if by_sku else Grain.DAY
    group = "resource_name" if by_sku else "service"
    return EXPLORER.href(replace(query, group_by=(group,), grain=grain))


def head_cell(text: str) -> Component:
    """The head of a column."""
    return html.Th(text, scope="col")


def mood(amount: Decimal) -> str:
    """The class of an amount, which says whether it is good."""
    return "amount bad" if amount > 0 else "amount good"
