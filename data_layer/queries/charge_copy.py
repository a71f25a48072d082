"""The single charges behind a cost query, every column as the text a file holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    literal_column,
    select,
    union,
)

from data_layer.models import charge, charge_key, cost_key, slice_
from data_layer.queries.keys import kept_facts
from data_layer.queries.relations import Part, Relation
from finops_dash.domain.cost_query import CostQuery
from finops_dash.domain.errors import QueryError
from finops_dash.domain.focus import COLUMNS, INSTANTS, JSON_COLUMNS, NUMBERS, snake
from finops_dash.domain.period import DateRange
from finops_dash.domain.registry import Level, find_measure

_TABLES = (charge, slice_, charge_key, cost_key)
_INSTANT = 'YYYY-MM-DD"T"HH24:MI:SS"Z"'
_NUMBER = r"^[+-]?[0-9]+(\.[0-9]+)?$"


def lines_of(
    query: CostQuery,
    days: DateRange,
    tenant_id: int,
    extras: Sequence[str],
    formula_starts: Sequence[str] = (),
) -> Select[Any]:
    """Every FOCUS column of the charges that the query keeps, then the `extras`, all as text.

    Texts with one of the `formula_starts` get a `'` before them. By month, else unsorted: a
    million wide rows take longer to sort than to read. `limit` and `order` are of answers only.
    """
    codes = [ord(start) for start in formula_starts if start != "\0"]  # of which there are none
    columns = [_text(name, codes).label(name) for name in COLUMNS]
    columns += [_extra(name, codes).label(f"extra_{n}") for n, name in enumerate(extras)]
    source: Any = charge
    for table in (slice_, charge_key, cost_key):
        key = "slice_id" if table is slice_ else table.name
        same = and_(table.c.tenant_id == charge.c.tenant_id, table.c[key] == charge.c[key])
        source = source.join(table, same)
    return select(*columns).select_from(source).where(*_kept(query, days, tenant_id))


def extras_of(query: CostQuery, days: DateRange, tenant_id: int) -> Select[tuple[str]]:
    """The names of the columns unknown to FOCUS 1.2 that the charges may have, in order.

    All that the tenant's keys have, for there are few of them, and those of the kept charges.
    """
    names = union(
        select(func.jsonb_object_keys(charge_key.c.extras).label("name")).where(
            charge_key.c.tenant_id == tenant_id, charge_key.c.extras.isnot(None)
        ),
        select(func.jsonb_object_keys(charge.c.extras).label("name")).where(
            *_kept(query, days, tenant_id), charge.c.extras.isnot(None)
        ),
    ).subquery("names")
    return select(names.c.name).order_by(names.c.name)


def digits_of(query: CostQuery, days: DateRange, tenant_id: int) -> Select[Any]:
    """Per number of the kept charges, by FOCUS column: its most decimal places; `_size`, its most.

    So that a file whose numbers have a fixed width can be made wide enough, or refused.
    """
    found: list[ColumnElement[Any]] = []
    for name in NUMBERS:
        column = charge.c[snake(name)]
        found.append(func.coalesce(func.max(func.min_scale(column)), 0).label(name))
        found.append(func.coalesce(func.max(func.abs(column)), 0).label(f"{name}_size"))
    return select(*found).where(*_kept(query, days, tenant_id))


def _kept(query: CostQuery, days: DateRange, tenant_id: int) -> list[ColumnElement[bool]]:
    if query.as_of is not None:
        raise QueryError("as_of", query.as_of, "single charges are kept as they stand now only")
    part = Part(charge, (days,))
    kept = kept_facts(query, Relation(Level.CHARGE, (part,)), part, tenant_id)
    if find_measure(query.measure).kind == "quantity":
        kept.append(charge.c[query.measure].isnot(None))
    return kept


def _text(name: str, codes: list[int]) -> ColumnElement[Any]:
    column = next(table.c[snake(name)] for table in _TABLES if snake(name) in table.c)
    if name in NUMBERS:
        return func.trim_scale(column)
    if name in INSTANTS:
        return func.to_char(func.timezone("UTC", column), _INSTANT)
    text = cast(column, Text) if name in JSON_COLUMNS else column
    return _guarded(text, codes)


def _extra(name: str, codes: list[int]) -> ColumnElement[Any]:
    """Of the row or of its key; a number stays one, for nobody says what such columns hold."""
    own, of_key = (
        table.c.extras.op("->>", return_type=Text())(name) for table in (charge, charge_key)
    )
    text = func.coalesce(own, of_key)
    if not codes:
        return text
    return case((text.regexp_match(_NUMBER), text), else_=_guarded(text, codes))


def _guarded(text: ColumnElement[Any], codes: list[int]) -> ColumnElement[Any]:
    """The text, after a `'` where its first character has one of the codes."""
    if not codes:
        return text
    listed = [literal_column(str(code), Integer) for code in codes]
    return case((func.ascii(text).in_(listed), literal_column("''''").concat(text)), else_=text)
