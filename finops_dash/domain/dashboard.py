"""A dashboard: cards on a grid of twelve columns, each of which stands in the dashboard's link.

A card reads `6x5:ask:Cost by service?group_by=service&grain=day`: its columns and rows, what kind
of card it is, and what it shows. Cards come in the order in which they stand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from finops_dash.domain.cost_query import CostQuery
from finops_dash.domain.errors import QueryError
from finops_dash.domain.look import KEYS, Look, look_from_url
from finops_dash.domain.period import EVERYTHING, Period
from finops_dash.domain.saved_view import LONGEST_NAME
from finops_dash.domain.texts import TextError, checked
from finops_dash.domain.url import MOST_FILTERS, Notice, apart, from_url, parted, to_url

KEY = "card"
COLUMNS, LEAST_COLUMNS = 12, 2
LEAST_ROWS, MOST_ROWS = 2, 10
MOST_CARDS = 24
OWN_PERIODS = CostQuery(
    period=Period(EVERYTHING)
)  # what a dashboard asks unless its link says more
_CARD = re.compile(r"(\d{1,2})x(\d{1,2}):(figure|view|ask):(.+)", re.ASCII | re.DOTALL)
_HOW = "write columns x rows : figure, view or ask : what, such as 3x2:figure:spend"


class Kind(StrEnum):
    """What a card shows: a key figure, a saved view, or a question of its own."""

    FIGURE = "figure"
    VIEW = "view"
    ASK = "ask"


class Figure(StrEnum):
    """The key figures there are."""

    SPEND = "spend"
    MONTH_END = "month_end"
    RUN_RATE = "run_rate"
    MONTH_TO_DATE = "month_to_date"
    ALLOCATED = "allocated"
    SAVINGS_RATE = "savings_rate"
    ANOMALIES = "anomalies"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class Card:
    """A card: its size, and the figure's name, the view's slug, or a title and a question."""

    kind: Kind
    what: str
    columns: int = 6
    rows: int = 5

    @property
    def text(self) -> str:
        """The card as it stands in a link."""
        return f"{self.columns}x{self.rows}:{self.kind}:{self.what}"

    @property
    def asked(self) -> tuple[str, CostQuery, Look]:
        """The title, the question and the look of a card that asks one of its own."""
        title, _, search = self.what.partition("?")
        look, query, _ = _read(search)
        return title, query, look


def asking(title: str, query: CostQuery, look: Look, columns: int = 6, rows: int = 5) -> Card:
    """A card with a question of its own."""
    search = "&".join(filter(None, (to_url(query), look.to_url())))
    return Card(Kind.ASK, f"{title.replace('?', '')}?{search}", columns, rows)


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The cards, and the period, the currency and the filters that all of them are asked with."""

    query: CostQuery = OWN_PERIODS
    cards: tuple[Card, ...] = ()


def read_dashboard(
    source: str | Mapping[str, str | Sequence[str]],
) -> tuple[Dashboard, tuple[Notice, ...]]:
    """The dashboard that a query string (or its parameters) describes, and what it got wrong."""
    own, others = parted(source, (KEY,))
    query, notices = from_url(others if own else source, OWN_PERIODS)
    cards, wrong = read_cards(own.get(KEY, ()))
    return Dashboard(query, cards), (*notices, *wrong)


def read_cards(texts: Sequence[str]) -> tuple[tuple[Card, ...], tuple[Notice, ...]]:
    """The cards that stand under the key of a link, and those it got wrong."""
    cards, notices = (
        [],
        [
            Notice(KEY, text, f"a dashboard has {MOST_CARDS} cards at most")
            for text in texts[MOST_CARDS:]
        ],
    )
    for text in texts[:MOST_CARDS]:
        card, wrong = _card(text)
        cards += [card] if card else []
        notices += wrong
    return tuple(cards), tuple(notices)


def _card(text: str) -> tuple[Card | None, list[Notice]]:
    found = _CARD.fullmatch(text)
    if found is None:
        return None, [Notice(KEY, text, _HOW)]
    kind, what = Kind(found[3]), found[4]
    columns = min(max(int(found[1]), LEAST_COLUMNS), COLUMNS)
    rows = min(max(int(found[2]), LEAST_ROWS), MOST_ROWS)
    if kind is Kind.FIGURE and what not in list(Figure):
        return None, [Notice(KEY, text, f"choose one of {', '.join(Figure)}")]
    if kind is not Kind.ASK:
        return Card(kind, what, columns, rows), []
    title, _, search = what.partition("?")
    try:
        name = checked("The title", title, LONGEST_NAME)
    except TextError as error:
        return None, [Notice(KEY, text, str(error))]
    look, query, wrong = _read(search)
    return asking(name, query, look, columns, rows), list(wrong)


def _read(search: str) -> tuple[Look, CostQuery, tuple[Notice, ...]]:
    look, wrong = look_from_url(search)
    own, others = apart(search, KEYS)
    query, notices = from_url(others if own else search)
    return look, query, (*notices, *wrong)


def within(query: CostQuery, dashboard: CostQuery) -> CostQuery:
    """The question of a card as its dashboard asks it: of its period, currency and filters."""
    filters = tuple(dict.fromkeys((*query.filters, *dashboard.filters)))
    if len(filters) > MOST_FILTERS:
        reason = f"the card and its dashboard have more than {MOST_FILTERS} together"
        raise QueryError("filter", len(filters), reason)
    period = query.period if dashboard.period == OWN_PERIODS.period else dashboard.period
    return replace(
        query,
        period=period,
        filters=filters,
        currency=dashboard.currency or query.currency,
        as_of=dashboard.as_of or query.as_of,
    )
