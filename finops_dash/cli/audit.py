"""`finops-dash audit …`."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="The audit log of each tenant.")


@app.callback()
def group() -> None:
    """Keep `verify` a command of its own, though it is the only one yet."""


@app.command()
def verify(
    *,
    tenant: Annotated[str, typer.Option(help="slug of the tenant")],
    anchor: Annotated[
        str | None, typer.Option(help="N:DIGEST as printed before, kept elsewhere since")
    ] = None,
) -> None:
    """Say whether the log is as it was written; exits 1 at the first event that does not fit.

    The last word of the answer is an anchor. Kept where nobody with access to the database can
    change it, it shows later that the log was cut off or written anew.
    """
    from finops_dash.bootstrap import open_services
    from finops_dash.domain.audit_chain import Anchor

    known = None if anchor is None else Anchor.parse(anchor)
    with open_services() as services:
        verdict = services.audit.verify(services.tenancy.scope(tenant, "owner"), known)
    if verdict.fault is not None:
        typer.echo(f"Event {verdict.fault.event_no}: {verdict.fault.reason}.", err=True)
        raise typer.Exit(1)
    count = verdict.newest.event_no
    events = "1 event" if count == 1 else f"{count:,} events"
    typer.echo(f"{events} as they were written. Newest: {verdict.newest}")
