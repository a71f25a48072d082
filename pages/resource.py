"""One resource: what it costs, what it is charged for, what it was, and what stands beside it."""

from __future__ import annotations

from urllib.parse import urlencode

from dash import Input, Output, State, callback, dcc, html, register_page
from dash.development.base_component import Component
from flask_login import current_user

from finops_dash.components import resource_story
from finops_dash.components.charge_grid import (
    ASKED,
    Asked,
    asked_for,
    charge_grid,
    chosen_columns,
)
from finops_dash.components.figure_card import figure_card
from finops_dash.components.filter_bar import filter_bar
from finops_dash.components.keyed_place import COLUMNS_KEY
from finops_dash.components.markup import aria
from finops_dash.components.notices import notice_list
from finops_dash.components.resource_links import RESOURCES, ids_named, resource_place
from finops_dash.domain.url import Notice
from finops_dash.runtime import services
from finops_dash.services.resources import Story
from finops_dash.shell import page_frame

VIEW, BAR, NOTICES, ID = "resource-view", "resource-bar", "resource-notices", "resource-id"
COST, SKUS = "resource-cost", "resource-skus"
BESIDE, ALIKE = "resource-beside", "resource-alike"
PARENT = ("Resources", RESOURCES.path)

register_page(
    __name__,
    path_template=f"{RESOURCES.path}/<resource_id>",
    title="Resource · FinOps Dash",
)


def layout(resource_id: str | None = None, **query: str | list[str]) -> Component:
    """The frame of the resource that the path names; callbacks draw it."""
    story, text = _story(*ids_named(resource_id or "")), urlencode(query, doseq=True)
    if story is None:
        return page_frame("No such resource", resource_story.unknown(), parent=PARENT)
    bar, notices, asked = view(text, story.id)
    return page_frame(
        story.title,
        html.Div(bar, id=BAR, className="filter-bar", role="group", **aria(label="What is shown")),
        html.Div(notices, id=NOTICES),
        dcc.Store(VIEW, data=text),
        dcc.Store(ID, data=story.id),
        html.Div(
            [
                figure_card("Cost over time", COST, resource_story.TREND, 8),
                _card("What it is", 4, resource_story.facts(story)),
                figure_card("Charged for", SKUS, resource_story.BARS, 6),
                _card("Tags over time", 6, resource_story.tags(story)),
                _card("Names and places over time", 12, resource_story.places(story)),
                figure_card("Neighbours", BESIDE, resource_story.ROWS, 6),
                figure_card("Tagged alike", ALIKE, resource_story.ROWS, 6),
                _card("Charges", 12, [charge_grid(asked)]),
            ],
            className="figures",
        ),
        store=VIEW,
        parent=PARENT,
    )


def _card(title: str, span: int, content: list[Component]) -> Component:
    return html.Section([html.H2(title), *content], className=f"card-figure span-{span}")


def _story(*names: object) -> Story | None:
    """The first of the resources named that there is for the person."""
    texts = (name for name in names if isinstance(name, str))
    found = (services().resources.one(current_user.scope, text) for text in texts)
    return next((story for story in found if story is not None), None)


@callback(
    Output(BAR, "children"),
    Output(NOTICES, "children"),
    Output(ASKED, "data", allow_duplicate=True),  # each page that has the grid asks it
    Input(VIEW, "data"),
    State(ID, "data"),
    prevent_initial_call=True,
)
def view(text: str, resource_id: str) -> tuple[list[Component], list[Component], Asked]:
    """The controls, what the URL got wrong, and the question of the grid of charges."""
    place = resource_place(str(resource_id)).at(text)
    query, notices = place.read(text)
    more, unknown = chosen_columns(place.text(COLUMNS_KEY))
    wrong = [Notice(COLUMNS_KEY, name, "it is no column of FOCUS 1.2") for name in unknown]
    currencies, today = services().cost.currencies(current_user.scope), services().now().date()
    bar = filter_bar(place, query, currencies, today)
    asked = asked_for(resource_story.lines_query(query, str(resource_id)), more)
    return bar, notice_list([*notices, *wrong]), asked


@callback(
    Output(COST, "children"), Output(SKUS, "children"), Input(VIEW, "data"), State(ID, "data")
)
def draw_cost(text: str, resource_id: str) -> tuple[list[Component], list[Component]]:
    """Its cost over time, and what it is charged for."""
    story = _story(resource_id)
    if story is None:
        return [resource_story.unknown()], []
    place = resource_place(story.id)
    query, today = place.read(text)[0], services().now().date()
    return (
        resource_story.cost_card(place, query, story, today),
        resource_story.sku_card(place, query, story, today),
    )


@callback(
    Output(BESIDE, "children"), Output(ALIKE, "children"), Input(VIEW, "data"), State(ID, "data")
)
def draw_neighbours(text: str, resource_id: str) -> tuple[list[Component], list[Component]]:
    """Other resources: of the same account, service and region; and those that share its tags."""
    story = _story(resource_id)
    if story is None:
        return [resource_story.unknown()], []
    query, today = resource_place(story.id).read(text)[0], services().now().date()
    return (
        resource_story.beside_card(query, story, today),
        resource_story.alike_card(query, story, today),
    )
