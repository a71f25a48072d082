"""Single charges behind a `CostQuery`: which they are, page by page, and what they say.

A page is read in two steps. `ids_of` finds its charges, newest day first, in the index of each day
alone: the keys that the filters leave are among those of the month's resources, so a day without
any costs a few look-ups. `lines_of` then reads the columns of these few charges.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import (
    ARRAY,
    CTE,
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    and_,
    any_,
    bindparam,
    cast,
    desc,
    func,
    nulls_last,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from data_layer.models import (
    charge,
    charge_key,
    load,
    monthly_resource_cost,
    slice_,
    source,
)
from data_layer.queries.charges import focus_column, whole_charges
from data_layer.queries.keys import in_days, is_time, kept_facts
from data_layer.queries.relations import Part, Relation
from finops_dash.domain.cost_query import CostQuery, Order
from finops_dash.domain.period import DateRange
from finops_dash.domain.registry import Level, find_measure

ID = ("charge_day", "charge_key", "slice_id", "row_no")


@dataclass(frozen=True, slots=True)
class ChargeId:
    """What tells a charge from every other of its tenant."""

    charge_day: date
    charge_key: int
    slice_id: int
    row_no: int


def ids_of(
    query: CostQuery, days: DateRange, tenant_id: int, limit: int, after: ChargeId | None = None
) -> Select[Any]:
    """The first `limit` charges that the query keeps, newest day first.

    `after` is a charge of the only day of `days`: those behind it follow.
    """
    kept = kept_days(query, days, tenant_id)
    here = kept_charges(query, kept, days, tenant_id)
    if after is not None:
        named = tuple_(*(charge.c[name] for name in ID[1:]))
        here.append(named > tuple_(after.charge_key, after.slice_id, after.row_no))
    of_day = (
        select(*(charge.c[name] for name in ID))
        .where(*here)
        .order_by(*(charge.c[name] for name in ID[1:]))
        .limit(limit)
        .lateral("found")
    )
    found = [of_day.c[name] for name in ID]
    statement = select(*found).select_from(kept.join(of_day, true()))
    return statement.order_by(found[0].desc(), *found[1:]).limit(limit)


def ids_by_value(
    query: CostQuery, days: DateRange, tenant_id: int, limit: int, skip: int
) -> Select[Any]:
    """Charges in the order of the query's measure, which reads every one that it keeps."""
    kept = kept_days(query, days, tenant_id)
    value = charge.c[query.measure]
    by_value = nulls_last(desc(value) if query.order is Order.DEAREST else value)
    newest = (charge.c.charge_day.desc(), *(charge.c[name] for name in ID[1:]))
    statement = select(*(charge.c[name] for name in ID)).select_from(kept.join(charge, true()))
    statement = statement.where(*kept_charges(query, kept, days, tenant_id))
    return statement.order_by(by_value, *newest).limit(limit).offset(skip)


def lines_of(ids: list[ChargeId], names: tuple[str, ...], tenant_id: int) -> Select[Any]:
    """The FOCUS columns `names` of these charges, in any order, each with its id."""
    asked = _asked(ids)
    columns = [focus_column(name).label(name) for name in names]
    statement = select(*(charge.c[name] for name in ID), *columns)
    return statement.select_from(whole_charges(_standing(asked))).where(
        charge.c.tenant_id == tenant_id
    )


def origin_of(charge_id: ChargeId, tenant_id: int) -> Select[Any]:
    """What the charge carries beside FOCUS, and the slice, load and source behind it."""
    columns = (
        charge_key.c.extras,
        charge.c.extras.label("own_extras"),
        source.c.name.label("source"),
        source.c.kind,
        load.c.load_id,
        load.c.finished_at,
        slice_.c.slice_id,
        slice_.c.row_count.label("slice_rows"),
        slice_.c.loaded_at,
        charge.c.row_no,
    )
    found = whole_charges(_standing(_asked([charge_id])))
    for table in (source, load):
        key = f"{table.name}_id"
        same = and_(table.c.tenant_id == slice_.c.tenant_id, table.c[key] == slice_.c[key])
        found = found.join(table, same)
    return select(*columns).select_from(found).where(charge.c.tenant_id == tenant_id)


def kept_days(query: CostQuery, days: DateRange, tenant_id: int) -> FromClause:
    """The days that have charges, each with the keys that the filters leave in its month."""
    months = days.whole_months()
    parts = (Part(monthly_resource_cost, (months,)), Part(slice_, (days,)))
    relation = Relation(Level.CHARGE, parts)
    timeless = tuple(item for item in query.filters if not is_time(item))
    keys = _keys_by_month(replace(query, filters=timeless), relation, tenant_id)
    named = [in_days(item, parts[1]) for item in query.filters if is_time(item)]
    standing = (
        select(slice_.c.charge_day)
        .distinct()
        .where(slice_.c.tenant_id == tenant_id, parts[1].condition(1), *named)
        .cte("standing")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    month = cast(func.date_trunc("month", standing.c.charge_day), Date)
    return (
        select(standing.c.charge_day, keys.c.charge_keys)
        .join_from(standing, keys, keys.c.charge_month == month)
        .subquery("kept")
    )


def _keys_by_month(query: CostQuery, relation: Relation, tenant_id: int) -> CTE:
    part = relation.parts[0]
    facts = part.table.c
    in_order = aggregate_order_by(facts.charge_key, facts.charge_key)
    return (
        select(
            facts.charge_month,
            func.array_agg(in_order, type_=ARRAY(BigInteger)).label("charge_keys"),
        )
        .where(*kept_facts(query, relation, part, tenant_id))
        .group_by(facts.charge_month)
        .cte("keys")
    )


def kept_charges(
    query: CostQuery, kept: FromClause, days: DateRange, tenant_id: int
) -> list[ColumnElement[bool]]:
    """Conditions on the charges of one of the days kept, as `cost.counts` counts them."""
    found = [
        charge.c.tenant_id == tenant_id,
        charge.c.charge_day == kept.c.charge_day,
        charge.c.charge_day >= days.start,  # leaves out the other months before anything is read
        charge.c.charge_day < days.end,
        charge.c.charge_key == any_(kept.c.charge_keys),
    ]
    if find_measure(query.measure).kind == "quantity":
        found.append(charge.c[query.measure].isnot(None))
    return found


def _asked(ids: list[ChargeId]) -> FromClause:
    """The ids as a table."""
    kinds: tuple[Any, ...] = (Date, BigInteger, BigInteger, Integer)
    columns = [
        bindparam(f"asked_{name}", [getattr(one, name) for one in ids], ARRAY(kind))
        for name, kind in zip(ID, kinds, strict=True)
    ]
    return func.unnest(*columns).table_valued(*ID, name="asked").render_derived()


def _standing(asked: FromClause) -> FromClause:
    same = (charge.c[name] == asked.c[name] for name in ID)
    return asked.join(charge, and_(*same))
