"""`finops-dash export focus`: what is stored, as FOCUS 1.2."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Write stored data to files.")


@app.callback()
def group() -> None:
    """Write stored data to files."""


@app.command()
def focus(
    tenant: Annotated[str, typer.Option(help="slug of the tenant")],
    period: Annotated[str, typer.Option(help="such as 2026-10 or 2026-10-03..2026-10-17")],
    out: Annotated[Path, typer.Option(help="FILE.csv, FILE.csv.gz or FILE.parquet")],
) -> None:
    """Write the charges of a period as FOCUS 1.2, with the metadata file beside it."""
    from finops_dash.bootstrap import open_services
    from finops_dash.domain.period import Period
    from finops_dash.exports.focus import export_focus

    asked = Period.parse(period)
    with open_services() as services:
        scope = services.tenancy.scope(tenant, "finops")
        days = asked.resolve(services.now().date())
        count = export_focus(services.engines, scope, days, out, services.now())
    typer.echo(f"Wrote {count:,} charges of {days.sentence()} to {out}.")
