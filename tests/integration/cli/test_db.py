"""`finops-dash db …` and `doctor`, on a data directory of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from support.command import Command, command_for
from support.focus import on, write_csv
from support.stored import EVERY_TABLE, Stored

from data_layer.engine import Engines, connect
from data_layer.migrations import head_revision
from finops_dash.bootstrap import Services, build
from finops_dash.settings import Settings


@pytest.fixture(scope="module")
def own_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("own")


@pytest.fixture(scope="module")
def own_engines(own_dir: Path) -> Iterator[Engines]:
    """A server that no other test uses: restoring replaces all it holds."""
    engines = connect(own_dir)
    yield engines
    engines.dispose()


@pytest.fixture
def finops(
    own_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """`finops-dash` on that server."""
    return command_for(own_dir, monkeypatch, capsys)


@pytest.fixture
def company(finops: Command, own_dir: Path, own_engines: Engines, tmp_path: Path) -> Stored:
    """A tenant with charges, rejects and history."""
    services: Services = build(Settings(data_dir=own_dir), own_engines)
    finops("tenant", "create", "acme", "--name", "Acme")
    finops("user", "add", "a@example.com", "--tenant", "acme", "--role", "admin")
    scope = services.tenancy.scope("acme")
    rows = [on(f"2026-09-{n:02}", ResourceId=f"i-{n}") for n in range(1, 6)]
    for name, found in (("a", [*rows, on("2026-09-07", BilledCost="x")]), ("b", rows[:4])):
        services.ingestion.ingest(scope, [str(write_csv(tmp_path / f"{name}.csv", found))])
    return Stored(own_engines, scope)


def test_doctor_says_what_is_missing_before_the_first_migration(
    finops: Command, own_engines: Engines
) -> None:
    ran = finops("doctor")
    assert ran.code == 1
    assert (
        f"fail The schema is at None, not {head_revision()}: run finops-dash db upgrade." in ran.out
    )
    assert own_engines.embedded is not None


def test_upgrade_brings_the_schema_to_the_newest_revision_and_doctor_is_content(
    finops: Command,
) -> None:
    for _ in range(2):
        ran = finops("db", "upgrade")
        assert (ran.code, ran.out) == (0, f"The database is at revision {head_revision()}.\n")
    ran = finops("doctor")
    assert ran.code == 0
    assert [line[:5].strip() for line in ran.out.splitlines()][:4] == ["ok"] * 4


@pytest.mark.parametrize(
    ("harm", "mended", "complaint"),
    [
        ("ALTER TABLE finops.source DISABLE ROW LEVEL SECURITY",
         "ALTER TABLE finops.source ENABLE ROW LEVEL SECURITY", "No row security on source."),
        ("ALTER ROLE finops_app BYPASSRLS", "ALTER ROLE finops_app NOBYPASSRLS",
         "The roles are wrong: missing (), may bypass row security ('finops_app',)."),
    ],
)  # fmt: skip
def test_doctor_finds_a_store_that_no_longer_keeps_tenants_apart(
    harm: str, mended: str, complaint: str, finops: Command, own_engines: Engines
) -> None:
    with psycopg.connect(own_engines.plain_url, autocommit=True) as connection:
        connection.execute(harm)
        ran = finops("doctor")
        connection.execute(mended)
    assert ran.code == 1
    assert f"fail {complaint}" in ran.out.splitlines()
    assert finops("doctor").code == 0


def test_url_is_one_that_other_tools_understand(finops: Command, company: Stored) -> None:
    ran = finops("db", "url")
    with psycopg.connect(ran.out.strip()) as connection:
        tenants = connection.execute("SELECT count(*) FROM finops.charge").fetchone()
    assert tenants is not None
    assert tenants[0] >= len(company.charges())


CATALOGUE = """
    SELECT string_agg(concat_ws(' ', relname, pg_get_userbyid(relowner), relrowsecurity,
                                relforcerowsecurity, relacl, polname), ';' ORDER BY relname)
    FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid
    WHERE relnamespace = 'finops'::regnamespace
"""


def test_a_back_up_brings_every_row_back_and_takes_later_ones_away(
    finops: Command, company: Stored, tmp_path: Path
) -> None:
    everything = (*EVERY_TABLE, "tenant", "app_user", "audit_event")
    unversioned = tuple(name for name in everything if name != "data_version")
    before, version = (
        company.fingerprint(*unversioned),
        company.one("SELECT version FROM finops.data_version"),
    )
    assert None not in before.values()
    catalogue = company.one(CATALOGUE)
    assert finops("db", "backup", tmp_path / "store.dump").code == 0
    later = [on("2026-09-01", BilledCost="9"), on("2031-05-05"), on("2026-09-02", x_New="1")]
    bill = write_csv(tmp_path / "later.csv", later)
    assert finops("ingest", bill, "--tenant", "acme", "--yes").code == 0
    finops("tenant", "create", "newcomer")
    assert company.fingerprint(*unversioned) != before
    changed = company.one("SELECT version FROM finops.data_version")
    ran = finops("db", "restore", tmp_path / "store.dump", "--yes")
    assert (ran.code, ran.out) == (0, f"Restored from {tmp_path / 'store.dump'}.\n")
    assert company.fingerprint(*unversioned) == before
    assert company.one(CATALOGUE) == catalogue
    assert "newcomer" not in finops("tenant", "list").out
    assert company.one("SELECT version FROM finops.data_version") > changed > version
    assert company.wrong_rollups() == {}
    assert finops("doctor").code == 0
    assert finops("audit", "verify", "--tenant", "acme").code == 0


def test_a_restored_store_takes_the_next_load(
    finops: Command, company: Stored, tmp_path: Path
) -> None:
    finops("db", "backup", tmp_path / "store.dump")
    finops("db", "restore", tmp_path / "store.dump", "--yes")
    bill = write_csv(tmp_path / "next.csv", [on("2026-10-01", BilledCost="9")])
    assert finops("ingest", bill, "--tenant", "acme").code == 0
    assert company.per_day()["2026-10-01"] == 9
    with pytest.raises(Exception, match="permission denied"):
        company.asked("DELETE FROM finops.charge")


def test_restore_asks_before_it_replaces_tenants(
    finops: Command, company: Stored, tmp_path: Path
) -> None:
    finops("db", "backup", tmp_path / "store.dump")
    before = company.fingerprint()
    ran = finops("db", "restore", tmp_path / "store.dump")
    assert (ran.code, ran.out) == (2, "")
    assert "repeat with --yes" in ran.err
    assert company.fingerprint() == before


@pytest.mark.parametrize("harm", ["cut", "scribbled", "emptied"])
def test_a_damaged_back_up_changes_nothing(
    harm: str, finops: Command, company: Stored, tmp_path: Path
) -> None:
    dump = tmp_path / "store.dump"
    finops("db", "backup", dump)
    content = dump.read_bytes()
    half = len(content) // 2
    scribbled = content[:half] + b"\xff" * 400 + content[half + 400 :]
    dump.write_bytes({"cut": content[:half], "scribbled": scribbled, "emptied": b""}[harm])
    before = company.fingerprint(*EVERY_TABLE)
    ran = finops("db", "restore", dump, "--yes")
    assert ran.code == 2
    assert "cannot be restored, so nothing was changed" in ran.complaint
    assert company.fingerprint(*EVERY_TABLE) == before


def test_a_back_up_that_is_not_there_is_named(finops: Command, tmp_path: Path) -> None:
    ran = finops("db", "restore", tmp_path / "none.dump", "--yes")
    assert (ran.code, ran.err) == (2, f"{tmp_path / 'none.dump'} is not there.\n")


def test_a_back_up_into_no_folder_is_refused(finops: Command, tmp_path: Path) -> None:
    ran = finops("db", "backup", tmp_path / "none" / "store.dump")
    assert (ran.code, ran.err) == (2, f"{tmp_path / 'none'} is no folder.\n")
    assert list(tmp_path.iterdir()) == []
