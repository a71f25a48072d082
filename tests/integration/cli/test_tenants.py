"""`finops-dash tenant …` and `user …`."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine
from support.command import Command
from support.focus import on, write_csv
from support.stored import EVERY_TABLE, Stored

from data_layer.engine import Engines
from data_layer.models import GLOBAL
from finops_dash.bootstrap import Services
from finops_dash.domain.scope import Scope

LONG = "0.12345678901234567890123456"


@pytest.fixture
def company(
    services: Services, command: Command, scope: Scope, stored: Stored, tmp_path: Path
) -> Stored:
    """The test's tenant with two months, restated once, a reject, extras and a person."""
    command("user", "add", "ann@example.com", "--tenant", scope.tenant_slug, "--role", "admin")
    rows = [on("2026-08-31", x_Line="1"), on("2026-09-01", BilledCost=LONG), on("2026-09-02")]
    for number, last in enumerate((on("2026-09-03"), on("2026-09-04", BilledCost="x"))):
        bill = write_csv(tmp_path / f"{number}.csv", [*rows, last])
        services.ingestion.ingest(scope, [str(bill)])
    return stored


def rows_of(engines: Engines, tenant_id: int) -> dict[str, int]:
    """The rows of a tenant in every table the catalogue lists, seen by the administrator."""
    admin = create_engine(engines.admin_url)
    with admin.connect() as connection:
        tables = connection.exec_driver_sql(
            "SELECT table_name FROM information_schema.columns "
            "WHERE table_schema = 'finops' AND column_name = 'tenant_id'"
        ).scalars()
        found = {
            table: connection.exec_driver_sql(
                f"SELECT count(*) FROM finops.{table} WHERE tenant_id = {tenant_id}"
            ).scalar_one()
            for table in tables.all()
        }
    admin.dispose()
    return found


def test_create_makes_a_tenant_once_and_list_shows_it(command: Command) -> None:
    slug = f"made-{uuid4().hex[:8]}"
    first = command("tenant", "create", slug, "--name", "Made & Co", "--currency", "EUR")
    again = command("tenant", "create", slug, "--name", "Another")
    assert (first.code, again.code) == (0, 0)
    assert first.out == again.out
    assert f"Tenant {slug} (Made & Co) has the id " in first.out
    assert f"{slug}\tMade & Co\tEUR" in command("tenant", "list").out.splitlines()


@pytest.mark.parametrize("slug", ["", "Upper", "-x", "a b", "ä", "x" * 64, "a'; DROP TABLE x"])
def test_a_slug_that_cannot_be_is_refused(slug: str, command: Command) -> None:
    ran = command("tenant", "create", "--", slug)
    assert ran.code == 2
    assert "cannot be a tenant" in ran.err


@pytest.mark.parametrize(
    "arguments",
    [("tenant", "delete", "nobody", "--yes"), ("tenant", "export", "nobody", "x"),
     ("user", "add", "a@example.com", "--tenant", "nobody", "--role", "admin"),
     ("query", "period=all", "--tenant", "nobody")],
)  # fmt: skip
def test_a_tenant_that_is_not_there_is_named(arguments: tuple[str, ...], command: Command) -> None:
    ran = command(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "There is no tenant 'nobody': see `finops-dash tenant list`.\n"


def test_a_person_is_added_once_and_given_a_new_role(
    command: Command, scope: Scope, stored: Stored
) -> None:
    for role, name in (("viewer", "Ann"), ("admin", "Ann Lee")):
        ran = command("user", "add", "Ann@Example.com", "--tenant", scope.tenant_slug,
                      "--role", role, "--name", name)  # fmt: skip
        assert (ran.code, ran.out) == (0, f"Ann@Example.com is {role} of {scope.tenant_slug}.\n")
    people = stored.asked("SELECT email, name, role FROM finops.app_user")
    assert people == [{"email": "ann@example.com", "name": "Ann Lee", "role": "admin"}]


@pytest.mark.parametrize(
    ("email", "role", "complaint"),
    [("ann", "viewer", "'ann' is not an e-mail address"), ("a@b", "king", "'king' is not a role")],
)
def test_a_person_that_cannot_be_is_refused(
    email: str, role: str, complaint: str, command: Command, scope: Scope, stored: Stored
) -> None:
    ran = command("user", "add", email, "--tenant", scope.tenant_slug, "--role", role)
    assert ran.code == 2
    assert complaint in ran.err
    assert stored.asked("SELECT FROM finops.app_user") == []


def test_export_writes_the_charges_of_each_month_and_all_other_rows(
    company: Stored, command: Command, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    ran = command("tenant", "export", company.scope.tenant_slug, folder)
    assert ran.code == 0
    assert f"           1 rows  {folder}/focus/2026-08.parquet" in ran.out.splitlines()
    assert sorted(path.name for path in (folder / "focus").glob("*.parquet")) == [
        "2026-08.parquet", "2026-09.parquet",
    ]  # fmt: skip
    tables = {path.stem: json.loads(path.read_text()) for path in (folder / "tables").iterdir()}
    assert [person["email"] for person in tables["app_user"]] == ["ann@example.com"]
    assert [row["charge_day"] for row in tables["daily_cost_history"]] == ["2026-09-03"]
    assert [row["column_name"] for row in tables["reject"]] == ["BilledCost"]
    assert len(tables["load"]) == 2
    counted = rows_of(company.engines, company.scope.tenant_id)
    assert {name: len(rows) for name, rows in tables.items()} == {n: counted[n] for n in tables}
    followed = {"charge", "charge_key", "cut_day", "cut_key", "daily_cost",
                "daily_cut_cost", "daily_service_cost", "monthly_cost", "monthly_cut_cost",
                "monthly_cut_resource_cost", "monthly_resource_cost",
                "web_session", *GLOBAL}  # fmt: skip
    partitions = {name for name in counted if name.startswith("charge_2")}
    assert set(counted) - followed - partitions == set(tables)


def test_what_was_exported_can_be_loaded_again_and_is_the_same(
    company: Stored, command: Command, services: Services, tmp_path: Path
) -> None:
    command("tenant", "export", company.scope.tenant_slug, tmp_path / "out")
    slug = f"again-{uuid4().hex[:8]}"
    services.tenancy.create(slug)
    assert command("ingest", tmp_path / "out" / "focus", "--tenant", slug).code == 0
    again = Stored(company.engines, services.tenancy.scope(slug))
    assert again.charges() == company.charges()
    assert again.total() == company.total() == Decimal(3) + Decimal(LONG)


def test_export_writes_into_no_folder_that_is_there(
    company: Stored, command: Command, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    ran = command("tenant", "export", company.scope.tenant_slug, tmp_path / "out")
    assert (ran.code, ran.out) == (2, "")
    assert "is there already" in ran.err
    assert list((tmp_path / "out").iterdir()) == []


def test_months_with_numbers_too_long_for_parquet_are_exported_as_csv(
    services: Services, scope: Scope, stored: Stored, command: Command, tmp_path: Path
) -> None:
    costs = ("1e-35", "12345678901234567")
    bill = write_csv(tmp_path / "bill.csv", [on("2026-09-01", BilledCost=cost) for cost in costs])
    services.ingestion.ingest(scope, [str(bill)])
    assert command("tenant", "export", scope.tenant_slug, tmp_path / "out").code == 0
    names = sorted(path.name for path in (tmp_path / "out" / "focus").iterdir())
    assert names == ["2026-09.csv.gz", "2026-09.csv.gz.metadata.json"]
    assert stored.total() == Decimal("12345678901234567." + "0" * 34 + "1")


def test_delete_takes_every_row_of_the_tenant_and_none_of_another(
    company: Stored, command: Command, services: Services, tmp_path: Path
) -> None:
    tenant_id, slug = company.scope.tenant_id, company.scope.tenant_slug
    neighbour = f"near-{uuid4().hex[:8]}"
    services.tenancy.create(neighbour)
    bill = write_csv(tmp_path / "bill.csv", [on("2026-09-01")])
    command("ingest", bill, "--tenant", neighbour)
    other = Stored(company.engines, services.tenancy.scope(neighbour))
    before = other.fingerprint(*EVERY_TABLE)
    rows = rows_of(company.engines, tenant_id)
    count = sum(n for name, n in rows.items() if not name.startswith("charge_2"))
    ran = command("tenant", "delete", slug, "--yes")
    assert ran.code == 0
    assert ran.out.startswith(f"Deleted {slug}: {count} rows of ")
    assert set(rows_of(company.engines, tenant_id).values()) == {0}
    assert other.fingerprint(*EVERY_TABLE) == before
    assert slug not in command("tenant", "list").out


def test_a_deleted_tenants_name_is_free_for_another(
    company: Stored, command: Command, services: Services
) -> None:
    slug, before = company.scope.tenant_slug, company.scope.tenant_id
    command("tenant", "delete", slug, "--yes")
    services.tenancy.create(slug)
    again = Stored(company.engines, services.tenancy.scope(slug))
    assert again.scope.tenant_id != before
    assert again.charges() == []


def test_delete_needs_a_yes_where_nobody_can_be_asked(company: Stored, command: Command) -> None:
    before = company.fingerprint(*EVERY_TABLE)
    ran = command("tenant", "delete", company.scope.tenant_slug)
    assert (ran.code, ran.out) == (2, "")
    assert "Repeat with --yes." in ran.err
    assert company.fingerprint(*EVERY_TABLE) == before


@pytest.mark.parametrize(("answer", "left"), [("y\n", 0), ("n\n", 3)])
def test_delete_asks_on_a_terminal(
    answer: str, left: int, company: Stored, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    ran = command("tenant", "delete", company.scope.tenant_slug)
    assert "and everything stored of it?" in ran.out + ran.err
    assert ran.code == (0 if left == 0 else 1)
    assert len(company.charges()) == left


class Terminal:
    """A person at the keyboard, who gives one answer."""

    def __init__(self, answer: str) -> None:
        self._answer = answer

    def isatty(self) -> bool:
        return True

    def readline(self, _size: int = -1) -> str:
        return self._answer
