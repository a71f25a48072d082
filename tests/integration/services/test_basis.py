"""Why an answer says what it says: its rows, its loads, and how fresh they are."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from support.focus import on, write_csv

from finops_dash.bootstrap import Services
from finops_dash.domain.scope import Scope
from finops_dash.domain.url import from_url, to_url
from finops_dash.services.freshness import Basis

TODAY = date(2026, 10, 15)


@pytest.fixture
def loaded(services: Services, scope: Scope, tmp_path: Path) -> Scope:
    bills = {
        "one": [on("2026-10-01"), on("2026-10-02", ListUnitPrice="")],
        "two": [on("2026-10-02", ServiceName="Amazon S3"), on("2026-10-05")],
    }
    for source, rows in bills.items():
        path = write_csv(tmp_path / f"{source}.csv", rows)
        services.ingestion.ingest(scope, [str(path)], source=source)
    return scope


def basis(services: Services, scope: Scope, text: str) -> Basis:
    query, _ = from_url(text)
    return services.freshness.basis(scope, services.cost.answer(scope, query, TODAY))


def test_it_counts_the_charges_summed_and_those_without_a_price(
    services: Services, loaded: Scope
) -> None:
    found = basis(services, loaded, "period=2026-10")
    assert (found.row_count, found.unpriced_count) == (4, 1)
    narrowed = basis(services, loaded, "period=2026-10&filter=service:Amazon S3")
    assert (narrowed.row_count, narrowed.unpriced_count) == (1, 0)


def test_it_names_the_loads_of_the_days_and_no_others(services: Services, loaded: Scope) -> None:
    both = basis(services, loaded, "period=2026-10-02")
    assert {(used.source, used.row_count) for used in both.loads} == {("one", 1), ("two", 1)}
    assert [used.source for used in basis(services, loaded, "period=2026-10-05").loads] == ["two"]
    assert basis(services, loaded, "period=2026-09").loads == ()


def test_a_restated_day_is_on_the_load_that_brought_it_last(
    services: Services, loaded: Scope, tmp_path: Path
) -> None:
    (first,) = basis(services, loaded, "period=2026-10-01").loads
    again = write_csv(tmp_path / "again.csv", [on("2026-10-01", BilledCost="2"), on("2026-10-02")])
    services.ingestion.ingest(loaded, [str(again)], source="one")
    (second,) = basis(services, loaded, "period=2026-10-01").loads
    assert second.load_id > first.load_id


def test_it_repeats_the_question_in_words_with_its_measure_defined(
    services: Services, loaded: Scope
) -> None:
    found = basis(services, loaded, "measure=list_cost&group_by=service&period=2026-10")
    assert found.sentence == "List cost by service, 1–31 Oct 2026"
    assert "public prices" in found.definition
    assert to_url(from_url(found.query)[0]) == found.query
    assert (found.unit, found.table) == ("USD", "daily_service_cost")


def test_it_says_how_far_the_data_reaches(services: Services, loaded: Scope) -> None:
    freshness = services.freshness.of(loaded)
    assert (freshness.first_day, freshness.data_through) == (date(2026, 10, 1), date(2026, 10, 5))
    assert [(s.name, s.last_day, s.row_count) for s in freshness.sources] == [
        ("one", date(2026, 10, 2), 2),
        ("two", date(2026, 10, 5), 2),
    ]
    assert freshness.loaded_at == max(source.loaded_at for source in freshness.sources)


def test_an_empty_tenant_has_no_freshness(services: Services, scope: Scope) -> None:
    freshness = services.freshness.of(scope)
    assert (freshness.first_day, freshness.data_through, freshness.loaded_at) == (None, None, None)


def test_its_json_says_the_same(services: Services, loaded: Scope) -> None:
    found = basis(services, loaded, "period=2026-10-02").as_json()
    assert (found["first_day"], found["last_day"]) == ("2026-10-02", "2026-10-02")
    assert (found["rows"], found["rows_without_list_price"], found["unit"]) == (2, 1, "USD")
    assert sorted(used["source"] for used in found["loads"]) == ["one", "two"]
    assert found["data_through"] == "2026-10-05"
