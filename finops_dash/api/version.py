"""What an open page asks by itself: whether there is new data, and how long the session lasts."""

from __future__ import annotations

from math import ceil
from typing import Any

from flask import Blueprint, Response, jsonify
from flask_login import current_user

from finops_dash.runtime import services

version = Blueprint("version", __name__)


@version.get("/_version")
def data_version() -> Response:
    """`{"version": 7}`: grows with each load that changed the tenant's data.

    Where there is no data yet, also `loading`, whether a bill is being loaded, and its `phase`;
    where the session ends by itself, `ends_in` seconds.
    """
    scope = current_user.scope
    found: dict[str, Any] = {"version": services().cost.data_version(scope), **_session()}
    if not services().cost.currencies(scope):
        is_loading = services().freshness.is_loading(scope)
        found |= {"loading": is_loading, "phase": services().jobs.phase(scope)}
    return jsonify(found)


@version.post("/_stay")
def stay() -> Response:
    """The person is there: the session goes on."""
    return jsonify(_session())


def _session() -> dict[str, int]:
    if current_user.ends_at is None:
        return {}
    left = current_user.ends_at - services().now()
    return {"ends_in": max(0, ceil(left.total_seconds()))}
