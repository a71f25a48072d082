"""The document that every page begins as."""

from __future__ import annotations

import re
from typing import Any

from dash import Dash

from finops_dash.icons import address

# Every browser that Plotly and AG Grid run in has what the first fills in; the second is unused.
UNNEEDED = re.compile(r'<script src="[^"]*/(?:deps/polyfill|dash_table/)[^"]*"></script>\s*')
THEME = re.compile(r'<script src="/assets/js/theme[.]js[^"]*"></script>\s*')
# Asked for by other scripts once they run; fetched meanwhile, they need not be waited for.
AHEAD = (
    "/_dash-component-suites/dash/dcc/async-datepicker.js",
    "/_dash-component-suites/dash/dcc/async-graph.js",
    "/_dash-component-suites/plotly/package_data/plotly.min.js",
    "/_dash-component-suites/dash_ag_grid/async-community.js",
)
INDEX = """<!doctype html><html lang="en"><head>{metas}<title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
{theme}
<link rel="stylesheet" href="/bootstrap/static/css/bootstrap.min.css">
<link rel="stylesheet" href="{icons}">{css}{ahead}</head>
<body>{app_entry}<footer>{config}{scripts}{renderer}</footer></body></html>"""


class DashPages(Dash):
    """Dash, whose document asks for no script that is not needed, and early for those that are."""

    def interpolate_index(self, *_: Any, **parts: Any) -> str:  # noqa: ANN401 - as Dash calls it
        """The document of the parts that Dash made."""
        scripts = UNNEEDED.sub("", parts.pop("scripts"))
        theme = THEME.search(scripts)
        ahead = "".join(f'<link rel="prefetch" as="script" href="{path}">' for path in AHEAD)
        return INDEX.format(
            icons=address(),
            ahead=ahead,
            theme=theme[0] if theme else "",  # before anything is drawn, so that nothing flashes
            scripts=THEME.sub("", scripts),
            **parts,
        )
