"""The search over pages, values of dimensions and tags."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request
from flask_login import current_user

from finops_dash.components.places import EXPLORER
from finops_dash.domain.cost_query import CostQuery, Grain
from finops_dash.runtime import services
from finops_dash.services.search import Found
from finops_dash.shell import NAVIGATION

LONGEST = 200
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
    return jsonify(found=[*pages, *values])


def _href(found: Found) -> str:
    """A value in the explorer, day by day and by what lies below it; a tag as its groups."""
    by_day = CostQuery(grain=Grain.DAY)
    if found.value is None:
        return EXPLORER.href(CostQuery(group_by=(found.dimension,), grain=Grain.DAY))
    below = "service" if found.dimension != "service" else "sub_account"
    narrowed = by_day.where(found.dimension, found.value)
    return EXPLORER.href(CostQuery(group_by=(below,), filters=narrowed.filters, grain=Grain.DAY))
