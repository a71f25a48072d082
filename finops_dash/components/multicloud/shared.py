"""What the cards of providers share: names and colours, the frame of a picture, links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dash.development.base_component import Component

from finops_dash.components.figure_card import figure_body, legend
from finops_dash.components.markup import TableCell
from finops_dash.components.places import EXPLORER, MULTICLOUD
from finops_dash.domain.cost_query import CostQuery
from finops_dash.figures import providers as pictures
from finops_dash.figures.base import (
    GREY,
    NOTHING,
    OTHERS,
    Figure,
    Shades,
    colours,
    steady,
    unique_labels,
)
from finops_dash.services.grid import Slot
from finops_dash.services.overview import View

Card = Sequence[Component] | Component
ROW, AROUND, NAME = 17, 40, 26


@dataclass(frozen=True, slots=True)
class Palette:
    """What each provider is called and coloured: as on every other page, whatever the view."""

    shades: Shades

    @classmethod
    def of(cls, dearest: Sequence[str]) -> Palette:
        """The palette in which the tenant's dearest providers have the colours they always have."""
        return cls(steady(dearest))

    def show(self, slot: Slot) -> pictures.Provider:
        """A provider, or the rest of them, as pictures show it."""
        if slot.is_rest:
            return pictures.Provider(called(slot, ""), GREY)
        name = slot.values[0] or NOTHING
        return pictures.Provider(called(slot, "No provider"), colours([name], self.shades)[name])


def with_legend(  # noqa: PLR0913 - as `figure_body` takes them
    name: str,
    figure: Figure,
    words: str,
    query: CostQuery,
    rows: Sequence[Sequence[TableCell]],
    height: int,
) -> Card:
    """What stands in a card: the sentence, the names of the colours, the picture, its foot."""
    sentence, graph, rest = figure_body(name, figure, words, query, rows, height)
    return [sentence, legend(figure), graph, rest]


def called(slot: Slot, nothing: str) -> str:
    """What a row or column is called; the rest says how many are in it."""
    return f"{OTHERS} ({slot.count})" if slot.is_rest else slot.values[0] or nothing


def labels(values: Sequence[str]) -> list[str]:
    """A label of its own for each, in order."""
    apart: list[str] = []
    for value in values:
        name = value
        while name in apart:
            name += " "
        apart.append(name)
    labels = unique_labels(apart, NAME)
    return [labels[name] for name in apart]


def narrowed(view: View, query: CostQuery, *parts: tuple[str, Slot]) -> str:
    """The explorer on the services of a part, over the view's time; none for endless names."""
    asked: CostQuery | None = replace(query, group_by=("service",), grain=view.grain)
    for dimension, slot in parts:
        asked = slot.of(asked, dimension) if asked else None
    return EXPLORER.href(asked) if asked else ""


def cleared(view: View) -> str:
    """The link to the same page without its filters."""
    plain = CostQuery(
        measure=view.asked.measure, period=view.asked.period, compare=view.asked.compare
    )
    return MULTICLOUD.href(plain)
