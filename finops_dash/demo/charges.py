"""Charges as arrays of exact numbers.

Amounts are integers of ten-billionths (10⁻¹⁰), quantities of ten-thousandths, unit prices of
millionths; a cost is a quantity times a price, so it is exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

AMOUNT, QUANTITY, PRICE = 10**10, 10**4, 10**6
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


@dataclass(frozen=True, slots=True)
class Worth:
    """What one charge costs: at list and contracted price, on the bill, and spread over its use."""

    listed: int
    billed: int
    effective: int

    @classmethod
    def of(cls, amount: int) -> Worth:
        """The same amount whichever way one looks."""
        return cls(amount, amount, amount)


def single(kind: int, day: int, worth: Worth, *, priced: bool = True) -> Charges:
    """One charge over a whole day: one unit at its price, or no price at all.

    An amount that a price of six places cannot say has no price either.
    """
    price, rest = divmod(worth.listed, AMOUNT // PRICE)
    quantity, price = (QUANTITY, price) if priced and not rest else (NONE, NONE)
    numbers = (
        kind, day, 0, HOURS, quantity, price, price,
        worth.listed, worth.listed, worth.effective, worth.billed, NONE,
    )  # fmt: skip
    return Charges(*(np.array([number], np.int64) for number in numbers))
