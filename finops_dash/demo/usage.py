"""What the company uses day by day, covered by its commitments as far as they reach."""

from __future__ import annotations

import numpy as np

from finops_dash.demo import kinds as texts
from finops_dash.demo.catalogue import COMMITMENTS, DISCOUNTS, SERVICES
from finops_dash.demo.charges import HOURS, PRICE, QUANTITY, Charges, Priced
from finops_dash.demo.commitments import Commitment, Use
from finops_dash.demo.company import Resource, Shape
from finops_dash.demo.kinds import Kinds

MONTHLY_TARGET = 560_000
DAYS_A_MONTH = 30.4
COVERED_SHARE, COMMITTED_PRICE = 0.6, 0.72
CAPACITY = 0.92  # of what is used on a plain day: too much on weekends, too little when it grows


class Company:
    """Everything that stays the same from month to month."""

    def __init__(self, shape: Shape, resources: list[Resource]) -> None:
        """Number the kinds of every resource, and size its use to the company's bill."""
        self.resources = resources
        self.kinds = Kinds()
        self.service = np.array([SERVICES.index(r.service) for r in resources])
        self.list_price = np.array([r.service.price for r in resources])
        weights = np.array([r.weight for r in resources])
        daily = MONTHLY_TARGET / DAYS_A_MONTH * weights / weights.sum()
        self.base = daily / (self.list_price / PRICE)
        discount = np.array([DISCOUNTS[r.service.provider] for r in resources])
        self.contracted_price = np.round(self.list_price * (1 - discount)).astype(np.int64)
        self.usage = np.array([self.kinds.add(texts.usage_texts(r)) for r in resources])
        self.covered = _covered(shape, resources)
        self.covered_kind = np.array(
            [
                self.kinds.add(texts.covered_texts(r)) if covered else -1
                for r, covered in zip(resources, self.covered, strict=True)
            ]
        )
        self.born = np.array([r.born for r in resources])
        self.dies = np.array([r.dies for r in resources])
        self.hours = np.where([r.hourly for r in resources], HOURS, 1)
        self.commitments = [c for name in COMMITMENTS if (c := self._commitment(name)) is not None]

    def _commitment(self, name: str) -> Commitment | None:
        """The commitment for a service; None when it would cover nothing."""
        service = next(n for n, s in enumerate(SERVICES) if s.name == name)
        mine = np.flatnonzero(self.covered & (self.service == service))
        if not len(mine):
            return None
        first = self.resources[mine[0]]
        contracted = int(self.contracted_price[mine[0]])
        return Commitment(
            service,
            bought=self.kinds.add(texts.commitment_charge(first, unused=False)),
            unused=self.kinds.add(texts.commitment_charge(first, unused=True)),
            capacity=round(float(self.base[mine].sum()) * CAPACITY * QUANTITY),
            price=round(contracted * COMMITTED_PRICE),
            standard=Priced(list_price=int(self.list_price[mine[0]]), contracted_price=contracted),
            in_money=texts.commitment_texts(name)["CommitmentDiscountCategory"] == "Spend",
        )


def _covered(shape: Shape, resources: list[Resource]) -> np.ndarray:
    """The resources a commitment covers: most of those in dollars that one is for."""
    random = np.random.default_rng([shape.seed, 3])
    may = np.array([r.service.name in COMMITMENTS and _is_committed(r) for r in resources])
    return may & (random.random(len(resources)) < COVERED_SHARE)


def _is_committed(resource: Resource) -> bool:
    """Whether the resource's bill buys commitments: the laboratories and the GmbH buy none."""
    account = resource.account
    return account.currency == "USD" and not account.billing_name.endswith("Labs AWS")


def usage_of_day(
    company: Company, factors: np.ndarray, number: int, random: np.random.Generator
) -> Charges:
    """What every living resource used on a day, committed use and its fees included."""
    alive = np.flatnonzero((company.born <= number) & (number < company.dies))
    amount = company.base[alive] * factors[company.service[alive], number]
    amount = amount * random.lognormal(0, 0.05, len(alive))
    hours = company.hours[alive]
    rows, hour = np.repeat(alive, hours), np.concatenate([np.arange(n) for n in hours])
    hourly = company.hours[rows] == HOURS
    wave = np.where(hourly, 1 + 0.25 * np.sin((hour - 9) / HOURS * 2 * np.pi), 1.0)
    quantity = np.round(np.repeat(amount / hours, hours) * wave * QUANTITY)
    quantity = np.maximum(1, quantity).astype(np.int64)
    use = Use(
        number, company.service[rows], hour, np.where(hourly, 1, HOURS), quantity,
        company.list_price[rows], company.contracted_price[rows],
        company.usage[rows], company.covered_kind[rows],
    )  # fmt: skip
    left = quantity.copy()
    covered = [charges for c in company.commitments for charges in c.charges(use, left)]
    return Charges.joined([use.at_standard_price(left), *covered])
