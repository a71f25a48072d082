"""What a link got wrong, or a picture lacks, in words."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from finops_dash.domain.url import Notice


def notice_list(notices: Sequence[Notice | str]) -> list[Component]:
    """The notices, a line each."""
    texts = [notice if isinstance(notice, str) else notice.sentence() for notice in notices]
    return [html.Div(text, className="notice", role="status") for text in texts]
