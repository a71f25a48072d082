"""The steps of a bridge: what each one holds, in the words that pages show."""

from __future__ import annotations

from enum import StrEnum


class Step(StrEnum):
    """One reason why B differs from A; the value names it in URLs."""

    DAYS = "days"
    VOLUME = "volume"
    MIX = "mix"
    RATE = "rate"
    NEW = "new"
    REMOVED = "removed"
    UNMEASURED = "without-quantity"
    COMMITMENTS = "commitments"
    NEGOTIATED = "negotiated"
    COMMITTED = "commitment-discounts"
    UNUSED = "unused"
    PURCHASES = "commitment-purchases"
    UNPRICED = "without-list-price"
    OTHER = "other"
    CREDITS = "credits"
    TAX = "tax"
    ADJUSTMENTS = "adjustments"

    @property
    def label(self) -> str:
        """The step's name, short enough for a phone."""
        return _WORDS[self][0]

    @property
    def meaning(self) -> str:
        """What the step holds, in a sentence."""
        return _WORDS[self][1]


_WORDS = {
    Step.DAYS: (
        "Days",
        "The same daily use over more or fewer days: cost A × (days B ÷ days A − 1), of usage.",
    ),
    Step.VOLUME: (
        "Volume",
        (
            "More or less of a service, in its old mix and at its mean price: "
            "cost A × (quantity B ÷ quantity A − days B ÷ days A), per service and unit."
        ),
    ),
    Step.MIX: (
        "Mix",
        (
            "A shift within a service to dearer or cheaper lines, at old prices: "
            "price A × (quantity B − quantity A × the service’s growth), per line."
        ),
    ),
    Step.RATE: (
        "Rate",
        (
            "Other prices for what is used: (price B − price A) × quantity B, per line. It takes "
            "what rounding the others to 20 places leaves, so that the sum is exact."
        ),
    ),
    Step.NEW: ("New", "Lines that are in B and not in A."),
    Step.REMOVED: ("Removed", "Lines that are in A and not in B."),
    Step.UNMEASURED: (
        "No quantity",
        (
            "Lines in both that do not say how much was used in each: volume and rate are not told "
            "apart."
        ),
    ),
    Step.COMMITMENTS: (
        "Commitments",
        (
            "Their purchases, what of them nobody used, and what the use they cover costs less (or "
            "more) than at contracted prices."
        ),
    ),
    Step.NEGOTIATED: (
        "Negotiated",
        "Contracted instead of list prices, for usage and purchases.",
    ),
    Step.COMMITTED: (
        "Commitment use",
        "What use that commitments cover costs less (or more) than at contracted prices.",
    ),
    Step.UNUSED: ("Unused", "The part of commitments that nobody used."),
    Step.PURCHASES: (
        "Purchases",
        "Purchases of commitments: in effective cost they stand on the use they cover.",
    ),
    Step.UNPRICED: (
        "No list price",
        "Usage and purchases whose list or contracted price is not known.",
    ),
    Step.OTHER: ("Other", "Any other difference between the two costs of a line."),
    Step.CREDITS: ("Credits", "Credits, which lower cost."),
    Step.TAX: ("Tax", "Taxes."),
    Step.ADJUSTMENTS: ("Adjustments", "Refunds, other adjustments, corrections of earlier months."),
}
