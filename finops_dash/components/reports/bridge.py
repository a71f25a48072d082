"""The bridge on paper: both ends, and the steps between them with every digit."""

from __future__ import annotations

from finops_dash.components.bridge.method import settled
from finops_dash.components.bridge.words import arrowed, ends, headline, percent
from finops_dash.components.money import full
from finops_dash.components.reports.report import Figure, Report, Table
from finops_dash.domain.bridge_query import BridgeQuery
from finops_dash.domain.scope import Scope
from finops_dash.runtime import services
from finops_dash.services.bridge import BridgeAnswer


def bridge(scope: Scope, asked: BridgeQuery) -> Report | None:
    """The ends and the steps of the bridge; None for a tenant without data."""
    found, today = services(), services().now().date()
    answer = found.bridge.of(scope, settled(asked), today)
    if answer is None:
        return None
    end = found.cost.answer(scope, answer.end, today)
    return Report(
        "Bridge",
        headline(answer),
        f"{answer.days[0].sentence()}, and {answer.days[1].sentence()}",
        answer.currency,
        _figures(answer),
        _steps(answer),
        found.freshness.basis(scope, end),
    )


def _figures(answer: BridgeAnswer) -> tuple[Figure, ...]:
    parts, (first, last) = answer.bridge, ends(answer)
    share = percent(parts.change, parts.start)
    return (
        Figure("A", full(parts.start, answer.currency), "", first),
        Figure("B", full(parts.end, answer.currency), "", last),
        Figure("Change", arrowed(parts.change, answer.currency), share, "the sum of the steps"),
    )


def _steps(answer: BridgeAnswer) -> Table:
    parts, currency = answer.bridge, answer.currency
    rows = [
        (step.label, step.meaning, full(amount, currency), percent(amount, parts.start))
        for step, amount in ((part.step, part.amount) for part in parts.steps)
    ]
    return Table("The steps from A to B", ("Step", "What it is", "Amount", "Of A"), tuple(rows), 2)
