"""From one period (or filter) to another: price–volume–mix analysis, with what FinOps adds to it.

Each charge falls under one heading. Credits, taxes, adjustments with corrections, and commitments
(their purchases, their unused part) are compared as they are: B − A. Use that a commitment covers
is taken at its contracted cost, and what it costs less (or more) than that belongs to the
commitments: so a commitment that begins to cover use shows as that, and not as a lower price.

What is left, usage and purchases, is compared thing by thing (c = cost, q = quantity, p = c ÷ q,
d = days; G = ΣqB ÷ ΣqA of a service: the things of one provider, service and unit that have a
quantity on both sides; units are never mixed):

    days    cA × (dB ÷ dA − 1)    the same daily use over more or fewer days; usage alone
    volume  cA × (G − dB ÷ dA)    more or less of the service in its old mix, at its mean price
    mix     pA × (qB − qA × G)    the shift between its things, at old prices
    rate    (pB − pA) × qB        other prices for what is used now

These are the sales-quantity, sales-mix and price variances of cost accounting (Horngren, Datar and
Rajan, “Cost Accounting: A Managerial Emphasis”), of what is bought instead of what is sold. What is
on one side only is new or removed, whole. Things on both sides without a positive quantity on each
are a step of their own: to call them volume would be a guess.

Volume is reported per service and unit, since per thing it is only the service's growth applied to
what the thing cost. Each amount is rounded to 20 places; rate is taken as what remains of B − A,
so that the steps sum exactly whatever the digits are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Context, Decimal

from finops_dash.analytics.bridge import (
    MOST_SHOWN,
    NOTHING,
    Amount,
    Bridge,
    Contribution,
    Line,
    Thing,
    bridged,
)
from finops_dash.domain.bridge_steps import Step
from finops_dash.domain.money import ZERO, exactly, total

ORDER = (
    Step.DAYS, Step.VOLUME, Step.MIX, Step.RATE, Step.NEW, Step.REMOVED, Step.UNMEASURED,
    Step.COMMITMENTS, Step.CREDITS, Step.TAX, Step.ADJUSTMENTS,
)  # fmt: skip
USAGE = "Usage"
PLACES = Decimal(1).scaleb(-20)
_ROUGH = Context(prec=100)  # for quotients, which have no end; their rounding is settled in rate
_WIDE = Context(prec=150_000)
Amounts = dict[tuple[Step | None, Thing], Amount]


@dataclass(frozen=True, slots=True)
class Side:
    """The lines of one side, and how many days they are of."""

    lines: tuple[Line, ...]
    days: int


@dataclass(frozen=True, slots=True)
class _Pair:
    """A thing on both sides, and what A's cost would be in as many days as B has."""

    thing: Thing
    was: Amount
    now: Amount
    stretched: Decimal


def between(a: Side, b: Side, most: int = MOST_SHOWN) -> Bridge:
    """The bridge from A to B; `most` things are named in each step."""
    was, now = _sorted(a.lines), _sorted(b.lines)
    found: list[Contribution] = []
    pairs: dict[Thing, list[_Pair]] = defaultdict(list)
    for step, thing in {**was, **now}:
        before, after = was.get((step, thing), NOTHING), now.get((step, thing), NOTHING)
        known = step or _one_sided(before, after)
        if known is not None:
            change = _less(after.cost, before.cost)
            found.append(Contribution(known, thing, change, before, after))
            continue
        stretched = _stretched(thing, before.cost, a.days, b.days)
        days = _less(stretched, before.cost)
        found.append(Contribution(Step.DAYS, thing, days, before, after))
        if _is_measured(before) and _is_measured(after):
            pairs[_service_of(thing)].append(_Pair(thing, before, after, stretched))
        else:
            left = _less(after.cost, stretched)
            found.append(Contribution(Step.UNMEASURED, thing, left, before, after))
    for service, things in pairs.items():
        found += _split(service, things)
    start, end = (total(line.cost for line in side.lines) for side in (a, b))
    return bridged(start, end, found, ORDER, most)


def _sorted(lines: Iterable[Line]) -> Amounts:
    """The amounts under their heading (None: usage and purchases, to be compared) and thing."""
    sums: dict[tuple[Step | None, Thing], list[Amount]] = defaultdict(list)
    for line in lines:
        step, plain = heading(line), replace(line.thing, commitment=None)
        if step is None and line.commitment_status == "Used" and line.contracted:
            saved = Amount(_less(line.cost, line.contracted))
            sums[Step.COMMITMENTS, commitment_of(line)].append(saved)
            sums[None, plain].append(Amount(line.contracted, line.quantity))
        elif step is Step.COMMITMENTS:
            sums[step, commitment_of(line)].append(Amount(line.cost, line.quantity))
        else:
            sums[step, plain].append(Amount(line.cost, line.quantity))
    return {key: _added(amounts) for key, amounts in sums.items()}


def commitment_of(line: Line) -> Thing:
    """The commitment of a line, and whether it is its purchase, its use or what is not used."""
    thing = line.thing
    kind = line.commitment_status or line.charge_category
    return Thing(thing.provider, thing.service, charge=kind, commitment=thing.commitment)


def heading(line: Line) -> Step | None:
    """The step that a line belongs to whole; None for usage and purchases."""
    if line.charge_category == "Credit":
        return Step.CREDITS
    if line.charge_category == "Tax":
        return Step.TAX
    if line.charge_category == "Adjustment" or line.charge_class == "Correction":
        return Step.ADJUSTMENTS
    bought = line.charge_category == "Purchase" and line.thing.commitment is not None
    return Step.COMMITMENTS if bought or line.commitment_status == "Unused" else None


def _added(amounts: list[Amount]) -> Amount:
    if len(amounts) == 1:
        return amounts[0]
    known = [amount.quantity for amount in amounts if amount.quantity is not None]
    return Amount(total(amount.cost for amount in amounts), total(known) if known else None)


def _one_sided(before: Amount, after: Amount) -> Step | None:
    if before.is_nothing:
        return Step.NEW
    return Step.REMOVED if after.is_nothing else None


def _is_measured(amount: Amount) -> bool:
    return amount.quantity is not None and amount.quantity > 0


def _service_of(thing: Thing) -> Thing:
    return Thing(thing.provider, thing.service, unit=thing.unit, charge=thing.charge)


def _stretched(thing: Thing, cost: Decimal, days_a: int, days_b: int) -> Decimal:
    """What A's usage would cost in as many days as B has; purchases know no days."""
    if thing.charge != USAGE or days_a == days_b or days_a <= 0:
        return cost
    return _quotient(cost, Decimal(days_b), Decimal(days_a))


def _split(service: Thing, pairs: list[_Pair]) -> Iterator[Contribution]:
    """Volume of the service, mix and rate of its things.

    The stretch of A's days falls out of its prices and of shares of its quantities.
    """
    was, now = _added([pair.was for pair in pairs]), _added([pair.now for pair in pairs])
    before, after = was.quantity or ZERO, now.quantity or ZERO
    grown = _quotient(was.cost, after, before)
    each = [_quotient(pair.was.cost, after, before) for pair in pairs]
    largest = max(range(len(pairs)), key=lambda place: abs(each[place]))
    each[largest] = total((each[largest], _less(grown, total(each))))  # what rounding took
    for pair, in_step in zip(pairs, each, strict=True):
        at_old_price = _quotient(
            pair.was.cost, pair.now.quantity or ZERO, pair.was.quantity or ZERO
        )
        mix, rate = _less(at_old_price, in_step), _less(pair.now.cost, at_old_price)
        yield Contribution(Step.MIX, pair.thing, mix, pair.was, pair.now)
        yield Contribution(Step.RATE, pair.thing, rate, pair.was, pair.now)
    volume = _less(grown, total(pair.stretched for pair in pairs))
    yield Contribution(Step.VOLUME, service, volume, was, now)


def _quotient(value: Decimal, over: Decimal, under: Decimal) -> Decimal:
    """`value × over ÷ under`, to 20 places."""
    found = _ROUGH.divide(_ROUGH.multiply(value, over), under)
    return found.quantize(PLACES, context=_WIDE)


def _less(after: Decimal, before: Decimal) -> Decimal:
    with exactly():
        return after - before
