"""Charges as arrays of exact numbers.

Amounts and commitment quantities are integers of ten-billionths (10⁻¹⁰), other quantities of
ten-thousandths, unit prices of millionths; a cost is a quantity times a price, so it is exact.
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
    committed: np.ndarray

    @classmethod
    def joined(cls, parts: list[Charges]) -> Charges:
        """All rows of the parts."""
        names = cls.__slots__
        return cls(*(np.concatenate([getattr(part, n) for part in parts]) for n in names))


@dataclass(frozen=True, slots=True)
class Priced:
    """How much of one charge, at which prices; NONE where it has none."""

    quantity: int = NONE
    list_price: int = NONE
    contracted_price: int = NONE

    @classmethod
    def at(cls, quantity: int, price: int) -> Priced:
        """A quantity whose list price is also the contracted one."""
        return cls(quantity, price, price)


def lone(kind: int, day: int, amount: int) -> Charges:
    """A charge without a price, the same amount whichever way one looks."""
    return _one(kind, day, Priced(), (amount, amount, amount, amount), NONE)


def priced(  # noqa: PLR0913 - what one charge can differ in
    kind: int,
    day: int,
    price: Priced,
    *,
    effective: int | None = None,
    billed: int | None = None,
    committed: int = NONE,
) -> Charges:
    """A charge of quantity times price over a whole day; costs not given are the contracted one."""
    listed = price.quantity * price.list_price
    contracted = price.quantity * price.contracted_price
    costs = (
        listed,
        contracted,
        contracted if effective is None else effective,
        contracted if billed is None else billed,
    )
    return _one(kind, day, price, costs, committed)


def _one(
    kind: int, day: int, price: Priced, costs: tuple[int, int, int, int], committed: int
) -> Charges:
    numbers = (
        kind, day, 0, HOURS, price.quantity, price.list_price, price.contracted_price,
        *costs, NONE, committed,
    )  # fmt: skip
    return Charges(*(np.array([number], np.int64) for number in numbers))
