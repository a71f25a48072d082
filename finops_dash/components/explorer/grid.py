"""The explorer's table: a row per group, read as it is scrolled to; each leads a level down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import dash_ag_grid as dag
from dash import html
from dash.development.base_component import Component

from finops_dash.components.explorer.picture import Seen
from finops_dash.components.explorer.ways import down
from finops_dash.components.money import amount, bare, change_of
from finops_dash.components.places import EXPLORER
from finops_dash.domain.cost_query import Compare, Grain
from finops_dash.domain.registry import find_dimension, find_measure
from finops_dash.services.table_rows import MOST_STEPS, TableRow

GRID = "explorer-grid"
HEIGHT, ROW, HEAD = 420, 32, 36
PAGE = 100


def identity(of: Any) -> dict[str, Any]:  # noqa: ANN401 - a text, or Dash's mark for any
    """The id of the table of a question; rows of another one find no table to stand in."""
    return {"kind": GRID, "of": of}


def grid(
    seen: Seen, count: int, buckets: Sequence[str], sums: Mapping[str | None, Decimal]
) -> Component:
    """The table's frame; a callback of the page fills it. The sum stands below its rows.

    `sums` has the exact total per currency or unit; several are not added up.
    """
    query = seen.query
    shown = min(HEIGHT, HEAD + ROW * (count + 1) + 20)
    unit = next(iter(sums)) if len(sums) == 1 else None
    summed = {"c0": "Sum", "value": "several units, not added up"}
    if len(sums) == 1:
        summed["value"] = amount(sums[unit], query.measure, bare(unit))
    return html.Div(
        dag.AgGrid(
            id=identity(EXPLORER.seen(seen.look).href(query).partition("?")[2]),
            className="grid",
            rowModelType="infinite",
            columnDefs=_columns(seen, buckets, unit, has_share=len(sums) == 1),
            defaultColDef={"sortable": True, "resizable": True, "minWidth": 96},
            columnSize="responsiveSizeToFit",
            dashGridOptions={
                "rowHeight": ROW,
                "headerHeight": HEAD,
                "cacheBlockSize": PAGE,
                "maxBlocksInCache": 20,
                "rowBuffer": 0,
                "enableCellTextSelection": True,
                "pinnedBottomRowData": [summed],
            },
            style={"height": f"{shown}px"},
        ),
        key=f"{query}{seen.look}",
        className="grid-holder",
    )


def _columns(
    seen: Seen, buckets: Sequence[str], unit: str | None, *, has_share: bool
) -> list[dict[str, Any]]:
    query = seen.query
    heads = [find_dimension(name).label for name in query.group_by]
    if not heads:
        heads = ["Total" if query.grain is Grain.NONE else query.grain.value.capitalize()]
    columns: list[dict[str, Any]] = [
        {
            "field": f"c{place}", "headerName": head, "width": 190, "minWidth": 150,
            "cellRenderer": "DrillLink",
            "filter": "agTextColumnFilter" if query.group_by else False,
            "filterParams": {"filterOptions": ["contains"], "maxNumConditions": 1},
        }
        for place, head in enumerate(heads)
    ]  # fmt: skip
    label = find_measure(query.measure).label
    columns.append(_number("value", f"{label}, {unit}" if unit else label))
    if has_share and query.group_by and find_measure(query.measure).kind != "price":
        columns.append(_number("share", "Share", sortable=False, width=84))
    if query.compare is not Compare.NONE:
        columns += [_number("before", "Before"), _number("change", "Change", width=190)]
    if buckets:
        columns.append(
            {
                "field": "course", "headerName": "Course", "width": 130, "sortable": False,
                "cellRenderer": "Sparkline",
            }
        )  # fmt: skip
        if len(buckets) <= MOST_STEPS:
            columns += [
                _number(f"b{place}", bucket, sortable=False) for place, bucket in enumerate(buckets)
            ]
    return columns


def _number(field: str, name: str, *, sortable: bool = True, width: int = 140) -> dict[str, Any]:
    return {
        "field": field, "headerName": name, "type": "rightAligned", "sortable": sortable,
        "width": width, "minWidth": min(width, 118),
    }  # fmt: skip


def row_data(
    seen: Seen, rows: Sequence[TableRow], sums: Mapping[str | None, Decimal]
) -> list[dict[str, Any]]:
    """The rows as the grid takes them: amounts as text that says all, the course as numbers."""
    return [_row(seen, row, sums) for row in rows]


def _row(seen: Seen, row: TableRow, sums: Mapping[str | None, Decimal]) -> dict[str, Any]:
    query, unit = seen.query, next(iter(sums), None)
    total = sums[unit] if len(sums) == 1 else None
    cell = bare(unit) if len(sums) == 1 else _own_unit(seen, row)
    shown: dict[str, Any] = {f"c{n}": value or "–" for n, value in enumerate(row.group)}
    if not row.group:
        shown["c0"] = "All"
    shown["value"] = amount(row.value, query.measure, cell)
    if row.value is not None and total:
        shown["share"] = f"{row.value / total:.1%}"
    if row.before is not None and row.now is not None:
        shown["before"] = amount(row.before, query.measure, cell)
        shown["change"] = change_of(query.measure, row.now, row.before, cell)[0]
    if row.course:
        shown["course"] = [float(value or 0) for value in row.course]
        if len(row.course) <= MOST_STEPS:
            shown |= {f"b{n}": amount(v, query.measure, cell) for n, v in enumerate(row.course)}
    if query.group_by:
        shown["href"] = down(query, seen.look, row.group)
    return shown


def _own_unit(seen: Seen, row: TableRow) -> str | None:
    """The currency or unit that a row's group names; of prices, the currency of all."""
    measure = find_measure(seen.query.measure)
    if measure.kind == "price":
        return seen.query.currency
    return row.group[seen.query.group_by.index(measure.unit_column)]
