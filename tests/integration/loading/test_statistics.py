"""After a load the planner knows of its rows at once, and a load that cannot tell it stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from sqlalchemy import text
from structlog.testing import capture_logs

from finops_dash.bootstrap import Services
from finops_dash.domain.cost_query import CostQuery
from finops_dash.domain.period import Period
from finops_dash.domain.scope import Scope

Load = Callable[..., None]
ESTIMATE = text("SELECT reltuples FROM pg_class WHERE oid = to_regclass(:name)")


def estimate(services: Services, name: str) -> float | None:
    with services.engines.owner.connect() as connection:
        found: float | None = connection.scalar(ESTIMATE, {"name": name})
        return found


def test_the_rows_of_a_first_load_are_known_to_the_planner(services: Services, load: Load) -> None:
    load(*(f"2012-03-{day:02}" for day in range(1, 29)))
    assert estimate(services, "finops.charge_2012_03") == 28
    assert (estimate(services, "finops.cost_key") or 0) > 0


def test_a_load_stands_though_its_tables_cannot_be_looked_at(
    services: Services, scope: Scope, load: Load
) -> None:
    load("2012-04-01", EffectiveCost="1")
    lock = "LOCK TABLE finops.charge_2012_04 IN SHARE UPDATE EXCLUSIVE MODE"
    with services.engines.loader.begin() as connection, capture_logs() as logged:
        connection.exec_driver_sql(lock)
        load("2012-04-01", "2012-04-02", name="again.csv", EffectiveCost="2")
    assert "statistics_not_refreshed" in {entry["event"] for entry in logged}
    asked = CostQuery(period=Period("2012-04"))
    assert services.cost.answer(scope, asked, date(2026, 11, 24)).total == Decimal(4)
