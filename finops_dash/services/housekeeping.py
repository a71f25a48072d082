"""Housekeeping: what nobody reads any more goes."""

from __future__ import annotations

from datetime import timedelta

from finops_dash.domain.scope import Scope
from finops_dash.services.forecasts import ForecastService
from finops_dash.services.ingestion import IngestionService
from finops_dash.services.jobs import JobService
from finops_dash.services.views import ViewService

RUNS_KEPT = timedelta(days=90)
FAILED_LOADS_KEPT = timedelta(days=90)
FORECASTS_KEPT = timedelta(days=400)  # long enough to hold a forecast against what came


class Housekeeping:
    """Forgets old notes, and removes what killed loads and exports left on disk."""

    def __init__(
        self,
        jobs: JobService,
        forecasts: ForecastService,
        ingestion: IngestionService,
        views: ViewService,
    ) -> None:
        """Each service forgets its own."""
        self._views = views
        self._jobs = jobs
        self._forecasts = forecasts
        self._ingestion = ingestion

    def tidy(self, scope: Scope) -> str:
        """Do it for the tenant; what went comes back in words."""
        runs = self._jobs.forget(scope, RUNS_KEPT)
        days = self._forecasts.forget(scope, FORECASTS_KEPT)
        failures = self._ingestion.forget_failures(scope, FAILED_LOADS_KEPT)
        views = self._views.forget(scope)
        folders = self._ingestion.remove_orphans()
        return (
            f"Forgot {runs} runs, {days} days of old forecasts, {failures} failed loads and "
            f"{views} deleted views; removed {folders} folders of killed loads and exports."
        )
