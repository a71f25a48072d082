"""The values that a filter can be set to, narrowed by the other filters and by what is typed."""

from __future__ import annotations

from flask import Blueprint, Response, g, jsonify, request
from flask_login import current_user

from finops_dash.components.money import short
from finops_dash.components.places import read_explored
from finops_dash.domain.errors import FinOpsError
from finops_dash.runtime import services

PATH = "/_options/<path:dimension>"
options = Blueprint("options", __name__)


@options.get(PATH)
def values(dimension: str) -> tuple[Response, int]:
    """The dimension's values under the query of the link, dearest first, and how many there are.

    `{"values": [{"value": "eu-west-1", "amount": "$1.23M"}], "found": 12}`; 400 with the reason for
    a dimension that there is not.
    """
    parameters = request.args.to_dict(flat=False)
    search = parameters.pop("search", [""])[-1]
    query, _, _ = read_explored(parameters)
    today = services().now().date()
    try:
        found = services().options.values(current_user.scope, query, dimension, search, today)
    except FinOpsError as error:
        return jsonify(error=str(error), request_id=g.request_id), 400
    listed = [
        {
            "value": option.value,
            "amount": "" if option.amount is None else short(option.amount, found.currency),
        }
        for option in found.options
    ]
    return jsonify(values=listed, found=found.count), 200
