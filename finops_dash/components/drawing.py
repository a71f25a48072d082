"""Drawn once, sent often: what a callback shows, kept as the JSON text that the browser gets."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import brotli
import orjson
from dash.development.base_component import Component
from flask import Response, after_this_request, has_request_context

from finops_dash.domain.scope import Scope
from finops_dash.services.cost import CostReader

QUICKEST = 1


def drawn(
    cost: CostReader, scope: Scope, name: str, key: Hashable, draw: Callable[[], Any]
) -> orjson.Fragment:
    """What `draw` gives, as JSON made once per tenant, role, data version, name and key.

    A fragment goes into Dash's answer as it is. It is kept compressed, so that there is room for
    hundreds of views.
    """
    made: list[bytes] = []

    def make() -> bytes:
        made.append(brotli.compress(_json(draw()), quality=QUICKEST))
        return made[0]

    small = cost.drawing(scope, (name, key), make)
    _tell("made" if made else "kept")
    return orjson.Fragment(brotli.decompress(small))


def _tell(how: str) -> None:
    """Let the answer say how its drawing came about, for whoever looks at a browser's network."""
    if not has_request_context():
        return

    @after_this_request
    def say(response: Response) -> Response:
        response.headers.add("Server-Timing", f"drawing;desc={how}")
        return response


def _json(shown: Any) -> bytes:  # noqa: ANN401 - components, figures, plain values
    return orjson.dumps(shown, default=_plain, option=orjson.OPT_NON_STR_KEYS)


def _plain(component: Component) -> Any:  # noqa: ANN401 - what the component says of itself
    return component.to_plotly_json()
