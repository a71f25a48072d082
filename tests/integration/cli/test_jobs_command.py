"""`finops-dash jobs`: what there is, what ran, and a run by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.command import Command
from support.focus import on, write_csv

from finops_dash.domain.scope import Scope
from scheduler.jobs import JOBS


def test_every_job_is_listed_with_its_purpose(command: Command) -> None:
    ran = command("jobs", "list")
    assert ran.code == 0
    for job in JOBS:
        assert f"{job.name:14}{job.purpose}" in ran.out


def test_a_run_by_hand_is_done_at_once_and_listed(command: Command, scope: Scope) -> None:
    ran = command("jobs", "run", "housekeeping", "--tenant", scope.tenant_slug)
    assert ran.code == 0
    assert ran.out.startswith("Forgot 0 runs")
    listed = command("jobs", "list", "--tenant", scope.tenant_slug)
    assert "done    housekeeping" in listed.out
    again = command("jobs", "run", "housekeeping", "--tenant", scope.tenant_slug)
    assert again.code == 0


def test_bills_in_the_inbox_are_delivered_at_once_and_a_bad_one_fails_the_command(
    command: Command, scope: Scope, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FINOPS_INBOX", str(tmp_path))
    arguments = ("jobs", "run", "ingest", "--tenant", scope.tenant_slug)
    assert command(*arguments).out == "There is nothing to do.\n"
    write_csv(tmp_path / scope.tenant_slug / "good" / "a.csv", [on("2026-09-01")])
    assert "good: 1 rows of 1 file: 1 new" in command(*arguments).out
    bad = tmp_path / scope.tenant_slug / "bad"
    bad.mkdir()
    (bad / "b.csv").write_text("shopping,list\nmilk,2\n")
    failed = command(*arguments)
    assert failed.code == 1
    assert failed.complaint.startswith("bad: Refused: b.csv, line 1: is not a FOCUS")
    assert "failed  ingest" in command("jobs", "list", "--tenant", scope.tenant_slug).out


def test_what_cannot_be_run_is_one_line(command: Command, scope: Scope) -> None:
    unknown = command("jobs", "run", "laundry", "--tenant", scope.tenant_slug)
    assert unknown.code == 2
    assert unknown.err.startswith("There is no job 'laundry': choose one of ingest,")
    no_inbox = command("jobs", "run", "ingest", "--tenant", scope.tenant_slug)
    assert (no_inbox.code, no_inbox.err.count("\n")) == (2, 1)
    assert command("jobs", "run", "forecast", "--tenant", "nobody").code == 2


def test_a_tenant_for_whom_nothing_ran_is_told_so(command: Command, scope: Scope) -> None:
    ran = command("jobs", "list", "--tenant", scope.tenant_slug)
    assert "No job has run for this tenant yet." in ran.out
