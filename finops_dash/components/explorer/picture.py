"""The picture of an answer, its sentence, its legend and its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from dash import dcc, html
from dash.development.base_component import Component

from finops_dash.components.explorer.ways import down, group_names, opened, value_name
from finops_dash.components.figure_card import CONFIG, foot, legend
from finops_dash.components.markup import data_table
from finops_dash.components.money import amount, bare
from finops_dash.components.notes import note_button, with_notes
from finops_dash.domain.cost_query import CostQuery, Grain
from finops_dash.domain.look import Chart, Look
from finops_dash.domain.money import total
from finops_dash.domain.notes import Note
from finops_dash.domain.registry import find_dimension, find_measure
from finops_dash.figures import bars, shares
from finops_dash.figures.base import OTHERS, Figure, Shades
from finops_dash.figures.notes import noted, noted_rows
from finops_dash.figures.over_time import Line, Lines, in_stack_order, over_time
from finops_dash.services.answers import CostAnswer
from finops_dash.services.exploration import Course, Group, folded

HEIGHT = 380
_TIMELESS = {Chart.PIE, Chart.TREEMAP, Chart.SUNBURST, Chart.ICICLE}
_WITHOUT_TIME = {*_TIMELESS, Chart.TABLE}
_BUCKETS = {Grain.DAY: 10, Grain.HOUR: 10, Grain.MONTH: 7}


@dataclass(frozen=True, slots=True)
class Seen:
    """A question as it is shown; `shades` are the colours that its groups have on every page.

    `name` is the figure's on its page.
    """

    query: CostQuery
    look: Look
    today: date
    shades: Shades = field(default_factory=dict)
    name: str = "explored"

    @property
    def is_over_time(self) -> bool:
        """Whether the picture has an axis of time."""
        return self.query.grain is not Grain.NONE and self.look.chart not in _WITHOUT_TIME


def course_card(
    seen: Seen, course: Course, unit: str | None, notes: Sequence[Note] = (), role: str = ""
) -> list[Component]:
    """The question over time, with the notes of people on its days."""
    query, look = seen.query, seen.look
    names = group_names(course.parts)
    parts = [
        Line(names[group], amounts, _down(seen, group)) for group, amounts in course.parts.items()
    ]
    if course.others is not None:
        parts.append(Line(OTHERS, course.others, opened(query, look)))
    chart = look.chart
    if find_measure(query.measure).kind == "price":
        chart = Chart.LINE  # prices cannot be stacked
    lines = Lines(
        course.buckets,
        in_stack_order(parts),
        bare(unit) or "",
        course.before,
        _partial(seen),
        query.grain,
        seen.shades,
    )
    grain = query.grain.value
    figure = noted(over_time(lines, chart, cumulative=look.cumulative), notes, grain)
    table = noted_rows(_times(seen, course, lines, unit), notes, grain)
    *above, below = _card(seen, figure, _words(seen, course.left), table)
    button = note_button(query, query.period.resolve(seen.today), notes, role)
    return [*above, with_notes(below, button)]


def shares_card(seen: Seen, answer: CostAnswer) -> list[Component]:
    """The question without time: bars, a pie, a tree, or a table alone."""
    query, look = seen.query, seen.look
    if find_measure(query.measure).kind == "price":
        return _prices(seen, answer)
    unit = answer.unit or ""
    found, left = _shares(seen, answer)
    if look.chart is Chart.PIE:
        figure = shares.pie(found, unit, seen.shades)
    elif look.chart in _TIMELESS:
        figure = shares.tree(found, unit, look.chart, seen.shades)
    else:
        ranked = [(share.name, share.amount, share.href) for share in found]
        figure = bars.ranked(ranked, unit, known=seen.shades)
    rows = [_head(query), *(_row(query, share, unit) for share in found)]
    if look.chart is Chart.TABLE:
        words = _words(seen, left)
        return [html.P(words, className="card-sentence"), data_table(rows, words)]
    return _card(seen, figure, _words(seen, left), rows)


def _shares(seen: Seen, answer: CostAnswer) -> tuple[list[shares.Share], int]:
    """The dearest groups and how many others there are: in a tree, those of each branch apart."""
    sums, others = folded(answer, seen.look.top)
    found = [
        shares.Share(tuple(map(value_name, group)) or ("Total",), sum_, _down(seen, group))
        for group, sum_ in sums.items()
    ]
    branches = {share.path[0] for share in found}
    is_tree = seen.look.chart in _TIMELESS - {Chart.PIE} and len(seen.query.group_by) > 1
    rest: dict[tuple[str, ...], list[Decimal]] = {}
    for group, sum_ in others.items():
        branch = value_name(group[0])
        path = (branch, OTHERS) if is_tree and branch in branches else (OTHERS,)
        rest.setdefault(path, []).append(sum_)
    href = opened(seen.query, seen.look)
    found += [shares.Share(path, total(sums), href) for path, sums in sorted(rest.items())]
    return found, len(others)


def _prices(seen: Seen, answer: CostAnswer) -> list[Component]:
    rows = [row for row in answer.rows if row[seen.query.measure] is not None][: seen.look.top]
    groups = [tuple(row[name] for name in seen.query.group_by) for row in rows]
    names = group_names(groups)
    ranked = [
        (names[group], row[seen.query.measure], _down(seen, group))
        for group, row in zip(groups, rows, strict=True)
    ]
    figure = bars.ranked(ranked, bare(answer.unit) or "", share=False, known=seen.shades)
    table = [_head(seen.query)]
    table += [(name, amount(value, seen.query.measure, answer.unit)) for name, value, _ in ranked]
    return _card(seen, figure, _words(seen, len(answer.rows) - len(rows)), table)


def _down(seen: Seen, group: Group) -> str:
    return down(seen.query, seen.look, group) if group else ""


def _card(
    seen: Seen, figure: Figure, words: str, table: Sequence[Sequence[str]]
) -> list[Component]:
    graph = dcc.Graph(
        id={"kind": "graph", "name": seen.name},
        figure=figure,
        config=CONFIG,
        style={"height": f"{HEIGHT}px"},
    )
    names = [trace for trace in figure["data"] if "name" in trace or trace["type"] == "pie"]
    named = [legend(figure)] if len(names) > 1 or seen.look.chart is Chart.PIE else []
    below = foot(seen.name, seen.query, words, table, is_picture=True, onward=False)
    return [html.P(words, className="card-sentence"), *named, graph, below]


def _words(seen: Seen, left: int) -> str:
    words = seen.query.sentence()
    is_price = find_measure(seen.query.measure).kind == "price"
    if left > 0:
        more = f"of {left + seen.look.top:,}" if is_price else f"and {left:,} others together"
        words += f". The {seen.look.top} dearest, {more}"
    if seen.is_over_time and seen.look.cumulative:
        words += ". Each step holds all before it"
    if seen.today in seen.query.period.resolve(seen.today):
        words += ". Today is not over: its cost is partial"
    if seen.look.chart in _TIMELESS:
        words += ". Credits have no area; the table has them"
    return words


def _partial(seen: Seen) -> str | None:
    """The step of time that today is in, as the buckets write it; None for weeks and quarters."""
    length = _BUCKETS.get(seen.query.grain)
    return None if length is None else seen.today.isoformat()[:length]


def _head(query: CostQuery) -> tuple[str, ...]:
    return (
        " · ".join(find_dimension(name).label for name in query.group_by) or "All",
        find_measure(query.measure).label,
    )


def _row(query: CostQuery, share: shares.Share, unit: str) -> tuple[str, ...]:
    return (share.name, amount(share.amount, query.measure, unit))


def _times(seen: Seen, course: Course, lines: Lines, unit: str | None) -> list[tuple[str, ...]]:
    """A row for each step of time: the parts, the whole, and what was before."""
    measure = seen.query.measure
    columns: list[tuple[str, Sequence[Decimal | None]]] = [
        (part.name, part.amounts) for part in lines.parts
    ]
    if len(columns) > 1:
        columns.append(("Total", course.whole))
    if course.before is not None:
        columns.append(("Before", course.before))
    head = ("Time", *(name for name, _ in columns))
    rows = [
        (bucket, *(amount(values[place], measure, unit) for _, values in columns))
        for place, bucket in enumerate(course.buckets)
    ]
    return [head, *rows]
