"""The audit log of a tenant, as tests look at it."""

from __future__ import annotations

from dataclasses import replace

from finops_dash.bootstrap import Services
from finops_dash.domain.audit import AuditQuery, Event
from finops_dash.domain.audit_chain import Anchor, Verdict
from finops_dash.domain.scope import Scope


def events(services: Services, scope: Scope, **wanted: object) -> tuple[Event, ...]:
    """The events of the tenant, newest first."""
    query = AuditQuery(**{"limit": 500, **wanted})  # type: ignore[arg-type]
    return services.audit.listed(replace(scope, role="admin"), query)


def verdict(services: Services, scope: Scope, anchor: Anchor | None = None) -> Verdict:
    """Whether the tenant's log is as it was written."""
    return services.audit.verify(replace(scope, role="admin"), anchor)
