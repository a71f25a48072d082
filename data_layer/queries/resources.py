"""Resources: what each is called, tagged and charged under, and from when to when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, func, or_, select, true

from data_layer.models import charge, charge_key, cost_key, monthly_resource_cost
from data_layer.queries.charge_lines import kept_charges, kept_days
from finops_dash.domain.cost_query import CostQuery
from finops_dash.domain.period import DateRange

_NAMES = (charge_key.c.resource_id, charge_key.c.resource_name, charge_key.c.resource_type)
_PLACE = (
    cost_key.c.provider_name,
    cost_key.c.service_name,
    cost_key.c.billing_account_id,
    cost_key.c.sub_account_id,
    cost_key.c.sub_account_name,
    cost_key.c.region_id,
    cost_key.c.tags,
)


def resources_of(tenant_id: int, limit: int, *conditions: ColumnElement[bool]) -> Select[Any]:
    """Every name and cost key that each resource was charged under, with the last month of each."""
    facts = monthly_resource_cost.c
    return (
        select(*_NAMES, facts.cost_key, func.max(facts.charge_month).label("last_month"))
        .join_from(monthly_resource_cost, charge_key, _same(charge_key, facts))
        .where(facts.tenant_id == tenant_id, charge_key.c.resource_id != "", *conditions)
        .group_by(*_NAMES, facts.cost_key)
        .limit(limit)
    )


def places_of(tenant_id: int, cost_keys: Sequence[int] | None = None) -> Select[Any]:
    """What the tenant's cost keys, or the given ones, say of the resources charged under them."""
    rows = select(cost_key.c.cost_key, *_PLACE).where(cost_key.c.tenant_id == tenant_id)
    return rows if cost_keys is None else rows.where(cost_key.c.cost_key.in_(cost_keys))


def is_one_of(ids: Sequence[str]) -> ColumnElement[bool]:
    """Whether a resource is one of these."""
    return charge_key.c.resource_id.in_(ids)


def says(term: str, tenant_id: int) -> ColumnElement[bool]:
    """Whether the id, the name or a tag of a resource has the term, `key=value` for one tag."""
    names = (charge_key.c.resource_id, charge_key.c.resource_name)
    pairs = func.jsonb_each_text(cost_key.c.tags).table_valued("key", "value", name="pair")
    value, pair = pairs.c.value, func.concat(pairs.c.key, "=", pairs.c.value, type_=String)
    begins = pair.istartswith(term, autoescape=True)
    tagged = (
        select(cost_key.c.cost_key)
        .select_from(cost_key.join(pairs, true()))
        .where(cost_key.c.tenant_id == tenant_id)
        .where(begins if "=" in term else value.icontains(term, autoescape=True))
    )
    found = [name.icontains(term, autoescape=True) for name in names]
    return or_(*found, monthly_resource_cost.c.cost_key.in_(tagged))


def history_of(query: CostQuery, days: DateRange, tenant_id: int) -> Select[Any]:
    """How the one resource of the query was named, placed and tagged: first and last day of each.

    A row per name and cost key, latest first.
    """
    kept = kept_days(query, days, tenant_id)
    first, last = func.min(charge.c.charge_day), func.max(charge.c.charge_day)
    spans = (
        select(charge.c.charge_key, charge.c.cost_key, first.label("first"), last.label("last"))
        .select_from(kept.join(charge, true()))
        .where(*kept_charges(query, kept, days, tenant_id))
        .group_by(charge.c.charge_key, charge.c.cost_key)
        .subquery("spans")
    )
    firsts, lasts = func.min(spans.c.first).label("first"), func.max(spans.c.last).label("last")
    named = charge_key.c.charge_key == spans.c.charge_key
    placed = cost_key.c.cost_key == spans.c.cost_key
    return (
        select(*_NAMES[1:], *_PLACE, firsts, lasts)
        .join_from(spans, charge_key, and_(named, charge_key.c.tenant_id == tenant_id))
        .join(cost_key, and_(placed, cost_key.c.tenant_id == tenant_id))
        .group_by(*_NAMES[1:], *_PLACE)
        .order_by(lasts.desc(), firsts.desc(), *_NAMES[1:])
    )


def _same(keys: Any, facts: Any) -> ColumnElement[bool]:  # noqa: ANN401 - tables and their columns
    return and_(keys.c.tenant_id == facts.tenant_id, keys.c[keys.name] == facts[keys.name])
