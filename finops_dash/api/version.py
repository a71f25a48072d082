"""The version of the data, for pages that are open when new data comes."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from flask_login import current_user

from finops_dash.runtime import services

version = Blueprint("version", __name__)


@version.get("/_version")
def data_version() -> Response:
    """`{"version": 7}`: grows with each load that changed the tenant's data."""
    return jsonify(version=services().cost.data_version(current_user.scope))
