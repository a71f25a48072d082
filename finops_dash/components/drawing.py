"""Drawn once, sent often: what a callback shows, kept as the JSON text that the browser gets."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import orjson
from dash.development.base_component import Component

from finops_dash.domain.scope import Scope
from finops_dash.services.cost import CostReader


def drawn(
    cost: CostReader, scope: Scope, name: str, key: Hashable, draw: Callable[[], Any]
) -> orjson.Fragment:
    """What `draw` gives, as JSON made once per tenant, role, data version, name and key.

    A fragment goes into Dash's answer as it is, so a kept drawing costs no work at all.
    """
    return cost.cached(scope, "drawing", (name, key), lambda _: orjson.Fragment(_json(draw())))


def _json(shown: Any) -> bytes:  # noqa: ANN401 - components, figures, plain values
    return orjson.dumps(shown, default=_plain, option=orjson.OPT_NON_STR_KEYS)


def _plain(component: Component) -> Any:  # noqa: ANN401 - what the component says of itself
    return component.to_plotly_json()
