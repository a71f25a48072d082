"""From one cost of the same charges to another: list, contracted, effective, billed.

FOCUS prices a charge three times: at the public price (ListCost), at the negotiated one
(ContractedCost), and after commitments (EffectiveCost; BilledCost is what the invoice says). So the
way from list to effective goes over contracted (FOCUS 1.2, “List Cost”, “Contracted Cost”,
“Effective Cost”):

    negotiated        contracted − list
    commitment use    effective − contracted, of use that a commitment covers
    purchases, unused of commitments, credits, tax, adjustments: the whole difference
    other             effective − contracted of all else, which is nothing where bills are sound

Usage and purchases without a list cost (or without a contracted one, to go over) are a step of
their own: their way down cannot be told.
Every step is a difference of sums of charges, so nothing is rounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from finops_dash.analytics.bridge import MOST_SHOWN, Amount, Bridge, Contribution, Line, bridged
from finops_dash.analytics.price_volume_mix import commitment_of, heading
from finops_dash.domain.bridge_steps import Step
from finops_dash.domain.money import exactly, total

ORDER = (
    Step.NEGOTIATED, Step.COMMITTED, Step.UNUSED, Step.PURCHASES, Step.UNPRICED, Step.OTHER,
    Step.CREDITS, Step.TAX, Step.ADJUSTMENTS,
)  # fmt: skip
LIST = "list_cost"


@dataclass(frozen=True, slots=True)
class Leveled:
    """A line whose `cost` is in measure B, with what the same charges cost in A and at list."""

    line: Line
    start: Decimal
    listed: Decimal


def down(
    lines: Iterable[Leveled], from_measure: str, to_measure: str, most: int = MOST_SHOWN
) -> Bridge:
    """The bridge from one measure of the lines to another; `most` things are named in each step."""
    kept = tuple(lines)
    over = LIST in (from_measure, to_measure)
    found = [item for one in kept for item in _steps(one, over=over, upward=to_measure == LIST)]
    start, end = total(one.start for one in kept), total(one.line.cost for one in kept)
    return bridged(start, end, found, ORDER, most)


def _steps(one: Leveled, *, over: bool, upward: bool) -> Iterator[Contribution]:
    """What a line contributes; `over` contracted cost where one of the measures is list cost."""
    line, whole = one.line, heading(one.line)
    if whole is Step.COMMITMENTS:
        unused = line.commitment_status == "Unused"
        yield _contribution(Step.UNUSED if unused else Step.PURCHASES, one, one.start, line.cost)
    elif whole is not None:
        yield _contribution(whole, one, one.start, line.cost)
    elif not one.listed or (over and not line.contracted and one.start and line.cost):
        yield _contribution(Step.UNPRICED, one, one.start, line.cost)
    else:
        rest = Step.COMMITTED if line.commitment_status == "Used" else Step.OTHER
        via = line.contracted if over else one.start
        first, then = (rest, Step.NEGOTIATED) if upward else (Step.NEGOTIATED, rest)
        yield _contribution(first, one, one.start, via)
        yield _contribution(then, one, via, line.cost)


def _contribution(step: Step, one: Leveled, was: Decimal, now: Decimal) -> Contribution:
    of_commitment = step in {Step.COMMITTED, Step.UNUSED, Step.PURCHASES}
    plain = replace(one.line.thing, commitment=None)
    thing = commitment_of(one.line) if of_commitment else plain
    with exactly():
        return Contribution(step, thing, now - was, Amount(was), Amount(now))
