"""Where the cost goes, what changed, who owns it, what stood out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from dash import dcc, html
from dash.development.base_component import Component

from finops_dash.analytics.anomaly import Episode
from finops_dash.components.figure_card import figure_body, foot
from finops_dash.components.money import full, short
from finops_dash.components.overview.course import Card, cleared
from finops_dash.components.overview.links import service_link
from finops_dash.components.states import nothing_here, say
from finops_dash.domain.period import ONE_DAY, DateRange
from finops_dash.figures import bars
from finops_dash.figures.base import Shades
from finops_dash.figures.gauge import gauge
from finops_dash.services.answers import CostAnswer
from finops_dash.services.key_figures import KeyFigure
from finops_dash.services.overview import View
from finops_dash.services.sums import movers, service_totals, share_owned

BREAKDOWN, MOVERS, GAUGE = 320, 280, 250
MOST_EPISODES = 7


def breakdown_card(view: View, answer: CostAnswer, shades: Shades) -> Card:
    """The services the cost goes to."""
    sums = service_totals(answer)
    if not sums:
        return nothing_here(cleared(view))
    href = partial(service_link, view.query)
    rows = [("Service", "Cost"), *((name, full(v, view.currency)) for name, v in sums.items())]
    words = f"{len(sums)} services, the nine dearest and the rest together"
    figure = bars.breakdown(sums, view.currency, href, shades)
    return figure_body("where-it-goes", figure, words, answer.query, rows, BREAKDOWN)


def movers_card(view: View, answer: CostAnswer, before: CostAnswer | None) -> Card:
    """The services that changed most."""
    if view.lacks_comparison:
        return say(f"The data begins {view.since.day} {view.since:%B %Y}, too late to compare.")
    if before is None:
        return say("Choose a comparison to see what changed.")
    found = movers(answer, before)
    if not found:
        return nothing_here(cleared(view))
    rows = [("Service", "Before", "Now", "Change")]
    rows += [
        (
            row["service"],
            *(full(amount, view.currency) for amount in (row["before"], row["now"])),
            full(row["now"] - row["before"], view.currency),
        )
        for row in found
    ]
    words = f"By service, against {before.days.sentence()}"
    figure = bars.movers(found, view.currency, partial(service_link, view.query))
    return figure_body("what-changed", figure, words, answer.query, rows, MOVERS)


def gauge_card(view: View, answer: CostAnswer) -> Card:
    """The share of cost that names an owner."""
    share = share_owned(answer)
    if share is None:
        return nothing_here(cleared(view))
    measure = answer.query.measure
    rows = [("Cost centre", "Team", "Cost")]
    rows += [
        (r["cost_center"] or "none", r["team"] or "none", full(r[measure], view.currency))
        for r in answer.rows
    ]
    words = "Cost whose tags name a cost centre or a team; the mark is the 80 % of good practice"
    return figure_body("who-owns-it", gauge(float(share)), words, answer.query, rows, GAUGE)


def anomalies_card(view: View, figure: KeyFigure, found: Sequence[Episode]) -> Card:
    """What left its weekday's usual cost, largest first."""
    words = "Usage that left what its weekday cost over the eight weeks before"
    rows = [("Service", "Days", "Impact")]
    rows += [(e.name, _days(e), full(e.impact, view.currency)) for e in found]
    items = [_episode(view, item) for item in found[:MOST_EPISODES]]
    quiet = html.P("Every service cost what its weekday usually costs.", className="quiet")
    return [
        html.P(words, className="card-sentence"),
        html.Ul(items, className="episodes") if items else quiet,
        foot("what-stood-out", figure.query, words, rows),
    ]


def _episode(view: View, item: Episode) -> Component:
    direction = "▲ +" if item.impact > 0 else "▼ −"
    mood = "bad" if item.impact > 0 else "good"
    return html.Li(
        [
            dcc.Link(item.name, href=service_link(view.query, item.name)),
            html.Span(_days(item), className="when"),
            html.Span(
                f"{direction}{short(abs(item.impact), view.currency)}", className=f"amount {mood}"
            ),
        ]
    )


def _days(item: Episode) -> str:
    return DateRange(item.first, item.last + ONE_DAY).sentence()
