"""What the PDF of a page says: the numbers and tables of its question, in words and text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from finops_dash.components.kpi_card import change_words, value_words
from finops_dash.components.money import full
from finops_dash.components.places import EXPLORER, OVERVIEW, Place
from finops_dash.domain.cost_query import CostQuery
from finops_dash.domain.money import ZERO, main_currency, total
from finops_dash.domain.registry import find_dimension, find_measure
from finops_dash.domain.scope import Scope
from finops_dash.runtime import services
from finops_dash.services.answers import CostAnswer
from finops_dash.services.comparison import columns_of, numbers_of, rows_of
from finops_dash.services.freshness import Basis
from finops_dash.services.sums import service_totals

MOST_ROWS = 300


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure as text: its name, its value, how it changed, what it is."""

    label: str
    value: str
    change: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a page says, as text; the pictures come from who sees it.

    The last `numbers` columns of the table hold numbers.
    """

    title: str
    question: str
    days: str
    currency: str
    figures: tuple[Figure, ...]
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: int
    basis: Basis


Make = Callable[[Scope, CostQuery], Report | None]


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
    kept = [figure(scope, view) for figure in makers]
    figures = tuple(
        Figure(
            one.label,
            value_words(one, view.currency),
            change_words(one, view.currency)[0],
            one.sentence,
        )
        for one in kept
    )
    answer = found.overview.by_service(scope, view)
    sums = service_totals(answer)
    whole = total(sums.values()) or 1
    rows = [(n, full(value, view.currency), f"{value / whole:.1%}") for n, value in sums.items()]
    rows.append(("All services", full(total(sums.values()), view.currency), ""))
    return Report(
        "Overview",
        replace(view.query, currency=None).sentence(),
        view.days.sentence(),
        view.currency,
        figures,
        "Cost by service",
        ("Service", "Cost", "Share"),
        tuple(rows),
        2,
        found.freshness.basis(scope, answer),
    )


def explorer(scope: Scope, asked: CostQuery) -> Report | None:
    """The rows of the answer, and their total; None for a tenant without data."""
    found = services()
    currencies = found.cost.currencies(scope)
    if not currencies:
        return None
    query = asked
    if not query.currency and "billing_currency" not in query.group_by and len(currencies) > 1:
        query = replace(query, currency=main_currency(currencies))  # as the page does
    answer = found.cost.answer(scope, query, found.now().date())
    rows = tuple(_cells(answer, row) for row in rows_of(answer)[:MOST_ROWS])
    left = len(answer.rows) - len(rows)
    caption = "The rows of the answer" + (
        f", the first {len(rows):,}: {left:,} more are in its files" if left else ""
    )
    sums = answer.totals.items()
    totals = tuple(Figure("Total", full(amount, unit), "", unit or "") for unit, amount in sums)
    return Report(
        "Explorer",
        query.sentence(),
        answer.days.sentence(),
        answer.unit or "several, kept apart",
        totals,
        caption,
        tuple(_heading(name, answer) for name in columns_of(answer)),
        rows,
        len(numbers_of(answer)),
        found.freshness.basis(scope, answer),
    )


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


PAGES: dict[str, tuple[Place, Make]] = {
    OVERVIEW.path: (OVERVIEW, overview),
    EXPLORER.path: (EXPLORER, explorer),
}
