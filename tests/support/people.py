"""People of a tenant, as services ask who they are."""

from __future__ import annotations

from dataclasses import dataclass, replace

from finops_dash.domain.scope import Scope


@dataclass(frozen=True)
class Somebody:
    """A person with a role in a tenant."""

    id: str
    name: str
    scope: Scope


def somebody(scope: Scope, identity: str = "anna", role: str = "analyst") -> Somebody:
    """A person of the scope's tenant, in that role."""
    return Somebody(identity, identity.title(), replace(scope, role=role))
