"""Housekeeping: what nobody reads any more goes."""

from __future__ import annotations

from datetime import timedelta

from finops_dash.domain.scope import Scope
from finops_dash.services.forecasts import ForecastService
from finops_dash.services.ingestion import IngestionService
from finops_dash.services.jobs import JobService
from finops_dash.services.sessions import SessionService
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
        sessions: SessionService,
    ) -> None:
        """Each service forgets its own."""
        self._views = views
        self._sessions = sessions
        self._jobs = jobs
        self._forecasts = forecasts
        self._ingestion = ingestion

    def tidy(self, scope: Scope) -> str:
        """Do it for the tenant; what went comes back in words."""
        runs = self._jobs.forget(scope, RUNS_KEPT)
        days = self._forecasts.forget(scope, FORECASTS_KEPT)
        failures = self._ingestion.forget_failures(scope, FAILED_LOADS_KEPT)
        views, sessions = self._views.forget(scope), self._sessions.forget(scope)
        folders = self._ingestion.remove_orphans()
        return (
            f"Forgot {runs} runs, {days} days of old forecasts, {failures} failed loads, "
            f"{views} deleted views and {sessions} ended sessions; "
            f"removed {folders} folders of killed loads and exports."
        )
