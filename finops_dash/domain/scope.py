"""Who asks, and for which tenant."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """The tenant and the role under which a question is answered; part of every cache key."""

    tenant_id: int
    tenant_slug: str
    role: str = "viewer"
