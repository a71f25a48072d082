"""The inbox: each folder one delivery, once; a bad file keeps no good one out."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from support.focus import on, write_csv
from support.scheduling import run_due
from support.stored import Stored

from finops_dash.bootstrap import Services
from finops_dash.domain.scope import Scope
from finops_dash.services.inbox import InboxService


@pytest.fixture
def folder(with_inbox: Services, scope: Scope) -> Path:
    inbox = with_inbox.settings.inbox
    assert inbox is not None
    found = inbox / scope.tenant_slug
    found.mkdir()
    return found


@pytest.fixture
def stored(with_inbox: Services, scope: Scope) -> Stored:
    return Stored(with_inbox.engines, scope)


def days(folder: Path, name: str, *which: str, cost: str = "1.5") -> Path:
    return write_csv(folder / name, [on(day, BilledCost=cost) for day in which])


def test_a_folder_is_delivered_once(
    with_inbox: Services, scope: Scope, folder: Path, stored: Stored
) -> None:
    days(folder, "a.csv", "2026-09-01", "2026-09-02")
    (run,) = run_due(with_inbox, scope, "ingest")
    assert (run.state, run.subject) == ("done", ".")
    assert run.message
    assert run.message.startswith("2 rows of 1 file: 2 new")
    before = stored.fingerprint()
    assert run_due(with_inbox, scope, "ingest") == []
    assert stored.fingerprint() == before
    assert (folder / "a.csv").exists()


def test_a_restart_delivers_nothing_again(with_inbox: Services, scope: Scope, folder: Path) -> None:
    days(folder, "a.csv", "2026-09-01")
    run_due(with_inbox, scope, "ingest")
    inbox = InboxService(
        folder.parent, with_inbox.ingestion, with_inbox.jobs, with_inbox.now, timedelta(0)
    )
    assert inbox.due(scope) == []


def test_a_new_file_is_delivered_with_the_others_of_its_folder(
    with_inbox: Services, scope: Scope, folder: Path, stored: Stored
) -> None:
    days(folder, "1.csv", "2026-09-01")
    run_due(with_inbox, scope, "ingest")
    days(folder, "2.csv", "2026-09-02")
    (run,) = run_due(with_inbox, scope, "ingest")
    assert run.message
    assert run.message.startswith("2 rows of 2 files: 1 new, 0 replaced, 0 emptied and 1 unchanged")
    assert set(stored.per_day()) == {"2026-09-01", "2026-09-02"}


def test_a_changed_file_replaces_what_it_brought(
    with_inbox: Services, scope: Scope, folder: Path, stored: Stored
) -> None:
    days(folder, "a.csv", "2026-09-01")
    run_due(with_inbox, scope, "ingest")
    days(folder, "a.csv", "2026-09-01", cost="2.75")
    run_due(with_inbox, scope, "ingest")
    assert list(stored.per_day().values()) == [Decimal("2.75")]


def test_a_file_taken_away_empties_nothing(
    with_inbox: Services, scope: Scope, folder: Path, stored: Stored
) -> None:
    days(folder, "1.csv", "2026-09-01")
    gone = days(folder, "2.csv", "2026-09-02")
    run_due(with_inbox, scope, "ingest")
    gone.unlink()
    assert run_due(with_inbox, scope, "ingest") == []
    assert len(stored.per_day()) == 2


def test_each_folder_is_a_delivery_of_its_own(
    with_inbox: Services, scope: Scope, folder: Path, stored: Stored
) -> None:
    days(folder / "BILLING_PERIOD=2026-08", "a.csv", "2026-08-01")
    days(folder / "BILLING_PERIOD=2026-09", "a.csv", "2026-09-01")
    runs = run_due(with_inbox, scope, "ingest")
    assert {run.subject for run in runs} == {"BILLING_PERIOD=2026-08", "BILLING_PERIOD=2026-09"}
    days(folder / "BILLING_PERIOD=2026-09", "a.csv", "2026-09-02")
    (again,) = run_due(with_inbox, scope, "ingest")
    assert again.subject == "BILLING_PERIOD=2026-09"
    assert set(stored.per_day()) == {"2026-08-01", "2026-09-02"}


def test_a_bad_file_is_a_failed_run_with_its_reason_and_the_good_ones_are_loaded(
    with_inbox: Services, scope: Scope, folder: Path, stored: Stored
) -> None:
    days(folder, "good.csv", "2026-09-01")
    (folder / "notes.csv").write_text("shopping,list\nmilk,2\n")
    (folder / "torn.parquet").write_bytes(b"PAR1 and no more")
    (run,) = run_due(with_inbox, scope, "ingest")
    assert run.state == "failed"
    assert run.retry_at is None
    assert run.reason
    assert "notes.csv, line 1: is not a FOCUS Cost and Usage file" in run.reason
    assert "torn.parquet" in run.reason
    assert "From the others: 1 rows of 1 file: 1 new" in run.reason
    assert set(stored.per_day()) == {"2026-09-01"}
    assert run_due(with_inbox, scope, "ingest") == []


def test_a_refused_file_does_not_empty_the_days_it_brought_before(
    with_inbox: Services, scope: Scope, folder: Path, stored: Stored
) -> None:
    days(folder, "1.csv", "2026-09-01")
    torn = days(folder, "2.csv", "2026-09-02")
    run_due(with_inbox, scope, "ingest")
    torn.write_bytes(b"\x00\x01")
    (run,) = run_due(with_inbox, scope, "ingest")
    assert run.state == "failed"
    assert set(stored.per_day()) == {"2026-09-01", "2026-09-02"}


def test_a_folder_of_bad_files_does_not_hold_up_another(
    with_inbox: Services, scope: Scope, folder: Path, stored: Stored
) -> None:
    (folder / "bad").mkdir()
    (folder / "bad" / "empty.csv").touch()
    days(folder / "good", "a.csv", "2026-09-01")
    states = {run.subject: run.state for run in run_due(with_inbox, scope, "ingest")}
    assert states == {"bad": "failed", "good": "done"}
    assert len(stored.per_day()) == 1


def test_a_period_that_would_shrink_is_a_failed_run_and_stays(
    with_inbox: Services, scope: Scope, folder: Path, stored: Stored
) -> None:
    days(folder, "a.csv", *(f"2026-09-0{n}" for n in range(1, 7)))
    run_due(with_inbox, scope, "ingest")
    days(folder, "a.csv", "2026-09-01", cost="9")
    (run,) = run_due(with_inbox, scope, "ingest")
    assert run.state == "failed"
    assert "would shrink" in (run.reason or "")
    assert len(stored.per_day()) == 6


def test_unfinished_hidden_and_linked_files_are_left_alone(
    with_inbox: Services, scope: Scope, folder: Path, tmp_path: Path
) -> None:
    days(folder, "a.csv.partial", "2026-09-01")
    days(folder, ".a.csv", "2026-09-01")
    days(folder / ".staging", "a.csv", "2026-09-01")
    (folder / "readme.txt").write_text("hello")
    elsewhere = days(tmp_path, "others.csv", "2026-09-01")
    (folder / "link.csv").symlink_to(elsewhere)
    (folder / "way_out").symlink_to(tmp_path, target_is_directory=True)
    assert with_inbox.inbox.due(scope) == []


def test_a_folder_still_being_written_waits(
    with_inbox: Services, scope: Scope, folder: Path
) -> None:
    patient = InboxService(
        folder.parent, with_inbox.ingestion, with_inbox.jobs, with_inbox.now, timedelta(seconds=1)
    )
    bill = days(folder, "a.csv", "2026-09-01")
    os.utime(bill, (0, 0))  # a copy that keeps the time of its original
    assert patient.due(scope) == []
    time.sleep(1.1)
    assert len(patient.due(scope)) == 1
    (folder / "b.csv.partial").write_text("on its way")
    assert patient.due(scope) == []


def test_a_name_that_is_no_text_is_refused_in_words_and_keeps_nobody_out(
    with_inbox: Services, scope: Scope, folder: Path, stored: Stored
) -> None:
    bill = days(folder, "a.csv", "2026-09-01")
    odd = os.fsencode(folder) + b"/caf\xe9"
    os.mkdir(odd)  # noqa: PTH102 - pathlib takes no bytes
    shutil.copy(os.fsencode(bill), odd + b"/a.csv")
    runs = {run.subject: run for run in run_due(with_inbox, scope, "ingest")}
    assert runs["."].state == "done"
    assert runs["caf\\xe9"].state == "failed"
    assert "a.csv: its path is not UTF-8 text: rename it" in (runs["caf\\xe9"].reason or "")
    assert len(stored.per_day()) == 1


def test_a_folder_that_changed_or_went_while_it_waited_is_not_loaded_as_it_was(
    with_inbox: Services, scope: Scope, folder: Path, stored: Stored
) -> None:
    days(folder / "a", "a.csv", "2026-09-01")
    days(folder / "b", "b.csv", "2026-09-02")
    jobs = with_inbox.jobs
    jobs.offer(scope, "ingest", with_inbox.inbox.due(scope))
    days(folder / "a", "a.csv", "2026-09-01", "2026-09-03")
    shutil.rmtree(folder / "b")
    waiting = {run.subject: run for run in jobs.waiting(scope, "ingest")}
    said = {
        name: with_inbox.inbox.deliver(scope, run, lambda *_: None) for name, run in waiting.items()
    }
    assert "changed since" in said["a"]
    assert "gone" in said["b"]
    assert stored.per_day() == {}


def test_another_tenants_folder_is_none_of_this_ones(
    with_inbox: Services, scope: Scope, folder: Path, demo: Scope
) -> None:
    days(folder, "a.csv", "2026-09-01")
    assert with_inbox.inbox.due(demo) == []
    assert len(with_inbox.inbox.due(scope)) == 1


def test_without_an_inbox_nothing_is_due(services: Services, scope: Scope) -> None:
    nowhere = replace(services.settings, inbox=None)
    assert nowhere.inbox is None
    assert InboxService(None, services.ingestion, services.jobs, services.now).due(scope) == []
