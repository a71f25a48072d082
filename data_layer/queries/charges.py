"""Single charges: the facts beside everything their keys and slices say of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, select, union

from data_layer.models import charge, charge_key, cost_key, slice_
from finops_dash.domain.focus import COLUMNS, NUMBERS, snake
from finops_dash.domain.period import DateRange


def charges_between(days: DateRange, tenant_id: int) -> Select[Any]:
    """Every FOCUS column of the charges of the days, and their extras, in a steady order."""
    columns = [focus_column(name) for name in COLUMNS]
    extras = (charge_key.c.extras, charge.c.extras.label("own_extras"))
    statement = select(*columns, *extras).select_from(whole_charges(charge))
    order = (charge.c.charge_day, charge.c.charge_key, charge.c.slice_id, charge.c.row_no)
    return statement.where(*_of(days, tenant_id)).order_by(*order)


def focus_column(name: str) -> ColumnElement[Any]:
    """Where the value of a FOCUS column stands: on the charge, its slice or one of its keys."""
    tables = (charge, slice_, charge_key, cost_key)
    return next(table.c[snake(name)] for table in tables if snake(name) in table.c)


def whole_charges(charges: FromClause) -> FromClause:
    """The charges beside their slices and keys."""
    for table in (slice_, charge_key, cost_key):
        key = "slice_id" if table is slice_ else table.name
        on = and_(table.c.tenant_id == charge.c.tenant_id, table.c[key] == charge.c[key])
        charges = charges.join(table, on)
    return charges


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
