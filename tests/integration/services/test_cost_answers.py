"""Any answer equals what the bills say row by row: same groups, same sums, to the last digit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from support.brute_force import MEASURES, OWNERS, TEXTS, Bills, Expected
from support.focus import on, write_csv

from data_layer.queries.relations import MOST_HOURLY_DAYS
from finops_dash.bootstrap import Services
from finops_dash.domain.comparison import comparison_days
from finops_dash.domain.cost_query import Compare, CostQuery, Filter, Grain, Order
from finops_dash.domain.errors import MixedCurrenciesError, MixedUnitsError
from finops_dash.domain.period import DateRange, Period
from finops_dash.domain.scope import Scope
from finops_dash.services.answers import CostAnswer

TAGS = ("tag:team", "tag:Team", "tag:cost-center", "tag:a:b", 'tag:say "it\'s"', "tag:none")
COSTS = tuple(name for name in MEASURES if name.endswith("_cost"))
DIMENSIONS = (*TEXTS, *OWNERS, *TAGS, "day", "month")
MANY = settings(
    max_examples=250,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@dataclass
class Case:
    """A tenant and the bills it was given."""

    scope: Scope
    bills: Bills
    ranks: dict[str, int]
    today: date

    def rank(self, value: str | None) -> int:
        """Where a name stands among all names; no value comes last."""
        return len(self.ranks) if value is None else self.ranks[value]


def case_of(services: Services, scope: Scope, bills: Bills, today: date) -> Case:
    """The case, with its names in the order of the database, whatever its collation."""
    found = {str(value) for name in DIMENSIONS for value in bills.values(name)}
    with services.engines.owner.connect() as connection:
        ordered = connection.execute(
            text("SELECT name FROM unnest(CAST(:names AS text[])) AS name ORDER BY name"),
            {"names": list(found)},
        )
        ranks = {name: number for number, (name,) in enumerate(ordered)}
    return Case(scope, bills, ranks, today)


@pytest.fixture(scope="module")
def company(services: Services, demo: Scope, demo_files: Path) -> Case:
    files = f"read_parquet('{demo_files}/**/*.parquet', hive_partitioning = false)"
    return case_of(services, demo, Bills(files), datetime.now(UTC).date())


ODD = [
    on("2026-08-31", BilledCost="1E-7", EffectiveCost="0.00000000000000000001", Tags=""),
    on("2026-09-01", ListCost="", ContractedCost="", ListUnitPrice="", ResourceId="100%_of\\it"),
    on("2026-09-02", EffectiveCost="-3.5", Tags='{"a:b": "x|y", "say \\"it\'s\\"": "Ü"}'),
    on("2026-09-03", EffectiveCost="12345678901234567.89", ServiceName='Größe, "quoted"'),
    on("2026-09-30", BillingCurrency="EUR", EffectiveCost="7", RegionId="", Tags='{"team": ""}'),
    on("2026-10-01", ConsumedUnit="GB", PricingUnit="GB", ConsumedQuantity="0.5"),
    on("2026-10-02", ConsumedUnit="", ConsumedQuantity="", PricingUnit="", PricingQuantity=""),
    on("2026-10-02", Tags='{"Cost-Centre": " CC 1 ", "owner": "Ann", "team": null}'),
    on("2026-10-05") | {"ChargePeriodStart": "2026-10-05T13:00:00Z", "EffectiveCost": "0.5"},
    on("2026-10-31", ChargeCategory="Credit", EffectiveCost="-0.1", ListCost="", ServiceName=""),
]


@pytest.fixture(scope="module")
def oddities(services: Services, tmp_path_factory: pytest.TempPathFactory) -> Case:
    path = write_csv(tmp_path_factory.mktemp("odd") / "odd.csv", ODD)
    services.tenancy.create(slug := f"odd-{uuid4().hex[:8]}")
    scope = services.tenancy.scope(slug, "finops")
    services.ingestion.ingest(scope, [str(path)])
    bills = Bills(f"read_csv('{path}', all_varchar = true, delim = ',', quote = '\"')")
    return case_of(services, scope, bills, date(2026, 11, 1))


def periods(days: DateRange) -> st.SearchStrategy[Period]:
    day = st.dates(days.start - timedelta(days=3), days.last + timedelta(days=3))
    tokens = ("all", "last-45-days", "last-90-days", "mtd", "last-month", "last-2-months", "qtd")
    return st.one_of(
        st.just(Period("all")),
        st.just(Period.between(days.start + timedelta(days=4), days.last - timedelta(days=2))),
        st.sampled_from(tokens).map(Period),
        st.builds(Period.between, day, day),
        day.map(lambda d: Period.parse(f"{d:%Y-%m}")),
    )


def filters(case: Case, dimension: str) -> st.SearchStrategy[Filter]:
    found = case.bills.values(dimension)
    shown = [v.isoformat() if isinstance(v, date) else v for v in found]
    if dimension == "month":
        shown = [text[:7] for text in shown] + [text[:8] + "15" for text in shown]
    known = st.sampled_from([*shown, *shown, "", "nobody"])
    several = st.lists(known, min_size=1, max_size=3).map(tuple)
    is_one = st.builds(Filter, st.just(dimension), several, st.booleans())
    if dimension in {"day", "month"} or not shown:
        return is_one
    part = st.sampled_from(shown).flatmap(
        lambda text: st.integers(0, len(text) - 1).map(lambda n: text[n : n + 4].swapcase())
    )
    has = part.map(lambda text: Filter(dimension, (text,), contains=True))
    return st.one_of(is_one, has, has.map(lambda f: replace(f, negated=True)))


@st.composite
def queries(draw: st.DrawFn, case: Case) -> CostQuery:
    """Any question; most of them such that one currency or unit is left."""
    measure = draw(st.sampled_from([*COSTS, *MEASURES]))
    kept = draw(st.lists(st.sampled_from(DIMENSIONS), max_size=2, unique=True))
    chosen = [draw(filters(case, dimension)) for dimension in kept]
    if measure not in COSTS and draw(st.integers(0, 9)):
        services = [name for name in case.bills.values("service") if name != "Tax"]
        chosen.append(Filter("service", (draw(st.sampled_from(services)),)))
    grain = draw(st.sampled_from(Grain))
    period = draw(periods(case.bills.days()))
    if grain is Grain.HOUR and period.resolve(case.today).days > MOST_HOURLY_DAYS:
        grain = Grain.DAY
    return CostQuery(
        measure=measure,
        group_by=tuple(draw(st.lists(st.sampled_from(DIMENSIONS), max_size=3, unique=True))),
        filters=tuple(chosen),
        period=period,
        grain=grain,
        compare=draw(st.sampled_from([Compare.NONE, *Compare])),
        currency=draw(st.sampled_from(["USD", "USD", "USD", "EUR", None])),
        limit=draw(st.sampled_from([None, None, 1, 5, 100_000])),
        order=draw(st.sampled_from(Order)),
    )


def mixes(query: CostQuery, expected: Expected) -> bool:
    apart = query.measure.endswith("cost") and "billing_currency" in query.group_by
    return len(expected.totals) > 1 and not apart


def check(services: Services, case: Case, query: CostQuery) -> CostAnswer | None:
    days = query.period.resolve(case.today)
    expected = case.bills.answer(query, days)
    before_days = comparison_days(query, case.today)
    before = None if before_days is None else case.bills.answer(query, before_days)
    if mixes(query, expected) or (before is not None and mixes(query, before)):
        with pytest.raises((MixedCurrenciesError, MixedUnitsError)):
            services.cost.answer(case.scope, query, case.today)
        return None
    answer = services.cost.answer(case.scope, query, case.today)
    assert list(answer.rows) == in_order(query, expected.rows, case)[: query.limit]
    if query.limit is None and expected.row_count:
        assert answer.totals == expected.totals
    if before is None:
        assert answer.before is None
    else:
        assert list(answer.before.rows) == in_order(query, before.rows, case)
    assert services.cost.counts(case.scope, answer) == (expected.row_count, expected.unpriced)
    return answer


def in_order(query: CostQuery, rows: list[dict[str, Any]], case: Case) -> list[dict[str, Any]]:
    times = [n for n in dict.fromkeys((query.grain.value, *query.group_by)) if n in TIME_NAMES]
    names = [name for name in query.group_by if name not in TIME_NAMES]
    by_name = sorted(
        rows,
        key=lambda row: ([row[name] for name in times], [case.rank(row[name]) for name in names]),
    )
    if query.order is Order.NAME:
        return by_name
    sign = -1 if query.order is Order.DEAREST else 1
    worth = lambda row: (row[query.measure] is None, sign * (row[query.measure] or 0))  # noqa: E731
    return sorted(by_name, key=lambda row: ([row[name] for name in times], worth(row)))


TIME_NAMES = ("hour", "day", "week", "month", "quarter")


@MANY
@given(data=st.data())
def test_answers_for_the_demo_company_equal_its_bills(
    data: st.DataObject, services: Services, company: Case
) -> None:
    check(services, company, data.draw(queries(company)))


@MANY
@given(data=st.data())
def test_answers_for_odd_bills_equal_the_bills(
    data: st.DataObject, services: Services, oddities: Case
) -> None:
    check(services, oddities, data.draw(queries(oddities)))
