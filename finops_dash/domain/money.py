"""Money: an exact amount with its currency. Amounts of two currencies are never added."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, localcontext

ZERO = Decimal(0)
# Python rounds sums to 28 digits by default; Postgres's numeric has up to 147,455 of them.
_EXACT = Context(prec=150_000, traps=[Inexact])


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
        return Money(total((self.amount, other.amount)), self.currency)


def exactly() -> AbstractContextManager[Context]:
    """Inside, decimals are added up without rounding, however many digits they have."""
    return localcontext(_EXACT)


def plain(amount: Decimal) -> str:
    """The amount as digits with one point: no exponent, no trailing zeros, `0` for zero."""
    text = f"{amount:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def total(amounts: Iterable[Decimal | None]) -> Decimal:
    """The exact sum of the amounts; None counts as nothing."""
    with exactly():
        return sum((amount for amount in amounts if amount is not None), ZERO)


def main_currency(currencies: Sequence[str]) -> str | None:
    """The currency a page shows when nobody chose one; None where nothing is billed."""
    if not currencies:
        return None
    return "USD" if "USD" in currencies else currencies[0]
