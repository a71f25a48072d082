"""The explorer's answers: parts that add up to the whole, rows as sorted, values to filter by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.focus import on, write_csv

from finops_dash.bootstrap import Services
from finops_dash.domain.cost_query import Compare, CostQuery, Filter, Grain, Order
from finops_dash.domain.errors import QueryError
from finops_dash.domain.period import Period
from finops_dash.domain.scope import Scope
from finops_dash.services.exploration import folded, group_of
from finops_dash.services.table_rows import PageAsked

FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
GROUPS = ("provider", "sub_account", "service", "region", "team", "charge_category", "resource")
GRAINS = (Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.QUARTER)
TODAY = date(2026, 11, 24)
Load = Callable[..., None]

QUESTIONS = st.builds(
    CostQuery,
    measure=st.sampled_from(["effective_cost", "billed_cost", "list_cost"]),
    group_by=st.lists(st.sampled_from(GROUPS), min_size=1, max_size=3, unique=True).map(tuple),
    filters=st.sampled_from(
        [(), (Filter("provider", ("AWS",)),), (Filter("team", ("",), negated=True),)]
    ),
    period=st.sampled_from(["last-30-days", "mtd", "last-month", "last-45-days"]).map(Period),
    grain=st.sampled_from(GRAINS),
    compare=st.sampled_from([Compare.NONE, Compare.PREVIOUS_PERIOD]),
    currency=st.just("USD"),
)


@pytest.fixture
def load(services: Services, scope: Scope, tmp_path_factory: pytest.TempPathFactory) -> Load:
    """Loads rows as one delivery of the test's tenant."""

    def deliver(*rows: dict[str, str]) -> None:
        path = write_csv(tmp_path_factory.mktemp("bill") / "bill.csv", rows)
        services.ingestion.ingest(scope, [str(path)])

    return deliver


@FEW
@given(query=QUESTIONS, top=st.integers(1, 12))
def test_the_parts_and_others_add_up_to_the_whole_in_each_step(
    services: Services, demo: Scope, query: CostQuery, top: int
) -> None:
    today = services.now().date()
    course = services.exploration.course(demo, query, today, top)
    whole = services.cost.answer(
        demo, replace(query, compare=Compare.NONE, order=Order.NAME), today
    )
    steps: dict[str, Decimal] = defaultdict(Decimal)
    groups: dict[tuple[str | None, ...], Decimal] = defaultdict(Decimal)
    for row in whole.rows:
        steps[row[query.grain.value]] += row[query.measure]
        groups[group_of(row, query)] += row[query.measure]
    for place, bucket in enumerate(course.buckets):
        parts = [amounts[place] or Decimal(0) for amounts in course.parts.values()]
        others = course.others[place] if course.others else None
        assert sum(parts) + (others or Decimal(0)) == steps[bucket]
        assert course.whole[place] == steps[bucket]
    for group, amounts in course.parts.items():
        assert sum(amount or Decimal(0) for amount in amounts) == groups[group]
    named = [group for group in course.parts if any(group)]
    assert len(named) <= top
    assert course.left == len(groups) - len(course.parts)


@FEW
@given(query=QUESTIONS, top=st.integers(1, 12))
def test_what_is_folded_loses_nothing(
    services: Services, demo: Scope, query: CostQuery, top: int
) -> None:
    answer = services.exploration.groups(demo, query, services.now().date())
    kept, others = folded(answer, top)
    assert sum(kept.values()) + sum(others.values()) == answer.total
    assert len(kept) + len(others) == len(answer.rows)


@FEW
@given(
    query=QUESTIONS,
    column=st.sampled_from(["value", "change", "before", "c0", "c1", "nonsense"]),
    down=st.booleans(),
    size=st.integers(1, 40),
)
def test_pages_of_the_table_hold_each_row_once_in_order(
    services: Services, demo: Scope, query: CostQuery, column: str, down: bool, size: int
) -> None:
    today, found, start = services.now().date(), [], 0
    while True:
        asked = PageAsked(start, start + size, ((column, down),))
        rows, count = services.table_rows.page(demo, query, today, asked)
        found += rows
        start += size
        if start >= count or start > 200:
            break
    assert len({row.group for row in found}) == len(found)
    if start >= count:
        answer = services.exploration.groups(demo, query, today)
        assert sum(row.value or Decimal(0) for row in found) == answer.total
    if column == "value":
        values = [row.value for row in found if row.value is not None]
        assert values == sorted(values, reverse=down)


def test_the_table_keeps_rows_whose_group_contains_a_text(services: Services, demo: Scope) -> None:
    query = CostQuery(group_by=("service",), currency="USD")
    asked = PageAsked.of({"startRow": 0, "endRow": 50, "filterModel": {"c0": {"filter": "AmaZon"}}})
    rows, count = services.table_rows.page(demo, query, services.now().date(), asked)
    assert count == len(rows) > 3
    assert all("Amazon" in (row.group[0] or "") for row in rows)


@pytest.mark.parametrize(
    "request_",
    [None, [], "x", {"startRow": -5, "endRow": "9"}, {"sortModel": 3, "filterModel": ["c0"]},
     {"sortModel": [1, {"colId": {}, "sort": []}], "filterModel": {"c9": {"filter": 7}, "c0": 1}},
     {"startRow": 10**9, "endRow": 10**12}],
)  # fmt: skip
def test_any_request_for_rows_is_answered(
    services: Services, demo: Scope, request_: object
) -> None:
    query = CostQuery(group_by=("service",), currency="USD")
    asked = PageAsked.of(request_)
    rows, count = services.table_rows.page(demo, query, services.now().date(), asked)
    assert len(rows) <= count


def test_a_table_without_groups_has_a_row_per_step(services: Services, demo: Scope) -> None:
    query = CostQuery(grain=Grain.DAY, currency="USD", compare=Compare.PREVIOUS_PERIOD)
    rows, count = services.table_rows.page(demo, query, services.now().date(), PageAsked())
    assert count == 30
    assert all(row.before is not None for row in rows)


def test_what_is_grouped_by_day_is_a_course_in_time(services: Services, demo: Scope) -> None:
    asked = CostQuery(group_by=("day", "service", "month"))
    settled = services.exploration.settled(demo, asked)
    assert (settled.group_by, settled.grain, settled.currency) == (("service",), Grain.DAY, "USD")
    by_month = services.exploration.settled(demo, CostQuery(group_by=("month",)))
    assert by_month.grain is Grain.MONTH


def test_a_change_compares_whole_days_only(services: Services, scope: Scope, load: Load) -> None:
    load(
        *(on(f"2026-10-{n:02}", EffectiveCost="1") for n in range(1, 32)),
        *(on(f"2026-11-{n:02}", EffectiveCost="2") for n in range(1, 21)),
    )
    found = services.exploration.headline(scope, CostQuery(period=Period("mtd")), TODAY)
    assert (found.total, found.now, found.before) == (Decimal(40), Decimal(40), Decimal(20))
    assert found.days.days == 20
    assert found.charges == 20


def test_a_comparison_that_reaches_before_the_data_is_none(
    services: Services, scope: Scope, load: Load
) -> None:
    load(*(on(f"2026-10-{n:02}") for n in range(15, 32)))
    query = CostQuery(
        period=Period("2026-10-20..2026-10-31"), compare=Compare.PREVIOUS_PERIOD, grain=Grain.DAY
    )
    assert services.exploration.headline(scope, query, TODAY).before is None
    assert services.exploration.compared(scope, query, TODAY) is None
    assert services.exploration.course(scope, query, TODAY, 9).before is None
    assert services.exploration.begins_too_late(scope, query, TODAY) == date(2026, 10, 15)


def values(
    services: Services, scope: Scope, query: CostQuery, name: str, text: str = ""
) -> list[str]:
    found = services.options.values(scope, query, name, text, services.now().date())
    return [option.value for option in found.options]


def test_values_to_filter_by_are_narrowed_by_the_other_filters(
    services: Services, demo: Scope
) -> None:
    whole = values(services, demo, CostQuery(), "service")
    of_aws = values(services, demo, CostQuery().where("provider", "AWS"), "service")
    assert 0 < len(of_aws) < len(whole)
    assert set(of_aws) < set(whole)
    assert values(services, demo, CostQuery(), "service", "eLAstic") == [
        name for name in whole if "elastic" in name.casefold()
    ]
    assert values(services, demo, CostQuery(), "resource", "no such thing") == []


def test_values_have_their_cost_but_resources_none(services: Services, demo: Scope) -> None:
    today = services.now().date()
    found = services.options.values(demo, CostQuery(), "provider", "", today)
    amounts = [option.amount or Decimal(0) for option in found.options]
    assert amounts == sorted(amounts, reverse=True)
    resources = services.options.values(demo, CostQuery(), "resource", "", today)
    assert {option.amount for option in resources.options} == {None}
    assert resources.count > len(resources.options) == 100


def test_a_dimension_of_time_has_no_values_to_choose(services: Services, demo: Scope) -> None:
    for name in ("day", "nonsense"):
        with pytest.raises(QueryError):
            values(services, demo, CostQuery(), name)


def test_tag_keys_are_those_of_the_tenant(services: Services, scope: Scope, load: Load) -> None:
    load(on("2026-10-01", Tags='{"team": "a", "x:y": "b"}'), on("2026-10-02", Tags=""))
    assert services.cost.tag_keys(scope) == ("team", "x:y")
