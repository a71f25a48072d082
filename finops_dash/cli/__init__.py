"""The command line: one module per group, heavy imports inside the commands."""

from __future__ import annotations

import sys

import typer

from finops_dash.cli import audit, db, demo, export, ingest, jobs, query, serve, tenants
from finops_dash.domain.audit import COMMAND_LINE, acting_as
from finops_dash.domain.errors import FinOpsError

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)
app.add_typer(audit.app, name="audit")
app.add_typer(db.app, name="db")
app.add_typer(tenants.tenant_app, name="tenant")
app.add_typer(tenants.user_app, name="user")
app.add_typer(export.app, name="export")
app.add_typer(jobs.app, name="jobs")
app.command()(serve.serve)
app.command()(demo.demo)
app.command()(ingest.ingest)
app.command()(query.query)
app.command()(db.doctor)

NOT_DONE = 2


def main() -> None:
    """Run a command; what a person can mend is one line on stderr and exit code 2."""
    try:
        with acting_as(COMMAND_LINE):
            app()
    except FinOpsError as error:
        typer.echo(str(error), err=True)
        sys.exit(NOT_DONE)
