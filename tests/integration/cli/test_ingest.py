"""`finops-dash ingest`: what it says, and its options."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.command import Command
from support.focus import on, row, write_csv
from support.stored import Stored

from finops_dash.domain.scope import Scope


@pytest.fixture
def bill(tmp_path: Path) -> Path:
    rows = [on("2026-09-01"), on("2026-09-02", BilledCost="-0.25"), row(BilledCost="x")]
    return write_csv(tmp_path / "bill.csv", rows)


def test_a_load_says_what_it_stored_and_the_sums_it_reconciled(
    command: Command, scope: Scope, bill: Path
) -> None:
    ran = command("ingest", bill, "--tenant", scope.tenant_slug)
    lines = ran.out.splitlines()
    assert ran.code == 0
    assert lines[0].startswith("Stored 2 rows: 2 new, 0 replaced, 0 emptied and 0 unchanged slices")
    assert lines[1] == "Kept 1 rows aside that cannot be loaded, such as:"
    assert "Reconciled: file = stored + rejected, to the last digit." in lines
    (billed,) = (line.split() for line in lines if "billed_cost" in line)
    assert billed == ["USD", "billed_cost", "1.25", "=", "1.25", "+", "0"]
    (effective,) = (line.split() for line in lines if "effective_cost" in line)
    assert effective == ["USD", "effective_cost", "4.5", "=", "3", "+", "1.5"]
    assert re.fullmatch(r"\d+\.\d s, [\d,]+ rows/s\.", lines[-1])


def test_phases_are_lines_where_there_is_no_terminal(
    command: Command, scope: Scope, bill: Path
) -> None:
    ran = command("ingest", bill, "--tenant", scope.tenant_slug)
    phases = ran.err.splitlines()
    assert phases[0] == "reading bill.csv"
    assert phases[-1] == "committing"
    assert "\r" not in ran.err
    assert "\x1b" not in ran.err


def test_a_terminal_shows_a_bar(
    command: Command, scope: Scope, bill: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    ran = command("ingest", bill, "--tenant", scope.tenant_slug)
    assert ran.code == 0
    assert "━" in ran.err
    assert "Stored 2 rows" in ran.out


def test_a_second_load_says_that_nothing_changed(
    command: Command, scope: Scope, bill: Path
) -> None:
    command("ingest", bill, "--tenant", scope.tenant_slug)
    ran = command("ingest", bill, "--tenant", scope.tenant_slug)
    assert ran.code == 0
    assert ran.out.startswith("Nothing changed: all 2 rows were stored before.\n")


def test_options_decide_the_source_and_what_is_covered(
    command: Command, scope: Scope, stored: Stored, tmp_path: Path
) -> None:
    slug = scope.tenant_slug
    whole = write_csv(tmp_path / "whole.csv", [on(f"2026-09-{n:02}") for n in range(1, 10)])
    day = write_csv(tmp_path / "day.csv", [on("2026-09-05", BilledCost="9")])
    assert command("ingest", whole, "--tenant", slug, "--source", "upload").code == 0
    refused = command("ingest", day, "--tenant", slug, "--source", "upload")
    assert refused.code == 2
    assert "This delivery would shrink upload 2026-09 from 9 to 1 rows" in refused.complaint
    covered = command("ingest", day, "--tenant", slug, "--source", "upload", "--covers", "days")
    assert "1 replaced, 0 emptied" in covered.out
    assert len(stored.per_day()) == 9
    shrunk = command("ingest", day, "--tenant", slug, "--source", "upload", "--yes")
    assert "8 emptied" in shrunk.out
    assert list(stored.per_day()) == ["2026-09-05"]


@pytest.mark.parametrize(
    ("option", "complaint"),
    [
        (("--covers", "weeks"), "--covers weeks is none of period, days."),
        (("--format", "cur"), "--format cur is none of auto, focus."),
        (("--tenant", "nobody"), "There is no tenant 'nobody'"),
    ],
)
def test_an_option_that_cannot_be_is_refused(
    option: tuple[str, str], complaint: str, command: Command, scope: Scope, bill: Path
) -> None:
    ran = command("ingest", bill, "--tenant", scope.tenant_slug, *option)
    assert (ran.code, ran.out) == (2, "")
    assert complaint in ran.err
