"""The explorer: any cut of the cost, drilled down a level at a time."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import orjson
from dash import MATCH, Input, Output, State, callback, dcc, html, no_update, register_page
from dash.development.base_component import Component
from flask_login import current_user

from finops_dash.components.crumbs import crumbs
from finops_dash.components.drawing import drawn
from finops_dash.components.explorer import controls, filters, grid, picture, ways
from finops_dash.components.explorer.answer import notes_on, pictured, refused, settled
from finops_dash.components.explorer.picture import Seen
from finops_dash.components.explorer.strip import strip
from finops_dash.components.export_menu import export_menu
from finops_dash.components.filter_bar import Offered
from finops_dash.components.filter_bar import controls as period_controls
from finops_dash.components.markup import aria
from finops_dash.components.notices import notice_list
from finops_dash.components.places import EXPLORER, read_explored
from finops_dash.components.states import empty_tenant, nothing_here
from finops_dash.domain.cost_query import CostQuery, Grain
from finops_dash.domain.errors import MixedCurrenciesError, MixedUnitsError, QueryError
from finops_dash.domain.look import Chart
from finops_dash.domain.registry import MEASURES
from finops_dash.runtime import services
from finops_dash.services.answers import CostAnswer
from finops_dash.services.exploration import MOST_GROUPS
from finops_dash.services.table_rows import PageAsked
from finops_dash.shell import page_frame

register_page(__name__, path=EXPLORER.path, title="Explorer · FinOps Dash")

OFFERED = Offered(tuple(MEASURES), with_any_days=True)
VIEW, BAR, STRIP = "explorer-view", "explorer-bar", "explorer-strip"
ANSWER, TABLE = "explorer-answer", "explorer-table"


def layout(**query: str | list[str]) -> Component:
    """The frame of the question in the URL; callbacks answer it."""
    asked, look, _ = read_explored(query)
    scope = current_user.scope
    if not services().cost.currencies(scope):
        return page_frame("Explorer", empty_tenant(scope))
    text = _text(query) if query else EXPLORER.seen(look).href(asked).partition("?")[2]
    return page_frame(
        "Explorer",
        html.Div(id=BAR, className="explorer-bar", role="group", **aria(label="What is shown")),
        dcc.Store(VIEW, data=text),
        html.Div(html.Div(className="strip skeleton"), id=STRIP),
        html.Section(_waiting(ANSWER, picture.HEIGHT + 80), className="card-figure"),
        html.Section(_waiting(TABLE, grid.HEIGHT), className="card-figure"),
        store=VIEW,
    )


def _waiting(identity: str, height: int) -> Component:
    """A part with a skeleton of its final size; the old picture stays while a new one loads."""
    skeleton = html.Div(className="skeleton", style={"height": f"{height}px"})
    return dcc.Loading(
        html.Div(skeleton, id=identity),
        custom_spinner=html.Div(className="waiting"),
        delay_show=250,
        overlay_style={"visibility": "visible", "opacity": 0.5},
    )


def _text(query: dict[str, str | list[str]]) -> str:
    """The URL's query string again, what is wrong in it included, for its notices."""
    from urllib.parse import urlencode

    return urlencode(query, doseq=True)


def _seen(text: str) -> Seen:
    """The question in the URL as the explorer puts it."""
    asked, look, _ = read_explored(text)
    return settled(asked, look)


def _drawn(
    name: str, seen: Seen, draw: Callable[[], list[Component]], also: Hashable = None
) -> orjson.Fragment:
    """What `draw` makes of the question, and of what else it depends on.

    Where the question has no answer, the picture alone says why.
    """

    def tried() -> list[Component]:
        try:
            return draw()
        except (MixedCurrenciesError, MixedUnitsError, QueryError) as error:
            return refused(seen, error) if name == ANSWER else []

    key = (EXPLORER.seen(seen.look).href(seen.query), seen.today, also)
    return drawn(services().cost, current_user.scope, name, key, tried)


@callback(Output(BAR, "children"), Input(VIEW, "data"))
def draw_bar(text: str) -> orjson.Fragment:
    """The controls and filters in force, and what the link got wrong."""
    key, scope = (text, services().now().date()), current_user.scope
    return drawn(services().cost, scope, BAR, key, lambda: _bar(text))


def _bar(text: str) -> list[Component]:
    seen, scope = _seen(text), current_user.scope
    cost = services().cost
    place, query = EXPLORER.seen(seen.look), seen.query
    tags = cost.tag_keys(scope)
    currencies = cost.currencies(scope)
    menus = period_controls(place, query, currencies, seen.today, OFFERED)
    return [
        html.Div(
            [
                *menus[:-1],
                *controls.cuts(query, seen.look, tags),
                export_menu(query, scope.tenant_slug, picture="explored"),
            ],
            className="filter-bar",
        ),
        html.Div([*filters.filters(place, query, tags), menus[-1]], className="filter-bar pills"),
        crumbs(place, query, ways.DRILL, "All cost", grouped=True),
        *notice_list(read_explored(text)[2]),
    ]


@callback(Output(STRIP, "children"), Input(VIEW, "data"))
def draw_strip(text: str) -> orjson.Fragment:
    """The key figures of the question."""
    seen = _seen(text)

    def draw() -> list[Component]:
        found = services().exploration.headline(current_user.scope, seen.query, seen.today)
        return [strip(seen.query, found)]

    return _drawn(STRIP, seen, draw)


@callback(Output(ANSWER, "children"), Input(VIEW, "data"))
def draw_answer(text: str) -> orjson.Fragment:
    """The picture."""
    seen = _seen(text)
    notes = notes_on(seen)

    def draw() -> list[Component]:
        if seen.look.chart is Chart.TABLE:
            return []
        clear = EXPLORER.href(CostQuery(period=seen.query.period))
        return pictured(seen, notes) or [nothing_here(clear)]

    return _drawn(ANSWER, seen, draw, notes)


@callback(Output(TABLE, "children"), Input(VIEW, "data"))
def draw_table(text: str) -> orjson.Fragment:
    """The table, without its rows."""
    seen, scope = _seen(text), current_user.scope
    exploration = services().exploration

    def draw() -> list[Component]:
        answer = exploration.groups(scope, seen.query, seen.today)
        if not answer.rows:
            return []
        buckets: tuple[str, ...] = ()
        is_one = len(answer.totals) == 1
        if is_one and seen.query.group_by and seen.query.grain is not Grain.NONE:
            buckets = exploration.course(scope, seen.query, seen.today, seen.look.top).buckets
        sums = answer.totals
        frame = grid.grid(seen, len(answer.rows), buckets, sums)
        return [*notice_list(_left_out(seen, answer)), ways.onward(seen.query), frame]

    return _drawn(TABLE, seen, draw)


def _left_out(seen: Seen, answer: CostAnswer) -> list[str]:
    """What the table lacks, in words."""
    said = []
    if len(answer.rows) == (seen.query.limit or MOST_GROUPS) and seen.query.group_by:
        said.append(f"The table holds the {len(answer.rows):,} dearest groups; there are more.")
    since = services().exploration.begins_too_late(current_user.scope, seen.query, seen.today)
    if since is not None:
        said.append(f"The data begins {since.day} {since:%B %Y}, too late to compare.")
    return said


@callback(
    Output(grid.identity(MATCH), "getRowsResponse"),
    Input(grid.identity(MATCH), "getRowsRequest"),
    State(grid.identity(MATCH), "id"),
    prevent_initial_call=True,
)
def read_rows(request: object, identity: object) -> Any:  # noqa: ANN401 - rows or no_update
    """The rows that the table is scrolled to, of the question that it was drawn for."""
    if request is None or not isinstance(identity, dict):
        return no_update
    seen, asked = _seen(identity.get("of", "")), PageAsked.of(request)
    key = (EXPLORER.seen(seen.look).href(seen.query), seen.today, asked)
    return drawn(services().cost, current_user.scope, grid.GRID, key, lambda: _rows(seen, asked))


def _rows(seen: Seen, asked: PageAsked) -> dict[str, Any]:
    """A page of the table, and how many rows it has in all."""
    scope = current_user.scope
    try:
        answer = services().exploration.groups(scope, seen.query, seen.today)
        rows, count = services().table_rows.page(scope, seen.query, seen.today, asked)
    except (MixedCurrenciesError, MixedUnitsError, QueryError):
        return {"rowData": [], "rowCount": 0}  # the picture says why
    return {"rowData": grid.row_data(seen, rows, answer.totals), "rowCount": count}
