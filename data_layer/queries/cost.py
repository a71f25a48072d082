"""The one question of cost: sums of measures by dimensions and time."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    Table,
    and_,
    bindparam,
    cast,
    desc,
    exists,
    func,
    literal_column,
    nulls_last,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import psycopg

from data_layer.models import data_version
from data_layer.queries.groups import UNIT, buckets_of, dimensions_grouped, unit_of
from data_layer.queries.keys import (
    column_of,
    is_time,
    kept_facts,
    key_table,
    late_tables,
    tenant_of,
    texts_of,
    wanted_keys,
)
from data_layer.queries.relations import Part, Relation
from finops_dash.domain.cost_query import MOST_ROWS, CostQuery, Grain, Order
from finops_dash.domain.registry import find_measure

MOST_SHAPES = 2000
_DIALECT = psycopg.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy's dialects have no types
_MADE: dict[Hashable, Statement] = {}


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL as the driver takes it, and the values of its parameters.

    `names` says what its columns are called, where that is not for SQL to know: a tag's key.
    """

    text: str
    values: dict[str, Any]
    names: Mapping[str, str] = field(default_factory=dict)


def cost_by(
    query: CostQuery,
    relation: Relation,
    tenant_id: int,
    also: tuple[str, ...] = (),
    *,
    by_unit: bool,
) -> Statement:
    """One row per time bucket and group: its values and the sums of the measures.

    With `by_unit` the currency (or unit of quantity) is a group of its own and nothing is
    limited, so that the reader of the answer can see whether one sum would mix several. Else
    one row more than the limit comes, so that the reader knows whether there are more.

    Queries that differ in values alone share a text, made once: making it takes longer than
    Postgres takes to answer, and Postgres remembers how to answer a text it has seen before.
    """
    limit = 1 + (MOST_ROWS if by_unit else query.limit or MOST_ROWS)
    shape = _shape(query, relation, (*also, *([UNIT] if by_unit else [])))
    made = None if shape is None else _MADE.get(shape)
    if made is not None:
        return replace(made, values=made.values | _values(query, relation, tenant_id, limit))
    select_ = _cost_by(query, relation, tenant_id, also, by_unit=by_unit)
    compiled = select_.limit(bindparam("limit_", limit, Integer)).compile(dialect=_DIALECT)
    names = {_column(place): d.name for place, d in enumerate(dimensions_grouped(query))}
    statement = Statement(str(compiled), dict(compiled.params), names)
    if len(_MADE) >= MOST_SHAPES:
        _MADE.clear()
    if shape is not None:
        _MADE[shape] = statement
    return statement


def _shape(query: CostQuery, relation: Relation, also: tuple[str, ...]) -> Hashable | None:
    """All of a query that its text depends on; None where values are part of the text."""
    if query.as_of is not None or any(item.contains or is_time(item) for item in query.filters):
        return None
    filters = tuple(
        (item.dimension, item.negated, "" in item.values, any(item.values))
        for item in query.filters
    )
    cut = (query.measure, query.group_by, query.grain, query.order, query.currency is None)
    parts = tuple((part.table.name, part.cut, len(part.spans)) for part in relation.parts)
    return (cut, filters, parts, also, relation.version is None)


def _values(query: CostQuery, relation: Relation, tenant_id: int, limit: int) -> dict[str, Any]:
    """The parameters by name, as `kept_facts` and the parts of the relation name them."""
    found: dict[str, Any] = {"tenant_id": tenant_id, "limit_": limit}
    if relation.version is not None:
        found["version_"] = relation.version
    if query.currency is not None:
        found["currency"] = query.currency
    for number, item in enumerate(query.filters):
        if any(item.values):
            found[f"filter_{number}"] = texts_of(item.values)
    for number, part in enumerate(relation.parts):
        for n, span in enumerate(part.spans):
            found[f"from_{number}_{n}"], found[f"to_{number}_{n}"] = span.start, span.end
    return found


def _cost_by(
    query: CostQuery,
    relation: Relation,
    tenant_id: int,
    also: tuple[str, ...],
    *,
    by_unit: bool,
) -> Select[Any]:
    measures = tuple(dict.fromkeys((query.measure, *also)))
    dimensions = dimensions_grouped(query)
    needed = [*dimensions, *([unit_of(query)] if by_unit else [])]
    tables = {key_table(dimension, relation): None for dimension in needed}
    late = late_tables(query, relation, tuple(tables))
    facts = _facts(query, relation, tenant_id, measures, tuple(tables), late)
    groups = [facts.c[name] for name in buckets_of(query)]
    groups += [column_of(d, relation).label(_column(place)) for place, d in enumerate(dimensions)]
    unit = [column_of(unit_of(query), relation).label(UNIT)] if by_unit else []
    sums = [_summed(name, facts).label(name) for name in measures]
    statement = select(*groups, *unit, *sums).select_from(_joined(facts, tuple(tables), tenant_id))
    for table, wanted in wanted_keys(query, relation).items():
        statement = statement.where(*wanted) if table in late else statement
    if relation.version is not None:
        statement = statement.having(_is_version(relation.version, tenant_id))
    return statement.group_by(*groups, *unit).order_by(*_ordering(query, groups, sums[0]))


def _column(place: int) -> str:
    """What SQL calls the dimension in that place of the groups."""
    return f"group_{place}"


def _is_version(version: int, tenant_id: int) -> ColumnElement[bool]:
    """Whether the data and its cuts are of the version, in the snapshot of the statement."""
    wanted = bindparam("version_", version, BigInteger)
    row = data_version.c
    return exists().where(
        row.tenant_id == tenant_of(tenant_id), row.version == wanted, row.cuts_version == wanted
    )


def counts_of(query: CostQuery, relation: Relation, tenant_id: int) -> Select[Any]:
    """How many charges the query sums, and how many of them have no list price."""
    parts = [
        select(
            func.sum(_count(part.table, "row_count")).label("row_count"),
            func.sum(_count(part.table, "unpriced_count")).label("unpriced_count"),
        ).where(*_summed_facts(query, relation, part, tenant_id))
        for part in relation.parts
    ]
    every = union_all(*parts).subquery("counts")
    sums: list[ColumnElement[Any]] = [
        cast(func.coalesce(func.sum(every.c[name]), 0), BigInteger).label(name)
        for name in ("row_count", "unpriced_count")
    ]
    return select(*sums)


def _summed(name: str, facts: FromClause) -> ColumnElement[Any]:
    """The sum of a measure; money that is not there counts as nothing, a quantity stays unknown."""
    summed = func.sum(facts.c[name])
    return func.coalesce(summed, 0) if find_measure(name).kind == "money" else summed


def _summed_facts(
    query: CostQuery,
    relation: Relation,
    part: Part,
    tenant_id: int,
    late: frozenset[Table] = frozenset(),
) -> list[ColumnElement[bool]]:
    """Conditions on the facts that count: what the query keeps, and has a quantity if it is one."""
    kept = kept_facts(query, relation, part, tenant_id, late)
    if find_measure(query.measure).kind == "quantity":
        kept.append(part.table.c[query.measure].isnot(None))
    return kept


def _count(table: Table, name: str) -> ColumnElement[int]:
    if name in table.c:
        return table.c[name]
    return literal_column("1") if name == "row_count" else func.num_nulls(table.c.list_unit_price)


def _facts(  # noqa: PLR0913 - one private step of `cost_by`
    query: CostQuery,
    relation: Relation,
    tenant_id: int,
    measures: tuple[str, ...],
    tables: tuple[Table, ...],
    late: frozenset[Table],
) -> FromClause:
    """The facts that count, summed per bucket and key where that makes them fewer."""
    parts = [
        _part_facts(query, relation, part, tenant_id, measures, tables, late)
        for part in relation.parts
    ]
    whole = parts[0] if len(parts) == 1 else union_all(*parts)
    return whole.subquery("facts")


def _part_facts(  # noqa: PLR0913 - one private step of `cost_by`
    query: CostQuery,
    relation: Relation,
    part: Part,
    tenant_id: int,
    measures: tuple[str, ...],
    tables: tuple[Table, ...],
    late: frozenset[Table],
) -> Select[Any]:
    buckets = [_bucket(Grain(name), part).label(name) for name in buckets_of(query)]
    keys = [part.table.c[table.name] for table in tables]
    kept = _summed_facts(query, relation, part, tenant_id, late)
    columns = [part.table.c[name] for name in measures]
    if Grain.DAY.value in buckets_of(query) and not relation.is_raw:
        return select(*buckets, *keys, *columns).where(*kept)
    sums = [func.sum(column).label(column.name) for column in columns]
    return select(*buckets, *keys, *sums).where(*kept).group_by(*buckets, *keys)


def _joined(facts: FromClause, tables: tuple[Table, ...], tenant_id: int) -> FromClause:
    """The facts beside the keys that name their groups."""
    source: FromClause = facts
    for table in tables:
        same = facts.c[table.name] == table.c[table.name]
        source = source.join(table, and_(same, table.c.tenant_id == tenant_of(tenant_id)))
    return source


def _bucket(grain: Grain, part: Part) -> ColumnElement[Any]:
    if grain is Grain.HOUR:
        return func.date_trunc("hour", part.table.c.charge_period_start)
    return part.day if grain is Grain.DAY else cast(func.date_trunc(grain.value, part.day), Date)


def _ordering(
    query: CostQuery, groups: Sequence[ColumnElement[Any]], value: ColumnElement[Any]
) -> list[ColumnElement[Any]]:
    """By time first, then as the query asks; ties by name, so that an answer never flickers."""
    count = len(buckets_of(query))
    names = [nulls_last(column) for column in groups]
    if query.order is Order.NAME:
        return names
    by_value = nulls_last(desc(value) if query.order is Order.DEAREST else value)
    return [*names[:count], by_value, *names[count:]]
