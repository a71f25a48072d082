"""What a bridge compares: costs and priced quantities per line of price, from the rollups."""

from __future__ import annotations

from typing import Any

from sqlalchemy import FromClause, Select, Table, and_, func, select, union_all

from data_layer.models import charge_key, cost_key
from data_layer.models.charges import COSTS
from data_layer.queries.keys import kept_facts, tenant_of
from data_layer.queries.relations import Part, Relation
from finops_dash.domain.cost_query import CostQuery
from finops_dash.domain.registry import Level

QUANTITY = "pricing_quantity"
SUMS = (*COSTS, QUANTITY)
_TOLD_APART = (
    "provider_name",
    "service_name",
    "region_id",
    "sub_account_id",
    "pricing_category",
    "pricing_unit",
    "charge_category",
    "charge_class",
    "commitment_discount_status",
    "commitment_discount_id",
)


def lines_of(query: CostQuery, relation: Relation, tenant_id: int) -> Select[Any]:
    """One row per line of price that the query keeps: its four costs and its priced quantity.

    A line is a provider's service in a region and account, at one pricing category and unit, of one
    charge category and class, under one commitment or none; from facts of charge level of one SKU
    too. A quantity is None where no charge of the line has one. `relation` has the level of cost
    or of charges.
    """
    by_sku = relation.level is Level.CHARGE
    key = charge_key if by_sku else cost_key
    parts = [_facts(query, relation, part, tenant_id, key) for part in relation.parts]
    # Materialized: a tenant just loaded has no statistics, and sums would be made once per key.
    facts = (parts[0] if len(parts) == 1 else union_all(*parts)).cte("facts")
    facts = facts.prefix_with("MATERIALIZED", dialect="postgresql")
    source = _joined(facts, facts, key, tenant_id)
    source = _joined(source, charge_key, cost_key, tenant_id) if by_sku else source
    columns = [cost_key.c[name] for name in _TOLD_APART]
    columns += [charge_key.c.sku_id] if by_sku else []
    name = func.max(cost_key.c.sub_account_name).label("sub_account_name")
    sums = [func.sum(facts.c[name]).label(name) for name in SUMS]
    return select(*columns, name, *sums).select_from(source).group_by(*columns)


def _facts(
    query: CostQuery, relation: Relation, part: Part, tenant_id: int, key: Table
) -> Select[Any]:
    """The facts of a part that the query keeps, summed per key."""
    column = part.table.c[key.name]
    sums = [func.sum(part.table.c[name]).label(name) for name in SUMS]
    kept = kept_facts(query, relation, part, tenant_id)
    return select(column, *sums).where(*kept).group_by(column)


def _joined(source: FromClause, held: FromClause, table: Table, tenant_id: int) -> FromClause:
    """The source beside the keys that `held`, a part of it, points at."""
    same = held.c[table.name] == table.c[table.name]
    return source.join(table, and_(same, table.c.tenant_id == tenant_of(tenant_id)))
