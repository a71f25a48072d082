"""What a load is asked to do, and what it did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from data_layer.loading.plan import Covers
from data_layer.loading.reconcile import Line
from data_layer.loading.rejects import Aside, Reject
from data_layer.sources.focus.files import FocusFile
from finops_dash.domain.errors import FinOpsError


class NothingLoadedError(FinOpsError):
    """No row of the delivery can be loaded."""

    def __init__(self, files: Sequence[FocusFile], aside: Aside) -> None:
        self.rejected_count = aside.count
        names = ", ".join(str(file.path) for file in files)
        if not aside.rows:
            super().__init__(f"{names}: there is no row below the header.")
            return
        first = aside.rows[0].sentence()
        super().__init__(
            f"{names}: none of the {aside.count:,} rows can be loaded. The first: {first}."
        )


@dataclass(frozen=True, slots=True)
class Delivery:
    """The files of one `ingest` call and how they are meant."""

    files: tuple[FocusFile, ...]
    source: str | None = None
    covers: Covers = "period"
    may_shrink: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a delivery did."""

    row_count: int
    rejected_count: int
    new_slices: int
    replaced_slices: int
    emptied_slices: int
    unchanged_slices: int
    lines: tuple[Line, ...] = ()
    seconds: float = 0.0
    repairs: dict[str, int] = field(default_factory=dict)
    first_rejects: tuple[Reject, ...] = ()

    @property
    def changed_nothing(self) -> bool:
        """Whether the store already held all of it."""
        return not (self.new_slices or self.replaced_slices or self.emptied_slices)

    @property
    def rows_per_second(self) -> float:
        """How fast the rows went from file to rollups."""
        return self.row_count / self.seconds if self.seconds else 0.0

    def taking(self, seconds: float) -> Outcome:
        """The same, with how long it took."""
        return replace(self, seconds=seconds)
