"""plotly.js, in place of the whole of it: the traces that figures are made of (`make plotly`)."""

from __future__ import annotations

from flask import Blueprint, Response, current_app

PATH = "/_dash-component-suites/plotly/package_data/plotly.min.js"
drawing_script = Blueprint("drawing_script", __name__)


@drawing_script.get(PATH)
def script() -> Response:
    """The script where Dash's graphs look for plotly.js."""
    return current_app.send_static_file("plotly.min.js")
