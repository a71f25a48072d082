"""`finops-dash tenant …` and `finops-dash user …`."""

from __future__ import annotations

from typing import Annotated

import typer

tenant_app = typer.Typer(no_args_is_help=True, help="Make and list tenants.")
user_app = typer.Typer(no_args_is_help=True, help="People of a tenant.")


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


@user_app.command("add")
def add(
    email: str,
    tenant: Annotated[str, typer.Option(help="slug of the tenant")],
    role: Annotated[str, typer.Option(help="viewer, analyst, finops, admin or owner")],
    name: Annotated[str | None, typer.Option(help="how the person is called")] = None,
) -> None:
    """Add a person to a tenant, or change the role."""
    from finops_dash.bootstrap import open_services

    with open_services() as services:
        services.tenancy.add_user(tenant, email, name or email.partition("@")[0], role)
    typer.echo(f"{email} is {role} of {tenant}.")
