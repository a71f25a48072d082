"""What a heat picture is chosen with, and the sentence above it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from finops_dash.components.markup import aria
from finops_dash.components.money import change, full
from finops_dash.components.places import Place, view_link
from finops_dash.domain.cost_query import CostQuery
from finops_dash.domain.heatmap import HeatView, Map, heat_from_url, heat_to_url
from finops_dash.domain.money import ZERO
from finops_dash.domain.url import Notice
from finops_dash.services.answers import CostAnswer

NAMES = {
    Map.CALENDAR: "Calendar",
    Map.WEEKDAY: "Weekday by week",
    Map.HOUR: "Hour by weekday",
    Map.SERVICE: "Service by day",
    Map.ACCOUNT: "Account by service",
}


@dataclass(frozen=True, slots=True)
class HeatPlace(Place):
    """The heatmap page with one of its pictures, which its links keep."""

    map: Map = Map.CALENDAR

    def href(self, query: CostQuery) -> str:
        """The link to the query on this page, in the same picture."""
        text = heat_to_url(HeatView(query, self.map), self.default)
        return f"{self.path}?{text}" if text else self.path


HEATMAP = HeatPlace("/heatmap")


def read(source: str | Mapping[str, str | Sequence[str]]) -> tuple[HeatView, tuple[Notice, ...]]:
    """The view that the page's URL describes, and what it got wrong."""
    return heat_from_url(source if isinstance(source, str | Mapping) else "", HEATMAP.default)


def place_of(shown: Map) -> HeatPlace:
    """The page with that picture."""
    return HeatPlace(HEATMAP.path, HEATMAP.default, map=shown)


def choices(view: HeatView) -> Component:
    """A link for each picture, of the same cost."""
    links = [
        view_link(
            name,
            place_of(shown).href(view.query),
            className="chip chosen" if shown is view.map else "chip",
            **(aria(current="true") if shown is view.map else {}),
        )
        for shown, name in NAMES.items()
    ]
    return html.Div([html.Span("Picture", className="menu-name"), *links], className="cuts")


def headline(answer: CostAnswer, *, lacks_comparison: bool) -> Component:
    """What the days cost in all, and how that compares."""
    words = f"{full(answer.total, answer.unit)}, {answer.days.sentence()}"
    if answer.before is not None:
        text, _ = change(answer.total, answer.before.total or ZERO, answer.unit)
        words += f". {text} against {answer.before.days.sentence()}"
    elif lacks_comparison:
        words += ". The data begins too late to compare"
    return html.P(f"{words}.", className="headline")
