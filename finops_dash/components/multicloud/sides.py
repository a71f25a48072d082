"""Providers side by side: the column of each, and their regions."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from finops_dash.components.figure_card import foot
from finops_dash.components.markup import TableCell, linked
from finops_dash.components.money import change, full, short
from finops_dash.components.multicloud.shared import (
    AROUND,
    ROW,
    Card,
    Palette,
    called,
    cleared,
    labels,
    narrowed,
    with_legend,
)
from finops_dash.components.places import EXPLORER
from finops_dash.components.states import nothing_here
from finops_dash.domain.money import total
from finops_dash.figures import providers as pictures
from finops_dash.services.multicloud import Side, Sides
from finops_dash.services.overview import View

SIDES, MOST_REGIONS = 230, 3


def sides_card(view: View, found: Sides, palette: Palette) -> Card:
    """A column per provider: cost, share, growth, dearest regions; by cost from left to right."""
    if not found.sides:
        return nothing_here(cleared(view))
    columns = [_side(view, found, side, palette.show(side.slot)) for side in found.sides]
    head = ("Provider", "Cost", "Share", *(("Before", "Change") if found.before else ()))
    rows: list[tuple[TableCell, ...]] = [head]
    rows += [_side_row(found, side) for side in found.sides]
    words = found.query.sentence()
    if view.lacks_comparison:
        words += f". The data begins {view.since.day} {view.since:%B %Y}, too late to compare"
    return [
        html.P(words, className="card-sentence"),
        *_alone(view, found),
        html.Div(columns, className="sides"),
        foot("providers", found.query, words, rows),
    ]


def _side(view: View, found: Sides, side: Side, shown: pictures.Provider) -> Component:
    text, mood = _change(side, found.unit)
    share = "–" if side.share is None else f"{side.share:.1%} of the whole"
    provider = ("provider", side.slot)
    swatch = html.Span(className="side-mark", style={"background": shown.colour})
    regions = [
        html.Li(
            [
                _onward(
                    called(slot, "No region"),
                    narrowed(view, found.by_region, provider, ("region", slot)),
                ),
                html.Span(short(cost, found.unit), className="amount"),
            ]
        )
        for slot, cost in side.regions[:MOST_REGIONS]
    ]
    return html.Div(
        [
            html.H3([swatch, _onward(shown.name, narrowed(view, found.by_region, provider))]),
            html.Span(short(side.now, found.unit), className="kpi-value"),
            html.Span(share, className="kpi-sentence"),
            html.Span(text, className=f"kpi-change{mood}"),
            html.Ul(regions, className="side-regions"),
        ],
        className="side",
    )


def _onward(text: str, href: str) -> Component:
    return dcc.Link(text, href=href) if href else html.Span(text)


def _change(side: Side, unit: str | None) -> tuple[str, str]:
    """The growth in words, and a class that says whether it is good."""
    if side.before is None:
        return "no comparison", ""
    text, direction = change(side.now, side.before, unit)
    return text, {1: " bad", -1: " good", 0: ""}[direction]


def _side_row(found: Sides, side: Side) -> tuple[TableCell, ...]:
    asked = side.slot.of(found.query, "provider")
    name = linked(called(side.slot, "No provider"), EXPLORER.href(asked) if asked else "")
    share = "–" if side.share is None else f"{side.share:.1%}"
    cells = (name, full(side.now, found.unit), share)
    if side.before is None:
        return cells
    return (*cells, full(side.before, found.unit), _change(side, found.unit)[0])


def _alone(view: View, found: Sides) -> list[Component]:
    """The words where one provider alone bills: what the page would show with a second."""
    if len(found.sides) > 1:
        return []
    name = called(found.sides[0].slot, "No provider")
    onward: Component
    if view.asked.filters:
        words = f"With these filters all of it is billed by {name}, so nothing stands beside it."
        onward = dcc.Link("Show every provider", href=cleared(view))
    else:
        words = (
            f"All of it is billed by {name}. Its categories, months and regions are below; load "
            "the bill of a second cloud, and each of them stands beside it, with the unit prices "
            "of what both sell."
        )
        onward = html.Code("finops-dash ingest ./exports")
    return [html.P([words, " ", onward], className="notice")]


def region_card(view: View, found: Sides, palette: Palette) -> Card:
    """The dearest regions of each provider, and the rest of each."""
    if not found.sides:
        return nothing_here(cleared(view))
    unit = found.unit or ""
    parts = [(side.slot, slot, cost) for side in found.sides for slot, cost in side.regions]
    names = labels(
        [f"{called(side, 'No provider')} · {called(slot, 'No region')}" for side, slot, _ in parts]
    )
    bars = [
        (palette.show(side), pictures.Bar(name, float(cost), short(cost, unit), href))
        for name, (side, slot, cost) in zip(names, parts, strict=True)
        for href in [narrowed(view, found.by_region, ("provider", side), ("region", slot))]
    ]
    theirs = [
        (shown, [bar for owner, bar in bars if owner == shown])
        for shown in dict.fromkeys(owner for owner, _ in bars)
    ]
    figure = pictures.grouped(names, theirs, unit)
    figure["layout"]["barmode"] = "overlay"  # a row has one bar only
    rows: list[tuple[TableCell, ...]] = [("Provider", "Region", "Cost")]
    rows += [
        (shown.name, linked(called(slot, "No region"), bar.href), full(cost, unit))
        for (shown, bar), (_, slot, cost) in zip(bars, parts, strict=True)
    ]
    whole = total(side.now for side in found.sides)
    words = f"{found.by_region.sentence()}: {full(whole, unit)} in all"
    height = AROUND + (ROW + 7) * len(names)
    return with_legend("regions", figure, words, found.by_region, rows, height)
