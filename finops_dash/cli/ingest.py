"""`finops-dash ingest`: FOCUS files into a tenant."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from finops_dash.domain.errors import FinOpsError
from finops_dash.domain.money import plain

if TYPE_CHECKING:
    from data_layer.loading import Outcome

COVERS = ("period", "days")
FORMATS = ("auto", "focus")


class OptionError(FinOpsError):
    """An option with a value it does not take."""


def ingest(  # noqa: PLR0913 - the options of the command
    paths: Annotated[list[str], typer.Argument(help="files, folders or globs of CSV and Parquet")],
    *,
    tenant: Annotated[str, typer.Option(help="slug of the tenant")],
    source: Annotated[
        str | None, typer.Option(help="name of the source; else provider and account")
    ] = None,
    covers: Annotated[
        str, typer.Option(help="period: replace whole billing periods; days: only the days present")
    ] = "period",
    yes: Annotated[
        bool, typer.Option("--yes", help="let a period shrink by more than half")
    ] = False,
    format_: Annotated[str, typer.Option("--format", help="auto or focus")] = "auto",
) -> None:
    """Load FOCUS files: one transaction, and the sums it reconciled."""
    from finops_dash.bootstrap import open_services
    from finops_dash.cli.patience import step_back

    if covers not in COVERS:
        message = f"--covers {covers} is none of {', '.join(COVERS)}."
        raise OptionError(message)
    if format_ not in FORMATS:
        message = f"--format {format_} is none of {', '.join(FORMATS)}."
        raise OptionError(message)
    step_back()
    with open_services() as services, progress() as report:
        outcome = services.ingestion.ingest(
            services.tenancy.scope(tenant, "finops"),
            paths,
            source=source,
            covers="days" if covers == "days" else "period",
            may_shrink=yes,
            report=report,
        )
    tell(outcome)


@contextmanager
def progress() -> Iterator[Callable[[str, float], None]]:
    """A report that draws a bar on a terminal, and writes a line per phase elsewhere."""
    if not sys.stderr.isatty():
        yield lambda phase, _share: typer.echo(phase, err=True)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=1.0)
        yield lambda phase, share: bar.update(task, description=phase, completed=share)


def tell(outcome: Outcome) -> None:
    """Print what the load did: slices, rejects, repairs, sums and speed."""
    if outcome.changed_nothing:
        typer.echo(f"Nothing changed: all {outcome.row_count:,} rows were stored before.")
    else:
        typer.echo(
            f"Stored {outcome.row_count:,} rows: {outcome.new_slices} new, "
            f"{outcome.replaced_slices} replaced, {outcome.emptied_slices} emptied and "
            f"{outcome.unchanged_slices} unchanged slices (source × billing period × day)."
        )
    if outcome.rejected_count:
        typer.echo(f"Kept {outcome.rejected_count:,} rows aside that cannot be loaded, such as:")
        for row in outcome.first_rejects:
            typer.echo(f"  {row.file}, line {row.line}, {row.column}: {row.reason}")
    for column, count in outcome.repairs.items():
        typer.echo(f"Repaired the spelling of {column} in {count:,} kinds of charges.")
    typer.echo("Reconciled: file = stored + rejected, to the last digit.")
    for line in outcome.lines:
        typer.echo(
            f"  {line.currency:4}{line.measure:16}{plain(line.file):>28} = "
            f"{plain(line.stored)} + {plain(line.rejected)}"
        )
    typer.echo(f"{outcome.seconds:.1f} s, {outcome.rows_per_second:,.0f} rows/s.")
