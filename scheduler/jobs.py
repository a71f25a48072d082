"""The jobs: what each is for, how often the leader looks for work, and what does the work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from finops_dash.bootstrap import Services
from finops_dash.domain.errors import FinOpsError
from finops_dash.domain.period import ONE_DAY
from finops_dash.domain.scope import Scope
from finops_dash.services.demo import REFRESH
from finops_dash.services.inbox import INGEST
from finops_dash.services.ingestion import Report
from finops_dash.services.jobs import Run, Work

CHECK, CUTS = "rollup-check", "cuts"


class UnknownJobError(FinOpsError):
    """No job has this name."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"There is no job {name!r}: choose one of {', '.join(BY_NAME)}.")


@dataclass(frozen=True, slots=True)
class Job:
    """`due` names the work there is for a tenant, cheaply; `do` does one piece of it, in a child.

    `do` returns what it did, in words. A `FinOpsError` is the data's fault and final until the
    data change; after any other error the piece is tried again.
    """

    name: str
    purpose: str
    every: timedelta
    due: Callable[[Services, Scope], list[Work]]
    do: Callable[[Services, Scope, Run, Report], str]


def _version(services: Services, scope: Scope) -> list[Work]:
    version = services.cost.data_version(scope)
    return [Work(f"version {version}")] if version else []


def _through(services: Services, scope: Scope) -> date | None:
    """The last whole day with data, which forecasts start from: today is not over yet."""
    latest = services.freshness.of(scope).data_through
    return min(latest, services.now().date() - ONE_DAY) if latest else None


def _day_and_data(services: Services, scope: Scope) -> list[Work]:
    through = _through(services, scope)
    return [Work(f"{services.now().date()}, data through {through}")] if through else []


def _uncut(services: Services, scope: Scope) -> list[Work]:
    return [] if services.cost.has_cuts(scope) else _version(services, scope)


def _cuts(services: Services, scope: Scope, _run: Run, report: Report) -> str:
    report("summing by account, owner and environment", 0.0)
    days = services.ingestion.refresh_cuts(scope)
    return "One day was summed anew." if days == 1 else f"{days} days were summed anew."


def _check(services: Services, scope: Scope, _run: Run, report: Report) -> str:
    last = services.jobs.last_done(scope, CHECK)
    return services.rollups.check(scope, last.started_at if last else None, report)


def _forecast(services: Services, scope: Scope, _run: Run, report: Report) -> str:
    from finops_dash.analytics.prophet_fit import MODEL, fit

    through = _through(services, scope)
    if through is None:
        return "There is no data to forecast."
    return services.forecasts.refresh_all(scope, through, fit, MODEL, report)


JOBS = (
    Job(
        INGEST,
        "Delivers the bills that lie in the tenant's folder of the inbox.",
        timedelta(seconds=10),
        due=lambda services, scope: services.inbox.due(scope),
        do=lambda services, scope, run, report: services.inbox.deliver(scope, run, report),
    ),
    Job(
        REFRESH,
        "Brings the demo company's bills up to yesterday.",
        timedelta(minutes=5),
        due=lambda services, scope: services.demo.due(scope) if services.settings.demo else [],
        do=lambda services, scope, run, report: services.demo.refresh(scope, run, report),
    ),
    Job(
        CUTS,
        "Sums daily cost by account, owner and environment after a load of many days.",
        timedelta(seconds=5),
        due=_uncut,
        do=_cuts,
    ),
    Job(
        CHECK,
        "Holds the rollups against their charges after each change of the data.",
        timedelta(minutes=1),
        due=_version,
        do=_check,
    ),
    Job(
        "forecast",
        "Fits the series people look at first, each day and whenever a new day has data.",
        timedelta(minutes=1),
        due=_day_and_data,
        do=_forecast,
    ),
    Job(
        "housekeeping",
        "Forgets old runs, forecasts and failed loads, and what killed loads left on disk.",
        timedelta(minutes=15),
        due=lambda services, _scope: [Work(services.now().date().isoformat())],
        do=lambda services, scope, _run, _report: services.housekeeping.tidy(scope),
    ),
)
BY_NAME = {job.name: job for job in JOBS}


def find_job(name: str) -> Job:
    """The job of that name; `UnknownJobError` when there is none."""
    if name not in BY_NAME:
        raise UnknownJobError(name)
    return BY_NAME[name]
