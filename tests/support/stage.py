"""The program with its demo people in other tenants, and with a part that breaks for one of them.

The viewer's tenant is empty, the analyst's is hostile, the admin's is the demo company, whose
resources cannot be read. Run by the browser tests as a process of its own.
"""

from __future__ import annotations

import os

from werkzeug.serving import make_server

from app import server
from finops_dash.domain.scope import Scope
from finops_dash.runtime import services
from finops_dash.security import people
from finops_dash.services.answers import CostAnswer
from finops_dash.services.overview import OverviewService, View

TENANTS = {
    "viewer": os.environ["STAGE_EMPTY"],
    "analyst": os.environ["STAGE_HOSTILE"],
    "admin": "demo",
}


def load(identity: str) -> people.Person | None:
    """The person, in the tenant of this stage."""
    if identity not in TENANTS:
        return None
    name, role, _ = people.PEOPLE[identity]
    tenant = services().tenancy.named(TENANTS[identity])
    scope = Scope(tenant.tenant_id, tenant.slug, role)
    return people.Person(identity, name, role, scope, tenant.name)


def top_resources(self: OverviewService, scope: Scope, view: View) -> CostAnswer:
    """The dearest resources, and for the admin what a fault in one part of the page is like."""
    if scope.role == "admin":
        message = f"the resources of {scope.tenant_slug} cannot be read"
        raise RuntimeError(message)
    return read_top_resources(self, scope, view)


people.load = load
people.manager.user_loader(load)
read_top_resources = OverviewService.top_resources
OverviewService.top_resources = top_resources  # type: ignore[method-assign]
make_server("127.0.0.1", int(os.environ["FINOPS_PORT"]), server, threaded=True).serve_forever()
