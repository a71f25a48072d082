"""Money: an exact amount with its currency. Amounts of two currencies are never added."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one ISO 4217 currency."""

    amount: Decimal
    currency: str

    def __add__(self, other: Money) -> Money:
        """The sum; adding another currency is a programming error."""
        if other.currency != self.currency:
            message = f"cannot add {other.currency} to {self.currency}"
            raise ValueError(message)
        return Money(self.amount + other.amount, self.currency)


def plain(amount: Decimal) -> str:
    """The amount as digits with one point: no exponent, no trailing zeros, `0` for zero."""
    text = f"{amount:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def total(amounts: Iterable[Decimal | None]) -> Decimal:
    """The exact sum of the amounts; None counts as nothing."""
    return sum((amount for amount in amounts if amount is not None), ZERO)
