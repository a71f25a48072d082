"""The rollup check: quiet while the rollups are the sums of their charges, exact when not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text
from support.scheduling import run_due

from data_layer.engine import tenant_statement
from finops_dash.bootstrap import Services
from finops_dash.domain.scope import Scope

Load = Callable[..., None]


def tamper(services: Services, scope: Scope, statement: str) -> None:
    """Change a rollup behind the product's back, and make the data a new version.

    The loader is under no policy on its own tables, so each statement names the tenant.
    """
    version = "UPDATE finops.data_version SET version = version + 1 WHERE tenant_id = :tenant"
    assert ":tenant" in statement
    with services.engines.loader.begin() as connection:
        connection.exec_driver_sql(tenant_statement(scope.tenant_id))
        for each in (statement, version):
            connection.execute(text(each), {"tenant": scope.tenant_id})


def test_each_version_of_the_data_is_checked_once(
    services: Services, scope: Scope, load: Load
) -> None:
    assert run_due(services, scope, "rollup-check") == []
    load("2026-08-31", "2026-09-01")
    (run,) = run_due(services, scope, "rollup-check")
    assert (run.state, run.slot) == ("done", "version 1")
    assert run.message == "2 months agree with the charges, to the last digit."
    assert run_due(services, scope, "rollup-check") == []


@pytest.mark.parametrize(
    ("table", "time"),
    [
        ("daily_cost", "2026-09-02"),
        ("daily_service_cost", "2026-09-02"),
        ("monthly_cost", "2026-09-01"),
        ("monthly_resource_cost", "2026-09-01"),
    ],
)
def test_a_rollup_that_is_a_cent_off_fails_the_check_and_says_where(
    services: Services, scope: Scope, load: Load, table: str, time: str
) -> None:
    load("2026-09-02", ListCost="2")
    off = f"UPDATE finops.{table} SET list_cost = list_cost + 0.01 WHERE tenant_id = :tenant"
    tamper(services, scope, off)
    (run,) = run_due(services, scope, "rollup-check")
    assert run.state == "failed"
    assert run.reason == (
        f"Rollups differ from their charges: {table} of {time} in USD: "
        "list_cost is 2.01, charges say 2."
    )


def test_rows_that_a_rollup_lacks_are_found(services: Services, scope: Scope, load: Load) -> None:
    load("2026-09-02")
    tamper(services, scope, "DELETE FROM finops.daily_service_cost WHERE tenant_id = :tenant")
    (run,) = run_due(services, scope, "rollup-check")
    assert "row_count is 0, charges say 1" in (run.reason or "")


def test_a_day_that_a_delivery_emptied_is_looked_at(
    services: Services, scope: Scope, load: Load
) -> None:
    load("2026-09-01", "2026-09-02", "2026-09-03")
    load("2026-09-01", "2026-09-03")
    (run,) = run_due(services, scope, "rollup-check")
    assert run.state == "done"


def test_currencies_are_held_apart(services: Services, scope: Scope, load: Load) -> None:
    load("2026-09-01")
    load("2026-09-01", name="euros.csv", BillingAccountId="9", BillingCurrency="EUR")
    swapped = (
        "UPDATE finops.monthly_cost m SET billed_cost = m.billed_cost + "
        "CASE k.billing_currency WHEN 'EUR' THEN 1 ELSE -1 END "
        "FROM finops.cost_key k WHERE k.cost_key = m.cost_key "
        "AND m.tenant_id = :tenant AND k.tenant_id = :tenant"
    )
    tamper(services, scope, swapped)
    (run,) = run_due(services, scope, "rollup-check")
    assert "in EUR" in (run.reason or "")
    assert "in USD" in (run.reason or "")
