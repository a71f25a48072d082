"""A slice is known by what it holds: neither the file's format nor its neighbours matter."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from support.focus import on, write_csv
from support.stored import Stored

from data_layer.loading import Outcome
from finops_dash.bootstrap import Services
from finops_dash.domain.focus import COSTS, INSTANTS
from finops_dash.domain.scope import Scope

Load = Callable[[Path], Outcome]
NARROW = ["1.5", "-0.0000000001", "12345678.9", "0"]
LONG = ["0.12345678901234567891", "123456789.5", "1234567890123.25"]
FINER = ["0.123456789012345678901234", "1E-25"]


@pytest.fixture
def load(services: Services, scope: Scope) -> Load:
    """Loads a file into the test's own tenant."""
    return lambda path: services.ingestion.ingest(scope, [str(path)])


def bill(folder: Path, numbers: list[str], others: int = 0) -> Path:
    """A CSV with a day per number, and on the first day others that are plain."""
    rows = [on(f"2026-09-{n + 1:02}", BilledCost=text) for n, text in enumerate(numbers)]
    plain = [on("2026-09-30", ResourceId=f"i-{n}") for n in range(others)]
    return write_csv(folder / "bill.csv", [*rows, *plain])


def as_parquet(path: Path, kind: str) -> Path:
    """The CSV as Parquet, with moments, and costs of the kind."""
    out = path.with_suffix(".parquet")
    typed = ", ".join(
        [
            *(f"CAST({name} AS TIMESTAMPTZ) AS {name}" for name in INSTANTS),
            *(f"CAST({name} AS {kind}) AS {name}" for name in COSTS),
        ]
    )
    duckdb.sql(
        f"SELECT * REPLACE ({typed}) FROM read_csv('{path}', all_varchar = true)"
    ).write_parquet(str(out))
    return out


@pytest.mark.parametrize(
    ("numbers", "kind"),
    [
        (NARROW, "DECIMAL(38, 10)"),
        (NARROW, "DECIMAL(38, 20)"),
        (NARROW, "DECIMAL(18, 10)"),
        (["1.5", "0.1", "1E-7"], "DOUBLE"),
        (NARROW, "DECIMAL(30, 12)"),
        (LONG, "DECIMAL(38, 20)"),
        ([*NARROW, *LONG], "DECIMAL(38, 20)"),
        ([*NARROW, FINER[0]], "DECIMAL(38, 25)"),
    ],
)
def test_a_bill_that_comes_again_in_another_format_changes_nothing(
    load: Load, stored: Stored, tmp_path: Path, numbers: list[str], kind: str
) -> None:
    path = bill(tmp_path, numbers)
    load(path)
    before = stored.fingerprint()
    assert load(as_parquet(path, kind)).changed_nothing
    assert stored.fingerprint() == before


@pytest.mark.parametrize("number", [*LONG, *FINER])
def test_a_long_number_among_many_plain_ones_is_stored_whole_and_known_again_alone(
    load: Load, stored: Stored, tmp_path: Path, number: str
) -> None:
    load(bill(tmp_path, [number], others=300))
    assert stored.per_day()["2026-09-01"] == Decimal(number)
    assert stored.wrong_rollups() == {}
    alone = load(bill(tmp_path, [number, "1.5"], others=150))
    assert (alone.unchanged_slices, alone.replaced_slices, alone.new_slices) == (1, 1, 1)


def test_costs_stay_exact_where_numbers_of_every_length_meet(
    load: Load, stored: Stored, tmp_path: Path
) -> None:
    numbers = [*NARROW, *LONG, *FINER, "$1,234.50", "7.25E2"]
    load(bill(tmp_path, numbers))
    written = {"$1,234.50": "1234.50"}
    expected = {Decimal(written.get(text, text)) for text in numbers}
    assert set(stored.column("BilledCost")) == expected
    assert stored.wrong_rollups() == {}


def test_unknown_columns_of_two_shapes_of_file_are_kept_apart(
    services: Services, scope: Scope, stored: Stored, tmp_path: Path
) -> None:
    write_csv(tmp_path / "a.csv", [on("2026-09-01", x_one="same")])
    write_csv(tmp_path / "b.csv", [on("2026-09-01", x_two="same")])
    services.ingestion.ingest(scope, [str(tmp_path)])
    found = [row["extras"] for row in stored.charges()]
    assert sorted(found, key=str) == [{"x_one": "same"}, {"x_two": "same"}]
