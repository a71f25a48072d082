"""The command that the export menu copies prints the rows that the page shows."""

from __future__ import annotations

import csv
import io
import shlex
from pathlib import Path

import pytest
from support.command import Command
from support.focus import on, write_csv

from finops_dash.bootstrap import Services
from finops_dash.components.export_menu import _command
from finops_dash.domain.money import plain
from finops_dash.domain.scope import Scope
from finops_dash.domain.url import from_url
from finops_dash.services.comparison import rows_of

NAME = 'It\'s | a, "odd": name!'


@pytest.mark.parametrize(
    "query",
    [
        "group_by=service&period=2026-09&compare=previous-period",
        "filter=service:It's%20\\|%20a\\,%20%22odd%22\\:%20name!&group_by=service,tag:team&period=2026-09",
        "grain=day&period=2026-09&measure=list_cost",
    ],
)
def test_the_command_prints_the_same_rows(
    command: Command, services: Services, scope: Scope, tmp_path: Path, query: str
) -> None:
    rows = [on("2026-09-01", ServiceName=NAME), on("2026-09-02", ListCost="0.001")]
    services.ingestion.ingest(scope, [str(write_csv(tmp_path / "bill.csv", rows))])
    asked, notices = from_url(query)
    assert notices == ()
    line = shlex.split(_command(asked, scope.tenant_slug))
    ran = command(*line[1:], "--format", "csv")
    answer = services.cost.answer(scope, asked, services.now().date())
    assert ran.code == 0
    assert answer.rows
    numbers = {"effective_cost", "list_cost", "effective_cost_before"}
    assert list(csv.DictReader(io.StringIO(ran.out))) == [
        {name: plain(v) if name in numbers else v or "" for name, v in row.items()}
        for row in rows_of(answer)
    ]
