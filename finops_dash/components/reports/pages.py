"""The pages that can be printed."""

from __future__ import annotations

from finops_dash.components.heatmap.controls import HEATMAP
from finops_dash.components.heatmap.controls import read as read_heatmap
from finops_dash.components.places import (
    BRIDGE,
    DASHBOARD,
    EXPLORER,
    MULTICLOUD,
    OVERVIEW,
    read_explored,
)
from finops_dash.components.reports.asked import explorer, heatmap, multicloud
from finops_dash.components.reports.bridge import bridge
from finops_dash.components.reports.dashboard import dashboard
from finops_dash.components.reports.overview import overview
from finops_dash.components.reports.report import Page
from finops_dash.domain.bridge_query import BridgeQuery, read_bridge
from finops_dash.domain.cost_query import CostQuery
from finops_dash.domain.dashboard import read_dashboard
from finops_dash.domain.url import Notice


def _explored(search: str) -> tuple[CostQuery, tuple[Notice, ...]]:
    query, _, notices = read_explored(search)
    return query, notices


def _bridged(search: str) -> tuple[BridgeQuery, tuple[Notice, ...]]:
    return read_bridge(search, BRIDGE.default)


PAGES = {
    OVERVIEW.path: Page(OVERVIEW.read, overview),
    EXPLORER.path: Page(_explored, explorer),
    BRIDGE.path: Page(_bridged, bridge),
    HEATMAP.path: Page(read_heatmap, heatmap),
    MULTICLOUD.path: Page(MULTICLOUD.read, multicloud),
    DASHBOARD.path: Page(read_dashboard, dashboard),
}
