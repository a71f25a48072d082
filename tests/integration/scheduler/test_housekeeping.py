"""Housekeeping: what is old goes, what is young stays."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from support.focus import on, write_csv
from support.scheduling import run_due
from support.stored import Stored

from data_layer.engine import tenant_statement
from finops_dash.bootstrap import Services
from finops_dash.domain.errors import FinOpsError
from finops_dash.domain.scope import Scope

TODAY = timedelta(0)


def fail_a_load(services: Services, scope: Scope, folder: Path) -> None:
    bad = write_csv(folder / "bad.csv", [on("2026-09-01", BilledCost="much")])
    with pytest.raises(FinOpsError):
        services.ingestion.ingest(scope, [str(bad)])


def test_old_notes_of_failed_loads_go_and_stored_loads_stay(
    services: Services, scope: Scope, tmp_path: Path
) -> None:
    services.ingestion.ingest(scope, [str(write_csv(tmp_path / "a.csv", [on("2026-09-01")]))])
    fail_a_load(services, scope, tmp_path)
    with services.engines.loader.begin() as connection:
        connection.exec_driver_sql(tenant_statement(scope.tenant_id))
        connection.execute(text("UPDATE finops.load SET finished_at = now() - interval '1 year'"))
    fail_a_load(services, scope, tmp_path)
    (run,) = run_due(services, scope, "housekeeping")
    assert "1 failed loads" in (run.message or "")
    states = Stored(services.engines, scope).asked("SELECT status FROM finops.load ORDER BY 1")
    assert [row["status"] for row in states] == ["failed", "stored"]


def test_old_forecasts_go(services: Services, scope: Scope) -> None:
    insert = (
        "INSERT INTO finops.forecast (tenant_id, series, made_at, day, model, mean, low, high) "
        f"SELECT {scope.tenant_id}, '', now() - age, '2026-09-01', 'x', 1, 1, 1 "
        "FROM (VALUES (interval '401 days'), (interval '1 day')) AS ages (age)"
    )
    with services.engines.tenant(scope.tenant_id) as connection:
        connection.execute(text(insert))
    run_due(services, scope, "housekeeping")
    assert Stored(services.engines, scope).one("SELECT count(*) FROM finops.forecast") == 1


@pytest.mark.parametrize("what", ["load", "export"])
def test_folders_of_killed_processes_go_and_those_of_living_ones_stay(
    services: Services, data_dir: Path, what: str
) -> None:
    dead = subprocess.Popen(["true"])
    dead.wait()
    orphan = data_dir / "tmp" / f"{what}-{dead.pid}-x"
    living = data_dir / "tmp" / f"{what}-1-x"
    for folder in (orphan, living):
        folder.mkdir(parents=True)
    assert services.ingestion.remove_orphans() >= 1
    assert not orphan.exists()
    assert living.exists()
    living.rmdir()


def test_it_is_done_once_a_day(services: Services, scope: Scope) -> None:
    assert len(run_due(services, scope, "housekeeping")) == 1
    assert run_due(services, scope, "housekeeping") == []
