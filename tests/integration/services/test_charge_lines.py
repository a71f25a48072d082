"""Pages of single charges hold exactly the charges that a query sums: none twice, none lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.brute_force import MEASURES, OWNERS, TEXTS, Bills
from support.focus import on, write_csv

from finops_dash.bootstrap import Services
from finops_dash.domain.cost_query import CostQuery, Filter, Order
from finops_dash.domain.errors import (
    MixedCurrenciesError,
    MixedUnitsError,
    PermissionDeniedError,
    QueryError,
)
from finops_dash.domain.focus import COLUMNS, NUMBERS
from finops_dash.domain.money import total
from finops_dash.domain.period import Period
from finops_dash.domain.registry import find_measure
from finops_dash.domain.scope import Scope
from finops_dash.domain.url import from_url
from finops_dash.services import charge_lines
from finops_dash.services.charge_lines import MONEY, LinePage

NAMES = (*(find_measure(name).focus_column for name in MEASURES), "ChargePeriodStart")
DIMENSIONS = (*TEXTS, *OWNERS, "tag:team", "tag:none", "day", "month")
TODAY = date(2026, 11, 1)
MANY = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
ODD = [
    on("2026-08-31", BilledCost="1E-7", EffectiveCost="0.00000000000000000001", Tags=""),
    on("2026-09-01", ListCost="", ContractedCost="", ListUnitPrice="", ResourceId="100%_of\\it"),
    *(on("2026-09-02", ResourceId=f"r-{n}", EffectiveCost=f"{n}.5") for n in range(240)),
    *(on("2026-09-02", EffectiveCost="7") for _ in range(110)),
    on("2026-09-03", EffectiveCost="12345678901234567.89", ServiceName='Größe, "quoted"'),
    on("2026-09-30", BillingCurrency="EUR", EffectiveCost="7", RegionId="", x_team="Ä"),
    on("2026-10-01", ConsumedUnit="GB", PricingUnit="GB", ConsumedQuantity="0.5"),
    on("2026-10-02", ConsumedUnit="", ConsumedQuantity="", PricingUnit="", PricingQuantity=""),
    on("2026-10-31", ChargeCategory="Credit", EffectiveCost="-0.1", ListCost="", ServiceName=""),
]


@pytest.fixture(scope="module")
def odd_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_csv(tmp_path_factory.mktemp("odd") / "odd.csv", ODD)


@pytest.fixture(scope="module")
def odd(services: Services, odd_file: Path) -> Scope:
    services.tenancy.create(slug := f"lines-{uuid4().hex[:8]}")
    scope = services.tenancy.scope(slug, "finops")
    services.ingestion.ingest(scope, [str(odd_file)])
    return scope


@pytest.fixture(scope="module")
def odd_bills(odd_file: Path) -> Bills:
    return Bills(f"read_csv('{odd_file}', all_varchar = true, delim = ',', quote = '\"')")


@pytest.fixture(scope="module")
def demo_bills(demo_files: Path) -> Bills:
    return Bills(f"read_parquet('{demo_files}/**/*.parquet', hive_partitioning = false)")


@st.composite
def queries(draw: st.DrawFn, bills: Bills) -> CostQuery:
    """Any question whose charges can be read, most of them narrowed to some dozen to hundred."""
    days = bills.days()
    filters = []
    for name in draw(st.lists(st.sampled_from(DIMENSIONS), min_size=1, max_size=3, unique=True)):
        known = [v.isoformat() if isinstance(v, date) else v for v in bills.values(name)]
        value = draw(st.sampled_from([*known, *known, "", "nobody"]))
        text = value[:7] if name == "month" else value
        contains = name not in {"day", "month"} and text != "" and draw(st.booleans())
        filters.append(Filter(name, (text,), draw(st.integers(0, 4)) == 0, contains))
    day = st.dates(days.start - timedelta(days=3), days.last + timedelta(days=3))
    period = draw(
        st.one_of(
            st.sampled_from(("all", "last-7-days", "last-90-days", "last-month")).map(Period),
            st.builds(Period.between, day, day),
        )
    )
    return CostQuery(
        measure=draw(st.sampled_from([*MONEY, *MONEY, "consumed_quantity", "pricing_quantity"])),
        group_by=draw(st.sampled_from([(), ("service",)])),
        filters=tuple(filters),
        period=period,
        currency=draw(st.sampled_from([None, "USD", "EUR"])),
        limit=draw(st.sampled_from([None, 3])),
        order=Order.NAME,
    )


def pages(
    services: Services, scope: Scope, query: CostQuery, today: date, *, by_id: bool = True
) -> Iterator[LinePage]:
    """Every page, each asked for by the id the one before named, or by its number."""
    start, after = 0, None
    while True:
        page = services.charge_lines.page(scope, query, today, NAMES, start, after)
        yield page
        if page.after is None:
            return
        start, after = start + len(page.lines), page.after if by_id else None


def check(services: Services, scope: Scope, query: CostQuery, today: date) -> None:
    found = list(pages(services, scope, query, today))
    lines = [line for page in found for line in page.lines]
    assert all(len(page.lines) == charge_lines.PAGE for page in found[:-1])
    assert len({line["id"] for line in lines}) == len(lines)
    days = [line["ChargePeriodStart"][:10] for line in lines]
    assert days == sorted(days, reverse=True)
    summed = services.charge_lines.summed(scope, query, today)
    assert summed.count == len(lines)
    column = find_measure(query.measure).focus_column
    exact = total(Decimal(line[column]) for line in lines if line[column])
    bare = replace(query, group_by=(), limit=None)
    try:
        answer = services.cost.answer(scope, bare, today)
    except (MixedCurrenciesError, MixedUnitsError):
        assert total(sums[column] for sums in summed.totals.values()) in {exact, 0}
    else:
        assert answer.total == exact
        assert services.cost.counts(scope, answer)[0] == len(lines)


@MANY
@given(data=st.data())
def test_the_lines_of_the_demo_company_are_the_charges_its_query_sums(
    data: st.DataObject, services: Services, demo: Scope, demo_bills: Bills
) -> None:
    check(services, demo, data.draw(queries(demo_bills)), services.now().date())


@MANY
@given(data=st.data())
def test_the_lines_of_odd_bills_are_the_charges_their_query_sums(
    data: st.DataObject, services: Services, odd: Scope, odd_bills: Bills
) -> None:
    check(services, odd, data.draw(queries(odd_bills)), TODAY)


def asked(text: str) -> CostQuery:
    return replace(from_url(text)[0], order=Order.NAME)


def test_a_page_is_the_same_by_its_number_as_by_the_id_before_it(
    services: Services, odd: Scope
) -> None:
    by_id, by_number = (
        list(pages(services, odd, asked("period=all"), TODAY, by_id=way)) for way in (True, False)
    )
    assert by_id == by_number
    assert [len(page.lines) for page in by_id] == [100, 100, 100, 57]


@pytest.mark.parametrize(("order", "sign"), [(Order.DEAREST, -1), (Order.CHEAPEST, 1)])
def test_few_charges_come_in_the_order_of_their_cost(
    services: Services, odd: Scope, order: Order, sign: int
) -> None:
    query = replace(asked("period=all&currency=USD"), order=order)
    found = [
        line for page in pages(services, odd, query, TODAY, by_id=False) for line in page.lines
    ]
    costs = [sign * Decimal(line["EffectiveCost"]) for line in found]
    assert costs == sorted(costs)
    assert len({line["id"] for line in found}) == len(found) == 356


def test_too_many_charges_are_not_sorted_and_the_reason_says_what_to_do(
    services: Services, odd: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charge_lines, "MOST_SORTED", 300)
    query = replace(asked("period=all"), order=Order.DEAREST)
    with pytest.raises(QueryError, match=r"357 charges are too many .* narrow the filters"):
        services.charge_lines.page(odd, query, TODAY, NAMES)
    few = replace(query, period=Period("2026-10"))
    assert len(services.charge_lines.page(odd, few, TODAY, NAMES).lines) == 3


def test_a_line_says_everything_its_row_of_the_bill_said(services: Services, odd: Scope) -> None:
    query = asked("period=2026-09-30")
    (line,) = services.charge_lines.page(odd, query, TODAY, ("EffectiveCost",)).lines
    whole = services.charge_lines.line(odd, line["id"])
    assert whole is not None
    assert tuple(whole.values) == COLUMNS
    row = next(row for row in ODD if row["BillingCurrency"] == "EUR")
    for name in COLUMNS:
        given, kept = row.get(name, ""), whole.values[name]
        same = Decimal(given) == Decimal(kept) if given and name in NUMBERS else given == kept
        assert same or name == "Tags", name
    assert whole.tags == (("env", "prod"), ("team", "Core"))
    assert whole.extras == (("x_team", "Ä"),)
    assert whole.id == line["id"]
    assert (whole.origin.kind, whole.origin.slice_rows) == ("focus", 1)
    assert whole.origin.loaded_at <= services.now()


def test_the_sums_are_apart_by_currency(services: Services, odd: Scope) -> None:
    summed = services.charge_lines.summed(odd, asked("period=all"), TODAY)
    assert summed.totals["EUR"]["EffectiveCost"] == 7
    assert set(summed.totals) == {"EUR", "USD"}
    assert summed.count == 357


def test_quantities_of_several_units_are_counted_but_not_summed(
    services: Services, odd: Scope
) -> None:
    query = asked("period=2026-10&measure=consumed_quantity")
    summed = services.charge_lines.summed(odd, query, TODAY)
    assert (summed.count, summed.totals) == (2, {})
    assert "different units" in summed.notices[0]


@pytest.mark.parametrize(
    "text",
    ["", "x", "2026-09-30", "2026-99-30.1.1.1", "2026-09-30.1.1.99999999999", "2026-09-30.1.1.1'--",
     f"2026-09-30.{2**63}.1.1", "2026-09-30.1.1.1", "2026-09-30.\u0661.1.1", "2026-09-30.1.1.1\n"],
)  # fmt: skip
def test_an_id_that_names_no_charge_finds_none(services: Services, odd: Scope, text: str) -> None:
    assert services.charge_lines.line(odd, text) is None


def test_what_cannot_be_read_is_refused_in_words(services: Services, odd: Scope) -> None:
    lines, query = services.charge_lines, asked("period=all")
    with pytest.raises(QueryError, match="as they stand now only"):
        lines.page(odd, asked("as_of=2026-10-01"), TODAY, NAMES)
    with pytest.raises(QueryError, match="no columns of FOCUS"):
        lines.page(odd, query, TODAY, ("tenant_id",))
    with pytest.raises(QueryError, match="begin at the top"):
        lines.page(odd, query, TODAY, NAMES, 10**9)
    with pytest.raises(QueryError, match="before the first"):
        lines.page(odd, query, TODAY, NAMES, -1)
    with pytest.raises(QueryError, match="names no charge"):
        lines.page(odd, query, TODAY, NAMES, 0, "nonsense")
    with pytest.raises(PermissionDeniedError):
        lines.page(replace(odd, role="nobody"), query, TODAY, NAMES)
    with pytest.raises(PermissionDeniedError):
        lines.line(replace(odd, role="nobody"), "x")


def test_a_tenant_without_bills_has_no_lines(services: Services, scope: Scope) -> None:
    assert services.charge_lines.page(scope, asked("period=all"), TODAY, NAMES).lines == ()
    assert services.charge_lines.summed(scope, asked("period=all"), TODAY).count == 0


def test_the_id_of_anothers_charge_finds_nothing(
    services: Services, odd: Scope, scope: Scope, tmp_path: Path
) -> None:
    bill = write_csv(tmp_path / "bill.csv", [on("2026-09-02"), on("2026-10-31")])
    services.ingestion.ingest(scope, [str(bill)])
    theirs = {line["id"] for line in next(pages(services, odd, asked("period=all"), TODAY)).lines}
    ours = {line["id"] for line in next(pages(services, scope, asked("period=all"), TODAY)).lines}
    assert len(ours) == 2
    assert not ours & theirs
    for line_id in theirs:
        assert services.charge_lines.line(scope, line_id) is None
    behind = services.charge_lines.page(scope, asked("period=all"), TODAY, NAMES, 9, max(theirs))
    assert {line["id"] for line in behind.lines} <= ours
