"""What can go wrong, one class per thing a caller treats differently."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date


class FinOpsError(Exception):
    """A failure that the person at the other end can understand and act on."""


class QueryError(FinOpsError):
    """A `CostQuery` that cannot be built from what was given."""

    def __init__(self, field: str, value: object, reason: str) -> None:
        self.field = field
        self.value = value
        self.reason = reason
        super().__init__(f"{field}={value}: {reason}")


class MixedCurrenciesError(FinOpsError):
    """The answer would add up more than one currency."""

    def __init__(self, currencies: Sequence[str]) -> None:
        self.currencies = tuple(currencies)
        listed = ", ".join(self.currencies)
        super().__init__(
            f"The rows are billed in {listed}, and currencies are never added up: "
            f"group by billing_currency, or choose one with currency={self.currencies[0]}."
        )


class MixedUnitsError(FinOpsError):
    """The answer would add up quantities of more than one unit."""

    def __init__(self, measure: str, units: Sequence[str]) -> None:
        self.measure = measure
        self.units = tuple(units)
        shown = ", ".join(self.units[:5]) + (" …" if len(self.units) > 5 else "")  # noqa: PLR2004 - a sentence has room for five
        what = measure.replace("_", " ").capitalize()
        super().__init__(
            f"{what} would add up different units ({shown}): filter until one unit is left."
        )


class NothingToCompareError(FinOpsError):
    """There is no earlier period to lead from."""

    def __init__(self, since: date | None = None) -> None:
        self.since = since
        words = "Nothing is compared: choose a comparison to lead from."
        if since is not None:
            words = (
                f"The data begins {since.day} {since:%B %Y}, too late to compare: "
                "choose a later period, or another comparison."
            )
        super().__init__(words)


class UnknownTenantError(FinOpsError):
    """No tenant has this slug."""

    def __init__(self, slug: str) -> None:
        self.slug = slug
        super().__init__(f"There is no tenant {slug!r}: see `finops-dash tenant list`.")


class PermissionDeniedError(FinOpsError):
    """The person's role does not hold the permission."""

    def __init__(self, permission: str) -> None:
        self.permission = permission
        super().__init__(f"Your role does not include {permission}.")
