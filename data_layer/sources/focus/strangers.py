"""What a file is that is no FOCUS Cost and Usage file, told by the columns only it has."""

from __future__ import annotations

from collections.abc import Collection

_SIGNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("a FOCUS Contract Commitment dataset, not Cost and Usage", ("contractcommitmentid",)),
    ("a FOCUS Invoice Detail dataset, not Cost and Usage", ("invoiceissuedate",)),
    ("a FOCUS Billing Period dataset, not Cost and Usage", ("billingperiodstatus",)),
    ("FOCUS 0.5; versions from 1.0 on can be loaded", ("chargetype", "invoiceissuer")),
    ("an AWS Cost and Usage Report, not FOCUS", ("lineitem/unblendedcost",)),
    ("an AWS Cost and Usage Report, not FOCUS", ("line_item_unblended_cost",)),
    ("an OCI cost report, not FOCUS", ("lineitem/referenceno",)),
    ("Azure cost details (actual or amortised), not FOCUS", ("metercategory", "meterid")),
    ("a Google Cloud billing export, not FOCUS", ("usage_start_time", "billing_account_id")),
)


def told_by(columns: Collection[str]) -> str | None:
    """What a file with these columns (in lower case) is known to be; None for no stranger met."""
    for name, signs in _SIGNS:
        if all(sign in columns for sign in signs):
            return name
    return None
