"""Amounts as people read them; the numbers behind stay exact."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

from finops_dash.domain.money import plain
from finops_dash.domain.registry import find_measure

SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
NO_CENTS = {"JPY", "KRW", "CLP", "VND", "ISK", "HUF"}
CENT, MICRO = Decimal("0.01"), Decimal("0.000001")
MINUS = "\u2212"
_STEPS = ((Decimal(10) ** 3, "k"), (Decimal(10) ** 6, "M"), (Decimal(10) ** 9, "B"))
_WHOLE_UP_TO = Decimal(10_000)
_NEXT_STEP = 1000


def short(amount: Decimal, currency: str | None) -> str:
    """`$1.23M`, `$12.3k`, `−$12.00`, `<$0.01`: for cards and sentences."""
    size = abs(amount)
    if size < _WHOLE_UP_TO:
        return full(amount, currency)
    shown = [(_three_figures(size / step), letter) for step, letter in _STEPS]
    figures, letter = next((pair for pair in shown if pair[0] < _NEXT_STEP), shown[-1])
    return _signed(amount, f"{figures}{letter}", currency)


def _three_figures(size: Decimal) -> Decimal:
    fine = size.quantize(CENT, ROUND_HALF_EVEN)
    return fine if fine < 10 else size.quantize(Decimal("0.1"), ROUND_HALF_EVEN)  # noqa: PLR2004 - one figure before the point


def full(amount: Decimal, currency: str | None) -> str:
    """`$1,234,567.89`: for tables; a tiny amount that is not nothing says so."""
    size = abs(amount)
    least = _least(currency)
    if 0 < size < CENT and least == CENT:
        return f"{MINUS if amount < 0 else ''}<{_symbol(currency)}{CENT}"
    return _signed(amount, f"{size.quantize(least, ROUND_HALF_EVEN):,}", currency)


def amount(value: Decimal | None, measure: str, unit: str | None) -> str:
    """An amount of any measure: money, a quantity with its unit, or a price to six places."""
    kind = find_measure(measure).kind
    if value is None:
        return "–"
    if kind == "money":
        return full(value, unit)
    if kind == "quantity":
        return f"{_signed(value, f'{abs(value).quantize(CENT):,}', None)} {unit or ''}".rstrip()
    currency, _, per = (unit or "").partition(" per ")
    digits = plain(abs(value).quantize(MICRO))
    return _signed(value, digits, currency) + (f" per {per}" if per else "")


def bare(unit: str | None) -> str | None:
    """The unit of amounts that stand below it: of a price, its currency alone."""
    return unit.partition(" per ")[0] if unit else unit


def change_of(name: str, now: Decimal, before: Decimal, unit: str | None) -> tuple[str, int]:
    """A change of any measure and its direction: of money with its amount, else as a share."""
    if find_measure(name).kind == "money":
        return change(now, before, unit)
    direction = (now > before) - (now < before)
    if not direction:
        return "–", 0
    arrow, sign = ("▲", "+") if direction > 0 else ("▼", MINUS)
    share = f"{sign}{abs((now - before) / before):.1%}" if before else "new"
    return f"{arrow} {share}", direction


def price(amount: Decimal, currency: str | None) -> str:
    """`$0.1784`, `$0.00001667`, `$1,234.57`: four figures, of large amounts the cents."""
    places = max(2, 3 - amount.adjusted()) if amount else 2
    return _signed(amount, f"{abs(amount):,.{places}f}", currency)


def change(now: Decimal, before: Decimal, currency: str | None) -> tuple[str, int]:
    """`▲ +$1,240.00 (+8.2 %)` and its direction; `new` from nothing, `–` for no change."""
    difference = now - before
    if abs(difference) < _least(currency):
        return "–", 0
    arrow, sign = ("▲", "+") if difference > 0 else ("▼", MINUS)
    amount = short(abs(difference), currency)
    if before == 0:
        return f"{arrow} new", 1 if difference > 0 else -1
    share = abs(difference / before)
    return f"{arrow} {sign}{amount} ({sign}{share:.1%})", 1 if difference > 0 else -1


def _least(currency: str | None) -> Decimal:
    """The smallest amount that is written out."""
    return Decimal(1) if currency in NO_CENTS else CENT


def _symbol(currency: str | None) -> str:
    return SYMBOLS.get(currency or "", f"{currency} " if currency else "")


def _signed(amount: Decimal, digits: str, currency: str | None) -> str:
    return f"{MINUS if amount < 0 else ''}{_symbol(currency)}{digits}"
