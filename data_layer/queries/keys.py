"""Filters resolved on the key tables first, so that facts are read by key."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Table, Text, and_, any_, false, func, not_, or_, select

from data_layer.models import charge_key, cost_key, service_key
from data_layer.queries.relations import Part, Relation, named_spans
from finops_dash.domain.cost_query import CostQuery, Filter
from finops_dash.domain.registry import Dimension, Level, find_dimension


def key_table(dimension: Dimension, relation: Relation) -> Table:
    """The key table that holds the dimension for facts of the relation's level."""
    if dimension.level is Level.CHARGE:
        return charge_key
    return service_key if relation.level is Level.SERVICE else cost_key


def column_of(dimension: Dimension, relation: Relation) -> ColumnElement[Any]:
    """Where the dimension's value stands."""
    if dimension.tag_key is not None:
        return tag_of(dimension.tag_key)
    return key_table(dimension, relation).c[dimension.column]


def tag_of(key: str) -> ColumnElement[str | None]:
    """The value of a tag; an empty one is no value, as an empty text is none."""
    return func.nullif(cost_key.c.tags.op("->>")(key), "", type_=Text)


def kept_facts(
    query: CostQuery, relation: Relation, part: Part, tenant_id: int
) -> list[ColumnElement[bool]]:
    """Conditions on the facts of a part: tenant, days, and the keys its filters leave."""
    found = [part.table.c.tenant_id == tenant_id, part.condition]
    found += [_in_days(item, part) for item in query.filters if _is_time(item)]
    for table, wanted in _wanted(query, relation).items():
        keys = select(table.c[table.name]).where(table.c.tenant_id == tenant_id, *wanted)
        found.append(part.table.c[table.name] == any_(func.array(keys.scalar_subquery())))
    return found


def _wanted(query: CostQuery, relation: Relation) -> dict[Table, list[ColumnElement[bool]]]:
    """The conditions of the filters by the key table they speak of."""
    wanted: dict[Table, list[ColumnElement[bool]]] = {}
    for item in query.filters:
        dimension = find_dimension(item.dimension)
        if not _is_time(item):
            condition = _condition(item, column_of(dimension, relation))
            wanted.setdefault(key_table(dimension, relation), []).append(condition)
    if query.currency is not None:
        currency = find_dimension("billing_currency")
        same = column_of(currency, relation) == query.currency
        wanted.setdefault(key_table(currency, relation), []).append(same)
    return wanted


def _is_time(item: Filter) -> bool:
    return find_dimension(item.dimension).level is Level.TIME


def _condition(item: Filter, column: ColumnElement[Any]) -> ColumnElement[bool]:
    matched = _contains(column, item.values) if item.contains else _is(column, item.values)
    return not_(func.coalesce(matched, false())) if item.negated else matched


def _is(column: ColumnElement[Any], values: tuple[str, ...]) -> ColumnElement[bool]:
    texts = [value for value in values if value]
    found: list[ColumnElement[bool]] = [column.in_(texts)] if texts else []
    if "" in values:
        found.append(column.is_(None))
    return or_(*found)


def _contains(column: ColumnElement[Any], values: tuple[str, ...]) -> ColumnElement[bool]:
    return or_(*(column.icontains(value, autoescape=True) for value in values))


def _in_days(item: Filter, part: Part) -> ColumnElement[bool]:
    """The days or months named; a value that is neither matches nothing."""
    spans = [and_(part.day >= span.start, part.day < span.end) for span in named_spans(item)]
    matched = or_(false(), *spans)
    return not_(matched) if item.negated else matched
