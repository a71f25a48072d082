"""A short word at the corner of the page, which goes by itself."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from dash import html
from dash.development.base_component import Component

TOAST = "toast"


def said(words: str, *more: Component) -> Component:
    """What was done, with what can be done about it: it stays while that has the focus."""
    return html.Div([words, *more], className="toast-text said", key=uuid4().hex)


def act_button(act: str, slug: str, words: str, **more: Any) -> Component:  # noqa: ANN401 - attributes
    """A button that does something with a saved view; `share.js` sees the press."""
    attributes: dict[str, Any] = {"data-act": act, "data-slug": slug, **more}
    return html.Button(words, **attributes)
