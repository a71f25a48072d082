"""`finops-dash jobs …`: what the scheduler does, what it did, and a run by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from finops_dash.domain.errors import FinOpsError

if TYPE_CHECKING:
    from finops_dash.bootstrap import Services
    from finops_dash.domain.scope import Scope
    from finops_dash.services.jobs import Run
    from scheduler.jobs import Job

app = typer.Typer(no_args_is_help=True, help="The jobs of the scheduler.")


class NoInboxError(FinOpsError):
    """Bills cannot be delivered from an inbox that is not set."""


@app.command("list")
def list_jobs(
    *,
    tenant: Annotated[str | None, typer.Option(help="slug: show that tenant's runs too")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="how many runs")] = 20,
) -> None:
    """List the jobs; with a tenant, also its newest runs."""
    from scheduler.jobs import JOBS

    for job in JOBS:
        typer.echo(f"{job.name:14}{job.purpose}")
    if tenant is None:
        return
    from finops_dash.bootstrap import open_services

    with open_services() as services:
        runs = services.jobs.runs(services.tenancy.scope(tenant), limit=limit)
    typer.echo("")
    typer.echo("\n".join(_line(run) for run in runs) or "No job has run for this tenant yet.")


@app.command()
def run(
    name: Annotated[str, typer.Argument(help="which job; see `jobs list`")],
    *,
    tenant: Annotated[str, typer.Option(help="slug of the tenant")],
) -> None:
    """Do at once what the job has to do for the tenant; exits 1 when it fails."""
    from finops_dash.bootstrap import open_services
    from finops_dash.cli.patience import step_back
    from finops_dash.services.inbox import INGEST
    from scheduler.jobs import find_job

    job = find_job(name)
    step_back()
    with open_services() as found:
        if name == INGEST and found.settings.inbox is None:
            message = "FINOPS_INBOX is not set, so there is no folder to look into."
            raise NoInboxError(message)
        services = replace(found, inbox=found.inbox.at_once())
        failed = _run(services, job, services.tenancy.scope(tenant, "finops"))
    if failed:
        raise typer.Exit(1)


def _run(services: Services, job: Job, scope: Scope) -> bool:
    """Do each piece of work and say how it ended; whether any failed."""
    from finops_dash.cli.ingest import progress
    from scheduler.leader import this_process
    from scheduler.work import do_here

    works = job.due(services, scope)
    if not works:
        typer.echo("There is nothing to do.")
    failed = False
    for work in works:
        by_hand = replace(work, slot=f"{work.slot}, by hand {services.now().isoformat()}")
        begun = services.jobs.begin(scope, job.name, by_hand, this_process())
        with progress() as report:
            ended = do_here(services, scope, begun, report)
        failed |= ended.state == "failed"
        subject = f"{work.subject}: " if work.subject else ""
        typer.echo(f"{subject}{ended.words}", err=ended.state == "failed")
    return failed


def _line(run: Run) -> str:
    when = (run.started_at or run.queued_at).strftime("%Y-%m-%d %H:%M:%S")
    took = f"{run.seconds:.1f} s" if run.seconds is not None else ""
    about = f" [{run.subject}]" if run.subject else ""
    said = run.reason if run.state == "failed" else run.message
    return f"{when}  {run.state:8}{run.job:14}{took:>9} {about} {said or ''}".rstrip()
