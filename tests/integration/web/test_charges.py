"""Grids of charges and resources, and the page of each resource, as a browser asks for them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.answers import components, figures, links
from support.focus import on, write_csv
from support.hostile import NAMES, write_hostile
from support.visiting import Visitor, failed

from finops_dash.bootstrap import Services
from finops_dash.components.resource_links import resource_href
from finops_dash.domain.cost_query import LONGEST_VALUE
from finops_dash.domain.focus import COLUMNS
from finops_dash.domain.scope import Scope
from finops_dash.services import charge_lines

LAST = date.today() - timedelta(days=1)  # noqa: DTZ011 - bills of these days, wherever the test runs
LINKABLE = [name for name in NAMES if len(name) <= LONGEST_VALUE]
ASKED = {"/charges": "charge-asked", "/resources": "resource-asked"}
ROWS = {"/charges": "charge-grid.getRowsResponse", "/resources": "resource-grid.getRowsResponse"}
PARTS = ("resource-bar.children", "resource-cost.children", "resource-beside.children")


@pytest.fixture(scope="module")
def hostile(services: Services, tmp_path_factory: pytest.TempPathFactory) -> Scope:
    """A tenant whose every name is hostile."""
    services.tenancy.create(slug := f"hostile-{uuid4().hex[:8]}")
    scope = services.tenancy.scope(slug, "finops")
    bill = write_hostile(tmp_path_factory.mktemp("hostile"))
    services.ingestion.ingest(scope, [str(bill)])
    return scope


@pytest.fixture(scope="module")
def canary(services: Services, tmp_path_factory: pytest.TempPathFactory) -> Scope:
    """A tenant of one charge that nobody else may see."""
    services.tenancy.create(slug := f"canary-{uuid4().hex[:8]}")
    scope = services.tenancy.scope(slug, "finops")
    told = {"ResourceId": "canary/id", "ResourceName": "canary", "EffectiveCost": "7654321"}
    bill = [on(LAST.isoformat(), ChargeDescription="canary", Tags='{"team": "canary"}', **told)]
    path = write_csv(tmp_path_factory.mktemp("canary") / "bill.csv", bill)
    services.ingestion.ingest(scope, [str(path)])
    return scope


def asked(visitor: Visitor, path: str, search: str) -> Any:
    """The question that the page's grid is given."""
    page = components(visitor.layout(path, f"?{search}").json)
    (store,) = [item["props"] for item in page if item["props"].get("id") == ASKED[path]]
    return store["data"]


def rows(visitor: Visitor, path: str, search: str = "", start: int = 0) -> list[dict[str, str]]:
    """A page of the grid."""
    known = [{}] if path == "/charges" else []
    question = asked(visitor, path, search)
    answer = visitor.call(ROWS[path], {"startRow": start, "endRow": start + 100}, question, *known)
    (grid,) = (part for name, part in answer.json["response"].items() if name.endswith("-grid"))
    found: list[dict[str, str]] = grid["getRowsResponse"]["rowData"]
    return found


def head(visitor: Visitor, search: str) -> str:
    return visitor.call("charge-head.children", asked(visitor, "/charges", search)).text


def panel(visitor: Visitor, line_id: str) -> str:
    return visitor.call("charge-body.children", {"rowId": line_id, "timestamp": 1}).text


def page_of(visitor: Visitor, resource_id: str, search: str = "") -> Iterator[tuple[str, Any]]:
    """The page of a resource, and what its callbacks draw."""
    href = resource_href(resource_id)
    yield "page", visitor.layout(href.partition("?")[0], search)
    for part in PARTS:
        yield part, visitor.call(part, search.removeprefix("?"), resource_id)


def test_a_grid_of_charges_holds_the_charges_of_the_question(analyst: Visitor) -> None:
    search = "filter=provider:AWS&period=last-7-days&columns=Tags,InvoiceId"
    found = rows(analyst, "/charges", search)
    assert len(found) == charge_lines.PAGE
    assert {row["ProviderName"] for row in found} == {"AWS"}
    assert all({"InvoiceId", "Tags"} <= row.keys() for row in found)
    days = [row["ChargePeriodStart"] for row in found]
    assert days == sorted(days, reverse=True)
    behind = rows(analyst, "/charges", search, 100)
    assert not {row["id"] for row in found} & {row["id"] for row in behind}
    assert "charges. Effective cost $" in head(analyst, search)


def test_the_next_page_goes_on_behind_the_last_row(analyst: Visitor) -> None:
    question = asked(analyst, "/charges", "")
    first = analyst.call(ROWS["/charges"], {"startRow": 0}, question, {}).json["response"]
    known = first["charge-known"]["data"]
    assert first["charge-grid"]["getRowsResponse"]["rowCount"] == -1
    assert known["100"] == first["charge-grid"]["getRowsResponse"]["rowData"][-1]["id"]
    for ids in (known, {}, {**known, "of": "another"}, {"100": 7, "of": known["of"]}):
        answer = analyst.call(ROWS["/charges"], {"startRow": 100}, question, ids).json["response"]
        shown = answer["charge-grid"]["getRowsResponse"]["rowData"]
        assert shown == rows(analyst, "/charges", "", 100)


def test_a_panel_holds_every_column_of_a_charge(analyst: Visitor) -> None:
    (row, *_) = rows(analyst, "/charges")
    shown = panel(analyst, row["id"])
    assert all(name in shown for name in COLUMNS)
    assert "Where it came from" in shown
    assert links(json.loads(shown)) == [resource_href(row["ResourceId"])]
    for line_id in ("total USD", "nobody", "2026-01-01.1.1.1"):
        assert "Where it came from" not in panel(analyst, line_id)


def test_charges_too_many_to_sort_come_newest_first_and_say_so(
    analyst: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charge_lines, "MOST_SORTED", 5)
    assert rows(analyst, "/charges", "order=-value") == rows(analyst, "/charges")
    assert "too many to sort by cost" in head(analyst, "order=-value")
    assert "Dearest first" not in head(analyst, "")


def test_few_charges_are_sorted(analyst: Visitor) -> None:
    search = "period=last-7-days&filter=provider:AWS&currency=USD"
    assert "Dearest first" in head(analyst, search)
    costs = [
        float(row["EffectiveCost"]) for row in rows(analyst, "/charges", f"{search}&order=-value")
    ]
    assert costs == sorted(costs, reverse=True)


@pytest.mark.parametrize(
    ("search", "said"),
    [
        ("as_of=2026-10-01", "kept as they stand now only"),
        ("filter=service:nobody", "No charges for this filter and period"),
        ("measure=consumed_quantity&period=all", "different units"),
    ],
)
def test_what_a_grid_cannot_show_is_said_above_it(analyst: Visitor, search: str, said: str) -> None:
    assert said in head(analyst, search)
    assert not rows(analyst, "/charges", search) or "measure" in search


def test_columns_that_are_none_become_notices(analyst: Visitor) -> None:
    shown = analyst.layout("/charges", "?columns=Tags,tenant_id,EffectiveCost").text
    assert "“columns=tenant_id” was left out" in shown
    definitions = analyst.call(
        "charge-grid.columnDefs", asked(analyst, "/charges", "columns=Tags,tenant_id")
    ).json["response"]["charge-grid"]["columnDefs"]
    assert definitions[-1]["field"] == "Tags"


def test_a_search_lists_resources_with_links_to_their_pages(analyst: Visitor) -> None:
    every = rows(analyst, "/resources", "period=all")
    one = every[3]
    for search in (one["id"], one["title"], one["tags"].split(", ")[0]):
        found = rows(analyst, "/resources", f"period=all&search={search}")
        assert one["id"] in {row["id"] for row in found}
        assert len(found) <= len(every)
    answer = analyst.call(
        "resource-head.children", asked(analyst, "/resources", "search=nobody%20at%20all")
    )
    assert "No resource matches “nobody at all”" in answer.text


def test_the_page_of_a_resource_shows_its_story(analyst: Visitor) -> None:
    (one, *_) = rows(analyst, "/resources")
    shown = dict(page_of(analyst, one["id"]))
    assert not [part for part, answer in shown.items() if failed(answer)]
    texts = shown["page"].text
    for title in ("Cost over time", "Tags over time", "Neighbours", "Tagged alike", "Charges"):
        assert title in texts
    drawn = figures(shown["resource-cost.children"].json)
    assert [trace["type"] for figure in drawn for trace in figure["data"]].count("bar") == 2
    neighbours = [
        href for href in links(shown["resource-beside.children"].json) if "search" not in href
    ]
    assert neighbours
    assert all(href.startswith("/resources/") for href in neighbours)


@pytest.mark.parametrize("period", ["all", "2021-01", "last-7-days", "last-12-months"])
def test_a_resource_is_drawn_over_any_period(analyst: Visitor, period: str) -> None:
    (one, *_) = rows(analyst, "/resources")
    for part, answer in page_of(analyst, one["id"], f"?period={period}&compare=previous-year"):
        assert not failed(answer), part


@pytest.mark.parametrize("name", [f"{name} {number}" for number, name in enumerate(NAMES)][:14])
def test_hostile_ids_are_found_and_have_pages(
    visit: Callable[[Scope], Visitor], hostile: Scope, name: str
) -> None:
    if len(name) > LONGEST_VALUE:
        pytest.skip("no link can carry it, as another test says")
    visitor = visit(hostile)
    names = {row["id"] for row in rows(visitor, "/resources", "period=last-90-days")}
    assert name in names
    for part, answer in page_of(visitor, name, "?period=last-90-days"):
        assert answer.status_code == 200
        assert not failed(answer), part
        assert "no such resource" not in answer.text, part
        for href in links(answer.json):
            assert href in {"", "#content"} or href.startswith("/"), href


@pytest.mark.parametrize("name", LINKABLE)
def test_any_text_can_be_searched_for(
    visit: Callable[[Scope], Visitor], hostile: Scope, name: str
) -> None:
    visitor = visit(hostile)
    found = rows(visitor, "/resources", f"period=all&search={quote(name)}")
    plain = " ".join(name.split())
    assert not plain or any(name in row["title"] for row in found) or len(name) > 100


@pytest.mark.parametrize("name", ["nobody", "..", ".", "%2e%2e", "a/b/c", "'\"<>", "x" * 5000])
def test_an_unknown_resource_is_a_page_that_says_so(analyst: Visitor, name: str) -> None:
    page = analyst.layout(f"/resources/{quote(name, safe='')}")
    assert page.status_code == 200
    assert not failed(page)
    assert "no such resource that you may see" in page.text
    for part in PARTS[1:]:
        assert "no such resource that you may see" in analyst.call(part, "", name).text


def test_the_document_of_a_resource_is_served_under_any_id(analyst: Visitor) -> None:
    for name in ("//cloud.googleapis.com/x", "a/../b", "ü ?#&", ".."):
        answer = analyst.get(resource_href(name))
        assert answer.status_code == 200, name


def test_nothing_of_another_tenant_is_shown(
    visit: Callable[[Scope], Visitor], canary: Scope, demo: Scope
) -> None:
    theirs = visit(canary)
    (line,), (resource,) = rows(theirs, "/charges"), rows(theirs, "/resources")
    assert "canary" in panel(theirs, line["id"])
    assert "7,654,321" in dict(page_of(theirs, resource["id"]))["resource-cost.children"].text
    ours = visit(demo)
    seen = [
        *(json.dumps(rows(ours, path, search)) for path in ASKED for search in ("", "period=all")),
        json.dumps(rows(ours, "/charges", "filter=resource:canary/id")),
        json.dumps(rows(ours, "/resources", "search=canary&period=all")),
        panel(ours, line["id"]),
        *(answer.text for _, answer in page_of(ours, "nobody")),
    ]
    assert not [text for text in seen if "canary" in text or "7654321" in text.replace(",", "")]
    for part, answer in page_of(ours, resource["id"]):
        assert "7654321" not in answer.text.replace(",", ""), part
        assert part == PARTS[0] or "no such resource" in answer.text, part


CALLS = (
    *ROWS.values(), "charge-head.children", "charge-grid.columnDefs", "charge-body.children",
    "resource-head.children", *PARTS,
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["startRow", "query", "more", "orders", "rowId", "of", "100", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_a_grid_sends_is_no_failure(analyst: Visitor, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(CALLS))
    known = analyst.app.callback_map[analyst._named(name)]  # noqa: SLF001 - as `call` does
    count = len(known["inputs"]) + len(known["state"])
    answer = analyst.call(name, *(data.draw(JSON) for _ in range(count)))
    assert answer.status_code in {200, 204}
    assert not failed(answer), answer.text[:300]
