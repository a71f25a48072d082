"""The waterfall of a bridge, the table of its steps, and the things that a step is made of."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from finops_dash.analytics.bridge import Bridge, Contribution, Part, Thing
from finops_dash.components.bridge.controls import href
from finops_dash.components.bridge.words import (
    arrowed,
    brief,
    by_size,
    ends,
    headline,
    name_of,
    percent,
    place_of,
    short_ends,
    way_of,
)
from finops_dash.components.figure_card import CONFIG, foot
from finops_dash.components.markup import aria, icon
from finops_dash.components.money import full, short
from finops_dash.components.places import EXPLORER, view_link
from finops_dash.components.why import why_button
from finops_dash.domain.bridge_query import BridgeQuery
from finops_dash.domain.bridge_steps import Step
from finops_dash.domain.cost_query import CostQuery, Grain, can_be_asked_for
from finops_dash.domain.money import plain
from finops_dash.figures.waterfall import Bar, waterfall
from finops_dash.services.bridge import BridgeAnswer

ROW, AXIS = 34, 44
SUMMED = "The steps lead from A to B to the last digit."


def shown(asked: BridgeQuery, answer: BridgeAnswer) -> list[Component]:
    """The sentence, the waterfall beside its steps, and what the step looked at is made of."""
    chosen = answer.bridge.part(asked.step) or next(iter(by_size(answer.bridge)), None)
    top = html.P([icon("lightbulb"), f" {headline(answer)}"], className="headline")
    figures = html.Div(
        [_picture(asked, answer), _steps(asked, answer, chosen)], className="figures"
    )
    last = [] if chosen is None else [_things(answer, chosen)]
    return [html.Div(top, **aria(live="polite")), figures, *last]


def _picture(asked: BridgeQuery, answer: BridgeAnswer) -> Component:
    bridge, currency = answer.bridge, answer.currency
    names, links = short_ends(answer), [_explored(query) for query in (answer.start, answer.end)]
    start, end = (
        Bar(name, float(amount), brief(amount, currency), full(amount, currency), link)
        for name, amount, link in zip(names, (bridge.start, bridge.end), links, strict=True)
    )
    bars = [_bar(asked, part, currency) for part in bridge.steps]
    figure = waterfall(start, bars, end, currency)
    graph = dcc.Graph(
        id={"kind": "graph", "name": "bridge"},
        figure=figure,
        config=CONFIG,
        style={"height": f"{ROW * (len(bars) + 2) + AXIS}px"},
    )
    words = _caption(answer, Decimal(str(figure["layout"]["meta"]["base"])))
    below = foot(
        "bridge",
        answer.end,
        words,
        _exact(answer),
        is_picture=True,
        onward=False,
        more=[why_button(answer.start, "Why the start?"), _method(answer)],
    )
    card = [html.H2("From A to B"), html.P(words, className="card-sentence"), graph, below]
    return html.Section(card, className="card-figure span-8")


def _caption(answer: BridgeAnswer, base: Decimal) -> str:
    first, last = ends(answer)
    words = f"A {first}; B {last}"
    if base > 0 or answer.bridge.start < 0:
        words += f". The axis begins at {short(base, answer.currency)}"
    return f"{words}. A step leads to what it is made of."


def _bar(asked: BridgeQuery, part: Part, currency: str) -> Bar:
    rises = part.amount > 0
    return Bar(
        part.step.label,
        float(part.amount),
        f"{'▲ +' if rises else '▼ '}{brief(part.amount, currency)}",
        ("+" if rises else "") + full(part.amount, currency),
        href(replace(asked, step=part.step)),
    )


def _exact(answer: BridgeAnswer) -> list[tuple[str, ...]]:
    """A, the steps and B with every digit."""
    bridge, names = answer.bridge, short_ends(answer)
    rows = [(part.step.label, plain(part.amount)) for part in bridge.steps]
    return [
        ("Step", f"Exact amount, {answer.currency}"),
        (names[0], plain(bridge.start)),
        *rows,
        (names[1], plain(bridge.end)),
    ]


def _method(answer: BridgeAnswer) -> Component:
    """How the difference is split, and how fine."""
    words = [
        part
        for item in answer.bridge.steps
        for part in (html.Dt(item.step.label), html.Dd(item.step.meaning))
    ]
    return html.Details(
        [
            html.Summary("How it is split"),
            html.P(f"{answer.apart.sentence()} {SUMMED}", className="card-sentence"),
            html.Dl(words, className="facts"),
        ]
    )


def _steps(asked: BridgeQuery, answer: BridgeAnswer, chosen: Part | None) -> Component:
    bridge, names = answer.bridge, short_ends(answer)
    body = [
        _total(names[0], bridge.start, answer),
        *(_step(asked, answer, part, chosen) for part in bridge.steps),
        _change(bridge, answer.currency),
        _total(names[1], bridge.end, answer),
    ]
    head = html.Thead(html.Tr([_head(text) for text in ("Step", "Amount", "Of A")]))
    caption = html.Caption("The steps, with their share of A")
    table = html.Table([caption, head, html.Tbody(body)], className="plain-table amounts")
    return html.Section([html.H2("Steps"), table], className="card-figure span-4")


def _head(text: str) -> Component:
    return html.Th(text, scope="col")


def _total(name: str, amount: Decimal, answer: BridgeAnswer) -> Component:
    cells = [html.Th(name, scope="row"), html.Td(full(amount, answer.currency)), html.Td("")]
    return html.Tr(cells, className="total")


def _change(bridge: Bridge, currency: str) -> Component:
    amount, share = arrowed(bridge.change, currency), percent(bridge.change, bridge.start)
    return html.Tr([html.Th("Change", scope="row"), html.Td(amount), html.Td(share)])


def _step(asked: BridgeQuery, answer: BridgeAnswer, part: Part, chosen: Part | None) -> Component:
    state = aria(current="true") if part is chosen else {}
    link = view_link(
        part.step.label,
        href(replace(asked, step=part.step)),
        "push",
        title=part.step.meaning,
        **state,
    )
    cells = [
        html.Th(link, scope="row"),
        html.Td(arrowed(part.amount, answer.currency), className=_mood(part.amount)),
        html.Td(percent(part.amount, answer.bridge.start)),
    ]
    return html.Tr(cells, className="chosen" if part is chosen else "")


def _mood(amount: Decimal) -> str:
    return "amount bad" if amount > 0 else "amount good"


def _things(answer: BridgeAnswer, part: Part) -> Component:
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
            html.Thead(html.Tr([_head(text) for text in heads])),
            html.Tbody(rows),
        ],
        className="plain-table",
    )
    words = f"{part.step.meaning} {arrowed(part.amount, currency)} in all."
    return html.Section(
        [
            html.H2(f"{part.step.label}: what it is made of", id="bridge-step"),
            html.P(words, className="card-sentence"),
            html.Div(table, className="table-wide", tabIndex=0, role="region", **_labelled()),
        ],
        className="card-figure contributors",
    )


def _labelled() -> dict[str, Any]:
    return aria(labelledby="bridge-step")


def _thing(answer: BridgeAnswer, item: Contribution) -> Component:
    query = answer.start if item.step is Step.REMOVED else answer.end
    name = html.A(name_of(item.thing), href=_explored(_narrowed(query, item.thing)))
    place = place_of(item.thing)
    where = [html.Span(place, className="where")] if place else []
    cells = [
        html.Td([name, *where]),
        html.Td(way_of(item, answer.currency)),
        html.Td(arrowed(item.amount, answer.currency), className=_mood(item.amount)),
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


def _explored(query: CostQuery) -> str:
    by_sku = any(item.dimension == "sku" for item in query.filters)
    grain = Grain.NONE if by_sku else Grain.DAY
    group = "resource_name" if by_sku else "service"
    return EXPLORER.href(replace(query, group_by=(group,), grain=grain))
