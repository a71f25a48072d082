"""All resources of a tenant as a text that is searched as one types."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

MOST_TERMS = 8
_PART, _LINE = "\x1f", "\n"
_PLAIN = str.maketrans({_PART: " ", _LINE: " "})
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Placing:
    """What a resource is charged under: what a bill says of it beside its names and numbers."""

    provider: str
    service: str
    billing_account: str
    account: str
    account_name: str
    region: str
    tags: Pairs


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource as the bill of its last month has it; `names` are all it ever had."""

    id: str
    name: str
    type: str
    placing: Placing
    names: tuple[str, ...]

    @property
    def title(self) -> str:
        """What people call it: its name, or its id where it has none."""
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class ResourceIndex:
    """Resources by id, and where a text stands in their ids, names and tags."""

    by_id: dict[str, Resource]
    ids: list[str]
    texts: Lines
    tags: Lines

    def search(self, text: str) -> set[str]:
        """The ids of the resources that every word of the text speaks of, whatever the case.

        A word stands in the id, a name or the value of a tag; `key=value` begins a tag.
        """
        found: set[int] | None = None
        for term in terms_of(text):
            hits = set(self.texts.having(term))
            if "=" in term:
                hits.update(self.tags.having(_PART + term))
            found = hits if found is None else found & hits
        return {self.ids[number] for number in found or ()}


def index_of(rows: Iterable[Mapping[str, Any]], placings: Mapping[int, Placing]) -> ResourceIndex:
    """The index of the rows of `queries.resources.resources_of`, and the cost keys they name."""
    grouped: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        if row["cost_key"] in placings:  # else a load came between the two statements
            grouped.setdefault(row["resource_id"], []).append(row)
    by_id = {name: _resource(name, found, placings) for name, found in grouped.items()}
    texts, tags = [], []
    for one, found in zip(by_id.values(), grouped.values(), strict=True):
        pairs = {pair for row in found for pair in placings[row["cost_key"]].tags}
        texts.append(_line([one.id, *one.names, *(value for _, value in pairs)]))
        tags.append(_line([f"{key}={value}" for key, value in pairs]))
    return ResourceIndex(by_id, list(by_id), Lines.of(texts), Lines.of(tags))


def terms_of(text: str) -> list[str]:
    """The words of a search, the first eight, without their case."""
    return list(dict.fromkeys(text.casefold().translate(_PLAIN).split()))[:MOST_TERMS]


@dataclass(frozen=True, slots=True)
class Lines:
    """Texts as the lines of one, in which finding is a single pass."""

    text: str
    starts: list[int]

    @classmethod
    def of(cls, lines: list[str]) -> Lines:
        """The lines, none of which holds a line break."""
        lengths = (len(line) + 1 for line in lines[:-1])
        return cls(_LINE.join(lines), list(accumulate(lengths, initial=0)) if lines else [])

    def having(self, term: str) -> Iterator[int]:
        """The numbers of the lines that have the term."""
        at = self.text.find(term)
        while at >= 0:
            number = bisect_right(self.starts, at) - 1
            yield number
            if number + 1 == len(self.starts):
                return
            at = self.text.find(term, self.starts[number + 1])


def _resource(
    name: str, rows: list[Mapping[str, Any]], placings: Mapping[int, Placing]
) -> Resource:
    latest = max(rows, key=lambda row: (row["last_month"], row["cost_key"]))
    names = tuple(sorted({row["resource_name"] for row in rows if row["resource_name"]}))
    shown, kind = latest["resource_name"] or "", latest["resource_type"] or ""
    return Resource(name, shown, kind, placings[latest["cost_key"]], names)


def placing_of(row: Mapping[str, Any]) -> Placing:
    """The placing that a row of the cost keys describes."""
    tags = sorted((key, _text(value)) for key, value in (row["tags"] or {}).items())
    return Placing(
        row["provider_name"] or "",
        row["service_name"] or "",
        row["billing_account_id"] or "",
        row["sub_account_id"] or "",
        row["sub_account_name"] or "",
        row["region_id"] or "",
        tuple(tags),
    )


def _text(value: Any) -> str:  # noqa: ANN401 - a tag's value, mostly text
    import json

    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _line(parts: Iterable[str]) -> str:
    return "".join(_PART + part.casefold().translate(_PLAIN) for part in parts)
