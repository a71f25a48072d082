"""Commitments: a fee a day, for use at a lower price; what nobody uses of it is idle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from finops_dash.demo.charges import AMOUNT, NONE, QUANTITY, Charges, Priced, priced

WHOLE = AMOUNT // QUANTITY  # from a quantity to a quantity of commitments


@dataclass(frozen=True, slots=True)
class Use:
    """What was used on a day, row by row; `covered_kind` is -1 where no commitment may cover."""

    day: int
    service: np.ndarray
    hour: np.ndarray
    hours: np.ndarray
    quantity: np.ndarray
    list_price: np.ndarray
    contracted_price: np.ndarray
    standard_kind: np.ndarray
    covered_kind: np.ndarray

    def at_standard_price(self, quantity: np.ndarray) -> Charges:
        """Charges for so much of each row, none for a row with nothing left."""
        chosen = np.flatnonzero(quantity)
        amount = quantity[chosen]
        contracted = amount * self.contracted_price[chosen]
        nothing = np.full(len(chosen), NONE)
        kind = self.standard_kind[chosen]
        return self._charges(chosen, kind, amount, contracted, contracted, nothing)

    def covered(self, quantity: np.ndarray, price: int, *, in_money: bool) -> Charges:
        """Charges for the parts of rows that a commitment of that price covers."""
        chosen = np.flatnonzero(quantity)
        amount = quantity[chosen]
        effective = amount * price
        committed = effective if in_money else amount * WHOLE
        kind, billed = self.covered_kind[chosen], np.zeros(len(chosen), np.int64)
        return self._charges(chosen, kind, amount, effective, billed, committed)

    def _charges(  # noqa: PLR0913 - the columns that differ
        self,
        chosen: np.ndarray,
        kind: np.ndarray,
        amount: np.ndarray,
        effective: np.ndarray,
        billed: np.ndarray,
        committed: np.ndarray,
    ) -> Charges:
        listed, contracted = self.list_price[chosen], self.contracted_price[chosen]
        return Charges(
            kind, np.full(len(chosen), self.day), self.hour[chosen], self.hours[chosen],
            amount, listed, contracted, amount * listed, amount * contracted,
            effective, billed, amount, committed,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Commitment:
    """So much use of a service a day, bought at a price; counted in money or in what is used."""

    service: int
    bought: int
    unused: int
    capacity: int
    price: int
    standard: Priced
    in_money: bool

    def charges(self, use: Use, left: np.ndarray) -> list[Charges]:
        """The purchase, the use it covers and what is idle; the covered part leaves `left`.

        Effective cost and commitment quantity of the last two are those of the first, exactly.
        """
        may = (use.service == self.service) & (use.covered_kind >= 0)
        wanted = np.where(may, left, 0)
        taken = np.clip(self.capacity - (np.cumsum(wanted) - wanted), 0, wanted)
        left -= taken
        idle = self.capacity - int(taken.sum())
        found = [self._purchase(use.day), use.covered(taken, self.price, in_money=self.in_money)]
        return [*found, self._idle(use.day, idle)] if idle else found

    def _purchase(self, day: int) -> Charges:
        price = Priced.at(self.capacity, self.price)
        return priced(
            self.bought, day, price, effective=0, committed=self._committed(self.capacity)
        )

    def _idle(self, day: int, quantity: int) -> Charges:
        price = Priced(quantity, self.standard.list_price, self.standard.contracted_price)
        effective, committed = quantity * self.price, self._committed(quantity)
        return priced(self.unused, day, price, effective=effective, billed=0, committed=committed)

    def _committed(self, quantity: int) -> int:
        return quantity * (self.price if self.in_money else WHOLE)
