"""Roles and what they may do. A role holds its own permissions and those of the roles below it."""

from __future__ import annotations

from finops_dash.domain.errors import PermissionDeniedError
from finops_dash.domain.scope import Scope

_OWN: dict[str, tuple[str, ...]] = {
    "viewer": ("costs:read",),
    "analyst": ("views:write", "reports:write", "annotations:write"),
    "finops": ("rules:write", "budgets:write", "alerts:write", "recommendations:write"),
    "admin": ("users:write", "roles:write", "accounts:write", "settings:write"),
    "owner": ("tenant:write", "billing:write"),
}
ROLES = tuple(_OWN)


def permissions_of(role: str) -> frozenset[str]:
    """Everything the role may do; nothing for a role nobody defined."""
    if role not in _OWN:
        return frozenset()
    below = ROLES[: ROLES.index(role) + 1]
    return frozenset(permission for name in below for permission in _OWN[name])


def require(scope: Scope, permission: str) -> None:
    """Nothing where the scope's role holds the permission; `PermissionDeniedError` else."""
    if permission not in permissions_of(scope.role):
        raise PermissionDeniedError(permission)
