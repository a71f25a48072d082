"""Prophet forecasts: stored by the job, and shown where the baseline stood before."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from support.focus import on, write_csv
from support.scheduling import run_due

from finops_dash.bootstrap import Services
from finops_dash.domain.cost_query import Compare, CostQuery
from finops_dash.domain.scope import Scope

FIRST, DAYS = date(2026, 7, 1), 60
THROUGH = FIRST + timedelta(DAYS - 1)


@pytest.fixture
def billed(services: Services, scope: Scope, tmp_path: Path) -> Scope:
    """A tenant with two months of two services in dollars, and a little in euros."""
    rows = []
    for number in range(DAYS):
        day = FIRST + timedelta(number)
        cost = "40" if day.weekday() > 4 else "100"
        rows.append(on(str(day), EffectiveCost=cost, BilledCost=cost))
        rows.append(on(str(day), ServiceName="Amazon S3", EffectiveCost="7"))
        rows.append(on(str(day), BillingAccountId="9", BillingCurrency="EUR"))
    services.ingestion.ingest(scope, [str(write_csv(tmp_path / "bill.csv", rows))])
    return scope


def test_a_stored_forecast_takes_the_place_of_the_baseline_on_the_default_view(
    services: Services, billed: Scope
) -> None:
    asked = CostQuery(compare=Compare.PREVIOUS_PERIOD)
    view = services.overview.view(billed, asked, THROUGH + timedelta(1))
    assert view is not None
    before = services.forecasts.ahead(billed, view.query, view.through)
    assert before.model == "linear trend with a weekday pattern"
    (run,) = run_due(services, billed, "forecast")
    assert run.message == "Forecast 9 of 9 series from 29 August 2026 on."
    after = services.forecasts.ahead(billed, view.query, view.through)
    assert after.model == "Prophet"
    assert [p.day for p in after.points] == [THROUGH + timedelta(n) for n in range(1, 46)]
    assert all(p.low <= p.mean <= p.high for p in after.points)
    monday = next(p for p in after.points if p.day.weekday() == 0)
    assert float(monday.mean) == pytest.approx(107, abs=5)
    assert run_due(services, billed, "forecast") == []


def test_top_services_have_forecasts_of_their_own_and_other_cuts_the_baseline(
    services: Services, billed: Scope
) -> None:
    run_due(services, billed, "forecast")
    dollars = CostQuery(currency="USD")
    models = {
        services.forecasts.ahead(billed, query, THROUGH).model
        for query in (
            dollars.where("service", "Amazon S3"),
            CostQuery(currency="EUR"),
            CostQuery(measure="billed_cost", currency="USD"),
            CostQuery(measure="list_cost", currency="USD"),
        )
    }
    assert models == {"Prophet"}
    other = services.forecasts.ahead(billed, dollars.where("region", "eu-west-1"), THROUGH)
    assert other.model != "Prophet"


def test_a_forecast_made_from_older_data_is_not_shown(services: Services, billed: Scope) -> None:
    run_due(services, billed, "forecast")
    later = services.forecasts.ahead(billed, CostQuery(currency="USD"), THROUGH + timedelta(1))
    assert later.model != "Prophet"


def test_another_tenant_sees_none_of_it(services: Services, billed: Scope, demo: Scope) -> None:
    assert services.forecasts.stamp(billed) is None
    before = services.forecasts.stamp(demo)
    run_due(services, billed, "forecast")
    assert services.forecasts.stamp(billed) is not None
    assert services.forecasts.stamp(demo) == before


def test_an_empty_tenant_has_nothing_to_forecast(services: Services, scope: Scope) -> None:
    assert run_due(services, scope, "forecast") == []
