"""The tables of the cost store, by area. Migrations make them; a test holds the two together."""

from data_layer.models.audit import audit_event
from data_layer.models.base import metadata
from data_layer.models.charges import charge, charge_key, cost_key, service_key
from data_layer.models.cuts import (
    cut_day,
    cut_key,
    daily_cut_cost,
    monthly_cut_cost,
    monthly_cut_resource_cost,
)
from data_layer.models.ingestion import data_version, load, reject, slice_
from data_layer.models.ingestion import source as source
from data_layer.models.operations import forecast, job_run
from data_layer.models.rollups import (
    daily_cost,
    daily_cost_history,
    daily_service_cost,
    monthly_cost,
    monthly_resource_cost,
)
from data_layer.models.tenancy import (
    app_user,
    invitation_directory,
    member_directory,
    tenant,
    tenant_directory,
    web_session,
)
from data_layer.models.views import (
    annotation,
    landing_view,
    saved_view,
    saved_view_version,
    short_link,
    view_star,
)

GLOBAL = tuple(found.name for found in metadata.sorted_tables if "global" in found.info)

__all__ = [
    "GLOBAL",
    "annotation",
    "app_user",
    "audit_event",
    "charge",
    "charge_key",
    "cost_key",
    "cut_day",
    "cut_key",
    "daily_cost",
    "daily_cost_history",
    "daily_cut_cost",
    "daily_service_cost",
    "data_version",
    "forecast",
    "invitation_directory",
    "job_run",
    "landing_view",
    "load",
    "member_directory",
    "metadata",
    "monthly_cost",
    "monthly_cut_cost",
    "monthly_cut_resource_cost",
    "monthly_resource_cost",
    "reject",
    "saved_view",
    "saved_view_version",
    "service_key",
    "short_link",
    "slice_",
    "source",
    "tenant",
    "tenant_directory",
    "view_star",
    "web_session",
]
