"""A bridge in words: what it leads from and to, what its steps are made of."""

from __future__ import annotations

from decimal import Decimal

from finops_dash.analytics.bridge import Amount, Bridge, Contribution, Part, Thing
from finops_dash.components.money import MINUS, full, short
from finops_dash.domain.bridge_query import Way
from finops_dash.domain.bridge_steps import Step
from finops_dash.domain.cost_query import CostQuery
from finops_dash.domain.money import plain
from finops_dash.domain.period import DateRange, next_month
from finops_dash.domain.registry import find_measure
from finops_dash.services.bridge import BridgeAnswer

MOST_NAMED = 3
TOGETHER = "\u2060"  # after a minus, so that no line ends between it and its amount
BY_QUANTITY = (Step.VOLUME, Step.MIX)
DIGITS = 6


def headline(answer: BridgeAnswer) -> str:
    """“From $1.20M in … to $1.31M in …: +$110k (+9.2 %), of which Volume +$80k …”."""
    bridge, currency = answer.bridge, answer.currency
    first, last = ends(answer)
    words = f"From {short(bridge.start, currency)} {first} to {short(bridge.end, currency)} {last}"
    if not bridge.change:
        return unbroken(f"{words}: no change{_named(bridge, currency)}.")
    share = f" ({percent(bridge.change, bridge.start)})" if bridge.start > 0 else ""
    change = signed(bridge.change, currency)
    return unbroken(f"{words}: {change}{share}{_named(bridge, currency)}.")


def unbroken(text: str) -> str:
    """The text without a place for a line to end inside a negative amount."""
    return text.replace(MINUS, MINUS + TOGETHER)


def _named(bridge: Bridge, currency: str) -> str:
    """The steps that move most."""
    dearest = by_size(bridge)[:MOST_NAMED]
    if not dearest:
        return ""
    texts = [f"{part.step.label} {signed(part.amount, currency)}" for part in dearest]
    listed = ", ".join(texts[:-1]) + (" and " if texts[:-1] else "") + texts[-1]
    return f", of which {listed}"


def by_size(bridge: Bridge) -> list[Part]:
    """The steps, the one that moves most first."""
    return sorted(bridge.steps, key=lambda part: -abs(part.amount))


def ends(answer: BridgeAnswer) -> tuple[str, str]:
    """What A and B are, as they follow an amount."""
    first, last = (_days(span, "%B %Y") for span in answer.days)
    if answer.asked.way is Way.MEASURES:
        names = [find_measure(query.measure).label for query in (answer.start, answer.end)]
        one, other = (name[0].lower() + name[1:] for name in names)
        return f"{one} in {first}", other
    if answer.asked.way is Way.FILTERS:
        return _where(answer.start), f"{_where(answer.end)}, in {last}"
    return f"in {first}", f"in {last}"


def _where(query: CostQuery) -> str:
    return (
        "where " + " and ".join(f.sentence() for f in query.filters) if query.filters else "of all"
    )


def short_ends(answer: BridgeAnswer) -> tuple[str, str]:
    """What A and B are, as names of bars and rows."""
    if answer.asked.way is Way.MEASURES:
        return (
            find_measure(answer.start.measure).label,
            find_measure(answer.end.measure).label,
        )
    if answer.asked.way is Way.FILTERS:
        return _values(answer.start, answer.end), _values(answer.end, answer.start)
    first, last = (_days(span, "%b %Y") for span in answer.days)
    return first, last


def _days(span: DateRange, month: str) -> str:
    """The days; a whole month by its name."""
    is_month = span.is_whole_months() and span.end == next_month(span.start)
    return f"{span.start:{month}}" if is_month else span.sentence()


def _values(query: CostQuery, other: CostQuery) -> str:
    """What the filters that the other query lacks let through."""
    own = [item for item in query.filters if item not in other.filters]
    return " and ".join(" or ".join(v or "empty" for v in item.values) for item in own) or "All"


def signed(amount: Decimal, currency: str | None) -> str:
    """`+$1.20k` or `−$1.20k`; nothing has no sign."""
    return f"+{short(amount, currency)}" if amount > 0 else short(amount, currency)


def brief(amount: Decimal, currency: str | None) -> str:
    """`$882` or `−$4.57k`: beside bars, where there is little room; cents of small change alone."""
    size = abs(amount)
    if size < 10 or size >= 10_000:  # noqa: PLR2004 - cents, and what `short` shortens
        return short(amount, currency)
    if size < 1000:  # noqa: PLR2004 - no thousands
        return short(amount.quantize(Decimal(1)), currency).removesuffix(".00")
    return f"{short(amount / 1000, currency)}k"


def arrowed(amount: Decimal, currency: str | None) -> str:
    """`▲ +$1,200.00` or `▼ −$1,200.00`: for tables, in words as well as colour."""
    if not amount:
        return "–"
    sign = "▲\u00a0+" if amount > 0 else "▼\u00a0"
    return f"{sign}{full(amount, currency)}"


def percent(amount: Decimal, whole: Decimal) -> str:
    """`+9.2 %` of the whole; `–` of nothing or less."""
    if whole <= 0:
        return "–"
    share = amount / whole * 100
    return f"{MINUS if share < 0 else '+'}{abs(share):,.1f}\u00a0%"


def name_of(thing: Thing) -> str:
    """What a thing is: a commitment and what of it, or a service and its SKU."""
    if thing.commitment is not None:
        return f"{thing.commitment}, {_KINDS.get(thing.charge or '', 'charge')}"
    parts = [thing.service or thing.provider or "No service", thing.sku]
    return " · ".join(part for part in parts if part)


_KINDS = {"Used": "use it covers", "Unused": "not used", "Purchase": "purchase"}


def place_of(thing: Thing) -> str:
    """Where a thing is: region and account, at which kind of price; nothing for all of them."""
    account = thing.account_name or thing.account
    special = thing.category if thing.category not in {None, "Standard"} else None
    return " · ".join(part for part in (thing.region, account, special) if part)


def way_of(item: Contribution, currency: str) -> str:
    """What a thing was and is: its quantities, its prices, or its costs."""
    was, now, unit = item.was, item.now, item.thing.unit or ""
    if item.step in BY_QUANTITY:
        times = "× " if unit[:1].isdigit() else ""  # of units such as `1000 GB-Seconds`
        return f"{_quantity(was)} → {_quantity(now)} {times}{unit}".strip()
    if item.step is Step.RATE:
        return f"{_price(was, currency)} → {_price(now, currency)} per {unit or 'unit'}"
    return unbroken(f"{full(was.cost, currency)} → {full(now.cost, currency)}")


def _quantity(amount: Amount) -> str:
    quantity = amount.quantity
    if quantity is None:
        return "–"
    return f"{quantity:,.0f}" if abs(quantity) >= 1000 else _figures(quantity)  # noqa: PLR2004 - four figures


def _price(amount: Amount, currency: str) -> str:
    if not amount.quantity:
        return "–"
    price = amount.cost / amount.quantity
    return full(price, currency) if abs(price) >= 100 else f"{currency} {_figures(price)}"  # noqa: PLR2004 - with cents


def _figures(value: Decimal) -> str:
    """The value with six figures that count."""
    return plain(Decimal(f"{value:.{DIGITS}g}"))
