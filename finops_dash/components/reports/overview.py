"""The overview on paper: its key figures, and the cost by service."""

from __future__ import annotations

from dataclasses import replace

from finops_dash.components.money import full
from finops_dash.components.reports.report import Report, Table, as_text
from finops_dash.domain.cost_query import CostQuery
from finops_dash.domain.money import total
from finops_dash.domain.scope import Scope
from finops_dash.runtime import services
from finops_dash.services.answers import CostAnswer
from finops_dash.services.sums import service_totals


def overview(scope: Scope, asked: CostQuery) -> Report | None:
    """The key figures and the cost by service; None for a tenant without data."""
    found, today = services(), services().now().date()
    view = found.overview.view(scope, asked, today)
    if view is None:
        return None
    numbers = found.key_figures
    makers = (
        numbers.spend, numbers.month_end, numbers.run_rate, numbers.month_to_date,
        numbers.allocated, numbers.savings_rate, numbers.anomalies, numbers.idle,
    )  # fmt: skip
    answer = found.overview.by_service(scope, view)
    return Report(
        "Overview",
        replace(view.query, currency=None).sentence(),
        view.days.sentence(),
        view.currency,
        tuple(as_text(figure(scope, view), view.currency) for figure in makers),
        _by_service(answer, view.currency),
        found.freshness.basis(scope, answer),
    )


def _by_service(answer: CostAnswer, currency: str) -> Table:
    sums = service_totals(answer)
    whole = total(sums.values()) or 1
    rows = [(name, full(sum_, currency), f"{sum_ / whole:.1%}") for name, sum_ in sums.items()]
    rows.append(("All services", full(total(sums.values()), currency), ""))
    return Table("Cost by service", ("Service", "Cost", "Share"), tuple(rows), 2)
