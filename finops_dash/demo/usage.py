"""What the company uses day by day, and the fees of its commitments spread over it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from finops_dash.demo import kinds as texts
from finops_dash.demo.catalogue import COMMITMENTS, DISCOUNTS, SERVICES
from finops_dash.demo.charges import AMOUNT, HOURS, PRICE, QUANTITY, Charges, Worth, single
from finops_dash.demo.company import Resource, Shape
from finops_dash.demo.kinds import Kinds

MONTHLY_TARGET = 560_000
DAYS_A_MONTH = 30.4
COVERED_SHARE, COMMITTED_PRICE, UTILISATION = 0.6, 0.72, 0.93
FEE_SHARE = 0.8  # of what the covered use would cost at the committed price


@dataclass(frozen=True, slots=True)
class Fee:
    """A commitment's daily fee: for which service, and the kinds of its purchase and its rest."""

    service: int
    bought: int
    unused: int
    amount: int


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
        self.fees = [fee for name in COMMITMENTS if (fee := self._fee(name)) is not None]

    def _fee(self, name: str) -> Fee | None:
        """The fee of the commitment for a service; None when it would cover nothing."""
        service = next(n for n, s in enumerate(SERVICES) if s.name == name)
        mine = np.flatnonzero(self.covered & (self.service == service))
        if not len(mine):
            return None
        first = self.resources[mine[0]]
        bought = self.kinds.add(texts.commitment_charge(first, unused=False))
        unused = self.kinds.add(texts.commitment_charge(first, unused=True))
        worth = float((self.base[mine] * self.contracted_price[mine] / PRICE).sum())
        amount = round(worth * COMMITTED_PRICE * FEE_SHARE * QUANTITY) * (AMOUNT // QUANTITY)
        return Fee(service, bought, unused, amount)


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
    listed = quantity * company.list_price[rows]
    contracted = quantity * company.contracted_price[rows]
    covered = company.covered[rows]
    effective, billed = contracted.copy(), np.where(covered, 0, contracted)
    fees = _spread_fees(company, rows, contracted, effective, number)
    used = Charges(
        np.where(covered, company.covered_kind[rows], company.usage[rows]),
        np.full(len(rows), number), hour, np.where(hourly, 1, HOURS),
        quantity, company.list_price[rows], company.contracted_price[rows],
        listed, contracted, effective, billed, quantity,
    )  # fmt: skip
    return Charges.joined([used, *fees])


def _spread_fees(
    company: Company, rows: np.ndarray, contracted: np.ndarray, effective: np.ndarray, number: int
) -> list[Charges]:
    """Spread each commitment's fee over the rows it covers; what is left is unused. Exactly."""
    found = []
    for fee in company.fees:
        mine = np.flatnonzero(company.covered[rows] & (company.service[rows] == fee.service))
        used = _spread_fee(fee, mine, contracted, effective) if len(mine) else 0
        rest = fee.amount - used
        found.append(single(fee.bought, number, Worth(fee.amount, fee.amount, 0)))
        found.append(single(fee.unused, number, Worth(rest, 0, rest)))
    return found


def _spread_fee(fee: Fee, mine: np.ndarray, contracted: np.ndarray, effective: np.ndarray) -> int:
    """Give each row its part of what is used of the fee; returns that much."""
    worth = contracted[mine].astype(float)
    share = min(worth.sum() * COMMITTED_PRICE / fee.amount, UTILISATION + 0.05)
    used = int(fee.amount * share)
    parts = (worth / worth.sum() * used).astype(np.int64)
    parts[-1] += used - parts.sum()
    effective[mine] = parts
    return used
