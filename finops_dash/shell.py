"""The frame around every page: navigation, who you are, how fresh the data is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import dash
from dash import ALL, ClientsideFunction, Input, clientside_callback, dcc, html
from dash.development.base_component import Component
from flask_login import current_user

from finops_dash.components.markup import aria, icon, menu
from finops_dash.components.notes import notes_panel
from finops_dash.components.save_menu import save_menu, view_line
from finops_dash.components.share_panel import share_panel
from finops_dash.components.why import why_panel
from finops_dash.runtime import services
from finops_dash.services.freshness import Freshness

NAVIGATION = (
    ("/overview", "Overview", "speedometer2", ""),
    ("/dashboard", "Dashboards", "grid-1x2", ""),
    ("/explorer", "Explorer", "bar-chart-line", "?group_by=service&grain=day"),
    ("/bridge", "Bridge", "bar-chart-steps", ""),
    ("/heatmap", "Heatmap", "grid-3x3-gap", ""),
    ("/multicloud", "Multicloud", "clouds", ""),
    ("/resources", "Resources", "hdd-stack", ""),
    ("/views", "Views", "bookmark", ""),
)
HOUR, DAY = 60, 24 * 60


def frame() -> Component:
    """What never changes while a person works: location, page, panel, toasts."""
    return html.Div(
        [
            dcc.Location(id="url", refresh="callback-nav"),
            dash.page_container,
            why_panel(),
            share_panel(),
            notes_panel(),
            html.Div(id="toast", className="toast-area", role="status", **aria(live="polite")),
        ]
    )


def page_frame(
    title: str,
    *content: Component,
    store: str | None = None,
    parent: tuple[str, str] | None = None,
    has_days: bool = True,
) -> Component:
    """A signed-in page: navigation, header with breadcrumb, freshness and person, content.

    `store` is the id of the store that holds the page's view, for `view.js`; `parent` the name
    and the path of the page above this one; `has_days` whether its view has days of its own.
    """
    attributes: dict[str, Any] = {"data-store": store} if store else {}
    head: list[Component] = [html.H1(title)]
    if store:
        head = [
            html.Div(
                [*head, save_menu(current_user.role, has_days=has_days)], className="page-head"
            ),
            view_line(),
        ]
        head.append(_waiting_note())
    main = html.Main([*head, *content], id="content", tabIndex=-1, **attributes)
    return html.Div(
        [
            html.A("Skip to content", href="#content", className="skip-link"),
            _sidebar(parent[0] if parent else title),
            html.Div([_header(title, parent), main], className="workspace"),
        ],
        className="app-frame",
    )


def _waiting_note() -> Component:
    """Where `waiting.js` says that an answer takes long, and offers to call it off."""
    attributes: dict[str, Any] = {"data-waiting": ""}
    words = html.P(role="status", **aria(live="polite"))
    return html.Div(words, className="waiting-note", **attributes)


def _sidebar(title: str) -> Component:
    links = [
        dcc.Link(
            [icon(symbol), html.Span(name)],
            href=path + search,
            className="nav-item active" if name == title else "nav-item",
        )
        for path, name, symbol, search in NAVIGATION
    ]
    brand = html.Div(
        [html.Span("F", className="mark"), html.Span("FinOps Dash")], className="brand"
    )
    tenant = html.Div(current_user.tenant_name, className="tenant")
    return html.Aside([brand, tenant, html.Nav(links, **aria(label="Pages"))], className="sidebar")


def _header(title: str, parent: tuple[str, str] | None) -> Component:
    above = [("Home", "/overview"), *([parent] if parent else [])]
    links = [
        part for name, path in above for part in (dcc.Link(name, href=path), icon("chevron-right"))
    ]
    crumbs = html.Nav(
        [*links, html.Span(title, **aria(current="page"))],
        className="crumbs",
        **aria(label="Breadcrumb"),
    )
    fresh = services().freshness.of(current_user.scope)
    badge = freshness_badge(fresh, services().now())
    tools = [_search_button(), badge, _theme_button(), _person_menu()]
    return html.Header([crumbs, html.Div(tools, className="tools")], className="topbar")


def _search_button() -> Component:
    """Opens the search over pages, values and tags (`search.js`)."""
    attributes: dict[str, Any] = {
        "data-search": "",
        **aria(label="Search", keyshortcuts="/ Control+K"),
    }
    return html.Button(
        [icon("search"), html.Span("Search"), html.Kbd("/")],
        className="search-button",
        **attributes,
    )


def _theme_button() -> Component:
    return html.Button(
        icon("circle-half"),
        id="theme-toggle",
        className="icon-button",
        title="Light or dark",
        n_clicks=0,
        **aria(label="Light or dark"),
    )


def _person_menu() -> Component:
    initials = "".join(word[0] for word in current_user.name.split()[:2])
    who = html.Div(
        [
            html.Strong(current_user.name),
            html.Span(f"{current_user.role} of {current_user.tenant_name}"),
        ],
        className="person",
    )
    leave = html.A([icon("box-arrow-right"), " Sign out"], href="/logout", className="menu-item")
    where = html.A("Where you are signed in", href="/sessions", className="menu-item")
    mark = html.Span(initials, className="initials")
    return menu([mark], [who, where, leave], f"{current_user.name}, account", "right")


def freshness_badge(fresh: Freshness, now: datetime) -> Component:
    """“Data through 21 Nov, loaded 3 h ago”, with each source on hover."""
    if fresh.data_through is None or fresh.loaded_at is None:
        return html.Span("No data yet", className="badge-fresh")
    ago = _ago(int((now - fresh.loaded_at).total_seconds() // 60))
    each = "\n".join(
        f"{source.name}: through {source.last_day}, {source.row_count:,} rows"
        for source in fresh.sources
    )
    day = fresh.data_through
    words = f"Data through {day.day} {day:%b}, loaded {ago}"
    late = (now.date() - day).days > 2  # noqa: PLR2004 - clouds bill a day or two late
    return html.Span(words, className="badge-fresh late" if late else "badge-fresh", title=each)


def _ago(minutes: int) -> str:
    if minutes < 1:
        return "just now"
    if minutes < 2 * HOUR:
        return f"{minutes} min ago"
    return f"{minutes // HOUR} h ago" if minutes < 2 * DAY else f"{minutes // DAY} days ago"


clientside_callback(
    ClientsideFunction("finops", "follow"), Input({"kind": "graph", "name": ALL}, "clickData")
)
clientside_callback(
    ClientsideFunction("finops", "pick"),
    Input({"kind": "range", "place": ALL, "key": ALL}, "start_date"),
    Input({"kind": "range", "place": ALL, "key": ALL}, "end_date"),
    prevent_initial_call=True,
)
