"""The picture of a question, wherever it stands: its answer, colours, notes, or refusal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dash.development.base_component import Component
from flask_login import current_user

from finops_dash.components.explorer import picture, ways
from finops_dash.components.explorer.picture import Seen
from finops_dash.components.notes import notes_for
from finops_dash.components.notices import notice_list
from finops_dash.domain.cost_query import CostQuery
from finops_dash.domain.errors import FinOpsError, MixedCurrenciesError, MixedUnitsError
from finops_dash.domain.look import Chart, Look
from finops_dash.domain.notes import Note
from finops_dash.domain.registry import find_measure
from finops_dash.figures.base import steady
from finops_dash.runtime import services
from finops_dash.services.answers import apart_error

TREES = (Chart.TREEMAP, Chart.SUNBURST, Chart.ICICLE)


def settled(asked: CostQuery, look: Look) -> Seen:
    """The question as it is put: in one currency where it must be, and of today."""
    query = services().exploration.settled(current_user.scope, asked)
    return Seen(query, look, services().now().date())


def notes_on(seen: Seen) -> Sequence[Note]:
    """The notes of people on the days of the picture; none where it has no axis of time."""
    if not seen.is_over_time:
        return ()
    days = seen.query.period.resolve(seen.today)
    return notes_for(seen.query, days)


def pictured(seen: Seen, notes: Sequence[Note] = ()) -> list[Component]:
    """The picture of the question; nothing where there is no cost.

    Raises what stands against one: mixed currencies, mixed units, a question of no answer.
    """
    scope, exploration = current_user.scope, services().exploration
    groups = exploration.groups(scope, seen.query, seen.today)
    if not groups.rows:
        return []
    if len(groups.totals) > 1:
        raise apart_error(groups)
    shaded = _shaded(seen)
    if not seen.is_over_time:
        return picture.shares_card(shaded, groups)
    course = exploration.course(scope, seen.query, seen.today, seen.look.top)
    return picture.course_card(shaded, course, groups.unit, notes, scope.role)


def _shaded(seen: Seen) -> Seen:
    """The question with the colours of its first group, where pictures are coloured by it."""
    query = seen.query
    if not query.group_by or (len(query.group_by) > 1 and seen.look.chart not in TREES):
        return seen
    names = services().exploration.dearest(current_user.scope, query.group_by[0], seen.today)
    return replace(seen, shades=steady(names))


def refused(seen: Seen, error: FinOpsError) -> list[Component]:
    """Why a question cannot be answered, and the ways out."""
    query, look = seen.query, seen.look
    shown = notice_list([str(error)])
    if isinstance(error, MixedCurrenciesError):
        currencies = services().cost.currencies(current_user.scope)
        shown.append(ways.one_currency(query, look, currencies))
    if isinstance(error, MixedUnitsError):
        column = find_measure(query.measure).unit_column
        shown.append(ways.one_unit(query, look, column, error.units))
    return shown
