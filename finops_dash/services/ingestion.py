"""Bringing bills in: files of a person or a job, into a tenant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import structlog
from sqlalchemy.exc import SQLAlchemyError

from finops_dash.domain.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from data_layer.loading import Outcome

FEW_DAYS = 35  # a month's bill; more of them the scheduler sums behind the load
Covers = Literal["period", "days"]
Report = Callable[[str, float], None]


log = structlog.get_logger()


def say_nothing(_phase: str, _share: float) -> None:
    """A report for callers that show no progress."""


class IngestionService:
    """Loads FOCUS files for a tenant."""

    def __init__(self, loader: Engine, work_dir: Path) -> None:
        """Stages under `work_dir`, stores through the loader's engine."""
        self._loader = loader
        self._work_dir = work_dir

    def ingest(  # noqa: PLR0913 - the options of one delivery
        self,
        scope: Scope,
        paths: Sequence[str],
        *,
        source: str | None = None,
        covers: Covers = "period",
        may_shrink: bool = False,
        report: Report = say_nothing,
    ) -> Outcome:
        """Load the files as one delivery; what it replaced, rejected and summed comes back.

        Raises `FileRefusedError` for a file that cannot be loaded, `ShrinkingError` before a
        billing period loses more than half its rows; then nothing is stored.
        """
        from data_layer.loading import Delivery, deliver
        from data_layer.sources.focus.files import find_files

        files = tuple(find_files(list(paths)))
        delivery = Delivery(files, source, covers, may_shrink)
        outcome = deliver(self._loader, scope.tenant_id, delivery, self._work_dir, report)
        try:
            self.refresh_cuts(scope, FEW_DAYS)
        except SQLAlchemyError as error:  # the load stands; the scheduler sums them later
            log.warning("cuts_not_refreshed", tenant=scope.tenant_slug, error=str(error))
        return outcome

    def refresh_cuts(self, scope: Scope, most_days: int | None = None) -> int | None:
        """Bring the cuts of daily cost in line with the loads; how many days that took.

        None, and nothing done, where it would take more than `most_days`.
        """
        from data_layer.loading.cuts import refresh_cuts

        return refresh_cuts(self._loader, scope.tenant_id, most_days)

    def forget_failures(self, scope: Scope, older_than: timedelta) -> int:
        """Forget loads of the tenant that failed longer ago; says how many."""
        from data_layer.loading.tidying import forget_failures

        return forget_failures(self._loader, scope.tenant_id, older_than)

    def remove_orphans(self) -> int:
        """Remove the folders that killed loads left; says how many."""
        from data_layer.loading.tidying import remove_orphans

        return remove_orphans(self._work_dir)
