"""The rows of a `CostQuery`, summed from facts in memory as the SQL of `queries.cost` would."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data_layer.memory.facts import HALF, Amounts, Facts
from data_layer.memory.places import Bucket, Groups, Places, span_of
from data_layer.queries.groups import buckets_of
from data_layer.queries.relations import Part
from finops_dash.domain.cost_query import MOST_ROWS, CostQuery, Order
from finops_dash.domain.money import exactly

MOST_PLACES = 4_000_000  # of buckets by groups, most of them empty where they are so many


class NotHeldError(Exception):
    """The question is one for the database: too wide for memory, or its data moved on."""


def summed(
    query: CostQuery,
    parts: Sequence[tuple[Part, Facts]],
    groups: Groups,
    kept: NDArray[np.bool_] | None,
    measures: tuple[str, ...],
) -> list[dict[str, Any]]:
    """One row per time bucket and group that has facts, in the query's order, without its limit.

    Facts whose keys are not `kept` do not count; all do where that is None. Raises `NotHeldError`
    where there are more rows than any answer has.
    """
    spans = [span_of(query, part, facts) for part, facts in parts]
    buckets = sorted(set(chain.from_iterable(span.buckets for span in spans)))
    number = {bucket: n for n, bucket in enumerate(buckets)}
    size = len(buckets) * len(groups.values)
    if size > MOST_PLACES:
        raise NotHeldError
    rows = [span.rows(number, groups, kept) for span in spans]
    counts = sum(np.bincount(at, minlength=size) for _, at in rows)
    present: Places = np.flatnonzero(counts)
    if len(present) > MOST_ROWS:
        raise NotHeldError
    sums = [
        _decimals(
            [
                _units(span.facts.amounts[name], index, at, size, present)
                for span, (index, at) in zip(spans, rows, strict=True)
            ]
        )
        for name in measures
    ]
    return _rows(query, (buckets, groups, measures), present, sums)


def _units(
    amounts: Amounts,
    index: Any,  # noqa: ANN401 - a slice or an array of numpy
    at: Places,
    size: int,
    present: Places,
) -> tuple[int, NDArray[Any]]:
    """The scale of a measure, and its exact sum for each place that is present, in units of it."""
    limbs = [
        np.bincount(at, weights=limb[index], minlength=size)[present].astype(np.int64)
        for limb in amounts.limbs
    ]
    if len(limbs) == 2 and not np.any(np.abs(limbs[1]) >> HALF):  # noqa: PLR2004 - one word
        return amounts.scale, (limbs[1] << HALF) + limbs[0]
    units = np.zeros(len(present), np.object_)
    for place, limb in enumerate(limbs):
        units += limb.astype(np.object_) << (HALF * place)
    return amounts.scale, units


def _decimals(parts: Sequence[tuple[int, NDArray[Any]]]) -> list[Decimal]:
    """The exact sums of units of several scales, place by place."""
    scale = max(scale for scale, _ in parts)
    if len(parts) == 1:
        units = parts[0][1]
    else:
        units = sum(found.astype(np.object_) * 10 ** (scale - own) for own, found in parts)
    with exactly():
        return [Decimal(found).scaleb(-scale) for found in units.tolist()]


def _rows(
    query: CostQuery,
    asked: tuple[Sequence[Bucket], Groups, tuple[str, ...]],
    present: Places,
    sums: list[list[Decimal]],
) -> list[dict[str, Any]]:
    buckets, groups, measures = asked
    bucket, group = np.divmod(present, len(groups.values))
    columns = [*_texts(buckets, bucket), *_texts(groups.values, group), *sums]
    names = (*buckets_of(query), *groups.names, *measures)
    if query.order is not Order.NAME:  # as they come, for they are summed in the order of names
        columns = _in_order(columns, bucket.tolist(), sums[0], dearest=query.order is Order.DEAREST)
    return _dicts(names, columns)


def _texts(of: Sequence[tuple[Any, ...]], places: Places) -> list[list[Any]]:
    """Each part of the tuples, for every place."""
    return [
        np.fromiter(part, np.object_, len(of))[places].tolist() for part in zip(*of, strict=True)
    ]


def _in_order(
    columns: list[list[Any]], bucket: list[int], sums: list[Decimal], *, dearest: bool
) -> list[list[Any]]:
    """By time first, then by cost; the order of names stays where both are equal."""
    places = sorted(range(len(sums)), key=sums.__getitem__, reverse=dearest)
    places.sort(key=bucket.__getitem__)
    return [[column[place] for place in places] for column in columns]


def _dicts(names: tuple[str, ...], columns: list[list[Any]]) -> list[dict[str, Any]]:
    if len(names) == 3:  # noqa: PLR2004 - as the longest answers have, for which this is twice as fast
        a, b, c = names
        return [{a: x, b: y, c: z} for x, y, z in zip(*columns, strict=True)]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
