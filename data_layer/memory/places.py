"""Which facts count for a query, and the time bucket and group that each is summed into."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data_layer.memory.columns import KeyColumn
from data_layer.memory.facts import Facts
from data_layer.queries.groups import buckets_of
from data_layer.queries.keys import is_time
from data_layer.queries.relations import Part, named_spans
from finops_dash.domain.cost_query import CostQuery, Grain
from finops_dash.domain.period import first_of_quarter

Bucket = tuple[date, ...]
Places = NDArray[np.intp]
_FIRST_DAY: dict[Grain, Callable[[date], date]] = {
    Grain.DAY: lambda day: day,
    Grain.WEEK: lambda day: day - timedelta(days=day.weekday()),
    Grain.MONTH: lambda day: day.replace(day=1),
    Grain.QUARTER: first_of_quarter,
}


@dataclass(frozen=True, slots=True)
class Groups:
    """What tells sums apart beside time: the values by name, and the group of each key."""

    names: tuple[str, ...]
    values: list[tuple[str | None, ...]]
    of_key: Places


def groups_of(columns: Mapping[str, KeyColumn], keys: int) -> Groups:
    """The groups that the keys fall into by the columns, in the order of their values."""
    code = np.zeros(keys, np.int64)
    for column in columns.values():
        code = code * len(column.values) + column.codes
    _, firsts, of_key = np.unique(code, return_index=True, return_inverse=True)
    values = [
        tuple(column.values[column.codes[key]] for column in columns.values())
        for key in firsts.tolist()
    ]
    return Groups(tuple(columns), values, of_key)


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a part that count: their places among the days of its facts, and buckets."""

    facts: Facts
    places: list[int]
    buckets: list[Bucket]

    def rows(self, number: Mapping[Bucket, int], groups: Groups, kept: Any) -> tuple[Any, Places]:  # noqa: ANN401 - numpy's index and mask
        """The rows that count, as an index, and the place of each among (bucket, group).

        `kept` says of each key whether its facts count; None where all do.
        """
        starts = np.asarray(self.facts.starts, np.intp)
        begins, ends = starts[:-1][self.places], starts[1:][self.places]
        index = _index(self.places, begins, ends)
        keys = self.facts.key_of[index]
        bucket = np.repeat([number[found] for found in self.buckets], ends - begins)
        bucket = bucket.astype(np.intp) * len(groups.values)
        if kept is None:
            return index, bucket + groups.of_key[keys]
        chosen = np.flatnonzero(kept[keys])
        among = chosen + index.start if isinstance(index, slice) else index[chosen]
        return among, bucket[chosen] + groups.of_key[keys[chosen]]


def span_of(query: CostQuery, part: Part, facts: Facts) -> Span:
    """The days of the part's facts that count for the query."""
    firsts = [_FIRST_DAY[Grain(name)] for name in buckets_of(query)]
    places = [
        place
        for span in part.spans
        for place in range(bisect_left(facts.days, span.start), bisect_left(facts.days, span.end))
    ]
    for item in filter(is_time, query.filters):
        named = named_spans(item)
        places = [
            place
            for place in places
            if any(facts.days[place] in span for span in named) != item.negated
        ]
    return Span(facts, places, [tuple(f(facts.days[n]) for f in firsts) for n in places])


def _index(places: Sequence[int], begins: Places, ends: Places) -> Any:  # noqa: ANN401 - slice or array
    if places and places[-1] - places[0] == len(places) - 1:
        return slice(int(begins[0]), int(ends[-1]))
    return np.concatenate([np.zeros(0, np.intp), *map(np.arange, begins, ends)])
