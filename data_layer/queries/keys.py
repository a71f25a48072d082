"""Filters resolved on the key tables first, so that facts are read by key."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Select,
    Table,
    Text,
    and_,
    any_,
    bindparam,
    case,
    false,
    func,
    not_,
    or_,
    select,
)

from data_layer.models import charge_key, cost_key, service_key
from data_layer.models.cuts import cut_key
from data_layer.queries.relations import Part, Relation, named_spans
from finops_dash.domain.cost_query import CostQuery, Filter
from finops_dash.domain.registry import (
    A_DAY,
    AN_HOUR,
    LENGTH,
    LONGER,
    Dimension,
    Level,
    find_dimension,
)


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


def tenant_of(tenant_id: int) -> ColumnElement[int]:
    """The tenant, as the parameter `tenant_id`."""
    return bindparam("tenant_id", tenant_id, Integer)


def kept_facts(
    query: CostQuery,
    relation: Relation,
    part: Part,
    tenant_id: int,
    late: frozenset[Table] = frozenset(),
) -> list[ColumnElement[bool]]:
    """Conditions on the facts of a part: tenant, days, and the keys its filters leave.

    Filters of `late` tables are left to be applied where the facts are joined to these tables.
    """
    tenant = tenant_of(tenant_id)
    found = [part.table.c.tenant_id == tenant, part.condition(relation.parts.index(part))]
    for number, item in enumerate(query.filters):
        if item.dimension == LENGTH.name:
            found.append(_condition(item, _length(part), number))
        elif is_time(item):
            found.append(in_days(item, part))
    for table, wanted in wanted_keys(query, relation).items():
        if table in late:
            continue
        column, keys = part.table.c[table.name], _keys(table, part, tenant).where(*wanted)
        few = any_(func.array(keys.scalar_subquery()))
        found.append(column == few if _leaves_few(query, table, part) else column.in_(keys))
    return found


def _keys(table: Table, part: Part, tenant: ColumnElement[int]) -> Select[tuple[int]]:
    """The tenant's keys; of facts of a cut those that it uses."""
    keys = select(table.c[table.name]).where(table.c.tenant_id == tenant)
    if table is not cost_key or "cut" not in part.table.c:
        return keys
    used = (cut_key.c.tenant_id == tenant, cut_key.c.cost_key == cost_key.c.cost_key)
    return keys.join(cut_key, and_(*used, part.of_cut(cut_key)))


def _leaves_few(query: CostQuery, table: Table, part: Part) -> bool:
    """Whether the facts are best read by the index of their key, one key after the other.

    Else they are held against a set as they are read: where no index has the key, and where
    filters only leave something out.
    """
    if table is not charge_key:
        return part.table.c[table.name].primary_key
    about = (f for f in query.filters if find_dimension(f.dimension).level is Level.CHARGE)
    return not all(item.negated for item in about)


def late_tables(
    query: CostQuery, relation: Relation, joined: tuple[Table, ...]
) -> frozenset[Table]:
    """The joined tables whose filters cost less behind the sums of a month than before them."""
    if relation.level is not Level.CHARGE or any("row_no" in p.table.c for p in relation.parts):
        return frozenset()
    parts = relation.parts
    return frozenset(t for t in joined if not any(_leaves_few(query, t, p) for p in parts))


def wanted_keys(query: CostQuery, relation: Relation) -> dict[Table, list[ColumnElement[bool]]]:
    """The conditions of the filters by the key table they speak of."""
    wanted: dict[Table, list[ColumnElement[bool]]] = {}
    for number, item in enumerate(query.filters):
        dimension = find_dimension(item.dimension)
        if not is_time(item):
            condition = _condition(item, column_of(dimension, relation), number)
            wanted.setdefault(key_table(dimension, relation), []).append(condition)
    if query.currency is not None:
        currency = find_dimension("billing_currency")
        same = column_of(currency, relation) == bindparam("currency", query.currency, Text)
        wanted.setdefault(key_table(currency, relation), []).append(same)
    return wanted


def is_time(item: Filter) -> bool:
    """Whether the filter is about days or months, which stand on the facts themselves."""
    return find_dimension(item.dimension).level is Level.TIME


def _condition(item: Filter, column: ColumnElement[Any], number: int) -> ColumnElement[bool]:
    matched = _contains(column, item.values) if item.contains else _is(column, item.values, number)
    return not_(func.coalesce(matched, false())) if item.negated else matched


def _is(column: ColumnElement[Any], values: tuple[str, ...], number: int) -> ColumnElement[bool]:
    """Whether the column is one of the values: of the parameter `filter_<number>`, or no value."""
    texts = texts_of(values)
    found: list[ColumnElement[bool]] = []
    if texts:
        found.append(column == any_(bindparam(f"filter_{number}", texts, ARRAY(Text))))
    if "" in values:
        found.append(column.is_(None))
    return or_(*found)


def texts_of(values: tuple[str, ...]) -> list[str]:
    """The values that are some text."""
    return [value for value in values if value]


def _contains(column: ColumnElement[Any], values: tuple[str, ...]) -> ColumnElement[bool]:
    return or_(*(column.icontains(value, autoescape=True) for value in values))


def _length(part: Part) -> ColumnElement[str]:
    """How long the charges of a part are: an hour at most, a day at most, or longer."""
    lasted = part.table.c.charge_period_end - part.table.c.charge_period_start
    return case(
        (lasted <= timedelta(hours=1), AN_HOUR), (lasted <= timedelta(days=1), A_DAY), else_=LONGER
    )


def in_days(item: Filter, part: Part) -> ColumnElement[bool]:
    """The days or months that the filter names; a value that is neither matches nothing."""
    spans = [and_(part.day >= span.start, part.day < span.end) for span in named_spans(item)]
    matched = or_(false(), *spans)
    return not_(matched) if item.negated else matched
