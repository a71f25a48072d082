"""The heatmap and the page of all clouds: every picture opens, every link in them is understood."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from support.answers import components, figures, links, words_of
from support.focus import on, write_csv
from support.hostile import write_hostile
from support.visiting import Visitor, failed

from finops_dash.bootstrap import Services
from finops_dash.components.heatmap.controls import NAMES
from finops_dash.domain.heatmap import Map, heat_from_url
from finops_dash.domain.scope import Scope
from finops_dash.domain.url import from_url

PICTURE = "heatmap-picture.children"
OURS = r"/(explorer|heatmap|multicloud|export/(cost|charges)\.(csv|xlsx|parquet))(\?|$)"


@pytest.fixture(scope="module")
def hostile(services: Services, tmp_path_factory: pytest.TempPathFactory) -> Scope:
    """A tenant whose every name is hostile, providers and categories included."""
    slug = f"hostile-{uuid4().hex[:8]}"
    services.tenancy.create(slug, "<script>alert(1)</script>")
    scope = services.tenancy.scope(slug, "finops")
    bill = write_hostile(tmp_path_factory.mktemp("hostile"))
    services.ingestion.ingest(scope, [str(bill)])
    day = (services.now().date() - timedelta(days=1)).isoformat()
    names = ("<img src=x onerror=alert(1)>", "%{x}", "a|b:c\\d,e~f", "{row}{column}", "Others (2)")
    rows = [
        on(day, ProviderName=name, ServiceCategory=name, RegionId=name, BillingAccountId=name,
           ServiceSubcategory="Virtual Machines", PricingUnit="Hours",
           EffectiveCost="1000", ResourceId=name)
        for name in names
    ]  # fmt: skip
    file = write_csv(tmp_path_factory.mktemp("more") / "more.csv", rows)
    services.ingestion.ingest(scope, [str(file)], source="more")
    return scope


def tables(shown: Any) -> Iterator[dict[str, Any]]:
    """The tables that stand beside pictures."""
    for item in components(shown):
        if "data-table" in item["props"]:
            yield json.loads(item["props"]["data-table"])


def table_links(shown: Any) -> list[str]:
    """Where the cells of those tables lead."""
    return [
        cell["href"]
        for table in tables(shown)
        for row in table["rows"]
        for cell in row
        if isinstance(cell, dict)
    ]


def filled_links(figure: dict[str, Any]) -> list[str]:
    """Where a click on each cell leads, as `view.js` fills it in."""
    meta = figure["layout"].get("meta")
    if not meta or "rows" not in meta:
        return []
    rows, columns = meta["rows"] or {"": ""}, meta["columns"] or {"": ""}
    return [
        meta["link"].replace("{row}", row).replace("{column}", column).replace("{cell}", "2026-10")
        for row in rows.values()
        for column in columns.values()
    ]


def understood(href: str) -> bool:
    path, _, text = href.partition("?")
    read = heat_from_url if path == "/heatmap" else from_url
    return bool(re.match(OURS, href)) and not read(text)[1]


@pytest.mark.parametrize("shown", Map)
@pytest.mark.parametrize("search", ["", "period=ytd&measure=list_cost", "period=last-7-days"])
def test_every_picture_opens(analyst: Visitor, shown: Map, search: str) -> None:
    link = f"{search}&map={shown}"
    for output, answer in analyst.draw("/heatmap", link).items():
        assert not failed(answer), output
    found = analyst.call(PICTURE, link).json
    if shown is Map.HOUR:  # the demo company's small bill is by the day
        assert "is for an hour" in json.dumps(found)
        assert figures(found) == []
        return
    assert len(figures(found)) >= 1
    assert len(table_links(found)) > 5


@pytest.mark.parametrize("path", ["/heatmap", "/multicloud"])
@pytest.mark.parametrize("search", ["", "map=weekday", "map=service", "map=account&period=mtd"])
def test_every_link_leads_to_a_page_that_understands_it(
    visit: Callable[[Scope], Visitor], hostile: Scope, path: str, search: str
) -> None:
    shown = [answer.json for answer in visit(hostile).draw(path, search).values()]
    found = [*links(shown), *table_links(shown)]
    found += [href for figure in figures(shown) for href in filled_links(figure)]
    assert len(found) > 10
    assert [href for href in found if href and not understood(href)] == []


@pytest.mark.parametrize("path", ["/heatmap", "/multicloud"])
@pytest.mark.parametrize("search", ["", "map=weekday", "map=service", "map=account"])
def test_no_markup_reaches_a_picture(
    visit: Callable[[Scope], Visitor], hostile: Scope, path: str, search: str
) -> None:
    drawn = visit(hostile).draw(path, search)
    assert not [output for output, answer in drawn.items() if failed(answer)]
    for figure in figures([answer.json for answer in drawn.values()]):
        for text in words_of(figure):
            bare = re.sub(r"%\{(?:x|y|text|hovertext|customdata)[^}]*\}", "", text)
            assert not re.search(r"[<>&]|%\{|\$[^%,\d\s]", bare), text


@pytest.mark.parametrize("value", ["globe", "<script>", "HOUR", "calendar,hour", "x" * 5000])
def test_a_picture_that_there_is_not_is_the_calendar_and_a_notice(
    analyst: Visitor, value: str
) -> None:
    page = analyst.layout("/heatmap", f"?map={value}")
    assert "was left out: choose one of calendar" in page.text
    shown = analyst.draw("/heatmap", f"map={value}")
    assert not [output for output, answer in shown.items() if failed(answer)]
    assert "Calendar, twelve months" in shown[PICTURE].text


def test_the_controls_keep_the_picture_and_the_pictures_keep_the_query(analyst: Visitor) -> None:
    page = analyst.layout("/heatmap", "?map=weekday&period=mtd&filter=provider:AWS").json
    bar = [c["props"] for c in components(page) if "data-view" in c["props"]]
    assert len(bar) > len(NAMES) + 10
    for link in bar:
        view, notices = heat_from_url(link["href"].partition("?")[2])
        assert notices == ()
        is_choice = "chip" in link.get("className", "")
        assert is_choice or view.map is Map.WEEKDAY
        if is_choice:
            assert (view.query.period.token, len(view.query.filters)) == ("mtd", 1)


def test_the_headline_says_what_the_days_cost_and_how_it_compares(
    analyst: Visitor, services: Services, demo: Scope
) -> None:
    asked = from_url("period=last-30-days&currency=USD")[0]
    total = services.cost.answer(demo, asked, services.now().date()).total
    plain, compared = (analyst.call(PICTURE, text).text for text in ("", "compare=previous-period"))
    assert f"${total:,.2f}" in plain
    assert " against " in compared
    assert " against " not in plain


@pytest.mark.parametrize("path", ["/heatmap", "/multicloud"])
@pytest.mark.parametrize(
    "search",
    [
        "measure=consumed_quantity",
        "measure=pricing_quantity&map=account",
        "as_of=2026-10-01T00:00:00Z&map=hour",
    ],
)
def test_what_cannot_be_added_up_is_refused_in_words(
    analyst: Visitor, path: str, search: str
) -> None:
    shown = analyst.draw(path, search)
    assert not [output for output, answer in shown.items() if failed(answer)]
    if "quantity" in search:
        assert any("different units" in answer.text for answer in shown.values())


@pytest.mark.parametrize("path", ["/heatmap", "/multicloud"])
@pytest.mark.parametrize("period", ["2021-01", "2199-12"])
def test_a_period_without_cost_offers_the_way_back(
    analyst: Visitor, path: str, period: str
) -> None:
    shown = analyst.draw(path, f"period={period}")
    assert not [output for output, answer in shown.items() if failed(answer)]
    assert any("No cost for this filter and period" in answer.text for answer in shown.values())


def test_no_two_components_of_a_page_share_an_id(analyst: Visitor) -> None:
    for path in ("/heatmap", "/multicloud"):
        shown = [analyst.layout(path).json]
        shown += [answer.json for answer in analyst.draw(path, "period=all").values()]
        ids = Counter(
            json.dumps(item["props"]["id"], sort_keys=True)
            for item in components(shown)
            if "id" in item["props"]
        )
        twice = {
            json.dumps({"key": "period", "kind": "range", "place": path})
        }  # in the bar, both times
        assert {name for name, count in ids.items() if count > 1} <= twice


def test_the_columns_of_providers_sum_to_the_bill(
    analyst: Visitor, services: Services, demo: Scope
) -> None:
    asked = from_url("period=last-30-days&currency=USD")[0]
    total = services.cost.answer(demo, asked, services.now().date()).total
    shown = analyst.call("multicloud-categories.children", "").json
    (bars,) = figures(shown)
    assert sum(sum(trace["x"]) for trace in bars["data"]) == pytest.approx(float(total))
    (regions,) = figures(analyst.call("multicloud-regions.children", "").json)
    assert sum(sum(trace["x"]) for trace in regions["data"]) == pytest.approx(float(total))
    names = {trace["name"]: trace["marker"]["color"] for trace in bars["data"]}
    assert names == {trace["name"]: trace["marker"]["color"] for trace in regions["data"]}
    assert set(names) == {"AWS", "Microsoft", "Google Cloud"}


def test_a_provider_keeps_its_colour_whatever_the_filter(analyst: Visitor) -> None:
    def colour(search: str) -> str:
        (figure,) = figures(analyst.call("multicloud-categories.children", search).json)
        return next(t["marker"]["color"] for t in figure["data"] if t["name"] == "Microsoft")

    assert (
        colour("") == colour("filter=provider:Microsoft") == colour("period=mtd&measure=list_cost")
    )


def test_a_provider_has_the_colour_that_it_has_in_the_explorer(analyst: Visitor) -> None:
    (here,) = figures(analyst.call("multicloud-categories.children", "").json)
    there = [
        answer.json for answer in analyst.draw("/explorer", "group_by=provider&grain=day").values()
    ]
    shades = {t["name"]: t["marker"]["color"] for f in figures(there) for t in f["data"]}
    assert {t["name"]: t["marker"]["color"] for t in here["data"]}.items() <= shades.items()


def test_unit_prices_are_of_things_that_several_clouds_sell(analyst: Visitor) -> None:
    shown = analyst.call("multicloud-prices.children", "").json
    (figure,) = figures(shown)
    rows = figure["layout"]["yaxis"]["categoryarray"]
    assert any(row.startswith("Virtual Machines · Hours") for row in rows)
    (table,) = tables(shown)
    things = Counter((row[0], row[4]) for row in table["rows"])
    assert min(things.values()) >= 2
    assert "Units are not converted" in json.dumps(shown)


def test_one_provider_alone_is_told_what_a_second_would_show(
    visit: Callable[[Scope], Visitor], services: Services, scope: Scope, tmp_path: Any
) -> None:
    today = services.now().date()
    days = [(today - timedelta(days=n)).isoformat() for n in range(1, 90)]
    bill = write_csv(tmp_path / "bill.csv", [on(day) for day in days])
    services.ingestion.ingest(scope, [str(bill)])
    shown = visit(scope).draw("/multicloud", "")
    assert not [output for output, answer in shown.items() if failed(answer)]
    text = json.dumps([answer.json for answer in shown.values()])
    assert "All of it is billed by AWS" in text
    assert "no two providers bill the same kind of service" in text
    assert len(figures([answer.json for answer in shown.values()])) == 4


def test_a_filter_to_one_provider_offers_the_others(analyst: Visitor) -> None:
    shown = analyst.draw("/multicloud", "filter=provider:AWS")
    assert any("Show every provider" in answer.text for answer in shown.values())
