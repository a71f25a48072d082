"""Notes on a figure over time: a line on the first day, a band over more, the text in hover."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from textwrap import wrap
from typing import Any

from finops_dash.domain.notes import LONGEST_NOTE, Note
from finops_dash.figures.base import Figure, label

INK = "#B83280"  # seen on every bar, and white is read on it
ROOM = 26  # above the plot, for the marks
LINE = 48  # characters of a line of the hover
MOST_MARKED = 30
MOST_TOLD = 3


def noted(figure: Figure, notes: Sequence[Note], grain: str) -> Figure:
    """The figure with its notes; those of one day (week, month) share a mark.

    `grain` is the step of the figure's time axis, whose first trace names every step.
    """
    marks = by_bucket(notes, grain, _steps(figure))
    if not marks:
        return figure
    layout = figure["layout"]
    margin = {**layout.get("margin", {}), "t": max(ROOM, layout.get("margin", {}).get("t", 0))}
    shown = list(marks.items())[:MOST_MARKED]
    shapes = [shape for bucket, held in shown for shape in _shapes(bucket, held, grain)]
    annotations = [_mark(bucket, held) for bucket, held in shown]
    return {
        **figure,
        "layout": {
            **layout,
            "margin": margin,
            "shapes": [*layout.get("shapes", []), *shapes],
            "annotations": [*layout.get("annotations", []), *annotations],
        },
    }


def by_bucket(
    notes: Sequence[Note], grain: str, steps: Sequence[str]
) -> dict[str, list[tuple[int, Note]]]:
    """The notes, numbered from 1, by the step they begin in, in order of time.

    One that began before the first step stands at that; one after the last is left out.
    """
    found: dict[str, list[tuple[int, Note]]] = {}
    if not steps:
        return found
    for number, note in enumerate(notes, start=1):
        bucket = max(bucket_of(note.first, grain), min(steps))
        if bucket <= max(steps) and bucket_of(note.last, grain) >= min(steps):
            found.setdefault(bucket, []).append((number, note))
    return dict(sorted(found.items()))


def bucket_of(day: date, grain: str) -> str:
    """The step of a time axis that the day lies in, as answers name it."""
    if grain == "quarter":
        return f"{day.year:04}-Q{(day.month + 2) // 3}"
    if grain == "month":
        return f"{day:%Y-%m}"
    if grain == "hour":
        return f"{day.isoformat()}T00:00"
    return (day - timedelta(days=day.weekday()) if grain == "week" else day).isoformat()


def _steps(figure: Figure) -> list[str]:
    return [str(step) for step in figure["data"][0].get("x", [])] if figure["data"] else []


def _shapes(bucket: str, held: list[tuple[int, Note]], grain: str) -> list[dict[str, Any]]:
    common = {"type": "line", "xref": "x", "yref": "paper", "y0": 0, "y1": 1}
    line = {"color": INK, "width": 1.5, "dash": "dot"}
    shapes: list[dict[str, Any]] = [{**common, "x0": bucket, "x1": bucket, "line": line}]
    end = max(bucket_of(note.last, grain) for _, note in held)
    if end > bucket and grain != "quarter":
        band = {"fillcolor": INK, "opacity": 0.1, "line": {"width": 0}, "layer": "below"}
        shapes.append({**common, "type": "rect", "x0": bucket, "x1": end, **band})
    return shapes


def _mark(bucket: str, held: list[tuple[int, Note]]) -> dict[str, Any]:
    """The numbers of the notes, above the line; what they say, in its hover."""
    told = [_told(number, note) for number, note in held[:MOST_TOLD]]
    if len(held) > MOST_TOLD:
        told.append(f"{len(held) - MOST_TOLD} more stand in the table")
    return {
        "x": bucket, "xref": "x", "y": 1, "yref": "paper", "yanchor": "bottom", "yshift": 3,
        "text": f"{held[0][0]}" if len(held) == 1 else f"{held[0][0]}…{held[-1][0]}",
        "showarrow": False, "bgcolor": INK, "borderpad": 3,
        "font": {"color": "#ffffff", "size": 10}, "hovertext": "<br>".join(told),
        "captureevents": True,
    }  # fmt: skip


def _told(number: int, note: Note) -> str:
    text = f"Note {number}, {note.days}, {note.author_name}: {note.text}"
    return "<br>".join(wrap(label(text, LONGEST_NOTE + 200), LINE))


def noted_rows(
    rows: Sequence[Sequence[str]], notes: Sequence[Note], grain: str
) -> list[tuple[str, ...]]:
    """A table over time, its head first, with a column of notes after that of time."""
    head, *body = (tuple(row) for row in rows)
    marks = by_bucket(notes, grain, [row[0] for row in body])
    if not marks:
        return [head, *body]

    def words(step: str) -> str:
        return "; ".join(
            f"{n}: {note.text} ({note.author_name})" for n, note in marks.pop(step, [])
        )

    return [(head[0], "Notes", *head[1:]), *((row[0], words(row[0]), *row[1:]) for row in body)]
