"""Where a click on a part of a picture leads: the explorer, narrowed to that part."""

from __future__ import annotations

from dataclasses import replace

from finops_dash.components.places import EXPLORER
from finops_dash.domain.cost_query import Compare, CostQuery, Grain, can_be_asked_for
from finops_dash.domain.period import Period

_ROW, _PERIOD = "row-here", "2001-01-01"


def service_link(query: CostQuery, service: str) -> str:
    """The explorer on one service, day by day and account by account; none for an endless name."""
    if not can_be_asked_for(service):
        return ""
    name = "" if service == "No service" else service
    narrowed = query.where("service", name)
    asked = replace(
        narrowed, group_by=("sub_account",), grain=Grain.DAY, compare=Compare.NONE, limit=None
    )
    return EXPLORER.href(asked)


def cell_link(query: CostQuery) -> str:
    """The explorer on one service and day, with `{row}` and `{column}` for `view.js` to fill."""
    narrowed = query.where("service", _ROW)
    asked = replace(
        narrowed,
        period=Period(_PERIOD),
        group_by=("sub_account",),
        grain=Grain.NONE,
        compare=Compare.NONE,
    )
    return EXPLORER.href(asked).replace(_ROW, "{row}").replace(_PERIOD, "{column}")
