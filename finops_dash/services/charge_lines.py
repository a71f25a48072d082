"""The single charges behind a `CostQuery`: pages of them, their number and sums, and one whole."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from data_layer.queries.charge_lines import (
    ID,
    ChargeId,
    ids_by_value,
    ids_of,
    lines_of,
    origin_of,
)
from finops_dash.domain.cost_query import Compare, CostQuery, Grain, Order
from finops_dash.domain.errors import MixedUnitsError, QueryError
from finops_dash.domain.focus import COLUMNS
from finops_dash.domain.money import plain
from finops_dash.domain.period import ONE_DAY, DateRange, shift_months
from finops_dash.domain.permissions import require
from finops_dash.domain.registry import MEASURES, find_measure
from finops_dash.domain.scope import Scope
from finops_dash.services.answers import CostAnswer
from finops_dash.services.cost import CostReader
from finops_dash.services.freshness import FreshnessService

READ = "costs:read"
PAGE = 100
MOST_SORTED = 50_000  # charges that are read and sorted within a tenth of a second
MOST_SKIPPED = 10_000
MONEY = tuple(name for name, measure in MEASURES.items() if measure.kind == "money")
_ID = re.compile(r"(\d{4}-\d\d-\d\d)\.(-?\d{1,19})\.(\d{1,19})\.(\d{1,10})", re.ASCII)
_BIG, _SMALL = 2**63, 2**31


@dataclass(frozen=True, slots=True)
class LinePage:
    """Some charges in order, each the text of its columns by FOCUS name beside its `id`.

    `after` is the id to go on behind; None where no charge follows.
    """

    lines: tuple[dict[str, str], ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class LineSum:
    """How many charges a query keeps, and their exact sums by FOCUS column, per unit."""

    query: CostQuery
    days: DateRange
    count: int
    totals: dict[str, dict[str, Decimal]]
    notices: tuple[str, ...] = ()

    @property
    def can_be_sorted(self) -> bool:
        """Whether the charges are few enough to be sorted by cost."""
        return self.count <= MOST_SORTED


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a charge came from: its source, the load and the slice that brought it, its row."""

    source: str
    kind: str
    load_id: int
    finished_at: datetime | None
    slice_id: int
    slice_rows: int
    loaded_at: datetime
    row_no: int


@dataclass(frozen=True, slots=True)
class WholeLine:
    """All that is known of one charge; what it has no value for is an empty text."""

    id: str
    values: dict[str, str]
    tags: tuple[tuple[str, str], ...]
    extras: tuple[tuple[str, str], ...]
    origin: Origin


class ChargeLines:
    """Reads single charges under a scope."""

    def __init__(self, cost: CostReader, freshness: FreshnessService) -> None:
        """A reader that knows from `cost` what the charges sum up to."""
        self._cost = cost
        self._freshness = freshness

    def page(  # noqa: PLR0913 - what a page is
        self,
        scope: Scope,
        query: CostQuery,
        today: date,
        names: tuple[str, ...],
        start: int = 0,
        after: str | None = None,
    ) -> LinePage:
        """The `PAGE` charges from the `start`-th on, of the query's filters, period and measure.

        They come newest day first where the order is by name, else by the query's measure. `after`
        is the id that the page before named: it saves finding the charges before.
        """
        require(scope.role, READ)
        query = of_lines(query)
        unknown = [name for name in names if name not in COLUMNS]
        if unknown:
            raise QueryError("columns", ",".join(unknown), "are no columns of FOCUS 1.2")
        if start < 0:
            raise QueryError("start", start, "is before the first charge")
        days = self._stored(scope, query.period.resolve(today))
        if query.order is Order.NAME:
            found = self._newest(scope, query, days, start, None if after is None else _id(after))
        else:
            self._refuse_many(scope, query, today)
            statement = ids_by_value(query, days, scope.tenant_id, PAGE + 1, start)
            found = self._ids(scope, statement) if days.days else []
        ids = found[:PAGE]
        more = len(found) > PAGE
        return LinePage(tuple(self._lines(scope, ids, names)), _text_of(ids[-1]) if more else None)

    def summed(self, scope: Scope, query: CostQuery, today: date) -> LineSum:
        """How many charges the query keeps, and the exact sums of them all, from the rollups."""
        require(scope.role, READ)
        query = of_lines(query)
        if find_measure(query.measure).kind == "money":
            apart = replace(query, group_by=("billing_currency",))
            also = tuple(name for name in MONEY if name != query.measure)
            answer = self._cost.answer(scope, apart, today, also)
            totals = {
                str(row["billing_currency"]): {find_measure(n).focus_column: row[n] for n in MONEY}
                for row in answer.rows
            }
            count, _ = self._cost.counts(scope, answer)
            return LineSum(query, answer.days, count, totals, answer.notices)
        return self._quantity(scope, query, today)

    def line(self, scope: Scope, line_id: str) -> WholeLine | None:
        """The charge of the id with every column; None where the tenant has none of it."""
        require(scope.role, READ)
        try:
            charge_id = _id(line_id)
        except QueryError:
            return None
        found = self._cost.fetch(scope, lines_of([charge_id], COLUMNS, scope.tenant_id))
        origin = self._cost.fetch(scope, origin_of(charge_id, scope.tenant_id))
        if not found or not origin:
            return None
        values = {name: _text(found[0][name]) for name in COLUMNS}
        tags, more = found[0]["Tags"] or {}, origin[0]
        extras = {**(more.pop("extras") or {}), **(more.pop("own_extras") or {})}
        return WholeLine(line_id, values, _pairs(tags), _pairs(extras), Origin(**more))

    def _stored(self, scope: Scope, days: DateRange) -> DateRange:
        """Those of the days between the first and the last that any source has brought."""
        fresh = self._freshness.of(scope)
        if fresh.first_day is None or fresh.data_through is None:
            return DateRange(days.start, days.start)
        start = max(days.start, fresh.first_day)
        return DateRange(start, max(start, min(days.end, fresh.data_through + ONE_DAY)))

    def _newest(
        self, scope: Scope, query: CostQuery, days: DateRange, start: int, after: ChargeId | None
    ) -> list[ChargeId]:
        """A page from the start on, and one more; each further statement looks at more days."""
        skip = start if after is None else 0
        if skip > MOST_SKIPPED:
            raise QueryError("start", start, "is too far down: begin at the top")
        wanted, found = skip + PAGE + 1, list[ChargeId]()
        for span, behind in _spans(days, after):
            left = wanted - len(found)
            found += self._ids(scope, ids_of(query, span, scope.tenant_id, left, behind))
            if len(found) == wanted:
                break
        return found[skip:]

    def _ids(self, scope: Scope, statement: Any) -> list[ChargeId]:  # noqa: ANN401 - a Select
        return [ChargeId(*row.values()) for row in self._cost.fetch(scope, statement)]

    def _lines(
        self, scope: Scope, ids: list[ChargeId], names: tuple[str, ...]
    ) -> Iterator[dict[str, str]]:
        if not ids:
            return
        rows = self._cost.fetch(scope, lines_of(ids, names, scope.tenant_id))
        by_id = {ChargeId(*(row[name] for name in ID)): row for row in rows}
        for one in ids:
            row = by_id.get(one)  # a load may have taken it meanwhile
            if row is not None:
                yield {"id": _text_of(one), **{name: _text(row[name]) for name in names}}

    def _quantity(self, scope: Scope, query: CostQuery, today: date) -> LineSum:
        days, column = query.period.resolve(today), find_measure(query.measure).focus_column
        totals, notices = dict[str, dict[str, Decimal]](), tuple[str, ...]()
        try:
            answer = self._cost.answer(scope, query, today)
            totals = {answer.unit or "": {column: answer.total}}
        except MixedUnitsError as error:
            answer, notices = CostAnswer(query, days, (), None), (str(error),)
        return LineSum(query, days, self._cost.counts(scope, answer)[0], totals, notices)

    def _refuse_many(self, scope: Scope, query: CostQuery, today: date) -> None:
        summed = self.summed(scope, query, today)
        if not summed.can_be_sorted:
            raise QueryError("order", query.order, too_many(summed.count))


def too_many(count: int) -> str:
    """Why so many charges are not sorted by cost, and what to do."""
    return (
        f"{count:,} charges are too many to sort by cost; up to {MOST_SORTED:,} are: narrow the "
        "filters or the period"
    )


def of_lines(query: CostQuery) -> CostQuery:
    """The query as charges can answer it: neither grouped, cut in time, compared nor limited."""
    if query.as_of is not None:
        raise QueryError("as_of", query.as_of, "single charges are kept as they stand now only")
    return replace(query, group_by=(), grain=Grain.NONE, compare=Compare.NONE, limit=None)


def _spans(days: DateRange, after: ChargeId | None) -> Iterator[tuple[DateRange, ChargeId | None]]:
    """The days, newest first: the rest of the day of `after`, a month, a year, then longer.

    Where a month does not fill a page, the charges are few, and many days are soon looked through.
    """
    end = days.end
    if after is not None:
        if after.charge_day not in days:
            return
        yield DateRange(after.charge_day, after.charge_day + ONE_DAY), after
        end = after.charge_day
    months = 1
    while end > days.start:
        start = max(days.start, shift_months((end - ONE_DAY).replace(day=1), 1 - months))
        yield DateRange(start, end), None
        end, months = start, 12 * months


def _text_of(one: ChargeId) -> str:
    return f"{one.charge_day}.{one.charge_key}.{one.slice_id}.{one.row_no}"


def _id(text: str) -> ChargeId:
    """The id that the text names; `QueryError` for a text that names none."""
    found = _ID.fullmatch(text)
    try:
        day = date.fromisoformat(found[1]) if found else None
    except ValueError:
        day = None
    if found is None or day is None:
        raise QueryError("id", text, "names no charge")
    key, slice_id, row_no = (int(part) for part in found.groups()[1:])
    if not -_BIG <= key < _BIG or slice_id >= _BIG or row_no >= _SMALL:
        raise QueryError("id", text, "names no charge")
    return ChargeId(day, key, slice_id, row_no)


def _text(value: Any) -> str:  # noqa: ANN401 - a value of any FOCUS column
    """The value as text, exact; empty where there is none."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
    return (
        value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    )


def _pairs(values: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((name, _text(value)) for name, value in sorted(values.items()))
