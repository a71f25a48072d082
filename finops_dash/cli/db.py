"""`finops-dash db …` and `finops-dash doctor`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from finops_dash.domain.errors import FinOpsError

app = typer.Typer(no_args_is_help=True, help="The database: migrations, URL, back-up.")


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
        typer.echo(services.engines.plain_url)


@app.command()
def backup(file: Path) -> None:
    """Write the whole store to a file that `restore` reads."""
    from data_layer.backup import back_up
    from finops_dash.bootstrap import open_services

    with open_services() as services:
        back_up(services.engines, file)
    typer.echo(f"Backed up to {file} ({file.stat().st_size:,} bytes).")


@app.command()
def restore(
    file: Path,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="replace what the database holds")] = False,
) -> None:
    """Replace all the store holds with what a back-up holds, in one transaction."""
    from data_layer.backup import BackupError
    from data_layer.backup import restore as replay
    from data_layer.migrations import upgrade as migrate
    from finops_dash.bootstrap import open_services

    with open_services() as services:
        if services.tenancy.all() and not yes:
            message = "The database holds tenants: repeat with --yes to replace everything."
            raise BackupError(message)
        replay(services.engines, file)
        services.engines.dispose()
        migrate(services.engines.owner)
    typer.echo(f"Restored from {file}.")


def doctor() -> None:
    """Check what the product needs; each line says ok, or what to do. Exits 1 on a failure."""
    from data_layer.engine import connect
    from data_layer.health import Finding, findings
    from finops_dash.settings import Settings

    try:
        settings = Settings.from_env()
        engines = connect(settings.data_dir, settings.database_url)
    except FinOpsError as error:
        found = [Finding("fail", str(error))]
    else:
        found = findings(engines, settings.data_dir)
        engines.dispose()
    for finding in found:
        typer.echo(f"{finding.state:5}{finding.what}")
    if any(finding.state == "fail" for finding in found):
        raise typer.Exit(1)
