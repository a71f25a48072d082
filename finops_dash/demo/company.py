"""Northwind Robotics: its accounts, teams, tags, and the resources they run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

import numpy as np

from finops_dash.demo.catalogue import ACCOUNT_TYPES, REGIONS, SERVICES, Service

COMPANY = "Northwind Robotics"
MOST_RESOURCES = 2500
FEWEST_RESOURCES = 120
HOURS = 24
OLD, LASTING = 0.8, 0.9  # shares of the resources there from the first day, and to the last
UNTAGGED, OWNERLESS = 0.05, 0.1  # shares with no tag at all, and with no tag that names an owner
MISSPELT, STRANGE_KEY, TRAILING_SPACE = 0.02, 0.03, 0.015


@dataclass(frozen=True, slots=True)
class Shape:
    """How much demo data, for which days, from which seed. `until` is the last day."""

    rows: int
    months: int
    seed: int
    until: date


@dataclass(frozen=True, slots=True)
class Account:
    """A sub account: who runs it, under which bill, in which currency."""

    provider: str
    billing_id: str
    billing_name: str
    sub_id: str
    sub_name: str
    environment: str
    currency: str = "USD"

    @property
    def types(self) -> tuple[str, str]:
        """What the provider calls its billing and its sub accounts."""
        return ACCOUNT_TYPES[self.provider]


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that costs money every day it lives."""

    identity: str
    name: str
    service: Service
    account: Account
    region: tuple[str, str]
    tags: str | None
    weight: float
    born: int
    dies: int
    hourly: bool


def _accounts() -> tuple[Account, ...]:
    bills = {
        "AWS": (("410000000001", "Northwind AWS"), ("410000000002", "Northwind Labs AWS")),
        "Microsoft": (("EA-7700412", "Northwind Azure"), ("MCA-9903101", "Northwind GmbH")),
        "Google Cloud": (("01A2B3-C4D5E6-F70809", "Northwind Google Cloud"),),
    }
    names = ("platform", "payments", "warehouse", "robots", "web", "analytics")
    found = []
    for provider, accounts in bills.items():
        for number, name in enumerate(names):
            billing = accounts[1] if len(accounts) > 1 and name == "robots" else accounts[0]
            environment = "production" if number % 3 else "staging"
            currency = "EUR" if billing[1].endswith("GmbH") else "USD"
            sub = f"{provider[:2].lower()}-{number + 1:04}-{name}"
            title = f"{name}-{environment}"
            found.append(Account(provider, *billing, sub, title, environment, currency))
    return tuple(found)


ACCOUNTS = _accounts()
TEAMS = (
    "Core Platform",
    "Payments",
    "Fulfilment",
    "Robotics",
    "Storefront",
    "Data",
    "Growth",
    "Security",
)
APPS = tuple(
    f"{team.split()[0].lower()}-{part}" for team in TEAMS for part in ("api", "worker", "web")
)


def resources(shape: Shape, days: int) -> list[Resource]:
    """Every resource of the company's life, in a fixed order for a seed."""
    random = np.random.default_rng([shape.seed, 1])
    per_day = shape.rows / days
    count = int(np.clip(per_day * 1.05, FEWEST_RESOURCES, MOST_RESOURCES))
    hourly_share = max(0.0, (per_day / count - 0.93) / (HOURS - 1))
    weights = np.array([service.weight for service in SERVICES])
    chosen = random.choice(len(SERVICES), count, p=weights**0.5 / (weights**0.5).sum())
    chosen[: len(SERVICES)] = np.arange(len(SERVICES))
    sizes = random.lognormal(0, 0.8, count)
    per_service = np.bincount(chosen, sizes, len(SERVICES))
    lives = random.random((count, 2))
    hourly = _hourly(chosen, hourly_share)
    return [
        _resource(n, SERVICES[chosen[n]], sizes[n] * weights[chosen[n]] / per_service[chosen[n]],
                  lives[n], days, random, hourly=bool(hourly[n]))
        for n in range(count)
    ]  # fmt: skip


def _hourly(chosen: np.ndarray, share: float) -> np.ndarray:
    """The resources billed by the hour: those of hourly services first."""
    order = np.argsort([not SERVICES[c].hourly for c in chosen], kind="stable")
    hourly = np.zeros(len(chosen), bool)
    hourly[order[: round(share * len(chosen))]] = True
    return hourly


def _resource(  # noqa: PLR0913 - one private step of a loop
    number: int,
    service: Service,
    weight: float,
    life: np.ndarray,
    days: int,
    random: np.random.Generator,
    *,
    hourly: bool,
) -> Resource:
    accounts = [account for account in ACCOUNTS if account.provider == service.provider]
    account = accounts[int(random.integers(len(accounts)))]
    if account.currency == "EUR":
        weight *= 0.15
    app = int(random.integers(len(APPS)))
    regions = REGIONS[service.provider]
    region = regions[min(int(random.exponential(0.6)), len(regions) - 1)]
    first_of_its_service = number < len(SERVICES)
    born, dies = 0, days
    if life[0] >= OLD and not first_of_its_service:
        born = int((life[0] - OLD) * 5 * days)
    if life[1] >= LASTING and not first_of_its_service:
        dies = born + 20 + int((1 - life[1]) * 10 * days)
    name = f"{APPS[app]}-{number:05}"
    return Resource(
        _identity(service, account, region[0], name), name, service, account, region,
        _tags(service.provider, app, account, float(random.random()), float(random.random())),
        weight, born, dies, hourly,
    )  # fmt: skip


def _identity(service: Service, account: Account, region: str, name: str) -> str:
    kind = service.resource_type.lower().replace(" ", "-")
    if service.provider == "AWS":
        return f"arn:aws:{kind}:{region}:{account.sub_id}:{kind}/{name}"
    if service.provider == "Microsoft":
        return (
            f"/subscriptions/{account.sub_id}/resourcegroups/rg-{name[:-6]}/providers/{kind}/{name}"
        )
    return f"//cloud.googleapis.com/projects/{account.sub_id}/{kind}s/{name}"


def _tags(provider: str, app: int, account: Account, gap: float, slip: float) -> str | None:
    """The tags people really set: about one resource in ten names no owner."""
    if gap < UNTAGGED:
        return None
    team = TEAMS[app // 3]
    keys = {
        "AWS": ("team", "cost-center", "environment", "application"),
        "Microsoft": ("Team", "CostCenter", "Environment", "Application"),
        "Google Cloud": ("team", "cost_center", "env", "app"),
    }[provider]
    environment = "prodution" if slip < MISSPELT else account.environment
    tags = {keys[2]: environment, keys[3]: APPS[app]}
    if gap >= OWNERLESS:
        tags[keys[0]] = f"{team} " if slip > 1 - TRAILING_SPACE else team
        strange = MISSPELT <= slip < MISSPELT + STRANGE_KEY
        centre = "Cost-Centre" if strange else keys[1]
        tags[centre] = f"CC-{1000 + app // 3 * 10}"
    return json.dumps(tags)
