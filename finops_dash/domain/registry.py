"""Every dimension and measure that cost can be cut by, and where each one is stored.

Text from outside only ever names an entry here (or a tag key, which is a bound value).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal

from finops_dash.domain.errors import QueryError

TAG = "tag:"
LONGEST_TAG_KEY = 256


class Level(Enum):
    """The key table that holds a dimension, from the smallest to the widest."""

    TIME = 0
    SERVICE = 1
    COST = 2
    CHARGE = 3
    SLICE = 4


@dataclass(frozen=True, slots=True)
class Dimension:
    """Something cost can be grouped and filtered by."""

    name: str
    label: str
    column: str
    level: Level
    focus_column: str | None = None
    parent: str | None = None
    child: str | None = None
    tag_key: str | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that adds up: one of FOCUS's costs, or a quantity of one unit; or their quotient.

    `unit_column` is the dimension whose values must not be mixed in one sum. A price has the
    money and the quantity that it is made of as its `parts`.
    """

    name: str
    label: str
    focus_column: str
    kind: Literal["money", "quantity", "price"]
    definition: str
    unit_column: str
    parts: tuple[str, str] | None = None


def _dimensions() -> dict[str, Dimension]:
    rows = [
        ("provider", "Provider", "provider_name", Level.SERVICE, "ProviderName", None, "billing_account"),
        ("billing_account", "Billing account", "billing_account_id", Level.COST, "BillingAccountId", "provider", "sub_account"),
        ("sub_account", "Account", "sub_account_id", Level.COST, "SubAccountId", "billing_account", "service"),
        ("service_category", "Service category", "service_category", Level.SERVICE, "ServiceCategory", "provider", "service"),
        ("service_subcategory", "Service subcategory", "service_subcategory", Level.COST, "ServiceSubcategory", "service_category", "service"),
        ("service", "Service", "service_name", Level.SERVICE, "ServiceName", "sub_account", "sku"),
        ("region", "Region", "region_id", Level.COST, "RegionId", "provider", "service"),
        ("charge_category", "Charge category", "charge_category", Level.SERVICE, "ChargeCategory", None, None),
        ("charge_class", "Charge class", "charge_class", Level.SERVICE, "ChargeClass", None, None),
        ("charge_frequency", "Charge frequency", "charge_frequency", Level.COST, "ChargeFrequency", None, None),
        ("pricing_unit", "Pricing unit", "pricing_unit", Level.COST, "PricingUnit", None, None),
        ("consumed_unit", "Usage unit", "consumed_unit", Level.COST, "ConsumedUnit", None, None),
        ("pricing_category", "Pricing category", "pricing_category", Level.COST, "PricingCategory", None, None),
        ("billing_currency", "Billing currency", "billing_currency", Level.SERVICE, "BillingCurrency", None, None),
        ("publisher", "Publisher", "publisher_name", Level.COST, "PublisherName", None, None),
        ("invoice_issuer", "Invoice issuer", "invoice_issuer_name", Level.COST, "InvoiceIssuerName", None, None),
        ("invoice", "Invoice", "invoice_id", Level.CHARGE, "InvoiceId", "billing_account", None),
        ("commitment", "Commitment", "commitment_discount_id", Level.COST, "CommitmentDiscountId", None, None),
        ("commitment_status", "Commitment status", "commitment_discount_status", Level.SERVICE, "CommitmentDiscountStatus", None, None),
        ("resource", "Resource", "resource_id", Level.CHARGE, "ResourceId", "service", None),
        ("resource_name", "Resource name", "resource_name", Level.CHARGE, "ResourceName", "service", None),
        ("resource_type", "Resource type", "resource_type", Level.CHARGE, "ResourceType", "service", "resource"),
        ("sku", "SKU", "sku_id", Level.CHARGE, "SkuId", "service", "resource"),
        ("cost_center", "Cost centre", "cost_center", Level.COST, "Tags", None, "team"),
        ("team", "Team", "team", Level.COST, "Tags", "cost_center", "project"),
        ("project", "Project", "project", Level.COST, "Tags", "team", "environment"),
        ("environment", "Environment", "environment", Level.COST, "Tags", "project", None),
        ("day", "Day", "charge_day", Level.TIME, "ChargePeriodStart", "month", None),
        ("month", "Month", "charge_month", Level.TIME, "ChargePeriodStart", None, "day"),
    ]  # fmt: skip
    return {row[0]: Dimension(*row) for row in rows}


DIMENSIONS = _dimensions()
# How long a charge's period is: known of single charges alone, and only to filter by.
LENGTH = Dimension(
    "charge_length", "Charge length", "charge_period_end", Level.TIME, "ChargePeriodEnd"
)
AN_HOUR, A_DAY, LONGER = "hour", "day", "longer"  # its values: each up to that long
TIME_DIMENSIONS = tuple(name for name, d in DIMENSIONS.items() if d.level is Level.TIME)


def _money(name: str, label: str, focus_column: str, definition: str) -> Measure:
    return Measure(name, label, focus_column, "money", definition, "billing_currency")


MEASURES = {
    measure.name: measure
    for measure in (
        _money(
            "effective_cost",
            "Effective cost",
            "EffectiveCost",
            "What the use of the period cost after all discounts, with prepaid commitments "
            "spread over the use they cover (FOCUS EffectiveCost).",
        ),
        _money(
            "billed_cost",
            "Billed cost",
            "BilledCost",
            "What is on the invoice for the period (FOCUS BilledCost).",
        ),
        _money(
            "list_cost",
            "List cost",
            "ListCost",
            "What the use would cost at public prices: ListUnitPrice × PricingQuantity "
            "(FOCUS ListCost).",
        ),
        _money(
            "contracted_cost",
            "Contracted cost",
            "ContractedCost",
            "What the use would cost at negotiated prices, before commitments: "
            "ContractedUnitPrice × PricingQuantity (FOCUS ContractedCost).",
        ),
        Measure(
            "consumed_quantity",
            "Usage",
            "ConsumedQuantity",
            "quantity",
            "How much was used, in one unit of measure (FOCUS ConsumedQuantity).",
            "consumed_unit",
        ),
        Measure(
            "pricing_quantity",
            "Priced quantity",
            "PricingQuantity",
            "quantity",
            "How much was priced, in one pricing unit (FOCUS PricingQuantity).",
            "pricing_unit",
        ),
        Measure(
            "effective_unit_price",
            "Effective unit price",
            "EffectiveCost ÷ PricingQuantity",
            "price",
            "What one pricing unit came to: the effective cost of all charges that have a "
            "quantity, divided by that quantity (FOCUS EffectiveCost ÷ PricingQuantity).",
            "pricing_unit",
            ("effective_cost", "pricing_quantity"),
        ),
    )
}


def find_dimension(name: str) -> Dimension:
    """The dimension of that name, `tag:<key>` included; `QueryError` for any other text."""
    if name in DIMENSIONS:
        return DIMENSIONS[name]
    if name == LENGTH.name:
        return LENGTH
    key = name.removeprefix(TAG)
    if name.startswith(TAG) and 0 < len(key) <= LONGEST_TAG_KEY and "\0" not in key:
        return Dimension(name, f"Tag {key}", "tags", Level.COST, "Tags", tag_key=key)
    known = ", ".join(DIMENSIONS)
    raise QueryError("dimension", name, f"is none of {known}, tag:<key>")


def find_measure(name: str) -> Measure:
    """The measure of that name; `QueryError` otherwise."""
    if name not in MEASURES:
        raise QueryError("measure", name, f"is none of {', '.join(MEASURES)}")
    return MEASURES[name]
