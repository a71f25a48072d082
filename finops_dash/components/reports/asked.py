"""Pages that show one question on paper: the rows of its answer, and their total."""

from __future__ import annotations

from dataclasses import replace

from finops_dash.components.money import full
from finops_dash.components.reports.report import Figure, Report, Table
from finops_dash.domain.cost_query import CostQuery, Grain
from finops_dash.domain.heatmap import HeatView, Map
from finops_dash.domain.money import ZERO, main_currency
from finops_dash.domain.registry import find_dimension, find_measure
from finops_dash.domain.scope import Scope
from finops_dash.runtime import services
from finops_dash.services.answers import CostAnswer
from finops_dash.services.comparison import columns_of, numbers_of, rows_of

MOST_ROWS = 300
_BEHIND = {
    Map.CALENDAR: ((), Grain.DAY),
    Map.WEEKDAY: ((), Grain.DAY),
    Map.HOUR: ((), Grain.HOUR),
    Map.SERVICE: (("service",), Grain.DAY),
    Map.ACCOUNT: (("sub_account", "service"), Grain.NONE),
}


def explorer(scope: Scope, asked: CostQuery) -> Report | None:
    """The question of the explorer."""
    return _printed("Explorer", scope, asked)


def heatmap(scope: Scope, asked: HeatView) -> Report | None:
    """What the picture of the heatmap is made of."""
    return _printed("Heatmap", scope, heat_behind(asked))


def heat_behind(asked: HeatView) -> CostQuery:
    """The question whose rows a picture of the heatmap lays out."""
    group_by, grain = _BEHIND[asked.map]
    return replace(asked.query, group_by=group_by, grain=grain)


def multicloud(scope: Scope, asked: CostQuery) -> Report | None:
    """The providers by service category."""
    return _printed("Multicloud", scope, multicloud_behind(asked))


def multicloud_behind(asked: CostQuery) -> CostQuery:
    """The question whose rows the page of all clouds compares."""
    return replace(asked, group_by=("provider", "service_category"), grain=Grain.NONE)


def _printed(title: str, scope: Scope, asked: CostQuery) -> Report | None:
    """The rows of the answer, and their total; None for a tenant without data."""
    found = services()
    currencies = found.cost.currencies(scope)
    if not currencies:
        return None
    query = asked
    if not query.currency and "billing_currency" not in query.group_by and len(currencies) > 1:
        query = replace(query, currency=main_currency(currencies))  # as the page does
    answer = found.cost.answer(scope, query, found.now().date())
    sums = answer.totals.items()
    return Report(
        title,
        query.sentence(),
        answer.days.sentence(),
        answer.unit or "several, kept apart",
        tuple(Figure("Total", full(amount, unit), "", unit or "") for unit, amount in sums),
        _table(answer),
        found.freshness.basis(scope, answer),
    )


def _table(answer: CostAnswer) -> Table:
    rows = tuple(_cells(answer, row) for row in rows_of(answer)[:MOST_ROWS])
    left = len(answer.rows) - len(rows)
    more = f", the first {len(rows):,}: {left:,} more are in its files" if left else ""
    head = tuple(_heading(name, answer) for name in columns_of(answer))
    return Table(f"The rows of the answer{more}", head, rows, len(numbers_of(answer)))


def _cells(answer: CostAnswer, row: dict[str, object]) -> tuple[str, ...]:
    numbers = numbers_of(answer)
    unit = answer.unit or str(row.get("billing_currency") or "") or None
    return tuple(
        full(value or ZERO, unit) if name in numbers else str(value or "–")  # type: ignore[arg-type]
        for name, value in row.items()
    )


def _heading(name: str, answer: CostAnswer) -> str:
    measure = answer.query.measure
    if name in numbers_of(answer):
        return find_measure(measure).label + (" before" if name != measure else "")
    if name in answer.query.group_by:
        return find_dimension(name).label
    return name.capitalize()
