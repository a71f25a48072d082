"""The charges of one month: kinds, times and exact numbers, in arrays.

Amounts are integers of ten-billionths (10⁻¹⁰), quantities of ten-thousandths, unit prices of
millionths; a cost is a quantity times a price, so it is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from finops_dash.demo import kinds as texts
from finops_dash.demo.catalogue import SERVICES
from finops_dash.demo.company import ACCOUNTS, Account, Resource, Shape
from finops_dash.demo.kinds import COMMITMENTS, DISCOUNTS, Kinds

MONTHLY_TARGET = 560_000
AMOUNT, QUANTITY, PRICE = 10**10, 10**4, 10**6
COVERED_SHARE, COMMITTED_PRICE, UTILISATION = 0.6, 0.72, 0.93
HOURS = 24
NONE = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class Charges:
    """Rows of one kind of column each; `NONE` marks a number that is not there."""

    kind: np.ndarray
    day: np.ndarray
    hour: np.ndarray
    hours: np.ndarray
    quantity: np.ndarray
    list_price: np.ndarray
    contracted_price: np.ndarray
    listed: np.ndarray
    contracted: np.ndarray
    effective: np.ndarray
    billed: np.ndarray
    consumed: np.ndarray

    @classmethod
    def joined(cls, parts: list[Charges]) -> Charges:
        """All rows of the parts."""
        names = cls.__slots__
        return cls(*(np.concatenate([getattr(part, n) for part in parts]) for n in names))


class Company:
    """Everything that stays the same from month to month."""

    def __init__(self, shape: Shape, resources: list[Resource]) -> None:
        """Number the kinds of every resource, and size its use to the company's bill."""
        self.resources = resources
        self.kinds = Kinds()
        random = np.random.default_rng([shape.seed, 3])
        self.service = np.array([SERVICES.index(r.service) for r in resources])
        prices = np.array([r.service.price for r in resources])
        weights = np.array([r.weight for r in resources])
        daily = MONTHLY_TARGET / 30.4 * weights / weights.sum()
        self.base = daily / (prices / PRICE)
        self.list_price = prices
        discount = np.array([DISCOUNTS[r.service.provider] for r in resources])
        self.contracted_price = np.round(prices * (1 - discount)).astype(np.int64)
        self.usage = np.array([self.kinds.add(texts.usage_texts(r)) for r in resources])
        in_usd = np.array(
            [
                r.account.currency == "USD" and not r.account.billing_name.endswith("Labs AWS")
                for r in resources
            ]
        )
        may = np.array([r.service.name in COMMITMENTS for r in resources]) & in_usd
        self.covered = may & (random.random(len(resources)) < COVERED_SHARE)
        self.covered_kind = np.array(
            [
                self.kinds.add(texts.covered_texts(r)) if c else -1
                for r, c in zip(resources, self.covered, strict=True)
            ]
        )
        self.born = np.array([r.born for r in resources])
        self.dies = np.array([r.dies for r in resources])
        self.hours = np.where([r.hourly for r in resources], HOURS, 1)
        self.fees = self._fees()

    def _fees(self) -> list[tuple[int, np.ndarray, int, int, int]]:
        """Per commitment: its service, the resources it covers, its kinds, and the daily fee."""
        found = []
        for name in COMMITMENTS:
            service = next(n for n, s in enumerate(SERVICES) if s.name == name)
            mine = np.flatnonzero(self.covered & (self.service == service))
            if not len(mine):
                continue
            first = self.resources[mine[0]]
            bought = self.kinds.add(texts.commitment_charge(first, unused=False))
            unused = self.kinds.add(texts.commitment_charge(first, unused=True))
            worth = float((self.base[mine] * self.contracted_price[mine] / PRICE).sum())
            fee = round(worth * COMMITTED_PRICE * 0.8 * QUANTITY) * (AMOUNT // QUANTITY)
            found.append((service, mine, bought, unused, fee))
        return found


def usage_of_day(
    company: Company, factors: np.ndarray, number: int, random: np.random.Generator
) -> Charges:
    """What every living resource used on a day, committed use and its fees included."""
    alive = np.flatnonzero((company.born <= number) & (number < company.dies))
    amount = company.base[alive] * factors[company.service[alive], number]
    amount = amount * random.lognormal(0, 0.05, len(alive))
    rows = np.repeat(alive, company.hours[alive])
    per_row = np.repeat(amount / company.hours[alive], company.hours[alive])
    hour = np.concatenate([np.arange(n) for n in company.hours[alive]])
    wave = np.where(
        company.hours[rows] == HOURS, 1 + 0.25 * np.sin((hour - 9) / HOURS * 2 * np.pi), 1.0
    )
    quantity = np.maximum(1, np.round(per_row * wave * QUANTITY)).astype(np.int64)
    listed = quantity * company.list_price[rows]
    contracted = quantity * company.contracted_price[rows]
    covered = company.covered[rows]
    effective, billed = contracted.copy(), np.where(covered, 0, contracted)
    fees = _spread_fees(company, rows, contracted, effective, number)
    kind = np.where(covered, company.covered_kind[rows], company.usage[rows])
    hours = np.where(company.hours[rows] == HOURS, 1, HOURS)
    day = np.full(len(rows), number)
    used = Charges(
        kind, day, hour, hours, quantity, company.list_price[rows], company.contracted_price[rows],
        listed, contracted, effective, billed, quantity,
    )  # fmt: skip
    return Charges.joined([used, *fees])


def _spread_fees(
    company: Company, rows: np.ndarray, contracted: np.ndarray, effective: np.ndarray, number: int
) -> list[Charges]:
    """Spread each commitment's fee over the rows it covers; what is left is unused. Exactly."""
    found = []
    for service, _mine, bought, unused, fee in company.fees:
        mine = np.flatnonzero(company.covered[rows] & (company.service[rows] == service))
        worth = contracted[mine].astype(float)
        share = min(worth.sum() * COMMITTED_PRICE / fee, UTILISATION + 0.05) if len(mine) else 0.0
        used = int(fee * share)
        if len(mine):
            parts = (worth / worth.sum() * used).astype(np.int64)
            parts[-1] += used - parts.sum()
            effective[mine] = parts
        found.append(single(bought, number, fee, fee, 0))
        found.append(single(unused, number, fee - used, 0, fee - used))
    return found


def single(
    kind: int, number: int, amount: int, billed: int, effective: int, *, priced: bool = True
) -> Charges:
    """One charge over a whole day: one unit at the amount, or no price at all."""

    def one(value: int) -> np.ndarray:
        return np.array([value], np.int64)

    cents = one(amount // (AMOUNT // PRICE)) if priced else one(NONE)
    exact = cents * (AMOUNT // PRICE) if priced else one(amount)
    quantity = one(QUANTITY) if priced else one(NONE)
    if (
        priced and int(exact[0]) != amount
    ):  # a price of six places cannot say it: one unit less fine
        cents, quantity = one(PRICE), one(NONE)
        return Charges(
            one(kind),
            one(number),
            one(0),
            one(HOURS),
            quantity,
            one(NONE),
            one(NONE),
            one(amount),
            one(amount),
            one(effective),
            one(billed),
            one(NONE),
        )
    return Charges(
        one(kind),
        one(number),
        one(0),
        one(HOURS),
        quantity,
        cents,
        cents,
        exact,
        exact,
        one(effective),
        one(billed),
        one(NONE),
    )


def once_a_month(
    company: Company,
    kinds: Kinds,
    month: date,
    last: int,
    billed: dict[str, int],
    random: np.random.Generator,
) -> list[Charges]:
    """Tax, credits, refunds, corrections and a marketplace subscription of a closed month."""
    found = []
    for account in _billing_accounts():
        total = billed.get(account.billing_id, 0)
        cent = AMOUNT // 100
        tax = kinds.add(texts.plain_charge(account, "Tax", "Tax", f"Sales tax for {month:%B %Y}"))
        found.append(
            single(
                tax,
                last,
                int(total * 0.021) // cent * cent,
                *(int(total * 0.021) // cent * cent,) * 2,
                priced=False,
            )
        )
        credit = kinds.add(
            texts.plain_charge(account, "Credit", "Credits", "Committed partner programme credit")
        )
        worth = -(int(total * 0.012) // cent * cent)
        found.append(single(credit, last, worth, worth, worth, priced=False))
    main = _billing_accounts()[0]
    texts_of = texts.plain_charge(
        main, "Purchase", "Observability Cloud", "Marketplace subscription, monthly"
    )
    market = kinds.add(
        texts_of
        | {
            "PublisherName": "Lumen Observability",
            "InvoiceIssuerName": "Amazon Web Services",
            "ChargeFrequency": "Recurring",
            "PricingCategory": "Standard",
            "PricingUnit": "Months",
            "SkuId": "MP-OBS",
            "SkuPriceId": "MP-OBS-M",
        }
    )
    found.append(single(market, max(0, last - 27), 4_800 * AMOUNT, 4_800 * AMOUNT, 4_800 * AMOUNT))
    if month.month % 4 == 2:  # noqa: PLR2004 - three times a year
        refund = kinds.add(
            texts.plain_charge(main, "Adjustment", "Refunds", "Service credit for an outage")
        )
        worth = -int(random.integers(300, 900)) * AMOUNT
        found.append(single(refund, last, worth, worth, worth, priced=False))
        late = kinds.add(
            texts.plain_charge(
                main, "Usage", "Amazon Simple Storage Service", "Correction of an earlier month"
            )
            | {
                "ChargeClass": "Correction",
                "ChargeFrequency": "Usage-Based",
                "ServiceCategory": "Storage",
                "ServiceSubcategory": "Object Storage",
            }
        )
        found.append(single(late, last, 120 * AMOUNT, 120 * AMOUNT, 120 * AMOUNT, priced=False))
    return found


def _billing_accounts() -> list[Account]:
    seen: dict[str, Account] = {}
    for account in ACCOUNTS:
        seen.setdefault(account.billing_id, account)
    return list(seen.values())
