"""The overview's numbers are those of the plain question, however few rows they are read from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from finops_dash.bootstrap import Services
from finops_dash.components.places import OVERVIEW
from finops_dash.domain.cost_query import CostQuery, Grain
from finops_dash.domain.money import total
from finops_dash.domain.scope import Scope
from finops_dash.services.answers import CostAnswer
from finops_dash.services.overview import View
from finops_dash.services.sums import beside, day_totals, movers

LINKS = (
    "",
    "period=last-7-days&measure=billed_cost",
    "filter=environment:production&period=mtd",
    "filter=provider:AWS&compare=previous-year&period=last-month",
    "period=ytd",
)


def view_of(services: Services, scope: Scope, link: str) -> View:
    view = services.overview.view(scope, OVERVIEW.read(link)[0], services.now().date())
    assert view is not None
    return view


def plain(services: Services, scope: Scope, view: View, query: CostQuery, *also: str) -> CostAnswer:
    """The answer to the whole question, comparison and all."""
    return services.cost.answer(scope, query, view.today, also)


@pytest.mark.parametrize("link", LINKS)
def test_what_a_period_and_the_one_before_cost_are_the_plain_sums(
    services: Services, demo: Scope, link: str
) -> None:
    view = view_of(services, demo, link)
    whole = plain(services, demo, view, view.query)
    spend = services.key_figures.spend(demo, view)
    assert spend.value == whole.total
    assert spend.before == (whole.before.total if whole.before else None)


@pytest.mark.parametrize("link", LINKS)
def test_the_parts_of_the_period_before_sum_to_the_whole(
    services: Services, demo: Scope, link: str
) -> None:
    view, overview = view_of(services, demo, link), services.overview
    whole = plain(services, demo, view, replace(view.query, group_by=("service",)))
    course, parts = overview.course_before(demo, view), overview.services_before(demo, view)
    if whole.before is None:
        assert (course, parts) == (None, None)
        return
    assert course is not None
    assert parts is not None
    measure = view.query.measure
    assert total(day_totals(course).values()) == whole.before.total
    assert {r["service"]: r[measure] for r in parts.rows} == {
        r["service"]: r[measure] for r in whole.before.rows
    }
    found = movers(overview.by_service(demo, view), parts)
    assert total(row["now"] for row in found) == whole.total
    assert total(row["before"] for row in found) == whole.before.total


def test_each_day_stands_beside_the_day_it_is_compared_with(
    services: Services, demo: Scope
) -> None:
    view = view_of(services, demo, "period=last-7-days")
    asked = replace(view.query, grain=Grain.DAY)
    whole = plain(services, demo, view, asked)
    assert whole.before is not None
    found = beside(
        services.overview.by_service(demo, view), services.overview.course_before(demo, view)
    )
    assert list(found) == [row["day"] for row in whole.rows]
    assert list(found.values()) == [row["effective_cost"] for row in whole.before.rows]


@pytest.mark.parametrize("link", LINKS)
def test_the_savings_rate_is_that_of_the_usage_rows(
    services: Services, demo: Scope, link: str
) -> None:
    view = view_of(services, demo, link)
    query = replace(view.query, measure="effective_cost").where("charge_category", "Usage")
    whole = plain(services, demo, view, query, "list_cost")
    figure = services.key_figures.savings_rate(demo, view)
    for answer, found in ((whole, figure.value), (whole.before, figure.before)):
        if answer is None:
            assert found is None
            continue
        (row,) = answer.rows
        listed = row["list_cost"]
        assert found == (1 - row["effective_cost"] / listed if listed else None)


def test_a_limit_or_an_order_in_the_link_changes_no_number(services: Services, demo: Scope) -> None:
    figures, overview = services.key_figures, services.overview
    one, other = (view_of(services, demo, link) for link in ("", "limit=1&order=name"))
    assert other == one
    asked = (figures.spend, figures.month_end, figures.run_rate, figures.month_to_date,
             figures.allocated, figures.savings_rate, figures.anomalies, figures.idle)  # fmt: skip
    assert [figure(demo, one) for figure in asked] == [figure(demo, other) for figure in asked]
    assert len(overview.by_service(demo, other).rows) > 1
