"""`services()`: the one accessor that callbacks and routes use, looked up at call time."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Flask, current_app

if TYPE_CHECKING:
    from finops_dash.bootstrap import Services

_KEY = "finops_dash"


def attach(app: Flask, services: Services) -> None:
    """Hand the services to the Flask app that will ask for them."""
    app.extensions[_KEY] = services


def services() -> Services:
    """The services of the app that handles the present request."""
    return cast("Services", current_app.extensions[_KEY])
