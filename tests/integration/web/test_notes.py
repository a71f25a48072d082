"""Notes on the overview: written, drawn, read in the table, deleted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from support.answers import components, figures
from support.focus import on, write_csv
from support.people import somebody
from support.visiting import Visitor, failed

from finops_dash.bootstrap import Services
from finops_dash.domain.cost_query import CostQuery
from finops_dash.domain.notes import Draft
from finops_dash.domain.period import DateRange
from finops_dash.domain.scope import Scope

Visit = Callable[[Scope], Visitor]
TREND, OPEN, ADD = "overview-trend.children", "notes-panel.is_open", "notes-trouble.children"
SCRIPT = "<img src=x onerror=alert(1)> $x$ %{y}"


@pytest.fixture
def yesterday(services: Services, scope: Scope, tmp_path: Path) -> date:
    """A day with cost, and some before it."""
    day = services.now().date() - timedelta(days=1)
    bills = [on(str(day - timedelta(days=n)), EffectiveCost="5") for n in range(9)]
    services.ingestion.ingest(scope, [str(write_csv(tmp_path / "bill.csv", bills))])
    return day


def asked(day: date, **more: Any) -> dict[str, Any]:
    """What the button of a figure of the last nine days asks for."""
    return {"query": "", "first": str(day - timedelta(days=8)), "last": str(day), "at": 1, **more}


def kept(services: Services, scope: Scope, day: date) -> list[Any]:
    days = DateRange(day - timedelta(days=8), day + timedelta(days=1))
    return list(services.annotations.of(scope, CostQuery(), days))


def test_a_note_is_written_drawn_read_and_deleted(
    visit: Visit, services: Services, scope: Scope, yesterday: date
) -> None:
    visitor = visit(scope)
    (plain,) = figures(visitor.call(TREND, "").json)
    assert "annotations" not in plain["layout"]
    added = visitor.call(ADD, 1, str(yesterday), "", SCRIPT, "tenant", asked(yesterday))
    assert not failed(added)
    assert added.json["response"]["notes-changed"]["data"]
    drawn = visitor.call(TREND, "")
    (figure,) = figures(drawn.json)
    (mark,) = figure["layout"]["annotations"]
    assert mark["x"] == str(yesterday)
    assert not set("<>$%") & set(mark["hovertext"].replace("<br>", ""))
    (table,) = [
        c["props"]["data-table"] for c in components(drawn.json) if "data-table" in c["props"]
    ]
    assert SCRIPT in table
    assert "Notes (1)" in drawn.text
    shown = visitor.call(OPEN, asked(yesterday))
    assert "Delete note 1" in shown.text
    (note,) = kept(services, scope, yesterday)
    visitor.call(OPEN, asked(yesterday, delete=note.note_id))
    assert kept(services, scope, yesterday) == []
    assert figures(visitor.call(TREND, "").json) == [plain]


def test_a_note_on_filters_is_drawn_where_they_are_asked_for(
    visit: Visit, scope: Scope, yesterday: date
) -> None:
    visitor, query = visit(scope), "filter=service:Amazon EC2"
    assert (
        "Cost where Service is Amazon EC2" in visitor.call(OPEN, asked(yesterday, query=query)).text
    )
    visitor.call(ADD, 1, str(yesterday), "", "Only EC2", "filters", asked(yesterday, query=query))
    assert "Only EC2" in visitor.call(TREND, query).text
    assert "Only EC2" not in visitor.call(TREND, "").text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((None, "", "x"), "Choose a day"),
        (("2026-13-40", "", "x"), "Choose a day"),
        (("2026-11-12", "soon", "x"), "Choose a day"),
        (("2026-11-12", "2026-11-01", "x"), "before the first"),
        (("2026-11-12", "", ""), "The note is empty"),
        (("2026-11-12", "", "a\0b"), "no text"),
        (("2026-11-12", "", "\u202egnp"), "turn the text"),
        (("2026-11-12", "", "x" * 10_240), "500 at most"),
        (("2026-11-12", "", {"a": 1}), "is missing"),
    ],
)
def test_a_note_that_cannot_be_kept_is_a_sentence_in_its_form(
    visit: Visit, scope: Scope, values: tuple[object, ...], words: str
) -> None:
    answer = visit(scope).call(ADD, 1, *values, "tenant", asked(date(2026, 11, 12)))
    assert not failed(answer)
    assert words in answer.text


def test_a_viewer_reads_and_has_no_form_and_no_way_behind_it(
    visit: Visit, services: Services, scope: Scope, yesterday: date
) -> None:
    services.annotations.write(somebody(scope), Draft(yesterday, yesterday, "To be read"))
    visitor = visit(scope)
    visitor.sign_in("viewer")
    visitor.get("/overview")
    shown = visitor.call(OPEN, asked(yesterday))
    assert "To be read" in shown.text
    assert "Add note" not in shown.text
    assert "Delete note" not in shown.text
    refused = visitor.call(ADD, 1, str(yesterday), "", "x", "tenant", asked(yesterday))
    assert "does not include annotations:write" in refused.text
    (note,) = kept(services, scope, yesterday)
    visitor.call(OPEN, asked(yesterday, delete=note.note_id))
    assert kept(services, scope, yesterday) == [note]


def test_notes_of_another_tenant_are_not_shown_or_deleted(
    visit: Visit, services: Services, scope: Scope, yesterday: date
) -> None:
    services.tenancy.create(slug := f"abroad-{uuid4().hex[:8]}")
    abroad = services.tenancy.scope(slug)
    services.annotations.write(somebody(abroad, "analyst"), Draft(yesterday, yesterday, "canary"))
    (note,) = kept(services, abroad, yesterday)
    visitor = visit(scope)
    assert "canary" not in visitor.call(OPEN, asked(yesterday)).text
    assert "canary" not in visitor.call(TREND, "").text
    answer = visitor.call(OPEN, asked(yesterday, delete=note.note_id))
    assert "There is no such note any more" in answer.text
    assert kept(services, abroad, yesterday) == [note]


@pytest.mark.parametrize(
    "told",
    [None, 5, [], {}, {"first": 1, "last": 2, "query": 3}, {"first": "x", "last": "y", "query": ""},
     {"first": "0001-01-01", "last": "9999-12-31", "query": ""},
     {"first": "2026-11-12", "last": "2026-11-01", "query": "period=never"},
     {"first": "2026-11-01", "last": "2026-11-12", "query": "", "delete": {}}],
)  # fmt: skip
def test_a_strange_press_harms_nothing(visit: Visit, scope: Scope, told: object) -> None:
    visitor = visit(scope)
    assert not failed(visitor.call(OPEN, told))
    assert not failed(visitor.call(ADD, 1, "2026-11-12", "", "x", "tenant", told))
