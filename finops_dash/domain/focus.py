"""The 57 columns of FOCUS 1.2: what each holds, and what a file cannot do without.

Source: FinOps Open Cost and Usage Specification 1.2, CC-BY-4.0, Joint Development Foundation
Projects, LLC, FOCUS Series.
"""

from __future__ import annotations

import re

FOCUS_VERSION = "1.2"
FILE_SUFFIXES = (".csv", ".csv.gz", ".parquet")
INSTANTS = ("BillingPeriodEnd", "BillingPeriodStart", "ChargePeriodEnd", "ChargePeriodStart")
COSTS = ("BilledCost", "EffectiveCost", "ListCost", "ContractedCost")
NUMBERS = (
    *COSTS,
    "PricingQuantity",
    "ConsumedQuantity",
    "CommitmentDiscountQuantity",
    "ListUnitPrice",
    "ContractedUnitPrice",
    "PricingCurrencyListUnitPrice",
    "PricingCurrencyContractedUnitPrice",
    "PricingCurrencyEffectiveCost",
)
JSON_COLUMNS = ("SkuPriceDetails", "Tags")
TEXTS = (
    "AvailabilityZone",
    "BillingAccountId",
    "BillingAccountName",
    "BillingAccountType",
    "BillingCurrency",
    "CapacityReservationId",
    "CapacityReservationStatus",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargeFrequency",
    "CommitmentDiscountCategory",
    "CommitmentDiscountId",
    "CommitmentDiscountName",
    "CommitmentDiscountStatus",
    "CommitmentDiscountType",
    "CommitmentDiscountUnit",
    "ConsumedUnit",
    "InvoiceId",
    "InvoiceIssuerName",
    "PricingCategory",
    "PricingCurrency",
    "PricingUnit",
    "ProviderName",
    "PublisherName",
    "RegionId",
    "RegionName",
    "ResourceId",
    "ResourceName",
    "ResourceType",
    "ServiceCategory",
    "ServiceName",
    "ServiceSubcategory",
    "SkuId",
    "SkuMeter",
    "SkuPriceId",
    "SubAccountId",
    "SubAccountName",
    "SubAccountType",
)
COLUMNS = tuple(sorted((*INSTANTS, *NUMBERS, *JSON_COLUMNS, *TEXTS)))

# Without one of these a row cannot be placed, priced or told apart: a file lacking one is refused.
NECESSARY = (
    "BilledCost",
    "BillingAccountId",
    "BillingCurrency",
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "ChargeCategory",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "EffectiveCost",
    "ProviderName",
    "ServiceName",
)
# What FOCUS 1.3 renamed; a file that has the new name only is read by it.
RENAMED = {"ServiceProviderName": "ProviderName"}

CLOSED_LISTS = {
    "CapacityReservationStatus": ("Used", "Unused"),
    "ChargeCategory": ("Usage", "Purchase", "Tax", "Credit", "Adjustment"),
    "ChargeClass": ("Correction",),
    "ChargeFrequency": ("One-Time", "Recurring", "Usage-Based"),
    "CommitmentDiscountCategory": ("Spend", "Usage"),
    "CommitmentDiscountStatus": ("Used", "Unused"),
    "PricingCategory": ("Standard", "Dynamic", "Committed", "Other"),
}


def snake(name: str) -> str:
    """The column of the store for a FOCUS column: `BilledCost` → `billed_cost`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
