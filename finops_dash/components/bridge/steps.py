"""The waterfall of a bridge, and the table of its steps."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from dash import dcc, html
from dash.development.base_component import Component

from finops_dash.analytics.bridge import Bridge, Part
from finops_dash.components.bridge.controls import href
from finops_dash.components.bridge.things import explored, head_cell, mood, things
from finops_dash.components.bridge.words import (
    arrowed,
    brief,
    by_size,
    ends,
    headline,
    percent,
    short_ends,
)
from finops_dash.components.figure_card import CONFIG, foot
from finops_dash.components.markup import aria, icon
from finops_dash.components.money import full, short
from finops_dash.components.places import BRIDGE, view_link
from finops_dash.components.why import why_button
from finops_dash.domain.bridge_query import BridgeQuery
from finops_dash.domain.money import plain
from finops_dash.figures.waterfall import Bar, waterfall
from finops_dash.services.bridge import BridgeAnswer

ROW, AXIS = 34, 44


def shown(asked: BridgeQuery, answer: BridgeAnswer) -> list[Component]:
    """The sentence, the waterfall beside its steps, and what the step looked at is made of."""
    chosen = answer.bridge.part(asked.step) or next(iter(by_size(answer.bridge)), None)
    top = html.P([icon("lightbulb"), f" {headline(answer)}"], className="headline")
    figures = html.Div(
        [_picture(asked, answer), _steps(asked, answer, chosen)], className="figures"
    )
    last = [] if chosen is None else [things(answer, chosen)]
    return [html.Div(top, **aria(live="polite")), figures, *last]


def _picture(asked: BridgeQuery, answer: BridgeAnswer) -> Component:
    bridge, currency = answer.bridge, answer.currency
    names, links = short_ends(answer), [explored(query) for query in (answer.start, answer.end)]
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
        more=[why_button(answer.start, "Why the start?")],
        bridge=asked.to_url(BRIDGE.default),
    )
    card = [html.H2("From A to B"), html.P(words, className="card-sentence"), graph, below]
    return html.Section(card, className="card-figure span-8")


def _caption(answer: BridgeAnswer, base: Decimal) -> str:
    first, last = ends(answer)
    words = f"A {first}; B {last}"
    if base > 0:
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


def _steps(asked: BridgeQuery, answer: BridgeAnswer, chosen: Part | None) -> Component:
    bridge, names = answer.bridge, short_ends(answer)
    body = [
        _total(names[0], bridge.start, answer),
        *(_step(asked, answer, part, chosen) for part in bridge.steps),
        _change(bridge, answer.currency),
        _total(names[1], bridge.end, answer),
    ]
    head = html.Thead(html.Tr([head_cell(text) for text in ("Step", "Amount", "Of A")]))
    caption = html.Caption("The steps, with their share of A")
    table = html.Table([caption, head, html.Tbody(body)], className="plain-table amounts")
    return html.Section([html.H2("Steps"), table], className="card-figure span-4")


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
        html.Td(arrowed(part.amount, answer.currency), className=mood(part.amount)),
        html.Td(percent(part.amount, answer.bridge.start)),
    ]
    return html.Tr(cells, className="chosen" if part is chosen else "")
