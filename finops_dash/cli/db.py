"""`finops-dash db …` and `finops-dash doctor`."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from finops_dash.domain.errors import FinOpsError

if TYPE_CHECKING:
    from finops_dash.bootstrap import Services

app = typer.Typer(no_args_is_help=True, help="The database: migrations, URL, back-up.")


class DatabaseToolError(FinOpsError):
    """pg_dump or pg_restore failed."""


@app.command()
def upgrade() -> None:
    """Bring the schema to the newest revision."""
    from data_layer.migrations import head_revision
    from finops_dash.bootstrap import open_services

    with open_services():
        typer.echo(f"The database is at revision {head_revision()}.")


@app.command()
def url() -> None:
    """Print the URL of the database, for psql and other tools."""
    from finops_dash.bootstrap import open_services

    with open_services() as services:
        typer.echo(services.engines.admin_url.replace("+psycopg", ""))


@app.command()
def backup(file: Path) -> None:
    """Write the whole database to a file that `restore` reads."""
    from finops_dash.bootstrap import open_services

    partial = file.with_name(file.name + ".partial")
    with open_services() as services:
        _run(services, "pg_dump", "--format=custom", "--file", str(partial))
    partial.replace(file)
    typer.echo(f"Backed up to {file} ({file.stat().st_size:,} bytes).")


@app.command()
def restore(
    file: Path,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="replace what the database holds")] = False,
) -> None:
    """Replace the database's contents with those of a back-up, in one transaction."""
    from finops_dash.bootstrap import open_services

    if not file.is_file():
        message = f"{file} is not there."
        raise DatabaseToolError(message)
    with open_services() as services:
        if services.tenancy.all() and not yes:
            message = "The database holds tenants: repeat with --yes to replace everything."
            raise DatabaseToolError(message)
        services.engines.dispose()
        _run(services, "pg_restore", "--clean", "--if-exists", "--single-transaction", str(file))
    typer.echo(f"Restored from {file}.")


def doctor() -> None:
    """Check what the product needs; each line says ok, or what to do. Exits 1 on a failure."""
    from data_layer.health import findings
    from finops_dash.bootstrap import open_services

    with open_services() as services:
        found = findings(services.engines, services.settings.data_dir)
    for finding in found:
        typer.echo(f"{finding.state:5}{finding.what}")
    if any(finding.state == "fail" for finding in found):
        raise typer.Exit(1)


def _run(services: Services, tool: str, *arguments: str) -> None:
    """Run a client tool of the server: the bundled one, else the one on the PATH."""
    embedded = services.engines.embedded
    program = str(embedded.tools / tool) if embedded else tool
    where = services.engines.admin_url.replace("+psycopg", "")
    try:
        command = [program, *arguments, "--dbname", where]
        subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own arguments
    except FileNotFoundError as error:
        message = f"{tool} is not on the PATH: install PostgreSQL's client tools."
        raise DatabaseToolError(message) from error
    except subprocess.CalledProcessError as error:
        message = f"{tool} failed: {error.stderr.strip()[-500:]}"
        raise DatabaseToolError(message) from error
