"""The pages that show a `CostQuery`, and the links that change it where it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode

from dash import html
from dash.development.base_component import Component

from finops_dash.domain.bridge_query import OWN as BRIDGE_KEYS
from finops_dash.domain.cost_query import Compare, CostQuery, Order
from finops_dash.domain.dashboard import KEY as CARD_KEY
from finops_dash.domain.dashboard import OWN_PERIODS, Card
from finops_dash.domain.heatmap import KEY as MAP_KEY
from finops_dash.domain.look import KEYS, Look, look_from_url
from finops_dash.domain.period import Period
from finops_dash.domain.saved_view import Link
from finops_dash.domain.url import DEFAULT, LONGEST_QUERY, VIEW, Notice, apart, from_url, to_url


@dataclass(frozen=True, slots=True)
class Place:
    """A page that shows a query: its path, what its URL leaves out, and says beside the query.

    `own` are keys of its URL beside the query's, which a saved view keeps as they are; `beside` is
    what they say in the links of a page as it stands.
    """

    path: str
    default: CostQuery = DEFAULT
    own: tuple[str, ...] = ()
    beside: str = ""

    def href(self, query: CostQuery) -> str:
        """The link to the query on this page."""
        text = "&".join(filter(None, (to_url(query, self.default), self.beside)))
        return f"{self.path}?{text}" if text else self.path

    def seen(self, look: Look) -> Place:
        """The same page, whose links keep the look."""
        return replace(self, beside=look.to_url())

    def read(
        self, source: str | Mapping[str, str | Sequence[str]]
    ) -> tuple[CostQuery, tuple[Notice, ...]]:
        """The query that the page's URL describes, and what it got wrong.

        A browser may send anything for it; what is neither text nor parameters says nothing.
        """
        return from_url(source if isinstance(source, str | Mapping) else "", self.default)

    def link(self, query: CostQuery, search: str = "") -> Link:
        """The page with the query, and with what `search` says in the page's own keys."""
        pairs = parse_qsl(search.removeprefix("?")[:LONGEST_QUERY]) if self.own else []
        kept = sorted((pair for pair in pairs if pair[0] in self.own), key=itemgetter(0))
        own = urlencode(kept)
        return Link(self.path, "&".join(filter(None, (to_url(query, self.default), own))))

    def canonical(self, search: str) -> Link:
        """The page with what it understands of the query string, in its one spelling."""
        return self.link(self.read(search)[0], search)


OVERVIEW = Place("/overview", CostQuery(compare=Compare.PREVIOUS_PERIOD))
EXPLORER = Place("/explorer", own=KEYS)
BRIDGE = Place("/bridge", CostQuery(period=Period("last-month"), compare=Compare.PREVIOUS_PERIOD))


def read_explored(
    source: str | Mapping[str, str | Sequence[str]],
) -> tuple[CostQuery, Look, tuple[Notice, ...]]:
    """What the explorer's URL asks, how it shows it, and what it got wrong."""
    if not isinstance(source, str | Mapping):
        return EXPLORER.default, Look(), ()
    look, wrong = look_from_url(source)
    own, others = apart(source, KEYS)
    query, notices = EXPLORER.read(others if own else source)
    return query, look, (*notices, *wrong)


MULTICLOUD = Place("/multicloud", CostQuery(compare=Compare.PREVIOUS_PERIOD))


DASHBOARD = Place("/dashboard", OWN_PERIODS, own=(CARD_KEY,))


def dashboard_of(cards: Sequence[Card]) -> Place:
    """The page with these cards, which its links keep."""
    return replace(DASHBOARD, beside=urlencode([(CARD_KEY, card.text) for card in cards]))


OF_ONE = CostQuery(compare=Compare.PREVIOUS_PERIOD)  # what the page of one resource leaves out
CHARGES = Place("/charges", CostQuery(order=Order.NAME), own=("columns",))
_SAVED = (
    OVERVIEW,
    EXPLORER,
    DASHBOARD,
    replace(BRIDGE, own=BRIDGE_KEYS),
    MULTICLOUD,
    Place("/heatmap", own=(MAP_KEY,)),
    CHARGES,
    Place("/resources", own=("search",)),
)
_ONE_RESOURCE = re.compile(r"/resources/[\w.~%!$&'()*+,;=:@-]+", re.ASCII)


def place_at(path: object) -> Place | None:
    """The page at the path that shows a query, with the keys that a saved view keeps; or None."""
    if isinstance(path, str) and _ONE_RESOURCE.fullmatch(path):
        return Place(path, OF_ONE, own=("columns",))
    return next((place for place in _SAVED if place.path == path), None)


def opened_as(view_link: Link, slug: str) -> str:
    """The address of a saved view: what it shows, and that it is this view which shows it."""
    return f"{view_link.href}{'&' if view_link.query else '?'}{VIEW}={slug}"


def view_link(
    children: Any,  # noqa: ANN401 - whatever Dash shows
    href: str,
    how: Literal["replace", "push"] = "replace",
    **more: Any,  # noqa: ANN401 - attributes of the link
) -> Component:
    """A real link that `view.js` follows without a new page: filters replace, drill-downs push."""
    attributes: dict[str, Any] = {"data-view": how, **more}
    return html.A(children, href=href, **attributes)
