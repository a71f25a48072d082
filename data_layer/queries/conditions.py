"""A query's filters as SQL conditions on the columns of a relation."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, not_, or_

from data_layer.queries.relations import Relation
from finops_dash.domain.cost_query import CostQuery, Filter
from finops_dash.domain.period import Period
from finops_dash.domain.errors import QueryError
from finops_dash.domain.registry import Level, find_dimension


def conditions(query: CostQuery, relation: Relation) -> list[ColumnElement[bool]]:
    """One condition per filter, and one for the currency where the query names it."""
    found = [_condition(item, relation) for item in query.filters]
    if query.currency is not None:
        found.append(relation.key_column("billing_currency") == query.currency)
    return found


def _condition(item: Filter, relation: Relation) -> ColumnElement[bool]:
    dimension = find_dimension(item.dimension)
    if dimension.level is Level.TIME:
        matched = _in_days(item, relation)
    elif item.contains:
        matched = _contains(relation.column(dimension), item.values)
    else:
        matched = _is(relation.column(dimension), item.values)
    return not_(func.coalesce(matched, false())) if item.negated else matched


def _is(column: ColumnElement[Any], values: tuple[str, ...]) -> ColumnElement[bool]:
    texts = [value for value in values if value]
    found: list[ColumnElement[bool]] = [column.in_(texts)] if texts else []
    if "" in values:
        found.append(column.is_(None))
    return or_(*found)


def _contains(column: ColumnElement[Any], values: tuple[str, ...]) -> ColumnElement[bool]:
    return or_(*(column.icontains(value, autoescape=True) for value in values))


def _in_days(item: Filter, relation: Relation) -> ColumnElement[bool]:
    """The days or months named; a value that is neither matches nothing."""
    spans = []
    for value in item.values:
        try:
            span = Period.parse(value).resolve(date.min)
        except (QueryError, OverflowError, ValueError):
            continue
        spans.append(and_(relation.day >= span.start, relation.day < span.end))
    return or_(false(), *spans)
