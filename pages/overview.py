"""The executive overview: what do we spend, is it on plan, what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import dash_ag_grid as dag
from dash import ALL, Input, Output, State, callback, ctx, dcc, html, no_update, register_page
from dash.development.base_component import Component
from flask_login import current_user

from finops_dash.components.figure_card import (
    figure_body,
    figure_card,
    foot,
    nothing_here,
    why_panel,
)
from finops_dash.components.filter_bar import filter_bar
from finops_dash.components.kpi_card import kpi_card
from finops_dash.components.money import full
from finops_dash.domain.cost_query import Compare, CostQuery
from finops_dash.domain.period import Period
from finops_dash.domain.registry import find_dimension
from finops_dash.domain.url import from_url, to_url
from finops_dash.figures import parts
from finops_dash.figures.trend import trend
from finops_dash.runtime import services
from finops_dash.services import overview
from finops_dash.services.overview import View
from finops_dash.shell import empty_tenant, page_frame

register_page(__name__, path="/overview", title="Overview · FinOps Dash")

PATH = "/overview"
QUERY = "overview-query"
KPIS, TREND, SERVICES, GAUGE = (
    "overview-kpis",
    "overview-trend",
    "overview-services",
    "overview-gauge",
)
HEAT, CALENDAR, DRILL, MOVERS, RESOURCES = (
    "overview-heat",
    "overview-calendar",
    "overview-drill",
    "overview-movers",
    "overview-resources",
)
LEFT_OUT = "Rows billed in {} are not in this view: currencies are never added up."


def layout(**query: str | list[str]) -> Component:
    """The view its URL describes; what the URL got wrong becomes a notice."""
    asked, notices = from_url(query)
    if "compare" not in query:
        asked = replace(asked, compare=Compare.PREVIOUS_PERIOD)
    today, scope = services().now().date(), current_user.scope
    view = services().overview.view(scope, asked, today)
    if view is None:
        return page_frame("Overview", notices, None, empty_tenant(scope.tenant_slug))
    words = [*notices, *([LEFT_OUT.format(", ".join(view.others))] if view.others else [])]
    bar = filter_bar(PATH, view.query, services().cost.currencies(scope), today)
    return page_frame("Overview", words, bar, dcc.Store(QUERY, data=to_url(view.query)), *_cards())


def _cards() -> list[Component]:
    skeletons = [html.Div(className="kpi skeleton") for _ in range(8)]
    return [
        html.Section(skeletons, id=KPIS, className="kpis", **{"aria-label": "Key figures"}),
        html.Div(
            [
                figure_card("Cost over time", TREND, 330, wide=True),
                figure_card("Where it goes", SERVICES, 330),
                figure_card("Who owns it", GAUGE, 230),
                figure_card("What changed", MOVERS, 300),
                figure_card("Service by day", HEAT, 360, wide=True),
                figure_card("Calendar", CALENDAR, 230),
                figure_card("Drill down", DRILL, 360, wide=True),
                figure_card("Dearest resources", RESOURCES, 420, wide=True),
            ],
            className="figures",
        ),
    ]


def _view(text: str) -> tuple[View, date]:
    today = services().now().date()
    view = services().overview.view(current_user.scope, from_url(text)[0], today)
    if view is None:
        message = "the tenant lost its data"
        raise LookupError(message)
    return view, today


@callback(Output(KPIS, "children"), Input(QUERY, "data"))
def draw_figures(text: str) -> list[Component]:
    """The eight key figures."""
    view, today = _view(text)
    found = services().overview.figures(current_user.scope, view, today)
    return [kpi_card(figure, view.currency) for figure in found]


@callback(Output(TREND, "children"), Input(QUERY, "data"))
def draw_trend(text: str) -> Sequence[Component] | Component:
    """Cost over time with its comparison, forecast and anomalies."""
    view, today = _view(text)
    answer = services().overview.by_service(current_user.scope, view, today)
    now = overview.day_totals(answer)
    if not now:
        return nothing_here(PATH)
    before = overview.day_totals(answer.before) if answer.before else {}
    shows_end = view.is_daily and view.days.start <= view.through < view.days.end + timedelta(
        days=1
    )
    model, ahead = services().overview.ahead(current_user.scope, view) if shows_end else ("", ())
    anomalies = services().overview.anomalies(current_user.scope, view) if view.is_daily else ()
    figure = trend(
        now, before, ahead, anomalies, today if view.is_daily else view.through.replace(day=1)
    )
    words = answer.query.sentence() + (f". Ahead: {model}, 80 % band" if ahead else "")
    if not view.is_daily:
        words += ". Longer than 92 days, so by month"
    rows = [("Time", "Cost"), *((day, full(value, view.currency)) for day, value in now.items())]
    return figure_body("trend-graph", figure, words, answer.query, rows, 330)


@callback(Output(SERVICES, "children"), Input(QUERY, "data"))
def draw_services(text: str) -> Sequence[Component] | Component:
    """The services the cost goes to."""
    view, today = _view(text)
    answer = services().overview.by_service(current_user.scope, view, today)
    sums = overview.service_totals(answer)
    if not sums:
        return nothing_here(PATH)
    rows = [
        ("Service", "Cost"),
        *((name, full(value, view.currency)) for name, value in sums.items()),
    ]
    words = f"{len(sums)} services; the tenth and after are Others"
    return figure_body("services-graph", parts.breakdown(sums), words, answer.query, rows, 330)


@callback(Output(GAUGE, "children"), Input(QUERY, "data"))
def draw_gauge(text: str) -> Sequence[Component] | Component:
    """The share of cost that names an owner."""
    view, today = _view(text)
    answer = services().overview.owners(current_user.scope, view, today)
    share = overview.share_owned(answer)
    if share is None:
        return nothing_here(PATH)
    measure = answer.query.measure
    rows = [("Cost centre", "Team", "Cost")]
    rows += [
        (r["cost_center"] or "none", r["team"] or "none", full(r[measure], view.currency))
        for r in answer.rows
    ]
    words = "Cost whose tags name a cost centre or a team; the mark is the 80 % that good practice asks for"
    return figure_body("gauge-graph", parts.gauge(float(share)), words, answer.query, rows, 230)


@callback(Output(MOVERS, "children"), Input(QUERY, "data"))
def draw_movers(text: str) -> Sequence[Component] | Component:
    """The services that changed most."""
    view, today = _view(text)
    answer = services().overview.by_service(current_user.scope, view, today)
    if answer.before is None:
        return html.Div(html.P("Choose a comparison to see what changed."), className="empty small")
    found = overview.movers(answer)
    rows = [("Service", "Now", "Before")]
    rows += [
        (r["service"], full(r["now"], view.currency), full(r["before"], view.currency))
        for r in found
    ]
    words = f"Change by service against {answer.before.days.sentence()}"
    return figure_body("movers-graph", parts.movers(found), words, answer.query, rows, 300)


@callback(Output(HEAT, "children"), Input(QUERY, "data"))
def draw_heatmap(text: str) -> Sequence[Component] | Component:
    """The dearest services by day."""
    view, today = _view(text)
    answer = services().overview.by_service(current_user.scope, view, today)
    if not answer.rows:
        return nothing_here(PATH)
    bucket, measure = answer.query.grain.value, answer.query.measure
    figure = parts.heatmap(list(answer.rows), bucket, measure)
    rows = [("Time", "Service", "Cost")]
    rows += [
        (r[bucket], r["service"] or "–", full(r[measure], view.currency)) for r in answer.rows[:60]
    ]
    words = "The twelve dearest services; each row is shaded against its own dearest day"
    return figure_body("heat-graph", figure, words, answer.query, rows, 360)


@callback(Output(CALENDAR, "children"), Input(QUERY, "data"))
def draw_calendar(text: str) -> Sequence[Component] | Component:
    """The days of the period as a calendar."""
    view, today = _view(text)
    answer = services().overview.by_service(current_user.scope, view, today)
    if not view.is_daily or not answer.rows:
        return html.Div(
            html.P("Choose a period of up to 92 days to see its days."), className="empty small"
        )
    now = overview.day_totals(answer)
    rows = [("Day", "Cost"), *((day, full(value, view.currency)) for day, value in now.items())]
    return figure_body(
        "calendar-graph",
        parts.calendar(now),
        "Total of each day; darker is dearer",
        answer.query,
        rows,
        230,
    )


@callback(Output(DRILL, "children"), Input(QUERY, "data"))
def draw_drill(text: str) -> Sequence[Component] | Component:
    """One level of provider → account → service → resource."""
    view, today = _view(text)
    level, answer = services().overview.drill(current_user.scope, view, today)
    if not answer.rows:
        return nothing_here(PATH)
    measure, name = answer.query.measure, find_dimension(level).label
    rows = [
        (name, "Cost"),
        *((r[level] or "none", full(r[measure], view.currency)) for r in answer.rows),
    ]
    words = f"By {name.lower()}, {answer.days.sentence()}. Click a part to go a level down; remove its filter above to go up"
    if level == "resource":
        words += ". Resources are kept by whole months"
    graph = {"kind": "drill", "level": level}
    return figure_body(
        graph, parts.treemap(list(answer.rows), level, measure), words, answer.query, rows, 360
    )


@callback(Output(RESOURCES, "children"), Input(QUERY, "data"))
def draw_resources(text: str) -> Sequence[Component] | Component:
    """The dearest resources, to sort, filter and take along."""
    view, today = _view(text)
    answer = services().overview.top_resources(current_user.scope, view, today)
    if not answer.rows:
        return nothing_here(PATH)
    measure = answer.query.measure
    rows = [{**row, measure: float(row[measure])} for row in answer.rows]
    grid = dag.AgGrid(
        id="resources-grid",
        rowData=rows,
        columnDefs=_columns(measure, view.currency),
        defaultColDef={
            "sortable": True,
            "filter": True,
            "resizable": True,
            "flex": 1,
            "minWidth": 140,
        },
        dashGridOptions={
            "pagination": True,
            "paginationPageSize": 10,
            "paginationPageSizeSelector": [10, 25, 100],
            "enableCellTextSelection": True,
        },
        csvExportParams={"fileName": "dearest-resources.csv"},
        style={"height": "420px"},
    )
    words = (
        f"The {len(rows)} dearest over {answer.days.sentence()}. Resources are kept by whole months"
    )
    table = [
        ("Resource", "Service", "Cost"),
        *(
            (r["resource_name"] or "–", r["service"] or "–", full(a[measure], view.currency))
            for r, a in zip(rows, answer.rows, strict=True)
        ),
    ]
    export = html.Button("Download CSV", id="resources-csv", className="link-button", n_clicks=0)
    return [html.P(words, className="card-sentence"), grid, export, foot(answer.query, table)]


def _columns(measure: str, currency: str) -> list[dict[str, Any]]:
    money = {"function": "d3.format(',.2f')(params.value)"}
    return [
        {"field": "resource_name", "headerName": "Resource", "flex": 2},
        {"field": "service", "headerName": "Service", "flex": 2},
        {"field": "sub_account", "headerName": "Account"},
        {
            "field": measure,
            "headerName": f"Cost, {currency}",
            "valueFormatter": money,
            "type": "rightAligned",
            "filter": "agNumberColumnFilter",
        },
    ]


@callback(
    Output("resources-grid", "exportDataAsCsv"),
    Input("resources-csv", "n_clicks"),
    prevent_initial_call=True,
)
def download_resources(clicks: int) -> bool:
    """The grid as a CSV file."""
    return bool(clicks)


@callback(
    Output("url", "href", allow_duplicate=True),  # a click and the date picker both lead elsewhere
    Input({"kind": "drill", "level": ALL}, "clickData"),
    State(QUERY, "data"),
    prevent_initial_call=True,
)
def go_down(clicks: list[dict[str, Any] | None], text: str) -> Any:  # noqa: ANN401 - a link or Dash's no_update
    """The page of the part clicked."""
    if not ctx.triggered_id or not clicks or clicks[0] is None:
        return no_update
    value = clicks[0]["points"][0].get("customdata", "")
    level = str(ctx.triggered_id["level"])
    if level == overview.DRILL[-1]:
        return no_update
    query, _ = from_url(text)
    return f"{PATH}?{to_url(query.where(level, str(value)))}"


@callback(
    Output("url", "href", allow_duplicate=True),  # a click and the date picker both lead elsewhere
    Input("custom-range", "start_date"),
    Input("custom-range", "end_date"),
    State("url", "pathname"),
    State("url", "search"),
    prevent_initial_call=True,
)
def go_to_range(first: str | None, last: str | None, path: str, search: str) -> Any:  # noqa: ANN401 - a link or Dash's no_update
    """The same page for the days picked."""
    query, _ = from_url(search or "")
    if not first or not last:
        return no_update
    picked = Period.between(date.fromisoformat(first[:10]), date.fromisoformat(last[:10]))
    if query.period.resolve(services().now().date()) == picked.resolve(services().now().date()):
        return no_update
    return f"{path}?{to_url(replace(query, period=picked))}"


@callback(
    Output("why-panel", "is_open"),
    Output("why-body", "children"),
    Input({"kind": "why", "query": ALL}, "n_clicks"),
    prevent_initial_call=True,
)
def explain(clicks: list[int]) -> Any:  # noqa: ANN401 - the panel or Dash's no_update
    """The basis of the figure whose button was pressed."""
    if not ctx.triggered_id or not any(clicks):
        return no_update, no_update
    query: CostQuery = from_url(str(ctx.triggered_id["query"]))[0]
    answer = services().cost.answer(current_user.scope, query, services().now().date())
    return True, why_panel(services().freshness.basis(current_user.scope, answer).as_json())
