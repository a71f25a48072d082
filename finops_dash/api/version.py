"""The version of the data, for pages that are open when new data comes."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from flask_login import current_user

from finops_dash.runtime import services

version = Blueprint("version", __name__)


@version.get("/_version")
def data_version() -> Response:
    """`{"version": 7}`: grows with each load that changed the tenant's data.

    Where there is no data yet, also `loading`, whether a bill is being loaded, and its `phase`.
    """
    scope = current_user.scope
    known = services().cost.data_version(scope)
    if services().cost.currencies(scope):
        return jsonify(version=known)
    is_loading = services().freshness.is_loading(scope)
    return jsonify(version=known, loading=is_loading, phase=services().jobs.phase(scope))
