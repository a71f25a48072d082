"""Unit prices: money over quantity, of one unit and currency, and never an average of prices."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from support.focus import on, write_csv

from finops_dash.bootstrap import Services
from finops_dash.domain.errors import MixedCurrenciesError, MixedUnitsError
from finops_dash.domain.scope import Scope
from finops_dash.domain.url import from_url
from finops_dash.services.answers import CostAnswer

Load = Callable[..., None]
ASKED = "measure=effective_unit_price&period=2026-10"


@pytest.fixture
def load(services: Services, scope: Scope, tmp_path_factory: pytest.TempPathFactory) -> Load:
    """Loads rows as one delivery of the test's tenant."""

    def deliver(*rows: dict[str, str]) -> None:
        path = write_csv(tmp_path_factory.mktemp("bill") / "bill.csv", rows)
        services.ingestion.ingest(scope, [str(path)])

    return deliver


def ask(services: Services, scope: Scope, text: str) -> CostAnswer:
    query, notices = from_url(f"{ASKED}&{text}")
    assert notices == ()
    return services.cost.answer(scope, query, date(2026, 11, 24))


def priced(day: str, cost: str, quantity: str, **changes: str) -> dict[str, str]:
    return on(day, EffectiveCost=cost, PricingQuantity=quantity, **changes)


def test_a_price_is_the_cost_of_all_over_the_quantity_of_all(
    services: Services, scope: Scope, load: Load
) -> None:
    load(
        priced("2026-10-01", "10", "100", ServiceName="EC2"),
        priced("2026-10-02", "2", "2", ServiceName="EC2"),
        priced("2026-10-02", "5", "10", ServiceName="Lambda"),
    )
    answer = ask(services, scope, "group_by=service")
    assert [(row["service"], row["effective_unit_price"]) for row in answer.rows] == [
        ("Lambda", Decimal("0.5")),
        ("EC2", Decimal(12) / Decimal(102)),
    ]
    assert answer.unit == "USD per Hours"
    assert answer.total == Decimal(17) / Decimal(112)
    assert ask(services, scope, "group_by=service&limit=1").rows == answer.rows[:1]


def test_what_has_no_quantity_has_no_part_in_a_price(
    services: Services, scope: Scope, load: Load
) -> None:
    load(priced("2026-10-01", "10", "4"), priced("2026-10-01", "99", "", PricingUnit=""))
    assert ask(services, scope, "").total == Decimal("2.5")
    assert services.cost.counts(scope, ask(services, scope, "")) == (1, 0)


def test_a_quantity_of_nothing_has_no_price(services: Services, scope: Scope, load: Load) -> None:
    load(priced("2026-10-01", "10", "1"), priced("2026-10-01", "-10", "-1", RegionId="back"))
    answer = ask(services, scope, "")
    assert answer.rows[0]["effective_unit_price"] is None
    assert answer.total == 0


def test_prices_of_two_units_or_currencies_are_refused(
    services: Services, scope: Scope, load: Load
) -> None:
    load(priced("2026-10-01", "10", "1"), priced("2026-10-01", "1", "1", PricingUnit="GB"))
    with pytest.raises(MixedUnitsError, match="GB, Hours"):
        ask(services, scope, "")
    assert ask(services, scope, "filter=pricing_unit:GB").unit == "USD per GB"
    apart = ask(services, scope, "group_by=pricing_unit")
    assert apart.totals == {"GB": Decimal(1), "Hours": Decimal(10)}
    load(priced("2026-10-03", "1", "1", BillingCurrency="EUR", BillingAccountId="b"))
    with pytest.raises(MixedCurrenciesError):
        ask(services, scope, "filter=pricing_unit:GB")


def test_a_price_is_held_against_that_of_the_period_before(
    services: Services, scope: Scope, load: Load
) -> None:
    load(priced("2026-09-01", "6", "3"), priced("2026-10-01", "10", "4"))
    answer = ask(services, scope, "compare=previous-period")
    assert answer.before is not None
    assert (answer.total, answer.before.total) == (Decimal("2.5"), Decimal(2))
