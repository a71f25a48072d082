"""Single charges: the facts beside everything their keys and slices say of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, func, select, union

from data_layer.models import charge, charge_key, cost_key, slice_
from finops_dash.domain.focus import COLUMNS, NUMBERS, snake
from finops_dash.domain.period import DateRange


def charges_between(days: DateRange, tenant_id: int) -> Select[Any]:
    """Every FOCUS column of the charges of the days, and their extras, in a steady order."""
    tables = (charge, slice_, charge_key, cost_key)
    columns = [
        next(table.c[snake(name)] for table in tables if snake(name) in table.c) for name in COLUMNS
    ]
    statement = select(*columns, charge_key.c.extras, charge.c.extras.label("own_extras"))
    for table in (slice_, charge_key, cost_key):
        key = "slice_id" if table is slice_ else table.name
        on = and_(table.c.tenant_id == charge.c.tenant_id, table.c[key] == charge.c[key])
        statement = (
            statement.join_from(charge, table, on) if table is slice_ else statement.join(table, on)
        )
    order = (charge.c.charge_day, charge.c.charge_key, charge.c.slice_id, charge.c.row_no)
    return statement.where(*_of(days, tenant_id)).order_by(*order)


def extra_names(days: DateRange, tenant_id: int) -> Select[tuple[str]]:
    """The names of the columns unknown to FOCUS 1.2 that the days' charges carry, in order."""
    names = union(
        select(func.jsonb_object_keys(charge.c.extras).label("name")).where(*_of(days, tenant_id)),
        select(func.jsonb_object_keys(charge_key.c.extras).label("name"))
        .join(
            charge,
            and_(
                charge.c.charge_key == charge_key.c.charge_key, charge_key.c.tenant_id == tenant_id
            ),
        )
        .where(*_of(days, tenant_id)),
    ).subquery("names")
    return select(names.c.name).order_by(names.c.name)


def places_of(days: DateRange, tenant_id: int) -> Select[Any]:
    """The most decimal places that each number of the days' charges has, by FOCUS column."""
    places = [
        func.coalesce(func.max(func.min_scale(charge.c[snake(name)])), 0).label(name)
        for name in NUMBERS
    ]
    return select(*places).where(*_of(days, tenant_id))


def _of(days: DateRange, tenant_id: int) -> tuple[Any, ...]:
    inside = (charge.c.charge_day >= days.start, charge.c.charge_day < days.end)
    return (charge.c.tenant_id == tenant_id, *inside)
