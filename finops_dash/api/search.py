"""The search over pages, values of dimensions and tags."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request
from flask_login import current_user

from finops_dash.components.places import EXPLORER
from finops_dash.components.resource_links import resource_href
from finops_dash.domain.cost_query import CostQuery, Grain
from finops_dash.domain.money import main_currency
from finops_dash.runtime import services
from finops_dash.services.search import MOST_OF_A_KIND, Found
from finops_dash.shell import NAVIGATION

LONGEST, SHORTEST = 200, 3
search = Blueprint("search", __name__)


@search.get("/_search")
def find() -> Response:
    """What is named like `q`: `{"found": [{"kind": "Page", "name": …, "href": …}]}`."""
    text = request.args.get("q", "")[:LONGEST]
    pages = [
        {"kind": "Page", "name": name, "href": path + query}
        for path, name, _, query in NAVIGATION
        if text.strip().casefold() in name.casefold()
    ]
    found = services().search.find(current_user.scope, text)
    values = [{"kind": one.kind, "name": one.name, "href": _href(one)} for one in found]
    return jsonify(found=[*pages, *_views(text), *values, *_resources(text)])


def _views(text: str) -> list[dict[str, str]]:
    """Saved views that the person sees, by name."""
    wanted = text.strip().casefold()
    views = services().views.listed(current_user) if wanted else ()
    named = [view for view in views if wanted in view.name.casefold()][:MOST_OF_A_KIND]
    return [{"kind": "View", "name": view.name, "href": f"/s/{view.slug}"} for view in named]


def _resources(text: str) -> list[dict[str, str]]:
    """The dearest resources that the text finds in the last thirty days' months."""
    if len(text.strip()) < SHORTEST:
        return []
    scope, today = current_user.scope, services().now().date()
    money = main_currency(services().cost.currencies(scope))
    found = services().resources.find(scope, CostQuery(currency=money), text, today)
    rows = services().resources.page(scope, found, 0)[:MOST_OF_A_KIND]
    return [
        {
            "kind": "Resource",
            "name": one.resource.title,
            "href": resource_href(one.resource.id),
        }
        for one in rows
    ]


def _href(found: Found) -> str:
    """A value in the explorer, day by day and by what lies below it; a tag as its groups."""
    by_day = CostQuery(grain=Grain.DAY)
    if found.value is None:
        return EXPLORER.href(CostQuery(group_by=(found.dimension,), grain=Grain.DAY))
    below = "service" if found.dimension != "service" else "sub_account"
    narrowed = by_day.where(found.dimension, found.value)
    return EXPLORER.href(CostQuery(group_by=(below,), filters=narrowed.filters, grain=Grain.DAY))
