"""Kinds of charges: every distinct set of texts, so that a row is a kind, a time and numbers."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from finops_dash.demo.catalogue import COMMITMENTS, PUBLISHERS
from finops_dash.demo.company import Account, Resource


@dataclass(slots=True)
class Kinds:
    """The kinds met so far, as rows of texts by FOCUS column."""

    rows: list[dict[str, str | None]] = field(default_factory=list)

    def add(self, texts: dict[str, str | None]) -> int:
        """The number of a new kind."""
        self.rows.append(texts)
        return len(self.rows) - 1


def billing_texts(account: Account) -> dict[str, str | None]:
    """What every charge of an account says of who bills whom."""
    return {
        "ProviderName": account.provider,
        "PublisherName": PUBLISHERS[account.provider],
        "InvoiceIssuerName": PUBLISHERS[account.provider],
        "BillingAccountId": account.billing_id,
        "BillingAccountName": account.billing_name,
        "BillingAccountType": account.types[0],
        "BillingCurrency": account.currency,
        "PricingCurrency": account.currency,
    }


def usage_texts(resource: Resource) -> dict[str, str | None]:
    """The texts of a resource's use at the standard price."""
    service, account = resource.service, resource.account
    slug = f"{service.provider[:2]}-{service.name}".upper().replace(" ", "").replace("/", "")[:24]
    return {
        **billing_texts(account),
        "AvailabilityZone": f"{resource.region[0]}-a" if service.hourly else None,
        "ChargeCategory": "Usage",
        "ChargeFrequency": "Usage-Based",
        "ChargeDescription": f"{service.name}, {service.unit} in {resource.region[1]}",
        "ConsumedUnit": service.unit,
        "PricingCategory": "Standard",
        "PricingUnit": service.unit,
        "RegionId": resource.region[0],
        "RegionName": resource.region[1],
        "ResourceId": resource.identity,
        "ResourceName": resource.name,
        "ResourceType": service.resource_type,
        "ServiceCategory": service.category,
        "ServiceName": service.name,
        "ServiceSubcategory": service.subcategory,
        "SkuId": f"SKU-{slug}",
        "SkuMeter": service.resource_type,
        "SkuPriceDetails": json.dumps({"CoreCount": 4, "MemorySize": 16})
        if service.hourly
        else None,
        "SkuPriceId": f"SKU-{slug}-{resource.region[0]}",
        "SubAccountId": account.sub_id,
        "SubAccountName": account.sub_name,
        "SubAccountType": account.types[1],
        "Tags": resource.tags,
    }


def commitment_texts(service: str) -> dict[str, str | None]:
    """The texts of the commitment that covers a service."""
    identity, name, category, kind, unit = COMMITMENTS[service]
    return {
        "CommitmentDiscountId": identity,
        "CommitmentDiscountName": name,
        "CommitmentDiscountCategory": category,
        "CommitmentDiscountType": kind,
        "CommitmentDiscountUnit": unit,
    }


def covered_texts(resource: Resource) -> dict[str, str | None]:
    """The texts of a resource's use that a commitment covers."""
    return {
        **usage_texts(resource),
        **commitment_texts(resource.service.name),
        "PricingCategory": "Committed",
        "CommitmentDiscountStatus": "Used",
    }


def commitment_charge(resource: Resource, *, unused: bool) -> dict[str, str | None]:
    """The texts of a commitment's purchase, or of the part of it nobody used."""
    found = {**usage_texts(resource), **commitment_texts(resource.service.name)}
    identity, name = found["CommitmentDiscountId"], found["CommitmentDiscountName"]
    found |= {
        "ResourceId": identity,
        "ResourceName": name,
        "ResourceType": found["CommitmentDiscountType"],
        "AvailabilityZone": None,
        "Tags": None,
        "ConsumedUnit": None,
    }
    if unused:
        return found | {
            "ChargeDescription": f"{name}, unused",
            "PricingCategory": "Committed",
            "CommitmentDiscountStatus": "Unused",
        }
    return found | {
        "ChargeDescription": f"{name}, daily fee",
        "ChargeCategory": "Purchase",
        "ChargeFrequency": "Recurring",
        "SkuPriceId": f"{found['SkuId']}-{identity}",
    }


def plain_charge(
    account: Account, category: str, service: str, description: str
) -> dict[str, str | None]:
    """The texts of a tax, credit, refund or fee of a whole bill."""
    return {
        **billing_texts(account),
        "ChargeCategory": category,
        "ChargeFrequency": "One-Time",
        "ChargeDescription": description,
        "ServiceCategory": "Other",
        "ServiceName": service,
        "ServiceSubcategory": "Other (Other)",
    }
