"""Charge lines leave the database as they are taken, and stop when nobody takes them."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.focus import on, write_csv

from finops_dash.bootstrap import Services
from finops_dash.domain.cost_query import CostQuery
from finops_dash.domain.period import Period
from finops_dash.domain.scope import Scope
from finops_dash.exports import charge_lines
from finops_dash.exports.charge_lines import charges_csv
from finops_dash.exports.files import GoneError
from finops_dash.services.exports import Asked

QUERY = CostQuery(period=Period.parse("2026-09"))
COUNT = 6_000


@pytest.fixture
def loaded(services: Services, scope: Scope, tmp_path: Path) -> Scope:
    """A tenant whose lines do not fit into what a socket holds."""
    rows = [on("2026-09-01", ChargeDescription=f"line {n} {'x' * 3000}") for n in range(COUNT)]
    services.ingestion.ingest(scope, [str(write_csv(tmp_path / "bill.csv", rows))])
    return scope


def lines(services: Services, scope: Scope) -> Iterator[bytes]:
    return charges_csv(services.engines, scope, QUERY, QUERY.period.resolve(services.now().date()))


def copies(services: Services, scope: Scope) -> int:
    """How many exports the database works on."""
    running = (
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COPY (SELECT%%' "
        "AND state <> 'idle' AND pid <> pg_backend_pid()"
    )
    with services.engines.tenant(scope.tenant_id) as connection:
        return int(connection.exec_driver_sql(running, {}).scalar_one())


def test_closing_it_midway_stops_the_database_and_frees_the_connection(
    services: Services, loaded: Scope
) -> None:
    pool = services.engines.app.pool
    before = pool.checkedout()  # type: ignore[attr-defined] # of the pool that the engine has
    found = lines(services, loaded)
    next(found)
    next(found)
    assert copies(services, loaded) == 1
    found.close()  # type: ignore[attr-defined] # a generator
    assert copies(services, loaded) == 0
    assert pool.checkedout() == before  # type: ignore[attr-defined]
    assert sum(piece.count(b"\n") for piece in lines(services, loaded)) == COUNT + 1


def test_pieces_are_small_however_many_lines_there_are(services: Services, loaded: Scope) -> None:
    sizes = [len(piece) for piece in lines(services, loaded)]
    assert len(sizes) > 50
    assert max(sizes) < 2 * charge_lines.PIECE


def test_a_load_meanwhile_does_not_show_in_the_file(
    services: Services, loaded: Scope, tmp_path: Path
) -> None:
    found = lines(services, loaded)
    text = next(found)
    path = write_csv(tmp_path / "other.csv", [on("2026-09-01", ServiceName="Another")])
    services.ingestion.ingest(loaded, [str(path)], may_shrink=True)
    text += b"".join(found)
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))
    assert len(rows) == COUNT
    assert {row["ServiceName"] for row in rows} == {"Amazon EC2"}


def test_more_columns_than_the_database_can_list_are_refused(
    services: Services, scope: Scope, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charge_lines, "MOST_EXTRAS", 2)
    rows = [on("2026-09-01", x_A="1", x_B="2", x_C="3")]
    services.ingestion.ingest(scope, [str(write_csv(tmp_path / "bill.csv", rows))])
    with pytest.raises(charge_lines.ExportError, match="3 columns unknown to FOCUS"):
        next(lines(services, scope))


@pytest.mark.parametrize("kind", ["xlsx", "parquet"])
def test_a_file_called_off_leaves_nothing_behind(
    services: Services, loaded: Scope, data_dir: Path, kind: str
) -> None:
    asks = iter([False] * 20)

    def is_gone() -> bool:
        return next(asks, True)

    asked = Asked(loaded, QUERY, kind)
    days = QUERY.period.resolve(services.now().date())
    with pytest.raises(GoneError), services.exports.lines_file(asked, days, is_gone):
        pass
    assert next(asks, None) is None
    assert not list((data_dir / "tmp").glob(f"export-{os.getpid()}-*"))
    assert copies(services, loaded) == 0
