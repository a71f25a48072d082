"""The columns of a file: their names, and what kind of values stand in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "number", "instant", "any"]
DIGITS = 38  # of a decimal in Parquet


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file; `places` are the decimal places that its numbers need.

    `any` is text that may be numbers, in columns that FOCUS does not define.
    """

    name: str
    kind: Kind
    places: int = 0
