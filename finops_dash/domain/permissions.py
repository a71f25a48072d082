"""Roles and what they may do. A role holds its own permissions and those of the roles below it."""

from __future__ import annotations

from finops_dash.domain.errors import PermissionDeniedError

_OWN: dict[str, tuple[str, ...]] = {
    "viewer": ("costs:read",),
    "analyst": ("views:write", "reports:write", "annotations:write"),
    "finops": ("rules:write", "budgets:write", "alerts:write", "recommendations:write"),
    "admin": ("users:write", "roles:write", "accounts:write", "settings:write", "audit:read"),
    "owner": ("tenant:write", "billing:write"),
}
ROLES = tuple(_OWN)


def permissions_of(role: str) -> frozenset[str]:
    """Everything the role may do; nothing for a role nobody defined."""
    if role not in _OWN:
        return frozenset()
    below = ROLES[: ROLES.index(role) + 1]
    return frozenset(permission for name in below for permission in _OWN[name])


def may(role: str, permission: str) -> bool:
    """Whether the role holds the permission."""
    return permission in permissions_of(role)


def require(role: str, permission: str) -> None:
    """Nothing, if the role holds the permission; `PermissionDeniedError` if not."""
    if not may(role, permission):
        raise PermissionDeniedError(permission)
