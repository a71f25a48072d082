"""`finops-dash demo`: a believable company, loaded as any bill is."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer


def demo(  # noqa: PLR0913 - the options of the command
    *,
    rows: Annotated[int, typer.Option(help="about how many charges")] = 200_000,
    months: Annotated[int, typer.Option(help="how many months, the present one included")] = 13,
    seed: Annotated[int, typer.Option(help="same seed and days, same bytes")] = 1,
    tenant: Annotated[str, typer.Option(help="slug of the tenant")] = "demo",
    until: Annotated[str | None, typer.Option(help="last day; else yesterday")] = None,
    out: Annotated[Path | None, typer.Option(help="only write the files to this folder")] = None,
    if_empty: Annotated[
        bool, typer.Option("--if-empty", help="do nothing when the tenant has data")
    ] = False,
) -> None:
    """Make the demo company's bills and load them."""
    from finops_dash.bootstrap import open_services
    from finops_dash.cli.ingest import progress, tell
    from finops_dash.cli.patience import step_back
    from finops_dash.demo.company import COMPANY, Shape

    step_back()
    with open_services() as services:
        last = date.fromisoformat(until) if until else services.now().date() - timedelta(days=1)
        shape = Shape(rows, months, seed, last)
        if out is not None:
            from finops_dash.demo import write_demo

            typer.echo(f"Wrote {len(write_demo(shape, out))} files under {out}.")
            return
        services.tenancy.create(tenant, COMPANY)
        scope = services.tenancy.scope(tenant, "finops")
        if if_empty and services.cost.data_version(scope):
            return
        with progress() as report:
            outcome = services.demo.load(scope, shape, report)
        tell(outcome)
