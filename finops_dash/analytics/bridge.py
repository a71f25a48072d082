"""A bridge: the way from cost A to cost B, in steps that sum exactly to the difference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from finops_dash.domain.bridge_steps import Step
from finops_dash.domain.money import ZERO, exactly, total

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Thing:
    """What is priced and can be compared: one line of a price list, in one place.

    A commitment, a credit or a tax is a thing as well, with less to say of itself. Names for people
    (`account_name`) do not tell things apart.
    """

    provider: str | None = None
    service: str | None = None
    sku: str | None = None
    region: str | None = None
    account: str | None = None
    category: str | None = None
    unit: str | None = None
    charge: str | None = None
    commitment: str | None = None
    account_name: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Line:
    """The sums of a thing's charges of one kind on one side.

    `cost` is in the bridge's measure; `contracted` is what they would cost at negotiated prices,
    before commitments. `quantity` is in the thing's unit, None where no charge has one.
    """

    thing: Thing
    cost: Decimal
    contracted: Decimal = ZERO
    quantity: Decimal | None = None
    charge_category: str | None = "Usage"
    charge_class: str | None = None
    commitment_status: str | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """What a thing cost on one side, and how much of it there was, where that is known."""

    cost: Decimal = ZERO
    quantity: Decimal | None = None

    def __add__(self, other: Amount) -> Amount:
        """Both together, exactly; a quantity that is not known adds nothing."""
        known = [q for q in (self.quantity, other.quantity) if q is not None]
        return Amount(total((self.cost, other.cost)), total(known) if known else None)

    @property
    def is_nothing(self) -> bool:
        """Whether there is neither cost nor quantity."""
        return not self.cost and not self.quantity


NOTHING = Amount()


@dataclass(frozen=True, slots=True)
class Contribution:
    """How much of a step a thing makes, and what it was in A and is in B."""

    step: Step
    thing: Thing
    amount: Decimal
    was: Amount = NOTHING
    now: Amount = NOTHING


@dataclass(frozen=True, slots=True)
class Part:
    """A step: its amount, the things that move most, and the others' count and amount."""

    step: Step
    amount: Decimal
    dearest: tuple[Contribution, ...]
    others: int = 0
    rest: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Bridge:
    """From `start` by `steps` to `end`; a bridge whose parts do not sum exactly cannot be made."""

    start: Decimal
    steps: tuple[Part, ...]
    end: Decimal

    def __post_init__(self) -> None:
        """Hold the sum of the parts against the difference, and of each step against its things."""
        if total((self.start, *(part.amount for part in self.steps))) != self.end:
            message = f"the steps from {self.start} do not lead to {self.end}"
            raise ValueError(message)
        for part in self.steps:
            if total((part.rest, *(item.amount for item in part.dearest))) != part.amount:
                message = f"the things of {part.step} do not sum to {part.amount}"
                raise ValueError(message)

    @property
    def is_nothing(self) -> bool:
        """Whether there is no cost in A, none in B, and nothing between."""
        return not (self.start or self.end or self.steps)

    @property
    def change(self) -> Decimal:
        """B − A, exactly."""
        with exactly():
            return self.end - self.start

    def part(self, step: Step | None) -> Part | None:
        """The step's part, if it moves anything."""
        return next((part for part in self.steps if part.step is step), None)


def bridged(
    start: Decimal,
    end: Decimal,
    found: Iterable[Contribution],
    order: Sequence[Step],
    most: int = MOST_SHOWN,
) -> Bridge:
    """The bridge that contributions make, its steps in that order, each with its `most` dearest.

    Steps that move nothing are left out; what several contributions of a step say of one thing is
    one.
    """
    of_step: dict[Step, list[Contribution]] = defaultdict(list)
    for item in found:
        of_step[item.step].append(item)
    parts = (_part(step, of_step[step], most) for step in order)
    return Bridge(start, tuple(part for part in parts if part.amount), end)


def _part(step: Step, found: Iterable[Contribution], most: int) -> Part:
    moving = [item for item in _by_thing(found) if item.amount]
    moving.sort(key=lambda item: (-abs(item.amount), _name(item.thing)))
    kept, others = tuple(moving[:most]), moving[most:]
    rest = total(item.amount for item in others)
    amount = total((rest, *(item.amount for item in kept)))
    return Part(step, amount, kept, len(others), rest)


def _by_thing(found: Iterable[Contribution]) -> Iterator[Contribution]:
    of_thing: dict[Thing, list[Contribution]] = defaultdict(list)
    for item in found:
        of_thing[item.thing].append(item)
    for same in of_thing.values():
        if len(same) == 1:
            yield same[0]
            continue
        amount = total(item.amount for item in same)
        was, now = NOTHING, NOTHING
        for item in same:
            was, now = was + item.was, now + item.now
        yield replace(same[0], amount=amount, was=was, now=now)


def _name(thing: Thing) -> tuple[str, ...]:
    """What orders things that move alike, so that an answer never flickers."""
    names = (thing.service, thing.sku, thing.region, thing.account, thing.commitment, thing.unit)
    return tuple(name or "" for name in names)
