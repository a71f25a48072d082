"""What a bill gets when its month closes: tax, credits, refunds, corrections, a subscription."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from finops_dash.demo.charges import AMOUNT, PRICE, QUANTITY, Charges, Priced, lone, priced
from finops_dash.demo.company import ACCOUNTS, Account
from finops_dash.demo.kinds import Kinds, plain_charge

TAX, CREDIT = 0.021, 0.012
CENT = AMOUNT // 100
SUBSCRIPTION = 4_800
REFUNDS_EVERY, REFUND_IN = 3, 1
MARKETPLACE = {
    "PublisherName": "Lumen Observability",
    "InvoiceIssuerName": "Amazon Web Services",
    "ChargeFrequency": "Recurring",
    "PricingCategory": "Standard",
    "PricingUnit": "Months",
    "SkuId": "MP-OBS",
    "SkuPriceId": "MP-OBS-M",
}
CORRECTION = {
    "ChargeClass": "Correction",
    "ChargeFrequency": "Usage-Based",
    "ServiceCategory": "Storage",
    "ServiceSubcategory": "Object Storage",
}


@dataclass(frozen=True, slots=True)
class Closing:
    """A month that is over: its last day's number, and what each account was billed."""

    month: date
    last: int
    billed: dict[str, int]


def closing_charges(kinds: Kinds, closing: Closing, random: np.random.Generator) -> list[Charges]:
    """The charges that come once a month, or more rarely."""
    accounts = _billing_accounts()
    found = [charge for a in accounts for charge in _tax_and_credit(kinds, closing, a)]
    found.append(_subscription(kinds, closing, accounts[0]))
    if closing.month.month % REFUNDS_EVERY == REFUND_IN:
        found += _refund_and_correction(kinds, closing, accounts[0], int(random.integers(300, 900)))
    return found


def _tax_and_credit(kinds: Kinds, closing: Closing, account: Account) -> list[Charges]:
    billed = closing.billed.get(account.billing_id, 0)
    tax = plain_charge(account, "Tax", "Tax", f"Sales tax for {closing.month:%B %Y}")
    credit = plain_charge(account, "Credit", "Credits", "Committed partner programme credit")
    return [
        _unpriced(kinds, closing, tax, _cents(billed * TAX)),
        _unpriced(kinds, closing, credit, -_cents(billed * CREDIT)),
    ]


def _subscription(kinds: Kinds, closing: Closing, account: Account) -> Charges:
    title = "Marketplace subscription, monthly"
    bought = plain_charge(account, "Purchase", "Observability Cloud", title) | MARKETPLACE
    day = max(0, closing.last - 27)
    return priced(kinds.add(bought), day, Priced.at(QUANTITY, SUBSCRIPTION * PRICE))


def _refund_and_correction(
    kinds: Kinds, closing: Closing, account: Account, refunded: int
) -> list[Charges]:
    refund = plain_charge(account, "Adjustment", "Refunds", "Service credit for an outage")
    service, title = "Amazon Simple Storage Service", "Correction of an earlier month"
    late = plain_charge(account, "Usage", service, title) | CORRECTION
    return [
        _unpriced(kinds, closing, refund, -refunded * AMOUNT),
        _unpriced(kinds, closing, late, 120 * AMOUNT),
    ]


def _unpriced(kinds: Kinds, closing: Closing, texts: dict[str, str | None], amount: int) -> Charges:
    return lone(kinds.add(texts), closing.last, amount)


def _cents(amount: float) -> int:
    """The amount in whole cents."""
    return int(amount) // CENT * CENT


def _billing_accounts() -> list[Account]:
    seen: dict[str, Account] = {}
    for account in ACCOUNTS:
        seen.setdefault(account.billing_id, account)
    return list(seen.values())
