"""A dashboard on paper: its key figures; the pictures come from the browser."""

from __future__ import annotations

from dataclasses import replace

from finops_dash.components.dashboard.cards import FIGURES, of_figures
from finops_dash.components.reports.report import Report, as_text
from finops_dash.domain.dashboard import Dashboard, Figure, Kind
from finops_dash.domain.scope import Scope
from finops_dash.runtime import services


def dashboard(scope: Scope, asked: Dashboard) -> Report | None:
    """The figures of the dashboard's cards; None for a tenant without data."""
    found, today = services(), services().now().date()
    query = of_figures(asked.query)
    view = found.overview.view(scope, query, today)
    if view is None:
        return None
    names = [Figure(card.what) for card in asked.cards if card.kind is Kind.FIGURE]
    figures = [FIGURES[name](found.key_figures, scope, view) for name in names]
    return Report(
        "Dashboard",
        replace(view.query, currency=None).sentence(),
        view.days.sentence(),
        view.currency,
        tuple(as_text(figure, view.currency) for figure in figures),
        None,
        found.freshness.basis(scope, found.overview.by_service(scope, view)),
    )
