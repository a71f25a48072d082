"""Builds every object once. The one module that sees all layers; a test can hand in any part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from data_layer.engine import Engines, connect
from data_layer.migrations import upgrade
from finops_dash.services.annotations import Annotations
from finops_dash.services.audit import AuditService
from finops_dash.services.bridge import BridgeService
from finops_dash.services.charge_lines import ChargeLines
from finops_dash.services.comparable_prices import PriceService
from finops_dash.services.cost import CostReader
from finops_dash.services.demo import DemoService
from finops_dash.services.exploration import ExplorationService
from finops_dash.services.exports import ExportService
from finops_dash.services.forecasts import ForecastService
from finops_dash.services.freshness import FreshnessService
from finops_dash.services.heatmap import HeatmapService
from finops_dash.services.held import HeldTenants
from finops_dash.services.housekeeping import Housekeeping
from finops_dash.services.inbox import InboxService
from finops_dash.services.ingestion import IngestionService
from finops_dash.services.jobs import JobService
from finops_dash.services.key_figures import KeyFigures
from finops_dash.services.membership import MembershipService
from finops_dash.services.multicloud import MulticloudService
from finops_dash.services.options import OptionsService
from finops_dash.services.overview import OverviewService
from finops_dash.services.resources import ResourceService
from finops_dash.services.rollups import RollupCheck
from finops_dash.services.search import SearchService
from finops_dash.services.sessions import SessionService
from finops_dash.services.short_links import ShortLinks
from finops_dash.services.since import SinceService
from finops_dash.services.table_rows import TableRows
from finops_dash.services.tenancy import TenancyService
from finops_dash.services.views import ViewService
from finops_dash.settings import Settings

FRESH_FOR = 1.0


@dataclass(frozen=True, slots=True)
class Services:
    """What pages, the API, jobs and the command line call."""

    settings: Settings
    engines: Engines
    bridge: BridgeService
    cost: CostReader
    exploration: ExplorationService
    options: OptionsService
    search: SearchService
    table_rows: TableRows
    charge_lines: ChargeLines
    resources: ResourceService
    exports: ExportService
    freshness: FreshnessService
    forecasts: ForecastService
    ingestion: IngestionService
    key_figures: KeyFigures
    overview: OverviewService
    heatmap: HeatmapService
    multicloud: MulticloudService
    prices: PriceService
    tenancy: TenancyService
    memberships: MembershipService
    sessions: SessionService
    jobs: JobService
    inbox: InboxService
    demo: DemoService
    rollups: RollupCheck
    views: ViewService
    short_links: ShortLinks
    since: SinceService
    annotations: Annotations
    audit: AuditService
    housekeeping: Housekeeping
    now: Callable[[], datetime]


def build(
    settings: Settings,
    engines: Engines,
    *,
    fresh_for: float = 0.0,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Services:
    """The services on these engines.

    A web process believes a data version for a second, and holds the rollups of its tenants.
    """
    held = HeldTenants(engines.tenant) if fresh_for else None
    cost = CostReader(engines, fresh_for=fresh_for, held=held)
    freshness = FreshnessService(cost)
    forecasts = ForecastService(cost, engines, fresh_for)
    overview = OverviewService(cost, freshness, forecasts)
    exploration = ExplorationService(cost, freshness)
    work_dir = settings.data_dir / "tmp"
    ingestion, jobs = IngestionService(engines.loader, work_dir), JobService(engines)
    views, sessions = ViewService(engines, now), SessionService(engines, now)
    tenancy = TenancyService(engines, now)
    return Services(
        settings=settings,
        engines=engines,
        bridge=BridgeService(cost, overview),
        cost=cost,
        exploration=exploration,
        options=OptionsService(cost, exploration),
        search=SearchService(cost),
        table_rows=TableRows(exploration),
        charge_lines=ChargeLines(cost, freshness),
        resources=ResourceService(cost, freshness),
        exports=ExportService(engines, cost, work_dir, now),
        freshness=freshness,
        forecasts=forecasts,
        ingestion=ingestion,
        key_figures=KeyFigures(cost, overview),
        overview=overview,
        heatmap=HeatmapService(cost),
        multicloud=MulticloudService(cost),
        prices=PriceService(cost),
        tenancy=tenancy,
        memberships=MembershipService(engines, tenancy, now),
        sessions=sessions,
        jobs=jobs,
        inbox=InboxService(settings.inbox, ingestion, jobs, now),
        demo=DemoService(ingestion, freshness, jobs, work_dir, now),
        rollups=RollupCheck(engines),
        views=views,
        short_links=ShortLinks(engines, now),
        since=SinceService(cost),
        annotations=Annotations(engines, now, fresh_for),
        audit=AuditService(engines),
        housekeeping=Housekeeping(jobs, forecasts, ingestion, views, sessions),
        now=now,
    )


def start(settings: Settings, *, fresh_for: float = 0.0) -> Services:
    """Connect (starting the embedded server if need be), migrate, and build the services."""
    engines = connect(settings.data_dir, settings.database_url)
    upgrade(engines.owner)
    return build(settings, engines, fresh_for=fresh_for)


@contextmanager
def open_services() -> Iterator[Services]:
    """The services for one command, closed after it."""
    services = start(Settings.from_env())
    try:
        yield services
    finally:
        services.engines.dispose()
