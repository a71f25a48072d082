"""`finops-dash tenant …` and `finops-dash user …`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from finops_dash.domain.errors import FinOpsError

tenant_app = typer.Typer(no_args_is_help=True, help="Make, list, export and delete tenants.")
user_app = typer.Typer(no_args_is_help=True, help="People of a tenant.")


class NotConfirmedError(FinOpsError):
    """What cannot be undone, and nobody has said yes to."""


@tenant_app.command()
def create(
    slug: str,
    name: Annotated[str | None, typer.Option(help="the company's name")] = None,
    currency: Annotated[str, typer.Option(help="base currency, ISO 4217")] = "USD",
) -> None:
    """Make a tenant (or say which one has the slug)."""
    from finops_dash.bootstrap import open_services

    with open_services() as services:
        made = services.tenancy.create(slug, name, currency)
    typer.echo(f"Tenant {made.slug} ({made.name}) has the id {made.tenant_id}.")


@tenant_app.command("list")
def list_tenants() -> None:
    """List the tenants."""
    from finops_dash.bootstrap import open_services

    with open_services() as services:
        for found in services.tenancy.all():
            typer.echo(f"{found.slug}\t{found.name}\t{found.base_currency}")


@tenant_app.command()
def export(slug: str, folder: Path) -> None:
    """Write all of a tenant to a new folder: charges as FOCUS, every other row as JSON."""
    from finops_dash.bootstrap import open_services
    from finops_dash.exports.tenant import export_tenant

    with open_services() as services:
        scope = services.tenancy.scope(slug, "owner")
        counts = export_tenant(services.engines, scope, folder, services.now())
    for name, count in counts.items():
        typer.echo(f"{count:>12,} rows  {folder / name}")


@tenant_app.command()
def delete(
    slug: str,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Delete a tenant with all its charges, people and settings. There is no way back."""
    from data_layer.removal import remove_tenant
    from finops_dash.bootstrap import open_services

    with open_services() as services:
        found = services.tenancy.find(slug)
        if not yes:
            _ask(f"Delete {found.slug} ({found.name}) and everything stored of it?")
        counts = remove_tenant(services.engines.owner, found.tenant_id)
    rows = sum(counts.values())
    typer.echo(f"Deleted {slug}: {rows:,} rows of {len(counts)} tables.")


def _ask(question: str) -> None:
    """Go on when a person says yes; where nobody can be asked, the option must."""
    if not sys.stdin.isatty():
        message = f"{question} Repeat with --yes."
        raise NotConfirmedError(message)
    typer.confirm(question, abort=True)


@user_app.command("add")
def add(
    email: str,
    tenant: Annotated[str, typer.Option(help="slug of the tenant")],
    role: Annotated[str, typer.Option(help="viewer, analyst, finops, admin or owner")],
    name: Annotated[str | None, typer.Option(help="how the person is called")] = None,
) -> None:
    """Invite a person to a tenant, who comes in by signing in; or change the role."""
    from finops_dash.bootstrap import open_services

    with open_services() as services:
        services.memberships.add(tenant, email, name or email.partition("@")[0], role)
    typer.echo(f"{email} is {role} of {tenant}.")
