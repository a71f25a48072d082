"""What loads leave behind: notes of failures, and the folders of what was killed."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import psutil
from sqlalchemy import Engine, delete, func

from data_layer.engine import tenant_statement
from data_layer.models import load


def remove_orphans(work_dir: Path) -> int:
    """Remove the folders of loads and exports whose process is gone; says how many."""
    count = 0
    for folder in (*work_dir.glob("load-*"), *work_dir.glob("export-*")):
        pid = folder.name.split("-")[1]
        if pid.isdigit() and not psutil.pid_exists(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)
            count += 1
    return count


def forget_failures(loader: Engine, tenant_id: int, older_than: timedelta) -> int:
    """Delete the tenant's notes of loads that failed longer ago; says how many."""
    statement = delete(load).where(
        load.c.tenant_id == tenant_id,
        load.c.status == "failed",
        load.c.finished_at < func.now() - older_than,
    )
    with loader.begin() as connection:
        connection.exec_driver_sql(tenant_statement(tenant_id))
        return connection.execute(statement).rowcount
