"""Pages whose URL says more than a `CostQuery`: what to search for, which columns to show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote

from finops_dash.components import places
from finops_dash.components.places import Place
from finops_dash.domain.cost_query import CostQuery
from finops_dash.domain.url import LONGEST_QUERY, Notice

Source = str | Mapping[str, str | Sequence[str]]
LONGEST_TEXT = 2000


@dataclass(frozen=True, slots=True)
class KeyedPlace(Place):
    """A page with keys of its own in its URL, which each of its links keeps."""

    keys: tuple[str, ...] = ()
    said: tuple[tuple[str, str], ...] = ()

    def href(self, query: CostQuery) -> str:
        """The link to the query on this page, with the page's own keys."""
        link = Place.href(self, query)
        own = "&".join(f"{key}={quote(text, safe=',')}" for key, text in self.said if text)
        return f"{link}{'&' if '?' in link else '?'}{own}" if own else link

    def read(self, source: Source) -> tuple[CostQuery, tuple[Notice, ...]]:
        """The query that the page's URL describes, and what it got wrong."""
        query, notices = Place.read(self, source)
        return query, tuple(notice for notice in notices if notice.key not in self.keys)

    def at(self, source: Source) -> KeyedPlace:
        """The page with its own keys as its URL has them."""
        found = dict(_pairs(source))
        return self.with_own(**{key: found[key] for key in self.keys if key in found})

    def with_own(self, **own: str) -> KeyedPlace:
        """The page with some of its own keys changed."""
        texts = {**dict(self.said), **own}
        kept = tuple((key, texts[key][:LONGEST_TEXT]) for key in self.keys if texts.get(key))
        return replace(self, said=kept)

    def text(self, key: str) -> str:
        """What the URL says under one of the page's own keys; empty where it says nothing."""
        return dict(self.said).get(key, "")


def _pairs(source: object) -> list[tuple[str, str]]:
    """The parameters as pairs; none of what cannot be read, of which `read` gives notice."""
    if isinstance(source, str) and len(source) <= LONGEST_QUERY:
        try:
            return parse_qsl(source.removeprefix("?"), keep_blank_values=True, max_num_fields=200)
        except ValueError:
            return []
    if not isinstance(source, Mapping):
        return []
    return [(key, str(v[-1] if isinstance(v, list) and v else v)) for key, v in source.items()]


COLUMNS_KEY = "columns"
CHARGES = KeyedPlace(places.CHARGES.path, places.CHARGES.default, keys=(COLUMNS_KEY,))
