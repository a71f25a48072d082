"""The frame around every page: navigation, who you are, how fresh the data is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import dash
from dash import dcc, html
from dash.development.base_component import Component
from flask_login import current_user

from finops_dash.components.figure_card import why_modal
from finops_dash.domain.url import Notice
from finops_dash.runtime import services
from finops_dash.services.freshness import Freshness

NAVIGATION = (
    ("/overview", "Overview", "bi-speedometer2"),
    ("/explorer", "Explorer", "bi-bar-chart-line"),
)


def frame() -> Component:
    """What never changes while a person works: location, pages, panel, toasts."""
    return html.Div(
        [
            dcc.Location(id="url", refresh="callback-nav"),
            dash.page_container,
            why_modal(),
            html.Div(id="toast", className="toast-area", role="status", **{"aria-live": "polite"}),
        ]
    )


def page_frame(
    title: str, notices: Sequence[Notice | str], bar: Component | None, *content: Component
) -> Component:
    """A signed-in page: sidebar, header with breadcrumb and freshness, notices, content."""
    fresh = services().freshness.of(current_user.scope)
    return html.Div(
        [
            html.A("Skip to content", href="#content", className="skip-link"),
            _sidebar(title),
            html.Div(
                [
                    html.Header(
                        [_crumbs(title), freshness_badge(fresh, services().now())],
                        className="topbar",
                    ),
                    html.Main(
                        [html.H1(title), bar, *_notices(notices), *content],
                        id="content",
                        tabIndex=-1,
                    ),
                ],
                className="workspace",
            ),
        ],
        className="app-frame",
    )


def _sidebar(title: str) -> Component:
    links = [
        dcc.Link(
            [html.I(className=f"bi {icon}"), html.Span(name)],
            href=path,
            className="nav-item" + (" active" if name == title else ""),
        )
        for path, name, icon in NAVIGATION
    ]
    return html.Aside(
        [
            html.Div(
                [html.Span("F", className="mark"), html.Span("FinOps Dash")], className="brand"
            ),
            html.Div(current_user.tenant_name, className="tenant"),
            html.Nav(links, **{"aria-label": "Pages"}),
            html.Div(
                [
                    html.Button(
                        [html.I(className="bi bi-circle-half"), html.Span("Light or dark")],
                        id="theme-toggle",
                        className="nav-item",
                        n_clicks=0,
                    ),
                    html.Div(
                        [html.Strong(current_user.name), html.Span(current_user.role)],
                        className="person",
                    ),
                    html.A(
                        [html.I(className="bi bi-box-arrow-right"), html.Span("Sign out")],
                        href="/logout",
                        className="nav-item",
                    ),
                ],
                className="sidebar-foot",
            ),
        ],
        className="sidebar",
    )


def _crumbs(title: str) -> Component:
    return html.Nav(
        [dcc.Link("Home", href="/overview"), html.Span(" / "), html.Span(title)],
        className="crumbs",
        **{"aria-label": "Breadcrumb"},
    )


def freshness_badge(fresh: Freshness, now: datetime) -> Component:
    """“Data through 21 Nov, loaded 3 h ago”, with each source on hover."""
    if fresh.data_through is None or fresh.loaded_at is None:
        return html.Span("No data yet", className="badge-fresh")
    hours = int((now - fresh.loaded_at).total_seconds() // 3600)
    ago = "just now" if hours < 1 else f"{hours} h ago" if hours < 48 else f"{hours // 24} days ago"  # noqa: PLR2004 - two days
    each = "\n".join(f"{s.name}: through {s.last_day}, {s.row_count:,} rows" for s in fresh.sources)
    day = fresh.data_through
    return html.Span(
        f"Data through {day.day} {day:%b}, loaded {ago}", className="badge-fresh", title=each
    )


def _notices(notices: Sequence[Notice | str]) -> list[Component]:
    texts = [notice if isinstance(notice, str) else notice.sentence() for notice in notices]
    return [html.Div(text, className="notice", role="status") for text in texts]


def empty_tenant(slug: str) -> Component:
    """The state of a tenant without data: how to load the first bill."""
    return html.Div(
        [
            html.H2("No bill has been loaded yet"),
            html.P(
                "Export your cost and usage data in the FOCUS format (AWS Data Exports, Azure Cost Management and Google Cloud all can), then load it:"
            ),
            html.Pre(f"finops-dash ingest ./exports --tenant {slug}"),
            html.P("Or look around with a made-up company first:"),
            html.Pre(f"finops-dash demo --tenant {slug}"),
        ],
        className="empty",
    )
