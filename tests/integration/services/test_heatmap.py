"""The heatmap's sums are those of the bill, row by row, and a cell leads to just what it shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from support.focus import on, write_csv
from support.markup import kind

from finops_dash.bootstrap import Services
from finops_dash.components.heatmap.cards import filled
from finops_dash.components.heatmap.days import calendar_cards
from finops_dash.components.heatmap.parts import account_card, service_card
from finops_dash.domain.cost_query import CostQuery, Filter
from finops_dash.domain.errors import QueryError
from finops_dash.domain.period import DateRange, Period
from finops_dash.domain.scope import Scope
from finops_dash.domain.url import from_url
from finops_dash.services.overview import View

FIRST, LAST = date(2026, 8, 20), date(2026, 10, 30)
TODAY = LAST + timedelta(days=1)
LINKS = (
    "period=2026-08-20..2026-10-30",
    "period=last-30-days",
    "period=mtd&filter=!service:service 3",
    "period=last-7-days&measure=billed_cost&filter=service:service 1|service 2|service 14",
)


def bill() -> Iterator[dict[str, str]]:
    """Charges of days and of hours, with credits, months and rows without an account."""
    random, names = Random(7), count()  # noqa: S311 - a bill, no secret
    day = FIRST
    while day <= LAST:
        for number in range(15):
            cost = Decimal(random.randint(-300, 9000)) / 100 * (number + 1)
            named = {
                "ServiceName": f"service {number}", "SubAccountId": f"account {(number * 7) % 14}",
                "EffectiveCost": str(cost), "BilledCost": str(cost / 2), "ListCost": str(cost * 2),
                "ResourceId": f"r{next(names)}",
            }  # fmt: skip
            if number == 5:
                named["SubAccountId"] = ""
            yield on(day.isoformat(), **named)
        for hour in range(0, 24, 5):
            begun = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
            yield on(
                day.isoformat(),
                ServiceName=f"service {hour % 3}",
                SubAccountId="account 1",
                EffectiveCost=str(Decimal(random.randint(1, 900)) / 100),
                ResourceId=f"r{next(names)}",
            ) | {
                "ChargePeriodStart": f"{begun:%Y-%m-%dT%H:%M:%SZ}",
                "ChargePeriodEnd": f"{begun + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}",
            }
        day += timedelta(days=1)


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    return list(bill())


@pytest.fixture(scope="module")
def company(
    services: Services, rows: list[dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> Scope:
    slug = f"heat-{uuid4().hex[:8]}"
    services.tenancy.create(slug)
    found = services.tenancy.scope(slug, "finops")
    file = write_csv(tmp_path_factory.mktemp("heat") / "bill.csv", rows)
    services.ingestion.ingest(found, [str(file)])
    return found


def view_of(services: Services, scope: Scope, link: str, today: date = TODAY) -> View:
    view = services.overview.view(scope, from_url(link)[0], today)
    assert view is not None
    return view


def expected(
    rows: list[dict[str, str]], view: View, days: DateRange, key: Callable[[dict[str, str]], Any]
) -> dict[Any, Decimal]:
    """The sums of the bill's rows in the days and under the view's filters, by any key."""
    column = {"effective_cost": "EffectiveCost", "billed_cost": "BilledCost"}[view.query.measure]
    found: dict[Any, Decimal] = defaultdict(Decimal)
    for row in rows:
        inside = date.fromisoformat(row["ChargePeriodStart"][:10]) in days
        kept = all(
            (row["ServiceName"] in item.values) is not item.negated for item in view.query.filters
        )
        if inside and kept:
            found[key(row)] += Decimal(row[column])
    return dict(found)


def day_of(row: dict[str, str]) -> date:
    return date.fromisoformat(row["ChargePeriodStart"][:10])


@pytest.mark.parametrize("link", LINKS)
def test_days_are_those_of_the_bill(
    services: Services, company: Scope, rows: list[dict[str, str]], link: str
) -> None:
    view = view_of(services, company, link)
    weeks = services.heatmap.weeks(company, view)
    assert weeks.costs == expected(rows, view, view.days, day_of)
    (year,) = services.heatmap.years(company, view)
    assert year.costs == expected(rows, view, year.span, day_of)
    assert services.heatmap.whole(company, view).total == sum(weeks.costs.values())


def test_a_weekday_usually_costs_the_mean_of_its_days(services: Services, company: Scope) -> None:
    weeks = services.heatmap.weeks(company, view_of(services, company, LINKS[0]))
    mondays = [cost for day, cost in weeks.costs.items() if day.weekday() == 0]
    assert weeks.usual()[0] == sum(mondays) / len(mondays)


@pytest.mark.parametrize("link", LINKS)
def test_the_parts_of_a_grid_sum_to_the_bill(
    services: Services, company: Scope, rows: list[dict[str, str]], link: str
) -> None:
    view = view_of(services, company, link)
    whole = sum(expected(rows, view, view.days, lambda _: None).values())
    assert services.heatmap.services(company, view).grid.total == whole
    assert services.heatmap.accounts(company, view).grid.total == whole


def cells(card: Any) -> Iterator[tuple[str, float]]:
    """The address that each cell's click leads to, as `view.js` fills it in, and its amount."""
    (graph,) = kind(card, "Graph")
    tiles, meta = graph.figure["data"][0], graph.figure["layout"]["meta"]
    for y, line in zip(tiles["y"], tiles["customdata"], strict=True):
        for x, (cost, token) in zip(tiles["x"], line, strict=True):
            if cost is None:
                continue
            parts = {"cell": token, "row": meta["rows"].get(y), "column": meta["columns"].get(x)}
            asked = {name: part for name, part in parts.items() if f"{{{name}}}" in meta["link"]}
            yield filled(meta["link"], **asked), cost


@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("picture", ["calendar", "service", "account"])
def test_a_click_opens_exactly_the_cell(
    services: Services, company: Scope, link: str, picture: str
) -> None:
    view, heatmap = view_of(services, company, link), services.heatmap
    card = {
        "calendar": lambda: calendar_cards(view, heatmap.years(company, view)),
        "service": lambda: service_card(heatmap.services(company, view), view.grain),
        "account": lambda: account_card(heatmap.accounts(company, view), view.grain),
    }[picture]()
    found = list(cells(card))
    assert len(found) >= 5
    for address, cost in found[:: max(1, len(found) // 40)]:
        path, _, text = address.partition("?")
        query, notices = from_url(text)
        assert (path, notices) == ("/explorer", ())
        assert float(services.cost.answer(company, query, TODAY).total) == pytest.approx(cost)


def test_a_month_that_the_period_cuts_opens_its_days_alone(
    services: Services, company: Scope
) -> None:
    view = view_of(services, company, "period=2026-05-03..2026-10-20")
    found = list(cells(service_card(services.heatmap.services(company, view), view.grain)))
    for address, cost in found:
        query, _ = from_url(address.partition("?")[2])
        assert float(services.cost.answer(company, query, TODAY).total) == pytest.approx(cost)
    assert any("period=2026-10-01..2026-10-20" in address for address, _ in found)


@pytest.mark.parametrize("link", LINKS[:3])
def test_hours_are_of_what_is_billed_by_the_hour_alone(
    services: Services, company: Scope, rows: list[dict[str, str]], link: str
) -> None:
    view = view_of(services, company, link)
    hours = services.heatmap.hours(company, view)
    hourly = [row for row in rows if row["ChargePeriodEnd"][11:13] != "00"]
    assert hours.days == DateRange(max(view.days.start, TODAY - timedelta(days=28)), TODAY)
    assert hours.sums == expected(
        hourly,
        view,
        hours.days,
        lambda row: (day_of(row).weekday(), int(row["ChargePeriodStart"][11:13])),
    )
    whole = sum(expected(rows, view, hours.days, lambda _: None).values())
    assert sum(hours.sums.values()) + hours.by_day == whole
    assert hours.mean(0, 5) == hours.sums[0, 5] / 4


def test_a_weekday_opens_its_own_days_hour_by_hour(services: Services, company: Scope) -> None:
    hours = services.heatmap.hours(company, view_of(services, company, "period=last-30-days"))
    for weekday in range(7):
        query = hours.of_weekday(weekday)
        assert query is not None
        answer = services.cost.answer(company, query, TODAY)
        mine = [cost for (day, _), cost in hours.sums.items() if day == weekday]
        assert answer.total == sum(mine)
        assert {date.fromisoformat(row["hour"][:10]).weekday() for row in answer.rows} == {weekday}


def test_a_bill_by_the_day_has_no_hours(
    services: Services, load: Callable[..., None], scope: Scope
) -> None:
    load("2026-10-01", "2026-10-02", "2026-10-03")
    view = view_of(services, scope, "period=2026-10-01..2026-10-03", date(2026, 10, 4))
    hours = services.heatmap.hours(scope, view)
    assert (hours.sums, hours.of_weekday(3)) == ({}, None)
    assert hours.by_day == Decimal("4.5")


def test_today_is_shown_as_far_as_it_is_billed_and_marked(
    services: Services, load: Callable[..., None], scope: Scope
) -> None:
    load("2026-10-01", "2026-10-02", "2026-10-03")
    today = date(2026, 10, 3)
    view = view_of(services, scope, "period=mtd", today)
    weeks = services.heatmap.weeks(scope, view)
    assert (weeks.partial, list(weeks.costs)[-1]) == (today, today)
    assert today not in weeks.whole
    assert weeks.usual() == {3: Decimal("1.5"), 4: Decimal("1.5")}
    assert services.heatmap.services(scope, view).partial == today
    assert services.heatmap.whole(scope, view).total == Decimal(3)


def test_a_period_over_two_years_has_a_picture_of_each(
    services: Services, load: Callable[..., None], scope: Scope, tmp_path: Path
) -> None:
    load("2025-01-31", "2025-12-31", "2026-01-01", "2026-10-03")
    assert tmp_path.exists()
    today = date(2026, 10, 4)
    years = services.heatmap.years(scope, view_of(services, scope, "period=all", today))
    assert [(found.span.start, found.span.end) for found in years] == [
        (date(2026, 1, 1), date(2027, 1, 1)),
        (date(2025, 1, 1), date(2026, 1, 1)),
    ]
    assert [len(found.costs) for found in years] == [2, 2]
    (last,) = services.heatmap.years(scope, view_of(services, scope, "period=mtd", today))
    assert (last.span.start, last.span.end) == (date(2025, 10, 4), date(2026, 10, 4))


def test_a_period_before_any_data_is_empty(services: Services, company: Scope) -> None:
    for period in ("2021-01", "2199-12"):
        view = view_of(services, company, f"period={period}")
        assert services.heatmap.years(company, view) == ()
        assert services.heatmap.weeks(company, view).costs == {}
        assert services.heatmap.services(company, view).grid.rows == ()
        assert services.heatmap.accounts(company, view).grid.rows == ()
        assert services.heatmap.hours(company, view).sums == {}


@pytest.mark.parametrize(("length", "hours"), [("hour", {1}), ("day", {24}), ("longer", set())])
def test_charges_can_be_filtered_by_their_length(
    services: Services, company: Scope, rows: list[dict[str, str]], length: str, hours: set[int]
) -> None:
    def lasted(row: dict[str, str]) -> int:
        begin, end = (datetime.fromisoformat(row[f"ChargePeriod{n}"]) for n in ("Start", "End"))
        return int((end - begin).total_seconds()) // 3600

    query, notices = from_url(f"period=2026-10&filter=charge_length:{length}&group_by=service")
    assert notices == ()
    answer = services.cost.answer(company, query, TODAY)
    kept = [r for r in rows if lasted(r) in hours and r["ChargePeriodStart"] >= "2026-10"]
    assert answer.total == sum((Decimal(r["EffectiveCost"]) for r in kept), Decimal(0))
    assert services.cost.counts(company, answer)[0] == len(kept)


def test_the_length_of_charges_is_only_to_filter_by_and_for_a_month_at_most(
    services: Services, company: Scope
) -> None:
    assert from_url("group_by=charge_length")[1]
    long = Filter("charge_length", ("hour",))
    with pytest.raises(QueryError, match="up to 31 days"):
        services.cost.answer(company, CostQuery(filters=(long,), period=Period("2026-Q3")), TODAY)
    then = CostQuery(filters=(long,), as_of=datetime(2026, 10, 1, tzinfo=UTC))
    with pytest.raises(QueryError, match="as they stand now"):
        services.cost.answer(company, then, TODAY)
