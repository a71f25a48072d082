"""What a page says when its link asks for the data of an earlier moment."""

from __future__ import annotations

from dataclasses import replace

from dash import html
from dash.development.base_component import Component

from finops_dash.components.markup import data_table, icon, minute
from finops_dash.components.money import MINUS, full
from finops_dash.components.places import Place, view_link
from finops_dash.domain.cost_query import CostQuery
from finops_dash.domain.registry import find_dimension
from finops_dash.services.since import Change, Since


def since_note(place: Place, asked: CostQuery, since: Since) -> Component:
    """When the data is of, what came since, by which parts, and the way to the data of now."""
    show = place.href(replace(asked, as_of=None))
    words = html.Span(
        [
            html.Strong(f"The data as of {minute(since.as_of)}. "),
            sentence(since),
            " ",
            view_link("Show the data of now", show, "push"),
        ]
    )
    parts = [words, *([_parts(since)] if since.changes else [])]
    return html.Div(
        [icon("clock-history"), html.Div(parts)], className="notice since", role="status"
    )


def sentence(since: Since) -> str:
    """What has come since in words: `+$1,204.00 of late charges since then`."""
    if not since.changes:
        return "Nothing of this has changed since then."
    amounts = [signed(change) for change in since.changes if change.difference]
    if not amounts:
        label = find_dimension(since.dimension).label.lower()
        return f"The total is the same since then; what it is made of by {label} is not."
    if since.has_newer_days:
        return f"{' and '.join(amounts)} since then, of which days after it are a part."
    rises = {change.difference > 0 for change in since.changes if change.difference}
    what = (
        {True: "late charges", False: "corrections"}[rises.pop()] if len(rises) == 1 else "changes"
    )
    return f"{' and '.join(amounts)} of {what} since then."


def signed(change: Change) -> str:
    """`+$1,204.00`, `−$12.00`."""
    mark = "+" if change.difference > 0 else MINUS
    return f"{mark}{full(abs(change.difference), change.unit)}"


def _parts(since: Since) -> Component:
    label = find_dimension(since.dimension).label
    rows = [(label, "Since then")]
    for change in since.changes:
        rows += [
            (name or "–", f"{'+' if amount > 0 else MINUS}{full(abs(amount), change.unit)}")
            for name, amount in change.parts
        ]
    caption = f"What has changed since {minute(since.as_of)}"
    return html.Details([html.Summary(f"Compare by {label.lower()}"), data_table(rows, caption)])
