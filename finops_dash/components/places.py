"""The pages that show a `CostQuery`, and the links that change it where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from dash import html
from dash.development.base_component import Component

from finops_dash.domain.cost_query import Compare, CostQuery
from finops_dash.domain.look import KEYS, Look, look_from_url
from finops_dash.domain.period import Period
from finops_dash.domain.url import DEFAULT, Notice, apart, from_url, to_url


@dataclass(frozen=True, slots=True)
class Place:
    """A page that shows a query: its path, what its URL leaves out, and says beside the query."""

    path: str
    default: CostQuery = DEFAULT
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


OVERVIEW = Place("/overview", CostQuery(compare=Compare.PREVIOUS_PERIOD))
EXPLORER = Place("/explorer")
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


def view_link(
    children: Any,  # noqa: ANN401 - whatever Dash shows
    href: str,
    how: Literal["replace", "push"] = "replace",
    **more: Any,  # noqa: ANN401 - attributes of the link
) -> Component:
    """A real link that `view.js` follows without a new page: filters replace, drill-downs push."""
    attributes: dict[str, Any] = {"data-view": how, **more}
    return html.A(children, href=href, **attributes)
