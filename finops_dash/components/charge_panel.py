"""The panel beside a grid of charges: one charge with all that is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from dash import html
from dash.development.base_component import Component

from finops_dash.components.money import full
from finops_dash.components.resource_links import resource_link
from finops_dash.services.charge_lines import WholeLine

PERIOD = ("ChargePeriodStart", "ChargePeriodEnd")


def whole_line(line: WholeLine | None) -> list[Component]:
    """The charge in a sentence, its tags, what is unknown to FOCUS, its origin, every column."""
    if line is None:
        return [html.P("This charge is no longer there: a newer load has replaced it. Reload.")]
    return [
        _sentence(line),
        html.H3("Tags"),
        _facts(line.tags)
        if line.tags
        else html.P("It carries no tags.", className="card-sentence"),
        html.H3("Beside FOCUS"),
        _facts(line.extras)
        if line.extras
        else html.P("The bill had no other columns.", className="card-sentence"),
        html.H3("Where it came from"),
        _facts(_origin(line)),
        html.H3("Every column of FOCUS 1.2"),
        _facts(tuple(line.values.items())),
    ]


def _sentence(line: WholeLine) -> Component:
    """What was charged for, when, and what it cost."""
    said = line.values
    cost = full(Decimal(said["EffectiveCost"]), said["BillingCurrency"])
    what = said["ChargeDescription"] or said["SkuId"] or said["ServiceName"]
    begun, ended = (said[name].replace("T", " ").replace("Z", "") for name in PERIOD)
    days = f"{begun} to {ended} UTC"
    resource = said["ResourceId"]
    words = said["ResourceName"] or resource
    return html.Div(
        [
            html.P(what),
            html.P(f"{cost} effective, {days}", className="card-sentence"),
            *([html.P(["Resource ", resource_link(words, resource)])] if resource else []),
        ],
        className="line-head",
    )


def _origin(line: WholeLine) -> list[tuple[str, str]]:
    came = line.origin
    return [
        ("Source", f"{came.source} ({came.kind})"),
        ("Load", f"#{came.load_id}, finished {_second(came.finished_at)}"),
        ("Slice", f"#{came.slice_id}, {came.slice_rows:,} charges"),
        ("Loaded at", _second(came.loaded_at)),
        ("Row", f"{came.row_no:,}"),
        ("Id", line.id),
    ]


def _second(moment: datetime | None) -> str:
    return "not yet" if moment is None else f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _facts(pairs: Sequence[tuple[str, str]]) -> Component:
    found = []
    for name, text in pairs:
        shown = text or html.Span("empty", className="nothing")
        found += [html.Dt(name), html.Dd(shown)]
    return html.Dl(found, className="facts columns")
